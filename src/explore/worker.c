/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/direction.h"
#include "explore/livelock.h"
#include "explore/search.h"

#include <stdlib.h>
#include <string.h>

/* Entries that a worker takes at once. */
#define BATCH 64
#define LOOK_AHEAD 4

static void note_ending(struct worker *worker, enum teeq_verdict verdict, uint64_t name,
			uint64_t fingerprint)
{
	struct ending *nearest = &worker->endings[verdict];
	uint32_t depth = worker->search->depth;

	worker->count[verdict]++;
	if (nearest->name != STATE_NONE &&
	    (nearest->depth < depth ||
	     (nearest->depth == depth && nearest->fingerprint <= fingerprint)))
		return;
	*nearest = (struct ending){ name, depth, fingerprint };
}

/* Where a state waits, of those that were arrived at by @entry. */
static uint32_t bucket_for(const struct search *search, const struct store_entry *entry)
{
	switch (search->options->search) {
	case TEEQ_SEARCH_DEPTH:
		return 0;
	case TEEQ_SEARCH_DIRECTED:
		return direction_of(search->m, (const struct teeq_world *)entry->bytes);
	case TEEQ_SEARCH_PREEMPTIONS:
		return entry->step.depth >> DEPTH_ACTIONS_BITS;
	default:
		return entry->step.depth;
	}
}

static void worker_wait(struct worker *worker, const struct store_entry *entry)
{
	uint32_t bucket = bucket_for(worker->search, entry);

	if (!frontier_add(&worker->frontier, bucket, entry->id, entry->bytes))
		search_stop(worker->search, STOP_MEMORY);
	if (bucket < worker->lowest)
		worker->lowest = bucket;
}

static void worker_keep(struct worker *worker, const struct store_entry *entry)
{
	switch (entry->answer) {
	case STORE_NEW:
		counter_add(&worker->states, 1);
		/* fall through */
	case STORE_CLOSER:
		worker_wait(worker, entry);
		break;
	case STORE_NOMEM:
		search_stop(worker->search, STOP_MEMORY);
		break;
	case STORE_KNOWN:
		break;
	}
}

static void look_up_pending(struct worker *worker)
{
	store_add_batch(&worker->search->store, worker->pending, worker->pending_count);
	for (unsigned int i = 0; i < worker->pending_count; i++)
		worker_keep(worker, &worker->pending[i]);
	worker->pending_count = 0;
}

/* Where the state that is arrived at next is written to. */
static unsigned char *next_form(const struct worker *worker)
{
	return worker->forms + worker->pending_count * worker->expander.size;
}

/*
 * It is there, and how it was arrived at, too. It is looked up later, with many others: the table
 * is much larger than any cache, and its memory is on the way meanwhile.
 */
static void add_pending(struct worker *worker)
{
	const struct store *store = &worker->search->store;
	struct store_entry *entry = &worker->pending[worker->pending_count];

	entry->bytes = next_form(worker);
	store_prefetch(store, entry->step.fingerprint);
	if (++worker->pending_count == store_batch(store))
		look_up_pending(worker);
}

/* Look up what is pending, and what others have come to; @wait: not before they have. */
static void take_in(struct worker *worker, bool wait)
{
	struct search *search = worker->search;
	struct arrival arrival;

	for (; exchange_receive(&search->exchange, wait, &arrival); wait = false) {
		while (exchange_next(&search->exchange, &arrival,
				     &worker->pending[worker->pending_count].step,
				     next_form(worker)))
			add_pending(worker);
		if (arrival.stop)
			search_stop(search, (enum stop)arrival.stop);
		exchange_release(&search->exchange, &arrival);
	}
	look_up_pending(worker);
}

/* The next form is another's state. */
static void pass_on(struct worker *worker, const struct state *step)
{
	struct exchange *exchange = &worker->search->exchange;
	unsigned int to = exchange_owner(exchange, step->fingerprint);
	unsigned char *bytes = (unsigned char *)worker->taken;

	if (!exchange_is_news(exchange, step) ||
	    exchange_put(exchange, to, step, next_form(worker)))
		return;
	/* What is taken in comes to the same place. */
	memcpy(bytes, next_form(worker), worker->expander.size);
	do
		take_in(worker, false);
	while (!exchange_put(exchange, to, step, bytes));
}

/* Where preemptions are counted: what a move from @from adds, and whether it may be made. */
static bool count_preemptions(struct worker *worker, const struct entry *from, unsigned int task,
			      uint64_t enabled, uint32_t *added)
{
	struct search *search = worker->search;
	uint32_t so_far = search->depth >> DEPTH_ACTIONS_BITS;
	uint32_t more = expander_preempts(&worker->expander, from->world, task, enabled);

	*added = more << DEPTH_ACTIONS_BITS;
	search->beyond |= so_far + more > search->options->preemptions_max;
	return so_far + more <= search->options->preemptions_max;
}

/* Make a move, and have the state that it leads to looked up. */
static void visit(struct worker *worker, const struct entry *from, uint64_t fingerprint,
		  unsigned int move, uint32_t added)
{
	struct search *search = worker->search;
	struct expander *expander = &worker->expander;
	struct teeq_world *form = (struct teeq_world *)(void *)next_form(worker);
	uint8_t order[TEEQ_TASK_MAX];
	struct state step;
	unsigned int moves;

	if (search->watch_admission &&
	    livelock_wakes(search->m, from->world, move_task(move), expander->moved))
		atomic_store_explicit(&search->admission_wakes, true, memory_order_relaxed);
	moves = expander_move(expander, from->world, move, form, NULL, order);
	counter_add(&expander->actions, moves);
	step = (struct state){
		.fingerprint = expander_fingerprint(expander, form),
		.parent = store_name(&search->store, from->id, fingerprint),
		.depth = search->depth + added + moves,
		.parent_tag = state_tag(fingerprint), .task = (uint8_t)move,
	};
	if (!exchange_is_ours(&search->exchange, step.fingerprint)) {
		pass_on(worker, &step);
		return;
	}
	worker->pending[worker->pending_count].step = step;
	add_pending(worker);
}

