/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot and the removal as tasks of a run, and what must not be left when the driver is gone. */
#include <string.h>

#include "driver/driver.h"

#include <linux/module.h>

/* --------------------------------------------- its end ---------------------------------------- */

bool teeq_drive_hangs(const struct teeq_drive *d)
{
	if (!d)
		return false;
	return !d->boot_is_over ||
	       (d->options.remove != TEEQ_DRIVE_REMOVE_NEVER && clients_are_gone(d));
}

/* The last one first. */
static void end_modules(struct teeq_drive *d)
{
	const struct teeq_module_call *first = drive_guest(d)->object->modules,
				      *end = drive_guest(d)->object->modules_end;

	for (const struct teeq_module_call *begun = end; begun-- > first;) {
		if (!drive_guest(d)->module_begun[begun - first])
			continue;
		for (const struct teeq_module_call *call = first; call < end; call++)
			if (call->end && strcmp(call->module, begun->module) == 0)
				call->end();
	}
}

static void remove_task(void *drive)
{
	struct teeq_drive *d = drive;

	if (d->options.boot != TEEQ_DRIVE_BOOT_APART)
		kernel_wait("start", drive_is_booted, d, "the boot");
	if (d->options.remove == TEEQ_DRIVE_REMOVE_BESIDE) {
		teeq_harness_point("unbind");
		drive_guest(d)->is_found = false;
		kernel_unbind_optee();
	}
	kernel_wait("point", clients_are_gone, d, "all clients");
	drive_guest(d)->is_found = false;
	if (drive_guest(d)->object->remove_rpmb)
		drive_guest(d)->object->remove_rpmb();
	if (drive_guest(d)->object->scmi_end)
		drive_guest(d)->object->scmi_end();
	end_modules(d);
	kernel_remove_devices();
}

void remove_check(void *drive)
{
	(void)drive;
	kernel_check_taken();
}

/* -------------------------------------------- tasks ------------------------------------------- */

/* Over FF-A the bottom half is work, and its task does all of it. */
static bool has_work_task(const struct teeq_drive *d)
{
	return drive_has_async(d) && d->m->abi == TEEQ_ABI_FFA;
}

enum teeq_status remove_add_tasks(struct teeq_drive *d, struct teeq_error *error)
{
	bool boots = d->options.boot != TEEQ_DRIVE_BOOT_APART;
	bool removes = d->options.remove != TEEQ_DRIVE_REMOVE_NEVER;
	enum teeq_status status = TEEQ_OK;

	if (boots)
		status = teeq_harness_task(d->h, "boot", drive_boot_task, d, error);
	if (status == TEEQ_OK && removes)
		status = teeq_harness_task(d->h, "remove", remove_task, d, error);
	if (status == TEEQ_OK && (boots || d->closes) && !has_work_task(d))
		status = teeq_harness_daemon(d->h, "work", kernel_work_task, NULL, error);
	return status;
}
