/* SPDX-License-Identifier: BSD-2-Clause */
#include "draft.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const lock_names[] = { "l0", "l1" };
static const char *const event_names[] = { "e0", "e1" };
static const char *const barrier_names[] = { "b0", "b1" };
static const char *const session_names[] = { "s0", "s1", "s2" };
static const char *const command_names[] = { "c0", "c1", "c2" };
static const char *const service_names[] = { "r0", "r1" };
static const char *const client_names[] = { "x", "y", "z" };

/* The draft's steps from @from on move to where they can stay. */
static const struct teeq_step *keep(struct draft *draft, size_t from, size_t *count)
{
	struct generated *g = draft->g;
	struct teeq_step *kept = &g->steps[g->step_count];

	*count = draft->count - from;
	memcpy(kept, &draft->steps[from], *count * sizeof(*kept));
	g->step_count += *count;
	draft->count = from;
	return kept;
}

/* Put the steps from @from on into a repeat of two turns. */
static void repeat_from(struct draft *draft, size_t from, unsigned int cost_before)
{
	size_t count;
	const struct teeq_step *steps = keep(draft, from, &count);

	add(draft, (struct teeq_step)TEEQ_REPEAT(2, steps, count));
	draft->cost += draft->cost - cost_before;
}

/* ------------------------------------- clients and services ----------------------------------- */

const char *draft_session(struct draft *draft)
{
	return session_names[prng_below(draft->prng, (uint32_t)draft->g->scenario.session_count)];
}

static void add_call(struct draft *draft)
{
	unsigned int command = prng_below(draft->prng, draft->commands);
	bool named = draft->g->scenario.session_count > 0 && chance(draft->prng, 65);
	const char *session = named ? draft_session(draft) : NULL;

	if (command == 0 && chance(draft->prng, 30))
		add(draft, (struct teeq_step)TEEQ_CALL(NULL, session));
	else
		add(draft, (struct teeq_step)TEEQ_CALL(command_names[command], session));
	draft->cost += draft->g->command_costs[command];
}

static void add_locked(struct draft *draft)
{
	struct prng *prng = draft->prng;
	uint32_t lock = prng_below(prng, (uint32_t)draft->g->scenario.lock_count);

	if (!draft->mistakes || !chance(prng, 8))
		add(draft, (struct teeq_step)TEEQ_LOCK(lock_names[lock]));
	if (chance(prng, 80))
		add_call(draft);
	add(draft, (struct teeq_step)TEEQ_UNLOCK(lock_names[lock]));
}

static void add_event(struct draft *draft)
{
	uint32_t event = prng_below(draft->prng, (uint32_t)draft->g->scenario.event_count);

	if (chance(draft->prng, 40))
		add(draft, (struct teeq_step)TEEQ_AWAIT(event_names[event]));
	else
		add(draft, (struct teeq_step)TEEQ_SIGNAL(event_names[event]));
}

static void add_barrier(struct draft *draft)
{
	uint32_t barrier = prng_below(draft->prng, (uint32_t)draft->g->scenario.barrier_count);

	add(draft, (struct teeq_step)TEEQ_BARRIER(barrier_names[barrier]));
}

static void add_session_step(struct draft *draft)
{
	const char *session = draft_session(draft);

	switch (prng_below(draft->prng, 5)) {
	case 0:
	case 1:
		add(draft, (struct teeq_step)TEEQ_RESERVE(session));
		return;
	case 2:
		add(draft, (struct teeq_step)TEEQ_RELEASE(session));
		return;
	case 3:
		/* A session is of one TA, so they are opened in one way, or not at all. */
		if (mechanism_loads(draft) && draft->commands < 2)
			return;
		add(draft, (struct teeq_step)TEEQ_OPEN(session));
		if (draft->mechanisms && draft->commands > 0 && chance(draft->prng, 40))
			draft->steps[draft->count - 1].name =
				command_names[prng_below(draft->prng, draft->commands)];
		if (mechanism_loads(draft))
			draft->steps[draft->count - 1].name = command_names[1];
		break;
	default:
		add(draft, (struct teeq_step)TEEQ_CLOSE(session));
		break;
	}
	draft->cost++;
}

/* One thing that somebody does: up to three steps. */
static void add_phrase(struct draft *draft)
{
	const struct teeq_scenario *scenario = &draft->g->scenario;
	uint32_t kind;

	if (draft->mechanisms && chance(draft->prng, 50) && mechanism_phrase(draft))
		return;
	kind = prng_below(draft->prng, 100);
	if (kind < 20 && scenario->lock_count > 0)
		add_locked(draft);
	else if (kind >= 20 && kind < 38 && scenario->event_count > 0)
		add_event(draft);
	else if (kind >= 38 && kind < 44 && scenario->barrier_count > 0)
		add_barrier(draft);
	else if (kind >= 44 && kind < 56 && scenario->session_count > 0)
		add_session_step(draft);
	else
		add_call(draft);
}

static void add_phrases(struct draft *draft, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int cost = draft->cost;
		size_t from = draft->count;

		add_phrase(draft);
		/* A repeat in which nothing takes time is refused; a call does. */
		if (draft->cost > cost && chance(draft->prng, 8))
			repeat_from(draft, from, cost);
	}
}

/* ---------------------------------------- the tables ------------------------------------------ */

