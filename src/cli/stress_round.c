/* SPDX-License-Identifier: BSD-2-Clause */
/* One round: a pthread for each task runs its script on a fresh runtime. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/stress.h"

struct stage_gate {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	unsigned int stage; /* tasks of this stage and earlier ones may run */
	bool cancelled; /* nobody may */
};

/* A thread, and whose script it runs. */
struct actor {
	struct crowd *crowd;
	unsigned int task;
	pthread_t thread;
	struct teeq_rt_client *client; /* set before its gate opens */
};

struct crowd {
	const struct stress_program *program;
	struct teeq_rt *rt;
	struct stage_gate gate;
	atomic_bool violated;
	uint64_t give_up_ns;
	atomic_bool given_up;
	size_t count; /* threads that exist */
	struct actor actors[TEEQ_TASK_MAX];
};

uint64_t stress_now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* --------------------------------------- the scripts ------------------------------------------ */

/* A script may be longer than anybody waits: each step asks. */
static void look_at_clock(struct crowd *crowd)
{
	bool over = crowd->give_up_ns > 0 && stress_now_ns() >= crowd->give_up_ns;

	if ((!over && !cli_interrupted()) || atomic_exchange(&crowd->given_up, true))
		return;
	teeq_rt_stop(crowd->rt);
}

/* Where a command stands: a repeat inside a repeat, or an invoked command, is one entry more. */
struct cursor {
	struct actor *actor;
	unsigned int depth;
	struct {
		struct stress_script script;
		size_t index;
		uint32_t times;
	} at[TEEQ_REPEAT_DEPTH_MAX + TEEQ_INVOKE_DEPTH_MAX + 2];
};

static void push(struct cursor *cursor, struct stress_script script, uint32_t times)
{
	cursor->at[cursor->depth].script = script;
	cursor->at[cursor->depth].index = 0;
	cursor->at[cursor->depth].times = times;
	cursor->depth++;
}

/* What @step of a command means: whether the thread stops, or *@why it does. */
static bool stops_at(struct cursor *cursor, const struct stress_step *step, enum teeq_rt_stop *why,
		     unsigned int *number)
{
	const struct stress_program *program = cursor->actor->crowd->program;

	*number = step->times;
	switch (step->kind) {
	case TEEQ_STEP_RPC:
		*why = program->services[step->target].stop;
		*number = step->target;
		return true;
	case TEEQ_STEP_SUSPEND:
		*why = TEEQ_RT_STOP_SUSPEND;
		return true;
	case TEEQ_STEP_WORK:
		*why = TEEQ_RT_STOP_WORK;
		return true;
	case TEEQ_STEP_INTERRUPT:
		*why = TEEQ_RT_STOP_INTERRUPT;
		return true;
	case TEEQ_STEP_INVOKE:
		push(cursor, program->commands[step->target], 1);
		return false;
	default:
		push(cursor, (struct stress_script){ step->steps, step->step_count }, step->times);
		return false;
	}
}

/* The secure world's side of a call: up to where its command stops next. */
static enum teeq_rt_stop next_stop(void *argument, unsigned int *number)
{
	struct cursor *cursor = argument;
	enum teeq_rt_stop why;

	look_at_clock(cursor->actor->crowd);
	while (cursor->depth > 0) {
		unsigned int top = cursor->depth - 1;

		if (cursor->at[top].index == cursor->at[top].script.step_count) {
			cursor->at[top].index = 0;
			if (--cursor->at[top].times == 0)
				cursor->depth--;
			continue;
		}
		if (stops_at(cursor, &cursor->at[top].script.steps[cursor->at[top].index++], &why,
			     number))
			return why;
	}
	return TEEQ_RT_STOP_END;
}

static bool run_script(struct actor *actor, struct stress_script script);

static void serve(struct teeq_rt_client *client, unsigned int rpc, void *argument)
{
	struct cursor *cursor = argument;

	(void)client;
	run_script(cursor->actor, cursor->actor->crowd->program->services[rpc].script);
}

static bool call(struct actor *actor, const struct stress_step *step)
{
	struct cursor cursor = { .actor = actor };
	const struct teeq_rt_command command = { next_stop, serve, &cursor };

	if (step->target != TEEQ_RT_NONE)
		push(&cursor, actor->crowd->program->commands[step->target], 1);
	return teeq_rt_invoke(actor->client, step->object, &command, NULL) == TEEQ_OK;
}

