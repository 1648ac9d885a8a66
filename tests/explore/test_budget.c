/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Searches that a budget ends, and checkpoints: a search in slices finds what one go finds, and a
 * file that is not the checkpoint it should be is refused.
 */
#include "judge.h"

#include <pthread.h>
#include <sys/stat.h>

#include "models.h"

/* A directory of the test's own, with one checkpoint in it. */
struct scratch {
	char directory[64];
	char path[96];
};

static int make_scratch(void **state)
{
	static struct scratch scratch;

	strcpy(scratch.directory, "/tmp/teeq-budget-XXXXXX");
	if (!mkdtemp(scratch.directory))
		return -1;
	snprintf(scratch.path, sizeof(scratch.path), "%s/checkpoint", scratch.directory);
	*state = &scratch;
	return 0;
}

static int remove_scratch(void **state)
{
	struct scratch *scratch = *state;

	unlink(scratch->path);
	return rmdir(scratch->directory);
}

static const char *path_of(void **state)
{
	struct scratch *scratch = *state;

	return scratch->path;
}

/* ------------------------------------------ budgets ------------------------------------------- */

/* A budget must end it, and nothing may be claimed that was not seen. */
static struct teeq_explore_result expect_limit(const struct teeq_model *model,
					       const struct teeq_explore_options *options)
{
	struct subject subject = subject_of(0, model, options);
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	expect_status(&subject, teeq_explore(model, options, &result, &error), TEEQ_ELIMIT, &error);
	assert_false(result.exhausted);
	assert_int_not_equal(result.verdict, TEEQ_VERDICT_DONE);
	if (result.verdict == TEEQ_VERDICT_LIMIT)
		assert_int_equal(result.schedule.count, 0);
	else
		expect_replay(&subject, model, NULL, &result.schedule, result.verdict);
	return result;
}

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
	const struct teeq_explore_options options = { .all = true, .max_states = 5000 };
	struct teeq_explore_result result = expect_limit(model, &options);

	assert_true(result.verdict == TEEQ_VERDICT_DEADLOCK ||
		    result.verdict == TEEQ_VERDICT_LOST_WAKEUP);
	assert_true(result.count[result.verdict] > 0);
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

static void judge_slices(const char *path, const struct teeq_explore_options *options,
			 const struct slicing *slicing)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)); i++) {
		expect_slices_agree(path, i, model, *options, slicing);
		teeq_model_free(model);
	}
}

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

/* ----------------------------------- what is not accepted ------------------------------------- */

/* A whole checkpoint, in memory and at the path it is tried from. */
struct file {
	const char *path;
	struct teeq_model *model;
	unsigned char *bytes;
	size_t size;
};

static void write_file(const struct file *file, size_t size)
{
	FILE *to = fopen(file->path, "wb");

	assert_non_null(to);
	assert_int_equal(fwrite(file->bytes, 1, size, to), size);
	assert_int_equal(fclose(to), 0);
}

static struct file make_file(void **state, bool exact)
{
	struct file file = { path_of(state), model_flagship(2, 3, "untracked"), NULL, 0 };
	const struct teeq_explore_options options = {
		.all = true, .exact = exact, .max_states = 60, .checkpoint_to = file.path,
	};
	struct teeq_explore_result result = expect_limit(file.model, &options);
	struct stat status;
	FILE *from = fopen(file.path, "rb");

	teeq_schedule_free(&result.schedule);
	assert_non_null(from);
	assert_int_equal(fstat(fileno(from), &status), 0);
	file.size = (size_t)status.st_size;
	file.bytes = malloc(file.size);
	assert_int_equal(fread(file.bytes, 1, file.size, from), file.size);
	fclose(from);
	return file;
}

static void free_file(struct file *file)
{
	teeq_model_free(file->model);
	free(file->bytes);
}

/* Resuming from the file must fail, at once and with a word on why. */
static void expect_refusal(const struct file *file, const struct teeq_model *model,
			   struct teeq_explore_options options, const char *text, size_t at)
{
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;
	enum teeq_status status;

	options.all = true;
	options.resume_from = file->path;
	status = teeq_explore(model, &options, &result, &error);
	if (status != TEEQ_EINPUT || strcmp(error.key, "checkpoint") != 0 ||
	    (text && strcmp(error.text, text) != 0) || !error.text[0])
		fail_msg("at %zu of %zu: found status %d, '%s: %s', expected '%s'", at, file->size,
			 (int)status, error.key, error.text, text ? text : "any");
}

#define DAMAGED "the file is damaged or cut"

static void expect_cuts_refused(void **state, bool exact)
{
	const struct teeq_explore_options options = { .exact = exact };
	struct file file = make_file(state, exact);

	for (size_t size = 0; size < file.size; size += 97) {
		write_file(&file, size);
		expect_refusal(&file, file.model, options, DAMAGED, size);
	}
	write_file(&file, file.size - 1);
	expect_refusal(&file, file.model, options, DAMAGED, file.size - 1);
	free_file(&file);
}

