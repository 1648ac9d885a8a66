/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a kernel tree under a scenario: its own code, as `teeq driver build` compiled it,
 * in place of a policy of the model. It boots, clients enter by its files and functions, and the
 * secure world is that of the model, which reads and writes the driver's messages. A run is one of
 * teeq/harness.h: tasks that are switched at preemption points.
 *
 * All of this is part of the command, and of no library: what a driver wants has to be found in the
 * program that loads it. The header is not installed.
 */
#ifndef TEEQ_HARNESS_DRIVER_COMMAND_H
#define TEEQ_HARNESS_DRIVER_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "teeq/explore.h"
#include "teeq/harness.h"
#include "teeq/model.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct teeq_driver;
struct teeq_drive;

/*
 * Load the shared object at @path. TEEQ_EINPUT: it is none, or was built for another version of
 * teeq, or wants something of the kernel that teeq does not have; @error->text says what. On
 * success *@driver is the caller's.
 */
TEEQ_API enum teeq_status teeq_driver_new(const char *path, struct teeq_driver **driver,
					  struct teeq_error *error);
/* NULL is fine. No drive of it may be left. */
TEEQ_API void teeq_driver_free(struct teeq_driver *driver);

/*
 * One line: the kernel's version, a digest of the sources, the compiler. Lives as long as the
 * driver.
 */
TEEQ_API const char *teeq_driver_stamp(const struct teeq_driver *driver);
/* Of the kernel: 0x060c for 6.12. */
TEEQ_API uint32_t teeq_driver_version(const struct teeq_driver *driver);
/* The policy of the model that this version has: "mainline" as of 6.8, "untracked" before. */
TEEQ_API const char *teeq_driver_policy(const struct teeq_driver *driver);

/*
 * When the driver boots. APART: before the run, outside of its schedule, and nothing is refused to
 * it. ALONE: as the first task, and the others begin when it is over. BESIDE: as a task, and
 * processes open /dev/tee0 as soon as there is one.
 */
enum teeq_drive_boot {
	TEEQ_DRIVE_BOOT_APART,
	TEEQ_DRIVE_BOOT_ALONE,
	TEEQ_DRIVE_BOOT_BESIDE,
	TEEQ_DRIVE_BOOT_COUNT
};

/*
 * When it is removed, after which all that it took has to be given back. NEVER; END: by the
 * modules' ends, when all clients have closed what they had, and tee-supplicant too; BESIDE: its
 * device is taken from it at any moment, as by unbind in sysfs, and then as END.
 */
enum teeq_drive_remove {
	TEEQ_DRIVE_REMOVE_NEVER,
	TEEQ_DRIVE_REMOVE_END,
	TEEQ_DRIVE_REMOVE_BESIDE,
	TEEQ_DRIVE_REMOVE_COUNT
};

/*
 * @points: of its tasks. @max_key: the largest key of a notification that the secure world says
 * that it has, 1..255, over SMC only; 0 means 255. @answers_ahead: tee-supplicant answers the
 * request behind the one that it was given first, whether or not it was given that. With all fields
 * 0 but points, TEEQ_HARNESS_POINTS_MODEL, this is what NULL means.
 */
struct teeq_drive_options {
	enum teeq_drive_boot boot;
	enum teeq_drive_remove remove;
	enum teeq_harness_points points;
	uint64_t max_key;
	bool answers_ahead;
};

/*
 * Everything that is needed to run @driver under @scenario; both stay the caller's, and must
 * outlive it. @options may be NULL; they are part of what schedules belong to. TEEQ_EINPUT: the
 * scenario is wrong, or it cannot be run with this driver; @error->text says in one line why.
 * TEEQ_ENOMEM. On success *@drive is the caller's. One thread may have one at a time.
 */
TEEQ_API enum teeq_status teeq_drive_new(struct teeq_driver *driver,
					 const struct teeq_scenario *scenario,
					 const struct teeq_drive_options *options,
					 struct teeq_drive **drive, struct teeq_error *error);
