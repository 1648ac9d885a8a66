/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/doing.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

enum command_result command_wrong(struct doing *d, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(d->stepper->why, sizeof(d->stepper->why), format, arguments);
	va_end(arguments);
	return COMMAND_WRONG;
}

bool command_number(struct doing *d, int index, uint64_t otherwise, uint64_t *number)
{
	const char *text = index < d->count ? d->words[index] : NULL;
	size_t digits = text ? strspn(text, "0123456789") : 0;

	*number = text ? strtoull(text, NULL, 10) : otherwise;
	if (!text || (digits > 0 && digits <= 18 && !text[digits]))
		return true;
	command_wrong(d, "'%s' is not a number", text);
	return false;
}

void say_step(struct doing *d, size_t step)
{
	const struct teeq_event *event = &d->s->events[step];
	char text[STEP_TEXT_MAX];

	teeq_event_text(d->s->c.model, event, text, sizeof(text));
	fprintf(d->out, "%5zu  %s  %s\n", step, teeq_model_task_name(d->s->c.model, event->task),
		text);
}

void command_place(const struct step *s, char text[STEP_TEXT_MAX])
{
	enum teeq_verdict verdict = step_verdict(s);
	int length = snprintf(text, STEP_TEXT_MAX, "step %zu of %zu", s->at, s->choices.count);

	if (s->violation)
		snprintf(text + length, STEP_TEXT_MAX - (size_t)length, ": violation: %s",
			 s->violation);
	else if (verdict != TEEQ_VERDICT_LIMIT)
		snprintf(text + length, STEP_TEXT_MAX - (size_t)length, ": %s",
			 teeq_verdict_name(verdict));
}

enum command_result say_place(struct doing *d)
{
	char text[STEP_TEXT_MAX];

	command_place(d->s, text);
	fprintf(d->out, "%s\n", text);
	return COMMAND_DONE;
}

enum command_result command_moved(struct doing *d, enum step_moved moved, const char *who)
{
	switch (moved) {
	case STEP_CANNOT:
		return command_wrong(d, "%s cannot move at step %zu", who, d->s->at);
	case STEP_FULL:
		return command_wrong(d, "%d steps are made, and more than that are not kept",
				     STEP_MAX);
	case STEP_NO_MEMORY:
		return command_wrong(d, "out of memory");
	case STEP_MOVED:
		break;
	}
	return COMMAND_DONE;
}
