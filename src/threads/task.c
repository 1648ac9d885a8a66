/* SPDX-License-Identifier: BSD-2-Clause */
/* What the thread of a task does: its next action, or sleep until that is possible. */
#include <errno.h>
#include <sched.h>

#include "run/event_hash.h"
#include "teeq/abi.h"
#include "threads/threads.h"

/* Once in so many pauses the thread gives the processor away for a while, not only for a moment. */
enum {
	PAUSES_A_NAP = 8,
	NAP_NS_MAX = 50000,
	FAULT_NAP_US_MAX = 200,
};

/* How a task comes forward. */
enum progress {
	MOVED,
	AT_CODE, /* the caller's own code is to run */
	OVER,    /* the task, or the run */
};

/* ---------------------------------------- sections -------------------------------------------- */

static void pause_now_and_then(struct teeq_threads *t, struct sleeper *sleeper)
{
	struct timespec nap = { 0 };

	if (prng_below(&sleeper->prng, 100) >= t->options.pause_percent)
		return;
	if (prng_below(&sleeper->prng, PAUSES_A_NAP) > 0) {
		sched_yield();
		return;
	}
	nap.tv_nsec = (long)prng_below(&sleeper->prng, NAP_NS_MAX);
	nanosleep(&nap, NULL);
}

/*
 * Take the locks of @set, after a pause where they
 * are wanted. False, and not taken: the run is over.
 */
static bool task_enter(struct teeq_threads *t, unsigned int task, unsigned int set)
{
	if (t->options.gives_up && !threads_stopped(t) && t->options.gives_up(t->options.argument))
		teeq_threads_stop(t);
	if (t->options.pause_percent > 0)
		pause_now_and_then(t, &t->sleepers[task]);
	locks_take(t, set);
	if (!threads_stopped(t))
		return true;
	locks_drop(t, set);
	return false;
}

/*
 * The number is taken while the locks are held. So it orders what is done under one lock as the
 * lock does, and what is done by one thread as the thread does: one after another, the same could
 * have happened.
 */
static void add_record(struct teeq_threads *t, unsigned int task, uint64_t order, uint16_t pc,
		       const struct teeq_event *event)
{
	struct record record = { .order = order, .pc = pc };

	if (!t->options.record)
		return;
	if (event) {
		record.hash = event_hash(0, event);
		record.action = event->action;
		record.outcome = event->outcome;
	}
	threads_log(t, task, &record);
}

static void note_failure(struct sleeper *sleeper, const struct teeq_event *event)
{
	bool failed = event->outcome == TEEQ_OUTCOME_FAILED ||
		      event->outcome == TEEQ_OUTCOME_REFUSED;
	bool ends = event->action == TEEQ_ACTION_ENTER || event->action == TEEQ_ACTION_LEAVE ||
		    event->action == TEEQ_ACTION_RESERVE ||
		    event->action == TEEQ_ACTION_UNRESERVE ||
		    event->action == TEEQ_ACTION_ALLOCATE || event->action == TEEQ_ACTION_FAIL;

	if (failed && ends && event->level == sleeper->level)
		sleeper->failure = event->result ? event->result : -TEEQ_ABI_EIO;
}

/* The task's action, its locks held. */
static void task_act(struct teeq_threads *t, unsigned int task)
{
	struct sleeper *sleeper = &t->sleepers[task];
	struct teeq_event event;

	world_act(t->m, t->w, task, &event,
		  t->options.record || t->options.on_event ? ACT_WATCHED : 0);
	sleeper->begun = true;
	event.step = atomic_fetch_add_explicit(&t->order, 1, memory_order_relaxed);
	sleeper->stats.actions++;
	sleeper->stats.calls += event.action == TEEQ_ACTION_LEAVE;
	note_failure(sleeper, &event);
	add_record(t, task, event.step, CODE_NONE, &event);
	if (t->options.on_event)
		t->options.on_event(t->options.argument, &event);
}

static void task_leave(struct teeq_threads *t, unsigned int set)
{
	bool violated = world_is_violated(t->w);

	threads_wake(t, set);
	locks_drop(t, set);
	if (violated)
		teeq_threads_stop(t);
}

