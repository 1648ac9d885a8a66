/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_POLICY_QUEUE_H
#define TESTS_POLICY_QUEUE_H

#include "story.h"

#include "core/callq.h"

/*
 * Each policy's rules as small stories of a queue. After every step the list is written out, head
 * first: the caller's number, 's' for a system call, '?' where `repaired` has it want a wake, '*'
 * where its completion is done; before it the free credits and the registered system sessions.
 */
enum { NORMAL = false, SYSTEM = true, WAITER_MAX = 16 };

/* There is one queue at a time. */
static union {
	struct teeq_callq q;
	unsigned char bytes[sizeof(struct teeq_callq) + WAITER_MAX * sizeof(struct teeq_waiter)];
} room;

struct queue {
	const struct teeq_policy *policy;
	struct teeq_callq *q;
	char text[256];
};

static inline void begin(struct queue *queue, const char *policy, unsigned int total)
{
	memset(&room, 0, sizeof(room));
	queue->q = &room.q;
	queue->policy = teeq_policy_find(policy);
	assert_non_null(queue->policy);
	callq_init(queue->q, total);
}
#define begin(...) FROM(begin(__VA_ARGS__))

static inline bool enter(struct queue *queue, uint16_t id, bool system)
{
	return callq_enter(queue->q, queue->policy, id, system);
}

static inline void leave(struct queue *queue, uint16_t id)
{
	callq_leave(queue->q, queue->policy, id);
}

static inline int reserve(struct queue *queue)
{
	return callq_reserve(queue->q, queue->policy);
}

static inline void unreserve(struct queue *queue)
{
	callq_unreserve(queue->q, queue->policy);
}

/* What a woken caller does: consume, requeue, recheck. */
static inline bool retry(struct queue *queue, uint16_t id)
{
	callq_consume(queue->q, id);
	callq_requeue(queue->q, queue->policy, id);
	return callq_recheck(queue->q, queue->policy, id);
}

static inline void started(struct queue *queue, uint16_t id)
{
	callq_started(queue->q, queue->policy, id);
}

static inline int credit(const struct queue *queue, uint16_t id)
{
	return callq_waiter(queue->q, id)->credit;
}

static inline const char *show(struct queue *queue)
{
	const struct teeq_callq *q = queue->q;
	size_t size = sizeof(queue->text);
	size_t length;

	length = (size_t)snprintf(queue->text, size, "free %d sessions %u:", q->free_count,
				  q->system_session_count);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *w = &q->waiters[i];

		length += (size_t)snprintf(queue->text + length, size - length, " %u%s%s%s", w->id,
					   w->flags & TEEQ_WAITER_SYSTEM ? "s" : "",
					   w->flags & TEEQ_WAITER_WANTS ? "?" : "",
					   w->flags & TEEQ_WAITER_DONE ? "*" : "");
	}
	return queue->text;
}

#define assert_queue(queue, expected)                                                             \
	do {                                                                                      \
		assert_string_equal(show(queue), expected);                                       \
		assert_null(callq_check((queue)->q, (queue)->policy));                           \
	} while (0)

#endif
