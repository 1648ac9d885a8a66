/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

#include "teeq/explore.h"

/*
 * Threads that a dead client took with it: the driver counts them still, so callers that hold a
 * credit are sent to sleep by ETHREAD_LIMIT, and the queue does not know who they are.
 */
static const struct teeq_step call[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_step reserve[] = { TEEQ_RESERVE("tpm") };
static const struct teeq_session_spec sessions[] = { { .name = "tpm" } };
static const struct teeq_client_spec clients[] = {
	{ .name = "app", .count = 4, .stage = 1, .steps = call, .step_count = 1 },
	{ .name = "tpm", .count = 1, .stage = 1, .steps = reserve, .step_count = 1 },
};
static const struct teeq_scenario scenario = {
	.name = "lost-threads", .thread_count = 3, .lost_count = 2,
	.sessions = sessions, .session_count = 1, .clients = clients, .client_count = 2,
};

static struct teeq_explore_result explore(const char *policy)
{
	const struct teeq_explore_options options = { .all = true };
	struct teeq_explore_result result;
	struct teeq_error error;
	struct teeq_model *model;

	assert_int_equal(teeq_model_new(&scenario, teeq_policy_find(policy), &model, &error),
			 TEEQ_OK);
	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_OK);
	assert_true(result.exhausted);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
	return result;
}
#define explore(...) FROM(explore(__VA_ARGS__))

/* A woken caller is refused because a session was registered meanwhile: its wake must go on. */
static void a_useless_wake_goes_on(void **state)
{
	struct teeq_explore_result result = explore("repaired");

	(void)state;
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
}

static void untracked_does_not_count_so_nothing_is_lost(void **state)
{
	(void)state;
	assert_int_equal(explore("untracked").verdict, TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_useless_wake_goes_on),
		cmocka_unit_test(untracked_does_not_count_so_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
