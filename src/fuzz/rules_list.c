/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/rules.h"

/*
 * The list of waiters as docs/policies.md tells it: who stands where, and whom a wake reaches.
 */
static struct teeq_waiter *listed(struct books *books, uint16_t id)
{
	struct teeq_waiter *w = books->list;

	while (w->id != id)
		w++;
	return w;
}

static void unlist(struct books *books, struct teeq_waiter *w)
{
	books->waiters--;
	for (; w < &books->list[books->waiters]; w++)
		w[0] = w[1];
	*w = (struct teeq_waiter){ 0 };
}

/* ------------------------------------------- wakes -------------------------------------------- */

static bool lists_system(const struct teeq_waiter *w)
{
	return w->flags & TEEQ_WAITER_SYSTEM;
}

/* Wake the first that is not done among all, or among those of one kind. Whether there was one. */
static bool rules_wake_first(struct books *books, bool any, bool system)
{
	for (unsigned int i = 0; i < books->waiters; i++) {
		struct teeq_waiter *w = &books->list[i];

		if ((w->flags & TEEQ_WAITER_DONE) || (!any && lists_system(w) != system))
			continue;
		w->flags |= TEEQ_WAITER_DONE;
		return true;
	}
	return false;
}

/* Whoever wants a wake and could do something with it: it has a credit, or would get one. */
static bool wake_useful(const struct rules *rules, struct books *books, bool any)
{
	for (unsigned int i = 0; i < books->waiters; i++) {
		struct teeq_waiter *w = &books->list[i];

		if (!(w->flags & TEEQ_WAITER_WANTS) || (!any && !lists_system(w)))
			continue;
		if (w->credit == TEEQ_CREDIT_NONE &&
		    !rules_admits(rules, books, lists_system(w), true))
			continue;
		w->flags = (uint8_t)((w->flags & ~TEEQ_WAITER_WANTS) | TEEQ_WAITER_DONE);
		return true;
	}
	return false;
}

static void wake(const struct rules *rules, struct books *books)
{
	switch (rules->wakes) {
	case WAKES_HEAD:
		rules_wake_first(books, true, false);
		break;
	case WAKES_SYSTEM_THEN_HEAD:
		if (!rules_wake_first(books, false, true))
			rules_wake_first(books, true, false);
		break;
	case WAKES_TWO_LISTS:
		if (!rules_wake_first(books, false, true) &&
		    (books->total == 0 || rules_free(rules, books) > 0))
			rules_wake_first(books, false, false);
		break;
	case WAKES_BOTH_LISTS:
		rules_wake_first(books, false, true);
		rules_wake_first(books, false, false);
		break;
	default:
		if (!wake_useful(rules, books, false))
			wake_useful(rules, books, true);
		break;
	}
}

/* ------------------------------------------ changes ------------------------------------------- */

static void come_to_the_tail(const struct rules *rules, struct teeq_waiter *w)
{
	if (rules->wakes == WAKES_WANTERS)
		w->flags |= TEEQ_WAITER_WANTS;
}

void rules_enter(const struct rules *rules, struct books *books, uint16_t id, bool system,
		 bool admitted)
{
	struct teeq_waiter *w = &books->list[books->waiters++];

	*w = (struct teeq_waiter){ .id = id, .flags = system ? TEEQ_WAITER_SYSTEM : 0 };
	come_to_the_tail(rules, w);
	if (admitted)
		w->credit = (uint8_t)rules_takes(rules, books, system, false);
}

void rules_recheck(const struct rules *rules, struct books *books, uint16_t id, bool admitted)
{
	struct teeq_waiter *w = listed(books, id);

	if (admitted) {
		w->credit = (uint8_t)rules_takes(rules, books, lists_system(w), true);
		return;
	}
	if (rules->wakes == WAKES_WANTERS)
		wake(rules, books);
}

void rules_consume(struct books *books, uint16_t id)
{
	listed(books, id)->flags &= (uint8_t)~TEEQ_WAITER_DONE;
}

void rules_requeue(const struct rules *rules, struct books *books, uint16_t id)
{
	struct teeq_waiter *w = listed(books, id);
	struct teeq_waiter self = *w;

	unlist(books, w);
	self.flags &= (uint8_t)~TEEQ_WAITER_DONE;
	come_to_the_tail(rules, &self);
	books->list[books->waiters++] = self;
}

void rules_started(const struct rules *rules, struct books *books, uint16_t id)
{
	struct teeq_waiter *w = listed(books, id);
	bool woken = w->flags & TEEQ_WAITER_DONE;

	w->flags &= TEEQ_WAITER_SYSTEM;
	if (woken)
		wake(rules, books);
}

void rules_leave(const struct rules *rules, struct books *books, uint16_t id)
{
	struct teeq_waiter *w = listed(books, id);
	bool done = w->flags & TEEQ_WAITER_DONE;

	unlist(books, w);
	books->left++;
	wake(rules, books);
	if (done)
		wake(rules, books);
}

void rules_session_ends(const struct rules *rules, struct books *books)
{
	if (rules->at_end == END_WAKES ||
	    (rules->at_end == LAST_END_WAKES && books->registered == 0))
		wake(rules, books);
}
