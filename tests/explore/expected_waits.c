/* SPDX-License-Identifier: BSD-2-Clause */
/* What is expected of those who wait in a call: for a lock of the secure world, or for a thread. */
#include "expected_shared.h"

#include <string.h>

/* More threads than that are not named. */
#define NAMED_MAX 4

/* ------------------------------------------ secure locks -------------------------------------- */

static void say_secure_name(struct expected *e, unsigned int lock)
{
	const char *name = teeq_model_secure_lock_name(e->w->model, lock);

	switch (teeq_model_secure_lock_kind(e->w->model, lock)) {
	case TEEQ_SECURE_LOCK_TA:
		expected_count(e, SAYS_TA);
		expected_say(e, "TA %s", name);
		break;
	case TEEQ_SECURE_LOCK_LOADING:
		expected_count(e, SAYS_LOADING);
		expected_say(e, "TA %s", name);
		break;
	case TEEQ_SECURE_LOCK_SINGLE:
		expected_count(e, SAYS_SINGLE);
		expected_say(e, "the lock of single-instance TAs");
		break;
	case TEEQ_SECURE_LOCK_SESSION:
		expected_count(e, SAYS_SESSION);
		expected_say(e, "session %s", name);
		break;
	default:
		expected_count(e, SAYS_SECURE_LOCK);
		expected_say(e, "secure lock %s", name);
		break;
	}
}

static int rank(const struct witness_hold *hold)
{
	return hold->context != NOBODY ? hold->context : 1000 + hold->task;
}

