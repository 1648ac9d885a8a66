/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Searches that a budget ends: nothing is claimed that was not seen, and a search in slices finds
 * what one go finds.
 */
#include "judge.h"

#include <pthread.h>

#include "explore/search.h"
#include "models.h"
#include "scratch.h"

/* ------------------------------------------ budgets ------------------------------------------- */

static void test_states(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	struct teeq_explore_options options = { .all = true, .max_states = 200 };
	struct teeq_explore_result result = expect_limit(model, &options);

	/* Deadlocks are 14 actions away and more. */
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_true(result.states >= 200 && result.states < 200 + 32 * 4);
	assert_true(result.depth < 14);
	/* A budget that is not reached changes nothing. */
	options.max_states = 1000000;
	assert_int_equal(teeq_explore(model, &options, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* What was found before the budget ran out is told. */
static void test_a_counterexample_before_the_limit(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	const struct teeq_explore_options options = { .all = true, .max_states = 2500 };
	struct teeq_explore_result result = expect_limit(model, &options);

	assert_true(result.verdict == TEEQ_VERDICT_DEADLOCK ||
		    result.verdict == TEEQ_VERDICT_LOST_WAKEUP);
	assert_true(result.count[result.verdict] > 0);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* What waits between two looks: a batch of 32 goes, and each has at most 8 behind it. */
static bool look_at_frontier(void *argument, const struct teeq_progress *progress)
{
	uint64_t *before = argument;

	assert_true(progress->frontier <= *before + 32 * 8);
	assert_true(progress->frontier + 32 >= *before);
	*before = progress->frontier;
	return true;
}

/* A state that was looked at waits no more, though others of its depth do. */
static void test_a_frontier_without_jumps(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	uint64_t frontier = 1;
	/* With a budget of states it is looked at behind each batch. */
	const struct teeq_explore_options options = { .all = true, .max_states = 1000000,
						      .keep_going = look_at_frontier,
						      .argument = &frontier };
	struct teeq_explore_result result;

	assert_int_equal(teeq_explore(model, &options, &result, NULL), TEEQ_OK);
	assert_true(result.states > 2000);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

static void test_memory(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	const struct teeq_explore_options options = { .all = true, .max_memory_bytes = 300000 };
	struct teeq_explore_result result = expect_limit(model, &options);

	/* Looked at every 16 batches of 32 states. */
	assert_true(result.peak_memory_bytes < 2 * 300000);
	assert_true(result.states > 100);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

static void test_seconds(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	const struct teeq_explore_options options = { .all = true, .max_seconds = 1e-9 };
	struct teeq_explore_result result = expect_limit(model, &options);

	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* What the caller is told on the way, and after how many times it has enough. */
struct patience {
	unsigned int asked;
	unsigned int enough;
	struct teeq_progress last;
	pthread_t thread;
};

static bool keep_going(void *argument, const struct teeq_progress *progress)
{
	struct patience *patience = argument;

	assert_true(pthread_equal(patience->thread, pthread_self()));
	assert_true(progress->states >= patience->last.states);
	assert_true(progress->actions >= patience->last.actions);
	assert_true(progress->depth >= patience->last.depth);
	assert_true(progress->seconds >= patience->last.seconds);
	assert_true(progress->states > 0 && progress->frontier > 0);
	assert_true(progress->memory_bytes > 0);
	patience->last = *progress;
	return ++patience->asked < patience->enough;
}

static void test_the_caller_has_enough(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	struct patience patience = { .enough = 5, .thread = pthread_self() };
	const struct teeq_explore_options options = {
		.all = true, .keep_going = keep_going, .argument = &patience,
	};
	struct teeq_explore_result result = expect_limit(model, &options);

	assert_int_equal(patience.asked, 5);
	assert_true(result.states >= patience.last.states);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* How often the caller is asked depends on who was faster; by whom does not. */
static void test_the_caller_is_asked_by_its_own_thread(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	struct patience patience = { .enough = 1000000, .thread = pthread_self() };
	const struct teeq_explore_options options = {
		.all = true, .workers = 3, .keep_going = keep_going, .argument = &patience,
	};
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	assert_true(result.exhausted);
	assert_true(result.states >= patience.last.states);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* Only the first worker looks, and the others work off as much meanwhile: it looks the sooner. */
static void test_many_workers_are_looked_after(void **state)
{
	struct teeq_model *model = model_flagship(2, 3, "untracked");
	struct patience patience = { .enough = 1000000, .thread = pthread_self() };
	const struct teeq_explore_options options = {
		.all = true, .no_reduction = true, .workers = 16, .keep_going = keep_going,
		.argument = &patience,
	};
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	/* At least between each two depths. */
	if (patience.asked < result.depth - 1)
		fail_msg("asked %u times in %" PRIu64 " depths", patience.asked, result.depth);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

/* Each has buffers of its own, which count even where there is next to nothing to search. */
static void test_workers_cost_memory(void **state)
{
	struct teeq_model *model = model_flagship(2, 1, "untracked");
	const struct teeq_explore_options options = { .all = true, .workers = 16 };
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	assert_true(result.peak_memory_bytes >=
		    16 * (sizeof(struct worker) + STORE_BATCH_MAX * model->layout.size));
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

#define LARGE_PAGE ((uint64_t)2 << 20)

/* Where half a large page is needed, whole ones are taken. */
static uint64_t taken_for(uint64_t bytes)
{
	return bytes < LARGE_PAGE / 2 ? bytes : (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
}

static void test_tables_count_as_they_are_taken(void **state)
{
	uint64_t states = 100000, records = 0, slots = 256, memory;
	struct store store;
	state_id id;

	assert_true(store_init(&store, 1, 0, NULL));
	memory = store_memory(&store);
	for (uint64_t i = 1; i <= states; i++) {
		const struct state step = {
			.fingerprint = i * UINT64_C(0x9e3779b97f4a7c15), .parent = STATE_NONE,
		};

		assert_int_equal(store_add(&store, &step, "", &id), STORE_NEW);
	}
	for (uint64_t chunk = STORE_CHUNK_FIRST; records < states; chunk *= 2) {
		memory += taken_for(chunk * sizeof(struct state));
		records += chunk;
	}
	while (5 * states > 3 * slots)
		slots *= 2;
	memory += taken_for(slots * sizeof(uint64_t));
	assert_true(slots * sizeof(uint64_t) >= LARGE_PAGE / 2);
	assert_int_equal(store_memory(&store), memory);
	store_free(&store);
}

/* ----------------------------------- the greatest depth --------------------------------------- */

static struct teeq_explore_result explore_to_depth(const struct teeq_model *model,
						   const struct teeq_explore_options *options,
						   uint64_t depth, enum teeq_status wanted)
{
	struct subject subject = subject_of(depth, model, options);
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	expect_status(&subject, search_explore(model, options, (uint32_t)depth, &result, &error),
		      wanted, &error);
	expect_equal(&subject, "too deep", result.too_deep, wanted == TEEQ_ELIMIT);
	expect_equal(&subject, "exhausted", result.exhausted, wanted == TEEQ_OK);
	if (result.depth > depth)
		fail_msg("%s: it went to depth %" PRIu64, subject.text, result.depth);
	return result;
}
#define explore_to_depth(...) FROM(explore_to_depth(__VA_ARGS__))

static void judge_depth(const struct teeq_model *model, struct teeq_explore_options options,
			const char *path)
{
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result whole = explore(&subject, model, &options), result;

	options.checkpoint_to = path;
	result = explore_to_depth(model, &options, whole.depth, TEEQ_OK);
	expect_same_result(&subject, model, &result, &whole);
	result = explore_to_depth(model, &options, whole.depth - 1, TEEQ_ELIMIT);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_true(result.states <= whole.states);
	assert_int_equal(result.schedule.count, 0);
	/* Whoever went on from there would end there. */
	assert_false(result.checkpoint_written);
	assert_int_not_equal(access(path, F_OK), 0);
}
#define judge_depth(...) FROM(judge_depth(__VA_ARGS__))

/* Depths are counted in 32 bits: what lies deeper is not claimed. */
static void test_the_greatest_depth(void **state)
{
	struct teeq_model *model = model_flagship(3, 3, "mainline");

	for (unsigned int workers = 1; workers <= 3; workers += 2)
		judge_depth(model, (struct teeq_explore_options){ .workers = workers },
			    path_of(state));
	judge_depth(model, (struct teeq_explore_options){ .search = TEEQ_SEARCH_DEPTH },
		    path_of(state));
	teeq_model_free(model);
}

/* ---------------------------------------- checkpoints ----------------------------------------- */

/* How a search is cut into slices: each may add so many states, by turns with these workers. */
struct slicing {
	uint64_t states;
	unsigned int workers[2];
};

static void expect_slices_agree(const char *path, unsigned int sample,
				const struct teeq_model *model,
				struct teeq_explore_options options, const struct slicing *slicing)
{
	struct subject subject = subject_of(sample, model, &options);
	struct teeq_explore_result whole = explore(&subject, model, &options), part = { 0 };
	enum teeq_status status = TEEQ_ELIMIT;
	struct teeq_error error = { .text = "" };
	unsigned int slices = 0;

	options.checkpoint_to = path;
	for (; status == TEEQ_ELIMIT; slices++) {
		teeq_schedule_free(&part.schedule);
		options.max_states = part.states + slicing->states;
		options.workers = slicing->workers[slices % 2];
		status = teeq_explore(model, &options, &part, &error);
		options.resume_from = path;
		if (status == TEEQ_ELIMIT)
			assert_false(part.exhausted);
	}
	expect_status(&subject, status, TEEQ_OK, &error);
	expect_same_result(&subject, model, &part, &whole);
	/* Of several workers the first looks after the budget, when its turn comes. */
	if (slicing->workers[0] == 1 && whole.states > 4 * slicing->states + 1000)
		assert_true(slices > 2);
	teeq_schedule_free(&part.schedule);
	teeq_schedule_free(&whole.schedule);
}
#define expect_slices_agree(...) FROM(expect_slices_agree(__VA_ARGS__))

static void judge_slices(const char *path, const struct teeq_explore_options *options,
			 const struct slicing *slicing)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)); i++) {
		expect_slices_agree(path, i, model, *options, slicing);
		teeq_model_free(model);
	}
}
#define judge_slices(...) FROM(judge_slices(__VA_ARGS__))

static void test_slices(void **state)
{
	const struct teeq_explore_options first = { .all = false }, all = { .all = true };
	const struct slicing slicing = { 700, { 1, 1 } };

	judge_slices(path_of(state), &first, &slicing);
	judge_slices(path_of(state), &all, &slicing);
}

static void test_slices_of_whole_states(void **state)
{
	const struct teeq_explore_options options = { .all = true, .exact = true };
	const struct slicing slicing = { 1500, { 1, 1 } };

	judge_slices(path_of(state), &options, &slicing);
}

/* A checkpoint does not know how many wrote it. */
static void test_slices_by_several_workers(void **state)
{
	const struct teeq_explore_options options = { .all = true };
	const struct slicing slicing = { 2000, { 3, 1 } };

	judge_slices(path_of(state), &options, &slicing);
}

static void test_slices_of_depth_first(void **state)
{
	const struct teeq_explore_options options = { .all = true, .search = TEEQ_SEARCH_DEPTH };
	const struct slicing slicing = { 1500, { 1, 1 } };

	judge_slices(path_of(state), &options, &slicing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_a_counterexample_before_the_limit),
		cmocka_unit_test(test_a_frontier_without_jumps),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_the_caller_has_enough),
		cmocka_unit_test(test_the_caller_is_asked_by_its_own_thread),
		cmocka_unit_test(test_many_workers_are_looked_after),
		cmocka_unit_test(test_workers_cost_memory),
		cmocka_unit_test(test_tables_count_as_they_are_taken),
		cmocka_unit_test_setup_teardown(test_the_greatest_depth, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_of_whole_states, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_by_several_workers, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_of_depth_first, make_scratch,
						remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
