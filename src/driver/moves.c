/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may move, beyond what the driver's own code waits for: processors, commands that look in vain
 * for an event, and faults. The rules are the model's.
 */
#include "driver/driver.h"

#include <string.h>

/* The call of @task that no other of its calls is inside of, or NULL. */
static const struct running *innermost(const struct teeq_drive *d, unsigned int task)
{
	const struct running *found = NULL;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == task &&
		    (!found || d->threads[i].level > found->level))
			found = &d->threads[i];
	return found;
}

static bool stands_at(const struct teeq_drive *d, unsigned int task, const char *action)
{
	const struct harness_task *of = &d->h->tasks[task];

	return of->state == TASK_AT_POINT && strcmp(of->point.action, action) == 0;
}

/* Interrupted at a look in vain: it would look in vain again. */
static bool command_polls(const struct teeq_drive *d, unsigned int task)
{
	const struct running *r = innermost(d, task);
	const struct instruction *at;
	unsigned int pc;

	if (!r || r->asked != ASKED_INTERRUPT || !r->in_model || !stands_at(d, task, "smc"))
		return false;
	pc = world_thread(d->m, d->w, (unsigned int)(r - d->threads))->pc;
	if (pc == TEEQ_NO_OBJECT)
		return false;
	at = &d->m->code[pc];
	return at->op == OP_POLL && !(d->w->events >> at->object & 1);
}

static bool script_polls(const struct teeq_drive *d, unsigned int task)
{
	return stands_at(d, task, "poll") && !harness_is_ready(&d->h->tasks[task]) &&
	       !d->actors[task].freezing && !harness_is_enabled(d->h, &d->h->tasks[task]);
}

static uint64_t those(const struct teeq_drive *d,
		      bool (*are)(const struct teeq_drive *d, unsigned int task))
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (are(d, i))
			tasks |= task_bit(i);
	return tasks;
}

/*
 * The secure world runs there, or the driver that asks nobody whether somebody else wants to run
 * before it resumes what was interrupted.
 */
static bool keeps_cpu(const struct teeq_drive *d, unsigned int task)
{
	const struct running *r = innermost(d, task);

	if (stands_at(d, task, "secure"))
		return true;
	return d->m->no_resched && r && (r->asked == ASKED_INTERRUPT || r->interrupted);
}

static uint64_t allow_faults(const struct teeq_drive *d, uint64_t enabled, uint64_t others)
{
	bool busy = d->m->cpu_count > 0 &&
		    (unsigned int)__builtin_popcountll(those(d, keeps_cpu)) >= d->m->cpu_count;

	for (unsigned int i = 0; i < d->m->fault_count; i++)
		if (!others || !d->boot_is_over ||
		    (busy && d->m->faults[i].kind != TEEQ_FAULT_INTERRUPT))
			enabled &= ~task_bit(d->m->first_fault + i);
	return enabled;
}

uint64_t drive_allow(void *drive, uint64_t enabled)
{
	const struct teeq_drive *d = drive;
	uint64_t tasks = task_bit(d->m->first_fault) - 1, others = enabled & ~tasks;
	uint64_t faults = task_bit(d->m->task_count) - 1 - tasks;

	enabled &= tasks;
	if (d->m->polls)
		enabled &= ~those(d, command_polls);
	if (d->m->cpu_count > 0)
		enabled = cpus_limit(d->m, enabled, those(d, keeps_cpu),
				     those(d, command_polls) | those(d, script_polls), 0);
	return allow_faults(d, enabled | others, enabled | (others & ~faults));
}

bool drive_spins(const void *drive)
{
	const struct teeq_drive *d = drive;

	return d->m->polls && (those(d, command_polls) | those(d, script_polls));
}
