/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the harness asks what surrounds the driver: who may move, what is refused, and what the
 * secure world answers before any of its threads does.
 */
#include "driver/driver.h"

#include <string.h>

/*
 * Memory that may be refused: a page of message arguments, what a channel is made of, and what the
 * secure world asks for. Who waits for a notification has memory for that.
 */
static bool drive_refuses_memory(void *drive, const struct teeq_site *site)
{
	struct teeq_drive *d = drive;
	unsigned int task = harness_index(d->h, harness_running(site->object));
	unsigned int service;

	if (task >= d->m->first_fault || !site->function)
		return false;
	if (strcmp(site->function, "optee_notif_wait") == 0) {
		if (!drive_meets(d, task, TEEQ_FAULT_NOTIF_WAIT_FAILS))
			return false;
		drive_note(d, task, TEEQ_ACTION_NOTIF_WAIT);
		return true;
	}
	service = secure_service(d);
	if (strcmp(site->function, "optee_get_msg_arg") != 0 &&
	    strcmp(site->function, "scmi_optee_chan_setup") != 0 &&
	    (service == TEEQ_NO_OBJECT ||
	     d->scenario->services[service].kind != TEEQ_RPC_KIND_SHM_ALLOC ||
	     d->scenario->services[service].by != TEEQ_SERVED_BY_CALLER))
		return false;
	return drive_meets(d, task, TEEQ_FAULT_NO_MEMORY) != TEEQ_FAILURE_NONE;
}

/*
 * The hypervisor lets no more calls of this guest into the secure world, which sees nothing of it.
 */
static bool is_at_limit(const struct teeq_drive *d, struct teeq_smc_regs *ret)
{
	unsigned int limit = d->m->guest_call_limit[kernel_guest()], calls = 0;

	for (unsigned int i = 0; limit > 0 && i < d->m->thread_count; i++) {
		const struct context *context = &d->h->contexts[i];

		calls += context->in_use && context->secure.task < d->h->task_count &&
			 d->h->tasks[context->secure.task].guest == kernel_guest();
	}
	if (limit == 0 || calls < limit)
		return false;
	*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_ETHREAD_LIMIT } };
	return true;
}

static struct pool *drive_pool_of(void *drive, unsigned int task, unsigned int *first)
{
	const struct teeq_drive *d = drive;

	(void)task;
	return drive_pool(d, kernel_guest(), first);
}

/* ERESUME; over FF-A the secure world is busy, which ffa.c makes of a missing thread. */
static bool drive_answers(void *drive, const struct teeq_smc_regs *call, struct teeq_smc_regs *ret)
{
	struct teeq_drive *d = drive;
	unsigned int task = harness_index(d->h, harness_running("an SMC")), thread;

	if ((uint32_t)call->a[0] != TEEQ_SMC_CALL_RETURN_FROM_RPC)
		return is_at_limit(d, ret);
	drive_pool(d, kernel_guest(), &thread);
	thread += (unsigned int)call->a[3];
	if (task >= d->m->first_fault || call->a[3] >= d->m->thread_count ||
	    thread >= d->m->thread_count || !drive_meets(d, task, TEEQ_FAULT_RESUME_REFUSED))
		return false;
	memset(&d->threads[thread], 0, sizeof(d->threads[0]));
	memset(world_thread(d->m, d->w, thread), 0, d->m->layout.thread_size);
	*ret = (struct teeq_smc_regs){ .a = { d->m->abi == TEEQ_ABI_FFA ?
						      TEEQ_SMC_RETURN_ETHREAD_LIMIT :
						      TEEQ_SMC_RETURN_ERESUME } };
	return true;
}

const struct harness_hooks drive_hooks = {
	.allow = drive_allow,
	.spins = drive_spins,
	.refuses = drive_refuses_memory,
	.answers = drive_answers,
	.taken = secure_taken,
	.pool = drive_pool_of,
};
