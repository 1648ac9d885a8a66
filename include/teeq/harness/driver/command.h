/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a kernel tree under a scenario: its own code, as `teeq driver build` compiled it, in place
 * of a policy of the model. It boots, clients enter by its files and functions, and the secure world is
 * that of the model, which reads and writes the driver's messages. A run is one of teeq/harness.h: tasks
 * that are switched at preemption points.
 *
 * All of this is part of the command, and of no library: what a driver wants has to be found in the
 * program that loads it. The header is not installed.
 */
#ifndef TEEQ_HARNESS_DRIVER_COMMAND_H
#define TEEQ_HARNESS_DRIVER_COMMAND_H

#include <stdint.h>
#include <stdio.h>

#include "teeq/harness.h"
#include "teeq/model.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct teeq_driver;
struct teeq_drive;

/*
 * Load the shared object at @path. TEEQ_EINPUT: it is none, or was built for another version of teeq, or
 * wants something of the kernel that teeq does not have; @error->text says what. On success *@driver is
 * the caller's.
 */
TEEQ_API enum teeq_status teeq_driver_new(const char *path, struct teeq_driver **driver,
					  struct teeq_error *error);
/* NULL is fine. No drive of it may be left. */
TEEQ_API void teeq_driver_free(struct teeq_driver *driver);

/* One line: the kernel's version, a digest of the sources, the compiler. Lives as long as the driver. */
TEEQ_API const char *teeq_driver_stamp(const struct teeq_driver *driver);
/* Of the kernel: 0x060c for 6.12. */
TEEQ_API uint32_t teeq_driver_version(const struct teeq_driver *driver);
/* The policy of the model that this version has: "mainline" as of 6.8, "untracked" before. */
TEEQ_API const char *teeq_driver_policy(const struct teeq_driver *driver);

/*
 * Everything that is needed to run @driver under @scenario; both stay the caller's, and must outlive it.
 * TEEQ_EINPUT: the scenario is wrong, or it cannot be run with this driver; @error->text says in one line
 * why. TEEQ_ENOMEM. On success *@drive is the caller's. One thread may have one at a time.
 */
TEEQ_API enum teeq_status teeq_drive_new(struct teeq_driver *driver,
					 const struct teeq_scenario *scenario,
					 struct teeq_drive **drive, struct teeq_error *error);
/* NULL is fine. Not in a run. */
TEEQ_API void teeq_drive_free(struct teeq_drive *drive);

/* What runs it; it belongs to @drive. Runs begin with the boot. */
TEEQ_API struct teeq_harness *teeq_drive_harness(struct teeq_drive *drive);

/*
 * One run at random with @seed, in which the model of the same scenario under @policy makes each step
 * that the driver is seen to make. TEEQ_EMISMATCH: they differ; @error says at which step, and in what.
 * TEEQ_OK with a text in @error: they agree up to a difference that is known, which it tells.
 * *@compared (may be NULL): steps of the model that were compared. TEEQ_EINPUT: the driver's queue is none
 * that is known. The last run is this one. @trace takes a line for each step of either; NULL: none.
 * @result may be NULL.
 */
TEEQ_API enum teeq_status teeq_drive_agree(struct teeq_drive *drive,
					   const struct teeq_policy *policy, uint64_t seed,
					   FILE *trace, struct teeq_harness_result *result,
					   size_t *compared, struct teeq_error *error);

#ifdef __cplusplus
}
#endif
#endif
