/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/step.h"

/*
 * Who holds the locks of the secure world, written down when they are taken and given back. The
 * secure world itself does not ask who unlocks a mutex, and counts readers without names: nothing
 * but reports depends on what stands here, so it says no more than is certain, and in a form that
 * does not tell apart what is alike: how often each has it, not in which order they came.
 *
 * While a call lasts the thread context stands for it: task and level are those of whose call the
 * context is. What a call still holds at its end is the task's from then on. A context whose resume
 * was refused keeps what it has.
 */
void hold_take(const struct teeq_model *m, struct teeq_world *w, unsigned int lock,
	       unsigned int context)
{
	INVARIANT(lock < m->secure_lock_count && context < m->thread_count,
		  "lock %u of %u, taken in context %u of %u", lock, m->secure_lock_count, context,
		  m->thread_count);
	CHECK(world_holds(m, w, lock)[context] < UINT8_MAX, "lock %u is held too often", lock);
	world_holds(m, w, lock)[context]++;
}

/* The number of the only one that is not zero; TEEQ_NO_OBJECT where there are several. */
static unsigned int only_one(const uint8_t *holds, unsigned int count)
{
	unsigned int found = TEEQ_NO_OBJECT;

	for (unsigned int i = 0; i < count; i++) {
		if (holds[i] == 0)
			continue;
		if (found != TEEQ_NO_OBJECT)
			return TEEQ_NO_OBJECT;
		found = i;
	}
	return found;
}

/*
 * It gives back what it took itself, or else what an earlier call of its task did. Where it is
 * neither, and several others read, nobody can say whose it was: all of them stay named, more than
 * there are.
 */
void hold_release(const struct teeq_model *m, struct teeq_world *w, unsigned int lock,
		  unsigned int context, unsigned int index)
{
	uint8_t *holds = world_holds(m, w, lock);
	unsigned int kept = m->thread_count + index, whose = context;

	if (world_secure_lock(m, w, lock)->holders == 0) {
		memset(holds, 0, m->layout.holds_size);
		return;
	}
	if (holds[whose] == 0 && m->keeps_locks)
		whose = kept;
	if (whose >= m->layout.holds_size || holds[whose] == 0)
		whose = only_one(holds, m->layout.holds_size);
	if (whose != TEEQ_NO_OBJECT)
		holds[whose]--;
}

void hold_keep(const struct teeq_model *m, struct teeq_world *w, unsigned int context,
	       unsigned int index)
{
	INVARIANT(context < m->thread_count && index < m->task_count,
		  "context %u of %u ends, of task %u", context, m->thread_count, index);
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		uint8_t *holds = world_holds(m, w, i);

		if (holds[context] == 0)
			continue;
		CHECK(m->keeps_locks, "thread %u ends with lock %u, which no command keeps",
		      context, i);
		holds[m->thread_count + index] =
			(uint8_t)(holds[m->thread_count + index] + holds[context]);
		holds[context] = 0;
	}
}

bool hold_any(const struct teeq_model *m, const struct teeq_world *w, unsigned int context)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		if (world_holds(m, w, i)[context] > 0)
			return true;
	return false;
}

/* Of one lock: somebody is named for each hold of it, and one alone who holds it alone. */
static const char *check_one(const struct teeq_model *m, const struct teeq_world *w,
			     unsigned int lock)
{
	unsigned int holders = world_secure_lock(m, w, lock)->holders;
	unsigned int size = m->layout.holds_size, count = 0, named = 0;
	const uint8_t *holds = world_holds(m, w, lock);

	for (unsigned int i = 0; i < size; i++) {
		count += holds[i];
		named += holds[i] > 0;
	}
	for (unsigned int i = 0; count > 0 && i < m->thread_count; i++)
		if (holds[i] && *world_context(m, w, i) == CONTEXT_FREE)
			return "a free thread context holds a lock";
	if (holders == 0)
		return count == 0 ? NULL : "a lock of the secure world is free, and held";
	if (holders == SECURE_WRITER)
		return named == 1 ?
			       NULL :
			       "a lock of the secure world is held alone, by several or nobody";
	return count >= holders ? NULL : "a lock of the secure world is read by nobody";
}

