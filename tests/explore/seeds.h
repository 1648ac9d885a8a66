/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_SEEDS_H
#define TESTS_EXPLORE_SEEDS_H

#include <stdint.h>

/*
 * Generated scenarios take most of the time that tests take, and what they show hardly depends on
 * what compiled them. The optimised build takes all of them, each other one a share of its own, see
 * tests/CMakeLists.txt.
 */
struct seeds {
	uint64_t first;
	uint64_t end; /* behind the last one */
};

static inline struct seeds seeds_of(uint64_t count)
{
	return (struct seeds){ count * TEEQ_SEED_SHARE / TEEQ_SEED_SHARES,
			       count * (TEEQ_SEED_SHARE + 1) / TEEQ_SEED_SHARES };
}

/* How many there are. */
static inline unsigned int seeds_count(uint64_t count)
{
	return (unsigned int)(seeds_of(count).end - seeds_of(count).first);
}

/* Whether all are taken: only then what is rare must be among them. */
static inline int seeds_all(void)
{
	return TEEQ_SEED_SHARES == 1;
}

#endif
