/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explain_loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/json_value.h"

/* A longer loop, or way out of it, is cut in text. */
#define LINES_MAX 64

/* -------------------------------------- its steps, told --------------------------------------- */

/* The steps from @from on and before @end, as text or into @list. */
struct telling {
	size_t from;
	size_t end;
	json_t *list;
};

static void explain_loop_tell(void *argument, const struct teeq_model *model,
			      const struct teeq_world *world, const struct teeq_event *event)
{
	const struct telling *telling = argument;
	const char *task = teeq_model_task_name(model, event->task);
	char text[512];

	(void)world;
	if (event->step < telling->from || event->step >= telling->end)
		return;
	teeq_event_text(model, event, text, sizeof(text));
	if (telling->list)
		json_array_append_new(telling->list, json_pack("{s:I,s:s,s:s}", "step",
							       (json_int_t)event->step, "task",
							       task, "text", text));
	else if (event->step - telling->from < LINES_MAX)
		printf("  step %" PRIu64 ", %s: %s\n", event->step, task, text);
	else if (event->step - telling->from == LINES_MAX)
		printf("  ... and %zu more\n", telling->end - telling->from - LINES_MAX);
}

/* The schedule, and behind it the way out of its loop. */
static enum teeq_status put_together(const struct explanation *e, struct teeq_schedule *both)
{
	const struct teeq_schedule *parts[] = { &e->schedule, &e->diagnosis.way_out };
	enum teeq_status status = TEEQ_OK;

	for (int part = 0; part < 2; part++)
		for (size_t i = 0; i < parts[part]->count && status == TEEQ_OK; i++)
			status = teeq_schedule_add(both, parts[part]->tasks[i]);
	return status;
}

/* False: no memory. */
static bool tell_steps(const struct explanation *e, struct telling telling)
{
	struct teeq_run_options options = { .on_event = explain_loop_tell, .argument = &telling };
	struct teeq_world *world = teeq_world_new(e->c.model);
	enum teeq_status status = world ? TEEQ_OK : TEEQ_ENOMEM;
	struct teeq_schedule both = { 0 };
	struct teeq_result result;

	if (status == TEEQ_OK)
		status = put_together(e, &both);
	if (status == TEEQ_OK)
		status = teeq_replay(e->c.model, world, &both, &options, &result, NULL);
	teeq_schedule_free(&both);
	teeq_world_free(world);
	return status == TEEQ_OK;
}

static struct telling the_loop(const struct explanation *e)
{
	const struct teeq_loop *loop = &e->diagnosis.loop;

	return (struct telling){ .from = loop->from, .end = loop->from + loop->length };
}

static struct telling the_way_out(const struct explanation *e)
{
	return (struct telling){ .from = e->schedule.count,
				 .end = e->schedule.count + e->diagnosis.way_out.count };
}

/* ------------------------------------ who never gets on --------------------------------------- */

enum left_out { LEFT_OUT_NOT, LEFT_OUT_WAITS, LEFT_OUT_CAN_MOVE, LEFT_OUT_NOT_BEGUN };

/* In the state that comes again, as well as in those between. */
static enum left_out left_out(const struct explanation *e, unsigned int task)
{
	const struct teeq_loop *loop = &e->diagnosis.loop;
	struct teeq_task_view view;

	if (!(teeq_world_unfinished(e->c.model, e->c.world) >> task & 1) ||
	    (loop->movers >> task & 1))
		return LEFT_OUT_NOT;
	if (loop->resting >> task & 1)
		return LEFT_OUT_CAN_MOVE;
	teeq_world_task(e->c.model, e->c.world, task, &view);
	return view.started ? LEFT_OUT_WAITS : LEFT_OUT_NOT_BEGUN;
}

static void explain_loop_print_left_out(const struct explanation *e)
{
	static const char *const why[] = {
		[LEFT_OUT_WAITS] = "waits",
		[LEFT_OUT_CAN_MOVE] = "can move now and then, and need not be let",
		[LEFT_OUT_NOT_BEGUN] = "has not begun",
	};
	unsigned int count = (unsigned int)teeq_model_task_count(e->c.model);
	const char *before = "Meanwhile these never get on: ";

	for (unsigned int task = 0; task < count; task++) {
		enum left_out reason = left_out(e, task);

		if (reason == LEFT_OUT_NOT)
			continue;
		printf("%s%s (%s)", before, teeq_model_task_name(e->c.model, task), why[reason]);
		before = ", ";
	}
	printf("%s.\n", before[0] == ',' ? "" : "Nobody else is left");
}

