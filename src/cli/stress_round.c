/* SPDX-License-Identifier: BSD-2-Clause */
/* One round: a pthread for each task runs its script on a fresh runtime. */
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

/* A thread, and whose task it does. */
struct actor {
	struct crowd *crowd;
	unsigned int task;
	pthread_t thread;
	struct teeq_rt_client *client; /* set before its gate opens */
};

struct crowd {
	const struct teeq_model *model;
	struct stress_history *history;
	struct teeq_play *play;
	struct teeq_rt *rt;
	struct stage_gate gate;
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

static void add_to_history(void *argument, const struct teeq_rt_action *action)
{
	const struct crowd *crowd = argument;

	stress_history_add(crowd->history, action);
}

/* A script may be longer than anybody waits. */
static bool is_given_up(void *argument)
{
	struct crowd *crowd = argument;
	bool over = crowd->give_up_ns > 0 && stress_now_ns() >= crowd->give_up_ns;

	if (!over && !cli_interrupted())
		return false;
	atomic_store(&crowd->given_up, true);
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

static void *act(void *argument)
{
	struct actor *actor = argument;
	unsigned int stage = teeq_play_stage(actor->crowd->model, actor->task);

	if (stage > 0 && pass_gate(&actor->crowd->gate, stage))
		teeq_play_task(actor->crowd->play, actor->client);
	return NULL;
}

/* The tasks of @stage count as running from here on, whenever their threads get to run. */
static void open_gate(struct crowd *crowd, unsigned int stage)
{
	for (unsigned int i = 0; i < crowd->count; i++)
		if (teeq_play_stage(crowd->model, i) == stage)
			crowd->actors[i].client = teeq_rt_begin(crowd->rt, i);
	pthread_mutex_lock(&crowd->gate.lock);
	crowd->gate.stage = stage;
	pthread_cond_broadcast(&crowd->gate.moved);
	pthread_mutex_unlock(&crowd->gate.lock);
}

static bool gather(struct crowd *crowd)
{
	for (; crowd->count < teeq_model_task_count(crowd->model); crowd->count++) {
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
	for (unsigned int i = 0; i < teeq_model_task_count(round->c->model); i++) {
		struct teeq_rt_wait wait;

		teeq_rt_wait_of(rt, i, &wait);
		round->waits[i] = wait.kind;
	}
	explain(round, rt);
}

/* Stage after stage, each when the earlier ones have finished or got stuck. */
static void watch(struct stress_round *round, struct crowd *crowd)
{
	unsigned int last = teeq_model_last_stage(crowd->model);
	enum teeq_rt_end end = TEEQ_RT_FINISHED;

	for (unsigned int stage = 1; stage <= last && end != TEEQ_RT_STALLED; stage++) {
		open_gate(crowd, stage);
		end = teeq_rt_watch(crowd->rt, round->watchdog_ms);
	}
	round->given_up = atomic_load(&crowd->given_up);
	if (teeq_play_violated(crowd->play))
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
	struct crowd crowd = { .model = round->c->model,
			       .history = round->history,
			       .give_up_ns = round->give_up_ns };
	const struct teeq_play_options options = {
		.pause_percent = round->pause_percent,
		.seed = round->seed,
		.on_action = add_to_history,
		.gives_up = is_given_up,
		.argument = &crowd,
	};
	struct teeq_error error = { 0 };
	enum teeq_status status;
	int result;

	atomic_init(&crowd.given_up, false);
	stress_history_clear(round->history);
	round->history->context_count = (unsigned int)teeq_model_thread_count(crowd.model);
	status = teeq_play_open(crowd.model, &options, &crowd.play, &error);
	if (status != TEEQ_OK)
		return cli_failed("stress", status, &error);
	crowd.rt = teeq_play_rt(crowd.play);
	result = run_crowd(round, &crowd);
	teeq_play_close(crowd.play);
	return result;
}
