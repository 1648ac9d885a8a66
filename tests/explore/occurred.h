/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_OCCURRED_H
#define TESTS_EXPLORE_OCCURRED_H

#include "witness.h"

/* What happened in a run whose report was judged; each must have been in one at least. */
enum feature {
	HAS_CHANNEL_CALL,
	HAS_CHANNEL_SETUP,
	HAS_NO_RPC_ARG,
	HAS_PAGE_LOCKED,
	HAS_PAGE_LOCKED_AS_CALLER,
	HAS_PAGE_UNLOCKED,
	HAS_PAGE_UNLOCKED_AS_CALLER,
	HAS_PAGE_PRIVATE,
	HAS_NO_SLOT,
	HAS_BUFFERS,
	HAS_POLL_IN_COMMAND,
	HAS_POLL,
	HAS_PRIORITY,
	HAS_NO_RESCHED,
	HAS_TRY,
	HAS_RETRY,
	HAS_FAIL,
	HAS_LOAD,
	HAS_LOADED,
	HAS_UNLOAD,
	HAS_KEEP_ALIVE,
	HAS_CONDITION_TIMEOUT,
	HAS_NOTIFICATION_TIMEOUT,
	HAS_NOTIF_WAIT_FAILS,
	HAS_LOST_FROM_START,
	HAS_RESUME_REFUSED,
	HAS_THREAD_LOST,
	HAS_SUPPLICANT_DEATH,
	HAS_CLIENT_KILLED,
	HAS_INTERRUPT_FAULT,
	HAS_CALL_FAILS,
	HAS_NO_MEMORY,
	HAS_SEVERAL_SERVERS,
	HAS_MEMORY_KEPT,
	HAS_GUESTS,
	HAS_GUEST_THREADS,
	HAS_CLOSE_COMMAND,
	HAS_BOTTOM_HALF,
	HAS_CONTEXT_CLOSED,
	HAS_FFA,
	HAS_CANCELLED,
	HAS_EXIT_CLOSE,
	FEATURE_COUNT
};

extern const char *const feature_names[FEATURE_COUNT];

struct features {
	uint64_t now; /* of this run: one bit each */
	uint64_t count[FEATURE_COUNT];
};

void features_begin(struct features *features, const struct teeq_scenario *scenario);
/* @witness has seen @event. */
void features_see(struct features *features, const struct witness *witness,
		  const struct teeq_event *event);
/* The run was judged. */
void features_count(struct features *features);

#endif
