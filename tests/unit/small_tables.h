/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SMALL_TABLES_H
#define TESTS_SMALL_TABLES_H

#include "story.h"

/* What the tests of the world share: tables that are short, and a comparison. */
#define CLIENT(name_, stage_, steps_) \
	{ .name = (name_), .stage = (stage_), .steps = (steps_), .step_count = LENGTH(steps_) }

static const struct teeq_step one_call[] = { TEEQ_CALL(NULL, NULL) };
static const char *const go[] = { "go" };
static const struct teeq_barrier_spec pair[] = { { "pair", 2 } };

static inline void assert_bytes_equal(const struct story *a, const struct story *b)
{
	assert_int_equal(teeq_world_size(a->model), teeq_world_size(b->model));
	assert_memory_equal(a->world, b->world, teeq_world_size(a->model));
}
#define assert_bytes_equal(...) FROM(assert_bytes_equal(__VA_ARGS__))

#endif
