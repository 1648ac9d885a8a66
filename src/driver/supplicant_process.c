/* SPDX-License-Identifier: BSD-2-Clause */
/* tee-supplicant as a process: its beginning, and its end. */
#include "driver/driver.h"

#include <linux/errno.h>
#include <linux/fs.h>

/*
 * It has come: where the device was released, or a thread ends that works, or where who asked goes
 * on.
 */
void supplicant_note_kill(struct teeq_drive *d)
{
	if (drive_guest(d)->killer > 0)
		drive_note(d, drive_guest(d)->killer - 1,
			   drive_kill_action(d, drive_guest(d)->killer - 1));
	drive_guest(d)->killer = 0;
}

void supplicant_close_memory(struct teeq_drive *d, int id)
{
	for (unsigned int i = drive_guest(d)->supplicant_memory_count; i-- > 0;) {
		int fd = drive_guest(d)->supplicant_memory[i].fd;

		if (id >= 0 && drive_guest(d)->supplicant_memory[i].id != id)
			continue;
		drive_guest(d)->supplicant_memory[i] =
			drive_guest(d)
				->supplicant_memory[--drive_guest(d)->supplicant_memory_count];
		teeq_kernel_fd_close(fd);
	}
}

static bool can_be_opened(const void *object)
{
	const struct guest_state *guest = object;

	return guest->supplicant_fd < 0 && guest->supplicant_threads == 0 &&
	       (!guest->is_found || guest->object->is_supplicant_absent());
}

unsigned int supplicant_start(struct teeq_drive *d, struct actor *actor)
{
	do {
		user_wait(actor, "start-supplicant", can_be_opened, drive_guest(d),
			  TEEQ_SUPPLICANT_NAME, 0);
		drive_guest(d)->supplicant_fd = teeq_kernel_open("teepriv0");
	} while (drive_guest(d)->supplicant_fd == -EBUSY);
	supplicant_begin(d);
	return TEEQ_FAILURE_NONE;
}

void supplicant_begin(struct teeq_drive *d)
{
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (d->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
		    model_guest(d->m, i) == kernel_guest()) {
			drive_guest(d)->supplicant_threads++;
			d->actors[i].serves = true;
		}
}

/* The last thread of a process closes what it has open. */
void supplicant_leave(struct actor *actor)
{
	struct teeq_drive *d = actor->drive;
	struct harness_task *task = user_task(actor);
	bool worked = actor->works;
	int fd = drive_guest(d)->supplicant_fd;

	actor->works = actor->serves = actor->killed = false;
	if (--drive_guest(d)->supplicant_threads == 0) {
		drive_guest(d)->supplicant_dies = false;
		drive_guest(d)->closer = actor->index + 1;
		supplicant_close_memory(d, -1);
		teeq_kernel_fd_close(fd);
		drive_guest(d)->closer = 0;
		drive_guest(d)->supplicant_fd = -1;
	}
	task->signal = actor->freezing;
	task->fatal_signal = false;
	if (worked) {
		supplicant_note_kill(d);
		drive_note(d, actor->index, TEEQ_ACTION_EXIT);
	}
}