/* Those who hold it: calls by their threads, then tasks. */
static size_t sort_holds(const struct witness *w, unsigned int lock,
			 const struct witness_hold **sorted)
{
	size_t found = 0;

	for (size_t i = 0; i < w->hold_count; i++) {
		size_t at = found;

		if (w->hold[i].lock != lock)
			continue;
		for (; at > 0 && rank(sorted[at - 1]) > rank(&w->hold[i]); at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = &w->hold[i];
		found++;
	}
	return found;
}

static void say_holder(struct expected *e, const struct witness_hold *hold)
{
	if (hold->lost) {
		expected_count(e, SAYS_LOST_HOLDER);
		expected_say(e, "by thread %d, which is lost", hold->context);
		return;
	}
	if (hold->context != NOBODY) {
		expected_say(e, "by ");
		expected_whose_call(e, (unsigned int)hold->task, hold->level);
		expected_say(e, ", in thread %d", hold->context);
		return;
	}
	expected_count(e, SAYS_EARLIER_CALL);
	expected_say(e, "since an earlier call of %s",
		     hold->task == (int)e->task ? "its own" : expected_name(e, (unsigned int)hold->task));
	e->unsure |= e->w->task[hold->task].unsure || e->w->task[hold->task].exiting;
	if (witness_has_finished(e->w, (unsigned int)hold->task)) {
		expected_count(e, SAYS_FINISHED);
		expected_say(e, ", which has finished");
	}
}

static void say_holders(struct expected *e, unsigned int lock)
{
	const struct witness_hold *holds[WITNESS_HOLD_MAX];
	size_t found = sort_holds(e->w, lock, holds);
	unsigned int named = 0, said = 0, others = e->w->given_by_others[lock];

	expected_say(e, ", held ");
	for (size_t i = 0; i < found; i++) {
		named += holds[i]->count;
		if (e->only != NOBODY && e->only != holds[i]->task)
			continue;
		if (e->context != NOBODY && e->context != holds[i]->context)
			continue;
		expected_say(e, "%s", said++ ? " and " : "");
		say_holder(e, holds[i]);
	}
	if (said > 1)
		expected_count(e, SAYS_SEVERAL_HOLDERS);
	if (others == 0)
		return;
	expected_count(e, SAYS_GIVEN_BY_OTHERS);
	expected_say(e, "; of their %u holds another call gave back %u", named, others);
}

static const struct witness_hold *hold_of(const struct witness *w, unsigned int lock)
{
	for (size_t i = 0; i < w->hold_count; i++)
		if (w->hold[i].lock == lock)
			return &w->hold[i];
	return NULL;
}

/* The line that its call stands at closes the session of that name. */
static bool is_to_close(struct expected *e, unsigned int lock)
{
	unsigned int top = e->w->task[e->task].top;
	const struct witness_level *level = &e->w->task[e->task].level[top];
	const struct line *line = witness_line(e->w, e->task, top);

	if (!line || line->kind != TEEQ_STEP_CLOSE || level->session == NO_KEY ||
	    strcmp(e->w->scenario->sessions[level->session].name,
		   teeq_model_secure_lock_name(e->w->model, lock)) != 0)
		return false;
	expected_count(e, SAYS_TO_CLOSE);
	return true;
}

/* In a session is one call at a time. */
static void say_session(struct expected *e, unsigned int lock)
{
	const struct witness_hold *hold = hold_of(e->w, lock);

	if (hold && hold->task == (int)e->task && hold->level == e->w->task[e->task].top) {
		expected_say(e, "closes ");
		say_secure_name(e, lock);
		expected_say(e, ", and waits until nobody wants it any more");
		return;
	}
	expected_say(e, is_to_close(e, lock) ? "waits to close " : "waits for ");
	say_secure_name(e, lock);
	e->unsure |= !hold;
	if (!hold)
		return;
	expected_say(e, ", in which ");
	if (hold->lost) {
		expected_say(e, "thread %d is, which is lost", hold->context);
		return;
	}
	expected_whose_call(e, (unsigned int)hold->task, hold->level);
	expected_say(e, " is");
}

/* One call at a time loads it. */
static void say_loading(struct expected *e, unsigned int lock)
{
	const struct witness_hold *hold = hold_of(e->w, lock);

	expected_say(e, "waits for ");
	say_secure_name(e, lock);
	e->unsure |= !hold;
	if (!hold)
		return;
	expected_say(e, ", which ");
	if (hold->lost) {
		expected_say(e, "thread %d, which is lost, was loading", hold->context);
		return;
	}
	expected_whose_call(e, (unsigned int)hold->task, hold->level);
	expected_say(e, " is loading");
}

/* It may have the lock, but does not know: somebody of its own guest tells it, or of another in vain. */
static void say_told(struct expected *e, const struct witness_level *level)
{
	int sender = witness_who_wakes(e->w, e->task, e->w->task[e->task].top);
	int own = (int)witness_guest(e->w, e->task);

	expected_say(e, ", which is free, ");
	if (level->woken || sender == own || (sender == NOBODY && level->strayed == NOBODY)) {
		expected_say(e, "and is about to be woken");
		return;
	}
	expected_count(e, sender == NOBODY ? SAYS_STRAYED : SAYS_STRAYING);
	expected_say(e, "but the wake %s to guest %s, where nobody waits for it",
		     sender == NOBODY ? "went" : "is on its way",
		     teeq_model_guest_name(e->w->model,
					   (size_t)(sender == NOBODY ? level->strayed : sender)));
}

static void say_secure_lock(struct expected *e, unsigned int lock)
{
	if (teeq_model_secure_lock_kind(e->w->model, lock) == TEEQ_SECURE_LOCK_SESSION) {
		say_session(e, lock);
		return;
	}
	if (teeq_model_secure_lock_kind(e->w->model, lock) == TEEQ_SECURE_LOCK_LOADING) {
		say_loading(e, lock);
		return;
	}
	expected_say(e, "waits for ");
	say_secure_name(e, lock);
	if (hold_of(e->w, lock)) {
		say_holders(e, lock);
		return;
	}
	expected_count(e, SAYS_SECURE_LOCK_FREE);
	if (e->w->task[e->task].level[e->w->task[e->task].top].told) {
		say_told(e, &e->w->task[e->task].level[e->w->task[e->task].top]);
		return;
	}
	expected_say(e, ", which is free, until it is released once more, ");
	expected_may(e, TEEQ_EFFECT_SECURE_UNLOCK, lock, "do", SAYS_NOBODY_RELEASE);
}

void expected_key(struct expected *e, const struct witness_level *level)
{
	unsigned int key = level->key;

	if (key < e->w->scenario->notification_count) {
		expected_count(e, SAYS_NOTIFICATION);
		expected_say(e, "waits for notification %s (key %u), ",
			     teeq_model_notification_name(e->w->model, key), key + 1);
		expected_may(e, TEEQ_EFFECT_NOTIFY, key, "send", SAYS_NOBODY_NOTIFICATION);
	} else if (level->waits_condition != NOBODY) {
		unsigned int condition = (unsigned int)level->waits_condition;

		expected_count(e, SAYS_CONDITION);
		expected_say(e, "waits for condition %s, ",
			     teeq_model_condition_name(e->w->model, condition));
		expected_may(e, TEEQ_EFFECT_COND_SIGNAL, condition, "signal",
			     SAYS_NOBODY_CONDITION);
	} else if (level->waits_lock != NOBODY) {
		say_secure_lock(e, (unsigned int)level->waits_lock);
	} else {
		expected_say(e, "waits for what this reading does not know");
	}
}

/* ----------------------------------------- the call queue ------------------------------------- */

/* Whose call has the context; its level in *@level. NOBODY: it is lost, or free. */
static int caller_in(const struct witness *w, unsigned int context, unsigned int *level)
{
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		for (*level = 0; *level <= w->task[i].top; (*level)++)
			if (w->task[i].level[*level].call == AT_THREAD &&
			    w->task[i].level[*level].context == context)
				return (int)i;
	return NOBODY;
}

bool expected_absorbed(const struct witness_level *level)
{
	return level->call != AT_NO_CALL && level->done && !level->asleep;
}

static void say_wake(struct expected *e)
{
	const struct teeq_callq *q = teeq_world_guest_callq(e->w->model, e->world, witness_guest(e->w, e->task));
	unsigned int said = 0, absorbed = 0;

	expected_count(e, SAYS_WAKE);
	expected_say(e, "waits for a wake, ");
	/* The order of the list is all that is asked of the world here. */
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		absorbed += expected_absorbed(&e->w->task[caller.task].level[caller.level]);
	}
	if (absorbed == 0) {
		expected_may(e, TEEQ_EFFECT_WAKE, 0, "give", SAYS_NOBODY_WAKE);
		return;
	}
	expected_say(e, "which ");
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		if (!expected_absorbed(&e->w->task[caller.task].level[caller.level]) ||
		    (e->only != NOBODY && e->only != caller.task) ||
		    (e->level != NOBODY && e->level != caller.level))
			continue;
		expected_say(e, "%s", said == 0 ? "" : said + 1 < absorbed ? ", " : " and ");
		expected_whose_call(e, caller.task, caller.level);
		said++;
	}
	expected_count(e, SAYS_ABSORBED);
	expected_say(e, " absorbed without being asleep");
}

