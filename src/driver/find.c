/* SPDX-License-Identifier: BSD-2-Clause */
/* By name or by number: what the scenario and the model have. */
#include "driver/driver.h"

#include <stddef.h>
#include <string.h>

const struct instruction *drive_instruction(const struct teeq_model *m, enum op op,
					    unsigned int session, unsigned int command)
{
	for (size_t i = 0; i < m->code_count; i++) {
		const struct instruction *at = &m->code[i];

		if (at->op != op || at->object != session)
			continue;
		if (op == OP_CLOSE || model_command(at) == command)
			return at;
	}
	return NULL;
}

const struct teeq_step *drive_find_step(const struct teeq_step *steps, size_t count,
					bool (*is_it)(const void *argument,
						      const struct teeq_step *step),
					const void *argument)
{
	const struct teeq_step *found = NULL;

	for (size_t i = 0; !found && i < count; i++) {
		const struct teeq_step *step = &steps[i];

		found = is_it(argument, step) ?
				step :
				drive_find_step(step->steps, step->step_count, is_it, argument);
		for (size_t j = 0; !found && j < step->handler_count; j++)
			found = drive_find_step(step->handlers[j].steps,
						step->handlers[j].step_count, is_it, argument);
	}
	return found;
}

_Static_assert(offsetof(struct teeq_script_spec, name) == 0 &&
		       offsetof(struct teeq_service_spec, name) == 0 &&
		       offsetof(struct teeq_session_spec, name) == 0 &&
		       offsetof(struct teeq_channel_spec, name) == 0 &&
		       offsetof(struct teeq_context_spec, name) == 0 &&
		       offsetof(struct teeq_device_spec, name) == 0 &&
		       offsetof(struct teeq_barrier_spec, name) == 0,
	       "rows begin with their name");

/*
 * Rows of @size bytes, each of which begins with its name: which one is @name's, or TEEQ_NO_OBJECT.
 */
static unsigned int drive_find_row(const void *rows, size_t count, size_t size, const char *name)
{
	const char *row = rows;

	for (size_t i = 0; name && i < count; i++, row += size)
		if (strcmp(*(const char *const *)(const void *)row, name) == 0)
			return (unsigned int)i;
	return TEEQ_NO_OBJECT;
}

unsigned int drive_name(const char *const *names, size_t count, const char *name)
{
	return drive_find_row(names, count, sizeof(*names), name);
}

unsigned int drive_command(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->commands, d->scenario->command_count,
			      sizeof(*d->scenario->commands), name);
}

unsigned int drive_service(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->services, d->scenario->service_count,
			      sizeof(*d->scenario->services), name);
}

unsigned int drive_session(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->sessions, d->scenario->session_count,
			      sizeof(*d->scenario->sessions), name);
}

unsigned int drive_channel(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->channels, d->scenario->channel_count,
			      sizeof(*d->scenario->channels), name);
}

unsigned int drive_context(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->contexts, d->scenario->context_count,
			      sizeof(*d->scenario->contexts), name);
}

unsigned int drive_device(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->devices, d->scenario->device_count,
			      sizeof(*d->scenario->devices), name);
}

unsigned int drive_barrier(const struct teeq_drive *d, const char *name)
{
	return drive_find_row(d->scenario->barriers, d->scenario->barrier_count,
			      sizeof(*d->scenario->barriers), name);
}

unsigned int failure_of(int result, uint32_t ret)
{
	if (result == 0 && ret == 0)
		return TEEQ_FAILURE_NONE;
	for (unsigned int i = TEEQ_FAILURE_GENERIC; i < TEEQ_FAILURE_COUNT; i++) {
		bool of_driver = i >= TEEQ_FAILURE_EINTR;

		if (result < 0 && of_driver &&
		    teeq_failure_value((enum teeq_failure)i) == (uint32_t)-result)
			return i;
		if (result >= 0 && !of_driver && teeq_failure_value((enum teeq_failure)i) == ret)
			return i;
	}
	return TEEQ_FAILURE_GENERIC;
}
