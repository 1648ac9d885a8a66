/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/doing.h"

#include <string.h>

enum command_result do_break(struct doing *d)
{
	struct stepper *stepper = d->stepper;
	char why[CONDITION_TEXT];

	if (stepper->break_count == TRAVEL_STOPS)
		return command_wrong(d, "there are %d breakpoints, and no room for more",
				     TRAVEL_STOPS);
	if (!condition_parse(&stepper->breaks[stepper->break_count], d->s->c.model, d->rest, why))
		return command_wrong(d, "%s", why);
	stepper->break_count++;
	fprintf(d->out, "breakpoint %zu: %s\n", stepper->break_count, d->rest);
	return COMMAND_DONE;
}

enum command_result do_breaks(struct doing *d)
{
	for (size_t i = 0; i < d->stepper->break_count; i++)
		fprintf(d->out, "breakpoint %zu: %s\n", i + 1, d->stepper->breaks[i].text);
	if (d->stepper->break_count == 0)
		fputs("no breakpoints\n", d->out);
	return COMMAND_DONE;
}

enum command_result do_delete(struct doing *d)
{
	struct stepper *stepper = d->stepper;
	uint64_t number;

	if (!command_number(d, 0, 0, &number))
		return COMMAND_WRONG;
	if (number == 0 || number > stepper->break_count)
		return command_wrong(d, "there is no breakpoint %s", d->words[0]);
	memmove(&stepper->breaks[number - 1], &stepper->breaks[number],
		(stepper->break_count - (size_t)number) * sizeof(stepper->breaks[0]));
	stepper->break_count--;
	return do_breaks(d);
}

enum command_result do_run(struct doing *d)
{
	const char *name = d->count > 0 ? d->words[0] : "round-robin";
	const struct teeq_strategy *strategy = teeq_strategy_find(name);
	struct stepper *stepper = d->stepper;
	enum command_result result;
	uint64_t seed;
	int hit;

	if (!strategy)
		return command_wrong(d, "'%s' is not round-robin, random or pct", name);
	if (!command_number(d, 1, 1, &seed))
		return COMMAND_WRONG;
	result = command_moved(d, travel_run(d->s, strategy, seed, stepper->breaks,
					     stepper->break_count, &hit), "the task");
	if (result != COMMAND_DONE)
		return result;
	if (d->s->at > 0)
		say_step(d, d->s->at - 1);
	if (hit >= 0)
		fprintf(d->out, "breakpoint %d: %s\n", hit + 1, stepper->breaks[hit].text);
	return say_place(d);
}

enum command_result do_expect(struct doing *d)
{
	struct condition condition;
	char why[CONDITION_TEXT], place[STEP_TEXT_MAX];

	if (!condition_parse(&condition, d->s->c.model, d->rest, why))
		return command_wrong(d, "%s", why);
	if (condition_has_change(&condition))
		return command_wrong(d, "a change is no matter of one state: 'break' takes it");
	if (condition_holds(&condition, d->s))
		return COMMAND_DONE;
	command_place(d->s, place);
	command_wrong(d, "expected '%s' at %s", d->rest, place);
	return COMMAND_UNMET;
}
