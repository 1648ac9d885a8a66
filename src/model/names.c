/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model/model.h"
#include "teeq/world.h"

static const char *const verdicts[TEEQ_VERDICT_COUNT] = {
	[TEEQ_VERDICT_DONE] = "done",
	[TEEQ_VERDICT_DEADLOCK] = "deadlock",
	[TEEQ_VERDICT_LOST_WAKEUP] = "lost-wakeup",
	[TEEQ_VERDICT_VIOLATION] = "violation",
	[TEEQ_VERDICT_LIVELOCK] = "livelock",
	[TEEQ_VERDICT_LIMIT] = "limit",
};

static const char *const actions[TEEQ_ACTION_COUNT] = {
	[TEEQ_ACTION_NONE] = "none",
	[TEEQ_ACTION_START] = "start",
	[TEEQ_ACTION_ENTER] = "enter",
	[TEEQ_ACTION_WAIT] = "wait",
	[TEEQ_ACTION_STARTED] = "started",
	[TEEQ_ACTION_REQUEUE] = "requeue",
	[TEEQ_ACTION_RECHECK] = "recheck",
	[TEEQ_ACTION_SMC] = "smc",
	[TEEQ_ACTION_SECURE] = "secure",
	[TEEQ_ACTION_LEAVE] = "leave",
	[TEEQ_ACTION_RESERVE] = "reserve",
	[TEEQ_ACTION_UNRESERVE] = "unreserve",
	[TEEQ_ACTION_LOCK] = "lock",
	[TEEQ_ACTION_AWAIT] = "await",
	[TEEQ_ACTION_BARRIER] = "barrier",
	[TEEQ_ACTION_RPC] = "rpc",
	[TEEQ_ACTION_REQUEST] = "request",
	[TEEQ_ACTION_REPLY] = "reply",
	[TEEQ_ACTION_RECEIVE] = "receive",
	[TEEQ_ACTION_ANSWER] = "answer",
	[TEEQ_ACTION_NOTIF_WAIT] = "notif-wait",
	[TEEQ_ACTION_NOTIF_WAKE] = "notif-wake",
	[TEEQ_ACTION_NOTIF_SEND] = "notif-send",
	[TEEQ_ACTION_INTERRUPT] = "interrupt",
	[TEEQ_ACTION_ASYNC] = "async",
	[TEEQ_ACTION_SLEEP] = "sleep",
	[TEEQ_ACTION_ALLOCATE] = "allocate",
	[TEEQ_ACTION_KILL] = "kill",
	[TEEQ_ACTION_START_SUPPLICANT] = "start-supplicant",
	[TEEQ_ACTION_FREEZE] = "freeze",
	[TEEQ_ACTION_THAW] = "thaw",
	[TEEQ_ACTION_EXIT] = "exit",
	[TEEQ_ACTION_FAULT] = "fault",
	[TEEQ_ACTION_GET_ARG] = "get-arg",
	[TEEQ_ACTION_FREE_ARG] = "free-arg",
	[TEEQ_ACTION_POLL] = "poll",
	[TEEQ_ACTION_COUNT_SESSION] = "count",
	[TEEQ_ACTION_FAIL] = "fail",
	[TEEQ_ACTION_RETRY] = "retry",
};

static const char *const outcomes[TEEQ_OUTCOME_COUNT] = {
	[TEEQ_OUTCOME_OK] = "ok",
	[TEEQ_OUTCOME_ADMITTED] = "admitted",
	[TEEQ_OUTCOME_MUST_WAIT] = "must-wait",
	[TEEQ_OUTCOME_TAKEN] = "taken",
	[TEEQ_OUTCOME_RESUMED] = "resumed",
	[TEEQ_OUTCOME_THREAD_LIMIT] = "thread-limit",
	[TEEQ_OUTCOME_RPC] = "rpc",
	[TEEQ_OUTCOME_EXIT] = "exit",
	[TEEQ_OUTCOME_REFUSED] = "refused",
	[TEEQ_OUTCOME_INTERRUPTED] = "interrupted",
	[TEEQ_OUTCOME_WORKING] = "working",
	[TEEQ_OUTCOME_FAILED] = "failed",
	[TEEQ_OUTCOME_BUSY] = "busy",
	[TEEQ_OUTCOME_AGAIN] = "again",
};

