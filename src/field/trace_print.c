/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "field/plural.h"
#include "field/trace_print.h"

/* Of tasks and open calls no more are listed. */
#define LISTED_MAX 16

const char *trace_print_phase(const struct trace_call *call)
{
	switch (call->phase) {
	case TRACE_PHASE_FIRST:
		return "in its first SMC";
	case TRACE_PHASE_REFUSED:
		return "waits for a thread";
	case TRACE_PHASE_RPC:
		if (call->rpc_count == 0)
			return "found in progress";
		return call->asked_supplicant ? "in an RPC, waits for tee-supplicant" : "in an RPC";
	case TRACE_PHASE_RESUMED:
		return "in the secure world";
	}
	return "";
}

static void trace_print_head(FILE *out, const char *path, const struct trace *trace)
{
	static const char *const forms[TRACE_FORM_COUNT] = {
		[TRACE_FORM_UNKNOWN] = "text",
		[TRACE_FORM_COLUMNS] = "columns",
		[TRACE_FORM_LATENCY] = "latency format",
		[TRACE_FORM_VERBOSE] = "verbose latency format",
		[TRACE_FORM_BARE] = "without tasks and times",
		[TRACE_FORM_RAW] = "raw, without fields",
		[TRACE_FORM_PERF] = "columns of perf",
	};
	char span[TRACE_TIME_TEXT];

	fprintf(out, "%s: %" PRIu64 " event%s of the driver in %" PRIu64 " line%s (%s)", path,
		trace->events, plural(trace->events), trace->lines, plural(trace->lines),
		forms[trace->head.form]);
	if (trace->head.kernel_major)
		fprintf(out, ", Linux %u.%u", trace->head.kernel_major, trace->head.kernel_minor);
	fputs("\n", out);
	fprintf(out,
		"span %s%s, %" PRIu32 " processor%s, %" PRIu64 " events of others, %" PRIu64
		" of probes\n",
		trace_print_time(trace, trace->last - trace->first, span),
		trace->head.fraction ? "" :
		trace->has_clock     ? " (of a counter)" :
				       " (events)",
		trace->cpu_count, plural(trace->cpu_count), trace->other_events,
		trace->calls.probes);
}

static void trace_print_threads(FILE *out, const struct trace_calls *calls)
{
	unsigned int count = 0;

	fputs("threads seen:", out);
	for (unsigned int i = 0; i < FIELD_THREADS_MAX; i++)
		if (calls->seen[i])
			fprintf(out, "%s %u", count++ ? "," : "", i);
	if (count == 0)
		fputs(" none", out);
	if (calls->threads)
		fprintf(out, "; there %s %u\n", calls->threads == 1 ? "is" : "are", calls->threads);
	else
		fputs("; how many there are is not told (--threads)\n", out);
}

static void trace_print_calls(FILE *out, const struct trace_calls *calls)
{
	fprintf(out,
		"calls %" PRIu64 ", tasks %s%zu, at once %" PRIu64 ", in SMCs at once %" PRIu64
		"\n",
		calls->calls, calls->full ? "at least " : "", calls->task_count,
		calls->in_flight_max, calls->inside_max);
	if (calls->adopted || calls->gone || calls->nested)
		fprintf(out,
			"found in progress %" PRIu64 ", lost sight of %" PRIu64
			", inside of another call %" PRIu64 "\n",
			calls->adopted, calls->gone, calls->nested);
	fprintf(out, "retries (ETHREAD_LIMIT) %" PRIu64 ", of one call at most %" PRIu64 "\n",
		calls->retries, calls->longest_retries);
	fprintf(out,
		"RPCs: FOREIGN_INTR %" PRIu64 ", CMD %" PRIu64 ", ALLOC %" PRIu64 ", FREE %" PRIu64
		"\n",
		calls->rpcs[TRACE_RPC_FOREIGN], calls->rpcs[TRACE_RPC_COMMAND],
		calls->rpcs[TRACE_RPC_ALLOC], calls->rpcs[TRACE_RPC_FREE]);
	trace_print_threads(out, calls);
	if (calls->late_ends)
		fprintf(out,
			"late end events %" PRIu64
			": their threads were with somebody else already\n",
			calls->late_ends);
	if (calls->blind)
		fprintf(out,
			"%" PRIu64
			" event%s without registers: of these, SMCs are all that can be told\n",
			calls->blind, calls->blind == 1 ? " is" : "s are");
	if (calls->unknown)
		fprintf(out, "%" PRIu64 " event%s of no task that can be told\n", calls->unknown,
			calls->unknown == 1 ? " is" : "s are");
}

static void trace_print_time_row(FILE *out, const struct trace *trace, const char *name,
				 const struct trace_histogram *histogram)
{
	static const unsigned int percents[] = { 50, 90, 99 };
	char text[TRACE_TIME_TEXT];

	if (histogram->count == 0)
		return;
	fprintf(out, "  %-25s %8" PRIu64 " %11s", name, histogram->count,
		trace_print_time(trace, histogram->min, text));
	for (unsigned int i = 0; i < 3; i++)
		fprintf(out, " %11s",
			trace_print_time(trace, trace_histogram_at(histogram, percents[i]), text));
	fprintf(out, " %11s", trace_print_time(trace, histogram->max, text));
	fprintf(out, " %12s\n", trace_print_time(trace, histogram->sum, text));
}

