/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "field/sketch_plan.h"

#define TASKS_MAX 24 /* in all: what is searched grows with them */

const char *plan_part_name(enum part part)
{
	static const char *const names[PART_COUNT] = {
		"quick", "ask",	   "outer", "outside", "wait-key",
		"first", "second", "cache", "idle",    "locks",
	};

	return names[part];
}

size_t plan_count(const struct plan *plan, enum part part)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->client_count; i++)
		count += plan->clients[i].part == part;
	return count;
}

static size_t count_holders(const struct picture *picture, enum activity_wait wait)
{
	size_t count = 0;

	for (size_t i = 0; i < picture->person_count; i++)
		count += picture->persons[i].activity.held > 0 &&
			 picture->persons[i].activity.wait == wait;
	return count;
}

static enum part part_of_notified(const struct picture *picture, bool hangs, size_t *turn)
{
	size_t all = picture->held, on = count_holders(picture, ACTIVITY_NOTIFICATION);

	if (count_holders(picture, ACTIVITY_SUPPLICANT) > 0)
		return PART_ASK;
	if (on < all || !hangs)
		return sketch_has_inner(picture) ? PART_OUTER : PART_OUTSIDE;
	if (on == 1)
		return PART_KEY;
	return (*turn)++ % 2 == 0 ? PART_FIRST : PART_SECOND;
}

static enum part part_played(const struct sketch *sketch, const struct person *person, size_t *turn)
{
	const struct activity *activity = &person->activity;

	/* Over FF-A there is no cache to be taken away. */
	if (activity->wait == ACTIVITY_IDLE)
		return sketch->picture->ffa ? PART_QUICK : PART_IDLE;
	if (sketch->verdict->kind == VERDICT_CYCLE && !sketch->verdict->secure_lock &&
	    activity->wait == ACTIVITY_LOCK)
		return PART_LOCKS;
	if (activity->client && strcmp(activity->client, "argument-cache") == 0)
		return PART_CACHE;
	if (activity->held == 0 || activity->wait == ACTIVITY_WORLD)
		return PART_QUICK;
	if (person_nested(person))
		return PART_OUTER;
	switch (activity->wait) {
	case ACTIVITY_SUPPLICANT:
		return PART_ASK;
	case ACTIVITY_NOTIFICATION:
		return part_of_notified(sketch->picture, verdict_is_hang(sketch->verdict->kind),
					turn);
	case ACTIVITY_LOCK:
		return sketch_has_inner(sketch->picture) ? PART_OUTER : PART_OUTSIDE;
	default:
		return PART_OUTSIDE;
	}
}

/* A name that a scenario may have, of a task's: "irq/14-optee_no" is "irq-14-optee-no". */
static void scenario_name(const char *from, char name[64])
{
	size_t length = 0;

	for (; *from && length < 24; from++) {
		char c = *from;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(length > 0 && c >= '0' && c <= '9'))
			c = length > 0 ? '-' : 't';
		name[length++] = c;
	}
	name[length] = '\0';
	if (length == 0 || strncmp(name, "tee-supp", 8) == 0 || strncmp(name, "optee", 5) == 0 ||
	    strcmp(name, "true") == 0 || strcmp(name, "false") == 0 || strcmp(name, "null") == 0)
		memcpy(name, "task", 5);
}

static void add_client(struct plan *plan, const char *task, enum part part)
{
	struct client *client;
	char name[64];

	if (plan->task_count == TASKS_MAX) {
		plan->left_out++;
		return;
	}
	scenario_name(task, name);
	for (size_t i = 0; i < plan->client_count; i++)
		if (plan->clients[i].part == part &&
		    strncmp(plan->clients[i].name, name, strlen(name)) == 0 && part != PART_LOCKS) {
			plan->clients[i].count++;
			plan->task_count++;
			return;
		}
	if (plan->client_count == SKETCH_CLIENTS_MAX) {
		plan->left_out++;
		return;
	}
	client = &plan->clients[plan->client_count];
	snprintf(client->name, sizeof(client->name), "%.24s-%s%zu", name, plan_part_name(part),
		 plan->client_count);
	client->part = part;
	client->count = 1;
	plan->client_count++;
	plan->task_count++;
	plan->used[part] = true;
}

static bool lost_wake(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_LOST_WAKEUP && !verdict->secure_lock;
}

bool sketch_may_have_unseen(const struct sketch *sketch)
{
	return lost_wake(sketch->verdict) ||
	       (verdict_is_hang(sketch->verdict->kind) && sketch->picture->held == 0);
}

/* Whoever may hold the threads for which others wait. */
static void add_unseen(const struct sketch *sketch, struct plan *plan)
{
	unsigned int threads = sketch_threads(sketch->picture, sketch->verdict);
	bool exhausted = sketch->verdict->kind == VERDICT_EXHAUSTION;

	plan->passing = lost_wake(sketch->verdict);
	for (unsigned int i = 0; !plan->passing && i < threads; i++)
		add_client(plan, "unseen", exhausted ? PART_OUTER : PART_ASK);
}

struct plan plan_of(const struct sketch *sketch)
{
	const struct picture *picture = sketch->picture;
	struct plan plan = { .client_count = 0 };
	size_t turn = 0;

	/* Who holds a thread comes first, so that it is not left out. */
	for (int holds = 1; holds >= 0; holds--)
		for (size_t i = 0; i < picture->person_count; i++) {
			const struct person *person = &picture->persons[i];

			if (person->supplicant || person->activity.call_count == 0 ||
			    (person->activity.held > 0) != (holds == 1))
				continue;
			add_client(&plan, log_name(picture->log, person->stack->name),
				   part_played(sketch, person, &turn));
		}
	if (sketch->unseen)
		add_unseen(sketch, &plan);
	plan.secure_lock = count_holders(picture, ACTIVITY_NOTIFICATION) > 0 &&
			   !plan.used[PART_KEY] && !plan.used[PART_FIRST];
	for (size_t i = 0; i < picture->person_count; i++)
		plan.lock |= picture->persons[i].activity.held > 0 &&
			     picture->persons[i].activity.wait == ACTIVITY_LOCK;
	return plan;
}

bool sketch_possible(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (!picture->persons[i].supplicant && picture->persons[i].activity.call_count > 0)
			return true;
	return false;
}

bool sketch_has_inner(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (!picture->persons[i].supplicant && person_nested(&picture->persons[i]))
			return true;
	return false;
}

const char *sketch_policy(const struct picture *picture)
{
	uint32_t version = picture->log->version;

	return version && version < FRAMES_VERSION_COUNTS ? "untracked" : "mainline";
}

unsigned int sketch_threads(const struct picture *picture, const struct verdict *verdict)
{
	size_t threads = picture->threads_told ? picture->threads : picture->held_max;

	/* One is free, and OP-TEE has two unless it was built otherwise. */
	if (!picture->threads_told && lost_wake(verdict))
		threads = threads < 1 ? 2 : threads + 1;
	if (threads < picture->held)
		threads = picture->held;
	return threads < 1		    ? 1 :
	       threads > SKETCH_THREADS_MAX ? SKETCH_THREADS_MAX :
					      (unsigned int)threads;
}
