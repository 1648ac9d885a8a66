/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reading_complain(struct reading *r, const char *format, ...)
{
	size_t length;
	va_list arguments;

	if (r->wrong)
		return;
	r->wrong = true;
	length = (size_t)snprintf(r->out->wrong, sizeof(r->out->wrong), "said: %s\n", r->line);
	va_start(arguments, format);
	vsnprintf(r->out->wrong + length, sizeof(r->out->wrong) - length, format, arguments);
	va_end(arguments);
}

struct expected reading_expect(struct reading *r, unsigned int task, const char *said)
{
	return (struct expected){
		.counts = r->out,
		.w = r->w,
		.world = r->world,
		.task = task,
		.only = NOBODY,
		.context = NOBODY,
		.level = NOBODY,
		.claim = strstr(said, " waits for CPU ") || strstr(said, " waits for a CPU: ") ?
				 CLAIM_CPU :
			 strstr(said, "waits for a wake")	   ? CLAIM_WAKE :
			 strstr(said, "until no thread is in use") ? CLAIM_IDLE :
								     CLAIM_THREAD,
	};
}

int reading_task_of(const struct reading *r, const char *line)
{
	size_t length = strcspn(line, " ");

	for (unsigned int i = 0; i < reading_task_count(r); i++) {
		const char *name = teeq_model_task_name(r->w->model, i);

		if (strlen(name) == length && strncmp(name, line, length) == 0)
			return (int)i;
	}
	return NOBODY;
}

int reading_caller(const struct reading *r, unsigned int context, unsigned int *level)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++)
		for (*level = 0; *level <= r->w->task[i].top; (*level)++)
			if (r->w->task[i].level[*level].call == AT_THREAD &&
			    r->w->task[i].level[*level].context == context)
				return (int)i;
	return NOBODY;
}

/* Who may be stuck or not: what it is about is not followed. */
bool reading_is_beyond(const struct reading *r, unsigned int task)
{
	return r->w->task[task].unsure || r->w->task[task].exiting;
}
