/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/requests.h"

#include <string.h>

#include "base/check.h"
#include "teeq/limits.h"

_Static_assert(TEEQ_TASK_MAX < UINT8_MAX, "a request's caller, plus 1, has 8 bits");

static void requests_drop(struct requests *requests, unsigned int at)
{
	INVARIANT(at < requests->count, "request %u of %u is dropped", at, requests->count);
	memmove(&requests->callers[at], &requests->callers[at + 1], requests->count - at - 1u);
	requests->callers[--requests->count] = 0;
}

void requests_add(struct requests *requests, unsigned int caller)
{
	CHECK(caller < TEEQ_TASK_MAX, "a request of caller %u", caller);
	INVARIANT(requests->count < TEEQ_TASK_MAX, "%u requests wait", requests->count);
	INVARIANT(!memchr(requests->callers, (int)caller + 1, requests->count),
		  "caller %u has two requests", caller);
	requests->callers[requests->count++] = (uint8_t)(caller + 1);
}

unsigned int requests_take(struct requests *requests)
{
	unsigned int caller;

	CHECK(requests->count > 0, "no request is there to be taken");
	caller = requests->callers[0] - 1u;
	requests_drop(requests, 0);
	return caller;
}

bool requests_withdraw(struct requests *requests, unsigned int caller)
{
	for (unsigned int i = 0; i < requests->count; i++) {
		if (requests->callers[i] == caller + 1) {
			requests_drop(requests, i);
			return true;
		}
	}
	return false;
}
