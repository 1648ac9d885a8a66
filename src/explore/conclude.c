/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/search.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/error.h"
#include "explore/livelock.h"

/* ------------------------------------------ result -------------------------------------------- */

static const enum teeq_verdict severity[] = {
	TEEQ_VERDICT_VIOLATION, TEEQ_VERDICT_LOST_WAKEUP, TEEQ_VERDICT_DEADLOCK,
	TEEQ_VERDICT_LIVELOCK, TEEQ_VERDICT_DONE,
};

/* Add up what the workers found, those of other processes, too. */
static void collect(const struct search *search, struct teeq_explore_result *result)
{
	struct teeq_progress progress = search_progress(search);
	uint64_t *measured = search->options->watch ? &result->waiting : &result->stranded;

	for (unsigned int i = 0; i < search->worker_count; i++) {
		for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
			result->count[v] += search->workers[i].count[v];
		*measured += search->workers[i].stranded.count;
	}
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, result->count, TEEQ_VERDICT_COUNT);
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, measured, 1);
	result->states = progress.states;
	result->actions = progress.actions;
	result->depth = search_deepest(search);
	exchange_fold(&search->exchange, TEEQ_PEERS_GREATEST, &result->depth, 1);
	if (search->options->search == TEEQ_SEARCH_PREEMPTIONS) {
		result->depth &= DEPTH_ACTIONS_MASK;
		result->covered = search_covered(search);
	}
	result->too_deep = (atomic_load(&search->stop) & STOP_DEPTH) != 0;
	result->seconds = progress.seconds;
	result->peak_memory_bytes = search->peak_memory;
	exchange_fold(&search->exchange, TEEQ_PEERS_GREATEST, &result->peak_memory_bytes, 1);
	result->disk_bytes = progress.disk_bytes;
	if (search->bits)
		bit_state_tell(search->bits, result);
}

static bool take_stranded(struct search *search, bool wait)
{
	struct worker *worker = &search->workers[0];
	struct teeq_world *world = worker->taken;
	bool has_memory = true;
	struct arrival arrival;
	struct state step;

	for (; exchange_receive(&search->exchange, wait, &arrival); wait = false) {
		while (exchange_next(&search->exchange, &arrival, &step, (unsigned char *)world))
			has_memory = has_memory &&
				     stranded_add(&worker->stranded, world, search->m->layout.size,
						  step.fingerprint, STATE_NONE);
		exchange_release(&search->exchange, &arrival);
	}
	return has_memory;
}

/* The first process needs those of the others, too. False: it has no memory for them. */
static bool gather_stranded(struct search *search)
{
	const struct stranded *own = &search->workers[0].stranded;
	struct exchange *exchange = &search->exchange;
	size_t count = exchange_is_first(exchange) ? 0 : own->count;
	bool has_memory = true;

	for (size_t i = 0; i < count; i++) {
		const struct state step = { .fingerprint = own->fingerprints[i] };

		while (!exchange_put(exchange, 0, &step, own->worlds + i * own->world_size))
			has_memory &= take_stranded(search, false);
	}
	while (!exchange_close(exchange, 0))
		has_memory &= take_stranded(search, false);
	while (!exchange_complete(exchange))
		has_memory &= take_stranded(search, true);
	return has_memory;
}

/* How long somebody can be stranded, now that all such states are known. */
static enum teeq_status measure_stranded(struct search *search, struct teeq_explore_result *result)
{
	struct worker *first = &search->workers[0];
	uint64_t *stretch = search->options->watch ? &result->longest_wait :
						     &result->stranded_stretch;
	bool measured;

	for (unsigned int i = 1; i < search->worker_count; i++) {
		if (!stranded_join(&first->stranded, &search->workers[i].stranded))
			return TEEQ_ENOMEM;
		/* A checkpoint may still be written, and has each of them once. */
		stranded_free(&search->workers[i].stranded);
	}
	measured = gather_stranded(search);
	if (measured && exchange_is_first(&search->exchange))
		measured = stranded_stretch(&first->stranded, &first->expander, stretch);
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, stretch, 1);
	return exchange_all(&search->exchange, measured) ? TEEQ_OK : TEEQ_ENOMEM;
}

/* At most n(n-1)/2 pairs, each alike by chance in one of 2^64 cases; of bits, what is expected. */
static double missed_probability(const struct search *search,
				 const struct teeq_explore_result *result)
{
	double n = (double)result->states;

	if (search->bits)
		return result->missed_expected < 1 ? result->missed_expected : 1;
	if (search->options->exact || n < 2)
		return 0;
	return n * (n - 1) / 2 / 18446744073709551616.0;
}

enum teeq_status search_differs(const struct teeq_model *m, struct teeq_error *error)
{
	const struct teeq_policy *policy = m->policy;

