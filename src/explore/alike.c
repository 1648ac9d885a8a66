/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/alike.h"

#include <stdlib.h>
#include <string.h>

#include "explore/match.h"

uint8_t bundle_key(const struct bundle *to, const struct bundle *from, uint8_t key)
{
	for (unsigned int i = 0; i < from->object_count; i++)
		if (from->objects[i].kind == OP_OBJECT_KEY && from->objects[i].number == key)
			return to->objects[i].number;
	return key;
}

/* A task that a fault may kill is one of a kind; which of several that is makes no difference. */
static bool alike_is_target(const struct teeq_model *m, unsigned int task)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_CLIENT_KILLED && m->faults[i].target == task)
			return true;
	return false;
}

/* Whether all tasks of a client are named by some step. */
static bool is_named(const struct teeq_model *m, unsigned int client)
{
	for (size_t pc = 0; pc < m->code_count; pc++)
		if (op_object(m->code[pc].op) == OP_OBJECT_CLIENT && m->code[pc].object == client)
			return true;
	return false;
}

/* Tasks of one client are alike as they are; of the others only clients' are looked at. */
static uint64_t find_crossers(const struct teeq_model *m)
{
	uint64_t crossers = 0;

	for (unsigned int i = 0; i < m->first_fault; i++)
		if (m->tasks[i].kind == TEEQ_TASK_CLIENT && !alike_is_target(m, i) &&
		    !is_named(m, m->tasks[i].client))
			crossers |= task_bit(i);
	return crossers;
}

static bool may_cross(const struct alike *alike, const struct bundle *bundle)
{
	for (unsigned int i = 0; i < bundle->width; i++)
		if (!(alike->crossers & task_bit(bundle->tasks[i])))
			return false;
	return true;
}

static bool same_client(const struct teeq_model *m, const struct bundle *a, const struct bundle *b)
{
	return a->width == 1 && b->width == 1 &&
	       m->tasks[a->tasks[0]].client == m->tasks[b->tasks[0]].client &&
	       !alike_is_target(m, a->tasks[0]) && !alike_is_target(m, b->tasks[0]);
}

static bool copy_table(uint16_t **to, const uint16_t *from, size_t count)
{
	*to = malloc(count * sizeof(**to));
	if (*to)
		memcpy(*to, from, count * sizeof(**to));
	return *to;
}

/* Take @bundle into the class that @first stands for. Returns false where there is no memory. */
static bool take_over(struct alike *alike, const struct match *match, struct bundle *first,
		      struct bundle *bundle)
{
	bundle->first = (uint8_t)(first - alike->bundles);
	alike->any = true;
	if (same_client(alike->m, first, bundle))
		return true;
	/*
	 * All pairs of a class have the same objects, in
	 * the same order: those of who stands for it.
	 */
	if (first->object_count == 0)
		match_own_objects(match, first, bundle);
	else
		match_counterparts(match, first, bundle);
	return copy_table(&bundle->role, match->role, alike->m->code_count) &&
	       copy_table(&bundle->image, match->image, alike->m->code_count);
}

/* One is asked about, and the other is not. */
static bool is_told_apart(const struct alike *alike, const struct bundle *a, const struct bundle *b)
{
	for (unsigned int i = 0; i < a->width && i < b->width; i++)
		for (int j = 0; j < 2; j++)
			if ((alike->apart[j] >> a->tasks[i] ^ alike->apart[j] >> b->tasks[i]) & 1)
				return true;
	return false;
}

static bool are_alike(const struct alike *alike, struct match *match, const struct bundle *first,
		      const struct bundle *bundle)
{
	if (is_told_apart(alike, first, bundle))
		return false;
	if (same_client(alike->m, first, bundle))
		return true;
	return may_cross(alike, first) && may_cross(alike, bundle) &&
	       match_bundles(match, first, bundle);
}

/*
 * Give each bundle that is alone in its class a class of
 * another one that stands before it, if there is one.
 */
static bool find_classes(struct alike *alike, struct match *match)
{
	for (unsigned int i = 1; i < alike->count; i++)
		for (unsigned int j = 0; j < i && alike->bundles[i].first == i; j++) {
			struct bundle *first = &alike->bundles[j];

			if (first->first == j &&
			    are_alike(alike, match, first, &alike->bundles[i]) &&
			    !take_over(alike, match, first, &alike->bundles[i]))
				return false;
		}
	return true;
}

static bool has_class(const struct alike *alike, unsigned int bundle)
{
	for (unsigned int i = 0; i < alike->count; i++)
		if (i != bundle && alike->bundles[i].first == alike->bundles[bundle].first)
			return true;
	return false;
}

/* Bring two bundles that nobody is like together, in the order of their tasks. */
static void alike_join(struct alike *alike, unsigned int a, unsigned int b)
{
	struct bundle *one = &alike->bundles[a], *two = &alike->bundles[b];

	if (a == b || one->width + two->width > BUNDLE_TASKS)
		return;
	for (unsigned int i = 0; i < two->width; i++)
		one->tasks[one->width++] = two->tasks[i];
	two->width = 0;
	for (unsigned int i = 0; i < one->width; i++)
		alike->of[one->tasks[i]] = (uint8_t)a;
}

/* Tie together who uses an object that few use, of those that are alone. */
static void tie(struct alike *alike, const struct match *match)
{
	for (unsigned int kind = 0; kind < OWN_KINDS; kind++)
		for (unsigned int i = 0; i < OWN_MAX; i++) {
			uint64_t users = match->users[kind][i];
			bool alone = __builtin_popcountll(users) > 1 &&
				     __builtin_popcountll(users) <= BUNDLE_TASKS;
			unsigned int lowest = alone ? (unsigned int)__builtin_ctzll(users) : 0;

			for (uint64_t left = users; alone && left; left &= left - 1)
				alone = !has_class(alike, alike->of[__builtin_ctzll(left)]);
			for (uint64_t left = users & (users - 1); alone && left; left &= left - 1)
				alike_join(alike, alike->of[lowest],
					   alike->of[__builtin_ctzll(left)]);
		}
}

bool alike_init(struct alike *alike, const struct teeq_model *m, bool across,
		const uint64_t apart[2])
{
	struct match match;
	bool good;

	*alike = (struct alike){ .m = m, .apart = { apart[0], apart[1] }, .count = m->task_count };
	for (unsigned int i = 0; i < m->task_count; i++) {
		alike->bundles[i] = (struct bundle){ .first = (uint8_t)i, .width = 1,
						     .tasks = { (uint8_t)i } };
		alike->of[i] = (uint8_t)i;
	}
	if (!match_init(&match, m, across))
		return false;
	alike->crossers = match.across ? find_crossers(m) : 0;
	good = find_classes(alike, &match);
	if (good && match.across) {
		tie(alike, &match);
		good = find_classes(alike, &match);
	}
	match_free(&match);
	return good;
}

void alike_free(struct alike *alike)
{
	for (unsigned int i = 0; i < alike->count; i++) {
		free(alike->bundles[i].role);
		free(alike->bundles[i].image);
	}
}