static unsigned int limit_of(const struct witness *w, unsigned int guest)
{
	return guest < w->scenario->guest_count ? w->scenario->guests[guest].call_limit : 0;
}

/* Whether a guest has as many calls in the secure world as it may: then another one's help nothing. */
bool expected_is_full(const struct witness *w, unsigned int guest)
{
	unsigned int limit = limit_of(w, guest), calls = 0;

	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		for (unsigned int level = 0; level <= w->task[i].top; level++)
			calls += witness_guest(w, i) == guest &&
				 w->task[i].level[level].call == AT_THREAD;
	return limit > 0 && calls >= limit;
}

struct threads {
	int context[TEEQ_CONTEXT_MAX + TEEQ_TASK_MAX]; /* NOBODY: a credit */
	int task[TEEQ_CONTEXT_MAX + TEEQ_TASK_MAX];
	unsigned int level[TEEQ_CONTEXT_MAX + TEEQ_TASK_MAX];
	size_t count;
	bool some_free;
};

static void add_thread(struct expected *e, struct threads *threads, int context, int task,
		       unsigned int level)
{
	if ((e->only != NOBODY && e->only != task) ||
	    (e->only != NOBODY && e->context != NOBODY && e->context != context))
		return;
	threads->context[threads->count] = context;
	threads->task[threads->count] = task;
	threads->level[threads->count++] = level;
}

/* The threads that the call could use, and who has them; then credits. */
static struct threads find_threads(struct expected *e, bool all)
{
	const struct witness *w = e->w;
	const struct witness_level *own = &w->task[e->task].level[w->task[e->task].top];
	const struct teeq_callq *q =
		teeq_world_guest_callq(w->model, e->world, witness_guest(w, e->task));
	unsigned int guest = witness_guest(w, e->task);
	unsigned int set_aside = all || own->system ?
					 0 : teeq_world_guest_reserved(w->model, e->world, guest);
	struct witness_pool pool = witness_pool(w, guest);
	struct threads threads = { .count = 0 };

	for (unsigned int i = pool.first; i + set_aside < pool.end; i++) {
		unsigned int level;
		int task = caller_in(w, i, &level);

		if (task == NOBODY && !w->lost[i])
			threads.some_free = true;
		else
			add_thread(e, &threads, (int)i, task, task == NOBODY ? 0 : level);
	}
	for (unsigned int i = 0; !all && threads.some_free && !own->limited && i < q->waiter_count;
	     i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);
		const struct witness_level *level = &w->task[caller.task].level[caller.level];

		if (level->call != AT_THREAD && level->admitted)
			add_thread(e, &threads, NOBODY, caller.task, caller.level);
	}
	return threads;
}

