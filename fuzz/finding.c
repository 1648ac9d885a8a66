/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage: fuzz_finding INPUT|POLICY SCENARIO
 *
 * Makes an input of fuzz_reserve_release as small as it stays interesting, writes what is left to
 * the file SCENARIO, and prints the schedule that leads there, for `teeq replay`. What makes an
 * input interesting is how it ends under its policy. With the name of a policy it looks for an
 * input that loses a wake-up under it. Exit status 0: written; 1: the model does something else;
 * 2: wrong usage, or a file that cannot be read or written; 3: looked long, and found none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "fuzz/core_scenario.h"
#include "mutate.h"
#include "teeq/scenario.h"

enum { HUNT_MAX = 200000, HUNT_OPERATIONS = 60 };

static struct core_scenario record;

/* ------------------------------------------ smaller ------------------------------------------- */

struct input {
	uint8_t data[CORE_HEADER + CORE_OPERATIONS];
	size_t size;
};

/* What makes the input worth keeping: where it ends, or that the model does something else. */
static struct {
	const struct teeq_policy *policy;
	enum core_end end;
	const char *broken;
	bool differs;
} wanted;

static bool differs_in_model(const struct input *input)
{
	core_scenario_record(&record, NULL, input->data, input->size);
	core_scenario_make(&record);
	return core_scenario_compare(&record, NULL);
}

static void want(const struct input *input)
{
	core_scenario_record(&record, NULL, input->data, input->size);
	wanted.policy = record.world.policy;
	wanted.end = record.end;
	wanted.broken = record.world.broken;
	wanted.differs = record.end != CORE_BROKEN && differs_in_model(input);
}

static bool shows_the_same(const struct input *input)
{
	static struct core_world world;
	enum core_end end = core_run(&world, NULL, input->data, input->size, NULL);

	if (world.policy != wanted.policy)
		return false;
	if (wanted.differs)
		return end != CORE_BROKEN && differs_in_model(input);
	return end == wanted.end &&
	       (end != CORE_BROKEN || strcmp(world.broken, wanted.broken) == 0);
}

/* Without @count operations at @at. Returns whether that will do. */
static bool without(struct input *input, size_t at, size_t count)
{
	struct input less = *input;

	less.size -= count;
	memmove(less.data + at, less.data + at + count, less.size - at);
	if (!shows_the_same(&less))
		return false;
	*input = less;
	return true;
}

static bool drop_operations(struct input *input)
{
	bool dropped = false;

	for (size_t count = (input->size - CORE_HEADER) / 2; count > 0; count /= 2)
		for (size_t at = CORE_HEADER; at + count <= input->size;)
			if (without(input, at, count))
				dropped = true;
			else
				at++;
	return dropped;
}

/* Fewer threads, tasks, sessions; nothing over FF-A that happens without it too. */
static bool lower_header(struct input *input)
{
	bool lowered = false;

	for (size_t i = 0; i < CORE_HEADER; i++) {
		for (unsigned int value = 0; value < input->data[i]; value++) {
			struct input less = *input;

			less.data[i] = (uint8_t)value;
			if (!shows_the_same(&less))
				continue;
			*input = less;
			lowered = true;
		}
	}
	return lowered;
}

/*
 * Another meaning of an operation is plainer where its number is lower: an ordinary call, task 0.
 */
static bool lower_operations(struct input *input)
{
	bool lowered = false;

	for (size_t i = CORE_HEADER; i < input->size; i++) {
		for (unsigned int value = 0; value < input->data[i]; value++) {
			struct input less = *input;

			less.data[i] = (uint8_t)value;
			if (!shows_the_same(&less))
				continue;
			*input = less;
			lowered = true;
		}
	}
	return lowered;
}

/* ------------------------------------------ printed ------------------------------------------- */

static bool write_scenario(const char *path)
{
	FILE *out = fopen(path, "w");
	bool good = out && teeq_scenario_print(&record.scenario, out) == TEEQ_OK;

	if (out && fclose(out))
		good = false;
	if (!good)
		perror(path);
	return good;
}

static int tell(const char *path)
{
	static const char *const ends[] = { "done", "deadlock", "lost wake-up", "broken" };
	char *schedule = NULL;
	const char *differs;

	core_scenario_make(&record);
	differs = core_scenario_compare(&record, &schedule);
	printf("%s after %zu steps under %s%s%s\n", ends[record.end], record.count,
	       record.world.policy->name, record.world.broken ? ": " : "",
	       record.world.broken ? record.world.broken : "");
	if (differs)
		printf("the model differs: %s\n", differs);
	if (!write_scenario(path))
		return 2;
	if (schedule)
		printf("replay: teeq replay %s '%s'\n", path, schedule);
	free(schedule);
	return differs != NULL;
}

/* A failed CHECK: what led to it. */
static void tell_before_abort(const void *path)
{
	tell(path);
	fflush(stdout);
}

static bool read_input(const char *path, struct input *input)
{
	FILE *file = fopen(path, "rb");

	if (file)
		input->size = fread(input->data, 1, sizeof(input->data), file);
	if (!file || ferror(file)) {
		perror(path);
		if (file)
			fclose(file);
		return false;
	}
	fclose(file);
	if (input->size < CORE_HEADER)
		input->size = CORE_HEADER;
	return true;
}

/* Sequences of all kinds, the same ones every time, until one loses a wake-up under @policy. */
static bool hunt(const struct teeq_policy *policy, struct input *input)
{
	static const struct record_format format = { CORE_HEADER, 1, CORE_OPERATIONS };
	static struct core_world world;

	input->size = CORE_HEADER;
	for (unsigned int seed = 0; seed < HUNT_MAX; seed++) {
		input->size = mutate_records(&format, input->data, input->size,
					     CORE_HEADER + HUNT_OPERATIONS, seed);
		while (teeq_policy_at(input->data[0] % policy_count()) != policy)
			input->data[0]++;
		if (core_run(&world, NULL, input->data, input->size, NULL) == CORE_LOST_WAKEUP)
			return true;
	}
	return false;
}

static void make_smaller(struct input *input)
{
	bool smaller;

	do {
		smaller = drop_operations(input);
		smaller |= lower_header(input);
		smaller |= lower_operations(input);
	} while (smaller);
}

int main(int argc, char **argv)
{
	static struct input input;
	const struct teeq_policy *policy;

	if (argc != 3) {
		fprintf(stderr, "usage: %s INPUT|POLICY SCENARIO\n", argv[0]);
		return 2;
	}
	policy = teeq_policy_find(argv[1]);
	if (policy && !hunt(policy, &input)) {
		fprintf(stderr, "%s: lost no wake-up in %d inputs\n", policy->name, HUNT_MAX);
		return 3;
	}
	if (!policy && !read_input(argv[1], &input))
		return 2;
	check_set_note((struct check_note){ tell_before_abort, argv[2] });
	want(&input);
	check_set_note((struct check_note){ NULL, NULL });
	make_smaller(&input);
	core_scenario_record(&record, NULL, input.data, input.size);
	return tell(argv[2]);
}
