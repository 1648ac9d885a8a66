/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/build.h"
#include "model/step.h"

/*
 * Guests of a hypervisor. Each has a driver of its own, which counts what it was told of; the pool
 * of threads is one, but for guests that have one of their own. Between the two stands a mediator,
 * which may let each guest have so many calls in the secure world at once, and answers
 * ETHREAD_LIMIT itself to one more (Xen, optee.c: max_optee_threads).
 */

/* ---------------------------------------- building -------------------------------------------- */

static bool build_guest(struct build *build, size_t guest)
{
	const struct teeq_guest_spec *from = &build->scenario->guests[guest];
	struct teeq_model *model = build->model;
	uint32_t counted = from->thread_count, there = from->threads;

	if (!build_in_range(build, "threads", there, 0, TEEQ_CONTEXT_MAX))
		return false;
	if (!build_in_range(build, "call-limit", from->call_limit, 0, TEEQ_CONTEXT_MAX))
		return false;
	if (counted != TEEQ_GUEST_THREADS_UNKNOWN &&
	    !build_in_range(build, "thread-count", counted, 0, TEEQ_CONTEXT_MAX))
		return false;
	model->guest_call_limit[guest] = (uint8_t)from->call_limit;
	model->guest_threads[guest] = (uint8_t)there;
	if (there == 0)
		there = build->scenario->thread_count;
	model->guest_thread_count[guest] = (uint8_t)(counted == TEEQ_GUEST_THREADS_UNKNOWN ? 0 :
						     counted > 0	       ? counted :
										 there);
	model->guest_no_supplicant[guest] = from->no_supplicant;
	return true;
}

static bool every_guest_has_threads(const struct teeq_scenario *from)
{
	size_t with = 0;

	for (size_t i = 0; i < from->guest_count && from->guest_count <= TEEQ_GUEST_MAX; i++)
		with += from->guests[i].threads > 0;
	return with > 0 && with == from->guest_count;
}

/* What is shared has nobody who would share it, where each guest has threads of its own. */
bool build_shared_threads(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	if (!every_guest_has_threads(from))
		return build_in_range(build, "secure.threads", from->thread_count, 1,
				      TEEQ_CONTEXT_MAX);
	if (from->thread_count == 0)
		return true;
	key_push(build, "secure.threads");
	return build_fail(build,
			  "%u, but each guest has threads of its own: nobody would share these",
			  (unsigned int)from->thread_count);
}

/* The pool that is shared, if there is one, then those of guests; see world_pool(). */
static bool build_pools(struct build *build)
{
	struct teeq_model *model = build->model;
	unsigned int pool = model->thread_count > 0, end = model->thread_count;

	for (size_t i = 0; i < model->guest_count; i++) {
		unsigned int own = model->guest_threads[i];
		size_t length;

		if (own == 0)
			continue;
		length = key_push(build, "guests.%s.threads", model->guests[i]);
		if (model->static_system_count > own)
			return build_fail(build, "%u, less than the %u of secure.static-system",
					  own, model->static_system_count);
		if (end + own > TEEQ_CONTEXT_MAX)
			return build_fail(build,
					  "%u, and there are %u before: at most %d in all are "
					  "possible",
					  own, end, TEEQ_CONTEXT_MAX);
		key_pop(build, length);
		model->guest_pool[i] = (uint8_t)pool;
		model->pool_first[pool++] = (uint8_t)end;
		end += own;
	}
	model->pool_first[pool] = (uint8_t)end;
	model->pool_count = (uint8_t)pool;
	model->thread_count = (uint8_t)end;
	return true;
}

bool build_guests(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "guests");

	if (!build_check_count(build, "guests", from->guest_count, TEEQ_GUEST_MAX))
		return false;
	for (size_t i = 0; i < from->guest_count; i++) {
		size_t inner;

		if (!build_add_name(build, model->guests, i, from->guests[i].name, -1))
			return false;
		inner = key_push(build, ".%s.", from->guests[i].name);
		if (!build_guest(build, i))
			return false;
		key_pop(build, inner);
	}
	key_pop(build, length);
	model->has_guests = from->guest_count > 0;
	model->guest_count = (uint8_t)(from->guest_count > 0 ? from->guest_count : 1);
	return build_pools(build);
}

