/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/session.h"

#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

/* ------------------------------------------ moving -------------------------------------------- */

/* Room for the event of one choice more. */
static bool step_make_room(struct step *s)
{
	size_t capacity = s->event_capacity ? 2 * s->event_capacity : 256;
	struct teeq_event *more;

	if (s->choices.count < s->event_capacity)
		return true;
	more = realloc(s->events, capacity * sizeof(*more));
	if (!more)
		return false;
	s->events = more;
	s->event_capacity = capacity;
	return true;
}

/* One step of the world, whatever the schedule has there. */
static bool step_perform(struct step *s, unsigned int task, struct teeq_event *event)
{
	if (s->violation || teeq_world_step(s->c.model, s->c.world, task, event) != TEEQ_OK)
		return false;
	event->step = s->at++;
	s->violation = teeq_world_check(s->c.model, s->c.world);
	return true;
}

uint64_t step_enabled(const struct step *s)
{
	return s->violation ? 0 : teeq_world_enabled(s->c.model, s->c.world);
}

void step_cut(struct step *s)
{
	s->choices.count = s->at;
}

enum step_moved step_move(struct step *s, unsigned int task)
{
	struct teeq_event event;

	if (!(step_enabled(s) >> task & 1))
		return STEP_CANNOT;
	if (s->at < s->choices.count && s->choices.tasks[s->at] == task) {
		step_perform(s, task, &event);
		return STEP_MOVED;
	}
	step_cut(s);
	if (s->at >= STEP_MAX)
		return STEP_FULL;
	if (!step_make_room(s) || teeq_schedule_add(&s->choices, task) != TEEQ_OK)
		return STEP_NO_MEMORY;
	step_perform(s, task, &s->events[s->choices.count - 1]);
	return STEP_MOVED;
}

void step_go(struct step *s, size_t at)
{
	struct teeq_event event;

	if (at < s->at) {
		teeq_world_reset(s->c.model, s->c.world);
		s->violation = NULL;
		s->at = 0;
	}
	while (s->at < at)
		step_perform(s, s->choices.tasks[s->at], &event);
}

enum teeq_verdict step_verdict(const struct step *s)
{
	return s->violation ? TEEQ_VERDICT_VIOLATION :
			      teeq_world_verdict(s->c.model, s->c.world);
}

bool step_preview(const struct step *s, unsigned int task, char *text, size_t size)
{
	struct teeq_world *ahead = teeq_world_new(s->c.model);
	struct teeq_event event;
	bool moves = ahead != NULL;

	if (moves) {
		teeq_world_copy(s->c.model, ahead, s->c.world);
		moves = teeq_world_step(s->c.model, ahead, task, &event) == TEEQ_OK;
	}
	if (moves)
		teeq_event_text(s->c.model, &event, text, size);
	teeq_world_free(ahead);
	return moves;
}

/* ------------------------------------------ opening ------------------------------------------- */

/* The choices of @schedule, made once, so that they are known to fit. */
static int step_follow(struct step *s, const struct teeq_schedule *schedule)
{
	for (size_t i = 0; i < schedule->count; i++) {
		switch (step_move(s, schedule->tasks[i])) {
		case STEP_MOVED:
			break;
		case STEP_CANNOT:
			cli_error("%s: step %zu of the schedule: %s cannot move there",
				  cli_input_name(s->c.path), i,
				  teeq_model_task_name(s->c.model, schedule->tasks[i]));
			return CLI_FOUND;
		case STEP_FULL:
			return cli_error("%s: a schedule of %zu steps is too long to step through: "
					 "%d at most", cli_input_name(s->c.path), schedule->count,
					 STEP_MAX);
		case STEP_NO_MEMORY:
			return cli_failed(s->c.path, TEEQ_ENOMEM, NULL);
		}
	}
	step_go(s, 0);
	return CLI_OK;
}

static int step_open_schedule(struct step *s, const char *policy, const char *argument)
{
	struct teeq_schedule schedule = { 0 };
	int status = cli_case_schedule(&s->c, "step", policy, argument, &schedule);

	if (status == CLI_OK)
		status = step_follow(s, &schedule);
	teeq_schedule_free(&schedule);
	return status;
}

int step_open(struct step *s, const char *path, const char *policy, const char *schedule)
{
	struct cli_policy chosen;
	int status;

	memset(s, 0, sizeof(*s));
	status = cli_case_load(&s->c, path);
	if (status != CLI_OK)
		return status;
	if (schedule)
		return step_open_schedule(s, policy, schedule);
	status = cli_policy_load(policy ? policy : "mainline", &chosen);
	return status == CLI_OK ? cli_case_build(&s->c, &chosen) : status;
}

void step_close(struct step *s)
{
	cli_case_free(&s->c);
	teeq_schedule_free(&s->choices);
	free(s->events);
	memset(s, 0, sizeof(*s));
}
