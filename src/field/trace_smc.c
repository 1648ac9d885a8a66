/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/trace_calls.h"
#include "teeq/abi.h"

static bool smc_is_inside(const struct trace_call *call)
{
	return call->phase == TRACE_PHASE_FIRST || call->phase == TRACE_PHASE_RESUMED;
}

static void smc_enter(struct trace_calls *calls, struct trace_call *call, enum trace_phase phase,
		      uint64_t time)
{
	calls->waiting -= call->phase == TRACE_PHASE_REFUSED;
	call->phase = phase;
	call->since = time;
	call->entered = time;
	if (++calls->inside > calls->inside_max)
		calls->inside_max = calls->inside;
}

/* The call's phase is over; @executed: if it was an SMC, then in the secure world. */
static void smc_over(struct trace_calls *calls, struct trace_call *call, bool executed,
		     uint64_t time)
{
	if (smc_is_inside(call)) {
		calls->inside--;
		if (executed)
			call->secure_time += time - call->since;
	}
	calls->waiting -= call->phase == TRACE_PHASE_REFUSED;
}

static void smc_leave(struct trace_calls *calls, struct trace_call *call, enum trace_phase phase,
		      uint64_t time)
{
	smc_over(calls, call, phase != TRACE_PHASE_REFUSED, time);
	calls->waiting += phase == TRACE_PHASE_REFUSED;
	call->phase = phase;
	call->since = time;
}

/* The innermost call of the task is over, one way or the other. */
static void smc_close(struct trace_calls *calls, struct trace_task *task, enum trace_fact fact,
		      uint64_t time)
{
	struct trace_call *call = task->call;

	smc_over(calls, call, fact == TRACE_FACT_DONE, time);
	if (fact == TRACE_FACT_DONE)
		calls->done++;
	else
		calls->gone++;
	trace_tell(calls, fact, call, time);
	trace_thread_release(calls, call);
	calls->in_flight--;
	trace_call_free(calls, call);
}

void trace_smc_lose_all(struct trace_calls *calls, struct trace_task *task, uint64_t time)
{
	while (task->call)
		smc_close(calls, task, TRACE_FACT_GONE, time);
}

static struct trace_call *smc_call(struct trace_calls *calls, struct trace_task *task,
				   uint64_t time, bool adopted)
{
	struct trace_call *call;
	unsigned int depth = 0;

	for (call = task->call; call; call = call->outer)
		depth++;
	if (depth >= TRACE_NESTING_MAX) {
		trace_complain(calls, TRACE_COMPLAINT_NESTED, task, time,
			       "%u calls inside of each other", depth + 1);
		trace_smc_lose_all(calls, task, time);
	}
	call = trace_call_new(calls, task);
	if (!call)
		return NULL;
	call->begun = time;
	call->admitted = time;
	call->queued = task->has_queued ? task->queued : time;
	if (call->outer && call->queued < call->outer->since)
		call->queued = call->outer->since;
	call->purpose = task->purpose;
	call->adopted = adopted;
	/* Of one that is found nothing is known that would be taken back. */
	call->phase = adopted ? TRACE_PHASE_RPC : TRACE_PHASE_FIRST;
	call->since = time;
	calls->queueing -= task->has_queued;
	task->has_queued = false;
	task->purpose = TRACE_PURPOSE_UNKNOWN;
	if (adopted) {
		calls->adopted++;
	} else {
		calls->calls++;
		calls->nested += call->nested;
	}
	if (++calls->in_flight > calls->in_flight_max)
		calls->in_flight_max = calls->in_flight;
	return call;
}

/* What a call waited for a thread from @from on. */
static void smc_waited(struct trace_call *call, uint64_t from, uint64_t to)
{
	call->wait_time += to > from ? to - from : 0;
}

/* ----------------------------------------- begins --------------------------------------------- */

static bool smc_same_call(const struct trace_call *call, const struct trace_event *event)
{
	for (unsigned int i = 0; i < 4; i++)
		if (call->registers[i] != event->registers[i])
			return false;
	return true;
}

static bool smc_is_call(uint64_t function)
{
	return function == TEEQ_SMC_CALL_WITH_ARG || function == TEEQ_SMC_CALL_WITH_RPC_ARG ||
	       function == TEEQ_SMC_CALL_WITH_REGD_ARG ||
	       function == TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG;
}