/* NULL is fine. Not in a run. */
TEEQ_API void teeq_drive_free(struct teeq_drive *drive);

/* Whether it was built for runs on threads, which are all that it can do; any other can do none. */
TEEQ_API bool teeq_driver_is_for_threads(const struct teeq_driver *driver);

/*
 * One run in which each task is a thread, of a driver that is for that, see above. What the threads
 * do is up to the machine, so the run has no schedule; @seed says where they linger. As
 * teeq_harness_run() otherwise.
 */
TEEQ_API enum teeq_status teeq_drive_stress(struct teeq_drive *drive, uint64_t seed,
					    uint64_t step_max,
					    struct teeq_harness_result *result);

/* What runs it; it belongs to @drive. Runs begin with the boot. */
TEEQ_API struct teeq_harness *teeq_drive_harness(struct teeq_drive *drive);

/*
 * Runs and searches of @drive from now on are about the client @client alone: they end well where
 * its tasks have returned, whatever becomes of others. NULL: about all. False: there is no such
 * client. Not in a run.
 */
TEEQ_API bool teeq_drive_ask(struct teeq_drive *drive, const char *client);

/*
 * Whether the last run, which did not end, had nobody left to wait for but its boot or its removal.
 */
TEEQ_API bool teeq_drive_hangs(const struct teeq_drive *drive);

/*
 * One run at random with @seed, in which the model of the same scenario under @policy makes each
 * step that the driver is seen to make. TEEQ_EMISMATCH: they differ; @error says at which step, and
 * in what. TEEQ_OK with a text in @error: they agree up to a difference that is known, which it
 * tells. *@compared (may be NULL): steps of the model that were compared. TEEQ_EINPUT: the driver's
 * queue is none that is known. The last run is this one. @trace takes a line for each step of
 * either; NULL: none.
 * @result may be NULL.
 */
TEEQ_API enum teeq_status teeq_drive_agree(struct teeq_drive *drive,
					   const struct teeq_policy *policy, uint64_t seed,
					   FILE *trace, struct teeq_harness_result *result,
					   size_t *compared, struct teeq_error *error);

/* ---------------------------------------- why, and what helps --------------------------------- */

/*
 * How much is tried.
 *
 * @state_max    states, in breadth: where these are all, that decides, and nothing else is tried;
 *               0: none
 * @runs         at random, with seeds from 1 on; also from each prefix of a schedule
 * @preemptions  and then every schedule that leaves a task that could go on so often at most,
 * @search_max   of which so many at most; 0: none
 * @step_max     steps of a run; 0: TEEQ_HARNESS_STEP_MAX_DEFAULT
 */
struct teeq_drive_budget {
	uint64_t state_max;
	uint64_t runs;
	uint32_t preemptions;
	uint64_t search_max;
	uint64_t step_max;
};

/*
 * What was tried.
 *
 * @states     that there are, all of which were visited; 0: not all were, and what follows counts
 * @runs       at random
 * @schedules  every schedule within the bound on preemptions was made
 */
struct teeq_drive_tried {
	uint64_t states;
	uint64_t runs;
	bool schedules;
};

/*
 * A run that fails: one with the fewest steps, where states decide, else the first that is found.
 * It is the last run then. TEEQ_ELIMIT: none does; or, where @result->verdict is
 * TEEQ_VERDICT_LIVELOCK, from none of all states a way leads to an end, and no run shows that.
 * @result may not be NULL, @tried may.
 */
TEEQ_API enum teeq_status teeq_drive_find(struct teeq_drive *drive,
					  const struct teeq_drive_budget *budget,
					  struct teeq_harness_result *result,
					  struct teeq_drive_tried *tried,
					  struct teeq_error *error);

/*
 * Why a schedule fails.
 *
 * @end        how it ends, without the text of a violation
 * @told       as teeq_harness_explain() says it
 * @waits      who waits for whom, and the cycle or knot that they make: lines, or NULL where nobody
 *             waits
 * @schedule   the choices as text
 * @no_return  the first step behind which none of @runs_each runs at random came to a good end.
 *             That is no proof; that a way leads out is, as it was gone
 * @no_return_text  what is done in that step, one line; empty where there is none
 * @rescues    who could have moved there instead, so that a run came to a good end: names; or empty
 */
