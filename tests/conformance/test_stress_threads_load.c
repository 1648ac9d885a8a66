/* SPDX-License-Identifier: BSD-2-Clause */
/* Many real threads at once, against the model: clients that call inside of calls, and tee-supplicant. */
#include "story.h"

#include "conformance/scratch.h"
#include "conformance/stress_command.h"

/* @clients tasks that write, each write with a call inside, and one that only calls. */
static void write_load(const char *path, unsigned int threads, unsigned int clients)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fprintf(out,
		"teeq: 1\n"
		"name: load\n"
		"secure: {threads: %u}\n"
		"arguments: {slots: 64}\n"
		"locks: [emmc]\n"
		"sessions: {scmi: {system: true}}\n"
		"commands: {write: [{rpc: rpmb}, {rpc: rpmb}], on: [], quick: []}\n"
		"services:\n"
		"  rpmb:\n"
		"    by: caller\n"
		"    do: [{lock: emmc}, {call: {session: scmi, command: on}}, {unlock: emmc}]\n"
		"clients:\n"
		"  app: {count: %u, do: [{repeat: {times: 3, do: [{call: {command: write}}]}}]}\n"
		"  other: {do: [{repeat: {times: 10, do: [{call: {command: quick}}]}}]}\n",
		threads, clients - 1);
	assert_int_equal(fclose(out), 0);
}
#define write_load(...) FROM(write_load(__VA_ARGS__))

static void two_to_sixteen_threads_under_every_policy(void **state)
{
	static const char path[] = "load.yaml";
	static const unsigned int clients[] = { 2, 3, 4, 8, 16 };

	for (size_t i = 0; i < LENGTH(clients); i++) {
		write_load(path, clients[i] > 4 ? 4 : 2, clients[i]);
		for (size_t j = 0; teeq_policy_at(j); j++)
			stress_and_conform(path, teeq_policy_at(j)->name, 3);
		assert_int_equal(stress(path, "repaired", 10, "--no-yield"), 0);
	}
	remove(path);
}

/* Every way for a secure thread to stop; and requests inside of requests, under a lock. */
static void tee_supplicant_serves_under_every_policy(void **state)
{
	static const char path[] = "requests.yaml";
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs("teeq: 1\n"
	      "name: requests\n"
	      "secure: {threads: 8}\n"
	      "supplicant: {threads: 4}\n"
	      "locks: [l]\n"
	      "commands:\n"
	      "  write: [{work: 20}, {rpc: file}, {interrupt: true}, {rpc: time}, {suspend: 9}]\n"
	      "  small: [{rpc: disk}]\n"
	      "services:\n"
	      "  file: {by: supplicant, do: [{lock: l}, {call: {command: small}}, {unlock: l}]}\n"
	      "  disk: {by: supplicant}\n"
	      "  time: {by: caller, kind: get-time, do: [{sleep: 3}]}\n"
	      "clients:\n"
	      "  app: {count: 3, do: [{repeat: {times: 3, do: [{call: {command: write}}]}}]}\n"
	      "  late: {stage: 2, do: [{call: {command: small}}]}\n",
	      out);
	assert_int_equal(fclose(out), 0);
	for (size_t i = 0; teeq_policy_at(i); i++)
		assert_int_equal(stress_and_conform(path, teeq_policy_at(i)->name, 10), 0);
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_to_sixteen_threads_under_every_policy),
		cmocka_unit_test(tee_supplicant_serves_under_every_policy),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
