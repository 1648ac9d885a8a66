/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_TABLES_H
#define FUZZ_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"

/*
 * Tables that were right: two bytes say which, and each four more make one mistake in them. They
 * live until the next call.
 */
const struct teeq_scenario *make_mistaken(const uint8_t *data, size_t size);

#endif
