/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_STATE_H
#define REPORT_STATE_H

#include <stdio.h>

#include "teeq/model.h"
#include "teeq/world.h"

/* "Finished: a. Killed: b. Not finished: c, d.", of the clients. */
void state_print_clients(const struct teeq_model *model, const struct teeq_world *world, FILE *out);
/* The thread contexts, and the call queue with its waiters, as tables with a title. */
void state_print_contexts(const struct teeq_model *model, const struct teeq_world *world,
			  FILE *out);
void state_print_queue(const struct teeq_model *model, const struct teeq_world *world, FILE *out);

#endif
