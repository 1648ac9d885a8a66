/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/export_run.h"

#include <teeq/report.h>

#include "cli/json_state.h"
#include "cli/json_value.h"

/* ------------------------------------------ states -------------------------------------------- */

static json_t *walk_locks(const struct cli_case *c)
{
	json_t *list = json_array();
	const char *name;

	for (unsigned int i = 0; (name = teeq_model_lock_name(c->model, i)); i++) {
		int owner = teeq_world_lock_owner(c->model, c->world, i);

		json_array_append_new(list,
				      json_pack("{s:s,s:o}", "lock", name, "owner",
						owner < 0 ? json_null() : json_integer(owner)));
	}
	return list;
}

/* Of each task what it does next, and whether it could now. */
static json_t *walk_tasks(const struct cli_case *c)
{
	unsigned int count = (unsigned int)teeq_model_task_count(c->model);
	json_t *list = json_array();

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_task_view view;
		const char *object;

		teeq_world_task(c->model, c->world, i, &view);
		object = cli_object_name(c->model, view.action, view.object);
		json_array_append_new(list,
				      json_pack("{s:s?,s:s?,s:b,s:b}", "at",
						teeq_action_name(view.action), "object", object,
						"moves", view.enabled, "started", view.started));
	}
	return list;
}

json_t *walk_changes(json_t *before, json_t *now)
{
	json_t *changes = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(now, key, value) if (!json_equal(value, json_object_get(before, key)))
		json_object_set(changes, key, value);
	json_object_foreach(before, key, value) if (!json_object_get(now, key))
		json_object_set_new(changes, key, json_null());
	return changes;
}

static void walk_note_state(struct walk *walk)
{
	json_t *now = json_object();

	walk->failed |= !cli_json_state(now, &walk->c);
	json_object_set_new(now, "locks", walk_locks(&walk->c));
	json_object_set_new(now, "tasks", walk_tasks(&walk->c));
	walk->failed |= json_array_append_new(walk->states, walk_changes(walk->last, now)) != 0;
	json_decref(walk->last);
	walk->last = now;
}

/* ------------------------------------------ events -------------------------------------------- */

static void walk_note_event(void *argument, const struct teeq_model *model,
			    const struct teeq_world *world, const struct teeq_event *event)
{
	struct walk *walk = argument;
	json_t *woken = json_array();
	char text[1024];

	(void)world;
	teeq_event_text(model, event, text, sizeof(text));
	for (unsigned int i = 0; i < event->woken_count && i < TEEQ_EVENT_WOKEN_MAX; i++)
		json_array_append_new(woken, json_integer(event->woken[i].task));
	walk->failed |=
		json_array_append_new(
			walk->events,
			json_pack("{s:i,s:i,s:s,s:s,s:o,s:o,s:s}", "task", (int)event->task,
				  "level", (int)event->level, "action",
				  teeq_action_name((enum teeq_action)event->action), "outcome",
				  teeq_outcome_name((enum teeq_outcome)event->outcome), "context",
				  event->context == TEEQ_NO_CONTEXT ? json_null() :
								      json_integer(event->context),
				  "woken", woken, "text", text)) != 0;
	walk_note_state(walk);
}

/* ------------------------------------------- walk --------------------------------------------- */

bool walk_make(struct walk *walk, const struct export_run *run)
{
	const struct teeq_run_options options = { .on_event = walk_note_event, .argument = walk };
	enum teeq_status status;

	*walk = (struct walk){
		.c = *run->c, .events = json_array(), .states = json_array(), .last = json_object()
	};
	walk->c.world = teeq_world_new(walk->c.model);
	if (!walk->c.world || !walk->events || !walk->states || !walk->last)
		return false;
	walk_note_state(walk);
	status = teeq_replay(walk->c.model, walk->c.world, run->schedule, &options, &walk->result,
			     NULL);
	return status == TEEQ_OK && !walk->failed;
}

void walk_free(struct walk *walk)
{
	teeq_world_free(walk->c.world);
	json_decref(walk->events);
	json_decref(walk->states);
	json_decref(walk->last);
}
