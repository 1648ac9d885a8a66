/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without whom a task does not get on: read from what the witness saw. What a report calls a cycle, or a
 * knot, is held against this.
 */
#include "expected_shared.h"

static uint64_t bit(int task)
{
	return task == NOBODY ? 0 : UINT64_C(1) << task;
}

static uint64_t doers_of(struct expected *e, enum teeq_effect effect, unsigned int object)
{
	struct doers doers = expected_doers(e, effect, object);
	uint64_t tasks = 0;

	for (size_t i = 0; i < doers.count; i++)
		tasks |= bit((int)doers.task[i]);
	return tasks;
}

static struct expected_need any_of(uint64_t tasks)
{
	return (struct expected_need){ .tasks = tasks, .count = tasks ? 1 : 0 };
}

static struct expected_need all_of(uint64_t tasks)
{
	return (struct expected_need){ .tasks = tasks,
				       .count = (unsigned int)__builtin_popcountll(tasks) };
}

/* What else would do, from outside. */
static struct expected_need or_any_of(struct expected_need need, uint64_t tasks, unsigned int own)
{
	tasks &= ~bit((int)own);
	return tasks ? any_of(need.tasks | tasks) : need;
}

/* ------------------------------------------ secure locks -------------------------------------- */

/* Whether a command releases what it did not take, or keeps what it took. */
static bool is_unbalanced(const struct witness *w, const struct lines *lines)
{
	unsigned int held[TEEQ_SECURE_LOCK_MAX] = { 0 };
	bool unbalanced = false;

	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->line[i];
		bool again = i > 0 && line[-1].kind == TEEQ_STEP_COND_WAIT;
		unsigned int lock = line->kind == TEEQ_STEP_COND_WAIT ? line->session : line->object;

		if (lock >= w->scenario->secure_lock_count)
			continue;
		if (line->kind == LINE_TAKE && !again)
			held[lock]++;
		unbalanced |= (line->kind == LINE_GIVE || line->kind == TEEQ_STEP_COND_WAIT) &&
			      held[lock] == 0;
		if (line->kind == LINE_GIVE && held[lock] > 0)
			held[lock]--;
	}
	for (size_t i = 0; i < w->scenario->secure_lock_count; i++)
		unbalanced |= held[i] > 0;
	return unbalanced;
}

static bool some_are_unbalanced(const struct witness *w)
{
	bool found = false;

	for (size_t i = 0; i < w->scenario->command_count; i++)
		found |= is_unbalanced(w, &w->commands[i]);
	return found;
}

/* Those in a thread that sleeps for @lock, and has still to take it. */
static uint64_t who_want(const struct expected *e, unsigned int lock)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		const struct witness_level *top = &e->w->task[i].level[e->w->task[i].top];

		if (top->call == AT_THREAD && top->rpc == RPC_STATE_KEY &&
		    top->key >= e->w->scenario->notification_count &&
		    top->waits_condition == NOBODY && top->waits_lock == (int)lock)
			tasks |= bit((int)i);
	}
	return tasks;
}

static uint64_t who_hold(const struct expected *e, unsigned int lock, bool *held)
{
	uint64_t tasks = 0;

	for (size_t i = 0; i < e->w->hold_count; i++) {
		const struct witness_hold *hold = &e->w->hold[i];

		if (hold->lock != lock)
			continue;
		*held = true;
		if (!hold->lost)
			tasks |= bit(hold->task);
	}
	return tasks;
}

/* The call that is in the session waits for it, too. */
static bool is_being_closed(const struct expected *e, unsigned int lock, uint64_t want)
{
	for (size_t i = 0; i < e->w->hold_count; i++) {
		const struct witness_hold *hold = &e->w->hold[i];

		if (hold->lock == lock && !hold->lost && (want & bit(hold->task)) &&
		    hold->level == e->w->task[hold->task].top &&
		    teeq_model_secure_lock_kind(e->w->model, lock) == TEEQ_SECURE_LOCK_SESSION)
			return true;
	}
	return false;
}

static struct expected_need need_lock(struct expected *e, unsigned int lock)
{
	enum teeq_secure_lock_kind kind = teeq_model_secure_lock_kind(e->w->model, lock);
	uint64_t want = who_want(e, lock), tasks;
	bool held = false;

