/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "field/trace_conform.h"

static void conform_complain(struct trace_conform *conform, const struct trace_call *call,
			     uint64_t time, const char *what)
{
	trace_complain(conform->calls, TRACE_COMPLAINT_MODEL, call->task, time, "%s: %s",
		       conform->policy->name, what);
}

/* ---------------------------------------- the queue ------------------------------------------- */

static void conform_enter(struct trace_conform *conform, struct trace_call *call, uint64_t time)
{
	struct teeq_waiter waiter = { .flags = TEEQ_WAITER_SYSTEM };

	if (conform->queue->total_count == 0 || !conform->policy->admit) {
		call->credit = TEEQ_CREDIT_NONE;
		return;
	}
	/* Which sessions are system sessions is not recorded: what one may do is allowed. */
	if (!conform->policy->admit(conform->queue, &waiter) && !call->adopted)
		conform_complain(conform, call, time,
				 "a call goes to the secure world, and no credit is free");
	call->credit = waiter.credit;
}

static void conform_leave(struct trace_conform *conform, const struct trace_call *call)
{
	const struct teeq_waiter waiter = { .flags = TEEQ_WAITER_SYSTEM, .credit = call->credit };

	if (conform->queue->total_count && conform->policy->leave &&
	    call->credit != TEEQ_CREDIT_NONE)
		conform->policy->leave(conform->queue, &waiter);
}

/* Whether a call of another task came back at @since or later. */
static bool conform_was_woken(const struct trace_conform *conform, const struct trace_call *call,
			      uint64_t since)
{
	uint64_t other = conform->done_by == call->task ? conform->before_done : conform->last_done;

	if (other > since)
		return true;
	/* Its end event is written before it leaves the queue: it may have been slow in between. */
	return other > 0;
}

static void conform_came_back(struct trace_conform *conform, const struct trace_call *call,
			      uint64_t time)
{
	if (conform->done_by != call->task)
		conform->before_done = conform->last_done;
	conform->done_by = call->task;
	conform->last_done = time + 1;
}

/* ---------------------------------------- threads --------------------------------------------- */

static unsigned int conform_attempt(const struct trace_conform *conform,
				    const struct trace_call *call)
{
	unsigned int i = 0;

	while (i < conform->attempt_count && conform->attempts[i].call != call)
		i++;
	return i;
}

/* An SMC begins that asks for a thread: it may have one from now on. */
static void conform_ask(struct trace_conform *conform, struct trace_call *call)
{
	for (unsigned int i = 0; i < conform->attempt_count; i++)
		if (conform->attempts[i].most < conform->holders)
			conform->attempts[i].most = conform->holders;
	if (conform->attempt_count < TRACE_CONFORM_ATTEMPTS) {
		conform->attempts[conform->attempt_count].call = call;
		conform->attempts[conform->attempt_count++].most = conform->holders;
	} else {
		conform->not_compared++;
	}
	conform->holders++;
	conform->unknown += !call->asked;
	call->asked = true;
}

static void conform_known(struct trace_conform *conform, struct trace_call *call)
{
	conform->unknown -= call->asked;
	call->asked = false;
}

static void conform_forget(struct trace_conform *conform, const struct trace_call *call)
{
	unsigned int i = conform_attempt(conform, call);

	if (i < conform->attempt_count)
		conform->attempts[i] = conform->attempts[--conform->attempt_count];
}

static void conform_refused(struct trace_conform *conform, struct trace_call *call, uint64_t time)
{
	unsigned int i = conform_attempt(conform, call);

	conform->holders--;
	conform_known(conform, call);
	if (conform->policy->counts_every_call && conform->queue->total_count)
		conform_complain(conform, call, time,
				 "ETHREAD_LIMIT for a call that had got a credit");
	else if (i < conform->attempt_count && conform->calls->threads &&
		 conform->attempts[i].most < conform->calls->threads &&
		 conform->doubt_count++ < TRACE_CONFORM_DOUBTS) {
		unsigned int at = (unsigned int)conform->doubt_count - 1;

		conform->doubts[at].line = conform->calls->line;
		conform->doubts[at].time = time;
		conform->doubts[at].most = conform->attempts[i].most;
		conform->doubts[at].who.key = call->task->key;
		memcpy(conform->doubts[at].who.name, call->task->name, TRACE_NAME_MAX);
	}
	conform_forget(conform, call);
}

/* The call is in its thread for the first time that can be seen, and asked for it at @admitted. */
static void conform_thread(struct trace_conform *conform, struct trace_call *call, uint64_t time)
{
	uint32_t thread = call->thread;

	conform_known(conform, call);
	conform_forget(conform, call);
	if (thread == TRACE_NO_THREAD || call->adopted)
		return;
	/* One of which nothing is known may be in any. */
	if (conform->unknown > 0 || conform->unknown_until > call->admitted)
		return;
	for (uint32_t lower = 0; lower < thread; lower++)
		if (!conform->calls->holders[lower] && conform->released[lower] > 0 &&
		    conform->released[lower] <= call->admitted) {
			trace_complain(conform->calls, TRACE_COMPLAINT_MODEL, call->task, time,
				       "%s: thread %u is taken while thread %u is free",
				       conform->policy->name, thread, lower);
			return;
		}
}

