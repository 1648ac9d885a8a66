/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be seen of the secure world: locks, conditions, TAs, sessions, lost threads. */
#include "coverage_counters.h"

static const struct secure_lock *any_lock(const struct teeq_model *m, const struct teeq_world *w,
					  bool (*is)(const struct secure_lock *lock,
						     const struct teeq_model *m))
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		if (is(world_secure_lock(m, w, i), m))
			return world_secure_lock(m, w, i);
	return NULL;
}

static bool has_readers(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->holders > 1 && lock->holders != SECURE_WRITER;
}

COUNTER(two_readers)
{
	return any_lock(m, w, has_readers);
}

static bool waits_for_condition(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->waits[0].condition;
}

COUNTER(a_condition_is_waited_for)
{
	return any_lock(m, w, waits_for_condition);
}

static bool reader_waits(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->holders == SECURE_WRITER && (lock->waits[0].flags & WAIT_READ);
}

COUNTER(a_reader_waits)
{
	return any_lock(m, w, reader_waits);
}

/* Of a context key: a secure lock or a TA makes a thread wait in the normal world. */
static bool reader_waits_for_condition(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->waits[0].condition && (lock->waits[0].flags & WAIT_READ);
}

COUNTER(a_reader_waits_for_a_condition)
{
	return any_lock(m, w, reader_waits_for_condition);
}

static bool two_readers_are_told(const struct secure_lock *lock, const struct teeq_model *m)
{
	unsigned int told = 0;

	for (unsigned int i = 0; i < m->thread_count; i++)
		told += (lock->waits[i].flags & (WAIT_READ | WAIT_DONE)) == (WAIT_READ | WAIT_DONE);
	return told > 1;
}

COUNTER(readers_are_told_one_after_the_other)
{
	return any_lock(m, w, two_readers_are_told);
}

static bool is_refused_resume(const struct teeq_event *event)
{
	return event->action == TEEQ_ACTION_SMC && event->outcome == TEEQ_OUTCOME_REFUSED;
}

COUNTER(a_lost_thread_holds_a_secure_lock)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		if (is_refused_resume(event) && world_holds(m, w, i)[event->context] > 0)
			return true;
	return false;
}

COUNTER(a_lost_thread_stays_among_the_waiters)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		for (unsigned int j = 0; j < m->thread_count; j++)
			if (is_refused_resume(event) &&
			    world_secure_lock(m, w, i)->waits[j].context == event->context + 1)
				return true;
	return false;
}

COUNTER(a_secure_thread_waits)
{
	return event->action == TEEQ_ACTION_NOTIF_WAIT &&
	       event->outcome == TEEQ_OUTCOME_MUST_WAIT && event->object >= m->notification_count;
}

COUNTER(a_ta_is_waited_for)
{
	for (unsigned int i = 0; i < m->ta_count; i++)
		if (world_secure_lock(m, w, m->named_lock_count + i)->waits[0].context)
			return true;
	return false;
}

COUNTER(a_single_instance_ta_is_busy)
{
	return event->touch == TEEQ_EVENT_TOUCH_TAKEN && !w->violation &&
	       teeq_model_secure_lock_kind(m, event->touched) == TEEQ_SECURE_LOCK_TA &&
	       (world_task(m, w, event->task)->levels[event->level].call.flags & CALL_FAILED);
}

COUNTER(the_secure_world_panics)
{
	struct teeq_caller caller;
	unsigned int ta;

	return teeq_world_panic(m, w, &caller, &ta) && caller.task == event->task;
}

COUNTER(a_session_is_opened_by_a_command)
{
	return event->action == TEEQ_ACTION_LEAVE &&
	       instruction_of_event(m, w, event)->op == OP_OPEN && event->command != TEEQ_NO_OBJECT;
}

COUNTER(the_single_instance_lock_is_taken_twice)
{
	for (unsigned int i = 0; m->ta_count > 0 && i < m->thread_count; i++)
		if (world_holds(m, w, model_single_lock(m))[i] > 1)
			return true;
	return false;
}

COUNTER(a_secure_lock_outlives_its_call)
{
	for (unsigned int i = 0; m->keeps_locks && i < m->secure_lock_count; i++)
		for (unsigned int task = 0; task < m->task_count; task++)
			if (world_holds(m, w, i)[m->thread_count + task] > 0)
				return true;
	return false;
}

COUNTER(a_thread_was_lost)
{
	return w->lost_count > m->lost_count;
}

static bool a_condition_is_late(const struct secure_lock *lock, const struct teeq_model *m)
{
	for (unsigned int i = 0; i < m->thread_count; i++)
		if (lock->waits[i].flags & WAIT_LATE)
			return true;
	return false;
}

COUNTER(a_condition_is_not_waited_for_any_longer)
{
	return any_lock(m, w, a_condition_is_late);
}

COUNTER(a_waiter_for_a_secure_lock_asks_again)
{
	return event->action == TEEQ_ACTION_NOTIF_WAIT && event->outcome == TEEQ_OUTCOME_FAILED &&
	       event->object >= m->notification_count && !(world_task(m, w, event->task)->flags);
}

static const struct secure_lock *any_session(const struct teeq_model *m, const struct teeq_world *w,
					     unsigned int condition)
{
	for (unsigned int i = model_first_session_lock(m); i < m->secure_lock_count; i++)
		for (unsigned int j = 0; j < m->thread_count; j++)
			if (world_secure_lock(m, w, i)->waits[j].context &&
			    world_secure_lock(m, w, i)->waits[j].condition == condition)
				return world_secure_lock(m, w, i);
	return NULL;
}

