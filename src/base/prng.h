/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include <stdint.h>

/*
 * PCG32 (XSH-RR, 64 bits of state; M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation", 2014). Plain data; the same seed
 * gives the same numbers on every machine.
 */
struct prng {
	uint64_t state;
	uint64_t increment;
};

static inline uint32_t prng_next(struct prng *prng)
{
	uint64_t old = prng->state;
	uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
	uint32_t rotation = (uint32_t)(old >> 59);

	prng->state = old * 6364136223846793005u + prng->increment;
	return (shifted >> rotation) | (shifted << ((32 - rotation) & 31));
}

static inline void prng_seed(struct prng *prng, uint64_t seed, uint64_t stream)
{
	prng->state = 0;
	prng->increment = (stream << 1) | 1;
	prng_next(prng);
	prng->state += seed;
	prng_next(prng);
}

/* Uniform in 0..bound-1 without bias (Lemire 2019); @bound is at least 1. */
static inline uint32_t prng_below(struct prng *prng, uint32_t bound)
{
	uint64_t product = (uint64_t)prng_next(prng) * bound;

	if ((uint32_t)product < bound) {
		uint32_t threshold = (0u - bound) % bound;

		while ((uint32_t)product < threshold)
			product = (uint64_t)prng_next(prng) * bound;
	}
	return (uint32_t)(product >> 32);
}

#endif
