/* SPDX-License-Identifier: BSD-2-Clause */
/* By name or by number: what the scenario and the model have. */
#include "driver/driver.h"

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

unsigned int drive_name(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(names[i], name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
}

unsigned int drive_command(const struct teeq_drive *d, const char *name)
{
	for (size_t i = 0; name && i < d->scenario->command_count; i++)
		if (strcmp(d->scenario->commands[i].name, name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
}

unsigned int drive_service(const struct teeq_drive *d, const char *name)
{
	for (size_t i = 0; name && i < d->scenario->service_count; i++)
		if (strcmp(d->scenario->services[i].name, name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
}

unsigned int drive_session(const struct teeq_drive *d, const char *name)
{
	for (size_t i = 0; name && i < d->scenario->session_count; i++)
		if (strcmp(d->scenario->sessions[i].name, name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
}

unsigned int drive_channel(const struct teeq_drive *d, const char *name)
{
	for (size_t i = 0; name && i < d->scenario->channel_count; i++)
		if (strcmp(d->scenario->channels[i].name, name) == 0)
			return (unsigned int)i;
	return MODEL_NONE;
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
