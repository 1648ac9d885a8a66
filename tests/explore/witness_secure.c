/* SPDX-License-Identifier: BSD-2-Clause */
/* What a witness makes of a thread of the secure world: its line, and who holds which lock. */
#include "witness_shared.h"

#include <string.h>

/* ---------------------------------------- secure locks ---------------------------------------- */

static struct witness_hold *find_hold(struct witness *w, unsigned int lock, int task,
				      unsigned int level, bool lasts)
{
	for (size_t i = 0; i < w->hold_count; i++) {
		struct witness_hold *hold = &w->hold[i];

		if (hold->lock == lock && hold->task == task && !hold->lost &&
		    (lasts ? hold->context != NOBODY && hold->level == level :
			     hold->context == NOBODY))
			return hold;
	}
	return NULL;
}

static void add_hold(struct witness *w, struct witness_hold hold)
{
	struct witness_hold *same = find_hold(w, hold.lock, hold.task, hold.level,
					      hold.context != NOBODY);

	if (same)
		same->count += hold.count;
	else if (w->hold_count < WITNESS_HOLD_MAX)
		w->hold[w->hold_count++] = hold;
	else
		w->broken = true;
}

static void drop_hold(struct witness *w, struct witness_hold *hold)
{
	if (--hold->count == 0)
		*hold = w->hold[--w->hold_count];
}

static void drop_all(struct witness *w, unsigned int lock)
{
	for (size_t i = w->hold_count; i-- > 0;)
		if (w->hold[i].lock == lock)
			w->hold[i] = w->hold[--w->hold_count];
	w->given_by_others[lock] = 0;
}

/* It gives back its own, else its task's, else what only one has; or else nobody knows whose. */
static void give(struct witness *w, unsigned int lock, unsigned int task, unsigned int level)
{
	struct witness_hold *hold = find_hold(w, lock, (int)task, level, true);
	struct witness_hold *only = NULL;
	unsigned int found = 0;

	if (w->holders[lock] > 0)
		w->holders[lock]--;
	if (w->holders[lock] == 0) {
		drop_all(w, lock);
		return;
	}
	if (!hold)
		hold = find_hold(w, lock, (int)task, 0, false);
	for (size_t i = 0; i < w->hold_count; i++) {
		if (w->hold[i].lock == lock) {
			only = &w->hold[i];
			found++;
		}
	}
	if (!hold && found == 1)
		hold = only;
	if (hold)
		drop_hold(w, hold);
	else
		w->given_by_others[lock]++;
}

void witness_end_holds(struct witness *w, unsigned int task, unsigned int level, bool lost)
{
	for (size_t i = w->hold_count; i-- > 0;) {
		struct witness_hold hold = w->hold[i];

		if (hold.lost || hold.task != (int)task || hold.context == NOBODY ||
		    hold.level != level)
			continue;
		w->hold[i] = w->hold[--w->hold_count];
		hold.lost = lost;
		hold.task = lost ? NOBODY : hold.task;
		if (!lost) {
			hold.context = NOBODY;
			hold.level = 0;
		}
		add_hold(w, hold);
	}
}

/* Whether a thread that is lost came before @first, and takes the signal. */
static bool is_taken_by_a_lost_thread(struct witness *w, unsigned int condition,
				      const struct witness_level *first)
{
	int earliest = NOBODY;

	for (int i = 0; i < TEEQ_CONTEXT_MAX; i++)
		if (w->lost_condition[i] == (int)condition + 1 &&
		    (!first || w->lost_order[i] < first->order) &&
		    (earliest == NOBODY || w->lost_order[i] < w->lost_order[earliest]))
			earliest = i;
	if (earliest == NOBODY)
		return false;
	w->lost_condition[earliest] = 0;
	return true;
}

