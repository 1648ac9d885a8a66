/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/error.h"
#include "model/build.h"

/*
 * What a command has taken where a step of it fails. It gives up then: what it took on its way
 * there is given back, in code behind the command's end to which nothing else leads. That code is a
 * chain like the holds themselves: give back the innermost, then go on with what gives back the
 * next.
 */
#define HOLD_MAX (4 * TEEQ_CODE_MAX)

static bool holds_grow(struct build *build, void **array, size_t count, size_t *capacity,
		       size_t size)
{
	size_t larger = *capacity ? 2 * *capacity : 16;
	void *grown;

	if (count < *capacity)
		return true;
	grown = realloc(*array, larger * size);
	if (!grown) {
		build->status = error_nomem(build->error);
		return false;
	}
	*array = grown;
	*capacity = larger;
	return true;
}

bool push_held(struct build *build, enum op unlock, uint16_t object, unsigned int flags)
{
	struct holds *holds = &build->holds;

	if (!holds_grow(build, (void **)&holds->nodes, holds->node_count, &holds->node_capacity,
			sizeof(*holds->nodes)))
		return false;
	if (holds->node_count == HOLD_MAX)
		return build_fail(build, "more than %d locks to give back where a step fails",
				  HOLD_MAX);
	holds->nodes[holds->node_count] = (struct hold){
		.outer = holds->innermost,
		.object = object,
		.unlock = (uint8_t)unlock,
		.flags = (uint8_t)flags,
	};
	holds->innermost = holds->node_count++;
	return true;
}

/* Take the innermost hold of @object out of the chain; what was taken since stays in it. */
bool pop_held(struct build *build, uint16_t object)
{
	struct holds *holds = &build->holds;
	size_t at = holds->innermost, behind = HELD_NONE;
	bool outside = false;
	struct hold kept;

	while (at != HELD_NONE && holds->nodes[at].object != object) {
		outside |= holds->nodes[at].unlock == OP_CATCH;
		behind = at;
		at = holds->nodes[at].outer;
	}
	if (at == HELD_NONE) {
		build->model->keeps_locks = true; /* an earlier call did */
		return true;
	}
	if (outside)
		return build_fail(build,
				  "it was taken outside of the try or retry that this is in");
	if (holds->nodes[at].flags & HOLD_ALL)
		return true; /* there may be more of it */
	if (behind == HELD_NONE) {
		holds->innermost = holds->nodes[at].outer;
		return true;
	}
	kept = holds->nodes[holds->innermost];
	holds->innermost = kept.outer;
	return pop_held(build, object) &&
	       push_held(build, (enum op)kept.unlock, kept.object, kept.flags);
}

/* An instruction that may fail: then it goes on with what is held here. */
bool emit_failing(struct build *build, struct instruction instruction)
{
	struct holds *holds = &build->holds;

	if (holds->innermost == HELD_NONE && holds->repeats == 0)
		return emit(build, instruction);
	if (!holds_grow(build, (void **)&holds->patches, holds->patch_count, &holds->patch_capacity,
			sizeof(*holds->patches)))
		return false;
	holds->patches[holds->patch_count++] =
		(struct hold_patch){ build->model->code_count, holds->innermost };
	return emit(build, instruction);
}

/* A hold of nothing, as a mark: clean-up code for what is held inside of it ends at holds_end(). */
bool holds_begin(struct build *build, size_t *mark)
{
	if (!push_held(build, OP_CATCH, TEEQ_NO_OBJECT, 0))
		return false;
	*mark = build->holds.innermost;
	return true;
}

bool holds_balanced(struct build *build, size_t innermost)
{
	return build->holds.innermost == innermost ||
	       build_fail(build, "a lock of the secure world that it takes is not released in it");
}

bool holds_end(struct build *build, size_t mark)
{
	if (!holds_balanced(build, mark))
		return false;
	build->holds.nodes[mark].code = code_here(build);
	build->holds.innermost = build->holds.nodes[mark].outer;
	return true;
}

/* ----------------------------------------- repeats -------------------------------------------- */

/*
 * What a failing command gives back inside of a repeat, and behind it. There the steps before it do
 * not say what is held: a lock that a turn takes and keeps, or gives back and did not take, is held
 * as often as there were turns. Of such locks, and of no others, the thread is asked when it is
 * there.
 */
struct repeat {
	struct build *build;
	size_t before; /* what was held where the repeat begins */
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
static size_t holds_find_shared(const struct repeat *repeat, size_t at)
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

	for (size_t at = repeat->build->holds.innermost; at != HELD_NONE;
	     at = node(repeat, at)->outer)
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
		if (node(repeat, from)->object == TEEQ_NO_OBJECT)
			return true;
	return false;
}

/*
 * What is held at @at, for any turn: this one's, then what others left, then what was held before.
 */
static bool remake(const struct repeat *repeat, size_t *at)
{
	size_t shared = holds_find_shared(repeat, *at), tail = shared;
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

/* ------------------------------------- giving it back ----------------------------------------- */

bool emit_wakes(struct build *build, unsigned int lock)
{
	struct instruction readers = instruction_of(OP_SECURE_WAKE, lock);

	readers.count = 1;
	return emit(build, instruction_of(OP_SECURE_WAKE, lock)) && emit(build, readers);
}

bool emit_unlock(struct build *build, struct instruction unlock)
{
	return emit(build, unlock) && emit_wakes(build, unlock.object);
}

/*
 * Clean-up code for @hold and for all that was held before it. Where nobody can tell how often a
 * lock is held, it is given back until it is not held any more.
 */
static bool holds_emit_give_back(struct build *build, struct hold *hold, size_t end)
{
	struct instruction give = instruction_of((enum op)hold->unlock, hold->object),
			   next = instruction_of(OP_GOTO, 0);

	hold->code = code_here(build);
	next.target = hold->outer == HELD_NONE ? (uint16_t)end :
						 build->holds.nodes[hold->outer].code;
	if (hold->flags & HOLD_ALL) {
		give = instruction_of(OP_GIVE_BACK, hold->object);
		give.target = next.target;
		next.target = hold->code;
	}
	return (hold->unlock == OP_CANCEL_END ? emit(build, instruction_of(OP_CANCEL_END, 0)) :
						emit_unlock(build, give)) &&
	       emit(build, next);
}

static bool emit_cleanups(struct build *build, size_t end)
{
	struct holds *holds = &build->holds;
	struct teeq_model *model = build->model;
	bool any = false;

	holds_mark_needed(holds);
	for (size_t i = 0; i < holds->patch_count; i++)
		any |= holds->patches[i].node != HELD_NONE;
	for (size_t i = 0; any && i < holds->node_count; i++)
		if (holds->nodes[i].unlock != OP_CATCH &&
		    (holds->nodes[i].flags & (HOLD_MADE | HOLD_NEEDED)) != HOLD_MADE &&
		    !holds_emit_give_back(build, &holds->nodes[i], end))
			return false;
	for (size_t i = 0; i < holds->patch_count; i++)
		if (holds->patches[i].node != HELD_NONE)
			model->code[holds->patches[i].at].target =
				holds->nodes[holds->patches[i].node].code;
	holds->node_count = holds->patch_count = 0;
	holds->innermost = HELD_NONE;
	return true;
}

bool emit_end(struct build *build)
{
	size_t end = code_here(build);

	return emit(build, instruction_of(OP_END, 0)) && emit_cleanups(build, end);
}
