/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/order.h"

#include <string.h>

#include "core/callq.h"
#include "explore/contexts.h"

static enum order_rule rule_of(const struct teeq_policy *policy)
{
	if (policy == &policy_untracked || policy == &policy_v1 || policy == &policy_v4 ||
	    policy == &policy_v9)
		return ORDER_ONE_LIST;
	if (policy == &policy_mainline)
		return ORDER_SYSTEM_FIRST;
	if (policy == &policy_v7 || policy == &policy_v8 || policy == &policy_v10)
		return ORDER_TWO_LISTS;
	return policy == &policy_repaired ? ORDER_WANTS : ORDER_KEPT;
}

void order_init(struct order *order, const struct teeq_model *m, bool on)
{
	bool none, alone;

	*order = (struct order){ .m = m, .rule = on ? rule_of(m->policy) : ORDER_KEPT };
	if (order->rule == ORDER_KEPT)
		return;
	order->never_refused = contexts_for_credits(m) && !contexts_lost(m);
	alone = order_system_alone(m, &none);
	switch (order->rule) {
	case ORDER_ONE_LIST:
		order->tokens[0] = order->runs[0] = true;
		break;
	case ORDER_SYSTEM_FIRST:
		order->tokens[0] = alone;
		order->tokens[1] = order->runs[1] = true;
		order->runs[0] = none;
		break;
	case ORDER_WANTS:
		order->tokens[0] = order->never_refused && none;
		order->tokens[1] = order->never_refused;
		break;
	default:
		order->tokens[0] = order->runs[0] = m->policy == &policy_v10 && none;
		break;
	}
}

/* ---------------------------------------- entries --------------------------------------------- */

/* What an entry of the list is to the wakes that may come. */
enum entry {
	ENTRY_UNSEEN, /* none finds it any more, as long as it stands where it does */
	ENTRY_WOKEN,  /* the same, but it has a wake, which it does not need and gives to others */
	ENTRY_TAKES,  /* it would take one that it does not need */
	ENTRY_NEEDS,  /* it sleeps, or comes back to the tail */
};

/* Whether the call does not sleep in the queue again before it leaves. */
static bool is_through(const struct order *order, const struct call *call)
{
	return call->state >= CALL_SECURE ||
	       (order->never_refused && call->state == CALL_SMC && !(call->flags & CALL_ALL));
}

static enum entry order_entry(const struct order *order, const struct teeq_callq *q,
			      const struct teeq_waiter *waiter, const struct call *call)
{
	bool done = waiter->flags & TEEQ_WAITER_DONE;

	if (order->rule != ORDER_WANTS) {
		if (!is_through(order, call))
			return ENTRY_NEEDS;
		return done ? ENTRY_WOKEN : ENTRY_TAKES;
	}
	/* Who has started wants none; who was told of every wake besides keeps none from others. */
	if ((call->flags & CALL_NOTED) ||
	    ((waiter->flags & TEEQ_WAITER_ALL) && callq_has_credit(q, waiter)))
		return ENTRY_UNSEEN;
	if (!order->never_refused || !is_through(order, call))
		return waiter->flags & TEEQ_WAITER_WANTS ? ENTRY_NEEDS : ENTRY_UNSEEN;
	return waiter->flags & TEEQ_WAITER_WANTS ? ENTRY_TAKES : ENTRY_WOKEN;
}

static const struct call *call_of(const struct teeq_model *m, const struct teeq_world *w,
				  uint16_t id)
{
	return &world_task(m, w, id_task(id))->levels[id_level(id)].call;
}

/* Of one kind of calls, how far the list was gone through. */
struct so_far {
	unsigned int sleepers;
	unsigned int takers; /* before the first of those */
	uint16_t run;
};

static uint16_t slot_of(const struct order *order, enum entry entry, unsigned int kind,
			struct so_far *so_far, uint16_t next)
{
	if (entry == ENTRY_UNSEEN)
		return SLOT_FRONT;
	if (entry == ENTRY_WOKEN)
		return order->tokens[kind] ? (uint16_t)(SLOT_GROUP + kind) : SLOT_FRONT;
	if (entry == ENTRY_NEEDS) {
		so_far->sleepers++;
		return next;
	}
	if (!order->tokens[kind] || so_far->sleepers > 1 ||
	    (so_far->sleepers == 1 && !order->runs[kind]))
		return next;
	if (so_far->sleepers == 0) {
		so_far->takers++;
		return (uint16_t)(SLOT_GROUP + kind);
	}
	if (so_far->run == 0)
		so_far->run = next;
	return so_far->run;
}

