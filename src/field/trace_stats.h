/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_STATS_H
#define FIELD_TRACE_STATS_H

#include "field/trace_calls.h"
#include "field/trace_histogram.h"

/*
 * What the calls of a recording come to, in a room that does not grow with it: times, how many
 * threads were taken when, and the worst moments.
 *
 * A thread counts as taken from the begin of the SMC that takes it to the end event of the last
 * one, or to when it is seen with somebody else; a call that is then refused counts until that is
 * known.
 */

enum trace_time {
	TRACE_TIME_CALL, /* from entering the queue, or the first SMC, to the end */
	TRACE_TIME_WAIT, /* for a thread, of the calls that waited */
	TRACE_TIME_SECURE, /* between the begins and ends of a call's SMCs */
	TRACE_TIME_COUNT
};
const char *trace_time_text(enum trace_time time);

/* In @held, what a call that had a thread did then. */
struct trace_held {
	struct trace_holder who;
	enum trace_rpc rpc;
	uint64_t rpc_time; /* in the longest of its RPCs so far; 0: in none */
};

/* No thread was free, from @from for @time. */
struct trace_moment {
	uint64_t from;
	uint64_t time;
	uint64_t waiting; /* calls that waited for a thread when it ended */
	uint64_t longest_wait; /* of these, so far; 0: not told */
	unsigned int held_count;
	struct trace_held held[TRACE_HOLDERS_KEPT];
};

/* A call waited so long. */
struct trace_wait {
	uint64_t from;
	uint64_t time;
	uint32_t retries;
	struct trace_holder who;
	unsigned int held_by_count;
	struct trace_holder held_by[TRACE_HOLDERS_KEPT];
};
#define TRACE_MOMENTS_KEPT 5u
#define TRACE_COLUMNS	   64u

/* A piece of the time axis: the most threads that were taken in it, and threads times time. */
struct trace_column {
	uint32_t most;
	uint64_t area;
};

/*
 * @cap      no more threads than that are there; 0: not known
 * @level_time  how long so many threads were taken
 * @columns  @column_count of them, each @column_width long, from @start on
 */
struct trace_stats {
	struct trace_calls *calls;
	struct trace_histogram times[TRACE_TIME_COUNT];
	struct trace_histogram rpcs[TRACE_RPC_COUNT];

	bool started;
	uint64_t start;
	uint64_t now;
	unsigned int cap;
	unsigned int taken;
	unsigned int most_taken;
	uint64_t level_time[FIELD_THREADS_MAX + 1];
	struct trace_call *holders[FIELD_THREADS_MAX];
	unsigned int holder_count;
	struct trace_call *dropped; /* while its thread is being given back */

	bool full;
	uint64_t full_since;
	uint64_t full_time;
	uint64_t full_count;
	struct trace_moment moments[TRACE_MOMENTS_KEPT];
	unsigned int moment_count;
	struct trace_wait waits[TRACE_MOMENTS_KEPT];
	unsigned int wait_count;

	uint64_t column_width;
	struct trace_column columns[2 * TRACE_COLUMNS];
};

/* Initialise with {0}; it listens from then on. */
void trace_stats_start(struct trace_stats *stats, struct trace_calls *calls);
/* The recording ends at @time. */
void trace_stats_finish(struct trace_stats *stats, uint64_t time);
/* How many columns there are. */
unsigned int trace_stats_columns(const struct trace_stats *stats);

/* ---- trace_moments.c ---- */
void trace_moments_level(struct trace_stats *stats, uint64_t time);
void trace_moments_waited(struct trace_stats *stats, const struct trace_call *call);
void trace_moments_refused(struct trace_stats *stats, struct trace_call *call);

#endif
