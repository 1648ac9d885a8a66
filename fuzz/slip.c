/* SPDX-License-Identifier: BSD-2-Clause */
#include "slip.h"

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

static void slip_in_step(struct generated *g, const struct slip *slip)
{
	struct teeq_step *step;

	if (g->step_count == 0)
		return;
	step = &g->steps[slip->entry % g->step_count];
	switch (slip->field % 4) {
	case 0:
		step->kind = (enum teeq_step_kind)(slip->value % (TEEQ_STEP_KIND_COUNT + 1));
		break;
	case 1:
		step->name = any_name(slip->value);
		break;
	case 2:
		step->session = any_name(slip->value);
		break;
	default:
		step->times = any_number(slip->value);
		break;
	}
}

static void slip_in_client(struct generated *g, const struct slip *slip)
{
	struct teeq_client_spec *client = &g->clients[slip->entry % 3];

	switch (slip->field % 5) {
	case 0:
		client->name = any_name(slip->value);
		break;
	case 1:
		client->count = any_number(slip->value);
		break;
	case 2:
		client->stage = any_number(slip->value);
		break;
	case 3:
		client->context = any_name(slip->value);
		break;
	default:
		client->supplicant_nowait = slip->value & 1;
		break;
	}
}

static void slip_in_call(struct generated *g, const struct slip *slip)
{
	struct teeq_service_spec *service = &g->services[slip->entry % 2];
	struct teeq_script_spec *command = &g->commands[slip->entry % 3];

	switch (slip->field % 5) {
	case 0:
		service->kind = (enum teeq_rpc_kind)(slip->value % (TEEQ_RPC_KIND_COUNT + 1));
		break;
	case 1:
		service->by = (enum teeq_server)(slip->value % 3);
		break;
	case 2:
		service->name = any_name(slip->value);
		break;
	case 3:
		command->ta = any_name(slip->value);
		break;
	default:
		command->name = any_name(slip->value);
		break;
	}
}

static void slip_in_driver(struct generated *g, const struct slip *slip)
{
	switch (slip->field % 8) {
	case 0:
		g->sessions[slip->entry % 3].name = any_name(slip->value);
		break;
	case 1:
		g->sessions[slip->entry % 3].context = any_name(slip->value);
		break;
	case 2:
		g->sessions[slip->entry % 3].system = slip->value & 1;
		break;
	case 3:
		g->channels[0].session = any_name(slip->value);
		break;
	case 4:
		g->channels[0].config = any_name(slip->value);
		break;
	case 5:
		g->devices[0].session = any_name(slip->value);
		break;
	case 6:
		g->contexts[slip->entry % 2].name = any_name(slip->value);
		break;
	default:
		g->tas[slip->entry % 2].name = any_name(slip->value);
		break;
	}
}

static void slip_in_fault(struct generated *g, const struct slip *slip)
{
	struct teeq_fault_spec *fault = &g->faults[slip->entry % 2];

	g->scenario.faults = g->faults;
	g->scenario.fault_count = slip->entry % 3;
	switch (slip->field % 4) {
	case 0:
		fault->kind = (enum teeq_fault_kind)(slip->value % (TEEQ_FAULT_KIND_COUNT + 1));
		break;
	case 1:
		fault->client = any_name(slip->value);
		break;
	case 2:
		fault->times = any_number(slip->value);
		break;
	default:
		fault->name = any_name(slip->value);
		break;
	}
}

static void slip_in_head(struct generated *g, const struct slip *slip)
{
	struct teeq_scenario *scenario = &g->scenario;
	uint32_t *const numbers[] = {
		&scenario->thread_count, &scenario->lost_count, &scenario->static_system_count,
		&scenario->cpu_count, &scenario->supplicant_threads, &scenario->argument_slots,
	};

	switch (slip->field % 5) {
	case 0:
		*numbers[slip->entry % 6] = any_number(slip->value);
		break;
	case 1:
		scenario->abi = (enum teeq_abi)(slip->value % 3);
		break;
	case 2:
		scenario->lacks_rpc_arg = slip->value & 1;
		scenario->lacks_session_lock = slip->value >> 1 & 1;
		break;
	case 3:
		scenario->bottom_half = any_name(slip->value);
		break;
	default:
		scenario->supplicant_wait = (enum teeq_supplicant_wait)(slip->value % 4);
		break;
	}
}

void make_slip(struct generated *g, const struct slip *slip)
{
	static void (*const tables[])(struct generated *, const struct slip *) = {
		slip_in_step, slip_in_step, slip_in_step, slip_in_client,
		slip_in_call, slip_in_driver, slip_in_fault, slip_in_head,
	};

	tables[slip->table % 8](g, slip);
}
