/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_WAITS_H
#define EXPLORE_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"

/*
 * What a call waits for outside of the queue that nobody but the two who take part can see or
 * disturb: time, and notifications that one task sends and one other waits for, however long it
 * takes. docs/explorer.md.
 */
struct waits {
	const struct teeq_model *m;
	uint32_t own;    /* such notifications */
	uint32_t *sends; /* at each instruction: notifications that may be sent from there on */
	uint8_t sender[TEEQ_NOTIFICATION_MAX]; /* of those of @own */
};

/* Returns false where there is no memory; waits_free() in any case. Without @on there is none. */
bool waits_init(struct waits *waits, const struct teeq_model *m, bool on);
void waits_free(struct waits *waits);

/*
 * Whether what @task, in CALL_RPC, does next is seen by nobody, and may be done before anything
 * else.
 */
bool waits_is_local(const struct waits *waits, const struct teeq_world *w, unsigned int task);

/*
 * Whether it would only register for a notification that was not sent yet: it
 * might as well do that once nothing else can move, or find that it came.
 */
bool waits_idly(const struct waits *waits, const struct teeq_world *w, unsigned int task);

#endif
