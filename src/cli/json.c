/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/json.h"

#include <inttypes.h>
#include <stdio.h>

#include <teeq/report.h>

#include "cli/json_state.h"
#include "cli/json_value.h"

json_t *cli_json_header(const struct cli_request *request)
{
	const struct teeq_model *model = request->c->model;
	const struct teeq_strategy *strategy = request->strategy;
	json_t *object = json_pack("{s:s,s:s,s:s,s:o,s:o}", "scenario", teeq_model_name(model),
				   "policy", teeq_model_policy(model)->name, "strategy",
				   strategy ? strategy->name : "replay", "model",
				   cli_json_hex(teeq_model_digest(model)), "system_sessions",
				   cli_json_sessions(model));

	if (cli_takes_seed(strategy))
		json_object_set_new(object, "seed", json_sprintf("%" PRIu64, request->seed));
	if (cli_strategy_is_pct(strategy)) {
		json_object_set_new(object, "depth", json_integer(request->pct.depth));
		json_object_set_new(object, "length", cli_json_number(request->pct.step_count));
		json_object_set_new(
			object, "bound",
			json_real(teeq_pct_bound(&request->pct, teeq_model_task_count(model))));
	}
	return object;
}

int cli_json_outcome(const struct cli_outcome *outcome)
{
	const struct teeq_result *result = outcome->result;
	json_t *object = cli_json_header(outcome->request);

	json_object_set_new(object, "verdict", json_string(teeq_verdict_name(result->verdict)));
	json_object_set_new(object, "steps", cli_json_number(result->steps));
	json_object_set_new(object, "event_hash", cli_json_hex(result->event_hash));
	json_object_set_new(object, "violation", cli_json_text(result->violation));
	json_object_set_new(object, "schedule", cli_json_text(outcome->schedule));
	json_object_set_new(object, "replay", cli_json_text(outcome->replay));
	if (outcome->explain)
		json_object_set_new(object, "loop",
				    json_pack("{s:I,s:I,s:o}", "from",
					      (json_int_t)outcome->loop->from, "length",
					      (json_int_t)outcome->loop->length, "explain",
					      cli_json_text(outcome->explain)));
	if (!cli_json_state(object, outcome->request->c)) {
		json_decref(object);
		object = NULL;
	}
	return cli_json_put(object);
}

int cli_json_tally(json_t *object, const struct teeq_tally *tally, bool interrupted)
{
	json_t *verdicts = json_object();

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (tally->count[v] == 0)
			continue;
		json_object_set_new(verdicts, teeq_verdict_name((enum teeq_verdict)v),
				    json_pack("{s:I,s:o}", "runs", (json_int_t)tally->count[v],
					      "first_seed",
					      json_sprintf("%" PRIu64, tally->first_seed[v])));
	}
	json_object_set_new(object, "runs", cli_json_number(tally->runs));
	json_object_set_new(object, "actions", cli_json_number(tally->steps));
	json_object_set_new(object, "event_hash", cli_json_hex(tally->event_hash));
	json_object_set_new(object, "verdicts", verdicts);
	json_object_set_new(object, "interrupted", json_boolean(interrupted));
	return cli_json_put(object);
}

static json_t *json_registers(bool present, const struct teeq_smc_regs *regs)
{
	json_t *list;

	if (!present)
		return json_null();
	list = json_array();
	for (unsigned int i = 0; i < 8; i++)
		json_array_append_new(list, json_sprintf("0x%" PRIx64, regs->a[i]));
	return list;
}

static json_t *woken(const struct teeq_model *model, const struct teeq_event *event)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < event->woken_count && i < TEEQ_EVENT_WOKEN_MAX; i++)
		json_array_append_new(
			list, cli_json_caller(model, event->woken[i].task, event->woken[i].level));
	return list;
}

/* What the event left the queue and the registers in. */
static void add_effects(json_t *object, const struct teeq_model *model,
			const struct teeq_event *event)
{
	json_object_set_new(object, "free", json_integer(event->free_count));
	json_object_set_new(object, "system_sessions", json_integer(event->system_session_count));
	json_object_set_new(object, "waiters", json_integer(event->waiter_count));
	json_object_set_new(object, "woken", woken(model, event));
	json_object_set_new(object, "woken_count", json_integer(event->woken_count));
	json_object_set_new(object, "call", json_registers(event->has_call, &event->call));
	json_object_set_new(object, "return", json_registers(event->has_ret, &event->ret));
}

/* A step of the secure world may end with an RPC about a notification. */
static const char *event_object(const struct teeq_model *model, const struct teeq_event *event)
{
	if (event->rpc != TEEQ_EVENT_RPC_SERVICE)
		return teeq_model_notification_name(model, event->object);
	return cli_object_name(model, (enum teeq_action)event->action, event->object);
}

