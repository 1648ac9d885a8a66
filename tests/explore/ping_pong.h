/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_PING_PONG_H
#define TESTS_EXPLORE_PING_PONG_H

#include "teeq/model.h"
#include "teeq/policy.h"

/*
 * A policy of the kind that only an outsider would write: a caller that is refused wakes another
 * one, so that two of them can keep each other busy for ever.
 */
extern const struct teeq_policy ping_pong;
void ping_pong_give_back(struct teeq_callq *q, const struct teeq_waiter *w);

/* The holder waits for an event that only a caller could signal which finds no thread. */
struct teeq_model *ping_pong_model(const struct teeq_policy *policy, uint32_t threads,
				   uint32_t callers);
#define ping_pong_model(...) FROM(ping_pong_model(__VA_ARGS__))

#endif
