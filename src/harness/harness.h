/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_HARNESS_H
#define HARNESS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "core/thread_pool.h"
#include "harness/fiber.h"
#include "teeq/harness.h"
#include "teeq/harness/runtime.h"
#include "teeq/limits.h"

#include <linux/sched.h>

/* What a task stands at: the next thing it does, and what it needs for that. */
enum point_kind {
	POINT_FREE, /* nothing */
	POINT_MUTEX, /* the mutex */
	POINT_SPIN, /* the spinlock */
	POINT_COMPLETION, /* a completion that is done */
	POINT_SLEEP, /* the state TASK_RUNNING */
	POINT_CONDITION, /* what @ready says of the object */
};

/*
 * @action     one word, constant: what the step is, as in an event of the model where it has one
 * @state      how it waits: which signals end it
 * @deadline   the jiffies at which it ends in any case, or TEEQ_TIMEOUT_MAX
 */
struct point {
	enum point_kind kind;
	const char *action;
	const void *object;
	bool (*ready)(const void *object);
	struct teeq_site site;
	unsigned int state;
	uint64_t deadline;
};

/* Why a task goes on. */
enum wakeup { WAKEUP_READY, WAKEUP_SIGNAL, WAKEUP_TIMEOUT };

enum task_state {
	TASK_IDLE,     /* no run goes on */
	TASK_AT_POINT, /* it can be entered, or could if it were enabled */
	TASK_RETURNED,
	TASK_BROKEN,   /* it is what broke, and is not entered again */
};

enum { CALL_DEPTH = 64, CALLER_COUNT = 6 };

/*
 * What a task is about to use in a way that is no data race; @once: once, else up to its next
 * point.
 */
struct marked {
	uintptr_t at;
	size_t size;
	bool once;
};

/*
 * One access of a data race. @what: the call that made it, where it is none of instrumented code;
 * @site its place, if it is known, and @place the address in the code otherwise.
 */
struct race_side {
	unsigned int task;
	bool write;
	bool marked;
	uint64_t step;
	size_t size;
	const void *place;
	const void *callers[CALLER_COUNT]; /* where the function of @place returns to, and so on */
	const char *what;
	struct teeq_site site;
};

/*
 * @guest         in whose kernel it runs
 * @linux_task    what the code sees as `current`
 * @lock_count    mutexes and spinlocks held: what it does then, nobody sees in the middle
 * @spin_count    spinlocks among them: it must not sleep
 * @signal        pending, and whether it is a fatal one
 */
struct harness_task {
	char name[TEEQ_NAME_MAX + 1];
	void (*function)(void *argument);
	void *argument;
	bool daemon; /* it may wait for ever */
	unsigned int guest;
	struct fiber fiber;

	/* What changes in a run, and decides what comes next: up to @last_place. */
	enum task_state state;
	unsigned int lock_count;
	unsigned int spin_count;
	bool in_interrupt; /* likewise */
	bool signal;
	bool fatal_signal;
	struct point point;
	struct task_struct linux_task;
	void *resume; /* where it goes on, in what was noted of it by state.c */

	/* For what is said of it. */
	struct teeq_site last_place; /* of its points that have one in the code, the last */
	struct marked marked;
	const void *calls[CALL_DEPTH]; /* where the functions return to that instrumented code is
					  in */
	unsigned int call_depth;
};

/*
 * One block of the code under test.
 *
 * @next       of its bucket, by index
 * @map        the pages that it has to itself; NULL: it was allocated by malloc()
 * @slot       they are one of the slots, which stay
 */
struct block {
	uint32_t next;
	bool slot;
	bool pages; /* whole ones, of alloc_pages() and its kin */
	bool freed;
	unsigned int owner;
	unsigned int freed_by;
	struct teeq_site site;
	struct teeq_site freed_site;
	size_t size;
	unsigned char *bytes;
	unsigned char *map;
	size_t map_bytes;
};

#define BUCKET_COUNT 256
struct memory;
struct race;
struct state;

struct context {
	bool in_use;
	struct teeq_harness_secure_call secure;
};

/* What happened at the last SMC step, for the hash and the recording. */
enum smc_outcome {
	SMC_NONE,
	SMC_ALLOC,
	SMC_RESUME,
	SMC_LIMIT,
	SMC_REFUSED,
	SMC_RPC,
	SMC_EXIT,
	SMC_WORKING, /* it runs on, and others may come in between */
};

/* @used: where it is said how many pieces of @unit bytes count; NULL: all do. */
struct region {
	void *object;
	void *copy;
	size_t size;
	const size_t *used;
	size_t unit;
};

struct recorder;
struct threads;
struct teeq_harness;

