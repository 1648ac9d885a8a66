/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "threads/threads.h"

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

/* Whether its thread exists or not, a task that can move is one that does. */
static void init_tasks(struct teeq_threads *t)
{
	uint64_t enabled = teeq_world_enabled(t->m, t->w);

	for (unsigned int i = 0; i < t->m->task_count; i++) {
		struct sleeper *sleeper = &t->sleepers[i];

		pthread_mutex_init(&sleeper->gate, NULL);
		init_condition(&sleeper->moved);
		prng_seed(&sleeper->prng, t->options.seed, i);
		if (i >= t->m->first_fault)
			continue;
		if (enabled & task_bit(i))
			atomic_fetch_add(&t->running, 1);
		else
			t->blocked[locks_to_look(t, i)] |= task_bit(i);
	}
}

enum teeq_status teeq_threads_new(const struct teeq_model *model,
				  const struct teeq_threads_options *options,
				  struct teeq_threads **threads, struct teeq_error *error)
{
	struct teeq_threads *t;

	if (!model || !options || !threads)
		return error_null(error, "model, options, threads");
	if (options->pause_percent > 100)
		return error_set(error, TEEQ_EINPUT, "pause_percent", "found %u, expected 0..100",
				 options->pause_percent);
	t = calloc(1, sizeof(*t) + model->task_count * sizeof(t->sleepers[0]));
	if (!t)
		return error_nomem(error);
	t->m = model;
	t->options = *options;
	t->w = teeq_world_new(model);
	if (!t->w || !locks_init(t)) {
		teeq_world_free(t->w);
		free(t);
		return error_nomem(error);
	}
	atomic_init(&t->running, 0);
	atomic_init(&t->order, 0);
	atomic_init(&t->stopped, false);
	for (unsigned int i = 0; i < LOCK_COUNT; i++)
		pthread_mutex_init(&t->locks[i], NULL);
	pthread_mutex_init(&t->watch, NULL);
	init_condition(&t->changed);
	init_tasks(t);
	*threads = t;
	return TEEQ_OK;
}

void teeq_threads_free(struct teeq_threads *t)
{
	if (!t)
		return;

	for (unsigned int i = 0; i < t->m->task_count; i++) {
		pthread_cond_destroy(&t->sleepers[i].moved);
		pthread_mutex_destroy(&t->sleepers[i].gate);
		free(t->sleepers[i].log.records);
	}
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->watch);
	for (unsigned int i = 0; i < LOCK_COUNT; i++)
		pthread_mutex_destroy(&t->locks[i]);
	teeq_world_free(t->w);
	free(t->behind);
	free(t);
}

void teeq_threads_stats(const struct teeq_threads *t, struct teeq_threads_stats *stats)
{
	if (!t || !stats)
		return;

	*stats = (struct teeq_threads_stats){ .calls = 0 };
	for (unsigned int i = 0; i < t->m->task_count; i++) {
		const struct teeq_threads_stats *one = &t->sleepers[i].stats;

		stats->calls += one->calls;
		stats->waits += one->waits;
		stats->wait_ns += one->wait_ns;
		stats->actions += one->actions;
		if (one->wait_ns_max > stats->wait_ns_max)
			stats->wait_ns_max = one->wait_ns_max;
	}
}
