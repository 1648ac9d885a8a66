/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teeq-harness: runs kernel-style C code itself, as tasks that are switched at the preemption
 * points of the model, under teeq's strategies. The code under test includes <linux/mutex.h> and so
 * on from include/teeq/harness and is compiled unchanged; this header is for the program around it.
 *
 * A harness is a set of tasks and of what surrounds them. A run starts each task's function from
 * the beginning and ends when all have returned, when none can move, or when something broke.
 * Whatever the code allocated with kzalloc() and the like is given back at the end of the run, also
 * after a deadlock. Every choice of a run is which task moves next, so a list of tasks replays it.
 *
 * A harness belongs to the thread that made it. Several threads may have one each. Unless a comment
 * says "from a task", a function is called from outside of runs.
 *
 * Only what is said to be may be NULL, besides every @error, which then gets no text. What is NULL
 * and must not be is refused: with TEEQ_EINPUT, with NULL, by teeq_harness_main() with status 2;
 * from a task it is VERDICT_VIOLATION; of a function that returns nothing nothing is done.
 */
#ifndef TEEQ_HARNESS_H
#define TEEQ_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "teeq/abi.h"
#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct teeq_harness;

/* ------------------------------------ what surrounds the tasks -------------------------------- */

/*
 * A standard call in the secure world.
 *
 * @task      index of the task that issued this SMC
 * @context   the thread context that runs it
 * @visit     how often the call was resumed: 0 when it begins
 * @call      the registers with which it began
 */
struct teeq_harness_secure_call {
	unsigned int task;
	unsigned int context;
	unsigned int visit;
	struct teeq_smc_regs call;
};

/* TEEQ_HARNESS_EXIT, or the RPC to suspend in: a value of enum teeq_smc_rpc. */
#define TEEQ_HARNESS_EXIT (-1)
/* Or: the thread runs on, in another step `secure`, before which others may move. */
#define TEEQ_HARNESS_ACTIVE (-2)

/* When a wait with a timeout ends without what it waits for. */
enum teeq_harness_time {
	TEEQ_HARNESS_TIME_LAST, /* time passes only when nobody can move; the nearest deadline
				   first */
	TEEQ_HARNESS_TIME_ANY,  /* whenever the strategy picks the task: every speed is possible */
};

/*
 * Where tasks are switched beside locks, waits and SMCs, which always are points.
 *
 * SHARED   before whatever is meant for what others use at the same time (completions, wakes,
 *          atomic variables, bits, READ_ONCE() and so on), and behind what hands something to
 *          another task; also where the task holds a lock. With code that has no data race, this
 *          misses nothing
 * UNLOCK   and behind every unlock: for code that is not compiled for finding data races, which may
 *          use there what another task frees
 * MODEL    under a lock, none of these: the points of the model, which recordings have
 */
enum teeq_harness_points {
	TEEQ_HARNESS_POINTS_SHARED,
	TEEQ_HARNESS_POINTS_UNLOCK,
	TEEQ_HARNESS_POINTS_MODEL,
	TEEQ_HARNESS_POINTS_COUNT
};

/*
 * Two things end the program, as the code under test cannot be stopped there: a task that touches
 * memory that it must not (the guard below its stack, an entry that was deleted from its list,
 * NULL) ends it with status 1, and one that runs for @loop_seconds without a preemption point with
 * status 3. A line on stderr says who did what, a second one has the schedule, to be replayed in a
 * debugger. For that a run sets handlers of SIGSEGV, SIGBUS and SIGVTALRM. Whoever handles the
 * first two already, a sanitizer say, has them after that line.
 */

/* What a task has where the options below say 0: bytes of stack, and seconds without a point. */
#define TEEQ_HARNESS_STACK_DEFAULT	  ((size_t)256 * 1024)
#define TEEQ_HARNESS_LOOP_SECONDS_DEFAULT 10u

