/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/warn.h"

#include <stdio.h>
#include <string.h>

/* ---------------------------------------- never used ------------------------------------------ */

enum space {
	SPACE_LOCK,
	SPACE_EVENT,
	SPACE_BARRIER,
	SPACE_NOTIFICATION,
	SPACE_CONTEXT,
	SPACE_SESSION,
	SPACE_COMMAND,
	SPACE_SERVICE,
	SPACE_CHANNEL,
	SPACE_DEVICE,
	SPACE_SECURE_LOCK,
	SPACE_CONDITION,
	SPACE_TA,
	SPACE_GUEST,
	SPACE_COUNT,
	SPACE_ANY = SPACE_COUNT,
	SPACE_NONE,
};

#define USED_MAX 512 /* things of one sort; TEEQ_COMMAND_MAX is the most */
_Static_assert(USED_MAX >= TEEQ_COMMAND_MAX && USED_MAX >= TEEQ_SERVICE_MAX, "all must fit");

struct usage {
	struct warnings *warnings;
	const struct teeq_scenario *s;
	bool used[SPACE_COUNT][USED_MAX];
};

static size_t space_size(const struct teeq_scenario *s, enum space space)
{
	const size_t sizes[SPACE_COUNT] = {
		[SPACE_LOCK] = s->lock_count,
		[SPACE_EVENT] = s->event_count,
		[SPACE_BARRIER] = s->barrier_count,
		[SPACE_NOTIFICATION] = s->notification_count,
		[SPACE_CONTEXT] = s->context_count,
		[SPACE_SESSION] = s->session_count,
		[SPACE_COMMAND] = s->command_count,
		[SPACE_SERVICE] = s->service_count,
		[SPACE_CHANNEL] = s->channel_count,
		[SPACE_DEVICE] = s->device_count,
		[SPACE_SECURE_LOCK] = s->secure_lock_count,
		[SPACE_CONDITION] = s->condition_count,
		[SPACE_TA] = s->ta_count,
		[SPACE_GUEST] = s->guest_count,
	};

	return sizes[space];
}

static const char *space_name(const struct teeq_scenario *s, enum space space, size_t i)
{
	switch (space) {
	case SPACE_LOCK:
		return s->locks[i];
	case SPACE_EVENT:
		return s->events[i];
	case SPACE_BARRIER:
		return s->barriers[i].name;
	case SPACE_NOTIFICATION:
		return s->notifications[i];
	case SPACE_CONTEXT:
		return s->contexts[i].name;
	case SPACE_SESSION:
		return s->sessions[i].name;
	case SPACE_COMMAND:
		return s->commands[i].name;
	case SPACE_SERVICE:
		return s->services[i].name;
	case SPACE_CHANNEL:
		return s->channels[i].name;
	case SPACE_DEVICE:
		return s->devices[i].name;
	case SPACE_SECURE_LOCK:
		return s->secure_locks[i];
	case SPACE_CONDITION:
		return s->conditions[i];
	case SPACE_GUEST:
		return s->guests[i].name;
	default:
		return s->tas[i].name;
	}
}

static void warn_use(struct usage *usage, enum space space, const char *name)
{
	size_t size;

	if (!name || space == SPACE_NONE)
		return;
	if (space == SPACE_ANY) {
		for (int any = 0; any < SPACE_COUNT; any++)
			warn_use(usage, (enum space)any, name);
		return;
	}
	size = space_size(usage->s, space);
	for (size_t i = 0; i < size; i++)
		if (strcmp(space_name(usage->s, space, i), name) == 0)
			usage->used[space][i] = true;
}

