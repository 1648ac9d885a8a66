/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_EXPLORE_H
#define TEEQ_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/peers.h"
#include "teeq/run.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In which order a search visits states. */
enum teeq_search {
	TEEQ_SEARCH_BREADTH, /* shortest counterexample first */
	TEEQ_SEARCH_DEPTH,   /* one worker; the first counterexample met */
	TEEQ_SEARCH_DIRECTED, /* one worker; towards few free threads and many who wait */
	TEEQ_SEARCH_PREEMPTIONS, /* one worker; the fewest preemptions first, and none beyond
				    @preemptions_max */
};

/*
 * A preemption: a task that could go on at once does not, and another one moves instead. Who waits
 * for time is not preempted, and a fault that strikes preempts nobody.
 */
#define TEEQ_PREEMPTIONS_MAX 255

/*
 * How far a search is.
 *
 * @states, @actions   so far
 * @frontier           states that wait to be expanded
 * @depth              actions from the start, of those that are expanded now
 * @memory_bytes       of the search's own tables
 * @disk_bytes         of those that lie on a disk, which do not count there
 * @seconds            of the wall clock, for people: nothing depends on them
 */
struct teeq_progress {
	uint64_t states;
	uint64_t actions;
	uint64_t frontier;
	uint64_t depth;
	uint64_t memory_bytes;
	uint64_t disk_bytes;
	double seconds;
};

#define TEEQ_WORKER_MAX 64

/* The least @bit_state_bytes: a state's bits lie in one line of a processor's cache. */
#define TEEQ_BIT_STATE_MIN 64

/*
 * What a search can be told to leave out of its reductions, one by one: bits of @without.
 *
 * SURROUNDINGS  interleave everything where there are faults, counted processors or the shm cache
 * ORDER         keep the order of the waiters as it is
 * CLIENTS       take tasks for alike only where they are of one client
 * WAITS         interleave whatever a call waits for outside of the queue
 * POSTPONING    keep apart what a task may do at any time and its next action
 * ARGUMENTS     interleave the search for memory for message arguments where there is enough
 * SPENT         tell tasks apart that have nothing left to do but to leave the queue
 */
enum teeq_without {
	TEEQ_WITHOUT_SURROUNDINGS = 1,
	TEEQ_WITHOUT_ORDER = 2,
	TEEQ_WITHOUT_CLIENTS = 4,
	TEEQ_WITHOUT_WAITS = 8,
	TEEQ_WITHOUT_POSTPONING = 16,
	TEEQ_WITHOUT_ARGUMENTS = 32,
	TEEQ_WITHOUT_SPENT = 64,
	TEEQ_WITHOUT_ALL = 127,
};

