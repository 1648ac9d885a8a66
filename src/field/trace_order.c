/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/trace_order.h"

void trace_order_start(struct trace_order *order)
{
	order->first = order->count = 0;
	order->released = order->swapped = order->too_late = 0;
	order->spare_count = TRACE_ORDER_SIZE;
	for (unsigned int i = 0; i < TRACE_ORDER_SIZE; i++)
		order->spare[i] = (uint16_t)(TRACE_ORDER_SIZE - 1 - i);
}

bool trace_order_is_full(const struct trace_order *order)
{
	return order->spare_count == 0;
}

struct trace_ordered *trace_order_place(struct trace_order *order)
{
	return &order->places[order->spare[order->spare_count - 1]];
}

static uint16_t *order_at(struct trace_order *order, unsigned int index)
{
	return &order->order[(order->first + index) % TRACE_ORDER_SIZE];
}

void trace_order_put(struct trace_order *order)
{
	uint16_t place = order->spare[--order->spare_count];
	uint64_t time = order->places[place].event.time;
	unsigned int at = order->count++;

	if (time < order->released)
		order->too_late++;
	for (; at > 0 && order->places[*order_at(order, at - 1)].event.time > time; at--)
		*order_at(order, at) = *order_at(order, at - 1);
	*order_at(order, at) = place;
	order->swapped += at + 1 < order->count;
}

const struct trace_ordered *trace_order_take(struct trace_order *order)
{
	uint16_t place;

	if (order->count == 0)
		return NULL;
	place = *order_at(order, 0);
	order->first = (order->first + 1) % TRACE_ORDER_SIZE;
	order->count--;
	order->spare[order->spare_count++] = place;
	if (order->places[place].event.time < order->released)
		order->places[place].event.time = order->released;
	order->released = order->places[place].event.time;
	return &order->places[place];
}

void trace_order_again(struct trace_order *order)
{
	order->released = 0;
}
