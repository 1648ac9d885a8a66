/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The repair of `v10` that docs/findings.md names, return after the first wake, in each file of
 * examples/scenarios that is small enough: the whole search is mainline's: as many states, and as
 * many ends of each kind.
 */
#include "story.h"

#include <dirent.h>

#include "core/policies/shared.h"
#include "teeq/explore.h"
#include "teeq/scenario.h"

#define FOLDER TEEQ_SOURCE_DIR "/examples/scenarios"

/* As in v10, but for the return. */
static void wake_one(struct teeq_callq *q)
{
	struct teeq_waiter *w;

	if (shared_wake_system(q))
		return;
	w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE | TEEQ_WAITER_SYSTEM);
	if (w)
		teeq_callq_wake(w);
}

static void unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	wake_one(q);
}

/* From outside, so that all are searched alike: a policy from outside has no symmetry. */
static struct teeq_policy from_outside(const char *name)
{
	struct teeq_policy policy = *teeq_policy_find(name);

	policy.name = "outside";
	return policy;
}

static struct teeq_policy mended(void)
{
	struct teeq_policy policy = from_outside("v10");

	policy.wake_one = wake_one;
	policy.unreserve = unreserve;
	return policy;
}

struct outcome {
	uint64_t states;
	uint64_t count[TEEQ_VERDICT_COUNT];
	bool decided;
};

static struct outcome search(const struct teeq_scenario *scenario, const struct teeq_policy *policy)
{
	const struct teeq_explore_options options = { .all = true, .max_states = 100000 };
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;
	struct teeq_model *model = NULL;
	enum teeq_status status;
	struct outcome whole = { .states = 0 };

	if (teeq_model_new(scenario, policy, &model, &error) != TEEQ_OK)
		fail_msg("%s: %s: %s", scenario->name, error.key, error.text);
	status = teeq_explore(model, &options, &result, &error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		fail_msg("%s: %s", scenario->name, error.text);
	whole.states = result.states;
	whole.decided = status == TEEQ_OK;
	memcpy(whole.count, result.count, sizeof(whole.count));
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
	return whole;
}
#define search(...) FROM(search(__VA_ARGS__))

static struct teeq_scenario_file *load(const char *name)
{
	struct teeq_error error = { .text = "" };
	struct teeq_scenario_file *file = NULL;
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	return file;
}
#define load(...) FROM(load(__VA_ARGS__))

static bool are_equal(const struct outcome *a, const struct outcome *b)
{
	return a->states == b->states && memcmp(a->count, b->count, sizeof(a->count)) == 0;
}

/* @differ: in how many v10 itself is another, so that the change is seen. Returns whether it is decided. */
static bool compare(const char *name, unsigned int *differ)
{
	const struct teeq_policy changed = mended(), other = from_outside("mainline");
	const struct teeq_policy unchanged = from_outside("v10");
	struct teeq_scenario_file *file = load(name);
	const struct teeq_scenario *scenario = teeq_scenario_tables(file);
	struct outcome left = search(scenario, &changed), right = search(scenario, &other);
	struct outcome before = search(scenario, &unchanged);

	teeq_scenario_free(file);
	if (!left.decided || !right.decided)
		return false;
	if (!are_equal(&left, &right))
		fail_msg("%s: %llu states, with mainline %llu; or other ends", name,
			 (unsigned long long)left.states, (unsigned long long)right.states);
	*differ += !are_equal(&before, &right);
	return true;
}
#define compare(...) FROM(compare(__VA_ARGS__))

static void it_ends_as_mainline_does(void **state)
{
	DIR *folder = opendir(FOLDER);
	unsigned int decided = 0, large = 0, differ = 0;

	(void)state;
	assert_non_null(folder);
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		const char *end = strrchr(entry->d_name, '.');

		if (!end || strcmp(end, ".yaml") != 0)
			continue;
		if (compare(entry->d_name, &differ))
			decided++;
		else
			large++;
	}
	closedir(folder);
	printf("%u files as mainline, %u too large, v10 itself differs in %u\n", decided, large, differ);
	assert_true(decided > 100);
	assert_true(large < 10);
	assert_true(differ > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_as_mainline_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
