/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/doing.h"

#include <stdlib.h>

#include "cli/lost.h"

/* Only how it has ended, where it has. */
static enum command_result say_end(struct doing *d)
{
	return step_verdict(d->s) == TEEQ_VERDICT_LIMIT ? COMMAND_DONE : say_place(d);
}

enum command_result do_move(struct doing *d)
{
	int task = teeq_model_task_find(d->s->c.model, d->words[0]);
	enum command_result result = COMMAND_DONE;
	uint64_t count;

	if (task < 0)
		return command_wrong(d, "there is no task '%s'", d->words[0]);
	if (!command_number(d, 1, 1, &count))
		return COMMAND_WRONG;
	for (uint64_t i = 0; i < count && result == COMMAND_DONE; i++) {
		result = command_moved(d, step_move(d->s, (unsigned int)task), d->words[0]);
		if (result == COMMAND_DONE)
			say_step(d, d->s->at - 1);
	}
	return result == COMMAND_DONE ? say_end(d) : result;
}

enum command_result do_forward(struct doing *d)
{
	size_t ahead = d->s->choices.count - d->s->at;
	uint64_t count;

	if (!command_number(d, 0, 1, &count))
		return COMMAND_WRONG;
	if (count > ahead)
		return command_wrong(d, "the schedule has %zu more steps", ahead);
	while (count-- > 0) {
		step_go(d->s, d->s->at + 1);
		say_step(d, d->s->at - 1);
	}
	return say_end(d);
}

enum command_result do_back(struct doing *d)
{
	uint64_t count;

	if (!command_number(d, 0, 1, &count))
		return COMMAND_WRONG;
	if (count > d->s->at)
		return command_wrong(d, "%zu steps are made", d->s->at);
	step_go(d->s, d->s->at - (size_t)count);
	return say_place(d);
}

enum command_result do_goto(struct doing *d)
{
	uint64_t step;

	if (!command_number(d, 0, 0, &step))
		return COMMAND_WRONG;
	if (step > d->s->choices.count)
		return command_wrong(d, "the schedule has %zu steps", d->s->choices.count);
	step_go(d->s, (size_t)step);
	return say_place(d);
}

enum command_result do_start(struct doing *d)
{
	step_go(d->s, 0);
	return say_place(d);
}

enum command_result do_end(struct doing *d)
{
	step_go(d->s, d->s->choices.count);
	return say_place(d);
}

enum command_result do_cut(struct doing *d)
{
	step_cut(d->s);
	return say_place(d);
}

enum command_result do_lost(struct doing *d)
{
	const struct teeq_explore_options options = { .max_states = LOST_STATES_MAX };
	struct teeq_no_return no_return;
	enum teeq_status status = teeq_find_no_return(d->s->c.model, &d->s->choices, &options,
						      &no_return, NULL);
	char *text;

	if (status == TEEQ_EINPUT)
		return command_wrong(d, "the schedule does not end in a failure");
	if (status != TEEQ_OK)
		return command_wrong(d, "the step of no return was not found within %d states",
				     LOST_STATES_MAX);
	text = lost_text(d->s->c.model, &no_return);
	if (text)
		fprintf(d->out, "%s\n", text);
	free(text);
	if (!no_return.from_start && !no_return.way_out)
		step_go(d->s, no_return.step);
	return say_place(d);
}

static enum command_result go_to_change(struct doing *d, bool (*go)(struct step *s, size_t row),
					const char *where)
{
	int row = step_row_find(d->s->c.model, d->rest);

	if (row < 0)
		return command_wrong(d, "there is no object '%s'; 'show' lists them", d->rest);
	if (!go(d->s, (size_t)row))
		return command_wrong(d, "%s does not change %s", d->rest, where);
	if (d->s->at > 0)
		say_step(d, d->s->at - 1);
	return say_place(d);
}

enum command_result do_next(struct doing *d)
{
	return go_to_change(d, travel_to_change, "again in this schedule");
}

enum command_result do_previous(struct doing *d)
{
	return go_to_change(d, travel_back_to_change, "before this");
}
