/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>

#include "explore/search.h"

double search_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double search_seconds(const struct search *search)
{
	return search->seconds_before + search_now() - search->started;
}

size_t search_forms_size(const struct search *search)
{
	return (size_t)STORE_BATCH_MAX * search->workers[0].expander.size;
}

/* How many of the current depth were taken: they lie there until all of it is done. */
static uint64_t budget_taken(const struct search *search)
{
	size_t next = atomic_load_explicit(&search->next, memory_order_relaxed);
	size_t here = search->bucket_starts[search->worker_count];

	return next < here ? next : here;
}

struct teeq_progress search_progress(const struct search *search)
{
	struct teeq_progress progress = {
		.states = search->elsewhere.states,
		.actions = search->elsewhere.actions,
		.frontier = search->elsewhere.frontier,
		.depth = search->depth,
		.memory_bytes = store_memory(&search->store) + search->extra_memory +
				exchange_memory(&search->exchange),
		.disk_bytes = search->disk ? atomic_load(&search->disk->bytes) : 0,
		.seconds = search_seconds(search),
	};

	for (unsigned int i = 0; i < search->worker_count; i++) {
		const struct worker *worker = &search->workers[i];

		progress.states += counter_value(&worker->states);
		progress.actions += counter_value(&worker->expander.actions);
		progress.frontier += counter_value(&worker->frontier.count);
		progress.memory_bytes += counter_value(&worker->frontier.memory);
		progress.memory_bytes += counter_value(&worker->stranded_memory);
		progress.memory_bytes += sizeof(*worker) + search_forms_size(search);
	}
	progress.frontier -= budget_taken(search);
	return progress;
}

bool search_look_at_budgets(struct search *search)
{
	const struct teeq_explore_options *options = search->options;
	struct teeq_progress progress = search_progress(search);

	if (progress.memory_bytes > search->peak_memory)
		search->peak_memory = progress.memory_bytes;
	if (options->max_states && progress.states >= options->max_states)
		return true;
	if (options->max_memory_bytes && progress.memory_bytes >= options->max_memory_bytes)
		return true;
	if (options->max_seconds > 0 && progress.seconds >= options->max_seconds)
		return true;
	return options->keep_going && !options->keep_going(options->argument, &progress);
}

#define BATCHES_BETWEEN_LOOKS 16

bool search_over_budget(struct search *search)
{
	unsigned int batches = BATCHES_BETWEEN_LOOKS / search->worker_count;

	/*
	 * Only the first worker's batches are counted
	 * here; the others do about as many in that time.
	 */
	if (!search->options->max_states && ++search->batches < batches)
		return false;
	search->batches = 0;
	return search_look_at_budgets(search);
}

void search_stop(struct search *search, enum stop why)
{
	atomic_fetch_or_explicit(&search->stop, (unsigned int)why, memory_order_relaxed);
}

bool search_stopped(const struct search *search)
{
	return atomic_load_explicit(&search->stop, memory_order_relaxed) != 0;
}
