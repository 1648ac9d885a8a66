/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "field/trace_perfetto.h"
#include "field/trace_print.h"

enum {
	PROCESS_TASKS = 1,
	PROCESS_THREADS = 2,
};

/* Task names are any bytes. */
static void perfetto_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text >= ' ' && *text < 0x7f ? *text : '?', out);
	}
	fputc('"', out);
}

static void perfetto_begin(struct trace_perfetto *perfetto, const char *phase, int process,
			   uint32_t track)
{
	fprintf(perfetto->out, "%s\n{\"ph\":\"%s\",\"pid\":%d,\"tid\":%" PRIu32,
		perfetto->written ? "," : "", phase, process, track);
	perfetto->written = true;
}

/* Microseconds, with all that a recording has behind the point. */
static void perfetto_time(struct trace_perfetto *perfetto, const char *key, uint64_t time)
{
	fprintf(perfetto->out, ",\"%s\":%" PRIu64 ".%03u", key, time / 1000,
		(unsigned int)(time % 1000));
}

static void perfetto_end(struct trace_perfetto *perfetto)
{
	fputc('}', perfetto->out);
}

static void perfetto_name(struct trace_perfetto *perfetto, const char *what, int process,
			  uint32_t track, const char *name)
{
	perfetto_begin(perfetto, "M", process, track);
	fprintf(perfetto->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
	perfetto_string(perfetto->out, name);
	fputc('}', perfetto->out);
	perfetto_end(perfetto);
}

static void perfetto_name_task(struct trace_perfetto *perfetto, const struct trace_task *task)
{
	char name[TRACE_TASK_TEXT];

	perfetto_name(perfetto, "thread_name", PROCESS_TASKS, task->track,
		      trace_print_task(task->name, task->key, name));
}

/* Named at the end of the first recording, when names are best known; in others at once. */
static uint32_t perfetto_track(struct trace_perfetto *perfetto, struct trace_task *task)
{
	if (task->track > perfetto->tasks_before)
		return task->track;
	task->track = ++perfetto->task_count;
	if (perfetto->recording > 0)
		perfetto_name_task(perfetto, task);
	return task->track;
}

/* A slice, from @from to @to; its arguments may follow before perfetto_end(). */
static void perfetto_slice(struct trace_perfetto *perfetto, int process, uint32_t track,
			   const char *name, uint64_t from, uint64_t to)
{
	perfetto_begin(perfetto, "X", process, track);
	perfetto_time(perfetto, "ts", from);
	perfetto_time(perfetto, "dur", to > from ? to - from : 0);
	fputs(",\"name\":", perfetto->out);
	perfetto_string(perfetto->out, name);
}

static void perfetto_part(struct trace_perfetto *perfetto, struct trace_call *call,
			  const char *name, uint64_t from, uint64_t to)
{
	/* Of a call that was found in progress the beginning may not be there. */
	if (from < call->queued)
		return;
	perfetto_slice(perfetto, PROCESS_TASKS, perfetto_track(perfetto, call->task), name, from,
		       to);
	perfetto_end(perfetto);
}

static void perfetto_rpc(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t time)
{
	char name[64];

	if (!call->in_rpc)
		return;
	snprintf(name, sizeof(name), "RPC %s", trace_rpc_text(call->rpc));
	perfetto_slice(perfetto, PROCESS_TASKS, perfetto_track(perfetto, call->task), name,
		       call->since, time);
	fprintf(perfetto->out, ",\"args\":{\"thread\":%" PRIu32, call->thread);
	if (call->has_key)
		fprintf(perfetto->out, ",\"key\":%" PRIu32, call->key);
	fputc('}', perfetto->out);
	perfetto_end(perfetto);
}

/* From a point in one task's slice to one in another's. */
static void perfetto_flow(struct trace_perfetto *perfetto, const char *name, uint32_t from_track,
			  uint64_t from, uint32_t to_track, uint64_t to)
{
	uint64_t id = ++perfetto->flow_count;

	perfetto_begin(perfetto, "s", PROCESS_TASKS, from_track);
	perfetto_time(perfetto, "ts", from);
	fprintf(perfetto->out, ",\"cat\":\"wake\",\"name\":\"%s\",\"id\":%" PRIu64, name, id);
	perfetto_end(perfetto);
	perfetto_begin(perfetto, "f", PROCESS_TASKS, to_track);
	perfetto_time(perfetto, "ts", to);
	fprintf(perfetto->out, ",\"cat\":\"wake\",\"name\":\"%s\",\"id\":%" PRIu64 ",\"bp\":\"e\"",
		name, id);
	perfetto_end(perfetto);
}

/* The call had its thread up to @to; tracks of threads hold one slice at a time. */
static void perfetto_thread(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t to)
{
	uint64_t from = call->admitted;
	char name[TRACE_TASK_TEXT];

	trace_print_task(call->task->name, call->task->key, name);
	if (call->thread == TRACE_NO_THREAD) {
		if (call->phase == TRACE_PHASE_REFUSED)
			return;
		for (unsigned int i = 0; i < 2; i++) {
			perfetto_begin(perfetto, i == 0 ? "b" : "e", PROCESS_THREADS, 0);
			perfetto_time(perfetto, "ts", i == 0 ? from : to);
			fprintf(perfetto->out,
				",\"cat\":\"thread not told\",\"id\":%" PRIu64 ",\"name\":",
				perfetto->async_count);
			perfetto_string(perfetto->out, name);
			perfetto_end(perfetto);
		}
		perfetto->async_count++;
		return;
	}
	perfetto->used[call->thread] = true;
	if (from < perfetto->busy_until[call->thread])
		from = perfetto->busy_until[call->thread];
	if (to < from)
		return;
	perfetto->busy_until[call->thread] = to;
	perfetto_slice(perfetto, PROCESS_THREADS, perfetto->threads_before + call->thread + 1, name,
		       from, to);
	perfetto_end(perfetto);
}

static void perfetto_call(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t time,
			  const char *how)
{
	perfetto_slice(perfetto, PROCESS_TASKS, perfetto_track(perfetto, call->task),
		       trace_purpose_word(call->purpose), call->queued, time);
	fprintf(perfetto->out,
		",\"args\":{\"end\":\"%s\",\"retries\":%" PRIu32 ",\"rpcs\":%" PRIu32, how,
		call->retries, call->rpc_count);
	if (call->thread != TRACE_NO_THREAD)
		fprintf(perfetto->out, ",\"thread\":%" PRIu32, call->thread);
	fputc('}', perfetto->out);
	perfetto_end(perfetto);
}

static void perfetto_counter(struct trace_perfetto *perfetto, uint64_t time)
{
	const struct trace_stats *stats = perfetto->stats;

	if (stats->cap == 0 ||
	    (perfetto->counted && perfetto->taken == stats->taken && perfetto->cap == stats->cap))
		return;
	perfetto->counted = true;
	perfetto->taken = stats->taken;
	perfetto->cap = stats->cap;
	perfetto_begin(perfetto, "C", PROCESS_THREADS, 0);
	perfetto_time(perfetto, "ts", time);
	fprintf(perfetto->out, ",\"name\":\"free threads\",\"args\":{\"free\":%u}",
		stats->cap - stats->taken);
	perfetto_end(perfetto);
}

/* Whoever came back last, while this one waited, is likely to have woken it. */
static void perfetto_woken(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t time)
{
	uint32_t track = perfetto_track(perfetto, call->task);

	perfetto_part(perfetto, call, "waits for a thread", call->since, time);
	if (perfetto->done.track && perfetto->done.track != track &&
	    perfetto->done.time >= call->since)
		perfetto_flow(perfetto, "thread given back", perfetto->done.track,
			      perfetto->done.time, track, time);
}

static void perfetto_resumed(struct trace_perfetto *perfetto, struct trace_call *call,
			     uint64_t time)
{
	uint32_t track = perfetto_track(perfetto, call->task);
	unsigned int slot = call->key % TRACE_PERFETTO_KEYS;

	perfetto_rpc(perfetto, call, time);
	if (call->rpc != TRACE_RPC_NOTIF_WAIT || !call->has_key ||
	    perfetto->sent[slot].track == 0 || perfetto->sent[slot].key != call->key)
		return;
	if (perfetto->sent[slot].time <= time)
		perfetto_flow(perfetto, "notification", perfetto->sent[slot].track,
			      perfetto->sent[slot].time, track, time);
	perfetto->sent[slot].track = 0;
}

static void perfetto_done(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t time)
{
	perfetto_part(perfetto, call, "secure world", call->entered, time);
	perfetto_call(perfetto, call, time, "done");
	if (!call->overtaken)
		perfetto_thread(perfetto, call, time);
	if (time > call->entered && call->entered >= call->queued) {
		/* A flow binds to the slice around it: the last of this one's. */
		perfetto->done.track = perfetto_track(perfetto, call->task);
		perfetto->done.time = time - 1;
	}
}

static void perfetto_name_tracks(struct trace_perfetto *perfetto)
{
	char name[TRACE_TASK_TEXT];

	if (perfetto->recording == 0)
		for (struct trace_task *task = trace_task_first(perfetto->calls); task;
		     task = trace_task_next(perfetto->calls, task))
			if (task->track)
				perfetto_name_task(perfetto, task);
	for (uint32_t i = 0; i < FIELD_THREADS_MAX; i++) {
		snprintf(name, sizeof(name), "thread %" PRIu32, i);
		if (perfetto->used[i])
			perfetto_name(perfetto, "thread_name", PROCESS_THREADS,
				      perfetto->threads_before + i + 1, name);
	}
}

static void perfetto_leave_tracks(struct trace_perfetto *perfetto)
{
	perfetto_name_tracks(perfetto);
	memset(perfetto->used, 0, sizeof(perfetto->used));
	memset(perfetto->busy_until, 0, sizeof(perfetto->busy_until));
	memset(perfetto->sent, 0, sizeof(perfetto->sent));
	perfetto->done.track = 0;
	perfetto->tasks_before = perfetto->task_count;
	perfetto->threads_before += FIELD_THREADS_MAX;
	perfetto->recording = perfetto->calls->recording;
}

static void perfetto_fact(void *argument, enum trace_fact fact, struct trace_call *call,
			  uint64_t time)
{
	struct trace_perfetto *perfetto = argument;

	if (perfetto->recording != perfetto->calls->recording)
		perfetto_leave_tracks(perfetto);
	switch (fact) {
	case TRACE_FACT_CALL:
		if (call->queued < call->begun)
			perfetto_part(perfetto, call, "waits for a thread", call->queued,
				      call->begun);
		break;
	case TRACE_FACT_REFUSED:
		perfetto_part(perfetto, call, "refused", call->entered, time);
		break;
	case TRACE_FACT_RETRY:
		perfetto_woken(perfetto, call, time);
		break;
	case TRACE_FACT_RPC:
		perfetto_part(perfetto, call, "secure world", call->entered, time);
		break;
	case TRACE_FACT_RESUME:
		perfetto_resumed(perfetto, call, time);
		break;
	case TRACE_FACT_NOTIFY:
		perfetto->sent[call->key % TRACE_PERFETTO_KEYS].track =
			perfetto_track(perfetto, call->task);
		perfetto->sent[call->key % TRACE_PERFETTO_KEYS].key = call->key;
		perfetto->sent[call->key % TRACE_PERFETTO_KEYS].time = time;
		break;
	case TRACE_FACT_TAKEN:
		perfetto_thread(perfetto, call, call->entered);
		break;
	case TRACE_FACT_DONE:
		perfetto_done(perfetto, call, time);
		break;
	case TRACE_FACT_GONE:
		perfetto_call(perfetto, call, time, "not seen");
		break;
	}
	perfetto_counter(perfetto, time);
}

void trace_perfetto_start(struct trace_perfetto *perfetto, FILE *out, struct trace_calls *calls,
			  const struct trace_stats *stats)
{
	perfetto->out = out;
	perfetto->calls = calls;
	perfetto->stats = stats;
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
	trace_calls_listen(calls, (struct trace_sink){ perfetto_fact, perfetto });
}

static void perfetto_open(struct trace_perfetto *perfetto, struct trace_call *call, uint64_t end)
{
	switch (call->phase) {
	case TRACE_PHASE_FIRST:
	case TRACE_PHASE_RESUMED:
		perfetto_part(perfetto, call, "secure world", call->since, end);
		break;
	case TRACE_PHASE_REFUSED:
		perfetto_part(perfetto, call, "waits for a thread", call->since, end);
		break;
	case TRACE_PHASE_RPC:
		perfetto_rpc(perfetto, call, end);
		break;
	}
	perfetto_call(perfetto, call, end, "open");
	if (!call->overtaken)
		perfetto_thread(perfetto, call, end);
}

void trace_perfetto_finish(struct trace_perfetto *perfetto, const struct trace *trace)
{
	for (struct trace_task *task = trace_task_first(perfetto->calls); task;
	     task = trace_task_next(perfetto->calls, task))
		for (struct trace_call *call = task->call; call; call = call->outer)
			perfetto_open(perfetto, call, trace->end);
	perfetto_name_tracks(perfetto);
	perfetto_name(perfetto, "process_name", PROCESS_TASKS, 0, "tasks");
	perfetto_name(perfetto, "process_name", PROCESS_THREADS, 0, "secure world");
	fputs("\n]}\n", perfetto->out);
}
