/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/export_run.h"
#include "cli/json_value.h"

/*
 * JSON of trace events, as the Perfetto UI reads it: of each task the steps that it made, and of
 * each thread context of the secure world for whom it was taken. A step takes a microsecond.
 */

enum {
	PERFETTO_TASKS = 1,
	PERFETTO_THREADS = 2
};

static void add_name(json_t *events, int process, int track, const char *kind, const char *name)
{
	json_array_append_new(events,
			      json_pack("{s:s,s:s,s:i,s:i,s:{s:s}}", "ph", "M", "name", kind, "pid",
					process, "tid", track, "args", "name", name));
}

static void add_names(json_t *events, const struct walk *walk)
{
	const struct teeq_model *model = walk->c.model;
	char name[32];

	add_name(events, PERFETTO_TASKS, 0, "process_name", "tasks");
	add_name(events, PERFETTO_THREADS, 0, "process_name", "threads of the secure world");
	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		add_name(events, PERFETTO_TASKS, (int)i + 1, "thread_name",
			 teeq_model_task_name(model, i));
	for (size_t i = 0; i < teeq_model_thread_count(model); i++) {
		snprintf(name, sizeof(name), "thread %zu", i);
		add_name(events, PERFETTO_THREADS, (int)i + 1, "thread_name", name);
	}
}

static void add_slice(json_t *events, int process, int track, json_t *name, size_t from, size_t to)
{
	json_array_append_new(events, json_pack("{s:s,s:i,s:i,s:I,s:I,s:o}", "ph", "X", "pid",
						process, "tid", track, "ts", (json_int_t)from,
						"dur", (json_int_t)(to - from), "name", name));
}

static void add_step_slices(json_t *events, const struct walk *walk)
{
	json_t *event;
	size_t index;

	json_array_foreach(walk->events, index, event) add_slice(
		events, PERFETTO_TASKS, (int)json_integer_value(json_object_get(event, "task")) + 1,
		json_incref(json_object_get(event, "text")), index, index + 1);
}

/* "app.0 suspended"; NULL where the context is free. */
static json_t *holder_text(const json_t *context)
{
	const char *state = json_string_value(json_object_get(context, "state"));
	const char *owner =
		json_string_value(json_object_get(json_object_get(context, "owner"), "task"));

	if (!state || (state[0] == 'f' && !owner))
		return NULL;
	return json_sprintf("%s %s", owner ? owner : "lost", state);
}

static void add_contexts(json_t *events, const struct walk *walk, size_t number)
{
	json_t *held = NULL, *state;
	size_t since = 0, index;

	json_array_foreach(walk->states, index, state)
	{
		json_t *contexts = json_object_get(state, "contexts"), *now;

		if (!contexts)
			continue;
		now = holder_text(json_array_get(contexts, number));
		if (now && held && json_equal(now, held)) {
			json_decref(now);
			continue;
		}
		if (held)
			add_slice(events, PERFETTO_THREADS, (int)number + 1, held, since, index);
		held = now;
		since = index;
	}
	if (held)
		add_slice(events, PERFETTO_THREADS, (int)number + 1, held, since,
			  json_array_size(walk->states));
}

int export_perfetto(FILE *out, const void *argument)
{
	const struct walk *walk = &((const struct export_made *)argument)->walk;
	json_t *events = json_array(), *trace;
	bool good;

	add_names(events, walk);
	add_step_slices(events, walk);
	for (size_t i = 0; i < teeq_model_thread_count(walk->c.model); i++)
		add_contexts(events, walk, i);
	trace = json_pack("{s:o,s:s}", "traceEvents", events, "displayTimeUnit", "ns");
	good = trace != NULL;
	if (good)
		json_dumpf(trace, out, JSON_COMPACT);
	json_decref(trace);
	fputc('\n', out);
	return good ? CLI_OK : CLI_BAD;
}
