/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real threads against the model, by the command: every action of every round must be one that the
 * model makes too, with the same effects. The rounds are bounded, not the
 * time; and what the threads happen to do decides nothing but which of the allowed ends there is.
 */
#include "story.h"

#include "conformance/scratch.h"
#include "conformance/stress_command.h"

enum { ROUNDS = 20 };

static void example_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, TEEQ_SOURCE_DIR "/examples/scenarios/%s.yaml", name);
}

static int stress_example(const char *name, const char *policy, unsigned int rounds)
{
	char path[512];

	example_path(path, sizeof(path), name);
	return stress_and_conform(path, policy, rounds);
}
#define stress_example(...) FROM(stress_example(__VA_ARGS__))

/* Every kind of step, under every policy. */
static void threads_do_what_the_model_does(void **state)
{
	static const char *const scenarios[] = {
		"flagship-staged", "rpmb-scmi",      "nested-system-small",
		"coalesced-wake",  "close-hands-on", "late-registration", "ffa-untracked",
		"no-system-client", "two-wakes",     "field-4438-watchdog", "field-2005-no-answer",
	};

	for (size_t i = 0; i < LENGTH(scenarios); i++)
		for (size_t j = 0; teeq_policy_at(j); j++)
			stress_example(scenarios[i], teeq_policy_at(j)->name, ROUNDS);
}

static void known_deadlocks_are_found(void **state)
{
	assert_int_equal(stress_example("flagship-staged", "untracked", 1), 1);
	assert_int_equal(stress_example("rpmb-scmi", "untracked", 5000), 1);
}

/* The wake-up that mainline loses takes a race, which the pauses provoke sooner or later. */
static void the_lost_wakeup_is_found(void **state)
{
	static struct output output;
	char path[512], arguments[640];

	example_path(path, sizeof(path), "nested-system-small");
	snprintf(arguments, sizeof(arguments), "stress '%s' --rounds 5000", path);
	run_command(&output, arguments);
	assert_int_equal(output.status, 1);
	assert_says(&output, "\nlost-wakeup in round ");
	assert_says(&output, "k, in its nested call inner (system), waits for a wake, which its "
			     "own call outer absorbed without being asleep");
}

static void what_cannot_hang_does_not(void **state)
{
	assert_int_equal(stress_example("rpmb-scmi", "mainline", 300), 0);
	assert_int_equal(stress_example("flagship-staged", "mainline", 300), 0);
	assert_int_equal(stress_example("nested-system-small", "repaired", 300), 0);
}

/* ------------------------------------------- load --------------------------------------------- */

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
			stress_and_conform(path, teeq_policy_at(j)->name, 5);
		assert_int_equal(stress(path, "repaired", 20, "--no-yield"), 0);
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
		assert_int_equal(stress_and_conform(path, teeq_policy_at(i)->name, 20), 0);
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_what_the_model_does),
		cmocka_unit_test(known_deadlocks_are_found),
		cmocka_unit_test(the_lost_wakeup_is_found),
		cmocka_unit_test(what_cannot_hang_does_not),
		cmocka_unit_test(two_to_sixteen_threads_under_every_policy),
		cmocka_unit_test(tee_supplicant_serves_under_every_policy),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