/* What nobody holds cannot be unlocked; that is the scenario's own mistake, and ends the round. */
static bool unlock(struct actor *actor, unsigned int lock)
{
	enum teeq_status status = teeq_rt_unlock(actor->client, lock);

	if (status == TEEQ_EINPUT) {
		atomic_store(&actor->crowd->violated, true);
		teeq_rt_stop(actor->crowd->rt);
	}
	return status == TEEQ_OK;
}

static bool repeat(struct actor *actor, const struct stress_step *step)
{
	for (uint32_t i = 0; i < step->times; i++)
		if (!run_script(actor, (struct stress_script){ step->steps, step->step_count }))
			return false;
	return true;
}

static bool run_step(struct actor *actor, const struct stress_step *step)
{
	struct teeq_rt_client *client = actor->client;

	look_at_clock(actor->crowd);
	switch (step->kind) {
	case TEEQ_STEP_CALL:
		return call(actor, step);
	case TEEQ_STEP_LOCK:
		return teeq_rt_lock(client, step->object) == TEEQ_OK;
	case TEEQ_STEP_UNLOCK:
		return unlock(actor, step->object);
	case TEEQ_STEP_AWAIT:
		return teeq_rt_await(client, step->object) == TEEQ_OK;
	case TEEQ_STEP_SIGNAL:
		return teeq_rt_signal(client, step->object) == TEEQ_OK;
	case TEEQ_STEP_BARRIER:
		return teeq_rt_barrier(client, step->object) == TEEQ_OK;
	case TEEQ_STEP_RESERVE:
		return teeq_rt_session_reserve(client, step->object, NULL) == TEEQ_OK;
	case TEEQ_STEP_RELEASE:
		return teeq_rt_session_release(client, step->object, NULL) == TEEQ_OK;
	case TEEQ_STEP_OPEN:
		return teeq_rt_session_open(client, step->object, NULL) == TEEQ_OK;
	case TEEQ_STEP_CLOSE:
		return teeq_rt_session_close(client, step->object, NULL) == TEEQ_OK;
	case TEEQ_STEP_SLEEP:
		return teeq_rt_sleep(client, step->times) == TEEQ_OK;
	default:
		return repeat(actor, step);
	}
}

static bool run_script(struct actor *actor, struct stress_script script)
{
	for (size_t i = 0; i < script.step_count; i++)
		if (!run_step(actor, &script.steps[i]))
			return false;
	return true;
}

/* --------------------------------------- the threads ------------------------------------------ */

static bool pass_gate(struct stage_gate *gate, unsigned int stage)
{
	bool open;

	pthread_mutex_lock(&gate->lock);
	while (gate->stage < stage && !gate->cancelled)
		pthread_cond_wait(&gate->moved, &gate->lock);
	open = gate->stage >= stage;
	pthread_mutex_unlock(&gate->lock);
	return open;
}

/* A thread of tee-supplicant has no end of its own: it serves until the run is stopped. */
static void serve_requests(struct actor *actor)
{
	unsigned int rpc;

	while (teeq_rt_receive(actor->client, &rpc) == TEEQ_OK)
		if (!run_script(actor, actor->crowd->program->services[rpc].script) ||
		    teeq_rt_answer(actor->client) != TEEQ_OK)
			break;
}

static void *act(void *argument)
{
	struct actor *actor = argument;
	const struct stress_task *task = &actor->crowd->program->tasks[actor->task];

	if (task->absent || !pass_gate(&actor->crowd->gate, task->stage))
		return NULL;
	if (task->serves)
		serve_requests(actor);
	else if (!task->starts || teeq_rt_start(actor->client) == TEEQ_OK)
		run_script(actor, task->script);
	teeq_rt_end(actor->client);
	return NULL;
}

/* The tasks of @stage count as running from here on, whenever their threads get to run. */
static void open_gate(struct crowd *crowd, unsigned int stage)
{
	for (unsigned int i = 0; i < crowd->count; i++)
		if (crowd->program->tasks[i].stage == stage && !crowd->program->tasks[i].absent)
			crowd->actors[i].client = teeq_rt_begin(crowd->rt, i);
	pthread_mutex_lock(&crowd->gate.lock);
	crowd->gate.stage = stage;
	pthread_cond_broadcast(&crowd->gate.moved);
	pthread_mutex_unlock(&crowd->gate.lock);
}

static bool gather(struct crowd *crowd)
{
	for (; crowd->count < crowd->program->options.client_count; crowd->count++) {
		struct actor *actor = &crowd->actors[crowd->count];
		int problem;

		actor->crowd = crowd;
		actor->task = (unsigned int)crowd->count;
		problem = pthread_create(&actor->thread, NULL, act, actor);
		if (problem != 0) {
			cli_error("thread %zu could not be created: %s", crowd->count,
				  strerror(problem));
			return false;
		}
	}
	return true;
}