/*
 * All fields may be 0 or NULL.
 *
 * @name           letters, digits, '-', '_' and '.', at most TEEQ_NAME_MAX; NULL: "harness".
 *                 Schedules carry it
 * @argument       handed to @setup, @teardown and @secure
 * @setup          called before the tasks of each run, as a task of its own that must not block
 * @teardown       called when all tasks of a run have returned, in the same way. What is still
 *                 allocated after it is a leak
 * @secure         the secure world's thread: called in the step `secure`, up to its next RPC or its
 *                 end. @regs holds what came with the SMC, and takes a1, a2 and a4 to a7 of the
 *                 answer; a0 and a3 are filled in by the harness. NULL: every call ends at once
 * @fast           answers a fast call: fills in @ret and returns true, or returns false for those
 *                 that the pool of threads answers by itself. NULL: it answers all
 * @thread_count   thread contexts of the secure world, 0..TEEQ_CONTEXT_MAX; 0: no SMC may be issued
 * @lacks_rpc_arg  the secure world takes no message arguments in memory that is registered
 * @stack_bytes    of each task; 0: TEEQ_HARNESS_STACK_DEFAULT. Rounded up to whole pages
 * @loop_seconds   of processor time that a task may go without coming to a point; 0:
 *                 TEEQ_HARNESS_LOOP_SECONDS_DEFAULT; UINT_MAX: any time. See below
 * @time           enum teeq_harness_time
 * @points         enum teeq_harness_points, of runs that are not recorded
 * @keeps_memory   what is allocated when all is done is no leak: nobody gives back what the setup
 *                 made
 * @copies         what the setup and the tasks change is memory of kzalloc() and the like, stacks,
 *                 and what was named to teeq_harness_restore(), and nothing else: then a run may
 *                 begin with a copy of what the setup left, without the setup. Of the runs of
 *                 teeq_harness_run() those do that are neither traced nor recorded and in which no
 *                 allocation fails, but for one of 256 seeds, 1, 257 and so on. There freed
 *                 memory is not closed, see docs/harness.md; one that breaks is run again from the
 *                 start. With @log, a sanitizer, or code that is watched for data races: no run
 * @digest         goes into the digest of schedules: of whatever they depend on besides the tasks
 * @log            takes what pr_err() and the like print: @level 0 (emergency) to 7 (debug), or -1
 *                 of pr_cont(); the text as it was given. Its line ends where it says so, or with
 *                 the next text whose level is not -1. NULL: it is dropped
 */
struct teeq_harness_options {
	const char *name;
	void *argument;
	void (*setup)(void *argument);
	void (*teardown)(void *argument);
	int (*secure)(void *argument, const struct teeq_harness_secure_call *call,
		      struct teeq_smc_regs *regs);
	bool (*fast)(void *argument, const struct teeq_smc_regs *call, struct teeq_smc_regs *ret);
	unsigned int thread_count;
	bool lacks_rpc_arg;
	size_t stack_bytes;
	unsigned int loop_seconds;
	enum teeq_harness_time time;
	enum teeq_harness_points points;
	bool keeps_memory;
	bool copies;
	uint64_t digest;
	void (*log)(void *argument, int level, const char *text);
};

/*
 * On success *@harness is the caller's; @options is copied, and so is the name. TEEQ_EINPUT: a
 * field is out of range. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_new(const struct teeq_harness_options *options,
					   struct teeq_harness **harness, struct teeq_error *error);
/* Give the harness back. NULL is fine. Not to be called in a run. */
TEEQ_API void teeq_harness_free(struct teeq_harness *harness);

/*
 * One more task, at most TEEQ_TASK_MAX. @name as above and not used before; it is copied. @function
 * is called with @argument in every run. TEEQ_EINPUT, TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_task(struct teeq_harness *harness, const char *name,
					    void (*function)(void *argument), void *argument,
					    struct teeq_error *error);

/*
 * As above, of a task that may wait for ever: a thread that serves requests, say. A run in which
 * all other tasks have returned and no daemon can move is done; timeouts of daemons do not end
 * then. What it holds and what it allocated is no leak where it waits.
 */
TEEQ_API enum teeq_status teeq_harness_daemon(struct teeq_harness *harness, const char *name,
					      void (*function)(void *argument), void *argument,
					      struct teeq_error *error);

/*
 * Before each run the @size bytes at @object become again what they are now. For static variables
 * of the code under test, which would otherwise carry one run into the next. The object stays the
 * caller's and must outlive the harness. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_restore(struct teeq_harness *harness, void *object,
					       size_t size);

/* ------------------------------------------- from a task -------------------------------------- */

/* A preemption point of the code's own. @name shows in explanations: a constant text, or NULL. */
TEEQ_API void teeq_harness_point(const char *name);