/*
 * What the surroundings of the code under test decide; each may be NULL. All get options.argument,
 * and look at what a state has only.
 *
 * @allow    who of @enabled may move
 * @spins    where nobody can move: somebody looks again and again for what does not come
 * @refuses  the task that runs does not get what @site wants
 * @answers  a standard call, or a resume, that no thread takes: @ret is its answer
 * @taken    a thread takes a new call
 * @pool     the threads that calls of @task take, and the number of the first of them; NULL: all
 *           take those of the harness
 */
struct harness_hooks {
	uint64_t (*allow)(void *argument, uint64_t enabled);
	bool (*spins)(const void *argument);
	bool (*refuses)(void *argument, const struct teeq_site *site);
	bool (*answers)(void *argument, const struct teeq_smc_regs *call,
			struct teeq_smc_regs *ret);
	void (*taken)(void *argument, const struct teeq_harness_secure_call *call);
	struct pool *(*pool)(void *argument, unsigned int task, unsigned int *first);
};

/*
 * How tasks are entered and left that are no fibers; as fiber_enter(), fiber_leave(), fiber_exit().
 */
struct switcher {
	void (*enter)(struct teeq_harness *h, struct harness_task *task);
	void (*leave)(struct teeq_harness *h, struct harness_task *task);
	void (*exit)(struct teeq_harness *h, struct harness_task *task);
};

/* Who moves: a strategy, a schedule, or a search. -1 ends the run. */
struct chooser {
	int (*choose)(void *argument, uint64_t enabled);
	void *argument;
};

/* Where a lock of the run was taken, for explanations. */
struct held {
	const void *lock;
	unsigned int task;
	struct teeq_site site;
	bool is_mutex;
};
#define HELD_MAX 256

/* Seconds of processor time, counted while nothing else happens. */
struct stuck {
	uint64_t run;
	uint64_t entry_count;
	unsigned int tick_count;
};

struct teeq_harness {
	struct teeq_harness_options options;
	char name[TEEQ_NAME_MAX + 1];
	struct harness_task tasks[TEEQ_TASK_MAX];
	unsigned int task_count;
	struct harness_task surroundings; /* the setup and the teardown */
	struct region *regions;
	size_t region_count;
	struct region *watched; /* what else runs change, see harness_watch() */
	size_t watched_count;
	struct state *state;   /* NULL: no run began with a copy yet */
	bool begins_with_copy; /* this run does: see copy.c */
	bool has_no_copy;      /* its setup cannot be copied */
	uint64_t must_finish;  /* the tasks that verdicts are about, bit by bit; 0: all */
	enum teeq_harness_points copied_points;
	bool searches;         /* by states */
	struct pool *pool;
	char driver[64];
	void (*observe)(void *argument, struct teeq_harness_view *view);
	void *observe_argument;

	/* The run that goes on. */
	uint64_t run;
	struct harness_task *running;
	uint64_t entry_count; /* of tasks, so that one which does not come back shows */
	struct stuck stuck;
	bool abandoning; /* whoever is entered now exits */
	bool in_vain;    /* the run is over; what is tried on it must not change what is said of
			    it */
	bool broke;
	enum wakeup wakeup; /* of the last step */
	uint64_t now;
	uint64_t fail_at;
	struct teeq_site refused; /* what failed for that; no line and no object: nothing yet */
	enum teeq_harness_points points; /* of this run */
	bool in_secure;                  /* the secure world's function is running */
	struct memory *memory;
	struct race *race;               /* NULL: no code is instrumented */
	bool race_found;
	struct race_side race_sides[2];
	struct order *order;
	bool order_found; /* the last run failed for the order of its locks, and nothing else */
	bool reported;    /* a sanitizer has */
	struct context contexts[TEEQ_CONTEXT_MAX];
	enum smc_outcome smc_outcome;
	struct held held[HELD_MAX];
	size_t held_count;
	struct recorder *recorder; /* NULL: nothing is recorded */
	/* Told of each step that was made, and of the run's end; NULL: nobody is. */
	void (*stepped)(void *argument, const struct harness_task *task, const struct point *point);
	void *stepped_argument;
	/*
	 * Told where nobody can move any more, or something broke, while all is still there; NULL:
	 * nobody is.
	 */
	void (*ended)(void *argument);
	void *ended_argument;
	struct threads *threads; /* each task is a thread; NULL: a fiber. threads.h */
	const struct switcher *switcher; /* of those */
	const struct harness_hooks *hooks; /* NULL: none */
	FILE *trace;               /* NULL: nothing is traced */
	struct text printed;       /* in the step at hand, for the trace */

	/* About it, and about the last one. */
	struct teeq_harness_result result;
	char violation[2048];
	char *explanation;
	struct teeq_schedule schedule;
	struct recorder *recording;
	bool no_memory;
};

