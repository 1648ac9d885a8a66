/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FIELD_TRACE_WHOLE_H
#define TESTS_FIELD_TRACE_WHOLE_H

/*
 * Any bytes as a recording, read with all that can be made of it, and what must hold then whatever the
 * bytes were. For the tests, and for the fuzz target.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "field/trace.h"
#include "field/trace_conform.h"
#include "field/trace_load.h"
#include "field/trace_perfetto.h"
#include "field/trace_print.h"
#include "field/trace_stats.h"

struct whole {
	struct trace trace;
	struct trace_stats stats;
	struct trace_perfetto perfetto;
	struct trace_load load;
	struct trace_conform conform;
	struct trace_scenario scenario;
	char *json; /* of the export */
	char *report;
	char *yaml; /* NULL: there is no scenario */
};

static inline void whole_free(struct whole *whole)
{
	trace_free(&whole->trace);
	trace_conform_free(&whole->conform);
	free(whole->json);
	free(whole->report);
	free(whole->yaml);
	free(whole);
}

/* Everything that teeq trace does, of @size bytes. NULL: no memory. */
static inline struct whole *whole_read(const char *bytes, size_t size, unsigned int threads)
{
	struct whole *whole = calloc(1, sizeof(*whole));
	size_t json_size = 0, report_size = 0, yaml_size = 0;
	FILE *json, *report, *yaml;
	uint64_t number = 0;

	if (!whole)
		return NULL;
	json = open_memstream(&whole->json, &json_size);
	whole->trace.calls.threads = threads;
	whole->load.bounds = (struct trace_load_bounds){
		.clients = 4, .commands = 2, .calls = 2, .steps = 6, .foreign = true
	};
	whole->conform.policy = teeq_policy_find("untracked");
	trace_start(&whole->trace, NULL);
	trace_stats_start(&whole->stats, &whole->trace.calls);
	trace_perfetto_start(&whole->perfetto, json, &whole->trace.calls, &whole->stats);
	trace_load_start(&whole->load, &whole->trace.calls);
	trace_conform_start(&whole->conform, &whole->trace);
	for (size_t at = 0; at < size;) {
		const char *end = memchr(bytes + at, '\n', size - at);
		size_t length = end ? (size_t)(end - bytes) - at : size - at;

		trace_line(&whole->trace, bytes + at, length < 4096 ? length : 4096, ++number);
		at += length + 1;
	}
	trace_finish(&whole->trace);
	trace_stats_finish(&whole->stats, whole->trace.last);
	trace_conform_finish(&whole->conform);
	trace_perfetto_finish(&whole->perfetto, &whole->trace);
	fclose(json);
	report = open_memstream(&whole->report, &report_size);
	trace_print_report(report, "x", &whole->trace, &whole->stats, 1000000000);
	fclose(report);
	yaml = open_memstream(&whole->yaml, &yaml_size);
	if (!trace_scenario_write(yaml, &whole->load, &whole->trace, &whole->scenario)) {
		fclose(yaml);
		free(whole->yaml);
		whole->yaml = NULL;
	} else {
		fclose(yaml);
	}
	return whole;
}

/* ------------------------------- what must hold of the counts --------------------------------- */

static inline const char *whole_wrong_counts(const struct whole *whole)
{
	const struct trace_calls *calls = &whole->trace.calls;
	uint64_t open = 0, inside = 0, waiting = 0, tasks = 0, level = 0;

	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task)) {
		tasks++;
		inside += task->in_smc;
		for (struct trace_call *call = task->call; call; call = call->outer) {
			open++;
			inside += call->phase == TRACE_PHASE_FIRST ||
				  call->phase == TRACE_PHASE_RESUMED;
			waiting += call->phase == TRACE_PHASE_REFUSED;
		}
	}
	for (unsigned int i = 0; i <= FIELD_THREADS_MAX; i++)
		level += whole->stats.level_time[i];
	if (tasks != calls->task_count)
		return "tasks are counted that are not there";
	if (open != calls->in_flight ||
	    calls->calls + calls->adopted != calls->done + calls->gone + open)
		return "calls came from nowhere, or went there";
	if (inside != calls->inside || waiting != calls->waiting)
		return "calls are not where they are counted";
	if (calls->begins + calls->ends != whole->trace.events)
		return "events were read and not followed";
	if (whole->stats.started && level != whole->stats.now - whole->stats.start)
		return "threads were taken longer or shorter than the recording is";
	if (whole->stats.times[TRACE_TIME_CALL].count > calls->done)
		return "times of calls that did not end";
	return NULL;
}

