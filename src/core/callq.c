/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"

#include <string.h>

#include "base/check.h"
#include "teeq/abi.h"
#include "teeq/limits.h"

/* The driver fixes these when a waiter enters; all others are the queue's and the policy's own. */
#define FIXED_FLAGS ((unsigned int)(TEEQ_WAITER_SYSTEM | TEEQ_WAITER_ALL))

_Static_assert(TEEQ_CONTEXT_MAX < UINT8_MAX, "total_count has 8 bits");
_Static_assert((TEEQ_TASK_MAX * TEEQ_CALL_DEPTH_MAX) <= UINT16_MAX, "a waiter's id has 16 bits");

size_t callq_size(size_t waiter_max)
{
	return sizeof(struct teeq_callq) + waiter_max * sizeof(struct teeq_waiter);
}

void callq_init(struct teeq_callq *q, unsigned int total_count)
{
	CHECK(total_count <= TEEQ_CONTEXT_MAX, "a queue for %u threads", total_count);
	memset(q, 0, sizeof(*q));
	q->total_count = (uint8_t)total_count;
	q->free_count = (int32_t)total_count;
}

static unsigned int index_of(const struct teeq_callq *q, uint16_t id)
{
	unsigned int i = 0;

	while (i < q->waiter_count && q->waiters[i].id != id)
		i++;
	return i;
}

const struct teeq_waiter *callq_find(const struct teeq_callq *q, uint16_t id)
{
	unsigned int i = index_of(q, id);

	return i < q->waiter_count ? &q->waiters[i] : NULL;
}

const struct teeq_waiter *callq_waiter(const struct teeq_callq *q, uint16_t id)
{
	const struct teeq_waiter *w = callq_find(q, id);

	CHECK(w, "waiter %u is not in the list", id);
	return w;
}

static struct teeq_waiter *entry(struct teeq_callq *q, uint16_t id)
{
	return &q->waiters[callq_waiter(q, id) - q->waiters];
}

/* Take @id out of the list, the others keep their order. */
static struct teeq_waiter take_out(struct teeq_callq *q, uint16_t id)
{
	struct teeq_waiter *w = entry(q, id);
	struct teeq_waiter self = *w;
	size_t behind = (size_t)(&q->waiters[q->waiter_count] - w) - 1;

	memmove(w, w + 1, behind * sizeof(*w));
	q->waiter_count--;
	q->waiters[q->waiter_count] = (struct teeq_waiter){ 0 };
	return self;
}

static bool tracks(const struct teeq_callq *q, const struct teeq_policy *policy)
{
	return q->total_count > 0 && policy->admit;
}

bool callq_enter(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id,
		 unsigned int flags)
{
	struct teeq_waiter *w = &q->waiters[q->waiter_count];

	CHECK((flags & ~FIXED_FLAGS) == 0, "waiter %u enters with flags 0x%x", id, flags);
	INVARIANT(!callq_find(q, id), "waiter %u enters twice", id);
	INVARIANT(q->waiter_count < TEEQ_TASK_MAX * TEEQ_CALL_DEPTH_MAX, "%u callers wait",
		  q->waiter_count);
	q->waiter_count++;
	*w = (struct teeq_waiter){ .id = id, .flags = (uint8_t)flags };
	if (policy->queued)
		policy->queued(q, w);
	return !tracks(q, policy) || policy->admit(q, w);
}

bool callq_is_done(const struct teeq_callq *q, uint16_t id)
{
	return callq_waiter(q, id)->flags & TEEQ_WAITER_DONE;
}

void callq_consume(struct teeq_callq *q, uint16_t id)
{
	struct teeq_waiter *w = entry(q, id);

	CHECK(w->flags & TEEQ_WAITER_DONE, "waiter %u goes on without a wake", id);
	w->flags &= (uint8_t)~TEEQ_WAITER_DONE;
}

void callq_requeue(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id)
{
	struct teeq_waiter self = take_out(q, id);
	struct teeq_waiter *w = &q->waiters[q->waiter_count++];

	self.flags &= (uint8_t)~TEEQ_WAITER_DONE;
	*w = self;
	if (policy->queued)
		policy->queued(q, w);
}

void callq_started(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id)
{
	CHECK(policy->started, "policy %s is not to be told", policy->name);
	policy->started(q, entry(q, id));
}

bool callq_recheck(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id)
{
	struct teeq_waiter *w = entry(q, id);

	if (!tracks(q, policy))
		return true;
	return policy->recheck ? policy->recheck(q, w) : policy->admit(q, w);
}

void callq_leave(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id)
{
	struct teeq_waiter self = take_out(q, id);

	INVARIANT(!callq_find(q, id), "waiter %u left, and is in the list", id);
	if (policy->leave)
		policy->leave(q, &self);
	if (policy->wake_one)
		policy->wake_one(q);
	if (policy->wake_one && (self.flags & TEEQ_WAITER_DONE))
		policy->wake_one(q);
}

int callq_reserve(struct teeq_callq *q, const struct teeq_policy *policy)
{
	return policy->reserve ? policy->reserve(q) : -TEEQ_ABI_EINVAL;
}

void callq_unreserve(struct teeq_callq *q, const struct teeq_policy *policy)
{
	if (policy->unreserve)
		policy->unreserve(q);
}

bool callq_would_admit(const struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id,
		       struct teeq_callq *scratch)
{
	CHECK(scratch != q, "the test of waiter %u would be no trial", id);
	memcpy(scratch, q, callq_size(q->waiter_count));
	return callq_recheck(scratch, policy, id);
}

static bool has_twice(const struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		for (unsigned int j = i + 1; j < q->waiter_count; j++)
			if (q->waiters[i].id == q->waiters[j].id)
				return true;
	return false;
}

/* Credits free, taken and set aside make up the total, whoever moved last. */
static const char *check_credits(const struct teeq_callq *q, const struct teeq_policy *policy,
				 int32_t taken, unsigned int slots)
{
	unsigned int aside = policy->set_aside(q);

	if (slots != q->system_slot_busy)
		return "the system slot is not held by exactly the caller that took it";
	if (q->free_count + taken + (int32_t)aside != q->total_count)
		return "credits free, taken and set aside do not make up the total";
	return aside >= q->total_count ? "reservations set aside every thread" : NULL;
}

/* After every step: one look at each waiter. */
const char *callq_check(const struct teeq_callq *q, const struct teeq_policy *policy)
{
	int32_t taken = 0;
	unsigned int slots = 0;
	uint64_t seen = 0, alike = 0;

	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *w = &q->waiters[i];
		uint64_t bit = UINT64_C(1) << ((w->id * 0x9e3779b1u) >> 26);

		alike |= seen & bit;
		seen |= bit;
		taken += w->credit == TEEQ_CREDIT_THREAD;
		slots += w->credit == TEEQ_CREDIT_SYSTEM;
	}
	/* Numbers that share a bit are seldom; only then is it worth comparing all with all. */
	if (alike && has_twice(q))
		return "a caller is in the list of waiters twice";
	if (q->total_count == 0 || !policy->set_aside)
		return NULL;
	return check_credits(q, policy, taken, slots);
}