/* The harness whose run goes on in this thread, or NULL. */
extern _Thread_local struct teeq_harness *harness_active;

/* ---- task.c ---- */
/* The task that runs; ends the program with a line where there is none. @what: who asks. */
_Noreturn void harness_outside(const char *what);
static inline struct harness_task *harness_running(const char *what)
{
	if (!harness_active || !harness_active->running)
		harness_outside(what);
	return harness_active->running;
}
/* The number of a task; the surroundings' is behind all others. */
static inline unsigned int harness_index(const struct teeq_harness *h,
					 const struct harness_task *task)
{
	return task == &h->surroundings ? h->task_count : (unsigned int)(task - h->tasks);
}
const char *harness_name(const struct teeq_harness *h, unsigned int task);
/* " OBJECT, in FUNCTION() at FILE:LINE": the task's last point, and what led there. */
int harness_place(const struct harness_task *task, char *text, size_t size);
/* Who holds @lock, and since where; NULL: nobody. */
const struct held *harness_holder(const struct teeq_harness *h, const void *lock);
/* Why @task must not sleep: " and holds a spinlock", say; NULL: it may. */
const char *harness_must_not_sleep(const struct harness_task *task);
/* The task that runs is left for good. */
_Noreturn void harness_exit(struct teeq_harness *h, struct harness_task *task);
/* The task that runs is what broke. Does not return. */
_Noreturn void harness_give_up(struct teeq_harness *h, struct harness_task *task);
/* Whether @waiter is in the call queue, as that was seen. */
bool harness_is_queued(const struct teeq_harness_view *view, const void *waiter);

/* ---- enabled.c ---- */
/* A signal that @task has ends a wait in @state. */
bool harness_signal_ends(const struct harness_task *task, unsigned int state);
/* What it waits for at its point is there. */
bool harness_is_ready(const struct harness_task *task);
/* All but daemons, for which no time passes then: their waits are over with the run. */
bool harness_have_returned(const struct teeq_harness *h);
/* Whether what @task, by index, holds when all is done is no mistake: it is a daemon that waits. */
bool harness_may_keep(const struct teeq_harness *h, unsigned int task);
bool harness_is_enabled(const struct teeq_harness *h, const struct harness_task *task);
/* A bit for each task that can move; where none could, time has passed to the next deadline. */
uint64_t harness_enabled(struct teeq_harness *h);
/* What it is where nobody can move: all is done, or somebody hangs. */
enum teeq_verdict harness_verdict(const struct teeq_harness *h);
/* Those who hang do so because somebody spins. */
bool harness_spins(const struct teeq_harness *h);

/* ---- point.c ---- */
/* The task is left at @point until it is picked and can go on. */
enum wakeup harness_point(const struct point *point);
/* As above, for what a task must not do while it holds a spinlock. */
enum wakeup harness_sleep_at(const struct point *point);

/* ---- step.c ---- */
/* @task runs to its next point, or its end. */
void harness_enter(struct teeq_harness *h, struct harness_task *task);
/* As above, as a step of the run: counted, hashed, traced, recorded. */
void harness_step(struct teeq_harness *h, struct harness_task *task);

/* ---- run.c ---- */
enum teeq_status harness_execute(struct teeq_harness *h,
				 const struct teeq_harness_run_options *options,
				 enum teeq_harness_points points, const struct chooser *chooser,
				 struct teeq_harness_result *result);

/* ---- state.c ---- */
/* Tasks and the setup change these bytes, which the setup makes what it wants. Before it runs. */
void harness_watch(struct teeq_harness *h, void *bytes, size_t size);
/* The first *@used pieces of them, of @unit bytes each; what lies behind, nobody looks at. */
void harness_watch_used(struct teeq_harness *h, void *bytes, size_t size, const size_t *used,
			size_t unit);

/* ---- memory.c ---- */
/* The first block that is left, in order of allocation, or NULL. */
const struct block *memory_first(const struct teeq_harness *h, size_t *count);
/* Whose pages @at lies in, or behind which; the block may have been freed. NULL: nobody's. */
const struct block *memory_at(const struct teeq_harness *h, uintptr_t at);
/*
 * In a run that begins with a copy: a block that somebody wrote beside, or to behind its kfree().
 * @of_setup: also beside those of the setup that nobody freed.
 */
const struct block *memory_damaged(const struct teeq_harness *h, bool of_setup);
bool memory_create(struct teeq_harness *h);
void memory_destroy(struct teeq_harness *h);
void memory_release(struct teeq_harness *h);

/* ---- race.c ---- */

/* Some of the code is instrumented. */
bool race_is_watched(void);
void race_begin(struct teeq_harness *h);
void race_order_setup(struct teeq_harness *h);
void race_order_teardown(struct teeq_harness *h);
void race_free(struct teeq_harness *h);
/* @task sees what was done before @object was released; releases it. */
void race_acquire(struct teeq_harness *h, const struct harness_task *task,
		  const volatile void *object);
