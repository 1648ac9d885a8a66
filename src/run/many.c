/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "teeq/run.h"

/* Runs that several workers share out before they are counted: some hundred for each. */
#define RUNS_OF_EACH 256

struct outcome {
	bool made;
	enum teeq_status status;
	struct teeq_result result;
};

/* Runs that are made in any order, by whoever has time, and counted in theirs. */
struct batch {
	const struct teeq_model *model;
	const struct teeq_run_options *options;
	uint64_t first; /* seed */
	size_t count;
	_Atomic size_t next;
	struct outcome *outcomes;
};

struct hand {
	struct batch *batch;
	struct teeq_world *world;
	pthread_t thread;
};

static bool batch_goes_on(const struct teeq_run_options *options)
{
	return !options->keep_going || options->keep_going(options->argument);
}

static void *make_runs(void *argument)
{
	struct hand *hand = argument;
	struct batch *batch = hand->batch;
	size_t at;

	while ((at = atomic_fetch_add(&batch->next, 1)) < batch->count) {
		struct teeq_run_options one = *batch->options;
		struct outcome *outcome = &batch->outcomes[at];

		/* A run that ends at once asks nobody. */
		if (at > 0 && !batch_goes_on(batch->options))
			break;
		one.seed = batch->first + at;
		teeq_world_reset(batch->model, hand->world);
		outcome->status = teeq_run(batch->model, hand->world, &one, &outcome->result);
		outcome->made = true;
	}
	return NULL;
}

/* The caller is one of @count; who cannot be had is done without. */
static void make_batch(struct batch *batch, struct hand *hands, unsigned int count)
{
	unsigned int started = 1;

	for (size_t i = 0; i < batch->count; i++)
		batch->outcomes[i].made = false;
	atomic_store(&batch->next, 0);
	while (started < count &&
	       pthread_create(&hands[started].thread, NULL, make_runs, &hands[started]) == 0)
		started++;
	make_runs(&hands[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(hands[i].thread, NULL);
}

void teeq_tally_add(struct teeq_tally *tally, const struct teeq_tally *more)
{
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (more->count[v] > 0 &&
		    (tally->count[v] == 0 || more->first_seed[v] < tally->first_seed[v]))
			tally->first_seed[v] = more->first_seed[v];
		tally->count[v] += more->count[v];
	}
	tally->runs += more->runs;
	tally->steps += more->steps;
	tally->event_hash += more->event_hash;
}

/* A sum, so that parts can be added; which run had which hash, the seed in it tells. */
static void count_run(struct teeq_tally *tally, const struct teeq_result *result, uint64_t seed)
{
	struct teeq_tally one = { .runs = 1, .steps = result->steps };
	uint8_t bytes[16];

	one.count[result->verdict] = 1;
	one.first_seed[result->verdict] = seed;
	hash_put64(bytes, seed);
	hash_put64(bytes + 8, result->event_hash);
	one.event_hash = hash_bytes(bytes, sizeof(bytes));
	teeq_tally_add(tally, &one);
}

/* Count them in the order of their seeds. Returns whether that is to go on behind them. */
static bool count_batch(const struct batch *batch, uint32_t stop_at, struct teeq_tally *tally,
			bool *stopped, enum teeq_status *status)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct outcome *outcome = &batch->outcomes[i];

		*stopped = !outcome->made;
		if (*stopped)
			return false;
		*status = outcome->status;
		if (*status != TEEQ_OK && *status != TEEQ_ELIMIT)
			return false;
		*stopped = !batch_goes_on(batch->options);
		if (*stopped && outcome->result.verdict == TEEQ_VERDICT_LIMIT)
			return false;
		count_run(tally, &outcome->result, batch->first + i);
		if (*stopped || (stop_at >> outcome->result.verdict & 1))
			return false;
	}
	return true;
}

static enum teeq_status run_batches(struct batch *batch, struct hand *hands, unsigned int workers,
				    size_t batch_max, uint64_t run_count, uint32_t stop_at,
				    struct teeq_tally *tally)
{
	enum teeq_status status = TEEQ_OK;
	bool stopped = false, more = true;

	for (uint64_t left = run_count; left > 0 && more; left -= batch->count) {
		batch->count = left < batch_max ? (size_t)left : batch_max;
		make_batch(batch, hands, workers);
		more = count_batch(batch, stop_at, tally, &stopped, &status);
		batch->first += batch->count;
	}
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	return stopped || tally->count[TEEQ_VERDICT_LIMIT] > 0 ? TEEQ_ELIMIT : TEEQ_OK;
}

static bool many_are_sound(const struct teeq_run_options *options, uint64_t run_count)
{
	if (!options->strategy || !options->strategy->start || !options->strategy->pick)
		return false;
	if (options->workers > TEEQ_RUN_WORKER_MAX ||
	    (options->workers > 1 && (options->on_event || options->record)))
		return false;
	return run_count == 0 || run_count - 1 <= UINT64_MAX - options->seed;
}

enum teeq_status teeq_run_many(const struct teeq_model *model,
			       const struct teeq_run_options *options, uint64_t run_count,
			       uint32_t stop_at, struct teeq_tally *tally)
{
	if (!model || !options || !tally || !many_are_sound(options, run_count))
		return TEEQ_EINPUT;

	unsigned int workers = options->workers ? options->workers : 1;
	size_t batch_max = workers > 1 ? (size_t)RUNS_OF_EACH * workers : 1;
	struct batch batch = {
		.model = model,
		.options = options,
		.first = options->seed,
		.outcomes = malloc(batch_max * sizeof(*batch.outcomes)),
	};
	struct hand *hands = calloc(workers, sizeof(*hands));
	enum teeq_status status = batch.outcomes && hands ? TEEQ_OK : TEEQ_ENOMEM;

	*tally = (struct teeq_tally){ .runs = 0 };
	for (unsigned int i = 0; i < workers && status == TEEQ_OK; i++) {
		hands[i] = (struct hand){ .batch = &batch, .world = teeq_world_new(model) };
		status = hands[i].world ? TEEQ_OK : TEEQ_ENOMEM;
	}
	if (status == TEEQ_OK)
		status = run_batches(&batch, hands, workers, batch_max, run_count, stop_at, tally);
	for (unsigned int i = 0; hands && i < workers; i++)
		teeq_world_free(hands[i].world);
	free(hands);
	free(batch.outcomes);
	return status;
}
