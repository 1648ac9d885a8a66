/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_RECORDING_H
#define TEEQ_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/status.h"
#include "teeq/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a real driver's queue functions, or teeq's own threads, were seen to do, as plain data:
 * tables for the model, the choices, and the state after each. Reading it from a file is
 * teeq/scenario.h's business.
 */
#define TEEQ_RECORDED_TEXT_MAX 63 /* characters of a text of a step's */

/*
 * An entry of the queue, in list order: the task and level of its call; @done: 0 or 1, its
 * completion.
 */
struct teeq_recorded_waiter {
	uint8_t task;
	uint8_t level;
	uint8_t done;
};

/*
 * @task did @action; behind it the list of waiters was @waiters, head first.
 *
 * @what of a step that the model has none for, a wait for something that is not the queue's: NULL
 * for all others. Such a step is passed over; it must have left the queue and the threads as they
 * were.
 * @free_count, @system_session_count are compared where @has_counters says that they were recorded
 * (Linux 6.12). @outcome is compared for smc and secure; TEEQ_OUTCOME_OK elsewhere.
 */
struct teeq_recorded_step {
	uint8_t task;
	uint8_t action;  /* enum teeq_action */
	bool sysref;     /* the recording does not tell reserve from unreserve: either will do */
	uint8_t outcome; /* enum teeq_outcome */
	const char *what; /* at most TEEQ_RECORDED_TEXT_MAX characters */
	bool has_counters;
	int32_t free_count;
	uint32_t system_session_count;
	const struct teeq_recorded_waiter *waiters;
	size_t waiter_count;
	const int16_t *owners; /* a task per context, or -1 */
};

/* Of a recorded deadlock: a task that is left, and the action (enum teeq_action) it stands at. */
struct teeq_recorded_block {
	uint8_t task;
	uint8_t action;
};

/*
 * One recorded run.
 *
 * @scenario   tables from which the model is made
 * @driver     who was recorded: "linux-6.12"
 * @steps      what was done, in order, with the state behind each
 * @deadlock   the outcome: a deadlock, or done
 * @cut        why the recording ends before the run did, and its end is not compared; or NULL
 * @blocked    of a deadlock: every task that is left
 * @own_scenario it brought that: steps that the driver refused are told too
 *
 * All of it is the caller's, or the reader's it comes from (teeq_recordings_next()).
 */
struct teeq_recording {
	struct teeq_scenario scenario;
	const char *driver;
	const struct teeq_recorded_step *steps;
	size_t step_count;
	bool deadlock;
	const char *cut;
	const struct teeq_recorded_block *blocked;
	size_t blocked_count;
	bool own_scenario;
};

/*
 * Make the recorded choices in a model of @recording under @policy and compare the state after
 * every step, and the outcome. A reserve that the driver refuses is passed over, because it is no
 * step of one without a scenario of its own. TEEQ_EMISMATCH: @error->key is "step N: field",
 * @error->text the recorded and the modelled value. TEEQ_EINPUT: the recording makes no model.
 * TEEQ_ENOMEM.
 * *@compared (may be NULL) is set to the steps that matched or were passed over.
 */
TEEQ_API enum teeq_status teeq_conform(const struct teeq_recording *recording,
				       const struct teeq_policy *policy, size_t *compared,
				       struct teeq_error *error);

#ifdef __cplusplus
}
#endif
#endif
