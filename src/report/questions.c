/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/graph.h"

/* What the reports ask a world about tasks, calls and threads. */

bool graph_is_stuck(const struct teeq_model *model, const struct teeq_world *world,
		    unsigned int task, struct teeq_task_view *view)
{
	teeq_world_task(model, world, task, view);
	return view->action != TEEQ_ACTION_NONE && view->started && !view->enabled;
}

bool graph_may_use(const struct teeq_model *model, const struct teeq_world *world,
		   unsigned int task, bool system, unsigned int context)
{
	return teeq_world_context_serves(model, world, context, teeq_model_task_guest(model, task),
					 system);
}

bool graph_is_asleep(const struct teeq_model *model, const struct teeq_world *world,
		     struct teeq_caller caller)
{
	struct teeq_task_view view;

	teeq_world_task(model, world, caller.task, &view);
	return view.action == TEEQ_ACTION_WAIT && view.level == caller.level;
}

uint16_t graph_client_of(const struct teeq_model *model, unsigned int task)
{
	int client = teeq_model_task_client(model, task);

	return client < 0 ? TEEQ_NO_OBJECT : (uint16_t)client;
}

const char *graph_client_name(const struct teeq_model *model, uint16_t client)
{
	return client == TEEQ_NO_OBJECT ? TEEQ_SUPPLICANT_NAME :
					  words_name(teeq_model_client_name(model, client));
}

int graph_free_thread(const struct teeq_model *model, const struct teeq_world *world,
		      struct teeq_caller caller)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(model);
	struct teeq_call_view call = { 0 };

	teeq_world_call(model, world, caller.task, caller.level, &call);
	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		teeq_world_context(model, world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE &&
		    graph_may_use(model, world, caller.task, call.system, i))
			return (int)i;
	}
	return -1;
}

/*
 * Whether the system sessions of both are counted as one number: so they are in a secure world that
 * counts them itself (v4), over all guests who share its threads.
 */
static bool counts_with(const struct teeq_model *model, unsigned int waiter, unsigned int task)
{
	return teeq_model_policy(model)->secure == TEEQ_SECURE_COUNTED &&
	       teeq_model_guest_threads(model, teeq_model_task_guest(model, waiter)) == 0 &&
	       teeq_model_guest_threads(model, teeq_model_task_guest(model, task)) == 0;
}

/* What belongs to a driver only tasks of its guest can touch; what belongs to nobody, anybody. */
bool graph_reaches(const struct teeq_model *model, unsigned int waiter, unsigned int task,
		   enum teeq_effect effect, unsigned int object)
{
	bool anybody = effect == TEEQ_EFFECT_SIGNAL || effect == TEEQ_EFFECT_ARRIVE ||
		       effect == TEEQ_EFFECT_COND_SIGNAL || effect == TEEQ_EFFECT_SECURE_UNLOCK ||
		       ((effect == TEEQ_EFFECT_THAW || effect == TEEQ_EFFECT_KILL ||
			 effect == TEEQ_EFFECT_FREEZE) &&
			object != TEEQ_NO_OBJECT) ||
		       (effect == TEEQ_EFFECT_COUNT_OUT && counts_with(model, waiter, task));

	return anybody ||
	       teeq_model_task_guest(model, task) == teeq_model_task_guest(model, waiter);
}

bool graph_is_kept_for_sessions(const struct teeq_model *model, const struct teeq_world *world,
				unsigned int task)
{
	const struct teeq_policy *policy = teeq_model_policy(model);
	unsigned int guest = teeq_model_task_guest(model, task);

	if (policy->secure == TEEQ_SECURE_COUNTED)
		return teeq_world_guest_reserved(model, world, guest) > 0;
	return policy->unreserve &&
	       teeq_world_guest_callq(model, world, guest)->system_session_count > 0;
}

/*
 * Whether the wake was given to the holder's call: its completion is done, and it does not sleep.
 */
bool graph_absorbed(const struct teeq_model *model, const struct teeq_world *world,
		    const struct teeq_wait_edge *edge)
{
	struct teeq_caller holder = { .task = (uint8_t)edge->holder, .level = edge->holder_level };
	struct teeq_call_view call;

	return edge->holder >= 0 &&
	       teeq_world_call(model, world, holder.task, holder.level, &call) && call.done &&
	       !graph_is_asleep(model, world, holder);
}
