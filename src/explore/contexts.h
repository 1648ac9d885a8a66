/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_CONTEXTS_H
#define EXPLORE_CONTEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"

/* What a model says of the thread contexts, for whoever leaves states out. */

/* Kinds of faults that the model has, one bit each. */
uint32_t fault_kinds(const struct teeq_model *m);

/* Those after which there is a context less; and whether any of them may strike. */
#define FAULTS_THAT_LOSE (1u << TEEQ_FAULT_THREAD_LOST | 1u << TEEQ_FAULT_RESUME_REFUSED)
bool contexts_lost(const struct teeq_model *m);

/* Whether it makes no difference which one a call has. */
bool contexts_alike(const struct teeq_model *m);

/*
 * Whether whoever holds a credit finds a free one, as long as none is lost: the queue counts all
 * calls, and is told of all contexts. Drivers of guests may count more than there are.
 */
bool contexts_for_credits(const struct teeq_model *m);

#endif
