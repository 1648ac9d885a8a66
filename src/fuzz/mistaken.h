/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_MISTAKEN_H
#define FUZZ_MISTAKEN_H

#include "model/world.h"

/* Whether @world was spoilt by the scenario's own mistake, unlocking what it does not hold. */
static inline bool is_mistaken(const struct teeq_world *world)
{
	return world->violation != VIOLATION_NONE;
}

#endif
