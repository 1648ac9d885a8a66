/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_CONTENTION_H
#define TESTS_EXPLORE_CONTENTION_H

#include <stdint.h>

#include "teeq/model.h"

/*
 * Random scenarios in which much is held and waited for at once, in the secure world above all: states do
 * not have to be few, since each is only run. Locks are kept behind the end of a call, and given back by
 * others; commands fail, threads are lost, clients are killed and frozen. The same seed gives the same.
 */
#define CONTENTION_STEP_MAX 200

struct contention {
	struct teeq_scenario scenario; /* points into the rest: not to be copied */
	struct teeq_step steps[CONTENTION_STEP_MAX];
	size_t step_count;
	struct teeq_script_spec commands[4];
	struct teeq_service_spec services[3];
	struct teeq_client_spec clients[4];
	struct teeq_session_spec sessions[4];
	struct teeq_guest_spec guests[3];
	struct teeq_channel_spec channels[1];
	struct teeq_barrier_spec barriers[1];
	struct teeq_device_spec devices[1];
	struct teeq_ta_spec tas[2];
	struct teeq_fault_spec faults[1];
	struct teeq_context_spec contexts[1];
};

void contention_make(struct contention *contention, uint64_t seed);

#endif