const char *teeq_verdict_name(enum teeq_verdict verdict)
{
	return (unsigned int)verdict < TEEQ_VERDICT_COUNT ? verdicts[verdict] : NULL;
}

int teeq_verdict_find(const char *name)
{
	if (!name)
		return -1;
	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		if (strcmp(verdicts[i], name) == 0)
			return i;
	return -1;
}

const char *teeq_action_name(enum teeq_action action)
{
	return (unsigned int)action < TEEQ_ACTION_COUNT ? actions[action] : NULL;
}

const char *teeq_outcome_name(enum teeq_outcome outcome)
{
	return (unsigned int)outcome < TEEQ_OUTCOME_COUNT ? outcomes[outcome] : NULL;
}

/* ---------------------------------------- of a model ------------------------------------------ */

const char *teeq_model_name(const struct teeq_model *model)
{
	if (!model)
		return NULL;
	return model->name;
}

const struct teeq_policy *teeq_model_policy(const struct teeq_model *model)
{
	if (!model)
		return NULL;
	return model->policy;
}

uint64_t teeq_model_digest(const struct teeq_model *model)
{
	if (!model)
		return 0;
	return model->digest;
}

size_t teeq_model_thread_count(const struct teeq_model *model)
{
	if (!model)
		return 0;
	return model->thread_count;
}

size_t teeq_model_task_count(const struct teeq_model *model)
{
	if (!model)
		return 0;
	return model->task_count;
}

unsigned int teeq_model_last_stage(const struct teeq_model *model)
{
	if (!model)
		return 0;
	return model->last_stage;
}

const char *teeq_model_task_name(const struct teeq_model *model, size_t task)
{
	if (!model)
		return NULL;
	return task < model->task_count ? model->tasks[task].name : NULL;
}

const char *teeq_model_lock_name(const struct teeq_model *model, size_t lock)
{
	if (!model)
		return NULL;
	return lock < model->lock_count ? model->locks[lock] : NULL;
}

const char *teeq_model_event_name(const struct teeq_model *model, size_t event)
{
	if (!model)
		return NULL;
	return event < model->event_count ? model->events[event] : NULL;
}

const char *teeq_model_barrier_name(const struct teeq_model *model, size_t barrier)
{
	if (!model)
		return NULL;
	return barrier < model->barrier_count ? model->barriers[barrier] : NULL;
}

const char *teeq_model_session_name(const struct teeq_model *model, size_t session)
{
	if (!model)
		return NULL;
	return session < model->session_count ? model->sessions[session] : NULL;
}

const char *teeq_model_command_name(const struct teeq_model *model, size_t command)
{
	if (!model)
		return NULL;
	return command < model->command_count ? model->commands[command].name : NULL;
}

const char *teeq_model_service_name(const struct teeq_model *model, size_t service)
{
	if (!model)
		return NULL;
	return service < model->service_count ? model->services[service].name : NULL;
}

const char *teeq_model_secure_lock_name(const struct teeq_model *model, size_t lock)
{
	if (!model)
		return NULL;
	if (lock < model->named_lock_count)
		return model->secure_locks[lock];
	if (lock - model->named_lock_count < model->ta_count)
		return model->tas[lock - model->named_lock_count];
	if (lock >= model->secure_lock_count)
		return NULL;
	if (lock < model_first_load_lock(model))
		return "single-instance";
	return lock < model_first_session_lock(model) ?
		       model->tas[model_lock_ta(model, (unsigned int)lock)] :
		       model->sessions[model_lock_session(model, (unsigned int)lock)];
}

enum teeq_secure_lock_kind teeq_model_secure_lock_kind(const struct teeq_model *model, size_t lock)
{
	if (!model)
		return (enum teeq_secure_lock_kind)0;
	if (lock < model->named_lock_count)
		return TEEQ_SECURE_LOCK_MUTEX;
	if (lock - model->named_lock_count < model->ta_count)
		return TEEQ_SECURE_LOCK_TA;
	if (lock < model_first_load_lock(model))
		return TEEQ_SECURE_LOCK_SINGLE;
	return lock < model_first_session_lock(model) ? TEEQ_SECURE_LOCK_LOADING :
							TEEQ_SECURE_LOCK_SESSION;
}

