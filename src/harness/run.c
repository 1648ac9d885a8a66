/* SPDX-License-Identifier: BSD-2-Clause */
/* One run: tasks stand at points, one of them is picked and goes on to its next point. */
#include "harness/run.h"
#include "harness/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* ----------------------------------------- from a task ---------------------------------------- */

static void run_task(struct fiber *fiber)
{
	struct harness_task *task = harness_active->running;

	if (!harness_active->abandoning) {
		task->function(task->argument);
		task->state = TASK_RETURNED;
	}
	fiber_exit(fiber);
}

/* ----------------------------------------- the steps ------------------------------------------ */

static void make_ready(struct teeq_harness *h, struct harness_task *task)
{
	task->state = TASK_AT_POINT;
	task->point = (struct point){ .kind = POINT_FREE,
				      .action = "start",
				      .site = { "start", task->name, "", 0 },
				      .deadline = TEEQ_TIMEOUT_MAX };
	task->lock_count = 0;
	task->spin_count = 0;
	task->in_interrupt = false;
	task->signal = false;
	task->fatal_signal = false;
	task->call_depth = 0;
	task->last_place = (struct teeq_site){ 0 };
	task->linux_task = (struct task_struct){ .pid = (int)harness_index(h, task) + 1 };
	snprintf(task->linux_task.comm, sizeof(task->linux_task.comm), "%.15s", task->name);
	if (!h->threads)
		fiber_start(&task->fiber, run_task);
}

/* The setup or the teardown: a task of its own, alone. */
void run_surroundings(struct teeq_harness *h, const char *name, void (*function)(void *))
{
	struct harness_task *task = &h->surroundings;

	if (!function || h->broke)
		return;
	snprintf(task->name, sizeof(task->name), "%s", name);
	task->function = function;
	task->argument = h->options.argument;
	make_ready(h, task);
	do
		harness_enter(h, task);
	while (harness_is_enabled(h, task));
	trace_flush(h);
	if (task->state == TASK_AT_POINT) {
		snprintf(h->violation, sizeof(h->violation), "%s: waits for %s, in %s() at %s:%d",
			 name, task->point.site.object, task->point.site.function,
			 task->point.site.file, task->point.site.line);
		h->broke = true;
	}
}

/* --------------------------------- beginning and end of a run --------------------------------- */

static void check_end(struct teeq_harness *h)
{
	const struct block *block;
	size_t count, i = 0;

	while (i < h->held_count && harness_may_keep(h, h->held[i].task))
		i++;
	if (i < h->held_count) {
		const struct held *held = &h->held[i];

		snprintf(h->violation, sizeof(h->violation),
			 "%s still holds %s when everything is done, locked in %s() at %s:%d",
			 held->task < h->task_count ? h->tasks[held->task].name :
						      h->surroundings.name,
			 held->site.object, held->site.function, held->site.file, held->site.line);
		h->broke = true;
		return;
	}
	block = h->options.keeps_memory ? NULL : memory_first(h, &count);
	if (!block)
		return;
	snprintf(h->violation, sizeof(h->violation),
		 "leak: %zu allocation%s left; the first is %zu bytes by %s in %s() at %s:%d",
		 count, count > 1 ? "s are" : " is", block->size, block->site.object,
		 block->site.function, block->site.file, block->site.line);
	h->broke = true;
}

/* What is said of a run, and what it may do. */
void run_begin_books(struct teeq_harness *h, const struct teeq_harness_run_options *options,
			enum teeq_harness_points points)
{
	h->abandoning = h->in_vain = h->broke = h->no_memory = false;
	h->points = points;
	h->fail_at = options->fail_at;
	h->refused = (struct teeq_site){ 0 };
	h->trace = options->trace;
	h->reported = h->in_secure = h->race_found = false;
	h->schedule.count = 0;
	h->violation[0] = '\0';
	free(h->explanation);
	h->explanation = NULL;
	h->result = (struct teeq_harness_result){ 0 };
	recorder_free(h->recording);
	h->recording = NULL;
}

/* Where it begins. */
void run_begin_state(struct teeq_harness *h)
{
	static _Thread_local uint64_t run_count;

	for (size_t i = 0; i < h->region_count; i++)
		memcpy(h->regions[i].object, h->regions[i].copy, h->regions[i].size);
	h->run = ++run_count;
	h->now = 0;
	h->held_count = 0;
	smc_reset(h);
	order_begin(h);
	race_begin(h);
	for (unsigned int i = 0; i < h->task_count; i++)
		make_ready(h, &h->tasks[i]);
}