static void smc_begin_call(struct trace_calls *calls, struct trace_task *task,
			   const struct trace_event *event)
{
	struct trace_call *call;

	if (!smc_is_call(event->registers[0]))
		trace_complain(calls, TRACE_COMPLAINT_FUNCTION, task, event->time,
			       "an SMC of function %llx, which is no standard call of the driver",
			       (unsigned long long)event->registers[0]);
	call = smc_call(calls, task, event->time, false);
	if (!call)
		return;
	for (unsigned int i = 0; i < 4; i++)
		call->registers[i] = event->registers[i];
	smc_enter(calls, call, TRACE_PHASE_FIRST, event->time);
	if (call->queued < call->begun)
		smc_waited(call, call->queued, call->begun);
	trace_tell(calls, TRACE_FACT_CALL, call, event->time);
}

static void smc_retry(struct trace_calls *calls, struct trace_call *call, uint64_t time)
{
	call->retries++;
	calls->retries++;
	if (call->retries > calls->longest_retries)
		calls->longest_retries = call->retries;
	smc_waited(call, call->since, time);
	call->admitted = time;
	trace_tell(calls, TRACE_FACT_RETRY, call, time);
	smc_enter(calls, call, TRACE_PHASE_FIRST, time);
}

static void smc_complain_begin(struct trace_calls *calls, struct trace_task *task, uint64_t time)
{
	trace_complain(calls, TRACE_COMPLAINT_BEGIN, task, time,
		       "an SMC begins, and the one before did not end");
}

static void smc_resume(struct trace_calls *calls, struct trace_task *task,
		       const struct trace_event *event, bool synced)
{
	struct trace_call *call = task->call;
	uint64_t thread = event->registers[3];

	if (call && !synced && call->phase == TRACE_PHASE_RPC && call->thread != thread) {
		/* Another call than the one that was seen last. */
		trace_smc_lose_all(calls, task, event->time);
		call = NULL;
	}
	if (!call || call->phase == TRACE_PHASE_REFUSED) {
		if (synced)
			trace_complain(calls, TRACE_COMPLAINT_RESUME, task, event->time,
				       "a resume of thread %llu, and no RPC before it",
				       (unsigned long long)thread);
		if (call)
			smc_close(calls, task, TRACE_FACT_GONE, event->time);
		call = smc_call(calls, task, event->time, true);
		if (!call)
			return;
		trace_thread_seen(calls, call, thread, event->time, false);
		trace_tell(calls, TRACE_FACT_CALL, call, event->time);
	} else if (smc_is_inside(call)) {
		if (synced)
			smc_complain_begin(calls, task, event->time);
		smc_leave(calls, call, TRACE_PHASE_RPC, event->time);
		trace_thread_seen(calls, call, thread, event->time, false);
	} else {
		trace_thread_resumed(calls, call, thread, event->time, synced);
	}
	trace_tell(calls, TRACE_FACT_RESUME, call, event->time);
	if (call->in_rpc && event->time - call->since > call->longest_rpc_time) {
		call->longest_rpc_time = event->time - call->since;
		call->longest_rpc = call->rpc;
	}
	call->in_rpc = false;
	call->asked_supplicant = false;
	smc_enter(calls, call, TRACE_PHASE_RESUMED, event->time);
}

/*
 * A resume of its thread shows that a call goes on of
 * which that was in doubt; all else, that it is over.
 */
static void smc_settle(struct trace_calls *calls, struct trace_task *task, uint64_t thread,
		       uint64_t time)
{
	struct trace_call *call = task->call;

	if (!call || !call->doubtful)
		return;
	call->doubtful = false;
	if (thread == TRACE_NO_THREAD ||
	    (call->thread != TRACE_NO_THREAD && call->thread != thread)) {
		smc_close(calls, task, TRACE_FACT_GONE, time);
		return;
	}
	trace_thread_seen(calls, call, thread, time, false);
}

void trace_smc_begin(struct trace_calls *calls, struct trace_task *task,
		     const struct trace_event *event, bool synced)
{
	struct trace_call *call;

	if (event->registers[0] == TEEQ_SMC_CALL_RETURN_FROM_RPC) {
		smc_settle(calls, task, event->registers[3], event->time);
		smc_resume(calls, task, event, synced);
		return;
	}
	smc_settle(calls, task, TRACE_NO_THREAD, event->time);
	call = task->call;
	if (call && call->phase == TRACE_PHASE_REFUSED) {
		if (smc_same_call(call, event)) {
			smc_retry(calls, call, event->time);
			return;
		}
		if (synced && call->registers[0])
			trace_complain(calls, TRACE_COMPLAINT_NOT_RETRIED, task, event->time,
				       "ETHREAD_LIMIT is followed by another call");
		smc_close(calls, task, TRACE_FACT_GONE, event->time);
	} else if (call && (smc_is_inside(call) || !synced)) {
		if (synced)
			smc_complain_begin(calls, task, event->time);
		if (call->outer && call->outer->doubtful) {
			smc_close(calls, task, TRACE_FACT_GONE, event->time);
		} else {
			smc_leave(calls, call, TRACE_PHASE_RPC, event->time);
			call->doubtful = true;
		}
	}
	/* In an RPC it is a call of whoever serves that. */
	smc_begin_call(calls, task, event);
}

