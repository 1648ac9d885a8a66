/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_BUILDER_H
#define REPORT_BUILDER_H

#include "report/graph.h"

/* The graph while it grows. The edges being added belong to @edge's waiter. */
struct builder {
	const struct teeq_model *model;
	const struct teeq_world *world;
	struct teeq_wait_graph *graph;
	size_t capacity;
	bool failed;
	struct teeq_task_view view; /* of the waiter */
	struct teeq_wait_edge edge; /* what the next edges have in common */
	size_t first; /* the waiter's first edge */
	/* Who may still do what was asked for last, as bits. */
	uint64_t who_may;
	enum teeq_effect asked_effect;
	unsigned int asked_object;
	bool asked;
};

/* One more edge, to @holder; -1: to nobody. */
void builder_add(struct builder *builder, int holder, unsigned int holder_level);
/* An edge to nobody, where the waiter has got none yet: the report says that nobody is left. */
void builder_add_nobody(struct builder *builder);
/* Whether @task runs in the waiter's guest. */
bool builder_is_neighbour(const struct builder *builder, unsigned int task);
/* To all who may still have @effect, or to nobody. */
void builder_add_may(struct builder *builder, enum teeq_effect effect, unsigned int object);

/* waits.c: why @task cannot move; nothing where it can, or has finished. */
void builder_add_waiter(struct builder *builder, unsigned int task);

#endif