	CHECK(teeq_policy_find(policy->name) != policy, "the same choices led elsewhere");
	return error_set(error, TEEQ_EINPUT, "policy", "%s does not always do the same with the "
			 "same queue: it must keep nothing anywhere else", policy->name);
}

enum teeq_status search_step_again(const struct teeq_model *m, struct teeq_world *w,
				   unsigned int task)
{
	if (!(teeq_world_enabled(m, w) & task_bit(task)))
		return TEEQ_EMISMATCH;
	world_step(m, w, task, NULL);
	return TEEQ_OK;
}

/* The way to an ending; and, of a violation, what broke there. */
static enum teeq_status tell_ending(struct search *search, uint64_t name,
				    struct teeq_explore_result *result)
{
	const struct teeq_run_options options = { .must_finish = search->options->must_finish };
	enum teeq_status status = search_schedule(search, name, &result->schedule);
	struct teeq_world *world = teeq_world_new(search->m);
	struct teeq_result run;

	if (status == TEEQ_OK && world) {
		teeq_world_copy(search->m, world, search->from);
		status = teeq_replay(search->m, world, &result->schedule, &options, &run, NULL);
		if (status != TEEQ_ENOMEM &&
		    (status != TEEQ_OK || run.verdict != result->verdict))
			status = TEEQ_EMISMATCH;
		result->violation = run.violation;
	}
	teeq_world_free(world);
	return world ? status : TEEQ_ENOMEM;
}

/* The livelock search has memory of its own, besides what is still held here. */
static bool livelock_must_stop(void *argument, uint64_t bytes)
{
	struct search *search = argument;

	search->extra_memory = bytes;
	return search_look_at_budgets(search);
}

/*
 * Searches the whole graph, by itself: what the first process finds is
 * told to the others, but for the schedule.
 */
static enum teeq_status search_livelock(struct search *search, struct teeq_explore_result *result,
					bool *found)
{
	enum { STATUS, FOUND };
	const struct livelock_budget budget = {
		search->options->max_states, livelock_must_stop, search,
	};
	uint64_t told[2] = { 0 };

	if (exchange_is_first(&search->exchange)) {
		told[STATUS] = livelock_search(search->m, search->from,
					       search->options->must_finish, &budget, found,
					       &result->schedule);
		told[FOUND] = *found;
	}
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, told, 2);
	*found = told[FOUND] != 0;
	return (enum teeq_status)told[STATUS];
}

/* Somebody may be woken for ever; and where there is no end at all, every way goes round. */
static bool may_go_round(const struct search *search, const struct teeq_explore_result *result)
{
	uint64_t ends = 0;

	for (unsigned int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		ends += result->count[i];
	return ends == 0 || atomic_load(&search->admission_wakes);
}

/* No end is a failure; it remains that some task may be kept from its end for ever. */
static enum teeq_status look_for_livelock(struct search *search,
					  struct teeq_explore_result *result)
{
	bool found = false;
	enum teeq_status status;

	if (!result->exhausted || !(search->goal >> TEEQ_VERDICT_LIVELOCK & 1) ||
	    !may_go_round(search, result))
		return TEEQ_OK;
	status = search_livelock(search, result, &found);
	result->seconds = search_seconds(search);
	if (search->peak_memory > result->peak_memory_bytes)
		result->peak_memory_bytes = search->peak_memory;
	if (status == TEEQ_ELIMIT) {
		result->exhausted = false;
		result->verdict = TEEQ_VERDICT_LIMIT;
	} else if (found) {
		result->verdict = TEEQ_VERDICT_LIVELOCK;
		result->cycle = true;
		result->count[TEEQ_VERDICT_LIVELOCK] = 1;
	}
	return status;
}

enum teeq_status search_conclude(struct search *search, struct teeq_explore_result *result)
{
	collect(search, result);
	result->missed_probability = missed_probability(search, result);
	result->exhausted = !search_stopped(search) && search_frontier(search) == 0 &&
			    !search->beyond && !search->bits;
	result->verdict = result->exhausted ? TEEQ_VERDICT_DONE : TEEQ_VERDICT_LIMIT;
	if (result->exhausted && measure_stranded(search, result) != TEEQ_OK)
		return TEEQ_ENOMEM;
	for (size_t i = 0; i < sizeof(severity) / sizeof(severity[0]); i++) {
		struct ending ending = search_ending(search, severity[i]);

		if (ending.name == STATE_NONE || !(search->goal >> severity[i] & 1))
			continue;
		result->verdict = severity[i];
		if (search->options->search == TEEQ_SEARCH_PREEMPTIONS)
			result->preemptions = ending.depth >> DEPTH_ACTIONS_BITS;
		return tell_ending(search, ending.name, result);
	}
	return look_for_livelock(search, result);
}
