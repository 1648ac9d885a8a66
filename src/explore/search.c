/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "explore/livelock.h"

/* ------------------------------------------ set-up -------------------------------------------- */

static bool init_worker(struct search *search, struct worker *worker)
{
	worker->search = search;
	for (unsigned int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		worker->endings[i].name = STATE_NONE;
	if (!expander_init(&worker->expander, search->m, search->options))
		return false;
	frontier_init(&worker->frontier, worker->expander.size, search->disk);
	worker->taken = expander_state_new(&worker->expander);
	worker->forms = malloc(search_forms_size(search));
	return worker->taken && worker->forms;
}

static enum teeq_status search_init(struct search *search, const struct teeq_model *m,
				    const struct teeq_explore_options *options, uint32_t depth_max,
				    struct teeq_error *error)
{
	enum teeq_status status = TEEQ_OK;

	memset(search, 0, sizeof(*search));
	search->m = m;
	search->options = options;
	search->from = options->from ? options->from : m->initial;
	search->goal = options->goal ? options->goal : TEEQ_GOAL_FAILURES;
	search->worker_count = options->workers ? options->workers : 1;
	search->depth_max = depth_max;
	search->started = search_now();
	search->watch_admission = !policy_is_builtin(m->policy);
	search->admission_wakes = livelock_is_possible(m);
	if (!exchange_init(&search->exchange, options->peers, m->layout.size))
		return TEEQ_ENOMEM;
	if (options->disk)
		status = disk_open(&search->disk_space, options->disk, error);
	if (status != TEEQ_OK)
		return status;
	search->disk = options->disk ? &search->disk_space : NULL;
	if (options->bit_state_bytes)
		search->bits = bit_state_new(options->bit_state_bytes);
	if (options->bit_state_bytes && !search->bits)
		return TEEQ_ENOMEM;
	search->workers = calloc(search->worker_count, sizeof(*search->workers));
	if (!search->workers)
		return TEEQ_ENOMEM;
	for (unsigned int i = 0; i < search->worker_count; i++)
		if (!init_worker(search, &search->workers[i]))
			return TEEQ_ENOMEM;
	if (!store_init(&search->store, search->worker_count,
			options->exact ? search->workers[0].expander.size : 0, search->disk))
		return TEEQ_ENOMEM;
	search->store.apart = options->peers != NULL;
	return TEEQ_OK;
}

static void search_free(struct search *search)
{
	for (unsigned int i = 0; search->workers && i < search->worker_count; i++) {
		expander_free(&search->workers[i].expander);
		frontier_free(&search->workers[i].frontier);
		teeq_world_free(search->workers[i].taken);
		free(search->workers[i].forms);
		stranded_free(&search->workers[i].stranded);
	}
	free(search->workers);
	store_free(&search->store);
	bit_state_free(search->bits);
	exchange_free(&search->exchange);
	if (search->disk)
		disk_close(search->disk);
}

/* The initial state, in its canonical form, is the first of the frontier. */
static enum teeq_status add_initial(struct search *search)
{
	struct worker *worker = &search->workers[0];
	struct expander *expander = &worker->expander;
	uint8_t order[TEEQ_TASK_MAX];
	struct state state = { .parent = STATE_NONE };
	state_id id;

	expander_start(expander, expander->form, search->from, order);
	state.fingerprint = expander_fingerprint(expander, expander->form);
	if (!exchange_is_ours(&search->exchange, state.fingerprint))
		return TEEQ_OK;
	if (search->bits)
		id = bit_state_start(search->bits, state.fingerprint);
	else if (store_add(&search->store, &state, (const unsigned char *)expander->form, &id) ==
		 STORE_NOMEM)
		return TEEQ_ENOMEM;
	counter_add(&worker->states, 1);
	return frontier_add(&worker->frontier, 0, id, expander->form) ? TEEQ_OK : TEEQ_ENOMEM;
}

/* ------------------------------------------- depths ------------------------------------------- */

static bool met_goal(const struct search *search)
{
	for (unsigned int i = 0; i < search->worker_count; i++)
		for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
			if (search->workers[i].count[v] && (search->goal >> v & 1))
				return true;
	return false;
}

/* Share out the bucket of @depth, which is expanded next; UINT64_MAX: there is none. */
static void start_depth(struct search *search, uint64_t depth)
{
	size_t total = 0;

	search->finished = depth == UINT64_MAX;
	if (search->finished)
		return;
	search->depth = (uint32_t)depth;
	for (unsigned int i = 0; i < search->worker_count; i++) {
		search->bucket_starts[i] = total;
		total += frontier_count(&search->workers[i].frontier, search->depth);
	}
	search->bucket_starts[search->worker_count] = total;
	atomic_store(&search->next, 0);
}

/* What the bucket of the current depth holds: all expanded, where no budget ended it. */
static uint64_t frontier_here(const struct search *search)
{
	return search->bucket_starts[search->worker_count];
}

/* Learn what the others have come to. */
static void ask_around(struct search *search)
{
	struct teeq_progress all;
	uint64_t own[3], sums[3];

	search->elsewhere = (struct elsewhere){ 0 };
	all = search_progress(search);
	own[0] = all.states;
	own[1] = all.actions;
	own[2] = search_frontier(search) - frontier_here(search);
	memcpy(sums, own, sizeof(sums));
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, sums, 3);
	search->elsewhere = (struct elsewhere){
		sums[0] - own[0], sums[1] - own[1], sums[2] - own[2],
	};
}

