/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_INQUIRE_H
#define DRIVER_INQUIRE_H

#include "driver/waits.h"

bool inquire_failed(enum teeq_verdict verdict);

/*
 * Follow @wish from the start: choices that cannot be made are passed over, and behind them whoever
 * moved last goes on as long as it can, and after it the others.
 */
enum teeq_status inquire_follow(struct teeq_drive *d, const struct teeq_drive_budget *budget,
				const struct teeq_schedule *wish,
				struct teeq_harness_result *result);
/* The choices of the last run, added to @to. */
enum teeq_status inquire_choices(const struct teeq_drive *d, struct teeq_schedule *to);

/*
 * Make the run of @text, or if that is NULL find one by teeq_drive_find(); it is the last run then.
 * TEEQ_ELIMIT: none fails; TEEQ_EINPUT: this one does not.
 */
enum teeq_status inquire_run(struct teeq_drive *d, const char *text,
			     const struct teeq_drive_budget *budget,
			     struct teeq_harness_result *result,
			     struct teeq_drive_tried *tried, struct teeq_error *error);

#endif