static void make_service(struct draft *draft, unsigned int service)
{
	struct teeq_service_spec *spec = &draft->g->services[service];

	draft->commands = service + 1;
	draft->cost = 0;
	add_phrases(draft, between(draft->prng, 0, 2));
	spec->name = service_names[service];
	spec->by = TEEQ_SERVED_BY_CALLER;
	if (draft->mechanisms)
		mechanism_service(draft, service);
	spec->steps = keep(draft, 0, &spec->step_count);
	draft->g->service_costs[service] = draft->cost;
}

/* What it does besides RPCs: before them, so that these come while something is held. */
static void add_mechanisms(struct draft *draft, unsigned int command)
{
	uint32_t count = between(draft->prng, 0, command ? 2 : 1);

	mechanism_command(draft, command);
	for (uint32_t i = 0; i < count; i++)
		mechanism_secure_phrase(draft, command);
	draft->cost += (unsigned int)(draft->count + 1) / 2;
}

/* @services: how many of them it may ask for; none for an empty command. */
static void make_command(struct draft *draft, unsigned int command, unsigned int services)
{
	struct teeq_script_spec *spec = &draft->g->commands[command];
	uint32_t count = services ? between(draft->prng, 1, chance(draft->prng, 25) ? 2 : 1) : 0;

	draft->cost = 1;
	if (draft->mechanisms)
		add_mechanisms(draft, command);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t service = services - 1 - (chance(draft->prng, 30) ? services - 1 : 0);

		add(draft, (struct teeq_step)TEEQ_RPC(service_names[service]));
		draft->cost += draft->g->service_costs[service];
	}
	if (count > 0 && chance(draft->prng, 10))
		repeat_from(draft, 0, 1);
	spec->name = command_names[command];
	spec->steps = keep(draft, 0, &spec->step_count);
	draft->g->command_costs[command] = draft->cost;
}

static void make_clients(struct draft *draft, bool alike)
{
	struct generated *g = draft->g;
	struct teeq_scenario *scenario = &g->scenario;
	uint32_t left = 4;

	scenario->client_count = alike ? 1 : between(draft->prng, 1, 3);
	for (unsigned int i = 0; i < scenario->client_count; i++) {
		struct teeq_client_spec *spec = &g->clients[i];
		uint32_t most = left - ((uint32_t)scenario->client_count - 1 - i);

		spec->name = client_names[i];
		spec->count = alike ? between(draft->prng, 2, most) :
				      between(draft->prng, 1, most < 3 ? most : 3);
		spec->stage = chance(draft->prng, 20) ? 2 : 1;
		left -= spec->count;
		draft->commands = 3;
		draft->cost = 0;
		if (draft->mechanisms)
			mechanism_client(draft, i);
		add_phrases(draft, between(draft->prng, 1, 3));
		for (uint32_t task = 0; task < spec->count; task++)
			g->states *= 5 * draft->cost + (double)draft->count;
		spec->steps = keep(draft, 0, &spec->step_count);
	}
}

static void make_names(struct generated *g, const struct generator *generator, struct prng *prng)
{
	struct teeq_scenario *scenario = &g->scenario;

	scenario->name = "generated";
	scenario->thread_count = between(prng, 1, 3);
	if (!generator->no_lost && scenario->thread_count > 1)
		scenario->lost_count = chance(prng, 15);
	scenario->static_system_count = between(prng, 0, scenario->thread_count > 2 ? 2 : 1);
	scenario->abi = chance(prng, 15) ? TEEQ_ABI_FFA : TEEQ_ABI_SMC;
	scenario->lock_count = between(prng, 0, LENGTH(lock_names));
	scenario->event_count = between(prng, 0, LENGTH(event_names));
	scenario->barrier_count = chance(prng, 70) ? 0 : between(prng, 1, LENGTH(barrier_names));
	scenario->session_count = between(prng, 0, LENGTH(session_names));
	for (size_t i = 0; i < scenario->barrier_count; i++)
		g->barriers[i] = (struct teeq_barrier_spec){ barrier_names[i],
							     between(prng, 1, 3) };
	for (size_t i = 0; i < scenario->session_count; i++)
		g->sessions[i] = (struct teeq_session_spec){ .name = session_names[i],
							     .system = chance(prng, 60) };
	scenario->locks = lock_names;
	scenario->events = event_names;
	scenario->barriers = g->barriers;
	scenario->sessions = g->sessions;
}

static void make(struct generated *g, const struct generator *generator, struct prng *prng)
{
	struct draft draft = { .g = g, .prng = prng };

	memset(g, 0, sizeof(*g));
	g->states = 1;
	make_names(g, generator, prng);
	draft.mistakes = !generator->no_mistakes;
	if (generator->mechanisms)
		mechanism_tables(&draft);
	make_command(&draft, 0, 0);
	make_service(&draft, 0);
	make_command(&draft, 1, 1);
	make_service(&draft, 1);
	make_command(&draft, 2, 2);
	make_clients(&draft, generator->alike);
	g->scenario.commands = g->commands;
	g->scenario.command_count = LENGTH(g->commands);
	g->scenario.services = g->services;
	g->scenario.service_count = LENGTH(g->services);
	g->scenario.clients = g->clients;
}

void generate(struct generated *g, const struct generator *generator, uint64_t seed)
{
	struct prng prng;

	prng_seed(&prng, seed, 0x7465);
	do
		make(g, generator, &prng);
	while (g->states > generator->states);
	if (generator->mechanisms && generator->memory)
		mechanism_memory(g, generator, seed);
	if (generator->mechanisms && !generator->no_machine)
		mechanism_machine(g, generator, seed);
	if (generator->mechanisms && generator->results) {
		mechanism_sessions(g, generator, seed);
		mechanism_results(g, seed);
	}
}
