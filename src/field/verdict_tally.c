/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/verdict_tally.h"

#define CHAIN_MAX 64 /* of those who wait for each other */

/* ------------------------------------------ counting ------------------------------------------ */

/* Whom @from waits for first of all, but for notifications, which may be anybody's. */
static size_t next_person(const struct picture *picture, size_t from, bool locks_only,
			  bool *certain)
{
	const struct person *person = &picture->persons[from];

	for (size_t i = 0; i < person->edge_count; i++) {
		const struct edge *edge = &picture->edges[person->first_edge + i];

		if (edge->kind == EDGE_NOTIFICATION || (locks_only && edge->kind != EDGE_LOCK))
			continue;
		*certain &= edge->certain;
		return edge->to;
	}
	return PICTURE_NOBODY;
}

/* What a person waits for in the end: who waits for a lock waits for what its owner waits for. */
static enum activity_wait last_wait(const struct picture *picture, size_t from)
{
	bool certain = true;

	for (size_t steps = 0; steps < CHAIN_MAX; steps++) {
		size_t next = next_person(picture, from, true, &certain);

		if (next == PICTURE_NOBODY)
			break;
		from = next;
	}
	return picture->persons[from].activity.wait;
}

static void tally_holder(const struct picture *picture, size_t index, struct tally *tally)
{
	const struct person *person = &picture->persons[index];

	tally->holders++;
	tally->holders_stuck += person->stuck;
	tally->holders_moved += person->moved;
	switch (last_wait(picture, index)) {
	case ACTIVITY_WORLD:
	case ACTIVITY_UNKNOWN:
		tally->in_world++;
		break;
	case ACTIVITY_NOTIFICATION:
		tally->on_notification++;
		break;
	case ACTIVITY_SUPPLICANT:
		tally->on_supplicant++;
		break;
	case ACTIVITY_DEVICE:
	case ACTIVITY_SLEEP:
	case ACTIVITY_OTHER:
	case ACTIVITY_USER:
		tally->outside++;
		tally->outside_stuck += person->stuck;
		break;
	default:
		break;
	}
}

struct tally tally_up(const struct picture *picture)
{
	struct tally tally = { .stuck = 0 };

	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *person = &picture->persons[i];
		const struct activity *activity = &person->activity;

		tally.clients += person_calls(person);
		tally.stalled += person->stack->stalled;
		if (activity->held > 0)
			tally_holder(picture, i, &tally);
		if (person->supplicant && person->serving) {
			tally.serving_thread += activity->wait == ACTIVITY_THREAD;
			tally.serving_stuck += person->stuck;
		}
		if (!person->stuck || !person_calls(person))
			continue;
		tally.stuck++;
		tally.evident += person->evident;
		tally.thread += activity->wait == ACTIVITY_THREAD;
		tally.supplicant += activity->wait == ACTIVITY_SUPPLICANT;
		tally.idle += activity->wait == ACTIVITY_IDLE;
	}
	return tally;
}

void tally_shapes(const struct picture *picture, struct verdict *verdict)
{
	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *person = &picture->persons[i];
		const struct activity *activity = &person->activity;
		const struct activity_call *last =
			activity->call_count ? &activity->calls[activity->call_count - 1] : NULL;

		if (activity->client && strcmp(activity->client, "shutdown") == 0 && last)
			verdict->shutdown = true;
		if (activity->wait == ACTIVITY_LOCK && activity->client &&
		    strcmp(activity->client, "argument-cache") == 0)
			verdict->argument_cache = true;
		verdict->stalled |= person->stack->stalled;
		verdict->looping |= activity->wait == ACTIVITY_SUPPLICANT &&
				    (person->stack->stalled || person->stack->state == 'R');
		if (!last || activity->wait != ACTIVITY_THREAD)
			continue;
		verdict->bottom_half |= strcmp(last->operation, "bottom-half") == 0;
		if (person_nested(person) || person->supplicant) {
			verdict->nested = true;
			verdict->by_supplicant |= person->supplicant;
			verdict->memory |= strcmp(last->operation, "register") == 0 ||
					   strcmp(last->operation, "unregister") == 0;
			if (person_nested(person))
				verdict->service = activity->calls[0].inner ?
							   activity->calls[0].inner :
							   activity->calls[0].service;
		}
	}
}

/* ------------------------------------- chains and cycles -------------------------------------- */

/* Whether somebody whom @from waits for, directly or not, waits for a thread. */
static bool reaches_thread(const struct picture *picture, size_t from)
{
	size_t at = from;
	bool certain = true;

	for (size_t steps = 0; steps < CHAIN_MAX && at != PICTURE_NOBODY; steps++) {
		if (picture->persons[at].activity.wait == ACTIVITY_THREAD)
			return true;
		at = next_person(picture, at, false, &certain);
	}
	return false;
}

size_t tally_lock_circle(const struct picture *picture, bool *certain)
{
	for (size_t from = 0; from < picture->person_count; from++) {
		size_t at = from;

		*certain = true;
		if (picture->persons[from].activity.wait != ACTIVITY_LOCK)
			continue;
		for (size_t steps = 0; steps < CHAIN_MAX; steps++) {
			at = next_person(picture, at, true, certain);
			if (at == PICTURE_NOBODY || at == from)
				break;
		}
		if (at == from)
			return from;
	}
	return PICTURE_NOBODY;
}

bool tally_holder_reaches_thread(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (picture->persons[i].activity.held > 0 && picture->persons[i].stuck &&
		    reaches_thread(picture, i))
			return true;
	return false;
}
