/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_load.h"
#include "teeq/abi.h"

bool trace_load_is_lock(uint16_t step)
{
	return step == TRACE_RPC_NOTIF_WAIT || step == TRACE_RPC_NOTIF_SEND;
}

/* What a call that its service makes is; too deep, it is none. */
static uint16_t load_inner(struct trace_load *load, struct trace_shape *shape, uint16_t step)
{
	unsigned int inner = step >> 8;

	if (inner == 0)
		return step;
	if (load->shapes[inner - 1].depth >= TRACE_LOAD_DEPTH) {
		load->dropped_inner++;
		return step & 0xff;
	}
	if (load->shapes[inner - 1].depth >= shape->depth)
		shape->depth = load->shapes[inner - 1].depth + 1;
	return step;
}

/* One more step, with room left for the release of the lock. */
static void load_step(const struct trace_load *load, struct trace_shape *shape, uint16_t step,
		      bool *holds)
{
	uint64_t room = load->bounds.steps - (*holds && step != TRACE_RPC_NOTIF_SEND);

	if (trace_load_is_lock(step) && *holds == (step == TRACE_RPC_NOTIF_WAIT))
		return;
	if (step == TRACE_RPC_NOTIF_WAIT)
		room -= room > 0;
	if (shape->step_count > 0 && shape->steps[shape->step_count - 1] == step) {
		shape->merged++;
		return;
	}
	if (shape->step_count >= room) {
		shape->cut++;
		return;
	}
	shape->steps[shape->step_count++] = step;
	if (trace_load_is_lock(step))
		*holds = step == TRACE_RPC_NOTIF_WAIT;
}

/* What is left of a call's RPCs: equal ones in a row are one. */
static struct trace_shape load_shape(struct trace_load *load, const struct trace_call *call)
{
	uint32_t kept = call->shape_count < TRACE_SHAPE_MAX ? call->shape_count : TRACE_SHAPE_MAX;
	struct trace_shape shape = { .purpose = call->purpose, .cut = call->shape_count - kept };
	bool holds = false, waited = false;

	/* Who sends before it waits has taken the lock without waiting. */
	for (uint32_t i = 0; i < kept && !waited && !holds; i++) {
		waited = call->shape[i] == TRACE_RPC_NOTIF_WAIT;
		if (call->shape[i] == TRACE_RPC_NOTIF_SEND)
			load_step(load, &shape, TRACE_RPC_NOTIF_WAIT, &holds);
	}
	for (uint32_t i = 0; i < kept; i++) {
		if (call->shape[i] == TRACE_RPC_FOREIGN && !load->bounds.foreign)
			load->dropped_foreign++;
		else
			load_step(load, &shape, load_inner(load, &shape, call->shape[i]), &holds);
	}
	if (holds)
		load_step(load, &shape, TRACE_RPC_NOTIF_SEND, &holds);
	return shape;
}

static bool load_same(const struct trace_shape *a, const struct trace_shape *b)
{
	return a->purpose == b->purpose && a->step_count == b->step_count &&
	       memcmp(a->steps, b->steps, a->step_count * sizeof(a->steps[0])) == 0;
}

/* Its number, or TRACE_LOAD_SHAPES where there are too many. */
static unsigned int load_find(struct trace_load *load, const struct trace_shape *shape)
{
	unsigned int i = 0;

	while (i < load->shape_count && !load_same(&load->shapes[i], shape))
		i++;
	if (i == TRACE_LOAD_SHAPES)
		return i;
	if (i == load->shape_count)
		load->shapes[load->shape_count++] = *shape;
	else {
		load->shapes[i].merged += shape->merged;
		load->shapes[i].cut += shape->cut;
	}
	load->shapes[i].seen++;
	return i;
}

static void load_count(struct trace_load *load, struct trace_task *task, unsigned int shape)
{
	struct trace_load_task *place;

	if (task->place == 0) {
		if (load->task_count == TRACE_LOAD_TASKS) {
			load->dropped_calls++;
			return;
		}
		task->place = ++load->task_count;
		load->tasks[task->place - 1].task = task;
	}
	place = &load->tasks[task->place - 1];
	for (unsigned int i = 0; i < place->kind_count; i++)
		if (place->kinds[i].shape == shape) {
			place->kinds[i].count++;
			return;
		}
	if (place->kind_count == TRACE_LOAD_KINDS) {
		place->others++;
		return;
	}
	place->kinds[place->kind_count].shape = (uint16_t)shape;
	place->kinds[place->kind_count++].count = 1;
}

static void load_fact(void *argument, enum trace_fact fact, struct trace_call *call, uint64_t time)
{
	struct trace_load *load = argument;
	struct trace_shape shape;
	unsigned int number;

	(void)time;
	if (fact == TRACE_FACT_CALL)
		load->without_rpc_arg |= (call->registers[0] & 0xffff) ==
					 (TEEQ_SMC_CALL_WITH_ARG & 0xffff);
	if (fact != TRACE_FACT_DONE || call->adopted)
		return;
	shape = load_shape(load, call);
	number = load_find(load, &shape);
	if (number == TRACE_LOAD_SHAPES) {
		load->dropped_calls++;
	} else if (!call->nested) {
		load_count(load, call->task, number);
	} else if (call->outer->shape_count == 0 || call->outer->shape_count > TRACE_SHAPE_MAX ||
		   call->outer->shape[call->outer->shape_count - 1] >> 8) {
		load->dropped_inner++;
	} else {
		call->outer->shape[call->outer->shape_count - 1] |=
			(uint16_t)((number + 1) << 8 & 0xff00);
	}
}

void trace_load_start(struct trace_load *load, struct trace_calls *calls)
{
	trace_calls_listen(calls, (struct trace_sink){ load_fact, load });
}
