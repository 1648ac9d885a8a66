/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that is not the checkpoint it should be is refused: cut, changed, another's, or forged. */
#include "judge.h"

#include <sys/stat.h>

#include "base/hash.h"
#include "explore/checkpoint.h"
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
#define write_file(...) FROM(write_file(__VA_ARGS__))

static void read_file(struct file *file)
{
	FILE *from = fopen(file->path, "rb");
	struct stat status;

	assert_non_null(from);
	assert_int_equal(fstat(fileno(from), &status), 0);
	file->size = (size_t)status.st_size;
	file->bytes = malloc(file->size);
	assert_int_equal(fread(file->bytes, 1, file->size, from), file->size);
	fclose(from);
}
#define read_file(...) FROM(read_file(__VA_ARGS__))

static struct file make_file(void **state, bool exact)
{
	struct file file = { path_of(state), model_flagship(2, 3, "untracked"), NULL, 0 };
	const struct teeq_explore_options options = {
		.all = true, .exact = exact, .max_states = 60, .checkpoint_to = file.path,
	};
	struct teeq_explore_result result = expect_limit(file.model, &options);

	teeq_schedule_free(&result.schedule);
	read_file(&file);
	return file;
}
#define make_file(...) FROM(make_file(__VA_ARGS__))

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
#define expect_refusal(...) FROM(expect_refusal(__VA_ARGS__))

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
#define expect_cuts_refused(...) FROM(expect_cuts_refused(__VA_ARGS__))

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
#define try_number(...) FROM(try_number(__VA_ARGS__))

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

/* -------------------------- what is whole, and yet not true ----------------------------------- */

/* The hash goes through the file part by part, as it was written. */
static void seal(struct file *file)
{
	struct head head;
	uint64_t hash = 0;
	size_t at = 0;

	memcpy(&head, file->bytes, sizeof(head));
	for (uint64_t i = 0; at < file->size - sizeof(hash); i++) {
		size_t size = i == 0 ? sizeof(head) :
			      i <= head.state_count ? sizeof(struct saved_state) :
						      sizeof(uint64_t);

		hash = hash_continue(hash, file->bytes + at, size);
		at += size;
	}
	memcpy(file->bytes + at, &hash, sizeof(hash));
}

static struct file make_whole_file(void **state)
{
	struct file file = { path_of(state), model_flagship(3, 4, "untracked"), NULL, 0 };
	const struct teeq_explore_options options = {
		.all = true, .max_states = 2500, .checkpoint_to = file.path,
	};
	struct teeq_explore_result result = expect_limit(file.model, &options);

	assert_true(result.count[TEEQ_VERDICT_DEADLOCK] > 0);
	teeq_schedule_free(&result.schedule);
	read_file(&file);
	return file;
}
#define make_whole_file(...) FROM(make_whole_file(__VA_ARGS__))

/* @head in place of the true one, under a hash that fits. */
static void try_head(struct file *file, const struct head *head, size_t number)
{
	const struct teeq_explore_options options = { .all = true };
	struct head saved;

	memcpy(&saved, file->bytes, sizeof(saved));
	memcpy(file->bytes, head, sizeof(*head));
	seal(file);
	write_file(file, file->size);
	expect_refusal(file, file->model, options, DAMAGED, number);
	memcpy(file->bytes, &saved, sizeof(saved));
}
#define try_head(...) FROM(try_head(__VA_ARGS__))

static struct head head_of(const struct file *file)
{
	struct head head;

	memcpy(&head, file->bytes, sizeof(head));
	return head;
}

/* An end must be one, of its verdict, and be named exactly where such ends were counted. */
static void test_ends_that_are_none(void **state)
{
	struct file file = make_whole_file(state);
	const struct head whole = head_of(&file);

	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		struct head head = whole;

		head.count[v] = 1;
		for (uint64_t number = 0; number < whole.state_count; number += 1237) {
			head.ending[v] = number;
			try_head(&file, &head, v);
		}
		/* The end of another kind. */
		head.ending[v] = whole.ending[v == TEEQ_VERDICT_DEADLOCK ?
						      TEEQ_VERDICT_LOST_WAKEUP :
						      TEEQ_VERDICT_DEADLOCK];
		try_head(&file, &head, v);
		head = whole;
		if (whole.count[v] == 0) {
			head.count[v] = 1;
			try_head(&file, &head, v);
			continue;
		}
		head.count[v] = 0;
		try_head(&file, &head, v);
		head = whole;
		head.ending[v] = STATE_NONE;
		try_head(&file, &head, v);
		head = whole;
		head.count[v] = whole.state_count + 1;
		try_head(&file, &head, v);
	}
	free_file(&file);
}

/* On the way to an end somebody moves who cannot. */
static void test_ways_that_cannot_be_gone(void **state)
{
	struct file file = make_whole_file(state);
	const struct head whole = head_of(&file);
	const struct teeq_explore_options options = { .all = true };

	for (uint8_t task = 0; task < 4; task++) {
		const size_t at = sizeof(whole) + whole.ending[TEEQ_VERDICT_DEADLOCK] *
							  sizeof(struct saved_state);
		struct saved_state saved, changed;

		memcpy(&saved, file.bytes + at, sizeof(saved));
		changed = saved;
		changed.task = task;
		if (saved.task == task)
			continue;
		memcpy(file.bytes + at, &changed, sizeof(changed));
		seal(&file);
		write_file(&file, file.size);
		expect_refusal(&file, file.model, options, DAMAGED, at);
		memcpy(file.bytes + at, &saved, sizeof(saved));
	}
	free_file(&file);
}

/* With a hash that fits, a true file is taken: it is not the hash that the above trip over. */
static void test_a_hash_made_anew(void **state)
{
	struct file file = make_whole_file(state);
	struct teeq_explore_options options = { .all = true };
	struct subject subject = subject_of(0, file.model, &options);
	struct teeq_explore_result whole = explore(&subject, file.model, &options), resumed;

	seal(&file);
	write_file(&file, file.size);
	options.resume_from = file.path;
	resumed = explore(&subject, file.model, &options);
	expect_same_result(&subject, file.model, &resumed, &whole);
	teeq_schedule_free(&resumed.schedule);
	teeq_schedule_free(&whole.schedule);
	free_file(&file);
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
		cmocka_unit_test_setup_teardown(test_ends_that_are_none, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_ways_that_cannot_be_gone, make_scratch,
						remove_scratch),
		cmocka_unit_test_setup_teardown(test_a_hash_made_anew, make_scratch,
						remove_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
