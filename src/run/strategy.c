/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "base/prng.h"
#include "teeq/run.h"

/* The position of the @n-th set bit of @bits, from 0. */
static unsigned int nth_bit(uint64_t bits, unsigned int n)
{
	while (n-- > 0)
		bits &= bits - 1;
	return (unsigned int)__builtin_ctzll(bits);
}

/* Few bits are set: one turn each is quicker than a builtin that has to work on every processor. */
static unsigned int count_bits(uint64_t bits)
{
	unsigned int count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* ---------------------------------------- round robin ----------------------------------------- */

/* Faults are last in a model, and do not strike by themselves. Without a model there are none. */
static uint64_t without_faults(const struct teeq_model *model, uint64_t enabled)
{
	size_t count = model ? teeq_model_task_count(model) : 0;

	while (count > 0 && teeq_model_task_kind(model, count - 1) == TEEQ_TASK_FAULT)
		enabled &= ~(UINT64_C(1) << --count);
	return enabled;
}

/* word[0]: the first task that has not had its turn in this round. */
static void round_robin_start(const struct teeq_strategy *strategy, const struct teeq_model *model,
			      struct teeq_strategy_state *state, uint64_t seed)
{
	(void)strategy;
	(void)model;
	(void)seed;
	state->word[0] = 0;
}

static int round_robin_pick(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
			    const struct teeq_model *model, const struct teeq_world *world,
			    uint64_t enabled)
{
	uint64_t tasks = without_faults(model, enabled);
	uint64_t rest = state->word[0] < 64 ? tasks >> state->word[0] << state->word[0] : 0;
	unsigned int task = nth_bit(rest ? rest : tasks, 0);

	(void)strategy;
	(void)world;
	state->word[0] = task + 1;
	return (int)task;
}

const struct teeq_strategy teeq_strategy_round_robin = {
	.name = "round-robin",
	.start = round_robin_start,
	.pick = round_robin_pick,
};

/* ------------------------------------------ random -------------------------------------------- */

_Static_assert(sizeof(struct prng) <= sizeof(struct teeq_strategy_state), "the state must fit");

static void random_start(const struct teeq_strategy *strategy, const struct teeq_model *model,
			 struct teeq_strategy_state *state, uint64_t seed)
{
	struct prng prng;

	(void)strategy;
	(void)model;
	prng_seed(&prng, seed, 0);
	memcpy(state, &prng, sizeof(prng));
}

static int random_pick(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		       const struct teeq_model *model, const struct teeq_world *world,
		       uint64_t enabled)
{
	unsigned int count = count_bits(enabled);
	struct prng prng;
	unsigned int n;

	(void)strategy;
	(void)model;
	(void)world;
	if (count == 1)
		return __builtin_ctzll(enabled);
	memcpy(&prng, state, sizeof(prng));
	n = prng_below(&prng, count);
	memcpy(state, &prng, sizeof(prng));
	return (int)nth_bit(enabled, n);
}

const struct teeq_strategy teeq_strategy_random = {
	.name = "random",
	.start = random_start,
	.pick = random_pick,
};

const struct teeq_strategy *teeq_strategy_find(const char *name)
{
	if (!name)
		return NULL;

	static const struct teeq_strategy *const strategies[] = {
		&teeq_strategy_round_robin, &teeq_strategy_random, &teeq_strategy_pct,
	};

	for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++)
		if (strcmp(name, strategies[i]->name) == 0)
			return strategies[i];
	return NULL;
}
