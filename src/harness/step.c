/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps: a task goes on to its next point, and what came of that is noted. Between the steps of a
 * run no function returns that was called before the last one, see fiber.h: hence all is inlined.
 */
#include "harness/run.h"

#include <string.h>

#include "base/hash.h"

/* Who moved, what came of it, and where it stands now. */
static void note_step(struct teeq_harness *h, const struct harness_task *task)
{
	const struct point *point = &task->point;
	uint8_t bytes[96];
	size_t action = strnlen(point->action, 16);
	size_t object = strnlen(point->site.object, 64);

	hash_put64(bytes, harness_index(h, task) | (uint64_t)h->wakeup << 8 |
				  (uint64_t)h->smc_outcome << 16 | (uint64_t)task->state << 24 |
				  h->now << 32);
	memcpy(bytes + 8, point->action, action);
	memcpy(bytes + 8 + action, point->site.object, object);
	h->result.event_hash = hash_continue(h->result.event_hash, bytes, 8 + action + object);
}

__attribute__((always_inline)) static inline void step_in(struct teeq_harness *h,
							  struct harness_task *task)
{
	h->entry_count++;
	h->running = task;
	if (h->switcher) {
		h->switcher->enter(h, task);
		h->running = NULL;
		return;
	}
	fiber_enter(&task->fiber);
	h->running = NULL;
	/*
	 * In the kernel the stack would now be somebody else's: what lay on it must not look valid.
	 */
	if (task->state == TASK_RETURNED && h->begins_with_copy)
		fiber_wipe_evenly(&task->fiber);
	else if (task->state == TASK_RETURNED)
		fiber_wipe(&task->fiber);
}

void harness_enter(struct teeq_harness *h, struct harness_task *task)
{
	step_in(h, task);
}

__attribute__((always_inline)) static inline void step_on(struct teeq_harness *h,
							  struct harness_task *task)
{
	bool told = h->trace || h->recorder || h->stepped;
	struct point point = { .kind = POINT_FREE };

	if (told)
		point = task->point;
	h->smc_outcome = SMC_NONE;
	h->wakeup = WAKEUP_READY;
	step_in(h, task);
	if (h->in_vain)
		return;
	h->result.steps++;
	note_step(h, task);
	if (!told)
		return;
	if (h->trace)
		trace_step(h, task, &point);
	if (h->recorder && !h->broke)
		recorder_step(h->recorder, task, &point);
	if (h->stepped && !h->broke)
		h->stepped(h->stepped_argument, task, &point);
}

void harness_step(struct teeq_harness *h, struct harness_task *task)
{
	step_on(h, task);
}

void run_tasks(struct teeq_harness *h, uint64_t step_max, const struct chooser *chooser)
{
	uint64_t enabled;

	h->result.verdict = TEEQ_VERDICT_LIMIT;
	while (!h->broke && (enabled = harness_enabled(h)) != 0) {
		int task = h->result.steps < step_max ?
				   chooser->choose(chooser->argument, enabled) :
				   -1;

		if (task < 0)
			return;
		if (teeq_schedule_add(&h->schedule, (unsigned int)task) != TEEQ_OK) {
			h->no_memory = true;
			return;
		}
		step_on(h, &h->tasks[task]);
	}
	h->result.verdict = harness_verdict(h);
}