bool teeq_model_lock_is_device(const struct teeq_model *model, size_t lock)
{
	if (!model)
		return false;
	return lock < model->lock_count && lock + model->device_count >= model->lock_count;
}

const char *teeq_model_condition_name(const struct teeq_model *model, size_t condition)
{
	if (!model)
		return NULL;
	return condition < model->condition_count ? model->conditions[condition] : NULL;
}

const char *teeq_model_session_channel(const struct teeq_model *model, size_t session)
{
	if (!model)
		return NULL;
	for (unsigned int i = 0; i < model->channel_count; i++)
		if (model->channel_session[i] == session)
			return model->channels[i];
	return NULL;
}

enum teeq_rpc_kind teeq_model_service_kind(const struct teeq_model *model, size_t service)
{
	if (!model)
		return (enum teeq_rpc_kind)0;
	return service < model->service_count ? (enum teeq_rpc_kind)model->services[service].kind :
						TEEQ_RPC_KIND_OTHER;
}

bool teeq_model_keeps_secure_locks(const struct teeq_model *model)
{
	return model && model->keeps_locks;
}

enum teeq_supplicant_wait teeq_model_supplicant_wait(const struct teeq_model *model)
{
	if (!model)
		return (enum teeq_supplicant_wait)0;
	return (enum teeq_supplicant_wait)model->supplicant_wait;
}

uint64_t teeq_model_tasks_of(const struct teeq_model *model, const char *client)
{
	uint64_t tasks = 0;

	for (size_t i = 0; model && client && i < model->task_count; i++) {
		int index = teeq_model_task_client(model, i);

		if (index >= 0 &&
		    strcmp(teeq_model_client_name(model, (size_t)index), client) == 0)
			tasks |= UINT64_C(1) << i;
	}
	return tasks;
}

int teeq_model_task_client(const struct teeq_model *model, size_t task)
{
	if (!model)
		return -1;
	return task < model->task_count && model->tasks[task].kind == TEEQ_TASK_CLIENT ?
		       model->tasks[task].client :
		       -1;
}

enum teeq_fault_kind teeq_model_fault_kind(const struct teeq_model *model, size_t task)
{
	if (!model)
		return (enum teeq_fault_kind)0;
	return task >= model->first_fault && task < model->task_count ?
		       (enum teeq_fault_kind)model->faults[task - model->first_fault].kind :
		       TEEQ_FAULT_KIND_COUNT;
}

const char *teeq_model_ta_name(const struct teeq_model *model, size_t ta)
{
	if (!model)
		return NULL;
	return ta < model->ta_count ? model->tas[ta] : NULL;
}

const char *teeq_model_client_name(const struct teeq_model *model, size_t client)
{
	if (!model)
		return NULL;
	return client < model->client_count ? model->clients[client] : NULL;
}

const char *teeq_model_notification_name(const struct teeq_model *model, size_t index)
{
	if (!model)
		return NULL;
	return index < model->notification_count ? model->notifications[index] : NULL;
}

unsigned int teeq_model_notification_key(const struct teeq_model *model, size_t index)
{
	if (!model)
		return 0;
	return index < model->notification_count ?
		       (unsigned int)index + 1 :
		       64 + (unsigned int)(index - model->notification_count);
}

enum teeq_task_kind teeq_model_task_kind(const struct teeq_model *model, size_t task)
{
	if (!model)
		return (enum teeq_task_kind)0;
	return task < model->task_count ? (enum teeq_task_kind)model->tasks[task].kind :
					  TEEQ_TASK_CLIENT;
}

int teeq_model_task_find(const struct teeq_model *model, const char *name)
{
	if (!model || !name)
		return -1;
	for (unsigned int i = 0; i < model->task_count; i++)
		if (strcmp(model->tasks[i].name, name) == 0)
			return (int)i;
	return -1;
}

int teeq_model_session_answer(const struct teeq_model *model, size_t session, bool *asked)
{
	if (!model || !asked)
		return -1;
	*asked = session < model->session_count && model->session_asks[session];
	return *asked ? model->session_answer[session] : 0;
}
