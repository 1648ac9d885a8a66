/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/error.h"
#include "field/frames.h"
#include "field/trace.h"

#define TRACE_LINE_MIN 9 /* "# tracer:"; what is shorter says nothing */

enum teeq_status trace_start(struct trace *trace, struct teeq_error *error)
{
	trace_order_start(&trace->order);
	trace->silent_cpu = TRACE_NO_CPU;
	return trace_calls_start(&trace->calls) ? TEEQ_OK : error_nomem(error);
}

void trace_free(struct trace *trace)
{
	trace_calls_free(&trace->calls);
}

static void trace_see_cpu(struct trace *trace, uint32_t cpu)
{
	uint64_t bit = UINT64_C(1) << (cpu % 64);
	uint64_t *word = &trace->cpus[cpu % 1024 / 64];

	trace->cpu_count += (*word & bit) == 0;
	*word |= bit;
}

/* Its turn has come. */
static void trace_event(struct trace *trace, const struct trace_ordered *ordered)
{
	const struct trace_event *event = &ordered->event;

	if (ordered->before & TRACE_BEFORE_AGAIN)
		trace_calls_again(&trace->calls, trace->last);
	if (ordered->before & TRACE_BEFORE_LOST)
		trace_calls_lost(&trace->calls);
	if (event->kind == TRACE_OTHER)
		return;
	if (event->kind == TRACE_UNREADABLE && trace->ended && event->line == trace->lines) {
		/* Whoever wrote the file came no further. */
		trace->cut = true;
		return;
	}
	if (event->kind != TRACE_UNREADABLE) {
		if (!trace->timed)
			trace->first = event->time;
		trace->timed = true;
		if (event->time > trace->last)
			trace->last = event->time;
		if (event->cpu != TRACE_NO_CPU)
			trace_see_cpu(trace, event->cpu);
	}
	if (trace->calls.threads == 0)
		trace->calls.threads = trace->head.threads;
	trace_calls_event(&trace->calls, event);
}

static void trace_drain(struct trace *trace)
{
	const struct trace_ordered *ordered;

	while ((ordered = trace_order_take(&trace->order)))
		trace_event(trace, ordered);
}

/*
 * Events by number only: each task's first is a begin. The two numbers are told apart by the first
 * task's; a third one is something else's.
 */
static void trace_raw(struct trace *trace, struct trace_event *event)
{
	if (event->kind != TRACE_OTHER || trace->head.form != TRACE_FORM_RAW)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		if (trace->raw_types[i] == 0)
			trace->raw_types[i] = event->command + 1;
		if (trace->raw_types[i] == event->command + 1) {
			event->kind = i == 0 ? TRACE_BEGIN : TRACE_END;
			return;
		}
	}
}

static void trace_mark(struct trace *trace, const struct trace_event *event)
{
	if (event->kind == TRACE_LOST) {
		trace->losses++;
		trace->lost_events += event->lost;
		trace->before |= TRACE_BEFORE_LOST;
	} else if (event->kind == TRACE_AGAIN) {
		trace_drain(trace);
		trace_order_again(&trace->order);
		memset(trace->by_cpu, 0, sizeof(trace->by_cpu));
		trace->before = TRACE_BEFORE_AGAIN;
	}
}

static void trace_count_cpu(struct trace *trace, const struct trace_event *event)
{
	uint64_t before = trace->by_cpu[event->cpu % 1024].count++;

	trace->by_cpu[event->cpu % 1024].last = event->time;
	/* Without a word about it: what a processor had before its first line was overwritten. */
	if (before == 0 && trace->head.written > trace->head.entries)
		trace->before |= TRACE_BEFORE_LOST;
}

void trace_line(struct trace *trace, const char *text, size_t size, uint64_t number)
{
	uint64_t entries = trace->head.entries;
	struct trace_ordered *ordered;
	struct trace_event *event;

	trace->lines = number;
	if (size < TRACE_LINE_MIN)
		return;
	if (trace_order_is_full(&trace->order))
		trace_event(trace, trace_order_take(&trace->order));
	ordered = trace_order_place(&trace->order);
	event = &ordered->event;
	trace_line_read(&trace->head, text, size, event);
	if (trace->head.entries != entries) {
		trace->promised += trace->head.entries;
		trace->overwritten |= trace->head.written > trace->head.entries;
	}
	trace_raw(trace, event);
	if (event->kind == TRACE_NOTHING || event->kind == TRACE_LOST ||
	    event->kind == TRACE_AGAIN) {
		trace_mark(trace, event);
		return;
	}
	trace->all_events++;
	if (event->cpu != TRACE_NO_CPU)
		trace_count_cpu(trace, event);
	if (event->kind == TRACE_OTHER && trace->before == 0) {
		if (event->time > trace->end)
			trace->end = event->time;
		trace->other_events++;
		return;
	}
	trace->other_events += event->kind == TRACE_OTHER;
	trace->events += event->kind == TRACE_BEGIN || event->kind == TRACE_END;
	trace->has_clock |= event->has_time;
	if (!event->has_time)
		event->time = trace->has_clock ? trace->order.released : trace->all_events;
	event->line = number;
	if (event->time > trace->end)
		trace->end = event->time;
	ordered->before = trace->before;
	trace->before = 0;
	trace_order_put(&trace->order);
}

bool trace_has_gaps(const struct trace *trace)
{
	return trace->losses > 0 || trace->overwritten || trace->excused > 0 || trace->damaged ||
	       trace->cut;
}

uint64_t trace_missing(const struct trace *trace)
{
	return trace->promised > trace->all_events ? trace->promised - trace->all_events : 0;
}

const char *trace_policy(const struct trace *trace)
{
	const struct trace_head *head = &trace->head;

	bool counts = head->kernel_major ? FRAMES_VERSION(head->kernel_major, head->kernel_minor) >=
						   FRAMES_VERSION_COUNTS :
					   trace->calls.refusals == 0;

	return counts ? "mainline" : "untracked";
}

bool trace_is_stuck(const struct trace *trace, const struct trace_call *call, uint64_t patience)
{
	return trace->head.fraction && trace->has_clock && !trace_has_gaps(trace) &&
	       call == call->task->call && trace->end >= call->since &&
	       trace->end - call->since >= patience;
}

enum trace_verdict trace_judge(const struct trace *trace, uint64_t patience)
{
	const struct trace_calls *calls = &trace->calls;

	if (calls->complaint_count > 0)
		return TRACE_VERDICT_FOUND;
	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task))
		if (task->call && trace_is_stuck(trace, task->call, patience))
			return TRACE_VERDICT_FOUND;
	return trace_has_gaps(trace) || trace_missing(trace) > 0 ? TRACE_VERDICT_LOST :
								   TRACE_VERDICT_FINE;
}

enum teeq_status trace_finish(struct trace *trace)
{
	trace->ended = true;
	trace_drain(trace);
	if (trace->before & TRACE_BEFORE_LOST)
		trace_calls_lost(&trace->calls);
	trace_threads_finish(&trace->calls);
	trace_silence_excuse(trace);
	return trace->calls.failed ? TEEQ_ENOMEM : TEEQ_OK;
}
