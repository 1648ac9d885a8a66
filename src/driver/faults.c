/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scenario's faults: each is a task, a step of which is the fault striking. What concerns a
 * task, a thread or tee-supplicant happens at once; the others are armed, in the model's own table,
 * until the driver or its secure world meets them.
 */
#include "driver/driver.h"

#include <string.h>

/* ------------------------------------------ striking ------------------------------------------ */

/* The first that a call could take. */
/* The first that a call of @guest could take, in its pool. */
static unsigned int free_thread(const struct teeq_drive *d, unsigned int guest)
{
	unsigned int first;
	const struct pool *pool = drive_pool(d, guest, &first);

	return pool_first_free(pool, 0, pool->context_count);
}

/* enum context_state of thread @context, whosever pool it is in. */
static unsigned int thread_state(const struct teeq_drive *d, unsigned int context)
{
	unsigned int first;
	const struct pool *pool;

	for (unsigned int i = 0; i < d->guest_count; i++) {
		pool = drive_pool(d, i, &first);
		if (context >= first && context - first < pool->context_count)
			return pool->context[context - first];
	}
	return CONTEXT_FREE;
}

/* In an RPC that was not served yet; or in one of those around it. */
static bool fault_waits_for_rpc(const struct teeq_drive *d, unsigned int task)
{
	unsigned int suspended = 0;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		suspended += d->threads[i].in_use && d->threads[i].task == task &&
			     thread_state(d, i) == CONTEXT_SUSPENDED;
	return suspended > (strcmp(d->h->tasks[task].point.action, "smc") == 0);
}

static bool some_thread_runs(const struct teeq_drive *d)
{
	for (unsigned int i = 0; i < d->m->thread_count; i++)
		if (thread_state(d, i) == CONTEXT_ACTIVE)
			return true;
	return false;
}

static bool can_strike(const void *object)
{
	const struct struck *fault = object;
	const struct teeq_drive *d = fault->drive;
	const struct fault_info *info = &d->m->faults[fault->index];
	const struct fault *state = &world_faults(d->m, d->w)[fault->index];

	if (state->left == 0 || state->armed)
		return false;
	switch (info->kind) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		return d->guests[info->target].supplicant_fd >= 0 &&
		       !d->guests[info->target].supplicant_dies;
	case TEEQ_FAULT_CLIENT_KILLED:
		return !user_task(&d->actors[info->target])->fatal_signal &&
		       fault_waits_for_rpc(d, info->target);
	case TEEQ_FAULT_THREAD_LOST:
		return free_thread(d, info->target) != TEEQ_NO_CONTEXT;
	case TEEQ_FAULT_INTERRUPT:
		return some_thread_runs(d);
	case TEEQ_FAULT_UNRESERVE_FAILS:
		/* Of a secure world that counts sessions, which no kernel knows. */
		return false;
	default:
		return true;
	}
}

static void fault_begin(struct teeq_drive *d, unsigned int fault)
{
	const struct fault_info *info = &d->m->faults[fault];
	struct fault *state = &world_faults(d->m, d->w)[fault];
	unsigned int first;

	if (state->left != TEEQ_FAULT_ALWAYS)
		state->left--;
	switch (info->kind) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		signals_kill_supplicant(d, d->m->first_fault + fault);
		return;
	case TEEQ_FAULT_CLIENT_KILLED:
		signals_send(&d->actors[info->target], true);
		break;
	case TEEQ_FAULT_THREAD_LOST:
		pool_lose(drive_pool(d, info->target, &first), free_thread(d, info->target));
		break;
	default:
		state->armed = 1;
		return;
	}
	drive_note(d, d->m->first_fault + fault, TEEQ_ACTION_FAULT);
}

void fault_task(void *fault)
{
	const struct struck *struck = fault;

	for (;;) {
		kernel_wait("fault", can_strike, struck, "its moment");
		fault_begin(struck->drive, struck->index);
	}
}

/* ------------------------------------------- meeting ------------------------------------------ */

static int fault_armed_here(const struct teeq_drive *d, enum teeq_fault_kind kind)
{
	for (unsigned int i = 0; i < d->m->fault_count; i++)
		if (d->m->faults[i].kind == kind && world_faults(d->m, d->w)[i].armed)
			return (int)i;
	return -1;
}

unsigned int drive_meets(struct teeq_drive *d, unsigned int task, enum teeq_fault_kind kind)
{
	int fault = fault_armed_here(d, kind);

	if (fault < 0)
		return TEEQ_FAILURE_NONE;
	drive_note_met(d, task, d->m->first_fault + (unsigned int)fault);
	return fault_meets(d->m, d->w, kind);
}

void drive_meets_open(struct teeq_drive *d, unsigned int task)
{
	int fault = fault_armed_here(d, TEEQ_FAULT_OPEN_FAILS);

	if (fault < 0 || d->open_fails)
		return;
	d->open_fails = true;
	drive_note_met(d, task, d->m->first_fault + (unsigned int)fault);
}