/*
 * All zero is a breadth-first search by one worker with every reduction and no budget.
 *
 * @search         in which order states are visited
 * @preemptions_max   TEEQ_SEARCH_PREEMPTIONS: schedules with more preemptions are not looked at; at
 *                 most TEEQ_PREEMPTIONS_MAX. Otherwise 0
 * @no_symmetry    tell states apart that differ only in which of several like tasks, or which of
 *                 several thread contexts, does what
 * @no_reduction   interleave also the actions that no other task can see or disturb
 * @without        enum teeq_without, bits: reductions that are not made
 * @exact          compare whole states instead of 64-bit fingerprints
 * @all            go on behind the first counterexample and count them all
 * @workers        0 means 1; at most TEEQ_WORKER_MAX; the result does not depend on it
 * @max_states, @max_memory_bytes, @max_seconds   budgets; 0: none. They are looked at now and then:
 *                 a search may go a little beyond, its tables by as much as one doubling
 * @disk           a folder: the tables lie in a file there, which has no name and is gone with the
 *                 search, so that they may be larger than the memory; @max_memory_bytes is about
 *                 the rest. A full disk is TEEQ_EIO. Not with @exact. NULL: all is in memory
 * @bit_state_bytes   keep of each state seen a few bits, in a table of that size, at least 64; one
 *                 that sets none is taken for a state that was seen. So nothing is ever claimed but
 *                 a counterexample, which is real. @max_memory_bytes is about the rest.
 *                 TEEQ_SEARCH_DEPTH, without @exact, @disk and checkpoints. 0: not
 * @from           where to start, a world of the model; NULL: its initial state
 * @must_finish    the tasks that are asked about, bit i: task i; an end is DONE where those have
 *                 finished, whatever became of others, and a livelock must keep one of them from
 *                 finishing. A violation is one anyway. 0: all tasks
 * @watch          a task, the bit of its number: how long it can be kept waiting is measured, and
 *                 stands in @waiting and @longest_wait of the result, and not who is stranded.
 *                 Breadth first, with @no_reduction. 0: none
 * @goal           bit mask of the verdicts that are looked for; 0: TEEQ_GOAL_FAILURES
 * @keep_going     called now and then with @argument, from the calling thread; false ends the
 *                 search as a budget does. NULL: never asked
 * @resume_from    a checkpoint to go on from, or NULL; breadth or depth first only
 * @checkpoint_to  where to write one when a budget ends the search, or NULL; likewise. Replaces a
 *                 checkpoint there, but nothing else; what cannot be written to is refused before
 *                 the search (TEEQ_EIO, or TEEQ_EINPUT for an empty path)
 * @peers          the other processes of this search, each of which has its own part of the states;
 *                 the result is the same as by one process, and in all of them, but for the
 *                 schedule of a livelock, which only the first has. Budgets are each process's
 *                 own, but for @max_states, which is of all together. Breadth first, with one
 *                 worker in each, without @exact, @watch and checkpoints. NULL: there are none
 */
struct teeq_explore_options {
	enum teeq_search search;
	unsigned int preemptions_max;
	bool no_symmetry;
	bool no_reduction;
	uint32_t without;
	bool exact;
	bool all;
	unsigned int workers;
	uint64_t max_states;
	uint64_t max_memory_bytes;
	double max_seconds;
	const char *disk;
	uint64_t bit_state_bytes;
	const struct teeq_world *from;
	uint64_t must_finish;
	uint64_t watch;
	uint32_t goal;
	bool (*keep_going)(void *argument, const struct teeq_progress *progress);
	void *argument;
	const char *resume_from;
	const char *checkpoint_to;
	const struct teeq_peers *peers;
};

/*
 * @verdict        the worst that was met of those looked for, with @schedule leading to the nearest
 *                 such end (of a livelock: into the cycle and once around, so that a replay ends
 *                 with tasks that can move); DONE when the search is exhausted and met none; LIMIT
 *                 when a budget or the bound on preemptions ended it before it met any, or states
 *                 were kept as bits
 * @exhausted      every reachable state was visited
 * @covered        TEEQ_SEARCH_PREEMPTIONS: every schedule with fewer than so many preemptions was
 *                 looked at
 * @preemptions    TEEQ_SEARCH_PREEMPTIONS: of @schedule; @covered is at least that, so that no
 *                 schedule with fewer ends in a verdict that is looked for
 * @states, @actions, @depth   distinct states kept, actions performed, the longest distance
 * @count          states of each kind of end: DONE, DEADLOCK, LOST_WAKEUP, VIOLATION
 * @stranded       states in which somebody sleeps although it would be admitted and nobody is on
 *                 the way to the free thread, though others can still move
 * @stranded_stretch   the longest run of actions through such states, UINT64_MAX: one without end;
 *                 0 unless exhausted with @all or without a counterexample
 * @waiting        with @watch: states in which that task has begun and cannot move, though
 *                 others can
 * @longest_wait   the most actions in a row that others make while it is so; UINT64_MAX:
 *                 without end. Known as @stranded_stretch is
 * @missed_probability   upper bound of the chance that some state was taken for another (0: exact),
 *                 if fingerprints were random, among the states that were found
 * @table_bits, @table_bits_set   with @bit_state_bytes: of the table, and those that are set
 * @missed_expected   with @bit_state_bytes: how many states that were come to were taken for
 *                 others, on average, if fingerprints were random; what lies behind those is not
 *                 in it. @missed_probability is that, at most 1
 * @peak_memory_bytes    of the search's own tables, but for that one
 * @disk_bytes     of those that lie on a disk, in the end
 * @seconds        of the wall clock, for people: nothing depends on them
 * @violation      VIOLATION: what broke; static text
 * @too_deep       it came to a state more than TEEQ_EXPLORE_DEPTH_MAX actions from the start: what
 *                 lies there was not visited
 * @cycle          LIVELOCK: the schedule leads into a cycle and once around, which is not an end
 * @shortest       no schedule that ends so is shorter, without @all none that ends in any verdict
 *                 that is looked for. Breadth first only, of a livelock never, and of what may be a
 *                 violation only where the budgets last for a search of what is nearer without the
 *                 reduction (its states and actions are not in the counts)
 * @checkpoint_written   options.checkpoint_to is there, and the search can go on from it
 */
