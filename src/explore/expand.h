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
	struct teeq_world *moved; /* after the actions */
	struct teeq_world *form;  /* its canonical form */
	counter actions;          /* performed so far */
};

/* Nobody's invisible actions are followed further than this at once. */
#define EXPAND_CHAIN_MAX 1000

bool expander_init(struct expander *expander, const struct teeq_model *m,
		   const struct teeq_explore_options *options);
void expander_free(struct expander *expander);

/* The tasks whose moves must be tried in @w. */
uint64_t expander_choices(const struct expander *expander, const struct teeq_world *w,
			  uint64_t enabled);

/*
 * Let @task move in @from; the canonical form of what results is written to @form. Returns the
 * number of actions performed; their tasks go to @chain where it is not NULL (EXPAND_CHAIN_MAX
 * entries), @order as canon_apply().
 */
unsigned int expander_move(struct expander *expander, const struct teeq_world *from,
			   unsigned int task, struct teeq_world *form, uint8_t *chain,
			   uint8_t order[TEEQ_TASK_MAX]);

/* The fingerprint of a canonical state; never zero. */
uint64_t expander_fingerprint(const struct expander *expander, const struct teeq_world *form);

/*
 * Whether somebody sleeps in @w although it would be admitted, and nobody is on the way to what is
 * free: no caller that was woken and has not got its thread yet, or that is about to leave and
 * wake.
 */
bool world_is_stranded(const struct teeq_model *m, const struct teeq_world *w);

#endif
