/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_PERFETTO_H
#define FIELD_TRACE_PERFETTO_H

#include <stdio.h>

#include "field/trace.h"
#include "field/trace_stats.h"

/*
 * A recording as trace events in JSON, which the Perfetto UI opens. Process 1 has a track for each
 * task: its calls, and in them SMCs, RPCs and waits. Process 2 has a track for each thread context,
 * with who had it, and a counter of free threads, where their number is known; calls of which the
 * thread is not told are beside. Flows lead from who gave a thread back to who then got one, and
 * from who sent a notification to who waited for it. Where a file has several recordings, each has
 * tracks of its own, as it has a clock of its own. Written as it is read: memory does not grow
 * with the recording.
 */
#define TRACE_PERFETTO_KEYS 256u

struct trace_perfetto {
	FILE *out;
	const struct trace_calls *calls;
	const struct trace_stats *stats;
	bool written; /* an event: a comma is due */
	uint32_t task_count; /* tracks given out */
	uint64_t recording; /* of the file: where one begins again, tracks are others */
	uint32_t tasks_before, threads_before; /* tracks of those before it */
	uint64_t flow_count;
	uint64_t async_count;
	uint64_t busy_until[FIELD_THREADS_MAX];
	bool used[FIELD_THREADS_MAX];
	unsigned int taken, cap; /* of the counter, as last told */
	bool counted;
	struct {
		uint32_t track;
		uint64_t time;
	} done; /* the last call that came back, and gave a thread back */
	struct {
		uint32_t track;
		uint64_t key;
		uint64_t time;
	} sent[TRACE_PERFETTO_KEYS];
};

/* @perfetto: {0}. It listens from then on, to be started behind @stats. */
void trace_perfetto_start(struct trace_perfetto *perfetto, FILE *out, struct trace_calls *calls,
			  const struct trace_stats *stats);
/* What is open, the names of tracks, and the end of the file. */
void trace_perfetto_finish(struct trace_perfetto *perfetto, const struct trace *trace);

#endif
