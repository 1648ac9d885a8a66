/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/json_state.h"
#include "cli/json_value.h"

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

static json_t *supplicant_state(const struct cli_case *c, unsigned int guest)
{
	static const char *const states[] = {
		[TEEQ_SUPPLICANT_ABSENT] = "absent",
		[TEEQ_SUPPLICANT_RUNS] = "runs",
		[TEEQ_SUPPLICANT_DEAD] = "dead",
	};

	return json_string(states[teeq_world_guest_supplicant(c->model, c->world, guest)]);
}

/* What not every scenario has: these keys are there only where their things are. */
static void add_surroundings(json_t *object, const struct cli_case *c)
{
	add_locks(object, c);
	if (has_supplicant(c->model))
		json_object_set_new(
			object, "supplicant",
			json_pack("{s:o,s:o}", "state", supplicant_state(c, 0), "requests",
				  requests(c)));
}

#include <teeq/report.h>

/* ---------------------------------- tasks, contexts and queues -------------------------------- */

json_t *cli_json_caller(const struct teeq_model *model, unsigned int task, unsigned int level)
{
	return json_pack("{s:s?,s:i}", "task", teeq_model_task_name(model, task), "level",
			 (int)level);
}

/* The command a call runs; null where it runs none, or there is no such call. */
static json_t *command_of(const struct cli_case *c, unsigned int task, unsigned int level)
{
	struct teeq_call_view call;

	if (!teeq_world_call(c->model, c->world, task, level, &call) ||
	    call.command == TEEQ_NO_OBJECT)
		return json_null();
	return json_string(teeq_model_command_name(c->model, call.command));
}

/* What can only be where a scenario kills or freezes is not said elsewhere. */
static json_t *stuck_task(const struct cli_case *c, unsigned int task,
			  const struct teeq_task_view *view)
{
	json_t *object = json_pack("{s:s?,s:i,s:s?,s:s?}", "task",
				   teeq_model_task_name(c->model, task), "level", (int)view->level,
				   "at", teeq_action_name(view->action), "object",
				   cli_object_name(c->model, view->action, view->object));

	if (view->killed)
		json_object_set_new(object, "killed", json_true());
	if (view->spins)
		json_object_set_new(object, "polls",
				    json_string(teeq_model_event_name(c->model, view->polled)));
	if (view->frozen)
		json_object_set_new(object, "frozen", json_true());
	return object;
}

static json_t *stuck(const struct cli_case *c)
{
	unsigned int count = (unsigned int)teeq_model_task_count(c->model);
	json_t *list = json_array();

	for (unsigned int task = 0; task < count; task++) {
		struct teeq_task_view view;

		teeq_world_task(c->model, c->world, task, &view);
		if (view.action == TEEQ_ACTION_NONE || view.enabled || !view.started)
			continue;
		json_array_append_new(list, stuck_task(c, task, &view));
	}
	return list;
}

static json_t *edge_json(const struct cli_case *c, const struct teeq_wait_edge *edge)
{
	json_t *context = edge->context == TEEQ_NO_CONTEXT ? json_null() :
							     json_integer(edge->context);
	json_t *holder = edge->holder < 0 ? json_null() :
					    cli_json_caller(c->model, (unsigned int)edge->holder,
							    edge->holder_level);
	char text[1024];

	teeq_wait_edge_text(c->model, c->world, edge, text, sizeof(text));
	return json_pack("{s:o,s:s,s:s?,s:o,s:o,s:s}", "waiter",
			 cli_json_caller(c->model, edge->waiter, edge->waiter_level), "waits_for",
			 teeq_wait_kind_name((enum teeq_wait_kind)edge->kind), "object",
			 teeq_wait_edge_object(c->model, edge), "context",
			 context, "holder", holder, "text", text);
}

/* "of" @count of these: any of them where it is 1, all where it is as many. */
static json_t *need_json(const struct cli_case *c, const struct teeq_wait_need *need)
{
	json_t *of = json_array();

	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if (need->tasks >> i & 1)
			json_array_append_new(of, cli_json_text(teeq_model_task_name(c->model, i)));
	return json_pack("{s:s?,s:i,s:o}", "task", teeq_model_task_name(c->model, need->waiter),
			 "needs", (int)need->count, "of", of);
}

static bool add_graph(json_t *object, const struct cli_case *c)
{
	json_t *edges = json_array();
	json_t *cycle = json_array();
	json_t *knot = json_array();
	struct teeq_wait_graph graph;

	json_object_set_new(object, "edges", edges);
	json_object_set_new(object, "cycle", cycle);
	json_object_set_new(object, "knot", knot);
	if (teeq_wait_graph_new(c->model, c->world, &graph) != TEEQ_OK)
		return false;
	for (size_t i = 0; i < graph.edge_count; i++)
		json_array_append_new(edges, edge_json(c, &graph.edges[i]));
	for (size_t i = 0; i < graph.cycle_count; i++)
		json_array_append_new(cycle, cli_json_number(graph.cycle[i]));
	for (size_t i = 0; i < graph.knot_count; i++)
		json_array_append_new(knot, need_json(c, &graph.knot[i]));
	json_object_set_new(object, "exhausted", json_boolean(graph.exhausted));
	json_object_set_new(object, "lost_wakeup", json_boolean(graph.lost_wakeup));
	teeq_wait_graph_free(&graph);
	return true;
}

