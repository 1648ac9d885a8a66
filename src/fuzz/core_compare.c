/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/core_scenario.h"
#include "teeq/world.h"

static const char *compare_states(struct core_scenario *record, const struct teeq_model *model,
				  const struct teeq_world *world, size_t step)
{
	const struct teeq_callq *q = teeq_world_callq(model, world);
	const struct core_state *state = &record->states[step];
	const struct pool *pool = (const struct pool *)(const void *)state->secure;

	if (memcmp(q, state->queue, callq_size(q->waiter_count)) != 0) {
		snprintf(record->message, sizeof(record->message),
			 "step %zu: the queue is another one", step);
		return record->message;
	}
	for (unsigned int i = 0; i < pool->context_count; i++) {
		struct teeq_context_view view;

		teeq_world_context(model, world, i, &view);
		if ((unsigned int)view.state == pool->context[i])
			continue;
		snprintf(record->message, sizeof(record->message),
			 "step %zu: context %u is %u, in the model %u", step, i, pool->context[i],
			 (unsigned int)view.state);
		return record->message;
	}
	if (teeq_world_reserved(model, world) != pool->reserved_count) {
		snprintf(record->message, sizeof(record->message),
			 "step %zu: %u set aside, in the model %u", step, pool->reserved_count,
			 teeq_world_reserved(model, world));
		return record->message;
	}
	return teeq_world_check(model, world);
}

static const char *compare_ends(struct core_scenario *record, const struct teeq_model *model,
				const struct teeq_world *world)
{
	static const enum teeq_verdict verdicts[] = {
		[CORE_DONE] = TEEQ_VERDICT_DONE,
		[CORE_DEADLOCK] = TEEQ_VERDICT_DEADLOCK,
		[CORE_LOST_WAKEUP] = TEEQ_VERDICT_LOST_WAKEUP,
	};
	enum teeq_verdict verdict = teeq_world_verdict(model, world);

	if (record->end == CORE_BROKEN || verdict == verdicts[record->end])
		return NULL;
	snprintf(record->message, sizeof(record->message), "it ends as %s, in the model as %s",
		 teeq_verdict_name(verdicts[record->end]), teeq_verdict_name(verdict));
	return record->message;
}

/* One step of @task, which the schedule is to have, too. */
static bool follow_move(const struct teeq_model *model, struct teeq_world *world, unsigned int task,
			struct teeq_schedule *schedule)
{
	return teeq_schedule_add(schedule, task) == TEEQ_OK &&
	       teeq_world_step(model, world, task, NULL) == TEEQ_OK;
}

/* The small world counts with the fast call; in the model that may be a step of its own. */
static bool counts_next(const struct teeq_model *model, const struct teeq_world *world,
			unsigned int task)
{
	struct teeq_task_view view;

	teeq_world_task(model, world, task, &view);
	return view.action == TEEQ_ACTION_COUNT_SESSION;
}

static const char *follow_steps(struct core_scenario *record, const struct teeq_model *model,
				struct teeq_world *world, struct teeq_schedule *schedule)
{
	for (size_t i = 0; i < record->count; i++) {
		unsigned int task = record->steps[i].task;
		const char *differs;

		if (!follow_move(model, world, task, schedule) ||
		    (counts_next(model, world, task) &&
		     !follow_move(model, world, task, schedule))) {
			snprintf(record->message, sizeof(record->message),
				 "step %zu: in the model %s cannot move", i,
				 teeq_model_task_name(model, task));
			return record->message;
		}
		differs = compare_states(record, model, world, i);
		if (differs)
			return differs;
	}
	return compare_ends(record, model, world);
}

const char *core_scenario_follow(struct core_scenario *record, const struct teeq_model *model,
				 struct teeq_schedule *schedule)
{
	struct teeq_world *world = teeq_world_new(model);
	const char *differs = world ? follow_steps(record, model, world, schedule) : "no memory";

	teeq_world_free(world);
	return differs;
}

const char *core_scenario_compare(struct core_scenario *record, char **replayed)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model = NULL;
	struct teeq_schedule schedule = { 0 };
	const char *differs;

	if (replayed)
		*replayed = NULL;
	if (teeq_model_new(&record->scenario, record->world.policy, &model, &error) != TEEQ_OK) {
		snprintf(record->message, sizeof(record->message), "no model: %.80s: %.150s",
			 error.key, error.text);
		return record->message;
	}
	differs = core_scenario_follow(record, model, &schedule);
	if (replayed)
		*replayed = teeq_schedule_print(model, &schedule);
	teeq_schedule_free(&schedule);
	teeq_model_free(model);
	return differs;
}
