/* SPDX-License-Identifier: BSD-2-Clause */
#include "mistake.h"

#include "teeq/abi.h"

/* Those that the generator gives, so that they mostly mean something, and some that are none. */
static const char *any_name(unsigned int value)
{
	static const char *const names[] = {
		"l0", "l1", "e0", "e1", "b0", "s0", "s1", "s2", "c0", "c1", "c2", "r0",
		"r1", "x", "y", "z", "m0", "m1", "v0", "n0", "n1", "t0", "t1", "k0",
		"k1", "h0", "d0", "f0", NULL, NULL, TEEQ_SUPPLICANT_NAME, "Bad name",
	};

	return names[value % 32];
}

static uint32_t any_number(unsigned int value)
{
	static const uint32_t numbers[] = {
		0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 64, 255, 256, 65535, 65536, UINT32_MAX,
	};

	return numbers[value % 16];
}

static void mistake_in_step(struct generated *g, const struct mistake *mistake)
{
	struct teeq_step *step;

	if (g->step_count == 0)
		return;
	step = &g->steps[mistake->entry % g->step_count];
	switch (mistake->field % 4) {
	case 0:
		step->kind = (enum teeq_step_kind)(mistake->value % (TEEQ_STEP_KIND_COUNT + 1));
		break;
	case 1:
		step->name = any_name(mistake->value);
		break;
	case 2:
		step->session = any_name(mistake->value);
		break;
	default:
		step->times = any_number(mistake->value);
		break;
	}
}

static void mistake_in_client(struct generated *g, const struct mistake *mistake)
{
	struct teeq_client_spec *client = &g->clients[mistake->entry % 3];

	switch (mistake->field % 5) {
	case 0:
		client->name = any_name(mistake->value);
		break;
	case 1:
		client->count = any_number(mistake->value);
		break;
	case 2:
		client->stage = any_number(mistake->value);
		break;
	case 3:
		client->context = any_name(mistake->value);
		break;
	default:
		client->supplicant_nowait = mistake->value & 1;
		break;
	}
}

static void mistake_in_call(struct generated *g, const struct mistake *mistake)
{
	struct teeq_service_spec *service = &g->services[mistake->entry % 2];
	struct teeq_script_spec *command = &g->commands[mistake->entry % 3];

	switch (mistake->field % 5) {
	case 0:
		service->kind = (enum teeq_rpc_kind)(mistake->value % (TEEQ_RPC_KIND_COUNT + 1));
		break;
	case 1:
		service->by = (enum teeq_server)(mistake->value % 3);
		break;
	case 2:
		service->name = any_name(mistake->value);
		break;
	case 3:
		command->ta = any_name(mistake->value);
		break;
	default:
		command->name = any_name(mistake->value);
		break;
	}
}

static void mistake_in_driver(struct generated *g, const struct mistake *mistake)
{
	switch (mistake->field % 8) {
	case 0:
		g->sessions[mistake->entry % 3].name = any_name(mistake->value);
		break;
	case 1:
		g->sessions[mistake->entry % 3].context = any_name(mistake->value);
		break;
	case 2:
		g->sessions[mistake->entry % 3].system = mistake->value & 1;
		break;
	case 3:
		g->channels[0].session = any_name(mistake->value);
		break;
	case 4:
		g->channels[0].config = any_name(mistake->value);
		break;
	case 5:
		g->devices[0].session = any_name(mistake->value);
		break;
	case 6:
		g->contexts[mistake->entry % 2].name = any_name(mistake->value);
		break;
	default:
		g->tas[mistake->entry % 2].name = any_name(mistake->value);
		break;
	}
}

static void mistake_in_fault(struct generated *g, const struct mistake *mistake)
{
	struct teeq_fault_spec *fault = &g->faults[mistake->entry % 2];

	g->scenario.faults = g->faults;
	g->scenario.fault_count = mistake->entry % 3;
	switch (mistake->field % 4) {
	case 0:
		fault->kind = (enum teeq_fault_kind)(mistake->value % (TEEQ_FAULT_KIND_COUNT + 1));
		break;
	case 1:
		fault->client = any_name(mistake->value);
		break;
	case 2:
		fault->times = any_number(mistake->value);
		break;
	default:
		fault->name = any_name(mistake->value);
		break;
	}
}

