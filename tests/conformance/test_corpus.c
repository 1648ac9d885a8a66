/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#include "teeq/explore.h"
#include "teeq/scenario.h"

/*
 * The corpus, decided: what every scenario shows under every policy, by exhaustive search, with the
 * length of a shortest schedule that shows it. What the files themselves expect is the same, and
 * test_corpus_random.c has it met by random schedules.
 */
struct cell {
	enum teeq_verdict verdict; /* the mildest that every failing end is at least */
	size_t length;             /* of a shortest way to any of them */
};

#define BROKEN(length_) { TEEQ_VERDICT_VIOLATION, length_ }
#define OK { TEEQ_VERDICT_DONE, 0 }
#define DEAD(length_) { TEEQ_VERDICT_DEADLOCK, length_ }
#define LOST(length_) { TEEQ_VERDICT_LOST_WAKEUP, length_ }
#define LIVE(length_) { TEEQ_VERDICT_LIVELOCK, length_ } /* into the cycle, and once around */
#define POLICY_COUNT 9

static const struct row {
	const char *name;
	struct cell cells[POLICY_COUNT]; /* in the order of `teeq policies` */
} corpus[] = {
	/* untracked, v1, v4, v7, v8, v9, v10, mainline, repaired */
	{ "absorbed-wake",
	  { LOST(13), DEAD(8), LOST(13), LOST(12), LOST(12), DEAD(6), LOST(12), LOST(12), OK } },
	{ "argument-cache",
	  { DEAD(35), DEAD(34), DEAD(34), DEAD(24), DEAD(24), DEAD(24), DEAD(24), DEAD(24), DEAD(25) } },
	{ "argument-cache-both",
	  { DEAD(14), DEAD(13), DEAD(13), OK, OK, OK, OK, OK, OK } },
	{ "argument-cache-kind",
	  { DEAD(11), DEAD(10), DEAD(10), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(9) } },
	{ "argument-cache-private",
	  { DEAD(14), DEAD(13), DEAD(13), OK, OK, OK, OK, OK, OK } },
	{ "argument-cache-small",
	  { DEAD(11), DEAD(10), DEAD(10), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(9) } },
	{ "argument-cache-unlocked",
	  { DEAD(14), DEAD(13), DEAD(13), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(11) } },
	{ "argument-close",
	  { OK, DEAD(21), OK, DEAD(20), DEAD(20), DEAD(20), DEAD(20), DEAD(20), DEAD(21) } },
	{ "bottom-half",
	  { DEAD(8), DEAD(7), DEAD(7), DEAD(5), DEAD(5), DEAD(5), DEAD(5), DEAD(5), DEAD(6) } },
	{ "busy-ta",
	  { BROKEN(8), BROKEN(8), BROKEN(8), BROKEN(8), BROKEN(8), BROKEN(8), BROKEN(8), BROKEN(8),
	    BROKEN(8) } },
	{ "close-busy-ta",
	  { DEAD(13), DEAD(13), DEAD(13), DEAD(13), DEAD(13), DEAD(13), DEAD(13), DEAD(13), DEAD(15) } },
	{ "close-hands-on",
	  { OK, DEAD(13), LOST(13), LOST(12), LOST(12), DEAD(12), LOST(12), LOST(12), OK } },
	{ "close-last-session",
	  { OK, DEAD(10), LOST(10), LOST(9), LOST(9), DEAD(9), OK, OK, OK } },
	{ "coalesced-wake",
	  { LOST(13), LOST(13), DEAD(13), LOST(11), LOST(11), LOST(11), LOST(11), LOST(11), OK } },
	{ "ffa-untracked",
	  { DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(8), DEAD(10) } },
	{ "flagship-staged",
	  { DEAD(8), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "flagship-wide",
	  { DEAD(43), DEAD(42), DEAD(42), DEAD(40), DEAD(40), DEAD(40), DEAD(40), DEAD(40), DEAD(49) } },
	{ "hwrng",
	  { DEAD(8), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "idle-slot",
	  { LOST(9), LOST(9), DEAD(9), DEAD(8), DEAD(11), LOST(8), OK, OK, OK } },
	{ "key-as-normal",
	  { DEAD(11), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "late-registration",
	  { DEAD(9), OK, DEAD(9), DEAD(9), DEAD(9), OK, DEAD(8), DEAD(8), DEAD(10) } },
	{ "lost-thread-order",
	  { OK, DEAD(7), OK, OK, OK, OK, OK, OK, OK } },
	{ "lucky-absorption",
	  { OK, DEAD(10), OK, OK, OK, DEAD(7), OK, OK, DEAD(21) } },
	{ "nested-system-small",
	  { LOST(9), LOST(9), LOST(9), LOST(8), LOST(8), LOST(8), LOST(8), LOST(8), OK } },
	{ "nested-system",
	  { DEAD(11), DEAD(11), OK, OK, DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(13) } },
	{ "no-system-client",
	  { OK, DEAD(5), OK, OK, OK, DEAD(4), OK, OK, OK } },
	{ "not-registered",
	  { DEAD(8), DEAD(7), DEAD(8), DEAD(7), DEAD(7), DEAD(5), DEAD(7), DEAD(7), DEAD(9) } },
	{ "rpmb-scmi",
	  { DEAD(9), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "session-shared",
	  { DEAD(7), DEAD(5), DEAD(7), DEAD(7), DEAD(7), DEAD(4), DEAD(7), DEAD(7), DEAD(9) } },
	{ "single-thread",
	  { DEAD(5), DEAD(9), DEAD(5), DEAD(4), DEAD(4), DEAD(8), DEAD(4), DEAD(4), DEAD(5) } },
	{ "ta-loading",
	  { DEAD(15), DEAD(13), DEAD(15), DEAD(14), DEAD(14), DEAD(11), DEAD(14), DEAD(14), DEAD(17) } },
	{ "ta-loading-mended",
	  { DEAD(15), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "supp-shm",
	  { DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(10), DEAD(11) } },
	{ "suspend-cancel",
	  { OK, OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "system-buffer",
	  { DEAD(8), DEAD(7), DEAD(7), DEAD(5), DEAD(5), DEAD(5), DEAD(5), DEAD(5), DEAD(6) } },
	{ "system-absorbs",
	  { LOST(13), LOST(13), LOST(13), LOST(12), DEAD(6), LOST(12), LOST(12), LOST(12), OK } },
	{ "two-wakes",
	  { LOST(11), LOST(11), DEAD(11), DEAD(9), DEAD(12), LOST(9), OK, OK, OK } },
	{ "unrelated-holder",
	  { LOST(13), OK, OK, OK, OK, OK, OK, OK, OK } },
	{ "v4-release-window",
	  { OK, OK, LIVE(11), OK, OK, OK, OK, OK, OK } },
	{ "v9-trap-order",
	  { LOST(28), LOST(28), LOST(28), OK, DEAD(29), LOST(26), OK, OK, OK } },
	{ "v9-trap-review",
	  { LOST(18), LOST(18), OK, OK, DEAD(19), LOST(16), OK, OK, OK } },
	{ "v9-trap",
	  { LOST(28), LOST(28), LOST(28), OK, DEAD(29), LOST(26), OK, OK, OK } },
};

#define ROW_COUNT (sizeof(corpus) / sizeof(corpus[0]))

/* Where code is slowed down, the one large scenario is not searched. */
#ifdef NDEBUG
#define TOO_LARGE ""
#else
#define TOO_LARGE "flagship-wide"
#endif

static struct teeq_scenario_file *load(const char *name)
{
	struct teeq_error error = { .text = "" };
	struct teeq_scenario_file *file = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/examples/scenarios/%s.yaml", TEEQ_SOURCE_DIR, name);
	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	return file;
}
#define load(...) FROM(load(__VA_ARGS__))

static struct teeq_model *build(const struct teeq_scenario_file *file, size_t policy)
{
	struct teeq_error error = { .text = "" };
	struct teeq_model *model = NULL;

	if (teeq_model_new(teeq_scenario_tables(file), teeq_policy_at(policy), &model, &error) !=
	    TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return model;
}
#define build(...) FROM(build(__VA_ARGS__))

/* ----------------------------------------- exhaustive ----------------------------------------- */

static void assert_replays(const struct teeq_model *model, const struct teeq_explore_result *found)
{
	const struct teeq_run_options options = { .strategy = NULL };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_error error = { .text = "" };
	struct teeq_result result;

	assert_non_null(world);
	assert_int_equal(teeq_replay(model, world, &found->schedule, &options, &result, &error),
			 TEEQ_OK);
	/* Behind a cycle tasks can still move. */
	assert_int_equal(result.verdict, found->cycle ? TEEQ_VERDICT_LIMIT : found->verdict);
	assert_int_equal(result.steps, found->schedule.count);
	teeq_world_free(world);
}
#define assert_replays(...) FROM(assert_replays(__VA_ARGS__))

static void explore_cell(const struct row *row, const struct teeq_model *model,
			 const struct cell *cell)
{
	const char *policy = teeq_model_policy(model)->name;
	struct teeq_explore_options options = { .all = true };
	struct teeq_explore_result all, first = { .schedule = { 0 } };
	struct teeq_error error;
	enum teeq_verdict verdict;

	assert_int_equal(teeq_explore(model, &options, &all, &error), TEEQ_OK);
	assert_true(all.exhausted);
	options.all = false;
	if (all.verdict != TEEQ_VERDICT_DONE)
		assert_int_equal(teeq_explore(model, &options, &first, &error), TEEQ_OK);
	verdict = all.count[TEEQ_VERDICT_VIOLATION] ? TEEQ_VERDICT_VIOLATION :
		  all.count[TEEQ_VERDICT_DEADLOCK] ? TEEQ_VERDICT_DEADLOCK :
		  all.count[TEEQ_VERDICT_LOST_WAKEUP] ? TEEQ_VERDICT_LOST_WAKEUP :
		  all.count[TEEQ_VERDICT_LIVELOCK] ? TEEQ_VERDICT_LIVELOCK :
						     TEEQ_VERDICT_DONE;
	if (verdict != cell->verdict || first.schedule.count != cell->length)
		fail_msg("%s under %s: %s after %zu steps, expected %s after %zu", row->name, policy,
			 teeq_verdict_name(verdict), first.schedule.count,
			 teeq_verdict_name(cell->verdict), cell->length);
	if (verdict != TEEQ_VERDICT_DONE) {
		assert_replays(model, &all);
		assert_replays(model, &first);
	}
	teeq_schedule_free(&all.schedule);
	teeq_schedule_free(&first.schedule);
}
#define explore_cell(...) FROM(explore_cell(__VA_ARGS__))

static void every_cell_is_decided(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		struct teeq_scenario_file *file = load(corpus[i].name);

		for (size_t p = 0; p < POLICY_COUNT && strcmp(corpus[i].name, TOO_LARGE); p++) {
			struct teeq_model *model = build(file, p);

			explore_cell(&corpus[i], model, &corpus[i].cells[p]);
			teeq_model_free(model);
		}
		teeq_scenario_free(file);
	}
}

/* ---------------------------------------- what files say -------------------------------------- */

static void files_expect_what_is_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		struct teeq_scenario_file *file = load(corpus[i].name);
		const struct teeq_scenario *scenario = teeq_scenario_tables(file);

		assert_int_equal(scenario->expect_count, POLICY_COUNT);
		for (size_t p = 0; p < POLICY_COUNT; p++) {
			assert_string_equal(scenario->expects[p].policy, teeq_policy_at(p)->name);
			assert_int_equal(scenario->expects[p].verdict, corpus[i].cells[p].verdict);
		}
		teeq_scenario_free(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_decided),
		cmocka_unit_test(files_expect_what_is_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
