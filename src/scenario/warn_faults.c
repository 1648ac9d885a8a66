/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "scenario/warn.h"

/*
 * Faults that can strike nowhere, whatever runs first. Only what the steps of a scenario rule out
 * is told: a fault of which nothing is said here may still never meet what it needs.
 */

#define BIT(kind) (UINT64_C(1) << (kind))
_Static_assert(TEEQ_STEP_KIND_COUNT <= 64, "a set of steps is 64 bits");

/* Which steps there are. */
struct steps {
	uint64_t normal; /* of clients and services */
	uint64_t secure; /* of commands */
	bool some_command_is_used;
};

static uint64_t kinds_of(const struct teeq_step *steps, size_t count)
{
	uint64_t kinds = 0;

	for (size_t i = 0; i < count; i++) {
		kinds |= BIT(steps[i].kind) | kinds_of(steps[i].steps, steps[i].step_count);
		for (size_t j = 0; j < steps[i].handler_count; j++)
			kinds |= kinds_of(steps[i].handlers[j].steps,
					  steps[i].handlers[j].step_count);
	}
	return kinds;
}

static struct steps warn_faults_look(const struct teeq_scenario *s)
{
	struct steps seen = { 0 };

	for (size_t i = 0; i < s->client_count; i++)
		seen.normal |= kinds_of(s->clients[i].steps, s->clients[i].step_count);
	for (size_t i = 0; i < s->service_count; i++)
		seen.normal |= kinds_of(s->services[i].steps, s->services[i].step_count);
	for (size_t i = 0; i < s->command_count; i++)
		seen.secure |= kinds_of(s->commands[i].steps, s->commands[i].step_count);
	return seen;
}

/* ------------------------------------- what a fault needs ------------------------------------- */

/*
 * How many calls can be in progress at once, at most: one of each task, and more where services
 * make calls.
 */
static uint64_t most_calls(const struct teeq_scenario *s)
{
	uint64_t guests = s->guest_count > 0 ? s->guest_count : 1;
	/*
	 * Each driver's notifications and bottom half have a task of their own, of which some call.
	 */
	uint64_t tasks = guests * (s->supplicant_threads + 2), depth = 1;

	for (size_t i = 0; i < s->client_count; i++)
		tasks += s->clients[i].count > 0 ? s->clients[i].count : 1;
	for (size_t i = 0; i < s->service_count; i++)
		if (s->services[i].step_count > 0)
			depth = TEEQ_CALL_DEPTH_MAX;
	return tasks * depth;
}

static bool is_allocated(const struct teeq_scenario *s, const struct steps *seen)
{
	uint32_t slots = s->argument_slots > 0 ? s->argument_slots : TEEQ_ARGUMENT_SLOTS;

	for (size_t i = 0; i < s->service_count; i++)
		if (s->services[i].kind == TEEQ_RPC_KIND_SHM_ALLOC)
			return true;
	return (seen->normal & BIT(TEEQ_STEP_SETUP)) ||
	       most_calls(s) > (s->lacks_rpc_arg ? 1 : slots);
}

/* The locks of TAs and sessions are waited for by the same RPC as those that are declared. */
static bool warn_faults_is_waited_for(const struct teeq_scenario *s, const struct steps *seen)
{
	return s->ta_count > 0 || s->session_count > 0 ||
	       (seen->secure & (BIT(TEEQ_STEP_WAIT) | BIT(TEEQ_STEP_LOCK) |
				BIT(TEEQ_STEP_READ_LOCK) | BIT(TEEQ_STEP_COND_WAIT)));
}

static bool is_resumed(const struct teeq_scenario *s, const struct steps *seen)
{
	const uint64_t without_rpc = BIT(TEEQ_STEP_WORK) | BIT(TEEQ_STEP_REPEAT) |
				     BIT(TEEQ_STEP_INVOKE) | BIT(TEEQ_STEP_UNLOCK) |
				     BIT(TEEQ_STEP_COND_SIGNAL) | BIT(TEEQ_STEP_COND_BROADCAST);

	for (size_t i = 0; i < s->fault_count; i++)
		if (s->faults[i].kind == TEEQ_FAULT_INTERRUPT)
			return true;
	return warn_faults_is_waited_for(s, seen) || (seen->secure & ~without_rpc);
}

/* NULL: it may strike. */
static const char *what_is_missing(const struct teeq_scenario *s, const struct steps *seen,
				   enum teeq_fault_kind kind)
{
	const uint64_t gives_back = BIT(TEEQ_STEP_RELEASE) | BIT(TEEQ_STEP_CLOSE) |
				    BIT(TEEQ_STEP_SETUP) | BIT(TEEQ_STEP_TEARDOWN) |
				    BIT(TEEQ_STEP_CLOSE_CONTEXT);
	const uint64_t counts_in = BIT(TEEQ_STEP_RESERVE) | BIT(TEEQ_STEP_SETUP);
	const uint64_t opens = BIT(TEEQ_STEP_OPEN) | BIT(TEEQ_STEP_SETUP);

	switch (kind) {
	case TEEQ_FAULT_NO_MEMORY:
		return is_allocated(s, seen) ?
			       NULL :
			       "allocates shared memory: no service is of kind shm-alloc, no channel "
			       "is set up, and there are arguments.slots for all calls";
	case TEEQ_FAULT_RESERVE_REFUSED:
		return seen->normal & counts_in ? NULL : "counts a system session in by a step";
	case TEEQ_FAULT_UNRESERVE_FAILS:
		return seen->normal & gives_back ? NULL : "gives a reservation back";
	case TEEQ_FAULT_OPEN_FAILS:
		return seen->normal & opens ? NULL : "opens a session by a step";
	case TEEQ_FAULT_CALL_FAILS:
		return seen->some_command_is_used ? NULL : "calls a command";
	case TEEQ_FAULT_RESUME_REFUSED:
		return is_resumed(s, seen) ? NULL : "is resumed: no command makes an RPC";
	case TEEQ_FAULT_NOTIF_WAIT_FAILS:
		return warn_faults_is_waited_for(s, seen) ?
			       NULL :
			       "waits for a notification in the secure world";
	default:
		return NULL;
	}
}

void warn_faults(struct warnings *warnings, const struct teeq_scenario *s,
		 bool some_command_is_used)
{
	struct steps seen = warn_faults_look(s);
	char key[128], text[240];

	seen.some_command_is_used = some_command_is_used;
	for (size_t i = 0; i < s->fault_count; i++) {
		const char *missing = what_is_missing(s, &seen, s->faults[i].kind);

		if (!missing)
			continue;
		snprintf(key, sizeof(key), "faults.%s.kind", s->faults[i].name);
		snprintf(text, sizeof(text), "can strike nowhere: nothing here %s", missing);
		warnings_add(warnings, "idle-fault", key, text);
	}
}
