/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast recordings are read: the driver's events a second, of four tasks that take turns and one
 * event in three of somebody else, with all that teeq trace keeps. One core, by its own time. usage: trace [EVENTS]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "field/trace.h"
#include "field/trace_stats.h"

#define CALL_LINES 6

/* Seconds of the processor, whatever else the machine does. */
static double bench_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One call of a task, with an RPC and a line of the scheduler in it. */
static uint64_t write_call(FILE *out, unsigned int task, uint64_t time)
{
	static const char *const lines[CALL_LINES] = {
		"optee_invoke_fn_begin: param=(____ptrval____) (32000013, ffffff80, 37b3060, 180, 0, 0, 0, 0)",
		"optee_invoke_fn_end: param=(____ptrval____) ret (ffff0005, 0, 0, 0)",
		"sched_waking: comm=tee-supplicant pid=90 prio=120 target_cpu=001",
		"sched_switch: prev_comm=x prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=y next_pid=2",
		"optee_invoke_fn_begin: param=(____ptrval____) (32000003, 0, 0, 0, 0, 0, 0, 0)",
		"optee_invoke_fn_end: param=(____ptrval____) ret (0, 0, 0, 0)",
	};

	for (unsigned int i = 0; i < CALL_LINES; i++, time += 7)
		fprintf(out,
			"  cl%02u-pta-mutex-%u     [00%u] ..... %5" PRIu64 ".%06" PRIu64 ": %s\n",
			task, 100 + task, task, time / 1000000, time % 1000000, lines[i]);
	return time;
}

int main(int argc, char **argv)
{
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000, time = 0;
	struct trace *trace = calloc(1, sizeof(*trace));
	struct trace_stats *stats = calloc(1, sizeof(*stats));
	char path[] = "/tmp/teeq-bench-XXXXXX";
	int descriptor = mkstemp(path);
	FILE *out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	double start;

	if (!trace || !stats || !out)
		return 2;
	for (uint64_t i = 0; i < events; i += 4)
		time = write_call(out, (unsigned int)(i / 4 % 4), time);
	fclose(out);
	start = bench_seconds();
	trace_start(trace, NULL);
	trace_stats_start(stats, &trace->calls);
	if (trace_read(trace, path, NULL, NULL, NULL) != TEEQ_OK)
		return 2;
	trace_stats_finish(stats, trace->last);
	start = bench_seconds() - start;
	unlink(path);
	printf("trace: %" PRIu64 " events of the driver, %" PRIu64
	       " lines, %.0f events a second, %" PRIu64 " complaints\n",
	       trace->events, trace->lines, (double)trace->events / start,
	       trace->calls.complaint_count);
	trace_free(trace);
	free(stats);
	free(trace);
	return 0;
}