bool build_find_guest(struct build *build, const char *name, uint8_t *guest)
{
	const struct teeq_model *model = build->model;
	int found = name ? name_index(model->guests, build->scenario->guest_count, name) : 0;

	*guest = (uint8_t)found;
	if (found >= 0)
		return true;
	key_push(build, "guest");
	return build_fail(build, "'%.80s' is not declared among the guests", name);
}

/* A TEE context is an open device of one driver: whoever names it first decides whose. */
bool build_guest_of_context(struct build *build, unsigned int context, unsigned int guest)
{
	uint8_t *of;

	if (context == MODEL_OWN)
		return true;
	of = &build->model->context_guest[context];
	if (*of == 0)
		*of = (uint8_t)(guest + 1);
	if (*of == guest + 1)
		return true;
	key_push(build, "context");
	return build_fail(build, "'%s' is of guest %s already", build->model->contexts[context],
			  build->model->guests[*of - 1]);
}

/* ------------------------------------------ running ------------------------------------------- */

unsigned int guest_calls(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; m->tasks[i].guest == guest && level <= task->top;
		     level++)
			count += task->levels[level].call.context != TEEQ_NO_CONTEXT;
	}
	return count;
}

bool guest_is_full(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	INVARIANT(guest < m->guest_count, "guest %u of %u", guest, m->guest_count);
	return m->guest_call_limit[guest] > 0 &&
	       guest_calls(m, w, guest) >= m->guest_call_limit[guest];
}

/* ------------------------------------------ public -------------------------------------------- */

size_t teeq_model_guest_count(const struct teeq_model *model)
{
	if (!model)
		return 0;
	return model->guest_count;
}

const char *teeq_model_guest_name(const struct teeq_model *model, size_t guest)
{
	if (!model || guest >= model->guest_count)
		return NULL;
	return model->has_guests ? model->guests[guest] : NULL;
}

unsigned int teeq_model_task_guest(const struct teeq_model *model, size_t task)
{
	if (!model || task >= model->task_count)
		return 0;
	return model->tasks[task].guest;
}

unsigned int teeq_model_guest_call_limit(const struct teeq_model *model, size_t guest)
{
	if (!model || guest >= model->guest_count)
		return 0;
	return model->guest_call_limit[guest];
}

unsigned int teeq_model_guest_threads(const struct teeq_model *model, size_t guest)
{
	if (!model || guest >= model->guest_count)
		return 0;
	return model->guest_threads[guest];
}

int teeq_model_context_guest(const struct teeq_model *model, size_t context)
{
	if (!model || context >= model->thread_count)
		return -1;
	for (unsigned int i = 0; i < model->guest_count; i++)
		if (model->guest_threads[i] > 0 &&
		    model->guest_pool[i] == model_pool_of(model, (unsigned int)context))
			return (int)i;
	return -1;
}

unsigned int teeq_world_guest_reserved(const struct teeq_model *m, const struct teeq_world *w,
				       unsigned int guest)
{
	if (!m || !w || guest >= m->guest_count)
		return 0;
	return world_guest_pool(m, w, guest)->reserved_count;
}

bool teeq_world_context_serves(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int context, unsigned int guest, bool system)
{
	if (!m || !w || guest >= m->guest_count || context >= m->thread_count ||
	    model_pool_of(m, context) != m->guest_pool[guest])
		return false;

	const struct pool *pool = world_guest_pool(m, w, guest);

	return system || context - m->pool_first[m->guest_pool[guest]] + pool->reserved_count <
				 pool->context_count;
}

const struct teeq_callq *teeq_world_guest_callq(const struct teeq_model *m,
						const struct teeq_world *w, unsigned int guest)
{
	if (!m || !w || guest >= m->guest_count)
		return NULL;
	return world_callq(m, w, guest);
}

unsigned int teeq_world_guest_calls(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest)
{
	if (!m || !w || guest >= m->guest_count)
		return 0;
	return guest_calls(m, w, guest);
}
