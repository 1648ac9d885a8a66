/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_WORDS_H
#define SCENARIO_WORDS_H

#include "teeq/model.h"

/*
 * The words of a scenario file that stand for values, each at its value's index, and NULL behind
 * them: what is read and what is printed cannot differ.
 */
extern const char *const words_servers[TEEQ_SERVED_BY_SUPPLICANT + 2];
extern const char *const words_rpc_kinds[TEEQ_RPC_KIND_COUNT + 1];
extern const char *const words_supplicant_waits[TEEQ_SUPPLICANT_UNINTERRUPTIBLE + 2];
extern const char *const words_argument_fulls[TEEQ_ARGUMENT_FULL_COUNT + 1];
extern const char *const words_fault_kinds[TEEQ_FAULT_KIND_COUNT + 1];
extern const char *const words_switches[4]; /* of TEEQ_STEP_SHM_CACHE */

extern const char *const words_driver_steps[TEEQ_DRIVER_STEP_COUNT + 1];

#define WORD_UNKNOWN "unknown"
#define WORD_ALWAYS "always" /* of TEEQ_FAULT_ALWAYS */

/* The word of @index, or "?" for what no file can say. */
const char *word_at(const char *const *words, unsigned int index);

#endif
