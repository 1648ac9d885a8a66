/* SPDX-License-Identifier: BSD-2-Clause */
#include "draft.h"

/*
 * What a scenario runs on, drawn after everything else and from numbers of its own: a scenario that gets
 * nothing here is the one that it would have been without.
 */
static const char *const guest_names[] = { "g0", "g1" };

static const char *any_guest(struct prng *prng)
{
	return chance(prng, 50) ? guest_names[1] : chance(prng, 50) ? guest_names[0] : NULL;
}

static void make_guest(struct prng *prng, struct teeq_guest_spec *guest, const char *name)
{
	*guest = (struct teeq_guest_spec){ .name = name };
	if (chance(prng, 35))
		guest->call_limit = between(prng, 1, 2);
	if (chance(prng, 40))
		guest->thread_count = chance(prng, 50) ? TEEQ_GUEST_THREADS_UNKNOWN : between(prng, 1, 3);
	guest->no_supplicant = chance(prng, 25);
}

/* Threads of their own, of one guest or of both: what nobody would share must not be there. */
static void add_guest_threads(struct generated *g, uint64_t seed)
{
	struct teeq_scenario *scenario = &g->scenario;
	struct prng prng;

	prng_seed(&prng, seed, 0x706f);
	for (size_t i = 0; i < scenario->guest_count; i++) {
		if (chance(&prng, 60))
			continue;
		g->guests[i].threads = between(&prng, 1, 2);
		if (g->guests[i].threads < scenario->static_system_count)
			scenario->static_system_count = g->guests[i].threads;
	}
	if (scenario->guest_count > 0 && g->guests[0].threads > 0 && g->guests[1].threads > 0)
		scenario->thread_count = scenario->lost_count = 0;
	for (size_t i = 0; i < scenario->fault_count && scenario->guest_count > 0; i++)
		if (g->faults[i].kind == TEEQ_FAULT_THREAD_LOST)
			g->faults[i].guest = any_guest(&prng);
}

/* A context would have to be of one guest: who has one has no guests. */
static void add_guests(struct generated *g, struct prng *prng)
{
	struct teeq_scenario *scenario = &g->scenario;

	if (scenario->context_count > 0)
		return;
	make_guest(prng, &g->guests[0], guest_names[0]);
	make_guest(prng, &g->guests[1], guest_names[1]);
	scenario->guests = g->guests;
	scenario->guest_count = 2;
	for (size_t i = 0; i < scenario->session_count; i++)
		g->sessions[i].guest = any_guest(prng);
	for (size_t i = 0; i < scenario->client_count; i++)
		g->clients[i].guest = any_guest(prng);
	for (size_t i = 0; i < scenario->fault_count; i++)
		if (g->faults[i].kind == TEEQ_FAULT_SUPPLICANT_DIES)
			g->faults[i].guest = any_guest(prng);
}

/* Some bound to a CPU, of two priorities, and drivers that do not yield. */
static void add_processors(struct generated *g, struct prng *prng)
{
	struct teeq_scenario *scenario = &g->scenario;

	if (scenario->cpu_count == 0)
		scenario->cpu_count = between(prng, 1, 2);
	scenario->no_resched = chance(prng, 50);
	for (size_t i = 0; i < scenario->client_count; i++) {
		if (chance(prng, 20))
			continue;
		g->clients[i].cpu = between(prng, 1, scenario->cpu_count);
		g->clients[i].priority = chance(prng, 50) ? 0 : between(prng, 1, 2);
	}
}

/* Polls in place of what else waits for events, and of interrupts. */
static void add_polls(struct generated *g, struct prng *prng)
{
	static const char *const event_names[] = { "e0", "e1" };
	struct teeq_scenario *scenario = &g->scenario;

	for (size_t i = 0; i < g->step_count && scenario->event_count > 0; i++) {
		struct teeq_step *step = &g->steps[i];

		if (step->kind != TEEQ_STEP_AWAIT && step->kind != TEEQ_STEP_INTERRUPT)
			continue;
		if (step->kind == TEEQ_STEP_INTERRUPT)
			step->name = event_names[prng_below(prng, (uint32_t)scenario->event_count)];
		step->kind = TEEQ_STEP_POLL;
	}
}

void mechanism_machine(struct generated *g, const struct generator *generator, uint64_t seed)
{
	struct prng prng;

	prng_seed(&prng, seed, 0x6d61);
	if (chance(&prng, 15) && !generator->one_guest)
		add_guests(g, &prng);
	add_guest_threads(g, seed);
	if (chance(&prng, 12))
		add_processors(g, &prng);
	if (chance(&prng, 25))
		add_polls(g, &prng);
}
