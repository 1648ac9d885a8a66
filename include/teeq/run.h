/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_RUN_H
#define TEEQ_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/status.h"
#include "teeq/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -------------------------------------- schedules --------------------------------------------- */

/*
 * The choices of a run, in order: which task moved. @tasks are indices of a model, @count of them,
 * with room for @capacity. Plain data;
 * initialise with {0}, give the memory back with teeq_schedule_free(), which leaves it empty.
 */
struct teeq_schedule {
	uint8_t *tasks;
	size_t count;
	size_t capacity;
};

/* Give the memory back and leave @schedule empty, to be filled again. NULL is fine. */
TEEQ_API void teeq_schedule_free(struct teeq_schedule *schedule);
/* One more step. TEEQ_EINPUT: @task is no index of a task. TEEQ_ENOMEM. */
TEEQ_API enum teeq_status teeq_schedule_add(struct teeq_schedule *schedule, unsigned int task);
/* How often another task moves than the one before it. */
TEEQ_API size_t teeq_schedule_switches(const struct teeq_schedule *schedule);

/*
 * A schedule as one line of text:
 *
 *	teeq:1:mainline:4f1c2a9be07d3358 app.0*3 app.1 app.0
 *
 * the format's version, the policy, the model's digest, then the choices, where name*3 stands for
 * three steps of that task in a row. The text is the caller's to free(); NULL: no memory.
 */
TEEQ_API char *teeq_schedule_print(const struct teeq_model *model,
				   const struct teeq_schedule *schedule);

/*
 * The policy a schedule names, copied to @policy (@size bytes, cut if need be). TEEQ_EINPUT if
 * @text does not begin like a schedule. For readers that must build the model first.
 */
TEEQ_API enum teeq_status teeq_schedule_policy(const char *text, char *policy, size_t size,
					       struct teeq_error *error);

/* Steps of a schedule as text: a longer one is refused. */
#define TEEQ_SCHEDULE_MAX 100000000u
/*
 * Parse @text for @model into @schedule, which must be empty. TEEQ_EINPUT: not a schedule, an
 * unknown task, more than TEEQ_SCHEDULE_MAX steps, or another model's digest; @error says where.
 * On failure @schedule stays empty.
 */
TEEQ_API enum teeq_status teeq_schedule_parse(const struct teeq_model *model, const char *text,
					      struct teeq_schedule *schedule,
					      struct teeq_error *error);

/* -------------------------------------- strategies -------------------------------------------- */

/* Room for a strategy's own state; what it needs must fit. */
struct teeq_strategy_state {
	uint64_t word[8];
};

/*
 * Who moves next: three functions. A strategy must depend on nothing but what it is given. Model
 * and world are NULL where code itself runs, see teeq/harness.h; the strategies below then see
 * tasks only.
 *
 * @name    for people, and for teeq_strategy_find()
 * @start   once before a run
 * @pick    called while @enabled is not zero; returns a task of it, or -1 to stop the run
 * @argument is handed through
 */
struct teeq_strategy {
	const char *name;
	void (*start)(const struct teeq_strategy *strategy, const struct teeq_model *model,
		      struct teeq_strategy_state *state, uint64_t seed);
	int (*pick)(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		    const struct teeq_model *model, const struct teeq_world *world,
		    uint64_t enabled);
	const void *argument;
};

/* Each enabled task in turn, by index; no fault strikes. The seed does not matter. */
TEEQ_API extern const struct teeq_strategy teeq_strategy_round_robin;
/* Uniform among the enabled tasks, from PCG32 (O'Neill 2014) seeded by the run's seed. */
TEEQ_API extern const struct teeq_strategy teeq_strategy_random;

/* The ranges of what follows. */
#define TEEQ_PCT_DEPTH_MAX 17
#define TEEQ_PCT_STEP_MAX 65535

/*
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized
 * Scheduler with Probabilistic Guarantees of Finding Bugs", 2010): every task gets a random
 * priority, the highest that can move does, and at @depth - 1 random steps whoever moves falls
 * below all others. A fault that needs @depth ordering constraints to show is found by one run with
 * a probability of at least 1 / (tasks * steps^(depth - 1)), which teeq_pct_bound() computes.
 *
 * @depth        1..TEEQ_PCT_DEPTH_MAX
 * @step_count   1..TEEQ_PCT_STEP_MAX: how long a run is, at most; where the change points are drawn
 *
 * What is out of range counts as the nearest that is not, for the bound too.
 */
struct teeq_pct {
	unsigned int depth;
	uint64_t step_count;
};
/* Its argument is a struct teeq_pct: copy it and set that. Without one: depth 3, 100 steps. */
TEEQ_API extern const struct teeq_strategy teeq_strategy_pct;
/*
 * The probability, at least, with which one run of @task_count tasks finds such a fault: 0 to 1,
 * the formula above. A @task_count of 0 counts as 1.
 */
TEEQ_API double teeq_pct_bound(const struct teeq_pct *pct, size_t task_count);
/* By name: "round-robin", "random", "pct"; NULL otherwise. */
TEEQ_API const struct teeq_strategy *teeq_strategy_find(const char *name);

