/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "draft.h"

/*
 * What fails in a scenario that is made, and what is done about it; drawn as the machine is, from numbers of
 * its own. What there was is put into a try or a retry.
 */
static const char *const errors[] = { "busy", "communication", "generic", "eio" };

static const char *any_error(struct prng *prng)
{
	return errors[prng_below(prng, 4)];
}

static bool can_fail(const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].kind == TEEQ_STEP_CALL || steps[i].kind == TEEQ_STEP_OPEN ||
		    steps[i].kind == TEEQ_STEP_RESERVE || steps[i].kind == TEEQ_STEP_CANCEL)
			return true;
	return false;
}

/* A call with buffers cannot be tried. */
static bool has_buffers(const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if ((steps[i].kind == TEEQ_STEP_CALL && steps[i].times > 0) ||
		    has_buffers(steps[i].steps, steps[i].step_count))
			return true;
	return false;
}

static struct teeq_step *take(struct generated *g, size_t count)
{
	g->extra_count += count;
	return &g->extra[g->extra_count - count];
}

/* The steps that there were, and behind them a failure, or none. */
static const struct teeq_step *append_failure(struct generated *g, struct prng *prng,
					      const struct teeq_step *steps, size_t *count)
{
	struct teeq_step *to;

	if (*count > GENERATED_EXTRA_MAX - 4 - g->extra_count)
		return steps;
	to = take(g, *count + 1);
	memcpy(to, steps, *count * sizeof(*steps));
	to[*count] = (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_FAIL, any_error(prng));
	(*count)++;
	return to;
}

static const struct teeq_step *wrap(struct generated *g, struct prng *prng,
				    const struct teeq_step *steps, size_t *count)
{
	struct teeq_step *to = take(g, 1);
	struct teeq_handler *handlers = &g->handlers[g->handler_count];
	bool again = chance(prng, 40);

	*to = (struct teeq_step){ .kind = again ? TEEQ_STEP_RETRY : TEEQ_STEP_TRY,
				  .steps = steps,
				  .step_count = *count };
	if (again) {
		to->times = chance(prng, 25) ? 0 : 2;
		to->name = chance(prng, 50) ? any_error(prng) : NULL;
		g->states *= 2;
	} else {
		uint32_t first = prng_below(prng, 4), second = first + between(prng, 1, 3);

		handlers[0] = (struct teeq_handler){ .error = errors[first] };
		handlers[1] = (struct teeq_handler){ .error = chance(prng, 50) ?
								      errors[second % 4] :
								      NULL };
		to->handlers = handlers;
		to->handler_count = 2;
		g->handler_count += 2;
	}
	*count = 1;
	return to;
}

static void fail_client(struct generated *g, struct prng *prng)
{
	struct teeq_client_spec *client =
		&g->clients[prng_below(prng, (uint32_t)g->scenario.client_count)];

	if (has_buffers(client->steps, client->step_count))
		return;
	if (chance(prng, 50) || !can_fail(client->steps, client->step_count))
		client->steps = append_failure(g, prng, client->steps, &client->step_count);
	if (can_fail(client->steps, client->step_count) ||
	    client->steps[client->step_count - 1].kind == TEEQ_STEP_FAIL)
		client->steps = wrap(g, prng, client->steps, &client->step_count);
}

void mechanism_results(struct generated *g, uint64_t seed)
{
	struct prng prng;

	prng_seed(&prng, seed, 0x7265);
	if (!chance(&prng, 12))
		return;
	if (chance(&prng, 70)) {
		struct teeq_service_spec *service = &g->services[0];

		service->steps = append_failure(g, &prng, service->steps, &service->step_count);
	}
	for (size_t i = 1; i < g->scenario.command_count; i++)
		if (chance(&prng, 50) && g->commands[i].step_count > 0 &&
		    draft_is_plain(g->commands[i].steps, g->commands[i].step_count))
			g->commands[i].steps =
				wrap(g, &prng, g->commands[i].steps, &g->commands[i].step_count);
	fail_client(g, &prng);
	for (size_t i = 0; i < g->scenario.fault_count; i++)
		if (g->faults[i].kind == TEEQ_FAULT_CALL_FAILS ||
		    g->faults[i].kind == TEEQ_FAULT_OPEN_FAILS)
			g->faults[i].error = any_error(&prng);
}
