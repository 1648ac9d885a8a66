/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checkpoints: where one is left, and what is told of it.
 */
#include "judge.h"

#include "models.h"
#include "scratch.h"

/* ------------------------------------ where one is left --------------------------------------- */

static bool never_asked(void *argument, const struct teeq_progress *progress)
{
	(void)progress;
	fail_msg("%s: searched before it was refused", (const char *)argument);
	return false;
}

static void expect_target_refused(const struct teeq_model *model, const char *path,
				  enum teeq_status wanted, const char *text)
{
	const struct teeq_explore_options options = {
		.max_states = 1, .checkpoint_to = path, .keep_going = never_asked,
		.argument = (void *)(uintptr_t)path,
	};
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	assert_int_equal(teeq_explore(model, &options, &result, &error), wanted);
	assert_string_equal(error.key, "checkpoint");
	assert_string_equal(error.text, text);
	assert_int_equal(result.states, 0);
	assert_false(result.checkpoint_written);
}
#define expect_target_refused(...) FROM(expect_target_refused(__VA_ARGS__))

static void write_foreign(const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs("somebody's data", file) >= 0);
	assert_int_equal(fclose(file), 0);
}
#define write_foreign(...) FROM(write_foreign(__VA_ARGS__))

/* Where no checkpoint can be left, nobody searches first to learn that. */
static void test_targets_that_cannot_be_used(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	char text[200];

	expect_target_refused(model, "", TEEQ_EINPUT, "the path is empty");
	expect_target_refused(model, "/nowhere/at/all", TEEQ_EIO,
			      "/nowhere/at/all cannot be written");
	write_foreign(path_of(state));
	snprintf(text, sizeof(text), "%s is there and no checkpoint; it is left alone",
		 path_of(state));
	expect_target_refused(model, path_of(state), TEEQ_EIO, text);
	teeq_model_free(model);
}

/* The file is looked for beside the search: a search that needs none leaves none. */
static void test_nothing_is_left_of_a_whole_search(void **state)
{
	struct teeq_model *model = model_flagship(2, 3, "untracked");
	const struct teeq_explore_options options = { .checkpoint_to = path_of(state) };
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	assert_false(result.checkpoint_written);
	assert_int_not_equal(access(path_of(state), F_OK), 0);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* Somebody else is faster; then the caller has enough. */
static bool take_the_place(void *argument, const struct teeq_progress *progress)
{
	if (progress->states < 700)
		return true;
	write_foreign(argument);
	return false;
}

/* What was found is worth telling even where the checkpoint cannot be written any more. */
static void test_a_place_that_is_taken_meanwhile(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	const struct teeq_explore_options options = {
		.all = true, .checkpoint_to = path_of(state), .keep_going = take_the_place,
		.argument = (void *)(uintptr_t)path_of(state),
	};
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_ELIMIT);
	assert_false(result.checkpoint_written);
	assert_int_equal(error.status, TEEQ_EIO);
	assert_non_null(strstr(error.text, "is there and no checkpoint"));
	assert_true(result.states >= 700);
	assert_int_not_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_true(result.schedule.count > 0);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* --------------------------- in the middle of the second search ------------------------------- */

/* A refused caller wakes all others, so that cycles must be looked for, in the full graph. */
static bool refused_wakes_all(struct teeq_callq *q, struct teeq_waiter *w)
{
	if (teeq_callq_take(q, w, 0))
		return true;
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (&q->waiters[i] != w)
			teeq_callq_wake(&q->waiters[i]);
	return false;
}

/* Late, so that somebody sleeps beside a free thread for a while. */
static void wake_when_all_are_free(struct teeq_callq *q)
{
	for (unsigned int i = 0; q->free_count == q->total_count && i < q->waiter_count; i++)
		teeq_callq_wake(&q->waiters[i]);
}

static void give_back(struct teeq_callq *q, const struct teeq_waiter *w)
{
	q->free_count += w->credit == TEEQ_CREDIT_THREAD;
}

static struct teeq_model *build_late(void)
{
	static const struct teeq_policy late = {
		.abi = TEEQ_POLICY_ABI, .name = "late", .source = "a test", .summary = "wakes late",
		.admit = refused_wakes_all,
		.wake_one = wake_when_all_are_free, .leave = give_back,
	};
	static const struct teeq_step call[] = { TEEQ_CALL(NULL, NULL) };
	const struct teeq_client_spec clients[] = {
		{ .name = "app", .count = 4, .stage = 1, .steps = call, .step_count = 1 },
	};
	const struct teeq_scenario scenario = {
		.name = "late", .thread_count = 2, .clients = clients, .client_count = 1,
	};
	struct teeq_model *model = NULL;
	struct teeq_error error = { .text = "" };

	if (teeq_model_new(&scenario, &late, &model, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return model;
}
#define build_late(...) FROM(build_late(__VA_ARGS__))

/* The search for livelocks is cut: what was visited before is not lost, and told as it is. */
static void judge_cut_behind_the_end(const char *path, unsigned int workers)
{
	struct teeq_model *model = build_late();
	struct teeq_explore_options options = { .workers = workers };
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result whole = explore(&subject, model, &options), cut, resumed;

	assert_int_equal(whole.verdict, TEEQ_VERDICT_DONE);
	assert_true(whole.stranded > 0);
	options.max_states = whole.states + 1;
	options.checkpoint_to = path;
	cut = expect_limit(model, &options);
	assert_int_equal(cut.states, whole.states);
	assert_true(cut.checkpoint_written);
	assert_int_equal(access(path, F_OK), 0);
	options.max_states = 0;
	options.resume_from = path;
	resumed = explore(&subject, model, &options);
	expect_same_result(&subject, model, &resumed, &whole);
	teeq_model_free(model);
}
#define judge_cut_behind_the_end(...) FROM(judge_cut_behind_the_end(__VA_ARGS__))

static void test_cut_in_the_search_for_livelocks(void **state)
{
	judge_cut_behind_the_end(path_of(state), 1);
	judge_cut_behind_the_end(path_of(state), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_targets_that_cannot_be_used, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_nothing_is_left_of_a_whole_search,
						make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_a_place_that_is_taken_meanwhile, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_cut_in_the_search_for_livelocks, make_scratch,
						remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
