/* SPDX-License-Identifier: BSD-2-Clause */
/* From state to state by steps, and back by what they changed. */
#include "harness/walk.h"

#include <stdlib.h>

#include "harness/memory.h"
#include "harness/run.h"

static void walk_watch(const struct walk *w)
{
	struct fiber_watch watch = { crash_recover, crash_tell, crash_is_stuck, crash_report,
				     w->h };

	fiber_watch(&watch);
	harness_active = w->h;
}

bool walk_begin(struct walk *w, struct teeq_harness *h)
{
	static const struct teeq_harness_run_options options;

	*w = (struct walk){ .h = h };
	run_begin_books(h, &options, h->options.points);
	/* Whether accesses race depends on the schedule, and not on the state. */
	w->race = h->race;
	h->race = NULL;
	if (!harness_begin_for_copies(h, h->options.points, true))
		return false;
	walk_watch(w);
	/* Time passes where nobody can move: what that changes belongs to the state. */
	w->enabled = harness_enabled(h);
	return state_note(h, &w->log, &w->print);
}

void walk_end(struct walk *w)
{
	harness_active = NULL;
	fiber_watch(NULL);
	w->h->race = w->race;
	/* There is no run to be explained. */
	free(w->h->explanation);
	w->h->explanation = calloc(1, 1);
	w->h->searches = false;
	state_free(w->h);
	free(w->path);
	free(w->log.items);
}

static bool walk_room(struct walk *w)
{
	size_t capacity = w->capacity ? 2 * w->capacity : 256;
	struct walk_step *path;

	if (w->depth < w->capacity)
		return true;
	path = realloc(w->path, capacity * sizeof(*path));
	w->h->no_memory |= !path;
	if (!path)
		return false;
	w->path = path;
	w->capacity = capacity;
	return true;
}

bool walk_preempts(const struct walk *w, unsigned int task)
{
	unsigned int last = w->depth > 0 ? w->path[w->depth - 1].task : task;

	return last != task && (w->enabled >> last & 1);
}

/* What is over leaves nothing of itself, and what was not part of the state is clean. */
static void walk_tidy(struct teeq_harness *h, struct harness_task *task)
{
	if (task->state == TASK_RETURNED)
		task->point = (struct point){ .kind = POINT_FREE,
					      .action = "",
					      .site = { "", "", "", 0 } };
	else
		fiber_clean(&task->fiber);
	for (size_t i = h->held_count; i < HELD_MAX && h->held[i].lock; i++)
		h->held[i] = (struct held){ .lock = NULL };
}

/* As the copy has it. */
static void walk_restore(struct walk *w)
{
	struct teeq_harness *h = w->h;

	state_restore(h);
	for (unsigned int i = 0; i < h->task_count; i++)
		fiber_clean(&h->tasks[i].fiber);
	h->in_vain = h->broke = false;
}

/* The path is to have one more step. */
static bool walk_prepare(struct walk *w, unsigned int task)
{
	struct teeq_harness *h = w->h;

	h->schedule.count = w->depth;
	h->no_memory |= teeq_schedule_add(&h->schedule, task) != TEEQ_OK;
	return !h->no_memory && walk_room(w);
}

/* It has. */
static void walk_push(struct walk *w, unsigned int task)
{
	w->path[w->depth] = (struct walk_step){ w->log.count, w->print, w->enabled, w->preemptions,
						(uint8_t)task };
	w->preemptions += walk_preempts(w, task);
	w->depth++;
}

bool walk_forth(struct walk *w, unsigned int task)
{
	struct teeq_harness *h = w->h;

	if (!walk_prepare(w, task))
		return false;
	state_settle(h);
	h->result.steps = w->depth;
	h->smc_outcome = SMC_NONE;
	h->wakeup = WAKEUP_READY;
	w->steps++;
	harness_enter(h, &h->tasks[task]);
	if (h->broke || h->no_memory) {
		walk_restore(w);
		return false;
	}
	walk_tidy(h, &h->tasks[task]);
	walk_push(w, task);
	w->enabled = harness_enabled(h);
	h->no_memory |= !state_note(h, &w->log, &w->print);
	return !h->no_memory;
}

bool walk_again(struct walk *w, unsigned int task, const uint32_t *changes, size_t count,
		uint64_t enabled)
{
	if (!walk_prepare(w, task))
		return false;
	walk_push(w, task);
	w->h->no_memory |= !state_redo(w->h, &w->log, changes, count);
	w->enabled = enabled;
	return !w->h->no_memory;
}

void walk_back(struct walk *w)
{
	const struct walk_step *step = &w->path[--w->depth];

	w->h->schedule.count = w->depth;
	w->h->no_memory |= !state_undo(w->h, &w->log, step->undo_count);
	w->print = step->print;
	w->enabled = step->enabled;
	w->preemptions = step->preemptions;
}

enum teeq_verdict walk_judge(struct walk *w, bool tells_kind)
{
	struct teeq_harness *h = w->h;
	bool done;

	h->result = (struct teeq_harness_result){ .steps = w->depth };
	h->result.verdict = harness_verdict(h);
	done = h->result.verdict == TEEQ_VERDICT_DONE;
	run_finish(h);
	harness_look_for_damage(h, true);
	if (h->broke)
		h->result.verdict = TEEQ_VERDICT_VIOLATION;
	else if (tells_kind && !done)
		run_name_deadlock(h);
	if (h->broke || h->in_vain || (done && h->options.teardown))
		walk_restore(w);
	return h->result.verdict;
}