	tasks = who_hold(e, lock, &held);
	/* It may have the lock, and was sent that or is about to be: to another guest in vain, and only once. */
	if (!held && e->w->task[e->task].level[e->w->task[e->task].top].told)
		return any_of(0);
	/* Who wakes those that want a session, or a TA, is no line of anybody's. */
	e->unsure |= !held && (kind == TEEQ_SECURE_LOCK_SESSION || kind == TEEQ_SECURE_LOCK_LOADING);
	if (!held)
		return any_of(doers_of(e, TEEQ_EFFECT_SECURE_UNLOCK, lock));
	if (kind == TEEQ_SECURE_LOCK_SESSION && (tasks & bit((int)e->task)))
		for (size_t i = 0; i < e->w->hold_count; i++)
			if (e->w->hold[i].lock == lock && e->w->hold[i].task == (int)e->task &&
			    e->w->hold[i].level == e->w->task[e->task].top)
				return all_of(want & ~bit((int)e->task));
	if (is_being_closed(e, lock, want))
		return any_of(0);
	if (kind == TEEQ_SECURE_LOCK_MUTEX && some_are_unbalanced(e->w)) {
		uint64_t others = doers_of(e, TEEQ_EFFECT_SECURE_UNLOCK, lock) & ~want & ~tasks;

		return or_any_of(all_of(tasks), others, e->task);
	}
	return all_of(tasks);
}

static struct expected_need need_key(struct expected *e, const struct witness_level *level)
{
	if (level->key < e->w->scenario->notification_count)
		return any_of(doers_of(e, TEEQ_EFFECT_NOTIFY, level->key));
	if (level->waits_condition != NOBODY)
		return any_of(
			doers_of(e, TEEQ_EFFECT_COND_SIGNAL, (unsigned int)level->waits_condition));
	return need_lock(e, (unsigned int)level->waits_lock);
}

/* ----------------------------------------- tee-supplicant ------------------------------------- */

static uint64_t killers_of(struct expected *e, unsigned int task)
{
	if (e->w->task[task].killed)
		return 0;
	return doers_of(e, TEEQ_EFFECT_KILL,
			expected_is_server(e, task) ?
				NO_KEY :
				(unsigned int)teeq_model_task_client(e->w->model, task));
}

/* Whose signal ends a wait for tee-supplicant that any signal ends. */
static uint64_t freezers_of(struct expected *e, unsigned int task)
{
	if (e->w->scenario->supplicant_wait != TEEQ_SUPPLICANT_INTERRUPTIBLE)
		return 0;
	if (expected_is_server(e, task))
		return doers_of(e, TEEQ_EFFECT_FREEZE, NO_KEY);
	return teeq_model_task_kind(e->w->model, task) == TEEQ_TASK_CLIENT ?
		       doers_of(e, TEEQ_EFFECT_FREEZE,
				(unsigned int)teeq_model_task_client(e->w->model, task)) :
		       0;
}

/* Of a dead one: its threads in the kernel, and who has memory of it. */
static struct expected_need need_release(const struct expected *e)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		const struct witness_task *task = &e->w->task[i];

		if (!expected_is_neighbour(e, i))
			continue;
		if (expected_is_server(e, i) && task->killed)
			tasks |= bit((int)i);
		for (unsigned int level = 0; level <= task->top; level++)
			if (task->level[level].memory_kept > 0)
				tasks |= bit((int)i);
	}
	return all_of(tasks);
}

static struct expected_need need_answer(struct expected *e, const struct witness_level *level)
{
	uint64_t servers = 0, working = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		servers |= expected_is_server(e, i) && expected_is_neighbour(e, i) ? bit((int)i) : 0;
		if (e->w->task[i].serving && e->w->task[i].serves == (int)e->task)
			working |= bit((int)i);
	}
	if (level->rpc == RPC_STATE_SEEN && working)
		return all_of(working);
	if (witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_DEAD)
		return need_release(e);
	if (level->rpc == RPC_STATE_SEEN)
		return any_of(0);
	if (witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_RUNS)
		return or_any_of(any_of(servers), doers_of(e, TEEQ_EFFECT_KILL, NO_KEY), e->task);
	return any_of(doers_of(e, TEEQ_EFFECT_START, 0));
}

/* -------------------------------------- threads and wakes ------------------------------------- */

static uint64_t who_has(const struct expected *e, unsigned int context)
{
	for (unsigned int i = 0; i < expected_task_count(e); i++)
		for (unsigned int level = 0; level <= e->w->task[i].top; level++)
			if (e->w->task[i].level[level].call == AT_THREAD &&
			    e->w->task[i].level[level].context == context)
				return bit((int)i);
	return 0;
}

