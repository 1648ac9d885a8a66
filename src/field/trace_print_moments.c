/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "field/plural.h"
#include "field/trace_print.h"

static void trace_print_levels(FILE *out, const struct trace *trace,
			       const struct trace_stats *stats)
{
	uint64_t whole = stats->now - stats->start;
	char text[TRACE_TIME_TEXT];

	for (unsigned int level = 0; level <= stats->most_taken && level <= FIELD_THREADS_MAX;
	     level++)
		if (stats->level_time[level] > 0)
			fprintf(out, "  %3u taken for %11s, %5.1f %%%s\n", level,
				trace_print_time(trace, stats->level_time[level], text),
				100.0 * (double)stats->level_time[level] / (double)whole,
				level > 0 && level == stats->cap ? ", none free" : "");
}

/* One character a column: the most threads that were taken in it. */
static void trace_print_columns(FILE *out, const struct trace *trace,
				const struct trace_stats *stats)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	unsigned int count = trace_stats_columns(stats);
	char text[TRACE_TIME_TEXT];

	fprintf(out, "  the most at once, %s a column:\n  ",
		trace_print_time(trace, stats->column_width, text));
	for (unsigned int i = 0; i < count; i++) {
		uint32_t most = stats->columns[i].most;

		if (i == TRACE_COLUMNS)
			fputs("\n  ", out);
		fputc(most < sizeof(digits) - 1 ? digits[most] : '+', out);
	}
	fputc('\n', out);
}

void trace_print_pool(FILE *out, const struct trace *trace, const struct trace_stats *stats)
{
	if (!trace->has_clock || !stats->started || stats->now == stats->start)
		return;
	if (stats->cap)
		fprintf(out, "\nThreads taken, of %u:\n", stats->cap);
	else
		fputs("\nThreads taken:\n", out);
	trace_print_levels(out, trace, stats);
	trace_print_columns(out, trace, stats);
}

static void trace_print_thread(FILE *out, const struct trace_holder *who)
{
	char task[TRACE_TASK_TEXT];

	if (who->thread == TRACE_NO_THREAD)
		fprintf(out, "a thread by %s", trace_print_task(who->name, who->key, task));
	else
		fprintf(out, "thread %" PRIu32 " by %s", who->thread,
			trace_print_task(who->name, who->key, task));
}

static void trace_print_moment(FILE *out, const struct trace *trace,
			       const struct trace_moment *moment)
{
	char from[TRACE_TIME_TEXT], text[TRACE_TIME_TEXT];

	fprintf(out, "  from %s for %s: ", trace_print_stamp(trace, moment->from, from),
		trace_print_time(trace, moment->time, text));
	for (unsigned int i = 0; i < moment->held_count; i++) {
		const struct trace_held *held = &moment->held[i];

		fputs(i > 0 ? ", " : "", out);
		trace_print_thread(out, &held->who);
		if (held->rpc_time > 0)
			fprintf(out, " (%s in RPC %s)",
				trace_print_time(trace, held->rpc_time, text),
				trace_rpc_text(held->rpc));
	}
	if (moment->waiting)
		fprintf(out, "; %" PRIu64 " waiting", moment->waiting);
	if (moment->longest_wait)
		fprintf(out, ", the longest for %s",
			trace_print_time(trace, moment->longest_wait, text));
	fputc('\n', out);
}

static void trace_print_wait(FILE *out, const struct trace *trace, const struct trace_wait *wait)
{
	char task[TRACE_TASK_TEXT], from[TRACE_TIME_TEXT], text[TRACE_TIME_TEXT];

	fprintf(out, "  %s from %s for %s", trace_print_task(wait->who.name, wait->who.key, task),
		trace_print_stamp(trace, wait->from, from),
		trace_print_time(trace, wait->time, text));
	if (wait->retries)
		fprintf(out, ", refused %" PRIu32 " time%s", wait->retries, plural(wait->retries));
	for (unsigned int i = 0; i < wait->held_by_count; i++) {
		fputs(i > 0 ? ", " : "; then had ", out);
		trace_print_thread(out, &wait->held_by[i]);
	}
	fputc('\n', out);
}

void trace_print_moments(FILE *out, const struct trace *trace, const struct trace_stats *stats)
{
	char text[TRACE_TIME_TEXT];

	if (!trace->has_clock)
		return;
	if (stats->moment_count > 0)
		fprintf(out, "\nNo thread was free %" PRIu64 " time%s, for %s; longest:\n",
			stats->full_count, plural(stats->full_count),
			trace_print_time(trace, stats->full_time, text));
	for (unsigned int i = 0; i < stats->moment_count; i++)
		trace_print_moment(out, trace, &stats->moments[i]);
	if (stats->wait_count > 0)
		fputs("\nWho waited longest for a thread:\n", out);
	for (unsigned int i = 0; i < stats->wait_count; i++)
		trace_print_wait(out, trace, &stats->waits[i]);
}
