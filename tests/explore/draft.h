/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_DRAFT_H
#define TESTS_EXPLORE_DRAFT_H

#include <stdbool.h>

#include "base/prng.h"
#include "generate.h"

/* What the two halves of the generator share: a script in the making. */
struct draft {
	struct generated *g;
	struct prng *prng;
	struct teeq_step steps[24];
	size_t count;
	unsigned int commands; /* the first so many may be called */
	unsigned int cost;     /* calls that it makes, those inside them included */
	bool mistakes;
	uint32_t mechanisms; /* of the whole language, see generate_mechanisms.c; 0: none */
};

static inline bool chance(struct prng *prng, unsigned int percent)
{
	return prng_below(prng, 100) < percent;
}

/* Between @least and @most, both included. */
static inline uint32_t between(struct prng *prng, uint32_t least, uint32_t most)
{
	return least + prng_below(prng, most - least + 1);
}

static inline void add(struct draft *draft, struct teeq_step step)
{
	draft->steps[draft->count++] = step;
}

/* One of the scenario's sessions, of which there must be some. */
const char *draft_session(struct draft *draft);

/* Choose mechanisms, and what of them the scenario has besides scripts. Before any script. */
void mechanism_tables(struct draft *draft);
/* Of the command with that number, before its steps are made: where it runs. */
void mechanism_command(struct draft *draft, unsigned int command);
/* One thing that a command does, if a mechanism has any; at most six steps. */
void mechanism_secure_phrase(struct draft *draft, unsigned int command);
/* A scenario that is made: whether tee-supplicant dies while a call has memory of its. */
void mechanism_memory(struct generated *g, const struct generator *generator, uint64_t seed);
/* On which machine it runs. */
void mechanism_machine(struct generated *g, const struct generator *generator, uint64_t seed);
/* @steps, of which there is one more then: @step before them. */
const struct teeq_step *mechanism_put_before(struct generated *g, struct teeq_step step,
					     const struct teeq_step *steps, size_t *count);
/* Whether these steps take no lock and give none back: they ask, work and wait, and no more. */
static inline bool draft_is_plain(const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].kind != TEEQ_STEP_RPC && steps[i].kind != TEEQ_STEP_WORK &&
		    steps[i].kind != TEEQ_STEP_INTERRUPT && steps[i].kind != TEEQ_STEP_WAIT)
			return false;
	return true;
}

/* What its TAs do when sessions are closed. */
void mechanism_sessions(struct generated *g, const struct generator *generator, uint64_t seed);
/* And what fails in it, now and then. */
void mechanism_results(struct generated *g, uint64_t seed);
/* The same of a client, or of a service; returns whether there was any. At most three steps. */
bool mechanism_phrase(struct draft *draft);
void mechanism_service(struct draft *draft, unsigned int service);
/* Whether a TA is loaded by who opens it first. */
bool mechanism_loads(const struct draft *draft);
void mechanism_client(struct draft *draft, unsigned int client);

#endif
