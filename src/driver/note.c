/* SPDX-License-Identifier: BSD-2-Clause */
/* What a task does inside of a step, noted until the step is over and the model makes the same. */
#include "driver/driver.h"

void drive_note(struct teeq_drive *d, unsigned int task, enum teeq_action action)
{
	/* Where nobody compares, it would grow, and tell equal states apart. */
	if (d->h->stepped && d->noted_count < NOTED_MAX)
		d->noted[d->noted_count++] = (struct noted){ task, action };
}
