/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_GENERATE_H
#define TESTS_EXPLORE_GENERATE_H

#include <stdint.h>

#include "teeq/model.h"

/*
 * Small random scenarios, always acceptable ones: the same seed gives the same tables for ever. A
 * failing test prints the seed.
 *
 *	1 to 3 threads, at most one of them lost; 0 to 2 locks, events, barriers; 0 to 3 sessions
 *	1 to 3 clients, 4 tasks in all, 1 or 2 stages, 1 to 3 phrases each
 *	command c0 is empty, c1 asks for service r0, c2 for r0 or r1
 *	service r0 may call c0, and r1 may call c1 as well
 *	where the whole language is wanted: one to three of the mechanisms around the call queue,
 *	in the scripts and in the tables; and now and then two guests, processors,
 *	and polls
 */
#define GENERATED_STEP_MAX 160
#define GENERATED_EXTRA_MAX 48

struct generated {
	struct teeq_scenario scenario; /* points into the rest: not to be copied */
	struct teeq_session_spec sessions[3];
	struct teeq_barrier_spec barriers[2];
	struct teeq_script_spec commands[3];
	struct teeq_service_spec services[2];
	struct teeq_client_spec clients[3];
	struct teeq_ta_spec tas[2];
	struct teeq_context_spec contexts[2];
	struct teeq_channel_spec channels[1];
	struct teeq_device_spec devices[1];
	struct teeq_fault_spec faults[2];
	struct teeq_guest_spec guests[2];
	struct teeq_step steps[GENERATED_STEP_MAX];
	size_t step_count;
	struct teeq_step extra[GENERATED_EXTRA_MAX];
	size_t extra_count;
	struct teeq_handler handlers[8];
	size_t handler_count;
	unsigned int command_costs[3]; /* calls that each makes, itself and those inside included */
	unsigned int service_costs[2];
	double states; /* a rough guess */
};

/* How a scenario may be: how many states it may have, roughly, and what may be in it. */
struct generator {
	double states;
	bool no_lost;     /* no thread is lost */
	bool no_mistakes; /* nobody unlocks what it does not hold */
	bool mechanisms;  /* what surrounds the calls, too */
	bool alike;       /* one client, of two to four tasks */
	bool results;     /* scripts fail, and ask what failed */
	bool memory;      /* a dead tee-supplicant's device is held open by memory, now and then */
	bool one_guest;   /* nobody is kept waiting by what another guest has */
	bool no_machine;  /* no guests, no processors but by their number, and nobody polls */
};

void generate(struct generated *g, const struct generator *generator, uint64_t seed);

/*
 * A scenario and the same once more beside it, under other names: two halves that do the same, each with what is
 * its own (always commands and services; now and then locks, events, notifications, sessions), before
 * the same secure world.
 */
struct twice {
	struct teeq_scenario scenario; /* points into the rest, and into what it was made from */
	const char *locks[4];
	const char *events[4];
	const char *notifications[8];
	struct teeq_device_spec devices[2];
	struct teeq_session_spec sessions[6];
	struct teeq_script_spec commands[6];
	struct teeq_service_spec services[4];
	struct teeq_client_spec clients[6];
	struct teeq_step steps[4 * GENERATED_STEP_MAX];
	struct teeq_handler handlers[32];
	size_t step_count;
	size_t handler_count;
	const char *old_names[64];
	char new_names[64][24];
	size_t name_count;
};

/* Returns false where nothing is done in it. @from must stay. */
bool generate_twice(struct twice *twice, const struct generated *from, uint64_t seed);

#endif
