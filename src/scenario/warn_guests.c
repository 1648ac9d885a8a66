/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "scenario/warn.h"

/*
 * A lock or a TA of the secure world that calls of two guests come to, one of which has threads of
 * its own: such a secure world (OP-TEE, CFG_NS_VIRTUALIZATION) has one for each, and nobody waits
 * for another guest.
 */
struct reach {
	const struct teeq_scenario *s;
	uint8_t commands[TEEQ_COMMAND_MAX]; /* guests, one bit each, whose calls come to it */
	uint8_t services[TEEQ_SERVICE_MAX];
	uint8_t command_done[TEEQ_COMMAND_MAX]; /* those that its steps were followed for */
	uint8_t service_done[TEEQ_SERVICE_MAX];
	bool more; /* something was reached that was not before */
};

static bool warn_guests_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void warn_guests_add(struct reach *reach, uint8_t *to, uint8_t guests)
{
	reach->more |= (guests & ~*to) != 0;
	*to |= guests;
}

static void reach_command(struct reach *reach, const char *name, uint8_t guests)
{
	for (size_t i = 0; i < reach->s->command_count; i++)
		if (warn_guests_same(reach->s->commands[i].name, name))
			warn_guests_add(reach, &reach->commands[i], guests);
}

/*
 * Whatever @step names is reached by the calls of @guests. A command and a service may have the
 * same name, so the kind of the step says which is meant.
 */
static void reach_step(struct reach *reach, const struct teeq_step *step, uint8_t guests)
{
	const struct teeq_scenario *s = reach->s;

	if (step->kind == TEEQ_STEP_CALL || step->kind == TEEQ_STEP_OPEN ||
	    step->kind == TEEQ_STEP_INVOKE || step->kind == TEEQ_STEP_MESSAGE)
		reach_command(reach, step->name, guests);
	for (size_t i = 0; i < s->service_count && step->kind == TEEQ_STEP_RPC; i++)
		if (warn_guests_same(s->services[i].name, step->name))
			warn_guests_add(reach, &reach->services[i], guests);
	for (size_t i = 0; i < s->channel_count && step->kind == TEEQ_STEP_SETUP; i++)
		if (warn_guests_same(s->channels[i].name, step->name))
			reach_command(reach, s->channels[i].config, guests);
	for (size_t i = 0; i < s->device_count; i++) {
		const struct teeq_device_spec *device = &s->devices[i];

		if (!warn_guests_same(device->name, step->name) ||
		    (step->kind != TEEQ_STEP_POWER_ON && step->kind != TEEQ_STEP_POWER_OFF))
			continue;
		for (size_t j = 0; j < device->on_count; j++)
			reach_command(reach, device->on[j], guests);
		for (size_t j = 0; j < device->off_count; j++)
			reach_command(reach, device->off[j], guests);
	}
}

static void reach_steps(struct reach *reach, const struct teeq_step *steps, size_t count,
			uint8_t guests)
{
	for (size_t i = 0; i < count; i++) {
		const struct teeq_step *step = &steps[i];

		reach_step(reach, step, guests);
		reach_steps(reach, step->steps, step->step_count, guests);
		for (size_t j = 0; j < step->handler_count; j++)
			reach_steps(reach, step->handlers[j].steps, step->handlers[j].step_count,
				    guests);
	}
}

static void reach_from_clients(struct reach *reach)
{
	const struct teeq_scenario *s = reach->s;

	for (size_t i = 0; i < s->client_count; i++) {
		const struct teeq_client_spec *client = &s->clients[i];

		for (size_t guest = 0; guest < s->guest_count; guest++)
			if (client->guest ? warn_guests_same(client->guest, s->guests[guest].name) :
					    guest == 0)
				reach_steps(reach, client->steps, client->step_count,
					    (uint8_t)(1u << guest));
	}
}

/* Each script once for each guest that is new to it: at most as often as there are guests. */
static void reach_all(struct reach *reach)
{
	const struct teeq_scenario *s = reach->s;

	reach_from_clients(reach);
	do {
		reach->more = false;
		for (size_t i = 0; i < s->command_count; i++) {
			if (reach->commands[i] == reach->command_done[i])
				continue;
			reach->command_done[i] = reach->commands[i];
			reach_steps(reach, s->commands[i].steps, s->commands[i].step_count,
				    reach->commands[i]);
		}
		for (size_t i = 0; i < s->service_count; i++) {
			if (reach->services[i] == reach->service_done[i])
				continue;
			reach->service_done[i] = reach->services[i];
			reach_steps(reach, s->services[i].steps, s->services[i].step_count,
				    reach->services[i]);
		}
	} while (reach->more);
}

static bool has_own_threads(const struct teeq_scenario *s)
{
	bool own = false;

	for (size_t i = 0; i < s->guest_count; i++)
		own |= s->guests[i].threads > 0;
	return own;
}

static bool locks(const struct teeq_step *steps, size_t count, const char *lock)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		const struct teeq_step *step = &steps[i];

		if (step->kind == TEEQ_STEP_LOCK || step->kind == TEEQ_STEP_READ_LOCK)
			found |= warn_guests_same(step->name, lock);
		found |= locks(step->steps, step->step_count, lock);
		for (size_t j = 0; j < step->handler_count; j++)
			found |= locks(step->handlers[j].steps, step->handlers[j].step_count, lock);
	}
	return found;
}

static void warn(struct warnings *warnings, const struct teeq_scenario *s, uint8_t guests,
		 const char *key)
{
	const char *names[TEEQ_GUEST_MAX] = { NULL };
	bool own = false;
	size_t count = 0;
	char text[256];

	for (size_t i = 0; i < s->guest_count; i++) {
		if (!(guests >> i & 1))
			continue;
		names[count++] = s->guests[i].name;
		own |= s->guests[i].threads > 0;
	}
	if (count < 2 || !own)
		return;
	snprintf(text, sizeof(text),
		 "is shared by guests %s and %s, of which at least one has threads "
		 "of its own: such a secure world has one for each",
		 names[0], names[1]);
	warnings_add(warnings, "shared-by-guests", key, text);
}

void warn_guests(struct warnings *warnings, const struct teeq_scenario *s)
{
	struct reach reach = { .s = s };
	char key[128];

	if (s->guest_count < 2 || !has_own_threads(s))
		return;
	reach_all(&reach);
	for (size_t i = 0; i < s->secure_lock_count; i++) {
		uint8_t guests = 0;

		for (size_t j = 0; j < s->command_count; j++)
			if (locks(s->commands[j].steps, s->commands[j].step_count,
				  s->secure_locks[i]))
				guests |= reach.commands[j];
		snprintf(key, sizeof(key), "secure.locks[%zu]", i);
		warn(warnings, s, guests, key);
	}
	for (size_t i = 0; i < s->ta_count; i++) {
		uint8_t guests = 0;

		for (size_t j = 0; j < s->command_count; j++)
			if (warn_guests_same(s->commands[j].ta, s->tas[i].name))
				guests |= reach.commands[j];
		snprintf(key, sizeof(key), "secure.tas.%s", s->tas[i].name);
		warn(warnings, s, guests, key);
	}
}