struct teeq_explore_result {
	enum teeq_verdict verdict;
	bool exhausted;
	unsigned int covered;
	unsigned int preemptions;
	uint64_t states;
	uint64_t actions;
	uint64_t depth;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t stranded;
	uint64_t stranded_stretch;
	uint64_t waiting;
	uint64_t longest_wait;
	double missed_probability;
	uint64_t table_bits;
	uint64_t table_bits_set;
	double missed_expected;
	uint64_t peak_memory_bytes;
	uint64_t disk_bytes;
	double seconds;
	struct teeq_schedule schedule;
	const char *violation;
	bool too_deep;
	bool shortest;
	bool cycle;
	bool checkpoint_written;
};

/* The depth to which a search can count, and to which it can where preemptions count. */
#define TEEQ_EXPLORE_DEPTH_MAX UINT32_C(4294965271)
#define TEEQ_PREEMPTIONS_DEPTH_MAX UINT32_C(16776215)

#define TEEQ_GOAL_FAILURES                                               \
	(1u << TEEQ_VERDICT_VIOLATION | 1u << TEEQ_VERDICT_LOST_WAKEUP | \
	 1u << TEEQ_VERDICT_DEADLOCK | 1u << TEEQ_VERDICT_LIVELOCK)

/*
 * Visit every reachable state of @model. On TEEQ_OK @result is filled in and its schedule is the
 * caller's (teeq_schedule_free()). TEEQ_ELIMIT: likewise, but a budget or the greatest depth ended
 * the search; where a checkpoint was asked for and could not be written then, @error says why.
 * TEEQ_EINPUT: an option is out of range, or the checkpoint does not belong to this search;
 * TEEQ_EIO; TEEQ_ENOMEM. Starts its own threads; may be called from several at once.
 */
TEEQ_API enum teeq_status teeq_explore(const struct teeq_model *model,
				       const struct teeq_explore_options *options,
				       struct teeq_explore_result *result,
				       struct teeq_error *error);

/*
 * One of the states that a search keeps.
 *
 * @world     its canonical form: like tasks may have changed places on the way
 * @verdict   how it ends there; LIMIT: it goes on
 * @distance  actions from the first state, at least
 * @nearest   on a shortest way to the nearest end that is a failure
 */
struct teeq_state {
	struct teeq_world *world;
	enum teeq_verdict verdict;
	uint64_t distance;
	bool nearest;
};
/*
 * A move between two of them.
 *
 * @from, @to   their places among the states
 * @task        who makes it, by the names of @from
 * @actions     how many it is: what nobody else can see, or can be postponed, goes with another
 * @nearest     as of a state
 */
struct teeq_move {
	size_t from;
	size_t to;
	unsigned int task;
	unsigned int actions;
	bool nearest;
};
/* All of them: states in the order in which they are met, the first one first; moves by @from. */
struct teeq_states {
	struct teeq_state *states;
	size_t state_count;
	struct teeq_move *moves;
	size_t move_count;
};
/*
 * What a search of @model with the reductions of @options visits where it goes on behind what it
 * finds, for who wants to look at a small model whole. Of @options those, @must_finish, @from,
 * @max_states (0: 1,000), @max_memory_bytes, which is about the states as well, @max_seconds and
 * @keep_going count. On TEEQ_OK @states is the caller's, until teeq_states_free(); it is the same
 * every time. TEEQ_ELIMIT: there are more states, or another budget ended it: @error's key is the
 * name of that option; @states is empty. TEEQ_EINPUT: an option is out of range; TEEQ_ENOMEM. May
 * be called from several threads at once.
 */
