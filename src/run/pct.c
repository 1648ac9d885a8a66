/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/hash.h"
#include "base/prng.h"
#include "teeq/run.h"

/*
 * The state of a run: nothing is drawn ahead but the change points. A task's initial priority is a
 * hash of the run's number and its own; a change point that has passed holds the task it lowered.
 */
struct pct_state {
	uint64_t step;
	uint64_t seed;
	uint16_t change_points[TEEQ_PCT_DEPTH_MAX - 1]; /* the step, cut to what fits */
	uint8_t lowered[TEEQ_PCT_DEPTH_MAX - 1];        /* task + 1; 0: not yet */
};

_Static_assert(sizeof(struct pct_state) <= sizeof(struct teeq_strategy_state), "it must fit");

static struct teeq_pct in_range(struct teeq_pct pct)
{
	if (pct.depth < 1)
		pct.depth = 1;
	if (pct.depth > TEEQ_PCT_DEPTH_MAX)
		pct.depth = TEEQ_PCT_DEPTH_MAX;
	if (pct.step_count < 1)
		pct.step_count = 1;
	if (pct.step_count > TEEQ_PCT_STEP_MAX)
		pct.step_count = TEEQ_PCT_STEP_MAX;
	return pct;
}

static struct teeq_pct settings(const struct teeq_strategy *strategy)
{
	struct teeq_pct pct = { 3, 100 };

	if (strategy->argument)
		memcpy(&pct, strategy->argument, sizeof(pct));
	return in_range(pct);
}

static void pct_start(const struct teeq_strategy *strategy, const struct teeq_model *model,
		      struct teeq_strategy_state *state, uint64_t seed)
{
	struct teeq_pct pct = settings(strategy);
	struct pct_state own = { .step = 0 };
	struct prng prng;

	(void)model;
	prng_seed(&prng, seed, 1);
	own.seed = (uint64_t)prng_next(&prng) << 32 | prng_next(&prng);
	for (unsigned int i = 0; i + 1 < pct.depth; i++)
		own.change_points[i] = (uint16_t)prng_below(&prng, (uint32_t)pct.step_count);
	memcpy(state, &own, sizeof(own));
}

/* Initial priorities are above all that change points give; a later point gives a lower one. */
static uint64_t priority(const struct pct_state *own, unsigned int depth, unsigned int task)
{
	uint8_t bytes[16];

	for (unsigned int i = depth - 1; i-- > 0;)
		if (own->lowered[i] == task + 1)
			return depth - 1 - i;
	hash_put64(bytes, own->seed);
	hash_put64(bytes + 8, task);
	return hash_bytes(bytes, sizeof(bytes)) | UINT64_C(1) << 63;
}

static unsigned int highest(const struct pct_state *own, unsigned int depth, uint64_t enabled)
{
	unsigned int best = (unsigned int)__builtin_ctzll(enabled);

	for (enabled &= enabled - 1; enabled; enabled &= enabled - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(enabled);

		if (priority(own, depth, task) > priority(own, depth, best))
			best = task;
	}
	return best;
}

static int pct_pick(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		    const struct teeq_model *model, const struct teeq_world *world,
		    uint64_t enabled)
{
	unsigned int depth = settings(strategy).depth, task;
	struct pct_state own;

	(void)model;
	(void)world;
	memcpy(&own, state, sizeof(own));
	for (unsigned int i = 0; i + 1 < depth; i++)
		if (own.change_points[i] == own.step && !own.lowered[i])
			own.lowered[i] = (uint8_t)(highest(&own, depth, enabled) + 1);
	task = highest(&own, depth, enabled);
	own.step++;
	memcpy(state, &own, sizeof(own));
	return (int)task;
}

const struct teeq_strategy teeq_strategy_pct = {
	.name = "pct",
	.start = pct_start,
	.pick = pct_pick,
};

double teeq_pct_bound(const struct teeq_pct *pct, size_t task_count)
{
	if (!pct)
		return 0;

	struct teeq_pct used = in_range(*pct);
	double bound = 1.0 / (double)(task_count ? task_count : 1);

	for (unsigned int i = 1; i < used.depth; i++)
		bound /= (double)used.step_count;
	return bound;
}