static void conform_gone(struct trace_conform *conform, struct trace_call *call, uint64_t time)
{
	if (call->phase == TRACE_PHASE_REFUSED)
		return;
	conform->holders--;
	if (call->thread != TRACE_NO_THREAD) {
		conform->released[call->thread] = time + 1;
	} else {
		conform->unknown_until = time + 1;
	}
	conform_known(conform, call);
	conform_forget(conform, call);
}

/* ------------------------------------------ facts --------------------------------------------- */

static void conform_step(struct trace_conform *conform, enum trace_fact fact,
			 struct trace_call *call, uint64_t time)
{
	switch (fact) {
	case TRACE_FACT_CALL:
		conform_enter(conform, call, time);
		if (call->adopted)
			conform->holders++;
		else
			conform_ask(conform, call);
		break;
	case TRACE_FACT_REFUSED:
		if (call->adopted)
			conform->holders--;
		else
			conform_refused(conform, call, time);
		break;
	case TRACE_FACT_RETRY:
		if (!call->adopted && !conform_was_woken(conform, call, call->entered))
			conform_complain(conform, call, time,
					 "a call is made again, and nobody can have woken it");
		conform_ask(conform, call);
		break;
	case TRACE_FACT_RPC:
		if (call->rpc_count == 1 && conform_attempt(conform, call) < conform->attempt_count)
			conform_thread(conform, call, time);
		break;
	case TRACE_FACT_TAKEN:
		if (call->thread != TRACE_NO_THREAD)
			conform->released[call->thread] = time + 1;
		break;
	case TRACE_FACT_DONE:
		conform_came_back(conform, call, time);
		conform_gone(conform, call, time);
		conform_leave(conform, call);
		break;
	case TRACE_FACT_GONE:
		conform_gone(conform, call, time);
		conform_leave(conform, call);
		break;
	case TRACE_FACT_RESUME:
	case TRACE_FACT_NOTIFY:
		break;
	}
}

/* The first call is there, and with it all that the head of the file says. */
static void conform_begin(struct trace_conform *conform)
{
	conform->started = true;
	if (!conform->policy && conform->trace->head.kernel_major)
		conform->policy = teeq_policy_find(trace_policy(conform->trace));
	/* A driver that tracks nothing was told no number. */
	if (!conform->policy || !conform->policy->counts_every_call)
		return;
	conform->queue->total_count = (uint8_t)conform->calls->threads;
	conform->queue->free_count = (int32_t)conform->calls->threads;
}

static void conform_fact(void *argument, enum trace_fact fact, struct trace_call *call,
			 uint64_t time)
{
	struct trace_conform *conform = argument;

	if (!conform->started)
		conform_begin(conform);
	if (conform->calls->epoch != conform->epoch || !conform->policy) {
		conform->not_compared++;
		return;
	}
	conform->steps++;
	conform_step(conform, fact, call, time);
}

enum teeq_status trace_conform_start(struct trace_conform *conform, struct trace *trace)
{
	conform->trace = trace;
	conform->calls = &trace->calls;
	conform->queue = calloc(1, sizeof(*conform->queue));
	if (!conform->queue)
		return TEEQ_ENOMEM;
	trace_calls_listen(conform->calls, (struct trace_sink){ conform_fact, conform });
	return TEEQ_OK;
}

void trace_conform_finish(struct trace_conform *conform)
{
	struct trace_calls *calls = conform->calls;
	uint64_t kept = conform->doubt_count < TRACE_CONFORM_DOUBTS ? conform->doubt_count :
								      TRACE_CONFORM_DOUBTS;

	/* Who was in a thread all the while shows in no event. */
	for (unsigned int i = 0; i < calls->threads && i < FIELD_THREADS_MAX; i++)
		if (!calls->seen[i])
			return;
	if (calls->adopted > 0)
		return;
	for (uint64_t i = 0; i < kept; i++) {
		struct trace_task task = { .key = conform->doubts[i].who.key };

		memcpy(task.name, conform->doubts[i].who.name, TRACE_NAME_MAX);
		calls->line = conform->doubts[i].line;
		trace_complain(
			calls, TRACE_COMPLAINT_MODEL, &task, conform->doubts[i].time,
			"%s: ETHREAD_LIMIT, while %llu of %u threads can have been taken at most",
			conform->policy->name, (unsigned long long)conform->doubts[i].most,
			calls->threads);
	}
}

void trace_conform_free(struct trace_conform *conform)
{
	free(conform->queue);
	conform->queue = NULL;
}