/* --------------------------------------- running ---------------------------------------------- */

#define TEEQ_STEP_MAX_DEFAULT 1000000u
#define TEEQ_RUN_WORKER_MAX 64

/*
 * @strategy   who moves next; not used by teeq_replay()
 * @seed       handed to the strategy
 * @step_max   actions at most; 0: TEEQ_STEP_MAX_DEFAULT
 * @on_event   called after every action with the world as it then is, or NULL
 * @record     where the choices go, or NULL; must be empty or it is appended to
 * @must_finish the tasks that the verdict is about, bit i: task i; it is DONE where those have
 *             finished and nobody can move, whatever became of others. 0: all
 * @keep_going called with @argument behind each run of teeq_run_many(), and now and then in one;
 *             false ends it as @step_max does. NULL: never asked; not used by teeq_replay()
 * @workers    of teeq_run_many() alone: threads, 0 means 1, at most TEEQ_RUN_WORKER_MAX; the tally
 *             does not depend on it. With more than one @on_event and @record must be NULL, and
 *             @keep_going is called from several threads at once
 */
struct teeq_run_options {
	const struct teeq_strategy *strategy;
	uint64_t seed;
	uint64_t step_max;
	void (*on_event)(void *argument, const struct teeq_model *model,
			 const struct teeq_world *world, const struct teeq_event *event);
	void *argument;
	struct teeq_schedule *record;
	uint64_t must_finish;
	bool (*keep_going)(void *argument);
	unsigned int workers;
};

/*
 * @verdict      LIVELOCK: whoever could still run only polls. Other livelocks take a search
 * @steps        actions performed
 * @event_hash   rolling hash of every event: equal choices give equal hashes on every machine
 * @violation    with VERDICT_VIOLATION what broke; static text
 */
struct teeq_result {
	enum teeq_verdict verdict;
	uint64_t steps;
	uint64_t event_hash;
	const char *violation;
};

/*
 * Run @world, from the state it is in, until nothing is enabled, an invariant breaks, the strategy
 * stops, or @step_max actions were made. TEEQ_ELIMIT: one of these two ended it, which is what
 * VERDICT_LIMIT says as well; @result is filled in and the world still usable. TEEQ_ENOMEM if the
 * record cannot grow. Not to be called on one world from two threads.
 */
TEEQ_API enum teeq_status teeq_run(const struct teeq_model *model, struct teeq_world *world,
				   const struct teeq_run_options *options,
				   struct teeq_result *result);

/*
 * Make the choices of @schedule. Stops with TEEQ_EMISMATCH at the first that does not fit; @error
 * says which step, what the schedule wants and what is enabled. Choices are no budget (and
 * @step_max is not looked at): when they end while tasks could still move, that is TEEQ_OK with
 * VERDICT_LIMIT. A violation ends it, whatever choices are
 * behind it.
 */
TEEQ_API enum teeq_status teeq_replay(const struct teeq_model *model, struct teeq_world *world,
				      const struct teeq_schedule *schedule,
				      const struct teeq_run_options *options,
				      struct teeq_result *result, struct teeq_error *error);

/* The verdict of a world in which nothing is enabled; VERDICT_LIMIT where something is. */
TEEQ_API enum teeq_verdict teeq_world_verdict(const struct teeq_model *model,
					      const struct teeq_world *world);
/* The same about the tasks @must_finish alone, see struct teeq_run_options. */
TEEQ_API enum teeq_verdict teeq_world_verdict_of(const struct teeq_model *model,
						 const struct teeq_world *world,
						 uint64_t must_finish);

/*
 * What came of many runs.
 *
 * @count       count[v]: how many ended in verdict v
 * @first_seed  first_seed[v]: the seed of the first of them; 0 where count[v] is 0
 * @runs        runs made
 * @steps       of all of them together
 * @event_hash  over the seeds and event hashes of all runs
 */
struct teeq_tally {
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t first_seed[TEEQ_VERDICT_COUNT];
	uint64_t runs;
	uint64_t steps;
	uint64_t event_hash;
};
/*
 * @run_count runs from the initial state, with seeds @options->seed, +1, +2 and so on. Stops early
 * when a run ended in a verdict of the bit mask @stop_at (0: never), and when @options->keep_going
 * said so: the run that it ended does not count then. Seeds end at UINT64_MAX: more runs than that
 * are TEEQ_EINPUT, unless @run_count is 0. TEEQ_ELIMIT: as TEEQ_OK, but the caller ended it, or the
 * steps of some run ran out: count[LIMIT] of them. TEEQ_ENOMEM. May be called from several threads
 * at once.
 */
TEEQ_API enum teeq_status teeq_run_many(const struct teeq_model *model,
					const struct teeq_run_options *options, uint64_t run_count,
					uint32_t stop_at, struct teeq_tally *tally);
/*
 * Add the runs of @more, made with other seeds, to those of @tally: it is then what one call that
 * made them all would have left, in whatever order parts are added.
 */
TEEQ_API void teeq_tally_add(struct teeq_tally *tally, const struct teeq_tally *more);

#ifdef __cplusplus
}
#endif
#endif