/*
 * Issue an SMC. A standard call is two steps: `smc` takes a thread context, or resumes one, or is
 * refused with ETHREAD_LIMIT or ERESUME; `secure` runs the thread to its next RPC or its end. A
 * fast call is answered at once and is no point. The registers are those of teeq/abi.h.
 */
TEEQ_API void teeq_harness_smc(const struct teeq_smc_regs *call, struct teeq_smc_regs *ret);

/* Send task @name a signal, a fatal one if @fatal. Ends its killable waits if it is fatal, and its
 * interruptible waits in any case. The signal stays pending to the end of the run. A point before.
 */
TEEQ_API void teeq_harness_signal(const char *name, bool fatal);

/* What broke: the run ends here with VERDICT_VIOLATION. Does not return. From a task. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2), noreturn))
#endif
TEEQ_API void teeq_harness_violation(const char *format, ...);

/* ---------------------------------------------- runs ------------------------------------------ */

/* Steps of a run, where its options say 0. */
#define TEEQ_HARNESS_STEP_MAX_DEFAULT 100000u

/*
 * @strategy   any of teeq/run.h; NULL: round robin. It is given no model and no world
 * @seed       handed to the strategy
 * @step_max   steps at most; 0: TEEQ_HARNESS_STEP_MAX_DEFAULT
 * @fail_at    which allocation of the tasks fails, from 1; 0: none does. Those of the setup and the
 *             teardown do not count
 * @record     note what a recording needs; see teeq_harness_observe()
 * @trace      takes a line for each step: its number, the task, what it did and where, what came of
 *             it; behind it what was printed in the step. NULL: no trace. Errors are left to
 *             ferror()
 */
struct teeq_harness_run_options {
	const struct teeq_strategy *strategy;
	uint64_t seed;
	uint64_t step_max;
	uint64_t fail_at;
	bool record;
	FILE *trace;
};

/*
 * @verdict     DONE, DEADLOCK, LOST_WAKEUP (only with teeq_harness_observe()), VIOLATION, LIMIT
 * @steps       steps performed
 * @event_hash  of everything that happened: equal choices give equal hashes, on every machine
 * @allocation_count  what the tasks tried to allocate
 * @violation   with VERDICT_VIOLATION what broke and where; valid until the next run
 */
struct teeq_harness_result {
	enum teeq_verdict verdict;
	uint64_t steps;
	uint64_t event_hash;
	uint64_t allocation_count;
	const char *violation;
};

/*
 * One run. @options may be NULL. TEEQ_ELIMIT: @step_max steps were made, or the strategy stopped;
 * @result is filled in. TEEQ_EINPUT: another run of this thread is not over; TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_run(struct teeq_harness *harness,
					   const struct teeq_harness_run_options *options,
					   struct teeq_harness_result *result);

/*
 * Make the choices of @schedule, as teeq_harness_schedule() printed it. TEEQ_EINPUT: it is none of
 * this harness. TEEQ_EMISMATCH: a step does not fit; @error says which, and who could have moved.
 * When the choices end while tasks could still move, the verdict is VERDICT_LIMIT. TEEQ_ELIMIT:
 * @step_max steps were made and choices are left. Of @options (may be NULL) the strategy and the
 * seed do not matter.
 */
TEEQ_API enum teeq_status teeq_harness_replay(struct teeq_harness *harness, const char *schedule,
					      const struct teeq_harness_run_options *options,
					      struct teeq_harness_result *result,
					      struct teeq_error *error);

/* No bound; and the runs of a search, where its options say 0. */
#define TEEQ_HARNESS_UNBOUNDED	     UINT32_MAX
#define TEEQ_HARNESS_RUN_MAX_DEFAULT 10000000u

/*
 * @step_max        of one run; 0: TEEQ_HARNESS_STEP_MAX_DEFAULT
 * @preemption_max  how often a run may leave a task that could go on;
 *                  TEEQ_HARNESS_UNBOUNDED: any number
 * @run_max         runs at most; 0: TEEQ_HARNESS_RUN_MAX_DEFAULT
 */
struct teeq_harness_search_options {
	uint64_t step_max;
	uint32_t preemption_max;
	uint64_t run_max;
};

/*
 * @runs        runs made
 * @steps       of all of them
 * @cut         runs that reached @step_max
 * @exhausted   every schedule within the bounds and at the options' points was run, and none was
 *              cut. That proves nothing about data races that were not looked for, see
 *              teeq_harness_watches_races(), nor about allocations that fail
 * @result      of the first run that ended in a deadlock, a lost wake-up or a violation; otherwise
 *              of the last one
 */
