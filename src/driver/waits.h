/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_WAITS_H
#define DRIVER_WAITS_H

#include "driver/driver.h"

/* Where a task waits in the end: constant texts of the driver, or names of the scenario. */
struct waits_place {
	const char *object;
	const char *function;
	int line;
};

/*
 * What the runs of a drive come to, while they are watched: of each one anew.
 *
 * @start      a world in which nothing has happened yet: who may do what
 * @text       who waits for whom, line by line; the caller's to free with waits_end()
 * @places     of those who hang
 * @violation  what broke, or empty
 */
struct waits {
	struct teeq_drive *d;
	struct teeq_world *start;
	char *text;
	struct waits_place places[TEEQ_TASK_MAX];
	unsigned int place_count;
	char violation[512];
	bool wants_text;
	bool failed;
};

/* Watch the runs of @d from now on, with the @text of each or without. False: no memory. */
bool waits_begin(struct waits *waits, struct teeq_drive *d, bool wants_text);
/* No longer; the drive may be gone. */
void waits_end(struct waits *waits);
/* Whether @after failed as @before did: nobody hangs elsewhere, or the same broke. */
bool waits_are_alike(const struct waits *before, const struct waits *after);

#endif
