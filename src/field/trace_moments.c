/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_stats.h"

static struct trace_holder moments_who(const struct trace_call *call)
{
	struct trace_holder who = { .key = call->task->key, .thread = call->thread };

	memcpy(who.name, call->task->name, TRACE_NAME_MAX);
	return who;
}

static bool moments_is_certain(const struct trace_call *call)
{
	return call->phase == TRACE_PHASE_RPC || call->phase == TRACE_PHASE_RESUMED;
}

static struct trace_held moments_held(const struct trace_call *call, uint64_t time)
{
	struct trace_held held = {
		.who = moments_who(call),
		.rpc = call->longest_rpc,
		.rpc_time = call->longest_rpc_time,
	};

	if (call->phase == TRACE_PHASE_RPC && time - call->since >= held.rpc_time) {
		held.rpc = call->rpc;
		held.rpc_time = time - call->since;
	}
	return held;
}

/* Those who surely have a thread first, then who may. */
static void moments_fill(const struct trace_stats *stats, struct trace_moment *moment,
			 uint64_t time)
{
	unsigned int limit = stats->cap < TRACE_HOLDERS_KEPT ? stats->cap : TRACE_HOLDERS_KEPT;

	if (stats->dropped)
		moment->held[moment->held_count++] = moments_held(stats->dropped, time);
	for (unsigned int pass = 0; pass < 2; pass++)
		for (unsigned int i = 0; i < stats->holder_count && moment->held_count < limit; i++)
			if (moments_is_certain(stats->holders[i]) == (pass == 0))
				moment->held[moment->held_count++] =
					moments_held(stats->holders[i], time);
}

/* Of more tasks it is not asked which has waited longest. */
#define TASKS_ASKED 1024

/* The calls that wait now, of which the recording knows. */
static void moments_waiting(const struct trace_stats *stats, struct trace_moment *moment,
			    uint64_t time)
{
	const struct trace_calls *calls = stats->calls;

	moment->waiting = calls->waiting + calls->queueing;
	if (moment->waiting == 0 || calls->task_count > TASKS_ASKED)
		return;
	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task)) {
		uint64_t from;

		if (task->has_queued)
			from = task->queued;
		else if (task->call && task->call->phase == TRACE_PHASE_REFUSED)
			from = task->call->queued;
		else
			continue;
		if (time > from && time - from > moment->longest_wait)
			moment->longest_wait = time - from;
	}
}

static void moments_end(struct trace_stats *stats, uint64_t time)
{
	uint64_t length = time - stats->full_since;
	struct trace_moment moment = { .from = stats->full_since, .time = length };
	unsigned int at = stats->moment_count;

	stats->full_time += length;
	stats->full_count++;
	while (at > 0 && stats->moments[at - 1].time < length)
		at--;
	if (at == TRACE_MOMENTS_KEPT)
		return;
	moments_fill(stats, &moment, time);
	moments_waiting(stats, &moment, time);
	if (stats->moment_count < TRACE_MOMENTS_KEPT)
		stats->moment_count++;
	memmove(&stats->moments[at + 1], &stats->moments[at],
		(stats->moment_count - 1 - at) * sizeof(moment));
	stats->moments[at] = moment;
}

void trace_moments_level(struct trace_stats *stats, uint64_t time)
{
	bool full = stats->cap > 0 && stats->taken == stats->cap;

	if (full && !stats->full)
		stats->full_since = time;
	if (!full && stats->full && time > stats->full_since)
		moments_end(stats, time);
	stats->full = full;
}

void trace_moments_refused(struct trace_stats *stats, struct trace_call *call)
{
	if (call->held_by_count > 0)
		return;
	for (unsigned int i = 0; i < stats->holder_count; i++)
		if (moments_is_certain(stats->holders[i]) &&
		    call->held_by_count < TRACE_HOLDERS_KEPT)
			call->held_by[call->held_by_count++] = moments_who(stats->holders[i]);
}

void trace_moments_waited(struct trace_stats *stats, const struct trace_call *call)
{
	struct trace_wait wait = {
		.from = call->queued,
		.time = call->wait_time,
		.retries = call->retries,
		.who = moments_who(call),
		.held_by_count = call->held_by_count,
	};
	unsigned int at = stats->wait_count;

	while (at > 0 && stats->waits[at - 1].time < wait.time)
		at--;
	if (wait.time == 0 || at == TRACE_MOMENTS_KEPT)
		return;
	memcpy(wait.held_by, call->held_by, sizeof(wait.held_by));
	if (stats->wait_count < TRACE_MOMENTS_KEPT)
		stats->wait_count++;
	memmove(&stats->waits[at + 1], &stats->waits[at],
		(stats->wait_count - 1 - at) * sizeof(wait));
	stats->waits[at] = wait;
}