/* Calls that were let in, and have no thread. */
static uint64_t who_have_credits(const struct expected *e)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		for (unsigned int level = 0; level <= e->w->task[i].top; level++) {
			const struct witness_level *at = &e->w->task[i].level[level];

			if (expected_is_neighbour(e, i) && at->call != AT_NO_CALL &&
			    at->call != AT_THREAD &&
			    (at->limited || !at->asleep))
				tasks |= bit((int)i);
		}
	return tasks;
}

static uint64_t neighbours(const struct expected *e)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		tasks |= expected_is_neighbour(e, i) ? bit((int)i) : 0;
	return tasks;
}

static struct expected_need need_thread(struct expected *e)
{
	const struct witness *w = e->w;
	const struct witness_level *own = &w->task[e->task].level[w->task[e->task].top];
	bool counted = teeq_model_policy(w->model)->secure == TEEQ_SECURE_COUNTED, free = false;
	unsigned int guest = witness_guest(w, e->task);
	bool kept = counted ? teeq_world_guest_reserved(w->model, e->world, guest) > 0 :
			      teeq_model_policy(w->model)->unreserve &&
				      teeq_world_guest_callq(w->model, e->world, guest)
						      ->system_session_count > 0;
	unsigned int aside = own->system ? 0 : teeq_world_guest_reserved(w->model, e->world, guest);
	struct witness_pool pool = witness_pool(w, guest);
	bool full = expected_is_full(w, guest);
	struct expected_need need;
	uint64_t tasks = 0, more = 0;

	/* Where its guest has as many calls as it may, those of others help nothing. */
	for (unsigned int i = pool.first; i + aside < pool.end; i++) {
		tasks |= full ? 0 : who_has(e, i);
		free |= !who_has(e, i) && !w->lost[i];
	}
	for (unsigned int i = 0; full && i < witness_thread_count(w); i++)
		tasks |= who_has(e, i) & neighbours(e);
	if (free && !full && !own->limited)
		tasks |= who_have_credits(e);
	need = any_of(tasks);
	/* What is counted out makes no room for one more of its calls. */
	if (!full && kept && (free || counted))
		more |= doers_of(e, TEEQ_EFFECT_COUNT_OUT, 0);
	return or_any_of(need, more, e->task);
}

static struct expected_need need_wake(struct expected *e)
{
	/* Nobody is woken by its own end, which comes only behind the sleep. */
	uint64_t tasks = doers_of(e, TEEQ_EFFECT_WAKE, 0);

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		for (unsigned int level = 0; level <= e->w->task[i].top; level++)
			if (expected_is_neighbour(e, i) &&
			    expected_absorbed(&e->w->task[i].level[level]))
				tasks |= bit((int)i);
	return any_of(tasks);
}

static struct expected_need need_idle(const struct expected *e)
{
	struct witness_pool pool = witness_pool(e->w, witness_guest(e->w, e->task));
	bool full = expected_is_full(e->w, witness_guest(e->w, e->task));
	uint64_t tasks = 0;

	for (unsigned int i = pool.first; i < pool.end; i++)
		tasks |= full ? who_has(e, i) & neighbours(e) : who_has(e, i);
	return all_of(tasks);
}

/* ------------------------------------------ its script ---------------------------------------- */

static struct expected_need need_arrivals(struct expected *e, unsigned int barrier)
{
	struct expected_need need =
		all_of(doers_of(e, TEEQ_EFFECT_ARRIVE, barrier) & ~bit((int)e->task));
	unsigned int missing = e->w->scenario->barriers[barrier].count - e->w->arrived[barrier];

	if (missing < need.count)
		need.count = missing;
	return need;
}

static struct expected_need need_frozen(struct expected *e, unsigned int client)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		bool is_its = client == NO_KEY ?
				expected_is_server(e, i) && expected_is_neighbour(e, i) :
				teeq_model_task_kind(e->w->model, i) == TEEQ_TASK_CLIENT &&
				teeq_model_task_client(e->w->model, i) == (int)client;

		if (is_its && e->w->task[i].freeze && !expected_is_frozen(e->w, i))
			tasks |= bit((int)i);
	}
	return or_any_of(all_of(tasks), doers_of(e, TEEQ_EFFECT_THAW, client), e->task);
}

static struct expected_need need_line(struct expected *e, const struct line *line)
{
	unsigned int first_device = (unsigned int)e->w->scenario->lock_count;