const char *hold_check(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	for (unsigned int i = 0; i < m->secure_lock_count && !broken; i++)
		broken = check_one(m, w, i);
	return broken;
}

/* ------------------------------------ looking at them ----------------------------------------- */

void teeq_world_secure_lock(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int lock, struct teeq_secure_lock_view *view)
{
	if (!view)
		return;
	*view = (struct teeq_secure_lock_view){ 0 };
	if (!m || !w || lock >= m->secure_lock_count)
		return;

	unsigned int holders = world_secure_lock(m, w, lock)->holders;
	const uint8_t *holds = world_holds(m, w, lock);

	*view = (struct teeq_secure_lock_view){
		.readers = holders == SECURE_WRITER ? 0 : holders,
		.written = holders == SECURE_WRITER,
	};
	for (unsigned int i = 0; i < m->layout.holds_size; i++) {
		view->holder_count += holds[i] > 0;
		view->named += view->written ? holds[i] > 0 : holds[i];
	}
}

void teeq_world_context(const struct teeq_model *m, const struct teeq_world *w,
			unsigned int context, struct teeq_context_view *view)
{
	if (!view)
		return;
	*view = (struct teeq_context_view){ 0 };
	if (!m || !w || context >= m->thread_count)
		return;

	*view = (struct teeq_context_view){ .state = (enum teeq_context_state) *
						     world_context(m, w, context) };
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			if (task->levels[level].call.context != context)
				continue;
			view->owned = true;
			view->owner = (struct teeq_caller){ (uint8_t)i, (uint8_t)level };
		}
	}
}

/* Whose call has the context; nobody's where it is lost. */
static void name_caller(const struct teeq_model *m, const struct teeq_world *w,
			struct teeq_secure_holder_view *view)
{
	struct teeq_context_view context;

	teeq_world_context(m, w, view->context, &context);
	if (!context.owned)
		return;
	view->task = context.owner.task;
	view->level = context.owner.level;
}

bool teeq_world_secure_holder(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int lock, unsigned int index,
			      struct teeq_secure_holder_view *view)
{
	if (!m || !w || lock >= m->secure_lock_count || !view)
		return false;

	const uint8_t *holds = world_holds(m, w, lock);
	unsigned int i = 0;

	for (; i < m->layout.holds_size; i++)
		if (holds[i] > 0 && index-- == 0)
			break;
	if (i == m->layout.holds_size)
		return false;
	*view = (struct teeq_secure_holder_view){ .task = -1,
						  .context = TEEQ_NO_CONTEXT,
						  .count = holds[i] };
	if (i >= m->thread_count) {
		view->task = (int)(i - m->thread_count);
	} else {
		view->context = (uint8_t)i;
		name_caller(m, w, view);
	}
	return true;
}

/*
 * The one thread that stands before the TA of a lock that it cannot have, and has the other lock.
 */
bool teeq_world_panic(const struct teeq_model *m, const struct teeq_world *w,
		      struct teeq_caller *caller, unsigned int *ta)
{
	if (!m || !w || !caller || !ta)
		return false;
	for (unsigned int i = 0; w->violation == VIOLATION_PANIC && i < m->thread_count; i++) {
		const struct instruction *at = &m->code[world_thread(m, w, i)->pc];
		struct teeq_context_view context;

		teeq_world_context(m, w, i, &context);
		if (context.state != TEEQ_CONTEXT_ACTIVE || !context.owned ||
		    at->op != OP_TA_ENTER || world_holds(m, w, model_single_lock(m))[i] == 0)
			continue;
		*caller = context.owner;
		*ta = at->object;
		return true;
	}
	return false;
}

bool teeq_world_holds(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		      unsigned int level, unsigned int lock)
{
	if (!m || !w || index >= m->task_count || level >= m->level_count ||
	    lock >= m->secure_lock_count)
		return false;

	const struct task *task = world_task(m, w, index);
	unsigned int context = task->levels[level].call.context;

	return level <= task->top && context != TEEQ_NO_CONTEXT &&
	       world_holds(m, w, lock)[context] > 0;
}
