/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_THREADS_H
#define HARNESS_THREADS_H

#include "harness/harness.h"

/*
 * One run in which each task is a thread: the code under test runs at the same time as that of the
 * other tasks, and what the harness does for it, one thread does at a time, see doors.h. The setup
 * comes first, alone.
 * @seed: where threads linger; the rest is the machine's. @scenario: its name, for the last words
 * of a program that touches what was freed.
 */
enum teeq_status threads_execute(struct teeq_harness *h, const char *scenario, uint64_t seed,
				 uint64_t step_max, struct teeq_harness_result *result);

#endif