TEEQ_API enum teeq_status teeq_states_new(const struct teeq_model *model,
					  const struct teeq_explore_options *options,
					  struct teeq_states *states, struct teeq_error *error);
/* Give back what @states holds, and leave it empty. NULL is fine. */
TEEQ_API void teeq_states_free(struct teeq_states *states);
#define TEEQ_STATES_DEFAULT 1000

/*
 * A shorter and plainer schedule that ends as @schedule does: fewer context switches first, then
 * fewer steps; not always the fewest that there could be. Deterministic; how much is tried is
 * counted in steps of the model, not in time. TEEQ_OK, or TEEQ_ELIMIT where the schedule is so long
 * that only whole blocks of it were put in order: *@shrunk, which must be empty, is then the
 * caller's (teeq_schedule_free()). TEEQ_EMISMATCH: @schedule does not replay. TEEQ_EINPUT: it ends
 * in no failure. TEEQ_ENOMEM. May be called from several threads at once.
 */
TEEQ_API enum teeq_status teeq_shrink(const struct teeq_model *model,
				      const struct teeq_schedule *schedule,
				      struct teeq_schedule *shrunk, struct teeq_error *error);

/*
 * A loop at the end of a schedule: a state that comes again, and between a round in which no task
 * is left out that could always move, so that a fair scheduler may go round for ever. A fault need
 * not strike; an interrupt that may come any number of times makes no loop.
 *
 * @length    steps of the shortest such round, which is the end of the schedule; 0: there is none
 * @from      steps before it
 * @first     steps before that state comes for the first time: those and the round alone are a
 *            schedule with this loop, too
 * @movers    tasks that move in it; bit i is task i
 * @resting   tasks that do not, and could now and then
 */
struct teeq_loop {
	size_t length;
	size_t from;
	size_t first;
	uint64_t movers;
	uint64_t resting;
};

/*
 * The loop at the end of @schedule, which is replayed twice: the explorer finds it as a livelock,
 * and a replay ends in it at its limit. TEEQ_OK: *@loop is filled in, also where there is none.
 * TEEQ_EMISMATCH: @schedule does not replay. TEEQ_ENOMEM. May be called from several threads at
 * once.
 */
TEEQ_API enum teeq_status teeq_find_loop(const struct teeq_model *model,
					 const struct teeq_schedule *schedule,
					 struct teeq_loop *loop, struct teeq_error *error);

/*
 * The step of no return of a failing schedule: the first after which every continuation fails.
 *
 * @from_start   every schedule fails: there is no such step
 * @way_out      not even the last step is one: some continuation ends well. That is so only of a
 *               loop (struct teeq_loop) that a scheduler need not stay in
 * @step         its index in the schedule
 * @task         who makes it
 * @rescues      the tasks that could have moved instead, after which some continuation ends well;
 *               bit i is task i
 */
struct teeq_no_return {
	bool from_start;
	bool way_out;
	size_t step;
	unsigned int task;
	uint64_t rescues;
};

/*
 * @options gives budgets, workers and reductions for the searches inside; its goal, start, peers
 * and checkpoints are not used. @schedule fails, or has a loop at its end. TEEQ_EMISMATCH,
 * TEEQ_EINPUT: as teeq_shrink(). TEEQ_ELIMIT: a budget ended a search.
 */
TEEQ_API enum teeq_status teeq_find_no_return(const struct teeq_model *model,
					      const struct teeq_schedule *schedule,
					      const struct teeq_explore_options *options,
					      struct teeq_no_return *no_return,
					      struct teeq_error *error);

#ifdef __cplusplus
}
#endif
#endif