/* ---------------------------------------- sleeping -------------------------------------------- */

/* Until woken, or until @due, where that is not NULL; without any lock of the model's. */
static void sleep_until(struct teeq_threads *t, struct sleeper *sleeper, const struct timespec *due)
{
	int late = 0;

	pthread_mutex_lock(&sleeper->gate);
	while (!sleeper->woken && !threads_stopped(t) && late != ETIMEDOUT)
		late = due ? pthread_cond_timedwait(&sleeper->moved, &sleeper->gate, due) :
			     pthread_cond_wait(&sleeper->moved, &sleeper->gate);
	sleeper->woken = false;
	pthread_mutex_unlock(&sleeper->gate);
}

/* Let the time of @task pass, which is counted as one that can move; @set is held, and is left. */
static void nap(struct teeq_threads *t, unsigned int task, unsigned int set)
{
	unsigned int look = locks_to_look(t, task);
	struct timespec due = threads_in_us(world_timers(t->m, t->w)[task]);

	if (look)
		t->napping[look] |= task_bit(task);
	locks_drop(t, set);
	sleep_until(t, &t->sleepers[task], &due);
	if (!look)
		return;
	locks_take(t, look);
	t->napping[look] &= ~task_bit(task);
	locks_drop(t, look);
}

static void block(struct teeq_threads *t, unsigned int task, unsigned int set)
{
	struct sleeper *sleeper = &t->sleepers[task];
	struct task *self = world_task(t->m, t->w, task);
	bool queued = call_sleeps(&task_top(self)->call);
	uint64_t since = queued ? threads_now_ns() : 0, ns;

	threads_count_out(t, task);
	locks_drop(t, set);
	threads_tell(t);
	sleep_until(t, sleeper, NULL);
	if (!queued || threads_stopped(t))
		return;
	ns = threads_now_ns() - since;
	sleeper->stats.waits++;
	sleeper->stats.wait_ns += ns;
	if (ns > sleeper->stats.wait_ns_max)
		sleeper->stats.wait_ns_max = ns;
}

/* ------------------------------------------- tasks -------------------------------------------- */

/* Whether it is the caller's own code that @task stands at. */
static const struct instruction *code_of(const struct teeq_threads *t, unsigned int task)
{
	const struct level *top = task_top(world_task(t->m, t->w, task));
	const struct instruction *at = &t->m->code[top->pc];

	return top->call.state == CALL_IDLE && at->op == OP_CODE ? at : NULL;
}

static bool has_time_left(const struct teeq_threads *t, unsigned int task)
{
	return (t->m->uses & USES_TIME) && world_waits_for_time(t->m, t->w, task);
}

/* Of a task's end nothing is left to be done; who serves has none. */
static bool is_finished(const struct teeq_threads *t, unsigned int task)
{
	const struct task *self = world_task(t->m, t->w, task);

	return self->top == 0 && self->levels[0].call.state == CALL_IDLE &&
	       t->m->code[self->levels[0].pc].op == OP_END;
}

/* One action of @task, as soon as it can move; @behind: of the caller's own code, its end. */
static enum progress move(struct teeq_threads *t, unsigned int task, bool behind)
{
	bool rested = false;

	/* Where nobody can keep it from running, nobody need be asked. */
	if (!behind && !t->takes_all && t->sleepers[task].begun && code_of(t, task))
		return AT_CODE;
	for (;;) {
		unsigned int set = locks_of(t, task) | locks_to_look(t, task);

		if (!task_enter(t, task, set))
			return OVER;
		if (!rested && has_time_left(t, task)) {
			nap(t, task, set);
			rested = true;
		} else if (!threads_can_move(t, task)) {
			if (is_finished(t, task)) {
				threads_count_out(t, task);
				locks_drop(t, set);
				threads_tell(t);
				return OVER;
			}
			block(t, task, set);
		} else if (!behind && code_of(t, task)) {
			locks_drop(t, set);
			return AT_CODE;
		} else {
			task_act(t, task);
			task_leave(t, set);
			return MOVED;
		}
	}
}

