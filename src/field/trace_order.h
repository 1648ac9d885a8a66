/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_ORDER_H
#define FIELD_TRACE_ORDER_H

#include "field/trace_line.h"

/*
 * Events in the order of their times. A buffer that is read while it is written (trace_pipe) comes
 * processor by processor, so that lines may be early by some milliseconds: the last
 * TRACE_ORDER_SIZE events are held back, and what has a smaller time gets in before those with a
 * greater one.
 */
#define TRACE_ORDER_SIZE 2048u

/*
 * @before  what came before the event, in the file
 */
enum {
	TRACE_BEFORE_LOST = 1,
	TRACE_BEFORE_AGAIN = 2
};
struct trace_ordered {
	unsigned int before;
	struct trace_event event;
};

/*
 * @order     of the places, by time: @count of them from @first on, around the end
 * @swapped   events that were early
 * @too_late  events that came when a later one had been given out: they are taken to be as late
 */
struct trace_order {
	struct trace_ordered places[TRACE_ORDER_SIZE];
	uint16_t order[TRACE_ORDER_SIZE];
	uint16_t spare[TRACE_ORDER_SIZE];
	unsigned int first;
	unsigned int count;
	unsigned int spare_count;
	uint64_t released;
	uint64_t swapped;
	uint64_t too_late;
};

void trace_order_start(struct trace_order *order);
bool trace_order_is_full(const struct trace_order *order);
/* Where the next event is to be written, of one that is not full; then it is put by its time. */
struct trace_ordered *trace_order_place(struct trace_order *order);
void trace_order_put(struct trace_order *order);
/* The first of them, which stays valid until the next is put; NULL: none. */
const struct trace_ordered *trace_order_take(struct trace_order *order);
/* Behind what comes next nothing earlier counts: another recording. */
void trace_order_again(struct trace_order *order);

#endif
