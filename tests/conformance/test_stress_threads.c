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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_what_the_model_does),
		cmocka_unit_test(known_deadlocks_are_found),
		cmocka_unit_test(the_lost_wakeup_is_found),
		cmocka_unit_test(what_cannot_hang_does_not),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
