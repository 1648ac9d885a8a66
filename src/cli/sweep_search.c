/* SPDX-License-Identifier: BSD-2-Clause */
/* The searches of a sweep, several at a time. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/json_value.h"
#include "cli/parts.h"
#include "cli/sweep.h"

/* ------------------------------------------ progress ------------------------------------------ */

#define SECONDS_BETWEEN_WORDS 0.5

static double sweep_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* How far it is, where somebody sits there; with the lock held. */
static void tell_progress(struct sweep *sweep)
{
	size_t total = (size_t)shard_size(&sweep->shard, sweep->cell_count);
	double now = sweep_now();

	if (!sweep->watch.terminal || now < sweep->due)
		return;
	sweep->due = now + SECONDS_BETWEEN_WORDS;
	sweep->watch.written = true;
	fprintf(stderr, "\r%zu of %zu combinations, %.0f seconds\033[K", sweep->done, total,
		now - sweep->started);
	fflush(stderr);
}

static bool sweep_goes_on(const struct sweep *sweep)
{
	return !cli_interrupted() && atomic_load(&sweep->failed) == CLI_OK;
}

static bool sweep_keep_going(void *argument, const struct teeq_progress *progress)
{
	struct sweep *sweep = argument;

	(void)progress;
	if (sweep->watch.terminal && pthread_mutex_trylock(&sweep->lock) == 0) {
		tell_progress(sweep);
		pthread_mutex_unlock(&sweep->lock);
	}
	return sweep_goes_on(sweep);
}

/* ----------------------------------------- one cell ------------------------------------------- */

static enum teeq_status sweep_search(struct sweep *sweep, const struct teeq_model *model,
				     struct sweep_cell *cell, struct teeq_error *error)
{
	struct teeq_explore_options options = sweep->search;
	struct teeq_explore_result result;
	enum teeq_status status;

	options.must_finish = teeq_model_tasks_of(model, sweep->client);
	options.keep_going = sweep_keep_going;
	options.argument = sweep;
	status = teeq_explore(model, &options, &result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	teeq_trial_take(&cell->trial, &result);
	if (cell->trial.ruling == TEEQ_STILL_FAILS)
		cell->schedule = teeq_schedule_print(model, &result.schedule);
	status = cell->trial.ruling == TEEQ_STILL_FAILS && !cell->schedule ? TEEQ_ENOMEM : TEEQ_OK;
	teeq_schedule_free(&result.schedule);
	return status;
}

/* What was kept of another scenario is not taken for this one's. */
static enum teeq_status take_kept(struct sweep *sweep, size_t index, struct teeq_error *error)
{
	struct sweep_cell *cell = &sweep->cells[index];
	bool good = true;

	if (part_hex(cell->kept, "model", &good) == cell->model && good &&
	    sweep_take_row(sweep, index, cell->kept))
		return TEEQ_OK;
	snprintf(error->text, sizeof(error->text), "%s holds a row of another scenario",
		 sweep->resume);
	return TEEQ_EMISMATCH;
}

static enum teeq_status try_model(struct sweep *sweep, size_t index,
				  const struct teeq_model *model, struct teeq_error *error)
{
	struct sweep_cell *cell = &sweep->cells[index];

	cell->model = teeq_model_digest(model);
	return cell->kept ? take_kept(sweep, index, error) :
			    sweep_search(sweep, model, cell, error);
}

static enum teeq_status sweep_try(struct sweep *sweep, size_t index, struct teeq_error *error)
{
	struct teeq_scenario_change changes[SWEEP_CHANGE_MAX];
	struct sweep_cell *cell = &sweep->cells[index];
	char texts[SWEEP_RANGE_MAX][16];
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, index, numbers);
	size_t count = sweep_changes(sweep, numbers, texts, changes);
	struct teeq_scenario_file *file = NULL;
	struct teeq_model *model = NULL;
	enum teeq_status status =
		teeq_scenario_load_changed(sweep->path, changes, count, &file, error);

	if (status == TEEQ_OK)
		status = teeq_model_new(teeq_scenario_tables(file), policy->policy, &model, error);
	cell->tried = true;
	cell->trial.ruling = TEEQ_NOT_POSSIBLE;
	if (status == TEEQ_OK)
		status = try_model(sweep, index, model, error);
	else if (status == TEEQ_EINPUT && (cell->why = strdup(error->text)))
		status = TEEQ_OK;
	teeq_model_free(model);
	teeq_scenario_free(file);
	return status;
}

/* ------------------------------------------ workers ------------------------------------------- */

/* What is decided for good, at once: who knows what happens next. */
static int keep_row(const struct sweep *sweep, size_t index)
{
	const struct sweep_cell *cell = &sweep->cells[index];
	json_t *row;
	int failed;

	if (!sweep->keep || cell->kept || !cell->model || cell->trial.ruling == TEEQ_UNDECIDED)
		return CLI_OK;
	row = sweep_row(sweep, index);
	failed = row ? json_dumpf(row, sweep->keep, JSON_COMPACT) : -1;
	json_decref(row);
	if (!row)
		return cli_failed(sweep->path, TEEQ_ENOMEM, NULL);
	fputc('\n', sweep->keep);
	if (failed || fflush(sweep->keep) != 0 || ferror(sweep->keep))
		return cli_error("%s: could not be written", sweep->resume);
	return CLI_OK;
}

/* The first of several that fail is told. */
static void note_cell(struct sweep *sweep, size_t index, enum teeq_status status,
		      const struct teeq_error *error)
{
	pthread_mutex_lock(&sweep->lock);
	sweep->done++;
	tell_progress(sweep);
	if (atomic_load(&sweep->failed) == CLI_OK)
		atomic_store(&sweep->failed,
			     status == TEEQ_OK ? keep_row(sweep, index) :
						 cli_failed(sweep->path, status, error));
	pthread_mutex_unlock(&sweep->lock);
}

static void *sweep_work(void *argument)
{
	struct sweep *sweep = argument;
	size_t index;

	while (sweep_goes_on(sweep) &&
	       (index = atomic_fetch_add(&sweep->next, 1)) < sweep->cell_count) {
		struct teeq_error error = { .text = "" };

		if (sweep_has(sweep, index))
			note_cell(sweep, index, sweep_try(sweep, index, &error), &error);
	}
	return NULL;
}

/* This thread is one of the workers; where no more can be started, fewer do. */
int sweep_run(struct sweep *sweep)
{
	pthread_t threads[TEEQ_WORKER_MAX];
	unsigned int count = 1;

	pthread_mutex_init(&sweep->lock, NULL);
	cli_watch_start(&sweep->watch, false);
	sweep->started = sweep_now();
	sweep->due = sweep->started + SECONDS_BETWEEN_WORDS;
	while (count < sweep->workers &&
	       pthread_create(&threads[count], NULL, sweep_work, sweep) == 0)
		count++;
	sweep_work(sweep);
	for (unsigned int i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	cli_watch_end(&sweep->watch);
	pthread_mutex_destroy(&sweep->lock);
	return atomic_load(&sweep->failed);
}