/* Where the next wakes find only those behind the first sleeper, these are of the group as well. */
static void join_runs(struct slots *slots, unsigned int count, unsigned int kind,
		      const struct so_far *so_far)
{
	slots->run[kind] = so_far->takers == 0 ? so_far->run : 0;
	for (unsigned int i = 0; slots->run[kind] > 0 && i < count; i++)
		if (slots->slot[i] == slots->run[kind])
			slots->slot[i] = (uint16_t)(SLOT_GROUP + kind);
}

void order_slots(const struct order *order, const struct teeq_world *w, unsigned int guest,
		 struct slots *slots)
{
	const struct teeq_callq *q = world_callq(order->m, w, guest);
	struct so_far so_far[2] = { 0 };

	slots->wakes[0] = slots->wakes[1] = slots->run[0] = slots->run[1] = 0;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];
		unsigned int kind = order->rule != ORDER_ONE_LIST &&
				    (waiter->flags & TEEQ_WAITER_SYSTEM);
		/* Of the two kinds, one stands behind the other. */
		uint16_t next = (uint16_t)(SLOT_IN_ORDER + i + (kind ? 0 : ORDER_MAX));

		if (order->rule == ORDER_KEPT) {
			slots->slot[i] = next;
			continue;
		}
		enum entry entry = order_entry(order, q, waiter, call_of(order->m, w, waiter->id));

		slots->wakes[kind] = (uint16_t)(slots->wakes[kind] +
						(entry == ENTRY_WOKEN && order->tokens[kind]));
		slots->slot[i] = slot_of(order, entry, kind, &so_far[kind], next);
	}
	join_runs(slots, q->waiter_count, 0, &so_far[0]);
	join_runs(slots, q->waiter_count, 1, &so_far[1]);
}

/* ---------------------------------------- putting in order ------------------------------------ */

struct placed {
	uint32_t key; /* slot, then number */
	struct teeq_waiter waiter;
};

static void sort(struct placed *placed, unsigned int count)
{
	for (unsigned int i = 1; i < count; i++) {
		struct placed one = placed[i];
		unsigned int at = i;

		for (; at > 0 && placed[at - 1].key > one.key; at--)
			placed[at] = placed[at - 1];
		placed[at] = one;
	}
}

static void give_wake(const struct order *order, struct teeq_waiter *waiter, bool wake)
{
	if (wake)
		waiter->flags |= TEEQ_WAITER_DONE;
	else
		waiter->flags &= (uint8_t)~TEEQ_WAITER_DONE;
	if (order->rule != ORDER_WANTS)
		return;
	if (wake)
		waiter->flags &= (uint8_t)~TEEQ_WAITER_WANTS;
	else
		waiter->flags |= TEEQ_WAITER_WANTS;
}

/* The wakes of a group go to the first of it; the others stand where the next ones find them. */
static void deal(const struct order *order, struct placed *placed, unsigned int count,
		 const struct slots *slots)
{
	unsigned int given[2] = { 0 };

	for (unsigned int i = 0; i < count; i++) {
		uint32_t kind = (placed[i].key >> 16) - SLOT_GROUP;
		bool wake;

		if (kind > 1)
			continue;
		wake = given[kind] < slots->wakes[kind];
		given[kind] += wake;
		give_wake(order, &placed[i].waiter, wake);
		if (!wake && slots->run[kind] > 0)
			placed[i].key = (uint32_t)slots->run[kind] << 16 | placed[i].waiter.id;
	}
}

void order_apply(const struct order *order, struct teeq_world *w, unsigned int guest,
		 const struct slots *slots)
{
	struct teeq_callq *q = world_callq(order->m, w, guest);
	struct placed placed[ORDER_MAX];
	unsigned int count = q->waiter_count;

	if (order->rule == ORDER_KEPT)
		return;
	for (unsigned int i = 0; i < count; i++)
		placed[i] = (struct placed){ (uint32_t)slots->slot[i] << 16 | q->waiters[i].id,
					     q->waiters[i] };
	sort(placed, count);
	deal(order, placed, count, slots);
	if (slots->run[0] > 0 || slots->run[1] > 0)
		sort(placed, count);
	for (unsigned int i = 0; i < count; i++)
		q->waiters[i] = placed[i].waiter;
}