static json_t *contexts(const struct cli_case *c)
{
	static const char *const states[] = {
		[TEEQ_CONTEXT_FREE] = "free",
		[TEEQ_CONTEXT_ACTIVE] = "active",
		[TEEQ_CONTEXT_SUSPENDED] = "suspended",
	};
	unsigned int count = (unsigned int)teeq_model_thread_count(c->model);
	json_t *list = json_array();

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view view;
		json_t *owner;
		json_t *command;

		teeq_world_context(c->model, c->world, i, &view);
		owner = view.owned ? cli_json_caller(c->model, view.owner.task, view.owner.level) :
				     json_null();
		command = view.owned ? command_of(c, view.owner.task, view.owner.level) :
				       json_null();
		json_array_append_new(list,
				      json_pack("{s:i,s:s,s:b,s:o,s:o}", "context", (int)i, "state",
						states[view.state], "lost",
						view.state != TEEQ_CONTEXT_FREE && !view.owned,
						"owner", owner, "command", command));
		if (teeq_model_context_guest(c->model, i) >= 0)
			json_object_set_new(json_array_get(list, i), "guest",
					    json_string(teeq_model_guest_name(
						c->model, (size_t)teeq_model_context_guest(
							c->model, i))));
	}
	return list;
}

static json_t *waiter_json(const struct cli_case *c, const struct teeq_waiter *waiter)
{
	struct teeq_caller caller = teeq_waiter_caller(waiter);
	struct teeq_call_view call = { 0 };
	struct teeq_task_view view;

	teeq_world_call(c->model, c->world, caller.task, caller.level, &call);
	teeq_world_task(c->model, c->world, caller.task, &view);
	return json_pack("{s:s?,s:i,s:o,s:b,s:b,s:b,s:b}", "task",
			 teeq_model_task_name(c->model, caller.task), "level", (int)caller.level,
			 "command", command_of(c, caller.task, caller.level), "system", call.system,
			 "done", (waiter->flags & TEEQ_WAITER_DONE) != 0, "admitted", call.admitted,
			 "asleep", view.action == TEEQ_ACTION_WAIT && view.level == caller.level);
}

/* Slots for message arguments, where they can run out. */
static void add_arguments(json_t *object, const struct cli_case *c, unsigned int guest)
{
	struct teeq_arguments_view view;
	json_t *owner;

	if (!teeq_world_arguments(c->model, c->world, guest, &view))
		return;
	owner = view.owner < 0 ? json_null() :
				 cli_json_text(teeq_model_task_name(c->model, (size_t)view.owner));
	json_object_set_new(object, "arguments",
			    json_pack("{s:i,s:i,s:o}", "capacity", (int)view.capacity, "used",
				      (int)view.used, "owner", owner));
}

static json_t *queue(const struct cli_case *c, unsigned int guest)
{
	const struct teeq_callq *q = teeq_world_guest_callq(c->model, c->world, guest);
	json_t *waiters = json_array();
	json_t *object;

	for (unsigned int i = 0; i < q->waiter_count; i++)
		json_array_append_new(waiters, waiter_json(c, &q->waiters[i]));
	object = json_pack("{s:i,s:i,s:i,s:i,s:o}", "free", (int)q->free_count, "total",
			 (int)q->total_count, "system_sessions", (int)q->system_session_count,
			 "reserved", (int)teeq_world_guest_reserved(c->model, c->world, guest), "waiters",
			 waiters);
	add_arguments(object, c, guest);
	return object;
}

/* Of guests that have a name: each with its queue, and how many of its calls are beyond. */
static json_t *guests(const struct cli_case *c)
{
	unsigned int count = (unsigned int)teeq_model_guest_count(c->model);
	json_t *list = json_array();

	for (unsigned int guest = 0; guest < count; guest++)
		json_array_append_new(
			list, json_pack("{s:s?,s:i,s:i,s:i,s:o,s:o}", "guest",
					teeq_model_guest_name(c->model, guest), "threads",
					(int)teeq_model_guest_threads(c->model, guest), "calls",
					(int)teeq_world_guest_calls(c->model, c->world, guest),
					"call_limit",
					(int)teeq_model_guest_call_limit(c->model, guest), "queue",
					queue(c, guest), "supplicant",
					supplicant_state(c, guest)));
	return list;
}

static json_t *clients(const struct cli_case *c, enum teeq_client_state state)
{
	unsigned int count = (unsigned int)teeq_model_task_count(c->model);
	json_t *list = json_array();

	for (unsigned int task = 0; task < count; task++)
		if (teeq_model_task_kind(c->model, task) == TEEQ_TASK_CLIENT &&
		    teeq_world_client_state(c->model, c->world, task) == state)
			json_array_append_new(list,
					      cli_json_text(teeq_model_task_name(c->model, task)));
	return list;
}

bool cli_json_state(json_t *object, const struct cli_case *c)
{
	json_object_set_new(object, "finished", clients(c, TEEQ_CLIENT_FINISHED));
	json_object_set_new(object, "killed", clients(c, TEEQ_CLIENT_KILLED));
	json_object_set_new(object, "unfinished", clients(c, TEEQ_CLIENT_UNFINISHED));
	json_object_set_new(object, "stuck", stuck(c));
	if (!add_graph(object, c))
		return false;
	json_object_set_new(object, "contexts", contexts(c));
	json_object_set_new(object, "queue", queue(c, 0));
	if (teeq_model_guest_name(c->model, 0))
		json_object_set_new(object, "guests", guests(c));
	add_surroundings(object, c);
	return true;
}