static void trace_print_times(FILE *out, const struct trace *trace, const struct trace_stats *stats)
{
	char name[64];

	if (!trace->has_clock || trace->calls.calls == 0)
		return;
	fprintf(out, "\n  %-25s %8s %11s %11s %11s %11s %11s %12s\n", "time of", "count", "min",
		"50%", "90%", "99%", "max", "sum");
	for (enum trace_time time = 0; time < TRACE_TIME_COUNT; time++)
		trace_print_time_row(out, trace, trace_time_text(time), &stats->times[time]);
	for (enum trace_rpc rpc = 0; rpc < TRACE_RPC_COUNT; rpc++) {
		snprintf(name, sizeof(name), "RPC %s", trace_rpc_text(rpc));
		trace_print_time_row(out, trace,
				     rpc == TRACE_RPC_COMMAND ? "RPC CMD, not told which" : name,
				     &stats->rpcs[rpc]);
	}
}

static void trace_print_open(FILE *out, const struct trace *trace, const struct trace_call *call,
			     uint64_t patience)
{
	uint32_t refusals = call->retries + (call->phase == TRACE_PHASE_REFUSED);
	char task[TRACE_TASK_TEXT], since[TRACE_TIME_TEXT], length[TRACE_TIME_TEXT];

	fprintf(out, "  %s %s since %s, for %s",
		trace_print_task(call->task->name, call->task->key, task), trace_print_phase(call),
		trace_print_stamp(trace, call->since, since),
		trace_print_time(trace, trace->end > call->since ? trace->end - call->since : 0,
				 length));
	if (call->phase == TRACE_PHASE_RPC && call->rpc_count > 0)
		fprintf(out, ": %s", trace_rpc_text(call->rpc));
	if (call->has_key && call->phase == TRACE_PHASE_RPC)
		fprintf(out, ", key %" PRIu32, call->key);
	if (call->thread != TRACE_NO_THREAD)
		fprintf(out, ", thread %" PRIu32, call->thread);
	if (refusals)
		fprintf(out, ", refused %" PRIu32 " time%s", refusals, plural(refusals));
	fprintf(out, "%s\n", trace_is_stuck(trace, call, patience) ? ": stuck" : "");
}

static void trace_print_end(FILE *out, const struct trace *trace, uint64_t patience)
{
	const struct trace_calls *calls = &trace->calls;
	unsigned int count = 0;

	if (calls->in_flight == 0 && calls->queueing == 0) {
		fputs("\nAt the end no call is open.\n", out);
		return;
	}
	fprintf(out, "\nAt the end %" PRIu64 " call%s open, %" PRIu64 " more in the queue:\n",
		calls->in_flight, calls->in_flight == 1 ? " is" : "s are", calls->queueing);
	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task)) {
		for (struct trace_call *call = task->call; call; call = call->outer)
			if (count++ < LISTED_MAX)
				trace_print_open(out, trace, call, patience);
	}
	if (count > LISTED_MAX)
		fprintf(out, "  and %u more\n", count - LISTED_MAX);
}

static void trace_print_gaps(FILE *out, const struct trace *trace)
{
	if (trace->losses)
		fprintf(out, "Events were lost at %" PRIu64 " place%s (%" PRIu64 " told of).\n",
			trace->losses, plural(trace->losses), trace->lost_events);
	if (trace->overwritten)
		fputs("Old events were overwritten: the buffer was too small.\n", out);
	if (trace->excused)
		fprintf(out,
			"Processor %" PRIu32 " fell silent with its buffer full: %" PRIu64
			" things that look wrong behind that may be lost events.\n",
			trace->silent_cpu, trace->excused);
	if (trace->damaged)
		fputs("What is packed ends early.\n", out);
	if (trace->cut)
		fputs("The last line is not all there.\n", out);
	if (trace_missing(trace) > 0)
		fprintf(out,
			"The head says that there are %" PRIu64 " events, and there are %" PRIu64
			": lines were taken out.\n",
			trace->promised, trace->all_events);
	if (trace->order.swapped)
		fprintf(out, "%" PRIu64 " line%s not in the order of their times%s.\n",
			trace->order.swapped, trace->order.swapped == 1 ? " was" : "s were",
			trace->order.too_late ? ", some of them by too far" : "");
}

static void trace_print_complaints(FILE *out, const struct trace *trace)
{
	const struct trace_calls *calls = &trace->calls;
	uint64_t shown = calls->complaint_count < LISTED_MAX ? calls->complaint_count : LISTED_MAX;

	if (calls->complaint_count == 0) {
		fputs("No complaint about the shape of a call.\n", out);
		return;
	}
	fprintf(out, "%" PRIu64 " complaint%s about the shape of calls:\n", calls->complaint_count,
		plural(calls->complaint_count));
	for (uint64_t i = 0; i < shown; i++) {
		const struct trace_complaint *complaint = &calls->complaints[i];
		char task[TRACE_TASK_TEXT], stamp[TRACE_TIME_TEXT];

		fprintf(out, "  line %" PRIu64 ": %s: %s%s%s, at %s\n", complaint->line,
			trace_complaint_word(complaint->kind),
			complaint->key ? trace_print_task(complaint->name, complaint->key, task) :
					 "",
			complaint->key ? ": " : "", complaint->text,
			trace_print_stamp(trace, complaint->time, stamp));
	}
	if (calls->complaint_count > shown)
		fprintf(out, "  and %" PRIu64 " more\n", calls->complaint_count - shown);
}

void trace_print_report(FILE *out, const char *path, const struct trace *trace,
			const struct trace_stats *stats, uint64_t patience)
{
	trace_print_head(out, path, trace);
	trace_print_calls(out, &trace->calls);
	trace_print_times(out, trace, stats);
	trace_print_pool(out, trace, stats);
	trace_print_moments(out, trace, stats);
	trace_print_end(out, trace, patience);
	trace_print_gaps(out, trace);
	trace_print_complaints(out, trace);
}
