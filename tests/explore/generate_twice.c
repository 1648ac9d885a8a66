/* SPDX-License-Identifier: BSD-2-Clause */
#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "base/prng.h"
#include "draft.h"

/* The name that stands for @name in the second half, or @name itself where both halves use it. */
static const char *second(struct twice *t, const char *name)
{
	for (size_t i = 0; name && i < t->name_count; i++)
		if (strcmp(t->old_names[i], name) == 0)
			return t->new_names[i];
	return name;
}

/* The second half has one of its own. */
static const char *give_name(struct twice *t, const char *name)
{
	t->old_names[t->name_count] = name;
	snprintf(t->new_names[t->name_count], sizeof(t->new_names[0]), "%s-too", name);
	return t->new_names[t->name_count++];
}

static const struct teeq_step *second_steps(struct twice *t, const struct teeq_step *steps, size_t count);

static struct teeq_step second_step(struct twice *t, const struct teeq_step *step)
{
	struct teeq_step copy = *step;
	struct teeq_handler *handlers = &t->handlers[t->handler_count];

	/* Who takes longer does the same. */
	if (step->kind == TEEQ_STEP_SLEEP || step->kind == TEEQ_STEP_WORK ||
	    step->kind == TEEQ_STEP_SUSPEND)
		copy.times = step->times % 5 + 1;
	if (step->kind == TEEQ_STEP_WAIT || step->kind == TEEQ_STEP_COND_WAIT)
		copy.times = step->times ? step->times % 5 + 1 : 0;
	copy.name = second(t, step->name);
	copy.session = second(t, step->session);
	copy.steps = second_steps(t, step->steps, step->step_count);
	t->handler_count += step->handler_count;
	for (size_t i = 0; i < step->handler_count; i++) {
		handlers[i] = step->handlers[i];
		handlers[i].steps = second_steps(t, handlers[i].steps, handlers[i].step_count);
	}
	copy.handlers = step->handler_count > 0 ? handlers : NULL;
	return copy;
}

static const struct teeq_step *second_steps(struct twice *t, const struct teeq_step *steps, size_t count)
{
	struct teeq_step *copies = &t->steps[t->step_count];

	if (count == 0)
		return steps;
	t->step_count += count;
	for (size_t i = 0; i < count; i++)
		copies[i] = second_step(t, &steps[i]);
	return copies;
}

static size_t double_names(struct twice *t, const char **to, const char *const *names, size_t count, bool own)
{
	size_t all = count;

	for (size_t i = 0; i < count; i++)
		to[i] = names[i];
	for (size_t i = 0; own && i < count; i++)
		to[all++] = give_name(t, names[i]);
	return all;
}

/* What has only a name, and what is about no other thing. */
static void double_objects(struct twice *t, const struct teeq_scenario *s, struct prng *prng)
{
	struct teeq_scenario *to = &t->scenario;

	to->lock_count = double_names(t, t->locks, s->locks, s->lock_count, chance(prng, 50));
	to->event_count = double_names(t, t->events, s->events, s->event_count, chance(prng, 50));
	to->notification_count = double_names(t, t->notifications, s->notifications,
					      s->notification_count, chance(prng, 70));
	to->locks = t->locks;
	to->events = t->events;
	to->notifications = t->notifications;
	memcpy(t->sessions, s->sessions, s->session_count * sizeof(t->sessions[0]));
	for (size_t i = 0; i < s->session_count && s->channel_count + s->device_count == 0; i++)
		if (chance(prng, 50)) {
			t->sessions[to->session_count] = s->sessions[i];
			t->sessions[to->session_count++].name = give_name(t, s->sessions[i].name);
		}
	to->sessions = t->sessions;
}

/* With the same session, and the same commands. */
static void double_devices(struct twice *t, const struct teeq_scenario *s, struct prng *prng)
{
	if (s->device_count != 1 || !chance(prng, 70))
		return;
	t->devices[0] = t->devices[1] = s->devices[0];
	t->devices[1].name = give_name(t, s->devices[0].name);
	t->scenario.devices = t->devices;
	t->scenario.device_count = 2;
}

static void double_scripts(struct twice *t, const struct teeq_scenario *s)
{
	struct teeq_scenario *to = &t->scenario;

	for (size_t i = 0; i < s->service_count; i++)
		t->services[s->service_count + i].name = give_name(t, s->services[i].name);
	for (size_t i = 0; i < s->command_count; i++)
		t->commands[s->command_count + i].name = give_name(t, s->commands[i].name);
	for (size_t i = 0; i < s->service_count; i++) {
		struct teeq_service_spec *copy = &t->services[s->service_count + i];
		const char *name = copy->name;

		t->services[i] = *copy = s->services[i];
		copy->name = name;
		copy->steps = second_steps(t, copy->steps, copy->step_count);
	}
	for (size_t i = 0; i < s->command_count; i++) {
		struct teeq_script_spec *copy = &t->commands[s->command_count + i];
		const char *name = copy->name;

		t->commands[i] = *copy = s->commands[i];
		copy->name = name;
		copy->steps = second_steps(t, copy->steps, copy->step_count);
	}
	to->services = t->services;
	to->service_count = 2 * s->service_count;
	to->commands = t->commands;
	to->command_count = 2 * s->command_count;
}

bool generate_twice(struct twice *t, const struct generated *from, uint64_t seed)
{
	const struct teeq_scenario *s = &from->scenario;
	struct prng prng;
	bool script = false;

	memset(t, 0, sizeof(*t));
	t->scenario = *s;
	prng_seed(&prng, seed, 0x7477);
	double_objects(t, s, &prng);
	double_devices(t, s, &prng);
	double_scripts(t, s);
	for (size_t i = 0; i < s->client_count; i++) {
		struct teeq_client_spec *copy = &t->clients[s->client_count + i];

		t->clients[i] = *copy = s->clients[i];
		copy->name = give_name(t, copy->name);
	}
	for (size_t i = s->client_count; i < 2 * s->client_count; i++) {
		struct teeq_client_spec *copy = &t->clients[i];

		copy->steps = second_steps(t, copy->steps, copy->step_count);
		script |= copy->step_count > 0;
	}
	t->scenario.clients = t->clients;
	t->scenario.client_count = 2 * s->client_count;
	return script;
}
