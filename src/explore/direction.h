/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_DIRECTION_H
#define EXPLORE_DIRECTION_H

#include <stdint.h>

#include "teeq/model.h"
#include "teeq/world.h"

/*
 * How far @w looks from a state in which nothing moves, for a directed search: the lower, the
 * sooner it is expanded. It says nothing about @w; whatever it is, nothing is left out. Below
 * DIRECTION_MAX.
 */
#define DIRECTION_MAX 1024
uint32_t direction_of(const struct teeq_model *m, const struct teeq_world *w);

#endif
