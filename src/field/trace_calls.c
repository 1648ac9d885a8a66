/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_calls.h"
#include "teeq/abi.h"

static const struct {
	const char *word;
	const char *text;
} rpcs[TRACE_RPC_COUNT] = {
	[TRACE_RPC_FOREIGN] = { "foreign-interrupt", "foreign interrupt" },
	[TRACE_RPC_ALLOC] = { "alloc", "ALLOC" },
	[TRACE_RPC_FREE] = { "free", "FREE" },
	[TRACE_RPC_COMMAND] = { "command", "command that is not told" },
	[TRACE_RPC_LOAD_TA] = { "load-ta", "LOAD_TA" },
	[TRACE_RPC_RPMB] = { "rpmb", "RPMB by tee-supplicant" },
	[TRACE_RPC_STORAGE] = { "storage", "FS" },
	[TRACE_RPC_TIME] = { "get-time", "GET_TIME" },
	[TRACE_RPC_NOTIF_WAIT] = { "notification-wait", "NOTIFICATION_WAIT" },
	[TRACE_RPC_NOTIF_SEND] = { "notification-send", "NOTIFICATION_SEND" },
	[TRACE_RPC_SUSPEND] = { "suspend", "SUSPEND" },
	[TRACE_RPC_SHM_ALLOC] = { "shm-alloc", "SHM_ALLOC" },
	[TRACE_RPC_SHM_FREE] = { "shm-free", "SHM_FREE" },
	[TRACE_RPC_SOCKET] = { "socket", "SOCKET" },
	[TRACE_RPC_I2C] = { "i2c", "I2C_TRANSFER" },
	[TRACE_RPC_RPMB_PROBE] = { "rpmb-probe", "RPMB_PROBE" },
	[TRACE_RPC_RPMB_FRAMES] = { "rpmb-frames", "RPMB_FRAMES" },
	[TRACE_RPC_OTHER] = { "other", "another command" },
};

const char *trace_rpc_word(enum trace_rpc rpc)
{
	return rpcs[rpc].word;
}

const char *trace_rpc_text(enum trace_rpc rpc)
{
	return rpcs[rpc].text;
}

const char *trace_purpose_word(enum trace_purpose purpose)
{
	static const char *const words[TRACE_PURPOSE_COUNT] = {
		"call", "open", "invoke", "close", "cancel", "memory",
	};

	return words[purpose];
}

const char *trace_complaint_word(enum trace_complaint_kind kind)
{
	static const char *const words[TRACE_COMPLAINT_COUNT] = {
		[TRACE_COMPLAINT_BEGIN] = "begin-without-end",
		[TRACE_COMPLAINT_END] = "end-without-begin",
		[TRACE_COMPLAINT_RESUME] = "resume-of-nothing",
		[TRACE_COMPLAINT_WRONG_THREAD] = "resume-of-another-thread",
		[TRACE_COMPLAINT_OTHER_THREAD] = "thread-changed",
		[TRACE_COMPLAINT_THREAD_TAKEN] = "thread-taken-twice",
		[TRACE_COMPLAINT_NO_SUCH_THREAD] = "no-such-thread",
		[TRACE_COMPLAINT_NOT_RETRIED] = "not-retried",
		[TRACE_COMPLAINT_REFUSED_RESUME] = "resume-refused",
		[TRACE_COMPLAINT_FUNCTION] = "unknown-function",
		[TRACE_COMPLAINT_RPC] = "unknown-rpc",
		[TRACE_COMPLAINT_RETURN] = "error-returned",
		[TRACE_COMPLAINT_NESTED] = "nested-too-deep",
		[TRACE_COMPLAINT_UNREADABLE] = "unreadable",
		[TRACE_COMPLAINT_MODEL] = "not-of-the-model",
	};

	return words[kind];
}

void trace_calls_listen(struct trace_calls *calls, struct trace_sink sink)
{
	if (calls->sink_count < TRACE_SINK_MAX)
		calls->sinks[calls->sink_count++] = sink;
}

static enum trace_rpc calls_command(uint64_t command)
{
	/* Those that the driver passes on are tee-supplicant's: 0, 1, 2, 10. */
	static const uint8_t kinds[] = {
		[0] = TRACE_RPC_LOAD_TA,
		[1] = TRACE_RPC_RPMB,
		[2] = TRACE_RPC_STORAGE,
		[TEEQ_RPC_CMD_GET_TIME] = TRACE_RPC_TIME,
		[TEEQ_RPC_CMD_NOTIFICATION] = TRACE_RPC_NOTIF_WAIT,
		[TEEQ_RPC_CMD_SUSPEND] = TRACE_RPC_SUSPEND,
		[TEEQ_RPC_CMD_SHM_ALLOC] = TRACE_RPC_SHM_ALLOC,
		[TEEQ_RPC_CMD_SHM_FREE] = TRACE_RPC_SHM_FREE,
		[10] = TRACE_RPC_SOCKET,
		[TEEQ_RPC_CMD_I2C_TRANSFER] = TRACE_RPC_I2C,
		[TEEQ_RPC_CMD_RPMB_PROBE_RESET] = TRACE_RPC_RPMB_PROBE,
		[TEEQ_RPC_CMD_RPMB_PROBE_NEXT] = TRACE_RPC_RPMB_PROBE,
		[TEEQ_RPC_CMD_RPMB_FRAMES] = TRACE_RPC_RPMB_FRAMES,
	};

	return command < sizeof(kinds) && kinds[command] ? (enum trace_rpc)kinds[command] :
							   TRACE_RPC_OTHER;
}

