/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "scenario/warn.h"

/*
 * A client or a service that takes a lock more often than it gives it back, unless some other
 * script gives that lock back more often than it takes it. Commands are not looked at: one that
 * keeps a lock of the secure world is what some scenarios are about.
 */

/* How often @steps take @lock, less how often they release it. */
static int64_t balance(const struct teeq_step *steps, size_t count, const char *lock)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		const struct teeq_step *step = &steps[i];
		bool same = step->name && strcmp(step->name, lock) == 0;

		if (step->kind == TEEQ_STEP_LOCK)
			sum += same;
		else if (step->kind == TEEQ_STEP_UNLOCK)
			sum -= same;
		else if (step->kind == TEEQ_STEP_REPEAT)
			sum += step->times * balance(step->steps, step->step_count, lock);
		else if (step->kind == TEEQ_STEP_TRY || step->kind == TEEQ_STEP_RETRY)
			sum += balance(step->steps, step->step_count, lock);
	}
	return sum;
}

struct script {
	const char *room;
	const char *name;
	const struct teeq_step *steps;
	size_t step_count;
};

static struct script script_at(const struct teeq_scenario *s, size_t i)
{
	const struct teeq_service_spec *service;

	if (i < s->client_count)
		return (struct script){ "clients", s->clients[i].name, s->clients[i].steps,
					s->clients[i].step_count };
	service = &s->services[i - s->client_count];
	return (struct script){ "services", service->name, service->steps, service->step_count };
}

static void warn_lock(struct warnings *warnings, const struct teeq_scenario *s, const char *lock)
{
	size_t count = s->client_count + s->service_count;
	char key[128], text[160];

	for (size_t i = 0; i < count; i++) {
		struct script script = script_at(s, i);

		if (balance(script.steps, script.step_count, lock) < 0)
			return;
	}
	for (size_t i = 0; i < count; i++) {
		struct script script = script_at(s, i);

		if (balance(script.steps, script.step_count, lock) <= 0)
			continue;
		snprintf(key, sizeof(key), "%s.%s", script.room, script.name);
		snprintf(text, sizeof(text), "ends with %s locked, and nobody else unlocks it",
			 lock);
		warnings_add(warnings, "kept-lock", key, text);
	}
}

void warn_locks(struct warnings *warnings, const struct teeq_scenario *s)
{
	for (size_t i = 0; i < s->lock_count; i++)
		warn_lock(warnings, s, s->locks[i]);
}
