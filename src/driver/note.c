/* SPDX-License-Identifier: BSD-2-Clause */
#include "driver/driver.h"

void drive_note(struct teeq_drive *d, unsigned int task, enum teeq_action action)
{
	if (d->noted_count < NOTED_MAX)
		d->noted[d->noted_count++] = (struct noted){ task, action };
}
