/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "draft.h"

/*
 * What TAs do besides in scenarios that are made, drawn as what fails is, from numbers of its own: they do
 * something when a session of theirs is closed, and commands close sessions where they opened or invoked.
 */
static const char *const command_names[] = { "c0", "c1", "c2" };

/* One that leaves the locks of others alone: what it takes in a close it must give back there. */
static bool runs_plain(const struct generated *g, const char *name)
{
	const struct teeq_script_spec *spec = g->commands;

	while (strcmp(spec->name, name) != 0)
		spec++;
	return draft_is_plain(spec->steps, spec->step_count);
}

static bool loads(const struct generated *g)
{
	for (size_t i = 0; i < g->scenario.ta_count; i++)
		if (g->tas[i].load_count > 0)
			return true;
	return false;
}

/* All steps lie in one of two arrays, whoever's they are. */
static struct teeq_step *own(struct generated *g, const struct teeq_step *step)
{
	for (size_t i = 0; i < g->extra_count; i++)
		if (&g->extra[i] == step)
			return &g->extra[i];
	return &g->steps[step - g->steps];
}

static void change_closes(struct generated *g, struct prng *prng, const struct teeq_step *steps,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct teeq_step *step = own(g, &steps[i]);
		const char *name = loads(g) ? command_names[1] : command_names[prng_below(prng, 3)];

		if (step->kind == TEEQ_STEP_CLOSE && runs_plain(g, name) && chance(prng, 70))
			step->name = name;
		change_closes(g, prng, step->steps, step->step_count);
	}
}

static void change_command(struct generated *g, struct prng *prng, const struct teeq_step *steps,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct teeq_step *step = own(g, &steps[i]);
		bool inside = step->kind == TEEQ_STEP_INVOKE || step->kind == TEEQ_STEP_OPEN;

		if (inside && runs_plain(g, step->name) && chance(prng, 40))
			step->kind = TEEQ_STEP_CLOSE;
		step->unmasked = step->kind == TEEQ_STEP_SUSPEND && chance(prng, 70);
		change_command(g, prng, step->steps, step->step_count);
	}
}

/* A client that begins by closing a session which others call a TA in, or would. */
static void close_first(struct generated *g, struct prng *prng)
{
	struct teeq_client_spec *last = &g->clients[g->scenario.client_count - 1];
	struct teeq_step close = TEEQ_CLOSE(g->sessions[0].name);

	close.name = command_names[between(prng, 1, 2)];
	if (runs_plain(g, close.name))
		last->steps = mechanism_put_before(g, close, last->steps, &last->step_count);
}

static void begin_with(struct generated *g, size_t client, struct teeq_step step)
{
	struct teeq_client_spec *spec = &g->clients[client];

	spec->steps = mechanism_put_before(g, step, spec->steps, &spec->step_count);
}

/* A call that sleeps, a cancel of its session, and now and then a signal: chance seldom brings them together. */
static void cancel_first(struct generated *g, struct prng *prng)
{
	struct teeq_step sleep = TEEQ_TICKS(TEEQ_STEP_SUSPEND, between(prng, 1, 2));
	const char *session = g->sessions[0].name;
	struct teeq_step cancel = { .kind = TEEQ_STEP_CANCEL, .session = session };
	size_t last = g->scenario.client_count - 1;

	sleep.unmasked = true;
	g->commands[1].steps = mechanism_put_before(g, sleep, g->commands[1].steps,
						    &g->commands[1].step_count);
	if (chance(prng, 40))
		begin_with(g, last, (struct teeq_step)TEEQ_STEP_OF(
				chance(prng, 50) ? TEEQ_STEP_KILL : TEEQ_STEP_FREEZE,
				g->clients[0].name));
	begin_with(g, last, cancel);
	begin_with(g, 0, (struct teeq_step)TEEQ_CALL(command_names[1], session));
}

void mechanism_sessions(struct generated *g, const struct generator *generator, uint64_t seed)
{
	struct prng prng;

	prng_seed(&prng, seed, 0x636c);
	if (!chance(&prng, 40))
		return;
	if (g->states <= generator->states / 4 && g->scenario.session_count > 0 &&
	    g->scenario.client_count > 1 && chance(&prng, 25))
		cancel_first(g, &prng);
	for (size_t i = 0; i < g->scenario.client_count; i++)
		change_closes(g, &prng, g->clients[i].steps, g->clients[i].step_count);
	if (g->scenario.ta_count > 0 && !loads(g) && g->scenario.session_count > 0 &&
	    g->scenario.channel_count == 0 && chance(&prng, 50))
		close_first(g, &prng);
	for (size_t i = 1; i < g->scenario.command_count; i++)
		change_command(g, &prng, g->commands[i].steps, g->commands[i].step_count);
}