	switch (line->kind) {
	case TEEQ_STEP_LOCK:
		return all_of(bit(e->w->lock_owner[line->object]));
	case LINE_DEVICE:
		return all_of(bit(e->w->lock_owner[first_device + line->object]));
	case TEEQ_STEP_AWAIT:
		return any_of(doers_of(e, TEEQ_EFFECT_SIGNAL, line->object));
	case TEEQ_STEP_BARRIER:
		return need_arrivals(e, line->object);
	case TEEQ_STEP_START:
		return witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_DEAD ?
			       need_release(e) :
			       any_of(doers_of(e, TEEQ_EFFECT_KILL, NO_KEY));
	case TEEQ_STEP_FREEZE:
		return need_frozen(e, line->object);
	case TEEQ_STEP_POLL:
		return any_of(doers_of(e, TEEQ_EFFECT_SIGNAL, line->object));
	default:
		e->unsure = true;
		return any_of(0);
	}
}

/* -------------------------------------------- all --------------------------------------------- */

static struct expected_need need_of(struct expected *e)
{
	const struct witness_task *task = &e->w->task[e->task];
	const struct witness_level *level = &task->level[task->top];
	const struct line *line = witness_line(e->w, e->task, task->top);
	bool calls = level->call != AT_NO_CALL;

	if (expected_is_frozen(e->w, e->task))
		return any_of(doers_of(
			e, TEEQ_EFFECT_THAW,
			expected_is_server(e, e->task) ?
				NO_KEY :
				(unsigned int)teeq_model_task_client(e->w->model, e->task)));
	if (calls && witness_polls(e->w, e->task) != NO_KEY)
		return any_of(doers_of(e, TEEQ_EFFECT_SIGNAL, witness_polls(e->w, e->task)));
	if (e->claim == CLAIM_CPU)
		return any_of(expected_runners(e));
	if (calls && level->rpc == RPC_STATE_KEY)
		return need_key(e, level);
	if (calls && (level->rpc == RPC_STATE_QUEUED || level->rpc == RPC_STATE_SEEN)) {
		bool hears = e->w->scenario->supplicant_wait != TEEQ_SUPPLICANT_UNINTERRUPTIBLE;

		return or_any_of(need_answer(e, level),
				 hears ? killers_of(e, e->task) | freezers_of(e, e->task) : 0, e->task);
	}
	if (calls && level->asleep)
		return e->claim == CLAIM_WAKE ? need_wake(e) :
		       e->claim == CLAIM_IDLE ? need_idle(e) : need_thread(e);
	if (witness_waits_for_argument(e->w, e->task) != NOBODY)
		return all_of(bit(witness_waits_for_argument(e->w, e->task)));
	if (calls || !line) {
		e->unsure = true;
		return any_of(0);
	}
	return or_any_of(need_line(e, line),
			 witness_in_user_space(e->w, e->task) ? killers_of(e, e->task) : 0, e->task);
}

/* That those occurred, too, of which little is said otherwise. */
static void count_need(struct expected *e)
{
	if (e->unsure)
		return;
	if (e->w->scenario->guest_count > 1)
		expected_count(e, NEEDS_IN_GUESTS);
	if (witness_polls(e->w, e->task) != NO_KEY)
		expected_count(e, NEEDS_AN_EVENT_POLLED);
	else if (e->claim == CLAIM_CPU)
		expected_count(e, NEEDS_A_CPU);
	else if (witness_waits_for_argument(e->w, e->task) != NOBODY)
		expected_count(e, NEEDS_A_SLOT);
}

struct expected_need expected_need(struct expected *e)
{
	struct expected_need need;

	e->unsure |= e->w->task[e->task].unsure || e->w->task[e->task].exiting;
	need = need_of(e);
	count_need(e);
	/* Of several it is not the one itself that comes first. */
	if (need.count == 1 && need.tasks != bit((int)e->task))
		need.tasks &= ~bit((int)e->task);
	return need;
}

void expected_say_need(struct expected *e, const struct expected_need *need)
{
	unsigned int count = (unsigned int)__builtin_popcountll(need->tasks), said = 0;

	expected_say(e, "%s needs ", expected_name(e, e->task));
	if (need->count > 1 && need->count < count)
		expected_say(e, "%u of ", need->count);
	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		const char *between = said + 1 < count ? ", " : need->count == 1 ? " or " : " and ";

		if (!(need->tasks & bit((int)i)))
			continue;
		expected_say(e, "%s%s", said == 0 ? "" : between,
			     i == e->task ? "itself" : expected_name(e, i));
		said++;
	}
}