/* What @name of a step names; a step that is not listed may name anything. */
static enum space step_space(enum teeq_step_kind kind, bool secure)
{
	switch (kind) {
	case TEEQ_STEP_CALL:
	case TEEQ_STEP_CLOSE:
	case TEEQ_STEP_MESSAGE:
	case TEEQ_STEP_INVOKE:
		return SPACE_COMMAND;
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_UNLOCK:
		return secure ? SPACE_SECURE_LOCK : SPACE_LOCK;
	case TEEQ_STEP_READ_LOCK:
		return SPACE_SECURE_LOCK;
	case TEEQ_STEP_AWAIT:
	case TEEQ_STEP_SIGNAL:
		return SPACE_EVENT;
	case TEEQ_STEP_BARRIER:
		return SPACE_BARRIER;
	case TEEQ_STEP_RPC:
		return SPACE_SERVICE;
	case TEEQ_STEP_KILL:
	case TEEQ_STEP_START:
	case TEEQ_STEP_FREEZE:
	case TEEQ_STEP_THAW:
		return SPACE_NONE;
	case TEEQ_STEP_CLOSE_CONTEXT:
		return SPACE_CONTEXT;
	case TEEQ_STEP_SETUP:
	case TEEQ_STEP_TEARDOWN:
		return SPACE_CHANNEL;
	case TEEQ_STEP_POWER_ON:
	case TEEQ_STEP_POWER_OFF:
		return SPACE_DEVICE;
	case TEEQ_STEP_NOTIFY:
	case TEEQ_STEP_ASYNC:
	case TEEQ_STEP_WAIT:
		return SPACE_NOTIFICATION;
	case TEEQ_STEP_COND_WAIT:
	case TEEQ_STEP_COND_SIGNAL:
	case TEEQ_STEP_COND_BROADCAST:
		return SPACE_CONDITION;
	default:
		return SPACE_ANY;
	}
}

static void use_steps(struct usage *usage, const struct teeq_step *steps, size_t count, bool secure)
{
	for (size_t i = 0; i < count; i++) {
		enum space second = steps[i].kind == TEEQ_STEP_COND_WAIT ? SPACE_SECURE_LOCK :
				    steps[i].kind == TEEQ_STEP_MESSAGE	 ? SPACE_CHANNEL :
									   SPACE_SESSION;

		warn_use(usage, step_space(steps[i].kind, secure), steps[i].name);
		warn_use(usage, second, steps[i].session);
		use_steps(usage, steps[i].steps, steps[i].step_count, secure);
		for (size_t j = 0; j < steps[i].handler_count; j++)
			use_steps(usage, steps[i].handlers[j].steps,
				  steps[i].handlers[j].step_count, secure);
	}
}

static void use_scripts(struct usage *usage)
{
	const struct teeq_scenario *s = usage->s;

	for (size_t i = 0; i < s->client_count; i++) {
		warn_use(usage, SPACE_CONTEXT, s->clients[i].context);
		warn_use(usage, SPACE_GUEST,
			 s->clients[i].guest || s->guest_count == 0 ? s->clients[i].guest :
								      s->guests[0].name);
		use_steps(usage, s->clients[i].steps, s->clients[i].step_count, false);
	}
	for (size_t i = 0; i < s->service_count; i++)
		use_steps(usage, s->services[i].steps, s->services[i].step_count, false);
	for (size_t i = 0; i < s->ta_count; i++)
		use_steps(usage, s->tas[i].load, s->tas[i].load_count, true);
	for (size_t i = 0; i < s->command_count; i++) {
		warn_use(usage, SPACE_TA, s->commands[i].ta);
		use_steps(usage, s->commands[i].steps, s->commands[i].step_count, true);
	}
}

static void use_device(struct usage *usage, const struct teeq_device_spec *device)
{
	warn_use(usage, SPACE_SESSION, device->session);
	for (size_t i = 0; i < device->on_count; i++)
		warn_use(usage, SPACE_COMMAND, device->on[i]);
	for (size_t i = 0; i < device->off_count; i++)
		warn_use(usage, SPACE_COMMAND, device->off[i]);
}

static void use_tables(struct usage *usage)
{
	const struct teeq_scenario *s = usage->s;

	warn_use(usage, SPACE_COMMAND, s->bottom_half);
	for (size_t i = 0; i < s->session_count; i++) {
		warn_use(usage, SPACE_CONTEXT, s->sessions[i].context);
		/* It asks for a thread that is kept back, whether it makes calls or not. */
		usage->used[SPACE_SESSION][i] |= s->sessions[i].system;
	}
	for (size_t i = 0; i < s->channel_count; i++) {
		warn_use(usage, SPACE_SESSION, s->channels[i].session);
		warn_use(usage, SPACE_COMMAND, s->channels[i].config);
		warn_use(usage, SPACE_LOCK, s->channels[i].mutex);
	}
	for (size_t i = 0; i < s->device_count; i++)
		use_device(usage, &s->devices[i]);
}

