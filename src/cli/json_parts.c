/* SPDX-License-Identifier: BSD-2-Clause */
#include <teeq/report.h>

#include "cli/json_state.h"
#include "cli/json_value.h"

/*
 * What not every scenario has: these keys are there only where their things are.
 */

/* ------------------------------------------ events -------------------------------------------- */

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

void cli_json_details(json_t *object, const struct teeq_model *model,
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

/* ----------------------------------- locks of the secure world -------------------------------- */

static json_t *lock_waiters(const struct cli_case *c, unsigned int lock)
{
	unsigned int threads = (unsigned int)teeq_model_thread_count(c->model);
	json_t *list = json_array();

	for (unsigned int i = 0; i < threads; i++) {
		struct teeq_secure_wait_view wait;

		if (!teeq_world_secure_wait(c->model, c->world, i, &wait) || wait.lock != lock)
			continue;
		json_array_append_new(
			list, json_pack("{s:i,s:s?,s:b,s:b}", "context", (int)i, "condition",
					teeq_model_condition_name(c->model, wait.condition), "read",
					(int)wait.read, "chosen", (int)wait.chosen));
	}
	return list;
}

/* Who holds it: calls, each in its context; and since whose calls that have ended. */
static json_t *lock_holders(const struct cli_case *c, unsigned int lock)
{
	struct teeq_secure_holder_view view;
	json_t *list = json_array();

	for (unsigned int i = 0;
	     teeq_world_secure_holder(c->model, c->world, lock, i, &view); i++) {
		bool lasts = view.context != TEEQ_NO_CONTEXT;
		const char *task = view.task < 0 ? NULL :
						   teeq_model_task_name(c->model,
									(size_t)view.task);

		json_array_append_new(
			list, json_pack("{s:s?,s:o,s:o,s:i}", "task", task, "level",
					lasts && task ? json_integer(view.level) : json_null(),
					"context", lasts ? json_integer(view.context) : json_null(),
					"count", (int)view.count));
	}
	return list;
}

static json_t *lock_json(const struct cli_case *c, unsigned int lock,
			 const struct teeq_secure_lock_view *view)
{
	static const char *const kinds[] = {
		[TEEQ_SECURE_LOCK_MUTEX] = "mutex",
		[TEEQ_SECURE_LOCK_TA] = "ta",
		[TEEQ_SECURE_LOCK_SINGLE] = "single-instance",
		[TEEQ_SECURE_LOCK_SESSION] = "session",
		[TEEQ_SECURE_LOCK_LOADING] = "loading",
	};

	return json_pack("{s:s?,s:s,s:b,s:i,s:o,s:o}", "lock",
			 teeq_model_secure_lock_name(c->model, lock), "kind",
			 kinds[teeq_model_secure_lock_kind(c->model, lock)], "written",
			 (int)view->written, "readers", (int)view->readers, "holders",
			 lock_holders(c, lock), "waiters", lock_waiters(c, lock));
}

static bool json_is_waited_for(const struct cli_case *c, unsigned int lock)
{
	unsigned int threads = (unsigned int)teeq_model_thread_count(c->model);
	struct teeq_secure_wait_view wait;

	for (unsigned int i = 0; i < threads; i++)
		if (teeq_world_secure_wait(c->model, c->world, i, &wait) && wait.lock == lock)
			return true;
	return false;
}

/* Those that somebody holds or waits for. */
static void add_locks(json_t *object, const struct cli_case *c)
{
	json_t *list;
	unsigned int i;

	if (!teeq_model_secure_lock_name(c->model, 0))
		return;
	list = json_array();
	for (i = 0; teeq_model_secure_lock_name(c->model, i); i++) {
		struct teeq_secure_lock_view view;

		teeq_world_secure_lock(c->model, c->world, i, &view);
		if (view.holder_count > 0 || json_is_waited_for(c, i))
			json_array_append_new(list, lock_json(c, i, &view));
	}
	json_object_set_new(object, "secure_locks", list);
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

static json_t *requests(const struct cli_case *c)
{
	static const char *const states[] = {
		[TEEQ_REQUEST_QUEUED] = "queued",
		[TEEQ_REQUEST_TAKEN] = "taken",
		[TEEQ_REQUEST_ANSWERED] = "answered",
		[TEEQ_REQUEST_FAILED] = "failed",
	};
	unsigned int count = (unsigned int)teeq_model_task_count(c->model);
	json_t *list = json_array();

	for (unsigned int task = 0; task < count; task++) {
		struct teeq_request_view view;
		const char *server = NULL;

		if (!teeq_world_request(c->model, c->world, task, &view))
			continue;
		if (view.server >= 0)
			server = teeq_model_task_name(c->model, (size_t)view.server);
		json_array_append_new(list, json_pack("{s:s?,s:s?,s:s,s:i,s:s?}", "task",
						      teeq_model_task_name(c->model, task),
						      "service",
						      teeq_model_service_name(c->model,
									      view.service),
						      "state", states[view.state], "ahead",
						      (int)view.ahead, "server", server));
	}
	return list;
}

static bool has_supplicant(const struct teeq_model *model)
{
	size_t count = teeq_model_task_count(model);

	for (size_t i = 0; i < count; i++)
		if (teeq_model_task_kind(model, i) == TEEQ_TASK_SUPPLICANT)
			return true;
	return false;
}

json_t *cli_json_supplicant(const struct cli_case *c, unsigned int guest)
{
	static const char *const states[] = {
		[TEEQ_SUPPLICANT_ABSENT] = "absent",
		[TEEQ_SUPPLICANT_RUNS] = "runs",
		[TEEQ_SUPPLICANT_DEAD] = "dead",
	};

	return json_string(states[teeq_world_guest_supplicant(c->model, c->world, guest)]);
}

void cli_json_surroundings(json_t *object, const struct cli_case *c)
{
	add_locks(object, c);
	if (has_supplicant(c->model))
		json_object_set_new(
			object, "supplicant",
			json_pack("{s:o,s:o}", "state", cli_json_supplicant(c, 0), "requests",
				  requests(c)));
}