/* A fault strikes when it likes, while anything else can move; nobody waits for it. */
static void strike(struct teeq_threads *t, unsigned int task)
{
	struct sleeper *sleeper = &t->sleepers[task];

	while (task_enter(t, task, LOCK_ALL)) {
		struct timespec due;

		if (prng_below(&sleeper->prng, 2) == 0 && threads_can_move(t, task))
			task_act(t, task);
		task_leave(t, LOCK_ALL);
		due = threads_in_us(prng_below(&sleeper->prng, FAULT_NAP_US_MAX) + 1);
		sleep_until(t, sleeper, &due);
	}
}

/* ------------------------------------- the caller's own code ---------------------------------- */

/* The service whose code @pc is in. */
static int service_at(const struct teeq_model *m, unsigned int pc)
{
	int found = -1;

	for (unsigned int i = 0; i < m->service_count; i++)
		if (m->services[i].start <= pc &&
		    (found < 0 || m->services[i].start > m->services[found].start))
			found = (int)i;
	return found;
}

static bool run_code(struct teeq_threads *t, unsigned int task)
{
	const struct task *self = world_task(t->m, t->w, task);
	int service = self->top > 0 ? service_at(t->m, self->levels[self->top].pc) : -1;

	if (t->options.code)
		t->options.code(t->options.argument, t, task, service);
	return move(t, task, true) == MOVED;
}

/* The code goes on at @pc: what is invisible there happens at once. */
static bool task_choose(struct teeq_threads *t, unsigned int task, unsigned int pc)
{
	unsigned int set = t->takes_all ? LOCK_ALL : t->behind[pc] | LOCK_OUTSIDE;
	uint64_t order;

	if (!task_enter(t, task, set))
		return false;
	task_top(world_task(t->m, t->w, task))->pc = (uint16_t)pc;
	world_advance(t->m, t->w, task);
	order = atomic_fetch_add_explicit(&t->order, 1, memory_order_relaxed);
	add_record(t, task, order, (uint16_t)pc, NULL);
	task_leave(t, set);
	return true;
}

/* From there until @task stands at its code again, at @level. */
static bool come_back(struct teeq_threads *t, unsigned int task, unsigned int level)
{
	for (;;) {
		enum progress progress = move(t, task, false);

		if (progress == AT_CODE && world_task(t->m, t->w, task)->top == level)
			return true;
		if (progress == OVER || (progress == AT_CODE && !run_code(t, task)))
			return false;
	}
}

enum teeq_status teeq_threads_do(struct teeq_threads *t, unsigned int task, unsigned int step,
				 int *result)
{
	const struct instruction *code;
	struct sleeper *sleeper, before;
	unsigned int level;
	bool done;

	if (!t || task >= t->m->first_fault)
		return TEEQ_EINPUT;
	code = code_of(t, task);
	if (!code || step >= code->count)
		return TEEQ_EINPUT;
	sleeper = &t->sleepers[task];
	level = world_task(t->m, t->w, task)->top;
	before.failure = sleeper->failure;
	before.level = sleeper->level;
	sleeper->failure = 0;
	sleeper->level = level;
	for (unsigned int i = 0; i <= step; i++)
		code = &t->m->code[code->target];
	done = task_choose(t, task, (unsigned int)(code - t->m->code) + 1) &&
	       come_back(t, task, level);
	if (done && result)
		*result = sleeper->failure;
	sleeper->failure = before.failure;
	sleeper->level = before.level;
	return done ? TEEQ_OK : TEEQ_ELIMIT;
}

void teeq_threads_task(struct teeq_threads *t, unsigned int task)
{
	enum progress progress;

	if (!t || task >= t->m->task_count)
		return;
	if (t->m->tasks[task].kind == TEEQ_TASK_FAULT) {
		strike(t, task);
		return;
	}
	do
		progress = move(t, task, false);
	while (progress == MOVED || (progress == AT_CODE && run_code(t, task)));
}