static void mistake_in_head(struct generated *g, const struct mistake *mistake)
{
	struct teeq_scenario *scenario = &g->scenario;
	uint32_t *const numbers[] = {
		&scenario->thread_count, &scenario->lost_count, &scenario->static_system_count,
		&scenario->cpu_count, &scenario->supplicant_threads, &scenario->argument_slots,
	};

	switch (mistake->field % 5) {
	case 0:
		*numbers[mistake->entry % 6] = any_number(mistake->value);
		break;
	case 1:
		scenario->abi = (enum teeq_abi)(mistake->value % 3);
		break;
	case 2:
		scenario->lacks_rpc_arg = mistake->value & 1;
		scenario->lacks_session_lock = mistake->value >> 1 & 1;
		break;
	case 3:
		scenario->bottom_half = any_name(mistake->value);
		break;
	default:
		scenario->supplicant_wait = (enum teeq_supplicant_wait)(mistake->value % 4);
		break;
	}
}

/* ---------------------------- what the language got later, drawn apart ------------------------- */

/* Mostly one that there is. */
static const char *any_error(unsigned int value)
{
	static const char *const odd[] = { NULL, "no-such-error", "", "any" };

	return value < 224 ? teeq_failure_name(
				     (enum teeq_failure)(1 + value % (TEEQ_FAILURE_COUNT - 1))) :
			     odd[value % 4];
}

static const char *any_guest(unsigned int value)
{
	static const char *const names[] = { "g0", "g1", "g0", "g1", NULL, NULL, "g2", "Bad name" };

	return names[value % 8];
}

/* An error that fails, or is tried again; a poll; a time or a number of buffers. */
static void mistake_in_late_step(struct generated *g, const struct mistake *mistake)
{
	static const enum teeq_step_kind kinds[] = {
		TEEQ_STEP_FAIL, TEEQ_STEP_POLL, TEEQ_STEP_COND_WAIT, TEEQ_STEP_RETRY, TEEQ_STEP_TRY,
		TEEQ_STEP_MESSAGE, TEEQ_STEP_CALL, TEEQ_STEP_WAIT,
	};
	struct teeq_step *step;

	if (g->step_count == 0)
		return;
	step = &g->steps[mistake->entry % g->step_count];
	if (mistake->field % 2 == 0)
		step->kind = kinds[mistake->value % 8];
	if (step->kind == TEEQ_STEP_FAIL || step->kind == TEEQ_STEP_RETRY)
		step->name = any_error(mistake->value);
	else
		step->times = any_number(mistake->field);
	step->handlers = g->handlers;
	step->handler_count = step->kind == TEEQ_STEP_TRY || step->kind == TEEQ_STEP_RETRY ?
				      mistake->field % 3 : 0;
}

/* The first step from the mistake's on that may have one gets it. */
static void give_handler(struct generated *g, const struct mistake *mistake,
			 const struct teeq_handler *handler)
{
	size_t count = g->extra_count + g->step_count;

	for (size_t i = 0; i < count; i++) {
		size_t at = (i + mistake->value / 2) % count;
		struct teeq_step *step = at < g->extra_count ? &g->extra[at] :
							       &g->steps[at - g->extra_count];

		if (step->kind != TEEQ_STEP_TRY && step->kind != TEEQ_STEP_RETRY)
			continue;
		step->handlers = handler;
		step->handler_count = 1;
		return;
	}
}

static void mistake_in_handler(struct generated *g, const struct mistake *mistake)
{
	/* In both worlds. */
	static const struct teeq_step steps[] = {
		{ .kind = TEEQ_STEP_FAIL, .name = "busy" },
		{ .kind = TEEQ_STEP_FAIL, .name = "no-such-error" },
	};
	struct teeq_handler *handler = &g->handlers[mistake->entry % 8];

	switch (mistake->field % 3) {
	case 0:
		handler->error = mistake->value % 4 ? any_error(mistake->value) : NULL;
		break;
	case 1:
		handler->steps = mistake->value % 8 ? steps : g->steps;
		handler->step_count = mistake->value % 8 ? 1 + (mistake->value == 1) :
							   mistake->value / 8 % 3;
		break;
	default:
		handler->steps = mistake->value % 2 ? steps : NULL;
		handler->step_count = mistake->value % 2;
		give_handler(g, mistake, handler);
		break;
	}
}

