/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a reduction may not be done without: scenarios in which one condition of it
 * decides, each against the naive explorer, under every policy.
 */
#include "judge.h"

#include "agree.h"
#include "teeq/scenario.h"

/*
 * As often as there is a reduction to switch off alone, and a client to ask about. @policy: NULL: under each.
 * Returns how often there were more states without the one that is called clients.
 */
static unsigned int judge_under(const char *text, const char *policy, enum teeq_verdict verdict)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	struct tally tally = { .models = 0 };

	if (teeq_scenario_parse("conditions.yaml", text, strlen(text), &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	for (uint64_t i = 0; teeq_policy_at(i); i++)
		for (uint64_t seed = 0; seed < 3 * AGREE_WITHOUT; seed++)
			if (!policy || strcmp(policy, teeq_policy_at(i)->name) == 0)
				agree_judge(seed, teeq_scenario_tables(file), teeq_policy_at(i)->name,
					    &tally);
	assert_true(tally.models > 0);
	assert_int_equal(tally.skipped, 0);
	assert_int_equal(tally.endings[verdict], tally.models);
	teeq_scenario_free(file);
	return tally.shrunk_by[2];
}
#define judge_under(...) FROM(judge_under(__VA_ARGS__))
#define judge_text(text, verdict) judge_under(text, NULL, verdict)

/* Who is about to send it again has done so in the secure world: that one may be lost. */
static void test_a_second_notification_on_its_way(void **state)
{
	judge_text("{teeq: 1, name: on-its-way, secure: {threads: 3}, notifications: [k], events: [e],"
		   "commands: {send: [{notify: k}, {notify: k}],"
		   "twice: [{rpc: tell}, {wait: k}, {wait: k}]},"
		   "services: {tell: {do: [{signal: e}]}},"
		   "clients: {a: {do: [{await: e}, {call: {command: send}}]},"
		   "b: {do: [{call: {command: twice}}]}, c: {do: [{call: {}}]}}}",
		   TEEQ_VERDICT_DEADLOCK);
}

/* The call that sends it comes behind one that registers a page. */
static void test_a_second_notification_behind_a_page(void **state)
{
	judge_text("{teeq: 1, name: behind-a-page, secure: {threads: 4}, notifications: [k], events: [e],"
		   "arguments: {slots: 1, full: unlocked},"
		   "commands: {send: [{notify: k}], twice: [{rpc: tell}, {wait: k}, {wait: k}]},"
		   "services: {tell: {do: [{signal: e}]}},"
		   "clients: {a: {do: [{await: e}, {call: {command: send}}, {call: {command: send}}]},"
		   "b: {do: [{call: {command: twice}}]}, c: {do: [{sleep: 1}]}}}",
		   TEEQ_VERDICT_DEADLOCK);
}

/* What the driver serves at once goes on with an arrival at a barrier, where others come as well. */
static void test_an_rpc_that_meets_others(void **state)
{
	judge_text("{teeq: 1, name: meets-others, secure: {threads: 4}, notifications: [n], events: [e],"
		   "barriers: {two: 2},"
		   "commands: {c: [{async: n}, {rpc: arrive}], w: [{wait: n}, {rpc: tell}]},"
		   "services: {tell: {do: [{signal: e}]}, arrive: {kind: i2c, do: [{barrier: two}]}},"
		   "clients: {a: {do: [{call: {command: c}}]},"
		   "b: {do: [{call: {command: w}}, {barrier: two}]},"
		   "d: {do: [{await: e}, {barrier: two}]}}}",
		   TEEQ_VERDICT_DEADLOCK);
}

/* Whose argument lies in private memory is told apart: who comes first has a thread that is set aside. */
static void test_slots_in_private_memory(void **state)
{
	judge_under("{teeq: 1, name: private-first, secure: {threads: 3, static-system: 1},"
		    "arguments: {slots: 1, full: private}, events: [e], barriers: {both: 2},"
		    "sessions: {s: {system: true}},"
		    "services: {meet: {do: [{barrier: both}]}, hold: {do: [{await: e}]}},"
		    "commands: {grow: [{rpc: meet}], wait: [{rpc: hold}]},"
		    "clients: {p: {count: 2, do: [{call: {command: grow}}]},"
		    "b: {stage: 2, do: [{call: {session: s}}, {signal: e}]},"
		    "a: {stage: 2, do: [{call: {command: wait}}]}},"
		    "faults: {refused: {kind: resume-refused}}}",
		    "v1", TEEQ_VERDICT_DEADLOCK);
	judge_under("{teeq: 1, name: no-fault, secure: {threads: 2, static-system: 1},"
		    "arguments: {slots: 1, full: private}, locks: [l], barriers: {both: 2, again: 2},"
		    "sessions: {s: {system: true}, t: {system: true}},"
		    "services: {meet: {do: [{barrier: both}]}, meet-again: {do: [{barrier: again}]}},"
		    "commands: {first: [{rpc: meet}], second: [{rpc: meet-again}]},"
		    "clients: {d: {do: [{call: {session: t, command: first}}]},"
		    "h: {do: [{call: {command: first}}]},"
		    "a: {stage: 2, do: [{call: {command: second}}]},"
		    "b: {stage: 2, do: [{call: {session: s, command: second}}, {unlock: l}]}}}",
		    "v1", TEEQ_VERDICT_VIOLATION);
}

/* Two have a device each; or that of one is used by a third as well, who does more with it. */
static void test_devices_of_their_own(void **state)
{
#define BOARD(third)                                                                                 \
	"{teeq: 1, name: devices, secure: {threads: 2}, sessions: {scmi: {system: true}},"           \
	"commands: {up: [], c1: [{rpc: r1}], c2: [{rpc: r2}]},"                                      \
	"devices: {d1: {session: scmi, on: [up]}, d2: {session: scmi, on: [up]}, d3: {}},"           \
	"services: {r1: {do: [{power-on: d1}]}, r2: {do: [{power-on: d2}]}},"                        \
	"clients: {a1: {do: [{call: {command: c1}}]}, a2: {do: [{call: {command: c2}}]},"            \
	"a3: {do: [{power-on: " third "}, {power-off: " third "}]}}}"
	assert_true(judge_text(BOARD("d3"), TEEQ_VERDICT_DONE) > 0);
	assert_int_equal(judge_text(BOARD("d2"), TEEQ_VERDICT_DONE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_second_notification_on_its_way),
		cmocka_unit_test(test_a_second_notification_behind_a_page),
		cmocka_unit_test(test_an_rpc_that_meets_others),
		cmocka_unit_test(test_slots_in_private_memory),
		cmocka_unit_test(test_devices_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
