/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_stats.h"

const char *trace_time_text(enum trace_time time)
{
	static const char *const texts[TRACE_TIME_COUNT] = { "call", "wait for a thread",
							     "secure world" };

	return texts[time];
}

/* Twice as long columns, half as many. */
static void stats_widen(struct trace_stats *stats)
{
	for (unsigned int i = 0; i < TRACE_COLUMNS; i++) {
		const struct trace_column *a = &stats->columns[2 * i], *b = a + 1;

		stats->columns[i] = (struct trace_column){
			.most = a->most > b->most ? a->most : b->most,
			.area = a->area + b->area,
		};
	}
	memset(&stats->columns[TRACE_COLUMNS], 0, TRACE_COLUMNS * sizeof(stats->columns[0]));
	stats->column_width *= 2;
}

/* As many threads as now were taken up to @time. */
static void stats_paint(struct trace_stats *stats, uint64_t time)
{
	uint64_t from = stats->now - stats->start, to = time - stats->start;

	while (to / stats->column_width >= (uint64_t)2 * TRACE_COLUMNS)
		stats_widen(stats);
	for (;;) {
		struct trace_column *column = &stats->columns[from / stats->column_width];
		uint64_t end = (from / stats->column_width + 1) * stats->column_width;

		if (stats->taken > column->most)
			column->most = stats->taken;
		if (end > to)
			end = to;
		column->area += (end - from) * stats->taken;
		if (end == to)
			break;
		from = end;
	}
}

static void stats_advance(struct trace_stats *stats, uint64_t time)
{
	if (!stats->started) {
		stats->started = true;
		stats->start = stats->now = time;
		stats->column_width = 1;
	}
	if (time <= stats->now)
		return;
	stats->level_time[stats->taken] += time - stats->now;
	stats_paint(stats, time);
	stats->now = time;
}

/* How many threads there are at most: as told; or as many as were seen when one was refused. */
static unsigned int stats_cap(const struct trace_stats *stats)
{
	if (stats->calls->threads)
		return stats->calls->threads;
	return stats->calls->refusals > 0 ? stats->calls->seen_end : 0;
}

static void stats_level(struct trace_stats *stats, uint64_t time)
{
	stats->cap = stats_cap(stats);
	stats->taken = stats->holder_count;
	if (stats->cap && stats->taken > stats->cap)
		stats->taken = stats->cap;
	if (stats->taken > stats->most_taken)
		stats->most_taken = stats->taken;
	trace_moments_level(stats, time);
}

static void stats_hold(struct trace_stats *stats, struct trace_call *call, uint64_t time)
{
	if (call->holder || stats->holder_count == FIELD_THREADS_MAX)
		return;
	call->holder = true;
	stats->holders[stats->holder_count++] = call;
	stats_level(stats, time);
}

static void stats_drop(struct trace_stats *stats, struct trace_call *call, uint64_t time)
{
	unsigned int i = 0;

	if (!call->holder)
		return;
	while (i < stats->holder_count && stats->holders[i] != call)
		i++;
	if (i == stats->holder_count)
		return;
	stats->holders[i] = stats->holders[--stats->holder_count];
	call->holder = false;
	/* The moment that this ends, if any, is told with the call among those that held. */
	stats->dropped = call;
	stats_level(stats, time);
	stats->dropped = NULL;
}

static void stats_done(struct trace_stats *stats, const struct trace_call *call, uint64_t time)
{
	if (call->adopted)
		return;
	trace_histogram_add(&stats->times[TRACE_TIME_CALL], time - call->queued);
	trace_histogram_add(&stats->times[TRACE_TIME_SECURE], call->secure_time);
	if (call->wait_time > 0)
		trace_histogram_add(&stats->times[TRACE_TIME_WAIT], call->wait_time);
}

static void stats_fact(void *argument, enum trace_fact fact, struct trace_call *call, uint64_t time)
{
	struct trace_stats *stats = argument;

	stats_advance(stats, time);
	switch (fact) {
	case TRACE_FACT_CALL:
	case TRACE_FACT_RETRY:
		stats_hold(stats, call, time);
		break;
	case TRACE_FACT_REFUSED:
		stats_drop(stats, call, time);
		trace_moments_refused(stats, call);
		break;
	case TRACE_FACT_RPC:
		stats_hold(stats, call, time);
		if (call->rpc_count == 1)
			trace_moments_waited(stats, call);
		break;
	case TRACE_FACT_RESUME:
		stats_hold(stats, call, time);
		if (call->in_rpc)
			trace_histogram_add(&stats->rpcs[call->rpc], time - call->since);
		break;
	case TRACE_FACT_NOTIFY:
		break;
	case TRACE_FACT_TAKEN:
		stats_drop(stats, call, time);
		break;
	case TRACE_FACT_DONE:
		if (call->rpc_count == 0)
			trace_moments_waited(stats, call);
		stats_drop(stats, call, time);
		stats_done(stats, call, time);
		break;
	case TRACE_FACT_GONE:
		stats_drop(stats, call, time);
		break;
	}
}

void trace_stats_start(struct trace_stats *stats, struct trace_calls *calls)
{
	stats->calls = calls;
	trace_calls_listen(calls, (struct trace_sink){ stats_fact, stats });
}

void trace_stats_finish(struct trace_stats *stats, uint64_t time)
{
	if (!stats->started)
		return;
	stats_advance(stats, time);
	/* One that has not ended is told as it is now. */
	stats->taken = 0;
	trace_moments_level(stats, stats->now);
}

unsigned int trace_stats_columns(const struct trace_stats *stats)
{
	uint64_t count;

	if (!stats->started)
		return 0;
	count = (stats->now - stats->start + stats->column_width - 1) / stats->column_width;
	return count > (uint64_t)2 * TRACE_COLUMNS ? 2 * TRACE_COLUMNS : (unsigned int)count;
}