/* A signal makes the first who waits, a broadcast all of them, wait for the lock. */
static void signal_condition(struct witness *w, unsigned int condition, bool all)
{
	for (;;) {
		struct witness_level *first = NULL;

		for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
			for (unsigned int j = 0; j <= w->task[i].top; j++) {
				struct witness_level *level = &w->task[i].level[j];

				if (level->waits_condition == (int)condition &&
				    level->call == AT_THREAD &&
				    (!first || level->order < first->order))
					first = level;
			}
		}
		if (is_taken_by_a_lost_thread(w, condition, first)) {
			if (!all)
				return;
			continue;
		}
		if (!first)
			return;
		first->waits_condition = NOBODY;
		if (!all)
			return;
	}
}

static bool is_session(const struct witness *w, unsigned int lock)
{
	return teeq_model_secure_lock_kind(w->model, lock) == TEEQ_SECURE_LOCK_SESSION;
}

static bool is_loading(const struct witness *w, unsigned int lock)
{
	return teeq_model_secure_lock_kind(w->model, lock) == TEEQ_SECURE_LOCK_LOADING;
}

/* The line that the thread comes to; what does not fit is a fault of this reading. */
static const struct line *thread_line(struct witness *w, struct witness_level *level)
{
	if (level->gave_up || !level->thread || level->thread_at >= level->thread->count) {
		w->broken |= !level->gave_up;
		return NULL;
	}
	/* One more instance of a TA that is there already: nobody waits for the end of that. */
	while (level->thread->line[level->thread_at].kind == LINE_LOADED && !level->loads)
		if (++level->thread_at == level->thread->count)
			return NULL;
	return &level->thread->line[level->thread_at];
}

void witness_pass(struct witness *w, struct witness_level *level, int kind, unsigned int object)
{
	const struct line *line = thread_line(w, level);

	if (!line)
		return;
	w->broken |= line->kind != kind || (object != NO_KEY && line->object != object);
	level->thread_at++;
}

static void took(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	unsigned int lock = event->touched;

	add_hold(w, (struct witness_hold){ .lock = (uint8_t)lock, .task = event->task,
					   .level = event->level, .context = event->context,
					   .count = 1 });
	/* Single-instance TAs count, but the lock is one. */
	if (teeq_model_secure_lock_kind(w->model, lock) != TEEQ_SECURE_LOCK_SINGLE ||
	    w->holders[lock] == 0)
		w->holders[lock]++;
	/* A wait for a condition that ended by itself is over, too. */
	level->waits_lock = level->waits_condition = NOBODY;
	level->loads |= is_loading(w, lock);
	/* Of a step that is many no line says when it closes a session, and enters its TA. */
	if (!is_session(w, lock) && level->thread != &w->none)
		witness_pass(w, level, is_loading(w, lock) ? LINE_WANT : LINE_TAKE, lock);
}

static void gave(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	unsigned int lock = event->touched;
	struct witness_hold *own = find_hold(w, lock, event->task, event->level, true);

	if (teeq_model_secure_lock_kind(w->model, lock) == TEEQ_SECURE_LOCK_SINGLE && own &&
	    own->count > 1)
		own->count--;
	else
		give(w, lock, event->task, event->level);
	if (is_session(w, lock))
		level->waits_lock = NOBODY;
	else if (!level->gave_up && level->thread != &w->none)
		witness_pass(w, level, LINE_GIVE, lock);
}

/* Whether one instance is all that there is of the TA of a loading lock. */
static bool is_single(const struct witness *w, unsigned int lock)
{
	const char *name = teeq_model_secure_lock_name(w->model, lock);

	for (size_t i = 0; i < w->scenario->ta_count; i++)
		if (strcmp(w->scenario->tas[i].name, name) == 0)
			return w->scenario->tas[i].single_instance;
	return false;
}

/* A TA was loaded, by this call or by an earlier one. */
static void loaded(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	const struct line *line = thread_line(w, level);

	level->waits_lock = NOBODY;
	if (event->touch == TEEQ_EVENT_TOUCH_LOAD) {
		give(w, event->touched, event->task, event->level);
		witness_pass(w, level, LINE_LOADED, event->touched);
		level->loads = false;
		return;
	}
	witness_pass(w, level, LINE_WANT, event->touched);
	if (line && is_single(w, event->touched))
		level->thread_at += line->skip;
}