/* Warn of what no step uses. In a @list the place is "locks[2]", in a mapping "barriers.NAME". */
static void warn_unused(struct usage *usage)
{
	static const struct {
		const char *key;
		bool list;
	} places[SPACE_COUNT] = {
		[SPACE_LOCK] = { "locks", true },
		[SPACE_EVENT] = { "events", true },
		[SPACE_BARRIER] = { "barriers", false },
		[SPACE_NOTIFICATION] = { "notifications", true },
		[SPACE_CONTEXT] = { "contexts", true },
		[SPACE_SESSION] = { "sessions", false },
		[SPACE_COMMAND] = { "commands", false },
		[SPACE_SERVICE] = { "services", false },
		[SPACE_CHANNEL] = { "channels", false },
		[SPACE_DEVICE] = { "devices", false },
		[SPACE_SECURE_LOCK] = { "secure.locks", true },
		[SPACE_CONDITION] = { "secure.conditions", true },
		[SPACE_TA] = { "secure.tas", false },
		[SPACE_GUEST] = { "guests", false },
	};
	char key[128], text[128];

	for (int space = 0; space < SPACE_COUNT; space++) {
		size_t size = space_size(usage->s, (enum space)space);

		for (size_t i = 0; i < size; i++) {
			const char *name = space_name(usage->s, (enum space)space, i);

			if (usage->used[space][i])
				continue;
			if (places[space].list)
				snprintf(key, sizeof(key), "%s[%zu]", places[space].key, i);
			else
				snprintf(key, sizeof(key), "%s.%s", places[space].key, name);
			snprintf(text, sizeof(text), "%s is declared and never used", name);
			warnings_add(usage->warnings, "unused", key, text);
		}
	}
}

/* ----------------------------------------- tee-supplicant ------------------------------------- */

/* Whoever writes `threads: 0` means it. */
static void warn_supplicant(struct usage *usage)
{
	const struct teeq_scenario *s = usage->s;
	const char *death = "strikes tee-supplicant, and none is declared under supplicant";
	char key[128];

	if (s->supplicant_threads > 0 ||
	    node_child(usage->warnings->root, "supplicant", strlen("supplicant")))
		return;
	for (size_t i = 0; i < s->service_count; i++) {
		if (s->services[i].by != TEEQ_SERVED_BY_SUPPLICANT ||
		    !usage->used[SPACE_SERVICE][i])
			continue;
		snprintf(key, sizeof(key), "services.%s.by", s->services[i].name);
		warnings_add(usage->warnings, "no-supplicant", key,
			     "asks tee-supplicant, and none is declared under supplicant: nobody "
			     "serves it, and its callers wait (supplicant: {threads: 1} runs one, "
			     "{threads: 0} says that this is meant)");
	}
	for (size_t i = 0; i < s->fault_count; i++) {
		if (s->faults[i].kind != TEEQ_FAULT_SUPPLICANT_DIES)
			continue;
		snprintf(key, sizeof(key), "faults.%s.kind", s->faults[i].name);
		warnings_add(usage->warnings, "no-supplicant", key, death);
	}
}

static bool some_command_is_used(const struct usage *usage)
{
	for (size_t i = 0; i < usage->s->command_count; i++)
		if (usage->used[SPACE_COMMAND][i])
			return true;
	return false;
}

enum teeq_status warnings_find(struct warnings *warnings, const struct teeq_scenario *scenario)
{
	struct usage *usage = arena_take(warnings->arena, sizeof(*usage));

	if (!usage)
		return TEEQ_ENOMEM;
	usage->warnings = warnings;
	usage->s = scenario;
	use_scripts(usage);
	use_tables(usage);
	warn_unused(usage);
	warn_supplicant(usage);
	warn_guests(warnings, scenario);
	warn_locks(warnings, scenario);
	warn_faults(warnings, scenario, some_command_is_used(usage));
	warnings_sort(warnings);
	return warnings->no_memory ? TEEQ_ENOMEM : TEEQ_OK;
}
