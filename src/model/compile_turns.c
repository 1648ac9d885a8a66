/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/error.h"
#include "model/build.h"

/*
 * What a failing command gives back inside of a repeat, and behind it. There the steps before it do not
 * say what is held: a lock that a turn takes and keeps, or gives back and did not take, is held as often
 * as there were turns. Of such locks, and of no others, the thread is asked when it is there.
 */
struct repeat {
	struct build *build;
	size_t before;   /* what was held where the repeat begins */
	uint32_t uneven; /* the locks of which a turn changes how often they are held */
};

static struct hold *node(const struct repeat *repeat, size_t at)
{
	return &repeat->build->holds.nodes[at];
}

/* How often each lock of the scenario's own is held, @all: or that nobody knows. */
static void count_held(const struct repeat *repeat, size_t at, unsigned int *counts, uint32_t *all)
{
	*all = 0;
	for (; at != HELD_NONE; at = node(repeat, at)->outer) {
		const struct hold *hold = node(repeat, at);

		if (hold->object >= repeat->build->model->named_lock_count)
			continue;
		if (hold->flags & HOLD_ALL)
			*all |= UINT32_C(1) << hold->object;
		else
			counts[hold->object]++;
	}
}

static uint32_t find_uneven(const struct repeat *repeat)
{
	unsigned int before[TEEQ_SECURE_LOCK_MAX] = { 0 }, behind[TEEQ_SECURE_LOCK_MAX] = { 0 };
	uint32_t all_before, all_behind, uneven;

	count_held(repeat, repeat->before, before, &all_before);
	count_held(repeat, repeat->build->holds.innermost, behind, &all_behind);
	uneven = all_before ^ all_behind;
	for (unsigned int i = 0; i < repeat->build->model->named_lock_count; i++)
		if (before[i] != behind[i])
			uneven |= UINT32_C(1) << i;
	return uneven;
}

static size_t length_of(const struct repeat *repeat, size_t at)
{
	size_t length = 0;

	for (; at != HELD_NONE; at = node(repeat, at)->outer)
		length++;
	return length;
}

/* The part of what is held at @at that was held before the repeat, and still is. */
static size_t compile_turns_find_shared(const struct repeat *repeat, size_t at)
{
	size_t other = repeat->before;
	size_t length = length_of(repeat, at), other_length = length_of(repeat, other);

	for (; length > other_length; length--)
		at = node(repeat, at)->outer;
	for (; other_length > length; other_length--)
		other = node(repeat, other)->outer;
	while (at != other) {
		at = node(repeat, at)->outer;
		other = node(repeat, other)->outer;
	}
	return at;
}

static bool is_uneven(const struct repeat *repeat, const struct hold *hold)
{
	return hold->object < repeat->build->model->named_lock_count &&
	       (repeat->uneven >> hold->object & 1);
}

/* What is to be held, from the innermost, until it is made. */
struct list {
	struct hold *holds;
	size_t count;
	uint32_t seen; /* of the uneven locks: each is there once */
};

static void list_add(const struct repeat *repeat, struct list *list, struct hold hold)
{
	hold.flags |= HOLD_MADE;
	if (is_uneven(repeat, &hold)) {
		if (list->seen >> hold.object & 1)
			return;
		list->seen |= UINT32_C(1) << hold.object;
		hold.flags |= HOLD_ALL;
	}
	list->holds[list->count++] = hold;
}

/* What earlier turns left, in the order in which a turn takes it; at last what it gave back. */
static void list_add_left(const struct repeat *repeat, struct list *list)
{
	struct hold one = { .unlock = OP_SECURE_UNLOCK };

	for (size_t at = repeat->build->holds.innermost; at != HELD_NONE; at = node(repeat, at)->outer)
		if (is_uneven(repeat, node(repeat, at)))
			list_add(repeat, list, *node(repeat, at));
	for (; one.object < repeat->build->model->named_lock_count; one.object++)
		if (is_uneven(repeat, &one))
			list_add(repeat, list, one);
}

static bool make(const struct repeat *repeat, const struct list *list, size_t *at)
{
	struct holds *holds = &repeat->build->holds;
	size_t innermost = holds->innermost;

	holds->innermost = *at;
	for (size_t i = list->count; i-- > 0;)
		if (!push_held(repeat->build, (enum op)list->holds[i].unlock, list->holds[i].object,
			       list->holds[i].flags))
			return false;
	*at = holds->innermost;
	holds->innermost = innermost;
	return true;
}

/* A hold of nothing: what is given back there does not go on outside. */
static bool stays_inside(const struct repeat *repeat, size_t from, size_t to)
{
	for (; from != to; from = node(repeat, from)->outer)
		if (node(repeat, from)->object == MODEL_NONE)
			return true;
	return false;
}

/* What is held at @at, for any turn: this one's, then what others left, then what was held before. */
static bool remake(const struct repeat *repeat, size_t *at)
{
	size_t shared = compile_turns_find_shared(repeat, *at), tail = shared;
	struct list list = { .count = 0 };
	bool good;

	if (stays_inside(repeat, *at, shared))
		return true;
	list.holds = malloc((length_of(repeat, *at) + TEEQ_SECURE_LOCK_MAX) * sizeof(*list.holds));
	if (!list.holds) {
		repeat->build->status = error_nomem(repeat->build->error);
		return false;
	}
	for (size_t from = *at; from != shared; from = node(repeat, from)->outer)
		list_add(repeat, &list, *node(repeat, from));
	list_add_left(repeat, &list);
	for (size_t from = shared; from != HELD_NONE; from = node(repeat, from)->outer)
		if (is_uneven(repeat, node(repeat, from)))
			tail = node(repeat, from)->outer;
	for (size_t from = shared; from != tail; from = node(repeat, from)->outer)
		list_add(repeat, &list, *node(repeat, from));
	*at = tail;
	good = make(repeat, &list, at);
	free(list.holds);
	return good;
}

bool holds_repeat(struct build *build, size_t before, size_t first)
{
	struct repeat repeat = { .build = build, .before = before };
	struct holds *holds = &build->holds;
	size_t last = HELD_NONE, made = HELD_NONE;

	repeat.uneven = find_uneven(&repeat);
	if (repeat.uneven == 0)
		return true;
	for (size_t i = first; i < holds->patch_count; i++) {
		size_t *at = &holds->patches[i].node;

		/* Steps that fail one after the other have the same to give back. */
		if (i == first || *at != last) {
			last = made = *at;
			if (!remake(&repeat, &made))
				return false;
		}
		*at = made;
	}
	made = holds->innermost;
	if (!remake(&repeat, &made))
		return false;
	holds->innermost = made;
	return true;
}

void holds_mark_needed(struct holds *holds)
{
	for (size_t i = 0; i < holds->patch_count; i++)
		for (size_t at = holds->patches[i].node;
		     at != HELD_NONE && !(holds->nodes[at].flags & HOLD_NEEDED);
		     at = holds->nodes[at].outer)
			holds->nodes[at].flags |= HOLD_NEEDED;
}
