/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_ORDER_H
#define EXPLORE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"

/*
 * What of the order of the waiters the wakes of a policy can tell. Lists between which no sequence
 * of wakes makes a difference are one; docs/explorer.md says for each policy which those are, and
 * why.
 */
enum order_rule {
	ORDER_KEPT,         /* a policy from outside may look at anything */
	ORDER_ONE_LIST,     /* the first whose completion is not done, of whatever kind */
	ORDER_SYSTEM_FIRST, /* the same among system calls, and else among the others */
	ORDER_TWO_LISTS,    /* both kinds by themselves; how many wakes there are depends on more */
	ORDER_WANTS,        /* who wants a wake, see the policy `repaired` */
};

struct order {
	const struct teeq_model *m;
	enum order_rule rule;
	bool never_refused; /* who was admitted need not sleep again */
	/* Of normal and of system calls: */
	bool tokens[2]; /* it makes no difference who of them has a wake that he does not need */
	bool runs[2];       /* nor where one sleeper stands before who would take the next */
};

/* Positions of equal number make no difference between those who have them. */
#define ORDER_MAX (TEEQ_TASK_MAX * TEEQ_CALL_DEPTH_MAX)
enum {
	SLOT_NONE,     /* not in the queue */
	SLOT_FRONT,    /* wherever it stands, no wake will find it */
	SLOT_GROUP,    /* the next wakes are for these, then the same for the other kind */
	SLOT_IN_ORDER = SLOT_GROUP + 2,
};

/* One guest's queue. Entries are numbered in the list's order. */
struct slots {
	uint16_t slot[ORDER_MAX];
	uint16_t wakes[2];     /* those that the members of a group have between them */
	uint16_t run[2]; /* the slot of those who are of the group too, but stand behind it; or 0 */
};

/* @on: merge what can be merged. */
void order_init(struct order *order, const struct teeq_model *m, bool on);

void order_slots(const struct order *order, const struct teeq_world *w, unsigned int guest,
		 struct slots *slots);

/*
 * Put the queue of @w, in which tasks were renamed, in order: by @slots, which are of the same
 * entries in the list's order, and where those are equal by number.
 */
void order_apply(const struct order *order, struct teeq_world *w, unsigned int guest,
		 const struct slots *slots);

/*
 * alone.c: how many system calls there may be in a queue at once. Sets *@none where there never is
 * one; returns whether there is never more than one.
 */
bool order_system_alone(const struct teeq_model *m, bool *none);

/*
 * How many calls there may be at once that are made inside of others, by who serves an RPC in its
 * own context: one for each mutex with which such calls are made. UINT_MAX: that is not known.
 */
unsigned int order_nested(const struct teeq_model *m);

#endif
