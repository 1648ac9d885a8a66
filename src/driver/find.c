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

_Static_assert(offsetof(struct teeq_script_spec, name) == 0 &&
		       offsetof(struct teeq_service_spec, name) == 0 &&
		       offsetof(struct teeq_session_spec, name) == 0 &&
		       offsetof(struct teeq_channel_spec, name) == 0,
	       "rows begin with their name");

/* Rows of @size bytes, each of which begins with its name: which one is @name's, or MODEL_NONE. */
static unsigned int drive_find_row(const void *rows, size_t count, size_t size, const char *name)
{
	const char *row = rows;

	for (size_t i = 0; name && i < count; i++, row += size)
		if (strcmp(*(const char *const *)(const void *)row, name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
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
