/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace.h"

/*
 * With the option overwrite off, a processor whose buffer is full keeps nothing new, and no line
 * says so: from then on it is silent, while others go on. Buffers are equally long. So a processor
 * of which nothing comes any more may have been full where as many of its events are there, within
 * one in a hundred, as of another one and none has more; and what would be wrong with the shape of
 * a call behind its last event may be nothing but that. What was wrong before stays wrong.
 */
#define EVENTS_OF_A_PAGE 64

static uint64_t silence_most(const struct trace *trace)
{
	uint64_t most = 0;

	for (unsigned int cpu = 0; cpu < 1024; cpu++)
		if (trace->by_cpu[cpu].count > most)
			most = trace->by_cpu[cpu].count;
	return most;
}

/* When the first of those that may have been full fell silent; UINT64_MAX: none. */
static uint64_t silence_from(struct trace *trace)
{
	uint64_t most = silence_most(trace), from = UINT64_MAX;
	unsigned int alike = 0;

	for (unsigned int cpu = 0; cpu < 1024; cpu++) {
		if (trace->by_cpu[cpu].count < EVENTS_OF_A_PAGE ||
		    trace->by_cpu[cpu].count < most - most / 100)
			continue;
		alike++;
		if (trace->by_cpu[cpu].last >= from)
			continue;
		from = trace->by_cpu[cpu].last;
		trace->silent_cpu = cpu;
	}
	if (alike > 1 && !trace->overwritten)
		return from;
	trace->silent_cpu = TRACE_NO_CPU;
	return UINT64_MAX;
}

void trace_silence_excuse(struct trace *trace)
{
	struct trace_calls *calls = &trace->calls;
	uint64_t from = silence_from(trace), kept = calls->complaint_count;

	if (kept > TRACE_COMPLAINTS_KEPT)
		kept = TRACE_COMPLAINTS_KEPT;
	while (kept > 0 && calls->complaints[kept - 1].time > from &&
	       calls->complaints[kept - 1].kind != TRACE_COMPLAINT_UNREADABLE)
		kept--;
	if (kept == calls->complaint_count ||
	    (kept == TRACE_COMPLAINTS_KEPT && calls->complaints[kept - 1].time <= from)) {
		trace->silent_cpu = TRACE_NO_CPU;
		return;
	}
	trace->excused = calls->complaint_count - kept;
	calls->complaint_count = kept;
	memset(calls->complaints_of, 0, sizeof(calls->complaints_of));
	for (uint64_t i = 0; i < kept; i++)
		calls->complaints_of[calls->complaints[i].kind]++;
}
