/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "draft.h"

/*
 * Memory that tee-supplicant allocates for a call, and its death while the call has it; drawn after the
 * scripts and from numbers of its own, as the machine is. Chance alone brings the three together too
 * seldom: an allocation, something behind it in the same command, and a tee-supplicant that dies there.
 */
static void serve(struct generated *g, struct prng *prng)
{
	struct teeq_scenario *scenario = &g->scenario;

	g->services[0].by = TEEQ_SERVED_BY_SUPPLICANT;
	g->services[0].kind = TEEQ_RPC_KIND_SHM_ALLOC;
	if (chance(prng, 60))
		g->services[1].by = TEEQ_SERVED_BY_SUPPLICANT;
	if (chance(prng, 30))
		g->services[1].kind = TEEQ_RPC_KIND_SHM_FREE;
	if (scenario->supplicant_threads == 0) {
		scenario->supplicant_threads = 1;
		scenario->supplicant_wait = (enum teeq_supplicant_wait)between(prng, 0, 2);
	}
}

/* An allocation before what a script has already; or what starts tee-supplicant again. */
const struct teeq_step *mechanism_put_before(struct generated *g, struct teeq_step step,
					      const struct teeq_step *steps, size_t *count)
{
	struct teeq_step *to = &g->extra[g->extra_count];

	if (g->extra_count + *count + 1 > GENERATED_EXTRA_MAX)
		return steps;
	to[0] = step;
	if (*count > 0)
		memcpy(to + 1, steps, *count * sizeof(*steps));
	(*count)++;
	g->extra_count += *count;
	return to;
}

static void let_it_die(struct generated *g)
{
	static const char *const fault_names[] = { "f0", "f1" };
	struct teeq_scenario *scenario = &g->scenario;

	if (scenario->fault_count == 2)
		return;
	g->faults[scenario->fault_count] = (struct teeq_fault_spec){
		.name = fault_names[scenario->fault_count],
		.kind = TEEQ_FAULT_SUPPLICANT_DIES,
		.times = 1
	};
	scenario->faults = g->faults;
	scenario->fault_count++;
}

void mechanism_memory(struct generated *g, const struct generator *generator, uint64_t seed)
{
	struct teeq_scenario *scenario = &g->scenario;
	struct prng prng;

	prng_seed(&prng, seed, 0x6d65);
	if (g->states > generator->states / 2 || !chance(&prng, 20))
		return;
	serve(g, &prng);
	for (unsigned int i = 1; i < scenario->command_count; i++)
		if (i > 1 || chance(&prng, 50))
			g->commands[i].steps =
				mechanism_put_before(g, (struct teeq_step)TEEQ_RPC("r0"),
					   g->commands[i].steps, &g->commands[i].step_count);
	let_it_die(g);
	if (chance(&prng, 50)) {
		struct teeq_client_spec *last = &g->clients[scenario->client_count - 1];

		last->steps = mechanism_put_before(
			g, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_START, TEEQ_SUPPLICANT_NAME),
			last->steps, &last->step_count);
	}
}