/* A probe inside of an RPC's service says what the RPC asks for; a nested call's is not meant. */
static void calls_rpc_probe(struct trace_calls *calls, struct trace_call *call,
			    const struct trace_event *event)
{
	if (!call || call->phase != TRACE_PHASE_RPC || call->rpc == TRACE_RPC_FOREIGN)
		return;
	switch (event->probe) {
	case TRACE_PROBE_REQUEST:
		call->asked_supplicant = true;
		/* fallthrough */
	case TRACE_PROBE_RPC:
		if (call->rpc != TRACE_RPC_COMMAND || event->command == TRACE_NO_VALUE)
			break;
		call->rpc = calls_command(event->command);
		if (call->rpc == TRACE_RPC_NOTIF_WAIT && event->value == TEEQ_RPC_NOTIFICATION_SEND)
			call->rpc = TRACE_RPC_NOTIF_SEND;
		break;
	case TRACE_PROBE_ANSWER:
		call->asked_supplicant = false;
		break;
	case TRACE_PROBE_NOTIF_WAIT:
	case TRACE_PROBE_NOTIF_SEND:
		call->rpc = event->probe == TRACE_PROBE_NOTIF_WAIT ? TRACE_RPC_NOTIF_WAIT :
								     TRACE_RPC_NOTIF_SEND;
		call->has_key = event->number <= UINT32_MAX;
		call->key = (uint32_t)event->number;
		if (call->has_key && call->rpc == TRACE_RPC_NOTIF_SEND)
			trace_tell(calls, TRACE_FACT_NOTIFY, call, event->time);
		break;
	default:
		break;
	}
	if (call->shape_count > 0 && call->shape_count <= TRACE_SHAPE_MAX)
		call->shape[call->shape_count - 1] =
			(uint16_t)((call->shape[call->shape_count - 1] & 0xff00) | call->rpc);
}

static void calls_probe(struct trace_calls *calls, struct trace_task *task,
			const struct trace_event *event)
{
	calls->probes++;
	switch (event->probe) {
	case TRACE_PROBE_ENTER:
		calls->queueing += !task->has_queued;
		task->queued = event->time;
		task->has_queued = true;
		break;
	case TRACE_PROBE_OPEN:
		task->purpose = TRACE_PURPOSE_OPEN;
		break;
	case TRACE_PROBE_INVOKE:
		task->purpose = TRACE_PURPOSE_INVOKE;
		break;
	case TRACE_PROBE_CLOSE:
		task->purpose = TRACE_PURPOSE_CLOSE;
		break;
	case TRACE_PROBE_CANCEL:
		task->purpose = TRACE_PURPOSE_CANCEL;
		break;
	case TRACE_PROBE_MEMORY:
		task->purpose = TRACE_PURPOSE_MEMORY;
		break;
	default:
		calls_rpc_probe(calls, task->call, event);
		break;
	}
}

/* Of a recording that has no registers: an SMC begins and ends. */
static void calls_blind(struct trace_calls *calls, struct trace_task *task,
			const struct trace_event *event, bool synced)
{
	bool begins = event->kind == TRACE_BEGIN;

	calls->blind++;
	if (begins == task->in_smc && synced)
		trace_complain(calls, begins ? TRACE_COMPLAINT_BEGIN : TRACE_COMPLAINT_END, task,
			       event->time, "%s",
			       begins ? "an SMC begins, and the one before did not end" :
					"an SMC ends that did not begin");
	if (begins != task->in_smc)
		calls->inside += begins ? 1 : UINT64_MAX;
	if (calls->inside > calls->inside_max)
		calls->inside_max = calls->inside;
	task->in_smc = begins;
}

static void calls_unreadable(struct trace_calls *calls, const struct trace_event *event)
{
	struct trace_task *task = event->has_key ? trace_task_get(calls, event->key, event->name) :
						   NULL;

	trace_complain(calls, TRACE_COMPLAINT_UNREADABLE, task, event->time,
		       "an event of the driver that cannot be read");
	if (task) {
		/* Whatever it was, it is as good as lost for this task. */
		task->epoch = UINT64_MAX;
		task->events++;
	} else {
		calls->epoch++;
	}
}

void trace_calls_event(struct trace_calls *calls, const struct trace_event *event)
{
	struct trace_task *task;
	bool synced;

	calls->line = event->line;
	if (event->kind == TRACE_UNREADABLE) {
		calls_unreadable(calls, event);
		return;
	}
	calls->begins += event->kind == TRACE_BEGIN;
	calls->ends += event->kind == TRACE_END;
	task = event->has_key ? trace_task_get(calls, event->key, event->name) : NULL;
	if (!task) {
		calls->unknown++;
		return;
	}
	if (event->kind == TRACE_PROBE) {
		calls_probe(calls, task, event);
		return;
	}
	/* Its first event may come from anywhere; so may the first behind a loss. */
	synced = task->events > 0 && task->epoch == calls->epoch;
	task->epoch = calls->epoch;
	task->events++;
	if (!event->has_registers)
		calls_blind(calls, task, event, synced);
	else if (event->kind == TRACE_BEGIN)
		trace_smc_begin(calls, task, event, synced);
	else
		trace_smc_end(calls, task, event, synced);
}

void trace_calls_lost(struct trace_calls *calls)
{
	calls->epoch++;
}

void trace_calls_again(struct trace_calls *calls, uint64_t time)
{
	calls->epoch++;
	for (size_t i = 0; i < calls->touched_count; i++) {
		struct trace_task *task = calls->touched[i];

		trace_smc_lose_all(calls, task, time);
		calls->inside -= task->in_smc;
		task->in_smc = false;
		task->has_queued = false;
		task->purpose = TRACE_PURPOSE_UNKNOWN;
	}
	calls->queueing = 0;
	calls->touched_count = 0;
	calls->recording++;
	memset(calls->holders, 0, sizeof(calls->holders));
}
