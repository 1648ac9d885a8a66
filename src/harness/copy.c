/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs that begin with a copy of what the setup left. They cost no setup and close no pages, and
 * so cost little. What breaks in one is run again from the start, where it is told best.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run.h"

#include "harness/kernel/kernel.h"
#include "harness/memory.h"
#include "harness/state.h"

/*
 * Of so many seeds, one run begins with the setup, and one looks at what lies beside the setup's
 * blocks.
 */
enum {
	SEEDS_IN_A_ROW = 256,
	SEEDS_WITHOUT = 16
};

/*
 * What has books of its own is not copied; and what is to be told step by step is told from the
 * start. Now and then a run is made from the start all the same: who only reads freed memory is
 * seen there alone.
 */
static bool may_begin_with_copy(const struct teeq_harness *h,
				const struct teeq_harness_run_options *options)
{
	return h->options.copies && options->seed % SEEDS_IN_A_ROW != 1 && !options->trace &&
	       !options->record && !options->fail_at && !h->stepped && !race_is_watched() &&
	       state_is_possible(h) && !h->has_no_copy;
}

bool harness_begin_for_copies(struct teeq_harness *h, enum teeq_harness_points points,
			      bool searches)
{
	struct arena *a = &h->memory->arena;
	struct fiber_watch watch = { crash_recover, crash_tell, crash_is_stuck, crash_report, h };

	state_forget(h);
	if (a->base && a->part_count != h->task_count + 1)
		arena_destroy(a);
	if (!a->base && !arena_create(a, h->task_count + 1))
		return false;
	arena_clear(a);
	a->reuses = h->searches = searches;
	h->begins_with_copy = h->memory->in_arena = true;
	kernel_watch(h);
	run_begin_state(h);
	fiber_watch(&watch);
	harness_active = h;
	run_surroundings(h, "setup", h->options.setup);
	harness_active = NULL;
	fiber_watch(NULL);
	if (h->broke || h->no_memory || !order_capture(h) || !state_capture(h)) {
		state_forget(h);
		return false;
	}
	h->copied_points = points;
	return true;
}

static bool begin_with_copy(struct teeq_harness *h, enum teeq_harness_points points)
{
	if (!state_is_captured(h) || h->copied_points != points || h->searches)
		return harness_begin_for_copies(h, points, false);
	h->begins_with_copy = h->memory->in_arena = true;
	h->memory->arena.full = h->memory->arena.hurt = false;
	state_restore(h);
	order_restore(h);
	return true;
}

void harness_look_for_damage(struct teeq_harness *h, bool of_setup)
{
	const struct block *block = h->broke ? NULL : memory_damaged(h, of_setup);

	if (!block)
		return;
	snprintf(h->violation, sizeof(h->violation), "somebody wrote %s %zu bytes%s",
		 block->freed ? "to freed memory, a block of" : "beside",
		 block->freed ? block->map_bytes : block->size,
		 block->freed ? " with what is around it" : "");
	h->broke = true;
}

static enum teeq_status execute_copy(struct teeq_harness *h,
				     const struct teeq_harness_run_options *options,
				     enum teeq_harness_points points, const struct chooser *chooser)
{
	struct fiber_watch watch = { crash_recover, crash_tell, crash_is_stuck, crash_report, h };

	run_begin_books(h, options, points);
	if (!begin_with_copy(h, points))
		return TEEQ_EINPUT;
	fiber_watch_again(&watch);
	harness_active = h;
	run_tasks(h, run_steps_at_most(options), chooser);
	run_finish(h);
	harness_look_for_damage(h, options->seed % SEEDS_WITHOUT == 0);
	run_decide(h);
	harness_active = NULL;
	fiber_watch(NULL);
	return h->no_memory ? TEEQ_ENOMEM : TEEQ_OK;
}

struct again {
	const uint8_t *tasks;
	size_t count, step;
};

static int choose_again(void *argument, uint64_t enabled)
{
	struct again *again = argument;

	if (again->step == again->count || !(enabled >> again->tasks[again->step] & 1))
		return -1;
	return again->tasks[again->step++];
}

/*
 * What broke is told best where freed memory is closed. If it does not break there, it did all the
 * same.
 */
enum teeq_status harness_execute_again(struct teeq_harness *h,
				       const struct teeq_harness_run_options *options,
				       enum teeq_harness_points points,
				       struct teeq_harness_result *result)
{
	struct teeq_schedule schedule = h->schedule;
	struct again again = { schedule.tasks, schedule.count, 0 };
	struct chooser chooser = { choose_again, &again };
	enum teeq_verdict verdict = h->result.verdict;
	char violation[sizeof(h->violation)];
	enum teeq_status status;
	bool astray;

	memcpy(violation, h->violation, sizeof(violation));
	h->schedule = (struct teeq_schedule){ 0 };
	astray = h->no_memory;
	status = harness_execute_all(h, options, points, &chooser, result);
	teeq_schedule_free(&schedule);
	/*
	 * Who goes by what is in freed memory may ask for more than there is, and that is no run.
	 */
	if (astray && status == TEEQ_OK && result->verdict != TEEQ_VERDICT_VIOLATION)
		status = TEEQ_ENOMEM;
	if (astray)
		return status;
	if (status != TEEQ_OK || verdict != TEEQ_VERDICT_VIOLATION ||
	    (result->verdict != TEEQ_VERDICT_DONE && result->verdict != TEEQ_VERDICT_LIMIT))
		return status;
	h->result.verdict = verdict;
	memcpy(h->violation, violation, sizeof(violation));
	h->result.violation = h->violation;
	free(h->explanation);
	h->explanation = explain_run(h);
	*result = h->result;
	return h->explanation ? TEEQ_OK : TEEQ_ENOMEM;
}

enum teeq_status harness_execute(struct teeq_harness *h,
				 const struct teeq_harness_run_options *options,
				 enum teeq_harness_points points, const struct chooser *chooser,
				 struct teeq_harness_result *result)
{
	enum teeq_status status;

	if (harness_active)
		return TEEQ_EINPUT;
	if (!may_begin_with_copy(h, options))
		return harness_execute_all(h, options, points, chooser, result);
	status = execute_copy(h, options, points, chooser);
	/* The setup breaks, or there is no room: nobody has chosen anything yet. */
	if (status == TEEQ_EINPUT)
		h->has_no_copy = true;
	if (status == TEEQ_EINPUT)
		return harness_execute_all(h, options, points, chooser, result);
	if ((status == TEEQ_OK && h->result.verdict == TEEQ_VERDICT_VIOLATION) ||
	    status == TEEQ_ENOMEM)
		return harness_execute_again(h, options, points, result);
	*result = h->result;
	return status;
}