/* Whether all are to end here: what one says holds for everybody. */
static bool ends_here(struct search *search)
{
	enum { STOP, MET, WAKES };
	uint64_t said[] = {
		[STOP] = atomic_load(&search->stop),
		[MET] = met_goal(search),
		[WAKES] = atomic_load(&search->admission_wakes),
	};

	exchange_fold(&search->exchange, TEEQ_PEERS_OR, said, 3);
	search_stop(search, (enum stop)said[STOP]);
	atomic_store(&search->admission_wakes, said[WAKES] != 0);
	return said[MET] && !search->options->all;
}

/* Done with a depth: go to the next that has entries. Sets finished when there is none. */
static void next_depth(struct search *search)
{
	uint64_t next = search_next_depth(search, search->depth + 1);
	struct teeq_progress progress;
	bool ends;

	ask_around(search);
	progress = search_progress(search);
	if (progress.memory_bytes > search->peak_memory)
		search->peak_memory = progress.memory_bytes;
	if (next != UINT64_MAX && search_over_budget(search))
		search_stop(search, STOP_BUDGET);
	ends = ends_here(search);
	if (search_stopped(search)) {
		search->finished = true;
		return;
	}
	for (unsigned int i = 0; i < search->worker_count; i++)
		frontier_drop(&search->workers[i].frontier, search->depth);
	start_depth(search, ends ? UINT64_MAX : next);
}

static void *run_worker(void *argument)
{
	struct worker *worker = argument;
	struct search *search = worker->search;

	while (!search->finished) {
		worker_expand_depth(worker);
		pthread_barrier_wait(&search->barrier);
		if (worker == search->workers)
			next_depth(search);
		pthread_barrier_wait(&search->barrier);
	}
	return NULL;
}

/* Nobody goes to the barrier before it is known that all will come. */
static void *start_worker(void *argument)
{
	struct worker *worker = argument;
	struct search *search = worker->search;

	pthread_mutex_lock(&search->gate);
	pthread_mutex_unlock(&search->gate);
	return run_worker(worker);
}

static enum teeq_status run_workers(struct search *search)
{
	unsigned int count = 1;

	pthread_mutex_lock(&search->gate);
	while (count < search->worker_count &&
	       pthread_create(&search->workers[count].thread, NULL, start_worker,
			      &search->workers[count]) == 0)
		count++;
	search->finished |= count < search->worker_count;
	pthread_mutex_unlock(&search->gate);
	run_worker(search->workers);
	for (unsigned int i = 1; i < count; i++)
		pthread_join(search->workers[i].thread, NULL);
	return count == search->worker_count ? TEEQ_OK : TEEQ_ENOMEM;
}

static enum teeq_status run_threads(struct search *search)
{
	enum teeq_status status = TEEQ_ENOMEM;

