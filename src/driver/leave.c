/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the boot or the removal is a task: what clients
 * do before the one, and leave behind for the other.
 */
#include "driver/driver.h"

#include <linux/fs.h>

/* ------------------------------------------ its beginning ------------------------------------- */

bool drive_is_booted(const void *drive)
{
	const struct teeq_drive *d = drive;

	return d->boot_is_over;
}

static bool may_open(const void *object)
{
	return drive_is_booted(object) || kernel_can_open("tee0");
}

/* A process that needs nothing that the boot makes behind the driver's own. */
static bool comes_early(const struct teeq_drive *d, const struct actor *actor)
{
	return d->options.boot == TEEQ_DRIVE_BOOT_BESIDE && actor->uses_own &&
	       d->scenario->session_count == 0 && d->scenario->context_count == 0 &&
	       !d->has_caller_services && !drive_keeps_cache(d);
}

bool client_waits_for_boot(struct teeq_drive *d, struct actor *actor)
{
	bool early = comes_early(d, actor);

	if (d->options.boot == TEEQ_DRIVE_BOOT_APART)
		return true;
	kernel_wait("start", early ? may_open : drive_is_booted, d, "the boot");
	if (!early && !d->is_booted)
		return false;
	if (d->options.boot == TEEQ_DRIVE_BOOT_BESIDE && actor->uses_own)
		return sessions_begin_own(d, actor);
	return true;
}

/* --------------------------------------------- its end ---------------------------------------- */

/* The secure world gives back what it asked for at the beginning. */
static void give_back(struct teeq_drive *d)
{
	void *context = drive_guest(d)->boot_context;

	drive_guest(d)->boot_context = NULL;
	if (!context)
		return;
	if (drive_guest(d)->memory_cookie)
		drive_guest(d)->object->client_invoke(context, drive_guest(d)->boot_session,
						      BOOT_GIVE_BACK);
	drive_guest(d)->object->client_close(context);
}

/* All channels, and all contexts of the kernel. */
static void close_all(struct teeq_drive *d, struct actor *actor)
{
	for (unsigned int i = 0; i < d->scenario->channel_count; i++)
		if (d->channel_ready[i]) {
			d->channel_ready[i] = false;
			actor->channel = i + 1;
			drive_guest(d)->object->scmi_free(i);
			actor->channel = 0;
		}
	for (unsigned int i = 0; i < d->scenario->context_count; i++)
		close_context(d, d->scenario->contexts[i].name);
	if (drive_guest(d)->shared_context)
		drive_guest(d)->object->client_close(drive_guest(d)->shared_context);
	drive_guest(d)->shared_context = NULL;
}

void clients_close_rest(struct teeq_drive *d, struct actor *actor)
{
	if (d->users_gone < d->user_tasks || d->rest_is_closed)
		return;
	d->rest_is_closed = true;
	if (!d->boot_is_over)
		kernel_wait("start", drive_is_booted, d, "the boot");
	if (supplicant_end(d))
		kernel_wait("point", supplicant_is_gone, drive_guest(d),
			    "the end of tee-supplicant");
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		sessions_end_own(d, &d->actors[i]);
	close_all(d, actor);
	give_back(d);
}

void client_leaves(struct teeq_drive *d, struct actor *actor)
{
	actor->ended = true;
	if (!d->closes)
		return;
	sessions_end_own(d, actor);
	d->users_gone += !actor->removes;
	clients_close_rest(d, actor);
	d->clients_gone++;
}

/* The last one has closed what was open. */
bool clients_are_gone(const void *object)
{
	const struct teeq_drive *d = object;

	return d->clients_gone == d->client_tasks;
}