/* Single-instance TAs: who has that lock does not wait for a busy one, but fails. */
static bool fails_at_busy(struct witness *w, const struct teeq_event *event)
{
	const struct teeq_scenario *s = w->scenario;
	unsigned int single = (unsigned int)(s->secure_lock_count + s->ta_count);

	return teeq_model_secure_lock_kind(w->model, event->touched) == TEEQ_SECURE_LOCK_TA &&
	       find_hold(w, single, event->task, event->level, true);
}

/* Where no line says whether it is a call or an open: only an open loads a TA. */
static void tell_open(const struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	bool lock = event->touch == TEEQ_EVENT_TOUCH_TAKE || event->touch == TEEQ_EVENT_TOUCH_TAKEN ||
		    event->touch == TEEQ_EVENT_TOUCH_LOADED;

	if (lock && is_loading(w, event->touched) && level->thread_at == 0 &&
	    level->command != NO_KEY && level->thread == &w->commands[level->command])
		level->thread = &w->openings[level->command];
}

void witness_touch(struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	if (event->touch != TEEQ_EVENT_TOUCH_NONE)
		level->told = false;
	tell_open(w, event, level);
	switch (event->touch) {
	case TEEQ_EVENT_TOUCH_TAKE:
		took(w, event, level);
		break;
	case TEEQ_EVENT_TOUCH_TAKEN:
		if (fails_at_busy(w, event))
			level->gave_up = true;
		else
			level->waits_lock = event->touched;
		level->waits_condition = NOBODY; /* it was signalled, or its time is over */
		break;
	case TEEQ_EVENT_TOUCH_RELEASE:
		gave(w, event, level);
		break;
	case TEEQ_EVENT_TOUCH_COND_WAIT:
		level->waits_condition = event->touched;
		level->order = w->clock++;
		level->waits_lock = thread_line(w, level) ? thread_line(w, level)->session : NOBODY;
		w->broken |= level->waits_lock == NOBODY || level->waits_lock == NO_KEY;
		w->beyond |= w->task[event->task].unsure && level->gave_up;
		w->broken &= !w->beyond;
		if (w->broken || w->beyond)
			break;
		give(w, (unsigned int)level->waits_lock, event->task, event->level);
		witness_pass(w, level, TEEQ_STEP_COND_WAIT, event->touched);
		break;
	case TEEQ_EVENT_TOUCH_COND_SIGNAL:
		w->beyond |= w->task[event->task].unsure && level->gave_up;
		signal_condition(w, event->touched,
				 thread_line(w, level) &&
					 thread_line(w, level)->kind == TEEQ_STEP_COND_BROADCAST);
		level->thread_at++;
		break;
	case TEEQ_EVENT_TOUCH_ASYNC:
		if (event->touched == TEEQ_NO_OBJECT)
			witness_own_driver(w, event->task)->bottom_half_asked = true;
		else
			witness_own_driver(w, event->task)->raised |= UINT64_C(1) << event->touched;
		witness_pass(w, level, TEEQ_STEP_ASYNC, event->touched);
		break;
	case TEEQ_EVENT_TOUCH_POLLED:
		witness_pass(w, level, TEEQ_STEP_POLL, event->touched);
		break;
	case TEEQ_EVENT_TOUCH_CLOSE:
		level->waits_lock = event->touched;
		break;
	case TEEQ_EVENT_TOUCH_LOAD:
	case TEEQ_EVENT_TOUCH_LOADED:
		loaded(w, event, level);
		break;
	case TEEQ_EVENT_TOUCH_CANCELLED:
		level->gave_up = true;
		break;
	case TEEQ_EVENT_TOUCH_GONE:
		level->gave_up = true;
		level->waits_lock = NOBODY;
		break;
	default:
		break;
	}
}