/* ------------------------------ the export, by its documented form ---------------------------- */

struct whole_slice {
	json_int_t track;
	uint64_t from, to;
};

/* To the ns: what is written has three digits behind the point. */
static inline uint64_t whole_ns(const json_t *event, const char *key)
{
	return (uint64_t)(json_number_value(json_object_get(event, key)) * 1000 + 0.5);
}

static inline const char *whole_wrong_event(const json_t *event)
{
	const char *phase = json_string_value(json_object_get(event, "ph"));
	const json_t *arguments = json_object_get(event, "args");

	if (!phase || strlen(phase) != 1 || !strchr("XMCsfbe", *phase))
		return "an event of no phase that is used";
	if (!json_is_integer(json_object_get(event, "pid")) ||
	    !json_is_integer(json_object_get(event, "tid")) ||
	    !json_is_string(json_object_get(event, "name")))
		return "an event without pid, tid or name";
	if (*phase == 'M')
		return json_is_string(json_object_get(arguments, "name")) ? NULL :
									    "a nameless name";
	if (!json_is_number(json_object_get(event, "ts")))
		return "an event without a time";
	if (*phase == 'X' && !(json_number_value(json_object_get(event, "dur")) >= 0))
		return "a slice without a length";
	if (*phase == 'C' && json_integer_value(json_object_get(arguments, "free")) < 0)
		return "less than no thread is free";
	if (strchr("sfbe", *phase) && (!json_is_integer(json_object_get(event, "id")) ||
				       !json_is_string(json_object_get(event, "cat"))))
		return "a flow without an id or a category";
	return NULL;
}

static inline int whole_compare(const void *left, const void *right)
{
	const struct whole_slice *a = left, *b = right;

	if (a->track != b->track)
		return a->track < b->track ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to == b->to ? 0 : a->to > b->to ? -1 : 1;
}

/* Slices of one track lie inside of each other or apart. */
static inline const char *whole_wrong_nesting(struct whole_slice *slices, size_t count)
{
	size_t stack[64], depth = 0;

	qsort(slices, count, sizeof(*slices), whole_compare);
	for (size_t i = 0; i < count; i++) {
		while (depth > 0 && (slices[stack[depth - 1]].track != slices[i].track ||
				     slices[stack[depth - 1]].to <= slices[i].from))
			depth--;
		if (depth > 0 && slices[i].to > slices[stack[depth - 1]].to)
			return "two slices of a track overlap";
		if (depth == 64)
			return "more slices inside of each other than there are calls";
		stack[depth++] = i;
	}
	return NULL;
}

/* More ns than that are not exact as a number of JSON. */
#define WHOLE_TIME_MAX (UINT64_C(1) << 52)

static inline const char *whole_wrong_export(const struct whole *whole)
{
	/* Slices must nest where the times of each task only rise. */
	bool ordered = whole->trace.order.too_late == 0 && whole->trace.end < WHOLE_TIME_MAX;
	json_t *root = json_loads(whole->json, 0, NULL);
	const json_t *events = json_object_get(root, "traceEvents");
	size_t count = json_array_size(events), slice_count = 0, starts = 0, ends = 0;
	struct whole_slice *slices = calloc(count + 1, sizeof(*slices));
	const char *wrong = root ? NULL : "the export is no JSON";

	for (size_t i = 0; i < count && !wrong && slices; i++) {
		const json_t *event = json_array_get(events, i);
		const char *phase = json_string_value(json_object_get(event, "ph"));

		wrong = whole_wrong_event(event);
		if (wrong)
			break;
		starts += *phase == 's' || *phase == 'b';
		ends += *phase == 'f' || *phase == 'e';
		if (*phase != 'X')
			continue;
		slices[slice_count].track =
			json_integer_value(json_object_get(event, "pid")) * 1000000 +
			json_integer_value(json_object_get(event, "tid"));
		slices[slice_count].from = whole_ns(event, "ts");
		slices[slice_count].to = slices[slice_count].from + whole_ns(event, "dur");
		slice_count++;
	}
	if (!wrong && starts != ends)
		wrong = "flows that do not end";
	if (!wrong && ordered)
		wrong = whole_wrong_nesting(slices, slice_count);
	free(slices);
	json_decref(root);
	return wrong;
}

#endif