	if (search->worker_count == 1) {
		while (!search->finished) {
			worker_expand_depth(search->workers);
			next_depth(search);
		}
		return TEEQ_OK;
	}
	if (pthread_barrier_init(&search->barrier, NULL, search->worker_count) != 0)
		return TEEQ_ENOMEM;
	if (pthread_mutex_init(&search->gate, NULL) == 0) {
		status = run_workers(search);
		pthread_mutex_destroy(&search->gate);
	}
	pthread_barrier_destroy(&search->barrier);
	return status;
}

/* All orders but breadth first: which state is the next depends on the one before. */
static void run_one_by_one(struct search *search)
{
	struct worker *worker = search->workers;

	while (!search_stopped(search) && search_frontier(search) > 0 &&
	       (search->options->all || !met_goal(search)))
		search->bits ? bit_state_expand_next(worker) : worker_expand_next(worker);
}

/* ----------------------------------------- the search ----------------------------------------- */

static enum teeq_status explore_search_run_all(struct search *search)
{
	if (search->options->search != TEEQ_SEARCH_BREADTH) {
		run_one_by_one(search);
		return TEEQ_OK;
	}
	start_depth(search, search_next_depth(search, search->depth));
	return run_threads(search);
}

/*
 * A budget ended the search: write the checkpoint that was asked for. That it cannot be written is
 * told, but the result stands. None is written where the greatest depth ended it, since every
 * search that went on from there would end there again.
 */
static void leave_checkpoint(const struct search *search, struct teeq_explore_result *result,
			     struct teeq_error *error)
{
	const char *path = search->options->checkpoint_to;

	if (path && !result->too_deep)
		result->checkpoint_written = checkpoint_write(search, path, error) == TEEQ_OK;
}

static enum teeq_status run_search(struct search *search, struct teeq_explore_result *result,
				   struct teeq_error *error)
{
	const struct teeq_explore_options *options = search->options;
	enum teeq_status status;

	if (options->resume_from)
		status = checkpoint_read(search, options->resume_from, error);
	else
		status = add_initial(search);
	if (status != TEEQ_OK)
		return status;
	status = explore_search_run_all(search);
	if (status == TEEQ_OK && (atomic_load(&search->stop) & STOP_MEMORY))
		status = TEEQ_ENOMEM;
	if (status == TEEQ_OK)
		status = search_conclude(search, result);
	/* What a search found itself leads where it did, unless the policy is fickle. */
	if (status == TEEQ_EMISMATCH)
		return options->resume_from ? checkpoint_damaged(error) :
					      search_differs(search->m, error);
	if (status == TEEQ_OK && search_stopped(search))
		status = TEEQ_ELIMIT;
	if (status == TEEQ_ELIMIT)
		leave_checkpoint(search, result, error);
	return status;
}

/* Where it failed in one process it failed: who did not see it has to say something, too. */
static enum teeq_status settle_status(const struct exchange *exchange, enum teeq_status status,
				      struct teeq_error *error)
{
	bool failed = status != TEEQ_OK && status != TEEQ_ELIMIT;
	uint64_t worst = failed ? (uint64_t)status : 0;

	exchange_fold(exchange, TEEQ_PEERS_GREATEST, &worst, 1);
	if (failed || worst == 0)
		return status;
	return error_set(error, (enum teeq_status)worst, "peers", "%s", worst == TEEQ_ENOMEM ?
			 "another process has no memory left" : "another process could not go on");
}

enum teeq_status search_run(const struct teeq_model *m, const struct teeq_explore_options *options,
			    uint32_t depth_max, bool within, struct teeq_explore_result *result,
			    struct teeq_error *error)
{
	struct search search;
	enum teeq_status status = search_init(&search, m, options, depth_max, error);

	*result = (struct teeq_explore_result){ .verdict = TEEQ_VERDICT_LIMIT };
	search.within = within;
	if (exchange_all(&search.exchange, status == TEEQ_OK))
		status = run_search(&search, result, error);
	if (status == TEEQ_ENOMEM && search.disk && atomic_load(&search.disk->why))
		status = disk_full(search.disk, options->disk, error);
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	status = settle_status(&search.exchange, status, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		teeq_schedule_free(&result->schedule);
	search_free(&search);
	return status;
}