static void mistake_in_guest(struct generated *g, const struct mistake *mistake)
{
	struct teeq_guest_spec *guest = &g->guests[mistake->entry % 2];

	g->scenario.guests = g->guests;
	if (g->scenario.guest_count == 0)
		g->guests[0].name = "g0", g->guests[1].name = "g1";
	g->scenario.guest_count = 1 + mistake->entry / 2 % 2;
	switch (mistake->field % 5) {
	case 0:
		guest->threads = any_number(mistake->value);
		break;
	case 1:
		guest->call_limit = any_number(mistake->value);
		break;
	case 2:
		guest->thread_count = mistake->value % 2 ? TEEQ_GUEST_THREADS_UNKNOWN :
							   any_number(mistake->value / 2);
		break;
	case 3:
		guest->no_supplicant = mistake->value & 1;
		break;
	default:
		guest->name = any_guest(mistake->value);
		break;
	}
}

static void mistake_in_whose(struct generated *g, const struct mistake *mistake)
{
	switch (mistake->field % 5) {
	case 0:
		g->clients[mistake->entry % 3].guest = any_guest(mistake->value);
		break;
	case 1:
		g->sessions[mistake->entry % 3].guest = any_guest(mistake->value);
		break;
	case 2:
		g->faults[mistake->entry % 2].guest = any_guest(mistake->value);
		break;
	case 3:
		g->clients[mistake->entry % 3].cpu = any_number(mistake->value);
		break;
	default:
		g->clients[mistake->entry % 3].priority = any_number(mistake->value);
		break;
	}
}

static void mistake_in_channel(struct generated *g, const struct mistake *mistake)
{
	switch (mistake->field % 6) {
	case 0:
		g->channels[0].mutex = mistake->value % 2 ? "l0" : any_name(mistake->value / 2);
		break;
	case 1:
		g->channels[0].static_memory = mistake->value & 1;
		break;
	case 2:
		g->tas[mistake->entry % 2].keep_alive = mistake->value & 1;
		break;
	case 3:
		g->tas[mistake->entry % 2].load = mistake->value % 4 ? g->steps : NULL;
		g->tas[mistake->entry % 2].load_count = mistake->value % 3;
		break;
	case 4:
		g->faults[mistake->entry % 2].error = any_error(mistake->value);
		break;
	default:
		g->faults[mistake->entry % 2].kind = TEEQ_FAULT_NOTIF_WAIT_FAILS;
		break;
	}
}

static void mistake_in_late_head(struct generated *g, const struct mistake *mistake)
{
	switch (mistake->field % 4) {
	case 0:
		g->scenario.argument_slots = any_number(mistake->value);
		break;
	case 1:
		g->scenario.argument_full =
			(enum teeq_argument_full)(mistake->value % (TEEQ_ARGUMENT_FULL_COUNT + 1));
		break;
	case 2:
		g->scenario.no_resched = mistake->value & 1;
		g->scenario.cpu_count = mistake->value / 2 % 3;
		break;
	default:
		g->scenario.thread_count = any_number(mistake->value);
		break;
	}
}

/* From here on a number of a table means one of those that came later; below it, what it always did. */
enum { LATE = 192 };

void make_mistake(struct generated *g, const struct mistake *mistake)
{
	static void (*const tables[])(struct generated *, const struct mistake *) = {
		mistake_in_step, mistake_in_step, mistake_in_step, mistake_in_client,
		mistake_in_call, mistake_in_driver, mistake_in_fault, mistake_in_head,
	};
	static void (*const late[])(struct generated *, const struct mistake *) = {
		mistake_in_late_step, mistake_in_late_step, mistake_in_handler, mistake_in_guest,
		mistake_in_guest, mistake_in_whose, mistake_in_channel, mistake_in_late_head,
	};

	if (mistake->table >= LATE)
		late[mistake->table % 8](g, mistake);
	else
		tables[mistake->table % 8](g, mistake);
}