/* ------------------------------------------ ends ---------------------------------------------- */

static void smc_suspended(struct trace_calls *calls, struct trace_call *call,
			  const struct trace_event *event, bool synced)
{
	uint32_t function = teeq_smc_rpc_func((uint32_t)event->registers[0]);

	switch (function) {
	case TEEQ_SMC_RPC_ALLOC:
		call->rpc = TRACE_RPC_ALLOC;
		break;
	case TEEQ_SMC_RPC_FREE:
		call->rpc = TRACE_RPC_FREE;
		break;
	case TEEQ_SMC_RPC_FOREIGN_INTR:
		call->rpc = TRACE_RPC_FOREIGN;
		break;
	case TEEQ_SMC_RPC_CMD:
		call->rpc = TRACE_RPC_COMMAND;
		break;
	default:
		trace_complain(calls, TRACE_COMPLAINT_RPC, call->task, event->time,
			       "an RPC of function %u, which OP-TEE has not", function);
		call->rpc = TRACE_RPC_OTHER;
		break;
	}
	if (call->rpc <= TRACE_RPC_COMMAND)
		calls->rpcs[call->rpc]++;
	call->rpc_count++;
	call->in_rpc = true;
	call->has_key = false;
	call->asked_supplicant = false;
	if (call->shape_count++ < TRACE_SHAPE_MAX)
		call->shape[call->shape_count - 1] = (uint16_t)call->rpc;
	smc_leave(calls, call, TRACE_PHASE_RPC, event->time);
	trace_thread_seen(calls, call, event->registers[3], event->time, synced);
	trace_tell(calls, TRACE_FACT_RPC, call, event->time);
}

static void smc_refused(struct trace_calls *calls, struct trace_call *call,
			const struct trace_event *event, bool synced)
{
	if (call->rpc_count > 0 || call->phase == TRACE_PHASE_RESUMED) {
		if (synced)
			trace_complain(calls, TRACE_COMPLAINT_REFUSED_RESUME, call->task,
				       event->time, "ETHREAD_LIMIT is the answer to a resume");
		smc_leave(calls, call, TRACE_PHASE_RPC, event->time);
		return;
	}
	smc_leave(calls, call, TRACE_PHASE_REFUSED, event->time);
	calls->refusals++;
	trace_tell(calls, TRACE_FACT_REFUSED, call, event->time);
}

void trace_smc_end(struct trace_calls *calls, struct trace_task *task,
		   const struct trace_event *event, bool synced)
{
	uint32_t answer = (uint32_t)event->registers[0];
	struct trace_call *call;

	smc_settle(calls, task, TRACE_NO_THREAD, event->time);
	call = task->call;
	if (!call || !smc_is_inside(call)) {
		if (synced)
			trace_complain(calls, TRACE_COMPLAINT_END, task, event->time,
				       "an SMC ends that did not begin");
		/* No resume is refused: what was, is a call inside of the RPC. */
		if (!call ||
		    (call->phase == TRACE_PHASE_RPC && answer == TEEQ_SMC_RETURN_ETHREAD_LIMIT)) {
			call = smc_call(calls, task, event->time, true);
			if (!call)
				return;
			trace_tell(calls, TRACE_FACT_CALL, call, event->time);
		}
		/* Its resume is what is missing, and nobody took its thread. */
		if (call->phase == TRACE_PHASE_RPC)
			call->taken = 0;
	}
	if (answer == TEEQ_SMC_RETURN_ETHREAD_LIMIT) {
		smc_refused(calls, call, event, synced);
		return;
	}
	if (teeq_smc_is_rpc(answer)) {
		smc_suspended(calls, call, event, synced);
		return;
	}
	if (answer != TEEQ_SMC_RETURN_OK)
		trace_complain(calls, TRACE_COMPLAINT_RETURN, task, event->time,
			       "the SMC returned %x, which is neither OK nor an RPC", answer);
	smc_close(calls, task, TRACE_FACT_DONE, event->time);
}
