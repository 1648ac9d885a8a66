/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_CORE_WORLD_STEP_H
#define FUZZ_CORE_WORLD_STEP_H

#include "fuzz/core_world.h"

/* What only the files of the small world call: its state, and a step of it. */

/* Note the first thing that is wrong. Returns true. */
bool core_fail(struct core_world *f, const char *what);
/* Whatever must hold after a step. */
void core_check(struct core_world *f);
/* One step of task @index, if it can move and wants to. */
bool core_move(struct core_world *f, unsigned int index, unsigned int verb);

/* Reservations: who keeps the book of a session's, and counting one in or out. */
bool core_keeps_reservations(const struct core_world *f, unsigned int session);
uint8_t *core_reservations_of(struct core_world *f, unsigned int session);
void core_reserve(struct core_world *f, unsigned int session);
void core_unreserve(struct core_world *f, uint8_t *reservations);

#endif
