/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RUN_EVENT_HASH_H
#define RUN_EVENT_HASH_H

#include <stdint.h>

#include "teeq/world.h"

/* The rolling hash @hash continued by everything @event says, but for its number. */
uint64_t event_hash(uint64_t hash, const struct teeq_event *event);

#endif
