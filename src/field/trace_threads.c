/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_calls.h"

/*
 * One mistake is one complaint. Where two events contradict each other, either may be the wrong
 * one, and both numbers are taken for what they are from then on, until one of them comes again.
 */

static void threads_taken(const struct trace_calls *calls, struct trace_call *call,
			  struct trace_call *by, uint64_t time)
{
	if (call->disputed || by->disputed)
		return;
	call->disputed = by->disputed = true;
	call->taken = calls->line;
	call->taken_time = time;
	call->taken_by = (struct trace_holder){ .key = by->task->key };
	memcpy(call->taken_by.name, by->task->name, TRACE_NAME_MAX);
}

static void threads_complain_taken(struct trace_calls *calls, struct trace_call *call)
{
	struct trace_task by = { .key = call->taken_by.key };
	uint64_t line = calls->line;

	if (!call->taken)
		return;
	memcpy(by.name, call->taken_by.name, TRACE_NAME_MAX);
	calls->line = call->taken;
	trace_complain(calls, TRACE_COMPLAINT_THREAD_TAKEN, &by, call->taken_time,
		       "an RPC of thread %u, in which a call of %s%s%llu was suspended",
		       call->thread, call->task->name, call->task->name[0] ? "/" : "",
		       (unsigned long long)call->task->key);
	calls->line = line;
	call->taken = 0;
}

void trace_threads_finish(struct trace_calls *calls)
{
	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task))
		for (struct trace_call *call = task->call; call; call = call->outer)
			if (task->epoch == calls->epoch)
				threads_complain_taken(calls, call);
}

/* Somebody else was seen with that thread before. */
static void threads_claim(struct trace_calls *calls, struct trace_call *call, uint32_t thread,
			  uint64_t time, bool synced)
{
	struct trace_call *holder = calls->holders[thread];

	if (holder && holder != call) {
		/*
		 * Who was resumed may have finished, and be late with its event. Who has not been
		 * resumed has its thread, unless its resume is among what was lost.
		 */
		if (holder->phase != TRACE_PHASE_RPC)
			calls->late_ends++;
		else if (holder->task->epoch == calls->epoch && !holder->doubtful && synced)
			threads_taken(calls, holder, call, time);
		holder->overtaken = true;
		trace_tell(calls, TRACE_FACT_TAKEN, holder, time);
	} else if (call->overtaken && call->thread == thread && synced && !call->disputed) {
		call->disputed = true;
		trace_complain(calls, TRACE_COMPLAINT_THREAD_TAKEN, call->task, time,
			       "an RPC of thread %u, in which another call was meanwhile", thread);
	}
	call->thread = thread;
	call->overtaken = false;
	calls->holders[thread] = call;
}

void trace_thread_release(struct trace_calls *calls, const struct trace_call *call)
{
	if (call->thread != TRACE_NO_THREAD && calls->holders[call->thread] == call)
		calls->holders[call->thread] = NULL;
}

void trace_thread_seen(struct trace_calls *calls, struct trace_call *call, uint64_t number,
		       uint64_t time, bool synced)
{
	uint32_t thread = (uint32_t)number;

	if (number >= FIELD_THREADS_MAX || (calls->threads && number >= calls->threads)) {
		if (call->other_thread != thread)
			trace_complain(calls, TRACE_COMPLAINT_NO_SUCH_THREAD, call->task, time,
				       calls->threads ? "thread %llu, of %u" : "thread %llu",
				       (unsigned long long)number, calls->threads);
		call->other_thread = thread;
		return;
	}
	calls->seen[thread] = true;
	if (thread >= calls->seen_end)
		calls->seen_end = thread + 1;
	if (call->thread == thread && calls->holders[thread] == call)
		return;
	if (call->thread != TRACE_NO_THREAD && call->thread != thread) {
		if (synced && call->other_thread != thread) {
			trace_complain(calls, TRACE_COMPLAINT_OTHER_THREAD, call->task, time,
				       "an RPC of thread %u, and before it was in thread %u",
				       thread, call->thread);
			call->other_thread = thread;
			return;
		}
		trace_thread_release(calls, call);
	}
	threads_claim(calls, call, thread, time, synced);
}

/* Behind so many contradictions it does not matter any more which event was the wrong one. */
#define CONTRADICTIONS_MAX 64

/* The call's own number was the wrong one: whoever it disturbed is in its thread as before. */
static void threads_withdraw(struct trace_calls *calls, struct trace_call *call)
{
	if (call->taken) {
		call->taken = 0;
		call->disputed = false;
	}
	if (calls->contradictions++ >= CONTRADICTIONS_MAX)
		return;
	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task))
		for (struct trace_call *other = task->call; other; other = other->outer) {
			if (other == call || other->thread != call->thread || !other->overtaken)
				continue;
			calls->late_ends -= !other->disputed && calls->late_ends > 0;
			if (other->taken && other->taken_by.key == call->task->key) {
				other->taken = 0;
				other->disputed = call->disputed = false;
			}
			other->overtaken = false;
			calls->holders[other->thread] = other;
		}
}

void trace_thread_resumed(struct trace_calls *calls, struct trace_call *call, uint64_t number,
			  uint64_t time, bool synced)
{
	uint32_t thread = (uint32_t)number;

	if (call->thread == thread) {
		if (synced)
			threads_complain_taken(calls, call);
		return;
	}
	if (call->thread == TRACE_NO_THREAD) {
		trace_thread_seen(calls, call, number, time, false);
		return;
	}
	if (number == call->other_thread && number < FIELD_THREADS_MAX) {
		call->taken = 0;
		trace_thread_release(calls, call);
		threads_claim(calls, call, thread, time, false);
		return;
	}
	/* Where its RPC was said to be of somebody else's thread, this is no news. */
	threads_withdraw(calls, call);
	if (call->other_thread != thread && !call->disputed)
		trace_complain(calls, TRACE_COMPLAINT_WRONG_THREAD, call->task, time,
			       "a resume of thread %llu, and the RPC was of thread %u",
			       (unsigned long long)number, call->thread);
	call->other_thread = thread;
	call->disputed = true;
}