static void say_threads(struct expected *e, const struct threads *threads)
{
	for (size_t i = 0; i < threads->count; i++) {
		int task = threads->task[i];

		if (threads->context[i] == NOBODY)
			expected_say(e, "%sa credit", i ? ", " : "");
		else
			expected_say(e, "%sthread %d", i ? ", " : "", threads->context[i]);
		if (task == NOBODY)
			expected_say(e, " is lost");
		else
			expected_say(e, " is held by %s",
				     task == (int)e->task ? "itself" :
							    expected_name(e, (unsigned int)task));
		if (task != NOBODY)
			expected_say_guest(e, (unsigned int)task);
	}
}

static void say_one_thread(struct expected *e, const struct threads *threads)
{
	int context = threads->context[0], task = threads->task[0];
	bool active;

	if (context != NOBODY && task == NOBODY) {
		expected_say(e, "thread %d is lost, suspended for ever", context);
		return;
	}
	if (context == NOBODY)
		expected_say(e, "a credit for one is held by ");
	else
		expected_say(e, "thread %d is held by ", context);
	expected_whose_call(e, (unsigned int)task, threads->level[0]);
	expected_say_guest(e, (unsigned int)task);
	active = e->w->task[task].level[threads->level[0]].active;
	expected_say(e, context == NOBODY ? ", which has no thread yet" :
			active ? ", running in the secure world" : ", suspended in its RPC");
}

/* A static reserve, and a thread that is kept back whatever there is, no session gives free. */
static bool is_kept_for_sessions(const struct expected *e)
{
	const struct teeq_policy *policy = teeq_model_policy(e->w->model);
	unsigned int guest = witness_guest(e->w, e->task);

	return (policy->secure == TEEQ_SECURE_COUNTED || policy->unreserve) &&
	       (teeq_world_guest_reserved(e->w->model, e->world, guest) > 0 ||
		teeq_world_guest_callq(e->w->model, e->world, guest)->system_session_count > 0);
}

static void say_thread(struct expected *e)
{
	struct threads threads = find_threads(e, false);

	expected_count(e, SAYS_THREAD);
	expected_say(e, "waits for a thread: ");
	if (threads.count > NAMED_MAX) {
		expected_count(e, SAYS_MANY);
		expected_say(e, "%zu are taken, see below", threads.count);
	} else if (threads.count > 1) {
		say_threads(e, &threads);
	} else if (threads.count == 1) {
		say_one_thread(e, &threads);
	} else {
		struct doers doers = expected_doers(e, TEEQ_EFFECT_COUNT_OUT, 0);

		expected_say(e, "what is free is kept back");
		if (doers.count == 0 || !is_kept_for_sessions(e)) {
			expected_say(e, ", and nobody is left who would give more");
			return;
		}
		expected_say(e, "; ");
		expected_say_doers(e, &doers);
		expected_say(e, " would count a session out");
	}
}

/* Its guest's calls in the secure world, in whatever thread: the hypervisor asks for nothing else. */
static void say_limit(struct expected *e)
{
	unsigned int guest = witness_guest(e->w, e->task), limit = limit_of(e->w, guest);
	unsigned int whose[TEEQ_CONTEXT_MAX], levels[TEEQ_CONTEXT_MAX], calls = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		for (unsigned int level = 0; level <= e->w->task[i].top; level++)
			if (witness_guest(e->w, i) == guest &&
			    e->w->task[i].level[level].call == AT_THREAD &&
			    (e->only == NOBODY || e->only == (int)i)) {
				whose[calls] = i;
				levels[calls++] = level;
			}
	expected_count(e, SAYS_CALL_LIMIT);
	expected_say(e, "waits for guest %s's limit of %u call%s: ",
		     teeq_model_guest_name(e->w->model, guest), limit, limit == 1 ? "" : "s");
	if (calls > NAMED_MAX) {
		expected_say(e, "%u are in the secure world, see below", calls);
		return;
	}
	for (unsigned int i = 0; i < calls; i++) {
		expected_say(e, "%s", i == 0 ? "" : i + 1 < calls ? ", " : " and ");
		expected_whose_call(e, whose[i], levels[i]);
	}
	expected_say(e, calls == 1 ? " is in the secure world" : " are in the secure world");
}

void expected_asleep(struct expected *e)
{
	struct threads threads;

	if (e->claim == CLAIM_WAKE) {
		say_wake(e);
	} else if (e->claim == CLAIM_THREAD && expected_is_full(e->w, witness_guest(e->w, e->task))) {
		say_limit(e);
	} else if (e->claim == CLAIM_THREAD) {
		say_thread(e);
	} else {
		threads = find_threads(e, true);
		expected_count(e, SAYS_IDLE);
		expected_say(e, "waits until no thread is in use: ");
		say_threads(e, &threads);
	}
}