static void add_rpc(json_t *object, const struct teeq_model *model, const struct teeq_event *event)
{
	static const char *const rpcs[] = {
		[TEEQ_EVENT_RPC_SERVICE] = "service",
		[TEEQ_EVENT_RPC_NOTIF_WAIT] = "notification-wait",
		[TEEQ_EVENT_RPC_NOTIF_SEND] = "notification-send",
		[TEEQ_EVENT_RPC_SUSPEND] = "suspend",
	};
	bool key = event->rpc == TEEQ_EVENT_RPC_NOTIF_WAIT ||
		   event->rpc == TEEQ_EVENT_RPC_NOTIF_SEND;

	if (event->outcome != TEEQ_OUTCOME_RPC || event->rpc == TEEQ_EVENT_RPC_SERVICE)
		return;
	json_object_set_new(object, "rpc", json_string(rpcs[event->rpc]));
	if (key)
		json_object_set_new(
			object, "key",
			json_integer(teeq_model_notification_key(model, event->object)));
}

static const char *touched_name(const struct teeq_model *model, const struct teeq_event *event)
{
	switch (event->touch) {
	case TEEQ_EVENT_TOUCH_COND_WAIT:
	case TEEQ_EVENT_TOUCH_COND_SIGNAL:
		return teeq_model_condition_name(model, event->touched);
	case TEEQ_EVENT_TOUCH_POLL:
	case TEEQ_EVENT_TOUCH_POLLED:
		return teeq_model_event_name(model, event->touched);
	case TEEQ_EVENT_TOUCH_CANCELLED:
	case TEEQ_EVENT_TOUCH_CANCEL_OVER:
		return teeq_model_session_name(model, event->touched);
	case TEEQ_EVENT_TOUCH_ASYNC:
		return teeq_model_notification_name(model, event->touched);
	default:
		return teeq_model_secure_lock_name(model, event->touched);
	}
}

static void add_details(json_t *object, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	static const char *const touches[] = {
		[TEEQ_EVENT_TOUCH_TAKE] = "take",
		[TEEQ_EVENT_TOUCH_TAKEN] = "taken",
		[TEEQ_EVENT_TOUCH_RELEASE] = "release",
		[TEEQ_EVENT_TOUCH_COND_WAIT] = "cond-wait",
		[TEEQ_EVENT_TOUCH_COND_SIGNAL] = "cond-signal",
		[TEEQ_EVENT_TOUCH_ASYNC] = "async",
		[TEEQ_EVENT_TOUCH_POLL] = "poll",
		[TEEQ_EVENT_TOUCH_POLLED] = "polled",
		[TEEQ_EVENT_TOUCH_CLOSE] = "close",
		[TEEQ_EVENT_TOUCH_GONE] = "gone",
		[TEEQ_EVENT_TOUCH_LOAD] = "load",
		[TEEQ_EVENT_TOUCH_LOADED] = "loaded",
		[TEEQ_EVENT_TOUCH_UNLOAD] = "unload",
		[TEEQ_EVENT_TOUCH_CANCELLED] = "cancelled",
		[TEEQ_EVENT_TOUCH_CANCEL_OVER] = "cancel-over",
	};
	static const char *const memories[] = {
		[TEEQ_MEMORY_PAGE] = "page",
		[TEEQ_MEMORY_REGISTER] = "register",
		[TEEQ_MEMORY_UNREGISTER] = "unregister",
	};

	add_rpc(object, model, event);
	if (event->memory != TEEQ_MEMORY_NONE)
		json_object_set_new(object, "memory", json_string(memories[event->memory]));
	if (event->touch != TEEQ_EVENT_TOUCH_NONE)
		json_object_set_new(object, "touch",
				    json_pack("{s:s,s:s?}", "what", touches[event->touch], "object",
					      touched_name(model, event)));
	if (event->ticks > 0)
		json_object_set_new(object, "ticks", json_integer(event->ticks));
	if (event->peer != TEEQ_NO_TASK)
		json_object_set_new(object, "peer",
				    cli_json_text(teeq_model_task_name(model, event->peer)));
}

int cli_json_event(const struct teeq_model *model, const struct teeq_event *event)
{
	enum teeq_action action = (enum teeq_action)event->action;
	json_t *object = json_object();
	char text[512];

	teeq_event_text(model, event, text, sizeof(text));
	json_object_set_new(object, "step", cli_json_number(event->step));
	json_object_set_new(object, "task",
			    cli_json_text(teeq_model_task_name(model, event->task)));
	json_object_set_new(object, "level", json_integer(event->level));
	json_object_set_new(object, "action", cli_json_text(teeq_action_name(action)));
	json_object_set_new(object, "outcome",
			    cli_json_text(teeq_outcome_name((enum teeq_outcome)event->outcome)));
	json_object_set_new(object, "context",
			    event->context == TEEQ_NO_CONTEXT ? json_null() :
								json_integer(event->context));
	json_object_set_new(object, "system", json_boolean(event->system));
	json_object_set_new(object, "command",
			    cli_json_text(teeq_model_command_name(model, event->command)));
	json_object_set_new(object, "object",
			    cli_json_text(event_object(model, event)));
	json_object_set_new(object, "result", json_integer(event->result));
	add_details(object, model, event);
	add_effects(object, model, event);
	json_object_set_new(object, "text", json_string(text));
	return cli_json_put(object);
}