/* -------------------------------------------- text -------------------------------------------- */

/* "a, b and c" */
static void print_movers(const struct teeq_model *model, uint64_t movers)
{
	printf("Round and round %s ", movers & (movers - 1) ? "go" : "goes");
	for (unsigned int i = 0; movers; i++, movers >>= 1) {
		if (!(movers & 1))
			continue;
		fputs(teeq_model_task_name(model, i), stdout);
		if (movers >> 1)
			fputs((movers >> 1 & ((movers >> 1) - 1)) ? ", " : " and ", stdout);
	}
	printf(". No other task can always move, so that a fair scheduler need not let one in.\n");
}

static bool print_way_out(const struct explanation *e)
{
	const struct teeq_diagnosis *diagnosis = &e->diagnosis;

	if (!diagnosis->way_known) {
		printf("Whether anything leads out of it is undecided: no way was found within %"
		       PRIu64 " states.\n", e->max_states);
		return true;
	}
	if (diagnosis->way_out.count == 0) {
		printf("Nothing leads out of it to an end at which all have finished.\n");
		return true;
	}
	printf("What leads out of it, until all have finished:\n");
	return tell_steps(e, the_way_out(e));
}

bool explain_loop_print(const struct explanation *e)
{
	const struct teeq_loop *loop = &e->diagnosis.loop;

	if (loop->length == 0)
		return true;
	if (loop->length == 1)
		printf("\nThe loop: after this step all is as it was before it, as shown above, so "
		       "that it may come again for ever.\n");
	else
		printf("\nThe loop: after these %zu steps all is as it was before them, as shown "
		       "above, so that they may come again for ever.\n", loop->length);
	if (!tell_steps(e, the_loop(e)))
		return false;
	print_movers(e->c.model, loop->movers);
	explain_loop_print_left_out(e);
	return print_way_out(e);
}

/* -------------------------------------------- JSON -------------------------------------------- */

static json_t *steps_json(const struct explanation *e, struct telling telling)
{
	telling.list = json_array();
	if (telling.list && !tell_steps(e, telling)) {
		json_decref(telling.list);
		return NULL;
	}
	return telling.list;
}

static json_t *movers_json(const struct explanation *e)
{
	json_t *list = json_array();

	for (unsigned int task = 0; task < teeq_model_task_count(e->c.model); task++)
		if (e->diagnosis.loop.movers >> task & 1)
			json_array_append_new(
				list, cli_json_text(teeq_model_task_name(e->c.model, task)));
	return list;
}

static json_t *explain_loop_left_out_json(const struct explanation *e)
{
	static const char *const why[] = {
		[LEFT_OUT_WAITS] = "waits",
		[LEFT_OUT_CAN_MOVE] = "can move",
		[LEFT_OUT_NOT_BEGUN] = "not begun",
	};
	json_t *list = json_array();

	for (unsigned int task = 0; task < teeq_model_task_count(e->c.model); task++) {
		enum left_out reason = left_out(e, task);

		if (reason != LEFT_OUT_NOT)
			json_array_append_new(list,
					      json_pack("{s:s,s:s}", "task",
							teeq_model_task_name(e->c.model, task),
							"why", why[reason]));
	}
	return list;
}

json_t *explain_loop_json(const struct explanation *e)
{
	const struct teeq_diagnosis *diagnosis = &e->diagnosis;
	bool out = diagnosis->way_known && diagnosis->way_out.count > 0;

	if (diagnosis->loop.length == 0)
		return json_null();
	return json_pack("{s:I,s:I,s:o,s:o,s:o,s:s,s:o}", "from", (json_int_t)diagnosis->loop.from,
			 "length", (json_int_t)diagnosis->loop.length, "movers", movers_json(e),
			 "left_out", explain_loop_left_out_json(e), "steps",
			 steps_json(e, the_loop(e)), "leads_out",
			 !diagnosis->way_known ? "undecided" :
			 out		       ? "something" :
						 "nothing",
			 "way_out", out ? steps_json(e, the_way_out(e)) : json_array());
}
