/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_TABLES_H
#define FUZZ_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"

enum { STEPS_MAX = 160, HANDLERS_MAX = 64 };

/* The input, byte by byte; behind its end all are 0. */
struct source {
	const uint8_t *data;
	size_t size;
	struct teeq_step steps[STEPS_MAX];
	size_t step_count;
	struct teeq_handler handlers[HANDLERS_MAX];
	size_t handler_count;
	unsigned int depth;
};

/* Tables made up byte by byte; they live until the next call. */
void make_tables(struct source *s, struct teeq_scenario *to);
/*
 * Tables that were right: two bytes say which, and each four more make one mistake in them. They
 * live until the next call.
 */
const struct teeq_scenario *make_mistaken(struct source *s);

#endif