/* Those who were never let in go home. */
static void disperse(struct crowd *crowd)
{
	pthread_mutex_lock(&crowd->gate.lock);
	crowd->gate.cancelled = true;
	pthread_cond_broadcast(&crowd->gate.moved);
	pthread_mutex_unlock(&crowd->gate.lock);
	for (size_t i = 0; i < crowd->count; i++)
		pthread_join(crowd->actors[i].thread, NULL);
}

/* ---------------------------------------- the round ------------------------------------------- */

static unsigned int last_stage(const struct stress_program *program)
{
	unsigned int last = 1;

	for (size_t i = 0; i < program->options.client_count; i++)
		if (program->tasks[i].stage > last)
			last = program->tasks[i].stage;
	return last;
}

/* What it looks like while those who are blocked still are. */
static void explain(struct stress_round *round, struct teeq_rt *rt)
{
	size_t size = 0;
	FILE *out = open_memstream(&round->explanation, &size);

	if (!out)
		return;
	teeq_rt_explain(rt, out);
	fclose(out);
}

static void look_at_hang(struct stress_round *round, struct teeq_rt *rt)
{
	round->verdict = teeq_rt_lost_wakeup(rt) ? TEEQ_VERDICT_LOST_WAKEUP : TEEQ_VERDICT_DEADLOCK;
	for (unsigned int i = 0; i < round->program->options.client_count; i++) {
		struct teeq_rt_wait wait;

		teeq_rt_wait_of(rt, i, &wait);
		round->waits[i] = wait.kind;
	}
	explain(round, rt);
}

/* Stage after stage, each when the earlier ones have finished or got stuck. */
static void watch(struct stress_round *round, struct crowd *crowd)
{
	unsigned int last = last_stage(round->program);
	enum teeq_rt_end end = TEEQ_RT_FINISHED;

	for (unsigned int stage = 1; stage <= last && end != TEEQ_RT_STALLED; stage++) {
		open_gate(crowd, stage);
		end = teeq_rt_watch(crowd->rt, round->watchdog_ms);
	}
	round->given_up = atomic_load(&crowd->given_up);
	if (atomic_load(&crowd->violated))
		round->verdict = TEEQ_VERDICT_VIOLATION;
	else if (round->given_up)
		round->verdict = TEEQ_VERDICT_LIMIT;
	else if (end == TEEQ_RT_STUCK)
		look_at_hang(round, crowd->rt);
	else
		round->verdict = end == TEEQ_RT_STALLED ? TEEQ_VERDICT_LIMIT : TEEQ_VERDICT_DONE;
	if (round->verdict == TEEQ_VERDICT_LIMIT && !round->given_up)
		explain(round, crowd->rt);
	teeq_rt_stop(crowd->rt);
}

static int run_crowd(struct stress_round *round, struct crowd *crowd)
{
	bool gathered;
	uint64_t start;

	pthread_mutex_init(&crowd->gate.lock, NULL);
	pthread_cond_init(&crowd->gate.moved, NULL);
	gathered = gather(crowd);
	start = stress_now_ns();
	if (gathered)
		watch(round, crowd);
	round->nanoseconds = stress_now_ns() - start;
	disperse(crowd);
	teeq_rt_stats(crowd->rt, &round->stats);
	pthread_cond_destroy(&crowd->gate.moved);
	pthread_mutex_destroy(&crowd->gate.lock);
	return gathered ? CLI_OK : CLI_BAD;
}

int stress_round_run(struct stress_round *round)
{
	struct crowd crowd = { .program = round->program, .give_up_ns = round->give_up_ns };
	struct teeq_rt_options options = round->program->options;
	struct teeq_error error = { 0 };
	enum teeq_status status;
	int result;

	atomic_init(&crowd.violated, false);
	atomic_init(&crowd.given_up, false);
	stress_history_clear(round->history);
	round->history->context_count = options.thread_count;
	options.seed = round->seed;
	options.pause_percent = round->pause_percent;
	options.on_action = stress_history_add;
	options.argument = round->history;
	status = teeq_rt_open(&options, &crowd.rt, &error);
	if (status != TEEQ_OK)
		return cli_failed("stress", status, &error);
	result = run_crowd(round, &crowd);
	teeq_rt_close(crowd.rt);
	return result;
}
