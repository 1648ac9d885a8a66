/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_NOTIF_H
#define CORE_NOTIF_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A notification's key (struct notif_entry and the bit of it in optee_notif.bitmap,
 * drivers/tee/optee/notif.c): who waits for it, at most one (its number plus 1), and what came
 * already. Each function is one section under the lock that the driver has for all keys.
 */
struct key {
	uint8_t waiter;
	uint8_t flags;
};

enum {
	KEY_PENDING = 1, /* sent when nobody waited: remembered */
	KEY_DONE = 2,    /* the waiter's completion is done */
};

/* optee_notif_send: wake who waits, or remember it. */
void notif_send(struct key *key);

enum notif_wait {
	NOTIF_CAME,  /* sent before: consumed */
	NOTIF_BUSY,  /* somebody else waits: -EBUSY */
	NOTIF_WAITS, /* registered, until notif_leave() */
};
/* optee_notif_wait up to the sleep. */
enum notif_wait notif_wait(struct key *key, unsigned int caller);

/*
 * optee_notif_wait after the sleep: wait no longer, because the completion is done or the time is
 * over. What came after that is lost.
 */
void notif_leave(struct key *key);

#endif