struct teeq_drive_explanation {
	struct teeq_harness_result end;
	char *told;
	char *waits;
	char *schedule;
	struct teeq_no_return no_return;
	uint64_t runs_each;
	char no_return_text[512];
	char rescues[512];
};

/*
 * Explain the run that @schedule makes, as teeq_harness_schedule() prints it; NULL: the last run.
 * TEEQ_EINPUT: it does not fail, or is none of this drive; TEEQ_EMISMATCH, TEEQ_ENOMEM. On success
 * @explanation is the caller's until teeq_drive_explanation_free().
 */
TEEQ_API enum teeq_status teeq_drive_explain(struct teeq_drive *drive, const char *schedule,
					     const struct teeq_drive_budget *budget,
					     struct teeq_drive_explanation *explanation,
					     struct teeq_error *error);
/* Give back what it holds, and leave it all zero. */
TEEQ_API void teeq_drive_explanation_free(struct teeq_drive_explanation *explanation);

/*
 * What becomes of one change.
 *
 * @text      "1 thread more: 3"
 * @possible  it can be run with the driver
 * @end       of the run that teeq_drive_find() finds, or DONE: none fails of what was @tried; or
 *            LIVELOCK without a step
 */
struct teeq_drive_trial {
	const char *text;
	bool possible;
	struct teeq_harness_result end;
	struct teeq_drive_tried tried;
};

/*
 * Change one thing in @scenario after the other, as teeq_diagnose() does with the model (threads,
 * tee-supplicant, system sessions), and look whether @driver still fails: each is told to @told, in
 * a fixed order. @options as of teeq_drive_new(). No drive of this thread may be left.
 * TEEQ_EINPUT, TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status
teeq_drive_what_helps(struct teeq_driver *driver, const struct teeq_scenario *scenario,
		      const struct teeq_drive_options *options,
		      const struct teeq_drive_budget *budget,
		      void (*told)(void *argument, const struct teeq_drive_trial *trial),
		      void *argument, struct teeq_error *error);

/*
 * A smaller scenario and a plainer schedule that fail as the given ones did: the same verdict,
 * nobody hangs elsewhere, the same broke.
 *
 * @scenario    tables that point into the given ones, which must outlive them
 * @schedule    of it, as text
 * @left_out    bit i: task i of the given scenario is not there any more; @tasks: so many were
 *              there
 * @before, @after  steps and switches
 * @tried       to find a schedule, where none was given; with @end this is left where none fails
 */
struct teeq_drive_shrunk {
	struct teeq_scenario *scenario;
	struct teeq_harness_result end;
	struct teeq_drive_tried tried;
	char *schedule;
	uint64_t left_out;
	unsigned int tasks;
	size_t steps_before, switches_before;
	size_t steps_after, switches_after;
};

/*
 * Shrink @schedule, with which @driver fails under @scenario; NULL: the one that teeq_drive_find()
 * finds. @options as of teeq_drive_new(). @clients: the scenario, too. No drive of this
 * thread may be left. TEEQ_ELIMIT: nothing fails. Else as teeq_drive_explain(). On success
 * @shrunk is the caller's until teeq_drive_shrunk_free().
 */
TEEQ_API enum teeq_status teeq_drive_shrink(struct teeq_driver *driver,
					    const struct teeq_scenario *scenario,
					    const struct teeq_drive_options *options,
					    const char *schedule, bool clients,
					    const struct teeq_drive_budget *budget,
					    struct teeq_drive_shrunk *shrunk,
					    struct teeq_error *error);
/* Give back what it holds, and leave it all zero. */
TEEQ_API void teeq_drive_shrunk_free(struct teeq_drive_shrunk *shrunk);

#ifdef __cplusplus
}
#endif
#endif
