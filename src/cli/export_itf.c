/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/export_run.h"
#include "cli/json_value.h"

/*
 * Informal Trace Format (apalache-mc.org, ADR-015): the variables, and each state with the value of
 * each of them, numbered in #meta. Every state is whole; a variable that is not there yet is "".
 */

static json_t *itf_variables(const struct walk *walk)
{
	json_t *seen = json_object(), *variables = json_array();
	size_t index;
	json_t *state, *value;
	const char *key;

	json_array_foreach(walk->states, index, state) json_object_foreach(state, key, value)
		json_object_set_new(seen, key, json_true());
	json_object_foreach(seen, key, value) json_array_append_new(variables, json_string(key));
	json_decref(seen);
	json_array_append_new(variables, json_string("moved"));
	return variables;
}

/* ITF knows no null: what is not there is an empty text. */
static json_t *itf_value(json_t *value)
{
	json_t *made, *child;
	const char *key;
	size_t index;

	if (json_is_null(value))
		return json_string("");
	if (json_is_array(value)) {
		made = json_array();
		json_array_foreach(value, index, child)
			json_array_append_new(made, itf_value(child));
		return made;
	}
	if (!json_is_object(value))
		return json_incref(value);
	made = json_object();
	json_object_foreach(value, key, child) json_object_set_new(made, key, itf_value(child));
	return made;
}

static json_t *itf_states(const struct walk *walk, json_t *variables)
{
	json_t *states = json_array(), *now = json_object();
	size_t index, i;
	json_t *change, *name;

	json_array_foreach(variables, i, name)
		json_object_set_new(now, json_string_value(name), json_string(""));
	json_array_foreach(walk->states, index, change)
	{
		json_t *event = index > 0 ? json_array_get(walk->events, index - 1) : NULL;
		json_t *state, *value;
		const char *key;

		json_object_foreach(change, key, value)
			json_object_set_new(now, key, itf_value(value));
		if (event)
			json_object_set_new(
				now, "moved",
				json_sprintf("%s: %s",
					     teeq_model_task_name(
						     walk->c.model,
						     (size_t)json_integer_value(
							     json_object_get(event, "task"))),
					     json_string_value(json_object_get(event, "text"))));
		state = json_copy(now);
		json_object_set_new(state, "#meta", json_pack("{s:I}", "index", (json_int_t)index));
		json_array_append_new(states, state);
	}
	json_decref(now);
	return states;
}

int export_itf(FILE *out, const void *argument)
{
	const struct export_made *made = argument;
	json_t *variables = itf_variables(&made->walk);
	json_t *trace = json_pack("{s:{s:s,s:s,s:s},s:O,s:o}", "#meta", "format", "ITF",
				  "format-description",
				  "https://apalache-mc.org/docs/adr/015adr-trace.html",
				  "description", teeq_model_name(made->run->c->model), "vars",
				  variables, "states", itf_states(&made->walk, variables));
	bool good = trace != NULL;

	json_decref(variables);
	if (good)
		json_dumpf(trace, out, JSON_INDENT(1));
	json_decref(trace);
	fputc('\n', out);
	return good ? CLI_OK : CLI_BAD;
}