struct teeq_harness_search_result {
	uint64_t runs;
	uint64_t steps;
	uint64_t cut;
	bool exhausted;
	struct teeq_harness_result result;
};

/*
 * Run every schedule within the bounds, depth first, each from the beginning, and stop at the first
 * that fails; teeq_harness_schedule() and teeq_harness_explain() are then about that one. Where
 * only the order of locks is wrong, the rest is searched for the deadlock that it makes, and where
 * that is not found, the first such run is made again. Where none fails, the first is run once
 * more, uncounted. NULL @options: no bounds but the defaults. TEEQ_ELIMIT: nothing failed, and not
 * every schedule was run to its end: @result is filled in. TEEQ_EMISMATCH: the code did something
 * else when the same choices were made again, so it depends on what the harness does not control.
 * TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_search(struct teeq_harness *harness,
					      const struct teeq_harness_search_options *options,
					      struct teeq_harness_search_result *result,
					      struct teeq_error *error);

/* Bytes of the tables of a search by states, where its options say 0. */
#define TEEQ_HARNESS_MEMORY_MAX_DEFAULT ((uint64_t)2 << 30)

/*
 * @depth_first     follow one schedule as far as it goes before another; otherwise states that
 *                  are reached by fewer steps come first, and what is found is shortest
 * @preemption_max  how often a schedule may leave a task that could go on;
 *                  TEEQ_HARNESS_UNBOUNDED: any number
 * @step_max        of one schedule; 0: TEEQ_HARNESS_STEP_MAX_DEFAULT
 * @state_max       states at most; 0: as many as there are
 * @memory_max      bytes of its tables; 0: TEEQ_HARNESS_MEMORY_MAX_DEFAULT
 * @second_max      seconds; 0: any number
 * @wanted          VERDICT_DONE: the search ends at the first failure. VERDICT_LOST_WAKEUP,
 *                  _DEADLOCK or _LIVELOCK: where somebody hangs in another way it goes on, and the
 *                  first such schedule is the result where nothing else fails. A lost wake-up is a
 *                  deadlock, too
 */
struct teeq_harness_explore_options {
	bool depth_first;
	enum teeq_verdict wanted;
	uint32_t preemption_max;
	uint64_t step_max;
	uint64_t state_max;
	uint64_t memory_max;
	uint64_t second_max;
};

/* What ended a search by states before all were visited. */
enum teeq_harness_budget {
	TEEQ_HARNESS_BUDGET_NONE,
	TEEQ_HARNESS_BUDGET_STEPS,
	TEEQ_HARNESS_BUDGET_STATES,
	TEEQ_HARNESS_BUDGET_MEMORY,
	TEEQ_HARNESS_BUDGET_SECONDS,
};

/*
 * @states      that were met; with a bound on preemptions, one is counted for each number of them
 *              that leads there, and for each task that came last
 * @choices     steps from one of them to another
 * @ends        states in which all is done
 * @depth       steps to the state that is farthest
 * @memory      bytes of the tables
 * @exhausted   all states that can be reached within the bound were visited
 * @budget      what ended it otherwise, if nothing was found
 * @result      as of a search by schedules. VERDICT_LIVELOCK with no steps: nobody hangs in any
 *              state, and from none does a way lead to an end; there is no run to be told of
 */
struct teeq_harness_explore_result {
	uint64_t states;
	uint64_t choices;
	uint64_t ends;
	uint64_t depth;
	uint64_t memory;
	bool exhausted;
	enum teeq_harness_budget budget;
	struct teeq_harness_result result;
};

/*
 * Whether teeq_harness_explore() is possible: not with AddressSanitizer or ThreadSanitizer, with a
 * @log, nor on other processors than x86-64.
 */
TEEQ_API bool teeq_harness_can_explore(const struct teeq_harness *harness);