COUNTER(a_session_is_waited_for)
{
	return any_session(m, w, WAITS_FOR_SESSION);
}

COUNTER(a_close_waits_until_nobody_wants_the_session)
{
	return any_session(m, w, WAITS_FOR_NOBODY);
}

COUNTER(a_call_finds_its_session_closed)
{
	return event->touch == TEEQ_EVENT_TOUCH_GONE;
}

static bool is_loading(const struct teeq_model *m, const struct teeq_event *event,
		       enum teeq_event_touch touch)
{
	return event->touch == touch && teeq_model_secure_lock_kind(m, event->touched) ==
						TEEQ_SECURE_LOCK_LOADING;
}

COUNTER(an_open_waits_for_a_ta_that_is_being_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_TAKEN);
}

COUNTER(a_ta_cannot_be_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_RELEASE);
}

COUNTER(a_ta_is_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_LOAD);
}

COUNTER(an_open_finds_its_ta_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_LOADED);
}

COUNTER(a_lost_thread_stays_in_its_session)
{
	if (event->action != TEEQ_ACTION_SMC || event->outcome != TEEQ_OUTCOME_REFUSED)
		return false;
	for (unsigned int i = model_first_session_lock(m); i < m->secure_lock_count; i++)
		if (world_holds(m, w, i)[event->context])
			return true;
	return false;
}

COUNTER(a_command_tries_again)
{
	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_WORKING &&
	       m->code[world_thread(m, w, event->context)->pc - 1].op == OP_AGAIN;
}

/* A close at work in the secure world, which has touched the lock of a TA so. */
static bool closes_in_ta(const struct teeq_model *m, const struct teeq_world *w,
			 const struct teeq_event *event, enum teeq_event_touch touch)
{
	const struct level *top = task_top(world_task(m, w, event->task));

	return event->action == TEEQ_ACTION_SECURE && m->code[top->pc].op == OP_CLOSE &&
	       event->touch == touch &&
	       teeq_model_secure_lock_kind(m, event->touched) == TEEQ_SECURE_LOCK_TA;
}

COUNTER(a_close_enters_its_ta)
{
	return closes_in_ta(m, w, event, TEEQ_EVENT_TOUCH_TAKE);
}

COUNTER(a_close_waits_for_its_ta)
{
	return closes_in_ta(m, w, event, TEEQ_EVENT_TOUCH_TAKEN);
}

COUNTER(a_close_runs_a_command)
{
	const struct level *top = task_top(world_task(m, w, event->task));

	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	       event->level == world_task(m, w, event->task)->top &&
	       m->code[top->pc].op == OP_CLOSE && event->command != TEEQ_NO_OBJECT;
}

COUNTER(a_command_sees_that_it_was_cancelled)
{
	return event->touch == TEEQ_EVENT_TOUCH_CANCELLED;
}

COUNTER(a_cancel_comes_too_late)
{
	return event->touch == TEEQ_EVENT_TOUCH_CANCEL_OVER &&
	       !(task_top(world_task(m, w, event->task))->call.flags & CALL_FAILED);
}

/* No call is in the session: the next one will find it. */
COUNTER(a_cancel_comes_too_early)
{
	const struct level *top = task_top(world_task(m, w, event->task));
	bool busy = false;

	if (event->action != TEEQ_ACTION_SECURE || m->code[top->pc].op != OP_CANCEL || !m->cancels)
		return false;
	for (unsigned int i = 0; i < m->task_count; i++)
		for (unsigned int level = 0; level <= world_task(m, w, i)->top; level++) {
			const struct level *at = &world_task(m, w, i)->levels[level];

			busy |= at->call.context != TEEQ_NO_CONTEXT &&
				m->code[at->pc].op == OP_CALL &&
				m->code[at->pc].object == m->code[top->pc].object;
		}
	return !busy;
}

const struct coverage_counter coverage_secure[] = {
	COUNTED(two_readers),
	COUNTED(a_condition_is_waited_for),
	COUNTED(a_reader_waits),
	COUNTED(a_reader_waits_for_a_condition),
	COUNTED(readers_are_told_one_after_the_other),
	COUNTED(a_lost_thread_holds_a_secure_lock),
	COUNTED(a_lost_thread_stays_among_the_waiters),
	COUNTED(a_secure_thread_waits),
	COUNTED(a_ta_is_waited_for),
	COUNTED(a_single_instance_ta_is_busy),
	COUNTED(the_secure_world_panics),
	COUNTED(a_session_is_opened_by_a_command),
	COUNTED(the_single_instance_lock_is_taken_twice),
	COUNTED(a_secure_lock_outlives_its_call),
	COUNTED(a_thread_was_lost),
	COUNTED(a_condition_is_not_waited_for_any_longer),
	COUNTED(a_waiter_for_a_secure_lock_asks_again),
	COUNTED(a_session_is_waited_for),
	COUNTED(a_close_waits_until_nobody_wants_the_session),
	COUNTED(a_call_finds_its_session_closed),
	COUNTED(an_open_waits_for_a_ta_that_is_being_loaded),
	COUNTED(a_ta_cannot_be_loaded),
	COUNTED(a_ta_is_loaded),
	COUNTED(an_open_finds_its_ta_loaded),
	COUNTED(a_lost_thread_stays_in_its_session),
	COUNTED(a_command_tries_again),
	COUNTED(a_close_enters_its_ta),
	COUNTED(a_close_waits_for_its_ta),
	COUNTED(a_close_runs_a_command),
	COUNTED(a_command_sees_that_it_was_cancelled),
	COUNTED(a_cancel_comes_too_late),
	COUNTED(a_cancel_comes_too_early),
	{ NULL, NULL },
};