bool search_measures(const struct search *search, const struct teeq_world *world)
{
	uint64_t watch = search->options->watch;
	unsigned int task = watch ? (unsigned int)__builtin_ctzll(watch) : 0;

	if (!watch)
		return world_is_stranded(search->m, world);
	return search->m->tasks[task].stage <= world->stage &&
	       (teeq_world_unfinished(search->m, world) & ~teeq_world_enabled(search->m, world) &
		watch);
}

void note_stranded(struct worker *worker, const struct teeq_world *world, state_id id)
{
	struct search *search = worker->search;
	size_t size = search->m->layout.size;
	uint64_t fingerprint = store_state(&search->store, id)->fingerprint;

	counter_add(&worker->stranded_memory, size + sizeof(fingerprint) + sizeof(id));
	if (!stranded_add(&worker->stranded, world, size, fingerprint, id))
		search_stop(search, STOP_MEMORY);
}

static bool depth_is_too_great(const struct search *search)
{
	if (search->options->search != TEEQ_SEARCH_PREEMPTIONS)
		return search->depth > search->depth_max;
	return (search->depth & DEPTH_ACTIONS_MASK) > TEEQ_PREEMPTIONS_DEPTH_MAX;
}

static void expand(struct worker *worker, const struct entry *entry)
{
	struct search *search = worker->search;
	bool counts = search->options->search == TEEQ_SEARCH_PREEMPTIONS;
	uint64_t fingerprint, enabled;
	struct choices choices;
	enum teeq_verdict verdict;

	if (depth_is_too_great(search)) {
		search_stop(search, STOP_DEPTH);
		return;
	}
	if (!store_claim(&search->store, entry->id, search->depth))
		return;
	if (search->depth > worker->deepest)
		worker->deepest = search->depth;
	fingerprint = store_state(&search->store, entry->id)->fingerprint;
	if (search_ends(search, entry->world, &verdict, &enabled)) {
		note_ending(worker, verdict, store_name(&search->store, entry->id, fingerprint),
			    fingerprint);
		return;
	}
	if (search->within && search->depth >= search->depth_max)
		return;
	/* Of the states of one world each would count. */
	if (!worker->expander.tells_last && search_measures(search, entry->world))
		note_stranded(worker, entry->world, entry->id);
	choices = expander_choices(&worker->expander, entry->world, enabled);
	while (choices_left(&choices)) {
		unsigned int move = choices_take(&choices);
		uint32_t added = 0;

		if (!counts || count_preemptions(worker, entry, move, enabled, &added))
			visit(worker, entry, fingerprint, move, added);
	}
}

/* The entry at position @at of all workers' buckets taken together. */
static struct entry entry_at(const struct search *search, size_t at)
{
	unsigned int owner = 0;

	while (at >= search->bucket_starts[owner + 1])
		owner++;
	return frontier_entry(&search->workers[owner].frontier, search->depth,
			      at - search->bucket_starts[owner]);
}

/*
 * Ask for what expand() will look at first, for the entry that comes LOOK_AHEAD later: its record,
 * which lies anywhere in the store, and its state.
 */
static void prefetch_entry(const struct search *search, size_t at, size_t end)
{
	struct entry entry;

	if (at >= end)
		return;
	entry = entry_at(search, at);
	__builtin_prefetch(store_state(&search->store, entry.id), 1);
	for (size_t i = 0; i < search->workers[0].expander.size; i += CACHE_LINE)
		__builtin_prefetch((const unsigned char *)entry.world + i);
}

/* The first worker looks after the budgets. */
static void watch_budget(struct worker *worker)
{
	struct search *search = worker->search;

	if (worker == search->workers && search_over_budget(search))
		search_stop(search, STOP_BUDGET);
}

/* Everything of this depth is expanded here: wait until it is everywhere. */
static void meet_others(struct worker *worker)
{
	struct search *search = worker->search;

	while (!exchange_close(&search->exchange, atomic_load(&search->stop)))
		take_in(worker, false);
	while (!exchange_complete(&search->exchange))
		take_in(worker, true);
}

void worker_expand_depth(struct worker *worker)
{
	struct search *search = worker->search;
	size_t end = search->bucket_starts[search->worker_count];

	if (search->worker_count > 1)
		store_make_room(&search->store, (unsigned int)(worker - search->workers),
				search->worker_count, end);
	while (!search_stopped(search)) {
		size_t from = atomic_fetch_add(&search->next, BATCH);

		if (from >= end)
			break;
		for (size_t i = from; i < end && i < from + BATCH; i++) {
			struct entry entry = entry_at(search, i);

			prefetch_entry(search, i + LOOK_AHEAD, end);
			expand(worker, &entry);
		}
		take_in(worker, false);
		watch_budget(worker);
	}
	meet_others(worker);
}

void worker_expand_next(struct worker *worker)
{
	struct search *search = worker->search;
	struct entry entry;

	while (frontier_count(&worker->frontier, worker->lowest) == 0)
		worker->lowest++;
	entry = frontier_take_last(&worker->frontier, worker->lowest, worker->taken);
	search->depth = store_state(&search->store, entry.id)->depth;
	expand(worker, &entry);
	look_up_pending(worker);
	watch_budget(worker);
}
