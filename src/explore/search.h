/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "explore/bit_state.h"
#include "explore/exchange.h"
#include "explore/expand.h"
#include "explore/frontier.h"
#include "explore/store.h"
#include "explore/stranded.h"
#include "teeq/explore.h"

/* Where a search ended in some verdict, nearest first. */
struct ending {
	uint64_t name; /* its store_name(); STATE_NONE: nowhere yet */
	uint32_t depth;
	uint64_t fingerprint;
};

/* What one worker found, to be added up in the end. */
struct worker {
	struct search *search;
	struct expander expander;
	struct frontier frontier;
	struct teeq_world *taken;   /* where states are taken one by one: the one being expanded */
	uint32_t lowest;            /* bucket of the frontier that may hold any, there */
	struct store_entry pending[STORE_BATCH_MAX]; /* arrived at, and still to be looked up */
	unsigned char *forms;                        /* their states */
	unsigned int pending_count;
	counter states; /* that it was the first to reach */
	struct ending endings[TEEQ_VERDICT_COUNT];
	uint64_t count[TEEQ_VERDICT_COUNT];
	struct stranded stranded;
	counter stranded_memory; /* bytes */
	uint32_t deepest; /* of all it expanded */
	pthread_t thread;
};

/* Why a search ends before it is done; several may hold at once. */
enum stop {
	STOP_BUDGET = 1, /* one ran out, or the caller has enough */
	STOP_MEMORY = 2, /* the host has none left */
	STOP_DEPTH = 4,  /* actions cannot be counted any further */
};

/*
 * Where preemptions count, what is called a depth begins with their number; the actions follow, so
 * that of the ways with the fewest preemptions the shortest is kept.
 */
#define DEPTH_ACTIONS_BITS 24
#define DEPTH_ACTIONS_MASK ((UINT32_C(1) << DEPTH_ACTIONS_BITS) - 1)
_Static_assert(TEEQ_PREEMPTIONS_DEPTH_MAX == DEPTH_ACTIONS_MASK - EXPAND_CHAIN_MAX,
	       "a move must not change the number of preemptions");

/* What other processes have come to, when they were last asked: behind each depth. */
struct elsewhere {
	uint64_t states;
	uint64_t actions;
	uint64_t frontier;
};

/* A breadth-first search in progress. Between two depths the workers wait for each other. */
struct search {
	const struct teeq_model *m;
	const struct teeq_explore_options *options;
	const struct teeq_world *from;
	uint32_t goal;
	bool beyond; /* what has more preemptions than it may have was left out */
	struct store store;
	struct disk disk_space;
	struct disk *disk; /* where the tables lie; NULL: in memory */
	struct bit_state *bits; /* in the store's place; NULL: whole fingerprints are kept there */
	struct exchange exchange;
	struct elsewhere elsewhere;
	struct worker *workers;
	unsigned int worker_count;
	uint32_t depth_max; /* nothing behind it is expanded */
	bool within; /* nor is anything behind it arrived at */
	uint32_t depth;   /* that is being expanded */
	uint32_t deepest; /* expanded by the searches that this one resumes */
	size_t bucket_starts[TEEQ_WORKER_MAX + 1]; /* of each worker's part of the bucket */
	_Alignas(CACHE_LINE) atomic_size_t next; /* the first entry that nobody has taken */
	_Alignas(CACHE_LINE) atomic_uint stop; /* enum stop: all workers end */
	bool finished;
	bool watch_admission;        /* the policy is not one of ours */
	atomic_bool admission_wakes; /* its admission test woke somebody: cycles are possible */
	pthread_barrier_t barrier;
	pthread_mutex_t gate; /* held until every worker has been started */
	double started;          /* on the monotonic clock */
	double seconds_before;   /* of the searches that this one resumes */
	uint64_t peak_memory;    /* bytes */
	uint64_t extra_memory;   /* bytes that the search for livelocks holds, or the way to bits */
	unsigned int batches; /* since the costly budgets were looked at */
};

/* A move from there, and behind it the span of the frontier, stay within a state's 32 bits. */
_Static_assert(TEEQ_EXPLORE_DEPTH_MAX == UINT32_MAX - FRONTIER_SPAN - EXPAND_CHAIN_MAX,
	       "depths must not wrap");

/*
 * explore.c: teeq_explore(), with another limit than TEEQ_EXPLORE_DEPTH_MAX: no test could wait for
 * that.
 */
enum teeq_status search_explore(const struct teeq_model *m,
				const struct teeq_explore_options *options, uint32_t depth_max,
				struct teeq_explore_result *result, struct teeq_error *error);

/*
 * Whether the peers of @options are in range, have the same model and options, and can do together
 * what these ask for: called in all processes before anything else.
 */
enum teeq_status peers_settle(const struct teeq_model *m,
			      const struct teeq_explore_options *options,
			      struct teeq_error *error);