static void test_cut(void **state)
{
	expect_cuts_refused(state, false);
	expect_cuts_refused(state, true);
}

/* One bit of every 31st byte at a time; in the head of every byte. */
static void test_flipped_bits(void **state)
{
	const struct teeq_explore_options options = { .exact = true };
	struct file file = make_file(state, true);

	for (size_t at = 0; at < file.size; at += at < 256 ? 1 : 31) {
		unsigned char bit = (unsigned char)(1u << at % 8);

		file.bytes[at] ^= bit;
		write_file(&file, file.size);
		expect_refusal(&file, file.model, options, NULL, at);
		file.bytes[at] ^= bit;
	}
	free_file(&file);
}

/* The number at @at of the file replaced by another. */
static void try_number(const struct file *file, uint64_t number, size_t at)
{
	const struct teeq_explore_options options = { .all = true };
	uint64_t saved;

	memcpy(&saved, file->bytes + at, sizeof(saved));
	memcpy(file->bytes + at, &number, sizeof(number));
	write_file(file, file->size);
	if (number != saved)
		expect_refusal(file, file->model, options, NULL, at);
	memcpy(file->bytes + at, &saved, sizeof(saved));
}

/* Every number of the head, and some behind it, made huge: nothing huge is allocated. */
static void test_huge_numbers(void **state)
{
	static const uint64_t numbers[] = { UINT64_MAX, UINT64_MAX - 1, INT64_MAX, UINT32_MAX,
					    UINT32_MAX - 1, 1u << 30, 1u << 24, 0 };
	/* What a search of the small model needs many times over, and no gigabytes. */
	const struct rlimit little = { 512u << 20, RLIM_INFINITY };
	struct file file = make_file(state, false);
	struct rlimit before;

	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
	assert_int_equal(setrlimit(RLIMIT_AS, &little), 0);
#else
	(void)little; /* what watches the memory has reserved more */
#endif
	for (size_t at = 16; at < 16 + 24 * sizeof(uint64_t); at += sizeof(uint64_t))
		for (size_t i = 0; i < LENGTH(numbers); i++)
			try_number(&file, numbers[i], at);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	free_file(&file);
}

static void test_other_models(void **state)
{
	static const char other[] = "it belongs to another scenario or policy";
	const struct teeq_explore_options options = { .all = true };
	struct file file = make_file(state, false);
	struct teeq_model *more = model_flagship(2, 2, "untracked");
	struct teeq_model *v9 = model_flagship(2, 3, "v9");

	expect_refusal(&file, more, options, other, 0);
	expect_refusal(&file, v9, options, other, 0);
	teeq_model_free(more);
	teeq_model_free(v9);
	free_file(&file);
}

static void test_other_settings(void **state)
{
	static const struct teeq_explore_options settings[] = {
		{ .no_symmetry = true }, { .no_reduction = true }, { .exact = true },
		{ .search = TEEQ_SEARCH_DEPTH },
	};
	struct file file = make_file(state, false);

	for (size_t i = 0; i < LENGTH(settings); i++)
		expect_refusal(&file, file.model, settings[i], NULL, i);
	free_file(&file);
}

/* Begun elsewhere: the ways in the checkpoint do not start here. */
static void test_another_beginning(void **state)
{
	struct file file = make_file(state, false);
	struct teeq_world *world = teeq_world_new(file.model);
	const struct teeq_explore_options options = { .from = world };

	assert_int_equal(teeq_world_step(file.model, world, 0, NULL), TEEQ_OK);
	expect_refusal(&file, file.model, options, NULL, 0);
	teeq_world_free(world);
	free_file(&file);
}

static void test_files_that_are_none(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	struct teeq_explore_options options = { .resume_from = "/nowhere/at/all" };
	struct teeq_explore_result result = { .states = 0 };
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_EIO);
	assert_string_equal(error.text, "/nowhere/at/all cannot be read");
	/* It also has a counterexample by now, which nobody will free. */
	options = (struct teeq_explore_options){ .all = true, .max_states = 5000,
						 .checkpoint_to = "/nowhere/at/all" };
	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_EIO);
	assert_string_equal(error.key, "checkpoint");
	assert_int_equal(result.schedule.count, 0);
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_a_counterexample_before_the_limit),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_the_caller_has_enough),
		cmocka_unit_test(test_the_caller_is_asked_by_its_own_thread),
		cmocka_unit_test_setup_teardown(test_slices, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_of_whole_states, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_by_several_workers, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_slices_of_depth_first, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_cut, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_flipped_bits, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_huge_numbers, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_other_models, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_other_settings, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_another_beginning, make_scratch,
						remove_scratch),
		cmocka_unit_test(test_files_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