/*
 * As teeq_harness_search(), by states: each is visited once, whatever schedules lead there, by
 * putting back the bytes that a step changed. So what the setup, the tasks and the teardown change
 * has to be memory of kzalloc() and the like, stacks, and what was named to
 * teeq_harness_restore(), and nothing else. A state is known by a fingerprint of 128 bits of all
 * these bytes. Data races are not looked for; the order of locks is, over all schedules together,
 * where the locks are there when the setup is over. What is found is run again from the start, and
 * is then the last run. NULL @options: no bounds but the defaults.
 *
 * TEEQ_EINPUT: it is not possible, or another run of this thread is not over. TEEQ_ELIMIT: nothing
 * failed, and not every state was visited; @result is filled in. TEEQ_EMISMATCH: the same choices
 * led to another state, so the code changes something else. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_explore(struct teeq_harness *harness,
					       const struct teeq_harness_explore_options *options,
					       struct teeq_harness_explore_result *result,
					       struct teeq_error *error);

/*
 * Whether data races are looked for: true where a file of the program was compiled with
 * -fsanitize=thread and the program linked without. Only accesses of such files are seen, and a
 * race is VERDICT_VIOLATION. From anywhere.
 */
TEEQ_API bool teeq_harness_watches_races(void);

/* ---------------------------------------- about the last run ---------------------------------- */

/*
 * The choices as one line of text, "harness:2:NAME:DIGEST a*3 b a": version of the format, name of
 * the harness, a digest of its name, tasks, thread count and points, then who moved. To be given to
 * free(); NULL: no memory.
 */
TEEQ_API char *teeq_harness_schedule(const struct teeq_harness *harness);

/*
 * The verdict, and of every task that did not return what it waits for and where, line by line. To
 * be given to free(); NULL: no memory.
 */
TEEQ_API char *teeq_harness_explain(const struct teeq_harness *harness);

/* ----------------------------------------- a command line ------------------------------------- */

/*
 * A main() around @harness, which stays the caller's: to try schedules, to search them all, to
 * replay one with a trace, to record some, to let allocations fail. "--help" lists the words.
 * Prints on stdout and stderr, and returns the exit status: 0 all runs were done, 1 something was
 * found, 2 wrong usage or no memory or no room for the output, 3 a limit was reached.
 */
TEEQ_API int teeq_harness_main(struct teeq_harness *harness, int argc, char **argv);

/* ------------------------------------- the call queue, recordings ----------------------------- */

/*
 * A caller in the driver's queue.
 *
 * @waiter       its entry; only compared with those of other views
 * @completion   what it sleeps on: a struct completion
 * @done         whether that is done: 0 or 1
 * @system       it makes a system call
 */
struct teeq_harness_waiter {
	const void *waiter;
	const void *completion;
	unsigned int done;
	bool system;
};

/* Callers that a view of the queue has room for. */
#define TEEQ_HARNESS_WAITER_MAX 128

/*
 * The driver's queue between two steps, as teeq_harness_observe()'s function fills it in.
 *
 * @mutex                   the queue's struct mutex
 * @tracking                the driver knows how many threads there are
 * @has_counters            the two that follow are set; a driver may have none
 * @waiter_count, @waiters  in list order, see teeq_harness_see()
 */
struct teeq_harness_view {
	const void *mutex;
	bool tracking;
	bool has_counters;
	int free_count;
	unsigned int system_session_count;
	unsigned int waiter_count;
	struct teeq_harness_waiter waiters[TEEQ_HARNESS_WAITER_MAX];
};

/*
 * The next caller in the queue. Those beyond TEEQ_HARNESS_WAITER_MAX are left out. From @observe.
 */
TEEQ_API void teeq_harness_see(struct teeq_harness_view *view, struct teeq_harness_waiter waiter);

/*
 * Tell the harness how to look at the queue. @observe is called outside of tasks, first after the
 * setup; @view is zeroed before. With it a deadlock is examined for lost wake-ups: each caller that
 * sleeps in the queue is woken in turn, and if one then gets a thread, its wake-up was lost. And
 * runs can be recorded. @driver is what a recording names, 1..63 characters; it is copied. @observe
 * NULL: as if nothing had been told.
 */
TEEQ_API void teeq_harness_observe(struct teeq_harness *harness, const char *driver,
				   void (*observe)(void *argument, struct teeq_harness_view *view),
				   void *argument);

/*
 * Write the last run as a line of a recordings file, as tests/recordings/README.md describes it and
 * teeq conform reads it; @id is its number there. What the tasks' scripts are is worked out from
 * what they did. TEEQ_EINPUT: the run was not made with @record, or did something that the format
 * has no word for; @error says what. TEEQ_EIO, TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_harness_write(const struct teeq_harness *harness, unsigned int id,
					     FILE *out, struct teeq_error *error);

#ifdef __cplusplus
}
#endif
#endif
