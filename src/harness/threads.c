/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks as threads. */
#include "harness/threads.h"

#include <stdlib.h>

#include "harness/doors.h"
#include "harness/memory.h"
#include "harness/run.h"

/*
 * @alone     who is to go on, and nobody else, while the tasks are not free
 * @away      tasks that are at no point, and go on as they like
 * @stopped   nobody goes on any more: the run is over
 * @scenario  for the last words
 */
struct threads {
	struct doors doors;
	const struct harness_task *alone;
	bool stopped;
	unsigned int away;
	const char *scenario;
	uint64_t seed;
	uint64_t step_max;
	pthread_t ids[TEEQ_TASK_MAX + 1];
	bool started[TEEQ_TASK_MAX + 1];
	bool rests[TEEQ_TASK_MAX + 1];
	bool gone[TEEQ_TASK_MAX + 1];
};

/* ------------------------------------------- a task ------------------------------------------- */

static bool threads_may_go_on(const struct threads *t, const struct harness_task *task)
{
	if (!t->doors.free)
		return t->alone == task;
	return !t->stopped && !t->doors.h->broke && harness_is_enabled(t->doors.h, task);
}

/* The lock is given to others until it is this task's turn. */
static void rest(struct threads *t, struct harness_task *task)
{
	unsigned int i = harness_index(t->doors.h, task);

	doors_release(task);
	t->rests[i] = true;
	doors_tell(&t->doors);
	while (!threads_may_go_on(t, task))
		doors_wait(&t->doors);
	t->rests[i] = false;
	if (t->doors.free)
		t->away++;
	t->alone = NULL;
	t->doors.h->running = task;
	doors_acquire(&t->alone);
}

static void threads_leave(struct teeq_harness *h, struct harness_task *task)
{
	struct threads *t = h->threads;

	if (t->doors.free) {
		t->away--;
		t->stopped |= ++h->result.steps >= t->step_max;
	}
	rest(t, task);
}

static _Noreturn void threads_exit(struct teeq_harness *h, struct harness_task *task)
{
	struct threads *t = h->threads;

	doors_release(task);
	t->gone[harness_index(h, task)] = true;
	if (t->doors.free)
		t->away--;
	doors_tell(&t->doors);
	doors_here.depth = 1;
	doors_go_out();
	longjmp(doors_here.end, 1);
}

/* Whoever touches what was freed ends the program: a thread cannot be left there. */
static void threads_tell_fault(const void *argument, const void *address)
{
	const struct threads *t = argument;

	crash_tell_thread(t->doors.h, doors_here.task, t->scenario, address);
}

struct beginning {
	struct threads *t;
	struct harness_task *task;
};

static void *run_thread(void *argument)
{
	struct beginning beginning = *(struct beginning *)argument;
	struct threads *t = beginning.t;
	const struct fiber_watch watch = { .tell = threads_tell_fault, .argument = t };

	free(argument);
	doors_enter_thread(&t->doors, beginning.task, t->seed);
	harness_active = t->doors.h;
	fiber_watch_faults(&watch);
	if (setjmp(doors_here.end))
		return NULL;
	doors_come_in();
	rest(t, doors_here.task);
	if (!t->doors.h->abandoning) {
		doors_here.task->function(doors_here.task->argument);
		doors_here.task->state = TASK_RETURNED;
	}
	threads_exit(t->doors.h, doors_here.task);
}

static void threads_start(struct threads *t, struct harness_task *task)
{
	unsigned int i = harness_index(t->doors.h, task);
	struct beginning *beginning = malloc(sizeof(*beginning));

	t->rests[i] = t->gone[i] = false;
	if (beginning)
		*beginning = (struct beginning){ t, task };
	t->started[i] = beginning && pthread_create(&t->ids[i], NULL, run_thread, beginning) == 0;
	if (!t->started[i]) {
		free(beginning);
		t->doors.h->no_memory = t->doors.h->broke = true;
	}
	while (t->started[i] && !t->rests[i])
		doors_wait(&t->doors);
}

static void finish_thread(struct threads *t, unsigned int i)
{
	if (!t->started[i])
		return;
	doors_go_out();
	pthread_join(t->ids[i], NULL);
	doors_come_in();
	t->started[i] = false;
}

static void threads_enter(struct teeq_harness *h, struct harness_task *task)
{
	struct threads *t = h->threads;
	unsigned int i = harness_index(h, task);

	if (!t->started[i])
		threads_start(t, task);
	if (!t->started[i])
		return;
	doors_release(&t->alone);
	t->alone = task;
	doors_tell(&t->doors);
	while (t->alone || !(t->rests[i] || t->gone[i]))
		doors_wait(&t->doors);
	doors_acquire(task);
	if (t->gone[i])
		finish_thread(t, i);
}

/* -------------------------------------------- a run ------------------------------------------- */

static void run_free(struct threads *t)
{
	struct teeq_harness *h = t->doors.h;

	for (unsigned int i = 0; i < h->task_count && !h->broke; i++)
		threads_start(t, &h->tasks[i]);
	h->result.verdict = TEEQ_VERDICT_LIMIT;
	doors_release(&t->alone);
	t->doors.free = true;
	for (;;) {
		while (t->away > 0)
			doors_wait(&t->doors);
		/* All are at points; where nobody can move, time passes. */
		if (h->broke || t->stopped || harness_enabled(h) == 0)
			break;
		doors_tell(&t->doors);
		doors_wait(&t->doors);
	}
	t->doors.free = false;
	h->running = NULL;
	if (!t->stopped)
		h->result.verdict = harness_verdict(h);
}

static void threads_run(struct threads *t, const struct teeq_harness_run_options *options)
{
	struct teeq_harness *h = t->doors.h;

	h->begins_with_copy = h->memory->in_arena = false;
	run_begin_books(h, options, h->options.points);
	run_begin_state(h);
	harness_active = h;
	run_surroundings(h, "setup", h->options.setup);
	run_free(t);
	run_finish(h);
	run_decide(h);
	run_leave_rest(h);
	for (unsigned int i = 0; i <= h->task_count; i++)
		finish_thread(t, i);
	harness_active = NULL;
}

static const struct switcher switcher = { threads_enter, threads_leave, threads_exit };

enum teeq_status threads_execute(struct teeq_harness *h, const char *scenario, uint64_t seed,
				 uint64_t step_max, struct teeq_harness_result *result)
{
	const struct teeq_harness_run_options options = { .step_max = step_max };
	struct threads t = { .doors = { .h = h,
					.lock = PTHREAD_MUTEX_INITIALIZER,
					.changed = PTHREAD_COND_INITIALIZER,
					.anchor = doors_anchor() },
			     .scenario = scenario,
			     .seed = seed,
			     .step_max = run_steps_at_most(&options) };

	if (harness_active)
		return TEEQ_EINPUT;
	h->threads = &t;
	h->switcher = &switcher;
	doors_enter_thread(&t.doors, NULL, 0);
	doors_come_in();
	threads_run(&t, &options);
	doors_go_out();
	doors_enter_thread(NULL, NULL, 0);
	h->switcher = NULL;
	h->threads = NULL;
	*result = h->result;
	return h->no_memory ? TEEQ_ENOMEM : TEEQ_OK;
}