void race_release(struct teeq_harness *h, const struct harness_task *task,
		  const volatile void *object);
void race_wake(struct teeq_harness *h, const struct harness_task *waker,
	       const struct harness_task *sleeper);
void race_woken(struct teeq_harness *h, const struct harness_task *sleeper);
/* By the task that runs. Does not return where it is a race. */
void race_access(struct teeq_harness *h, const volatile void *object, size_t size,
		 const struct race_side *side);
/* What the race is, into h->violation. After the run. race_tell.c */
void race_tell(struct teeq_harness *h);

/* ---- order.c ---- */

/* @task, which holds others, takes @lock, and waits where it is taken. */
void order_note(struct teeq_harness *h, const struct harness_task *task, const void *lock,
		const struct teeq_site *site);
void order_begin(struct teeq_harness *h);
/* In a search by states: what the step that was made adds. By no task. */
void order_flush(struct teeq_harness *h);
/* Whether there is one that order_tell() would tell. */
bool order_has_cycle(const struct teeq_harness *h);
/* What cycle the run's locks make, into @text; false: none. */
bool order_tell(const struct teeq_harness *h, char *text, size_t size);
/* What lay there is no more, and another lock may come to lie there. */
void order_forget(struct teeq_harness *h, const void *bytes, size_t size);
/* The order as it is now, and back to that. False: no memory. */
bool order_capture(struct teeq_harness *h);
void order_restore(struct teeq_harness *h);
void order_free(struct teeq_harness *h);

/* ---- place.c ---- */
/*
 * "in FUNCTION() at FILE:LINE" of what returns to @place, or as much of it as can be found. Where
 * that is in a function of these headers, the first of CALLER_COUNT @callers that is not.
 */
void place_tell(const void *place, const void *const *callers, char *text, size_t size);

/* ---- refuse.c ---- */
/* "kzalloc, in FUNCTION() at FILE:LINE": what the run was made to refuse. False: nothing. */
bool refused_tell(const struct teeq_harness *h, char *text, size_t size);

/* ---- smc.c ---- */
void smc_reset(struct teeq_harness *h);

/* ---- explain.c ---- */
char *explain_run(const struct teeq_harness *h);

/* ---- trace.c ---- */
/* @task stood at @point and made its step. */
void trace_step(struct teeq_harness *h, const struct harness_task *task, const struct point *point);
/* What pr_info() and the like say in a step that goes on: a line, or more of the last one. */
void trace_print(struct teeq_harness *h, const char *text, bool continues);
void trace_flush(struct teeq_harness *h);

/* ---- lost_wakeup.c ---- */
/* Whether a task that sleeps in the queue would get a thread if it were woken. Spoils the run. */
bool lost_wakeup(struct teeq_harness *h);

/* ---- crash.c ---- */
/* What the task that runs now did, on stderr. From a signal handler. */
void crash_tell(const void *argument, const void *address);
/* The run ends where the task that runs used freed memory, or ran over a block's end. */
bool crash_recover(const void *argument, const void *address);
/* The task that runs uses @object behind a point, where others may have freed it. */
void crash_if_freed(struct teeq_harness *h, const void *object);
/* As crash_tell(), of @task on a thread: what it touched. */
void crash_tell_thread(const struct teeq_harness *h, const struct harness_task *task,
		       const char *scenario, const void *address);
/* A sanitizer has said what it found; @fatal: the program ends. */
void crash_report(const void *argument, bool fatal);
/*
 * As above, where it did nothing but run since this was last asked as often as the options allow.
 */
bool crash_is_stuck(const void *argument);

/* ---- schedule.c ---- */
#define SCHEDULE_PREFIX "harness:2:"
/* How often its task moves from step @i on, without another in between. */
size_t schedule_times(const struct teeq_schedule *schedule, size_t i);
uint64_t schedule_digest(const struct teeq_harness *h, enum teeq_harness_points points);
/* *@points is what the runs had in which the schedule was made. */
enum teeq_status schedule_parse(const struct teeq_harness *h, const char *text,
				struct teeq_schedule *schedule, enum teeq_harness_points *points,
				struct teeq_error *error);

/* ---- record.c ---- */
struct recorder *recorder_new(const struct teeq_harness *h);
void recorder_free(struct recorder *r);
void recorder_begin(struct recorder *r);
/* @task stood at @point and made its step; the queue is as it is now. */
void recorder_step(struct recorder *r, const struct harness_task *task, const struct point *point);
void recorder_unlock(struct recorder *r, const struct harness_task *task, const void *mutex);
void recorder_end(struct recorder *r);

#endif
