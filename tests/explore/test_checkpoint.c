/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checkpoints: where one is left, what is told of it, and that a file which is not the checkpoint it
 * should be is refused.
 */
#include "judge.h"

#include <sys/stat.h>

#include "models.h"
#include "scratch.h"

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

static void test_a_file_that_is_not_there(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	const struct teeq_explore_options options = { .resume_from = "/nowhere/at/all" };
	struct teeq_explore_result result = { .states = 0 };
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_EIO);
	assert_string_equal(error.text, "/nowhere/at/all cannot be read");
	teeq_model_free(model);
}

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

static void write_foreign(const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs("somebody's data", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

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
	if (progress->states < 5000)
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
	assert_true(result.states >= 5000);
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
	const struct teeq_client_spec clients[] = { { "app", 4, 1, call, 1 } };
	const struct teeq_scenario scenario = {
		.name = "late", .thread_count = 2, .clients = clients, .client_count = 1,
	};
	struct teeq_model *model = NULL;
	struct teeq_error error = { .text = "" };

	if (teeq_model_build(&scenario, &late, &model, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return model;
}

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

static void test_cut_in_the_search_for_livelocks(void **state)
{
	judge_cut_behind_the_end(path_of(state), 1);
	judge_cut_behind_the_end(path_of(state), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cut, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_flipped_bits, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_huge_numbers, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_other_models, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_other_settings, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_another_beginning, make_scratch,
						remove_scratch),
		cmocka_unit_test(test_a_file_that_is_not_there),
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
