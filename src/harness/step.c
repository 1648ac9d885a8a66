/* SPDX-License-Identifier: BSD-2-Clause */
/* A step: a task goes on to its next point, and what came of that is noted. */
#include "harness/harness.h"

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

void harness_enter(struct teeq_harness *h, struct harness_task *task)
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

void harness_step(struct teeq_harness *h, struct harness_task *task)
{
	bool told = h->trace || h->recorder || h->stepped;
	struct point point = { .kind = POINT_FREE };

	if (told)
		point = task->point;
	h->smc_outcome = SMC_NONE;
	h->wakeup = WAKEUP_READY;
	harness_enter(h, task);
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