/*
 * One search, of options that are in range. @within: of all that is at most @depth_max actions from
 * the start, and of nothing else, so that TEEQ_OK says nothing about what is behind. Results as of
 * teeq_explore(); @result is all that there is in any case.
 */
enum teeq_status search_run(const struct teeq_model *m, const struct teeq_explore_options *options,
			    uint32_t depth_max, bool within, struct teeq_explore_result *result,
			    struct teeq_error *error);

/*
 * Whether a budget ran out or the caller wants to stop. Called by the first worker while the others
 * run; looks at the costly budgets only now and then.
 */
bool search_over_budget(struct search *search);
/* The same, and looks at all of them. */
bool search_look_at_budgets(struct search *search);

/* Expand everything of the current depth, as far as other workers do not. */
void worker_expand_depth(struct worker *worker);
/*
 * Expand one state of a search that takes them one by one: the last of the first bucket that has
 * any. Depth first there is one bucket for all.
 */
void worker_expand_next(struct worker *worker);

/*
 * How @world ends, where it does: an invariant does not hold there, or nothing can move. Otherwise
 * false, and @enabled is what can.
 */
static inline bool search_ends(const struct search *search, const struct teeq_world *world,
			       enum teeq_verdict *verdict, uint64_t *enabled)
{
	const struct teeq_model *m = search->m;

	*enabled = teeq_world_check(m, world) ? 0 : teeq_world_enabled(m, world);
	if (*enabled == 0)
		*verdict = teeq_world_verdict_of(m, world, search->options->must_finish);
	return *enabled == 0;
}

/*
 * Whether how long it stays like this is measured: somebody is stranded, or who is watched waits.
 */
bool search_measures(const struct search *search, const struct teeq_world *world);

/* Keep such a state. */
void note_stranded(struct worker *worker, const struct teeq_world *world, state_id id);

/* TEEQ_EINPUT: an option is out of range. */
enum teeq_status search_check_options(const struct teeq_model *m,
				      const struct teeq_explore_options *options,
				      struct teeq_error *error);

/* The deepest state that was expanded. */
uint32_t search_deepest(const struct search *search);
/* Every schedule with fewer preemptions than that was looked at, where they count. */
unsigned int search_covered(const struct search *search);

/*
 * The record of the state of that store_name(). Where others may have it, all processes ask for the
 * same one at the same time.
 */
struct state search_record(const struct search *search, uint64_t name);

/*
 * Make the canonical state @id again, in @world, by the moves that lead to it. TEEQ_EMISMATCH: they
 * cannot be made, or lead elsewhere, so its record is not a true one. TEEQ_ENOMEM.
 */
enum teeq_status search_world(struct search *search, state_id id, struct teeq_world *world);

/*
 * The schedule that leads to the state of that store_name(), in terms of the real tasks. Errors as
 * of search_world().
 */
enum teeq_status search_schedule(struct search *search, uint64_t name,
				 struct teeq_schedule *schedule);

/* Seconds on the monotonic clock; and of the search, with those that it resumes. */
double search_now(void);
double search_seconds(const struct search *search);
/* Bytes of the states that a worker has arrived at and not looked up yet. */
size_t search_forms_size(const struct search *search);
/* May be asked while workers run. */
struct teeq_progress search_progress(const struct search *search);
/* The least depth from @from on at which any state waits, of all processes; UINT64_MAX: none. */
uint64_t search_next_depth(const struct search *search, uint32_t from);
/* How many states wait. */
uint64_t search_frontier(const struct search *search);
/* End the search before it is done: whoever says so, all workers come to an end. */
void search_stop(struct search *search, enum stop why);
bool search_stopped(const struct search *search);
/* The nearest ending in @verdict that any worker found. */
struct ending search_ending(const struct search *search, enum teeq_verdict verdict);

/* What the search came to. TEEQ_ELIMIT: a budget ran out only now, in the search for livelocks. */
enum teeq_status search_conclude(struct search *search, struct teeq_explore_result *result);

/*
 * The same choices led elsewhere when they were made again. Nothing but a policy of somebody else's
 * can bring that about, which keeps something outside of the queue; the error says so.
 */
enum teeq_status search_differs(const struct teeq_model *m, struct teeq_error *error);
/* Make a choice once more: TEEQ_EMISMATCH where it cannot be made this time. */
enum teeq_status search_step_again(const struct teeq_model *m, struct teeq_world *w,
				   unsigned int task);

/* Whether checkpoint_write() could write there: what would be a pity to learn only in the end. */
enum teeq_status checkpoint_check(const char *path, struct teeq_error *error);
enum teeq_status checkpoint_write(const struct search *search, const char *path,
				  struct teeq_error *error);
/* A word on a checkpoint that holds what no search can have written. */
enum teeq_status checkpoint_damaged(struct teeq_error *error);
enum teeq_status checkpoint_read(struct search *search, const char *path,
				 struct teeq_error *error);

#endif
