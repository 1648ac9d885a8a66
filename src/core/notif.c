/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/notif.h"

#include "base/check.h"
#include "teeq/limits.h"

_Static_assert(TEEQ_TASK_MAX < UINT8_MAX, "a key's waiter, plus 1, has 8 bits");

/* What was sent is remembered only where nobody waits, and only who waits is woken. */
static bool key_is_sound(const struct key *key)
{
	return !(key->flags & (key->waiter ? KEY_PENDING : KEY_DONE));
}

/*
 * A waiter that was woken stays in the list until it
 * has run. A second one that is sent before is lost.
 */
void notif_send(struct key *key)
{
	INVARIANT(key_is_sound(key), "a key of flags 0x%x", key->flags);
	key->flags |= key->waiter ? KEY_DONE : KEY_PENDING;
}

enum notif_wait notif_wait(struct key *key, unsigned int caller)
{
	CHECK(caller < TEEQ_TASK_MAX, "caller %u waits for a key", caller);
	INVARIANT(key_is_sound(key), "a key of flags 0x%x", key->flags);
	if (key->flags & KEY_PENDING) {
		key->flags &= (uint8_t)~KEY_PENDING;
		return NOTIF_CAME;
	}
	if (key->waiter)
		return NOTIF_BUSY;
	key->waiter = (uint8_t)(caller + 1);
	return NOTIF_WAITS;
}

void notif_leave(struct key *key)
{
	CHECK(key->waiter, "nobody waits for the key that is left");
	INVARIANT(key_is_sound(key), "a key of flags 0x%x", key->flags);
	key->waiter = 0;
	key->flags &= (uint8_t)~KEY_DONE;
}