static void start_recording(struct teeq_harness *h, bool wanted)
{
	if (!wanted || !h->observe || h->broke)
		return;
	h->recorder = recorder_new(h);
	h->no_memory = !h->recorder;
	if (h->recorder)
		recorder_begin(h->recorder);
}

/*
 * Put the race that ended the run into words; or, where the run went well, look whether its locks
 * were taken in two orders, which is a mistake, too.
 */
static void look_back(struct teeq_harness *h)
{
	h->order_found = false;
	if (h->race_found && h->broke)
		race_tell(h);
	if (h->broke || h->result.verdict != TEEQ_VERDICT_DONE)
		return;
	h->order_found = order_tell(h, h->violation, sizeof(h->violation));
	h->broke = h->order_found;
}

void run_name_deadlock(struct teeq_harness *h)
{
	bool spins = harness_spins(h);

	if (h->observe && lost_wakeup(h))
		h->result.verdict = TEEQ_VERDICT_LOST_WAKEUP;
	else if (spins)
		h->result.verdict = TEEQ_VERDICT_LIVELOCK;
}

void run_decide(struct teeq_harness *h)
{
	if (h->reported && !h->broke) {
		snprintf(h->violation, sizeof(h->violation), "a sanitizer has reported what it "
			 "found on stderr");
		h->broke = true;
	}
	look_back(h);
	if (h->broke)
		h->result.verdict = TEEQ_VERDICT_VIOLATION;
	if (h->recorder)
		recorder_end(h->recorder);
	h->recording = h->recorder;
	h->recorder = NULL;
	if (h->ended)
		h->ended(h->ended_argument);
	/* Of a run that begins with a copy all is still there, should anybody ask. */
	if (!h->begins_with_copy || h->result.verdict != TEEQ_VERDICT_DONE) {
		h->explanation = explain_run(h);
		h->no_memory |= !h->explanation;
	}
	if (h->result.verdict == TEEQ_VERDICT_DEADLOCK)
		run_name_deadlock(h);
	if (h->result.verdict == TEEQ_VERDICT_VIOLATION)
		h->result.violation = h->violation;
}

uint64_t run_steps_at_most(const struct teeq_harness_run_options *options)
{
	return options->step_max ? options->step_max : TEEQ_HARNESS_STEP_MAX_DEFAULT;
}

/* All have returned: the teardown, and what is left. */
void run_finish(struct teeq_harness *h)
{
	if (h->result.verdict != TEEQ_VERDICT_DONE || !harness_have_returned(h))
		return;
	run_surroundings(h, "teardown", h->options.teardown);
	if (!h->broke)
		check_end(h);
}

static void abandon(struct teeq_harness *h, struct harness_task *task)
{
	if (task->state == TASK_AT_POINT)
		harness_enter(h, task);
	task->state = TASK_IDLE;
}

void run_leave_rest(struct teeq_harness *h)
{
	h->abandoning = true;
	for (unsigned int i = 0; i < h->task_count; i++)
		abandon(h, &h->tasks[i]);
	abandon(h, &h->surroundings);
	memory_release(h);
	trace_flush(h);
}

/* From the start, by the setup, with pages that are closed. */
enum teeq_status harness_execute_all(struct teeq_harness *h,
				     const struct teeq_harness_run_options *options,
				     enum teeq_harness_points points, const struct chooser *chooser,
				     struct teeq_harness_result *result)
{
	struct fiber_watch watch = { crash_recover, crash_tell, crash_is_stuck, crash_report, h };

	if (harness_active)
		return TEEQ_EINPUT;
	h->begins_with_copy = h->memory->in_arena = false;
	run_begin_books(h, options, points);
	run_begin_state(h);
	fiber_watch(&watch);
	harness_active = h;
	run_surroundings(h, "setup", h->options.setup);
	race_order_setup(h);
	start_recording(h, options->record);
	run_tasks(h, run_steps_at_most(options), chooser);
	race_order_teardown(h);
	run_finish(h);
	run_decide(h);
	run_leave_rest(h);
	harness_active = NULL;
	fiber_watch(NULL);
	*result = h->result;
	return h->no_memory ? TEEQ_ENOMEM : TEEQ_OK;
}
