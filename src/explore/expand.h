/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_EXPAND_H
#define EXPLORE_EXPAND_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/canon.h"
#include "explore/reduce.h"
#include "explore/store.h"

/*
 * From a canonical state to its successors: one action of one task, then whatever nobody else can
 * see, then the canonical form. Pure but for the buffers, of which each worker has its own.
 */
struct expander {
	struct canon canon;
	struct reduce reduce;
	bool tells_last;          /* a state is a world and who moved last, faults apart */
	size_t size;              /* of a state, bytes */
	struct teeq_world *moved; /* after the actions */
	struct teeq_world *form;  /* its canonical form */
	counter actions;          /* performed so far */
};

/* Nobody's invisible actions are followed further than this at once. */
#define EXPAND_CHAIN_MAX 1000

bool expander_init(struct expander *expander, const struct teeq_model *m,
		   const struct teeq_explore_options *options);
void expander_free(struct expander *expander);

/* A state that is not filled in, to be given to teeq_world_free(); NULL: no memory. */
struct teeq_world *expander_state_new(const struct expander *expander);

/* The state in which @world is and nobody has moved; @order as canon_apply(). */
void expander_start(const struct expander *expander, struct teeq_world *state,
		    const struct teeq_world *world, uint8_t order[TEEQ_TASK_MAX]);

/* How many preemptions it costs to let @task move in @state, of a search that counts them. */
unsigned int expander_preempts(const struct expander *expander, const struct teeq_world *state,
			       unsigned int task, uint64_t enabled);

/*
 * A move is that of a task; or, MOVE_STOPS more, of one who is woken
 * and consumes that, and goes back to the tail by another move.
 */
#define MOVE_STOPS TEEQ_TASK_MAX
_Static_assert(2 * MOVE_STOPS <= UINT8_MAX + 1, "a move has 8 bits");

static inline unsigned int move_task(unsigned int move)
{
	return move % MOVE_STOPS;
}

/* The moves that must be tried in @w. */
struct choices expander_choices(const struct expander *expander, const struct teeq_world *w,
				uint64_t enabled);

/* One after the other; there must be one left. */
unsigned int choices_take(struct choices *choices);

static inline bool choices_left(const struct choices *choices)
{
	return (choices->tasks | choices->stops) != 0;
}

bool choices_have(const struct choices *choices, unsigned int move);

/*
 * Make @move in @from; the canonical form of what results is written to @form. Returns the
 * number of actions performed; their tasks go to @chain where it is not NULL (EXPAND_CHAIN_MAX
 * entries), @order as canon_apply().
 */
unsigned int expander_move(struct expander *expander, const struct teeq_world *from,
			   unsigned int move, struct teeq_world *form, uint8_t *chain,
			   uint8_t order[TEEQ_TASK_MAX]);

/* The fingerprint of a state; never zero. */
uint64_t expander_fingerprint(const struct expander *expander, const struct teeq_world *form);

/*
 * Whether somebody sleeps in @w although it would be admitted, and nobody is on the way to what is
 * free: no caller that was woken and has not got its thread yet, or that is about to leave and
 * wake.
 */
bool world_is_stranded(const struct teeq_model *m, const struct teeq_world *w);

#endif
