/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/shrink.h"

#include "model/world.h"

/*
 * A schedule of thousands of steps, as random choices make it, is nearly all switches, and trying
 * to move them one by one would take for ever. So first whole blocks of it are put in order: the
 * same choices, each task's in a row. Blocks start as large as the schedule and get smaller. How
 * much is tried is counted in steps, so that it ends and gives the same result everywhere.
 */
#define BLOCK_MIN	4
#define STEPS_TRIED_MAX UINT64_C(400000000)

struct ordering {
	const struct teeq_model *model;
	struct teeq_world *world;
	struct shrink_end end;
	struct teeq_schedule best;
	struct teeq_schedule tried;
	uint64_t steps_tried;
};

static enum teeq_status shrink_blocks_step(struct ordering *o, unsigned int task)
{
	o->steps_tried++;
	world_step(o->model, o->world, task, NULL);
	return teeq_schedule_add(&o->tried, task);
}

static bool shrink_blocks_can_move(const struct ordering *o, unsigned int task)
{
	return teeq_world_enabled(o->model, o->world) & task_bit(task);
}

/* Choices one by one; those that cannot be made are passed over. */
static enum teeq_status play_plain(struct ordering *o, size_t from, size_t end)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = from; i < end && status == TEEQ_OK; i++)
		if (shrink_blocks_can_move(o, o->best.tasks[i]))
			status = shrink_blocks_step(o, o->best.tasks[i]);
	return status;
}

/* As many choices of each task as there are, each task as long as it can. */
static enum teeq_status play_ordered(struct ordering *o, size_t from, size_t end)
{
	size_t left[TEEQ_TASK_MAX] = { 0 };
	unsigned int task = o->best.tasks[from];
	enum teeq_status status = TEEQ_OK;

	for (size_t i = from; i < end; i++)
		left[o->best.tasks[i]]++;
	while (status == TEEQ_OK) {
		if (left[task] == 0 || !shrink_blocks_can_move(o, task))
			for (task = 0; task < TEEQ_TASK_MAX; task++)
				if (left[task] > 0 && shrink_blocks_can_move(o, task))
					break;
		if (task == TEEQ_TASK_MAX)
			break;
		left[task]--;
		status = shrink_blocks_step(o, task);
	}
	return status;
}

static bool shrink_blocks_is_better(const struct ordering *o)
{
	if (teeq_world_check(o->model, o->world) ?
		    o->end.verdict != TEEQ_VERDICT_VIOLATION :
		    teeq_world_verdict_of(o->model, o->world, o->end.must_finish) !=
			    o->end.verdict)
		return false;
	return teeq_schedule_switches(&o->tried) < teeq_schedule_switches(&o->best);
}

static enum teeq_status try_block(struct ordering *o, size_t from, size_t end)
{
	struct teeq_schedule swap = o->best;
	enum teeq_status status;

	o->tried.count = 0;
	teeq_world_reset(o->model, o->world);
	status = play_plain(o, 0, from);
	if (status == TEEQ_OK)
		status = play_ordered(o, from, end);
	if (status == TEEQ_OK)
		status = play_plain(o, end, o->best.count);
	if (status != TEEQ_OK || !shrink_blocks_is_better(o))
		return status;
	o->best = o->tried;
	o->tried = swap;
	return status;
}

/* One task's alone: there is nothing to put in order. */
static bool is_ordered(const struct ordering *o, size_t from, size_t end)
{
	while (from + 1 < end && o->best.tasks[from] == o->best.tasks[from + 1])
		from++;
	return from + 1 >= end;
}

static enum teeq_status order_blocks(struct ordering *o)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t size = o->best.count; size >= BLOCK_MIN; size /= 2)
		for (size_t from = 0; from < o->best.count; from += size) {
			size_t end = from + size < o->best.count ? from + size : o->best.count;

			if (o->steps_tried >= STEPS_TRIED_MAX)
				return status;
			if (is_ordered(o, from, end))
				continue;
			status = try_block(o, from, end);
			if (status != TEEQ_OK)
				return status;
		}
	return status;
}

enum teeq_status shrink_blocks(const struct teeq_model *model, const struct teeq_schedule *schedule,
			       struct shrink_end end, struct teeq_schedule *ordered)
{
	struct ordering o = {
		.model = model,
		.world = teeq_world_new(model),
		.end = end,
	};
	enum teeq_status status = o.world ? TEEQ_OK : TEEQ_ENOMEM;

	for (size_t i = 0; i < schedule->count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(&o.best, schedule->tasks[i]);
	if (status == TEEQ_OK)
		status = order_blocks(&o);
	if (status == TEEQ_OK)
		*ordered = o.best;
	else
		teeq_schedule_free(&o.best);
	teeq_schedule_free(&o.tried);
	teeq_world_free(o.world);
	return status;
}
