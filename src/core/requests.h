/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_REQUESTS_H
#define CORE_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Requests for tee-supplicant that it has not seen yet (optee_supp.reqs, drivers/tee/optee/supp.c),
 * oldest first, each by the number of the caller who waits for the answer, plus 1. Behind @count
 * all is zero. Each function is one section under the supplicant's mutex. Nobody has two requests,
 * so there is room for as many as callers.
 */
struct requests {
	uint8_t count;
	uint8_t callers[];
};

/* optee_supp_thrd_req up to the sleep: queue a request of @caller. */
void requests_add(struct requests *requests, unsigned int caller);
/*
 * supp_pop_entry, of optee_supp_recv: take the oldest, of which there must be one. Returns the
 * caller.
 */
unsigned int requests_take(struct requests *requests);
/*
 * The end of a request that nobody took, in optee_supp_thrd_req. Returns whether @caller's was
 * still there; it is gone now.
 */
bool requests_withdraw(struct requests *requests, unsigned int caller);

#endif
