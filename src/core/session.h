/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"

/*
 * What the driver remembers of a session (struct optee_session), and the rules by which one becomes
 * a system session. A session is looked at and changed in the same section as the queue: under the
 * queue's mutex.
 */
struct session {
	uint8_t open;
	uint8_t reservations; /* how often it is a system session: 0, 1, or more with v4 */
};

/* What a call is made for. */
enum session_use {
	SESSION_CALL,
	SESSION_OPEN,
	SESSION_CLOSE,
};

/*
 * How a reservation is asked for, or returned.
 *
 * @refusal  0, or what the secure world answers instead of doing it: a fault
 * @made     it was a fast call, where the policy is one of those: @call and @ret
 */
struct session_fast {
	uint32_t refusal;
	bool made;
	struct teeq_smc_regs call;
	struct teeq_smc_regs ret;
};

/*
 * Whether the driver refuses the call with -EINVAL: no such session (find_session), or one that is
 * open.
 */
bool session_refuses(const struct session *session, enum session_use use);
/* Whether a call in @session is a system call under @policy. */
bool session_is_system(const struct session *session, enum session_use use,
		       const struct teeq_policy *policy);
/*
 * The list_del of optee_close_session: close @session for new calls. Returns what it had reserved,
 * to be counted out one by one.
 */
uint8_t session_shut(struct session *session);

/*
 * The first part of session_reserve(), which the driver decides by itself: whether anybody is to be
 * asked. If not, *@result is the answer.
 */
bool session_may_ask(const struct session *session, uint8_t reservations,
		     const struct call_place *place, int *result);
/*
 * optee_system_session (6.12): make a system session of @session, by the policy's rules, in the
 * queue or in the secure world by a fast call. @reservations counts its reservations (those of
 * another session, where several share a TEE context). @fast may be NULL. 0 or a negative errno.
 */
int session_reserve(const struct session *session, uint8_t *reservations,
		    const struct call_place *place, struct session_fast *fast);
/*
 * Take one reservation back, as optee_close_session_helper does. 0 or a negative errno; -EIO: the
 * secure world does not take it back.
 */
int session_unreserve(uint8_t *reservations, const struct call_place *place,
		      struct session_fast *fast);
/* What @reservations holds below zero, see session_count(). */
enum { SESSION_RESERVATIONS_ENDLESS = 0xfe, SESSION_RESERVATIONS_WRAPPED = 0xff };
/*
 * v4, where the count follows the fast call as an action of its own: count @reservations up or
 * down. Below zero it wraps, to the largest number there is, from which counting up leads back. One
 * more down leads to SESSION_RESERVATIONS_ENDLESS, which stands for all the large numbers below
 * that one, and stays.
 */
void session_count(uint8_t *reservations, bool in);
/* Whether session_reserve() and session_unreserve() ask the pool, rather than the queue. */
bool session_asks_pool(const struct call_place *place);

#endif
