/* SPDX-License-Identifier: BSD-2-Clause */
/* One round: a pthread for each task, in a fresh world. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "cli/stress.h"

struct members {
	struct teeq_threads *threads;
	uint64_t give_up_ns;
	atomic_bool given_up;
	unsigned int count; /* threads that exist */
	pthread_t members[TEEQ_TASK_MAX];
};

/* A thread, and whose task it does. */
struct member {
	struct members *all;
	unsigned int task;
};

uint64_t stress_now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* A script may be longer than anybody waits. */
static bool is_given_up(void *argument)
{
	struct members *all = argument;
	bool over = all->give_up_ns > 0 && stress_now_ns() >= all->give_up_ns;

	if (!over && !cli_interrupted())
		return false;
	atomic_store(&all->given_up, true);
	return true;
}

static void *stress_round_act(void *argument)
{
	const struct member *member = argument;

	teeq_threads_task(member->all->threads, member->task);
	return NULL;
}

static bool gather(struct members *all, struct member *members, size_t count)
{
	for (; all->count < count; all->count++) {
		struct member *member = &members[all->count];
		int problem;

		*member = (struct member){ all, all->count };
		problem = pthread_create(&all->members[all->count], NULL, stress_round_act,
					 member);
		if (problem != 0) {
			cli_error("thread %u could not be created: %s", all->count,
				  strerror(problem));
			return false;
		}
	}
	return true;
}

static int run_members(struct stress_round *round, struct members *all)
{
	struct member members[TEEQ_TASK_MAX];
	uint64_t start = stress_now_ns();
	bool gathered = gather(all, members, teeq_model_task_count(round->c->model));

	if (gathered)
		round->verdict = teeq_threads_watch(all->threads, round->watchdog_ms);
	round->nanoseconds = stress_now_ns() - start;
	teeq_threads_stop(all->threads);
	for (unsigned int i = 0; i < all->count; i++)
		pthread_join(all->members[i], NULL);
	round->given_up = atomic_load(&all->given_up);
	return gathered ? CLI_OK : CLI_BAD;
}

void stress_round_clear(struct stress_round *round)
{
	teeq_schedule_free(&round->schedule);
}

int stress_round_run(struct stress_round *round)
{
	struct members all = { .give_up_ns = round->give_up_ns };
	const struct teeq_threads_options options = {
		.pause_percent = round->pause_percent,
		.seed = round->seed,
		.record = true,
		.gives_up = is_given_up,
		.argument = &all,
	};
	struct teeq_error error = { 0 };
	enum teeq_status status;
	int result;

	atomic_init(&all.given_up, false);
	stress_round_clear(round);
	status = teeq_threads_new(round->c->model, &options, &all.threads, &error);
	if (status != TEEQ_OK)
		return cli_failed("stress", status, &error);
	result = run_members(round, &all);
	teeq_threads_stats(all.threads, &round->stats);
	round->match = teeq_threads_compare(all.threads, &round->schedule, &round->error);
	teeq_threads_free(all.threads);
	if (round->match == TEEQ_ENOMEM)
		return cli_failed("stress", round->match, &round->error);
	return result;
}
