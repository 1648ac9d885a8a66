/* SPDX-License-Identifier: BSD-2-Clause */
/* What a task does inside of a step, noted until the step is over and the model makes the same. */
#include "driver/driver.h"

/* Where nobody compares, it would grow, and tell equal states apart. */
static void note_down(struct teeq_drive *d, struct noted noted)
{
	if (d->h->stepped && d->noted_count < NOTED_MAX)
		d->noted[d->noted_count++] = noted;
}

void drive_note(struct teeq_drive *d, unsigned int task, enum teeq_action action)
{
	note_down(d, (struct noted){ .task = task, .action = action });
}

void drive_note_met(struct teeq_drive *d, unsigned int task, unsigned int fault)
{
	note_down(d, (struct noted){ .task = task, .action = TEEQ_ACTION_FAULT, .fault = fault });
}
