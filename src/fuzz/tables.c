/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "fuzz/tables.h"
#include "teeq/abi.h"

/* ------------------------------------------ scripts ------------------------------------------- */

static const struct teeq_step *script(struct teeq_fuzz_tables *s, size_t *size);

/* Mostly one that there is. */
static const char *error_name(struct teeq_fuzz_tables *s)
{
	unsigned int byte = byte_next(s);

	return byte < 240 ?
		       teeq_failure_name((enum teeq_failure)(1 + byte % (TEEQ_FAILURE_COUNT - 1))) :
	       byte % 2 ? NULL :
			  "no-such-error";
}

/* Now and then more than there may be, or a list that is none. */
static void fill_handlers(struct teeq_fuzz_tables *s, struct teeq_step *step)
{
	struct teeq_handler *handlers = &s->handlers[s->handler_count];
	unsigned int byte = byte_next(s);

	step->handler_count = byte % 3;
	if (step->handler_count > HANDLERS_MAX - s->handler_count)
		step->handler_count = 0;
	s->handler_count += step->handler_count;
	for (size_t i = 0; i < step->handler_count; i++) {
		handlers[i].error = byte_next(s) % 2 ? NULL : error_name(s);
		handlers[i].steps = script(s, &handlers[i].step_count);
	}
	step->handlers = byte > 250 ? NULL : handlers;
	if (byte > 250)
		step->handler_count = 20;
}

static void fill_step(struct teeq_fuzz_tables *s, struct teeq_step *step)
{
	unsigned int kind = byte_next(s);

	step->kind = kind < 250 ? (enum teeq_step_kind)(kind % TEEQ_STEP_KIND_COUNT) :
				  (enum teeq_step_kind)kind;
	step->name = byte_name(s);
	step->session = byte_next(s) % 2 ? byte_name(s) : NULL;
	step->times = byte_number(s);
	step->unmasked = step->kind == TEEQ_STEP_SUSPEND && step->session;
	if (step->kind == TEEQ_STEP_REPEAT || step->kind == TEEQ_STEP_TRY ||
	    step->kind == TEEQ_STEP_RETRY)
		step->steps = script(s, &step->step_count);
	if (step->kind == TEEQ_STEP_TRY || step->kind == TEEQ_STEP_RETRY)
		fill_handlers(s, step);
	if (step->kind == TEEQ_STEP_FAIL || step->kind == TEEQ_STEP_RETRY)
		step->name = error_name(s);
}

/* Now and then one that says that it has steps, and has none. */
static const struct teeq_step *script(struct teeq_fuzz_tables *s, size_t *size)
{
	struct teeq_step *steps = &s->steps[s->step_count];
	unsigned int byte = byte_next(s);

	*size = byte % 6;
	if (*size > STEPS_MAX - s->step_count || s->depth == NESTED)
		*size = 0;
	if (*size == 0 || byte > 250)
		return NULL;
	s->step_count += *size;
	s->depth++;
	for (size_t i = 0; i < *size; i++)
		fill_step(s, &steps[i]);
	s->depth--;
	return steps;
}

/* ------------------------------------------- tables ------------------------------------------- */

static void fill_secure(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	struct teeq_ta_spec *tas = s->tas;
	unsigned int abi;

	to->thread_count = byte_number(s);
	to->lost_count = byte_next(s) % 8 ? 0 : byte_number(s);
	to->static_system_count = byte_next(s) % 2 ? 0 : byte_number(s);
	to->cpu_count = byte_next(s) % 4 ? 0 : byte_number(s);
	abi = byte_next(s) % 32 ? byte_next(s) : 7;
	to->abi = (enum teeq_abi)(abi == 7 ? abi : abi % 2);
	to->lacks_rpc_arg = abi % 8 == 6;
	to->lacks_session_lock = abi % 16 == 12;
	to->secure_locks = byte_list(s, s->secure_locks, &to->secure_lock_count);
	to->conditions = byte_list(s, s->conditions, &to->condition_count);
	to->notifications = byte_list(s, s->notifications, &to->notification_count);
	to->tas = tas;
	to->ta_count = byte_count(s);
	for (size_t i = 0; i < to->ta_count; i++) {
		tas[i].name = byte_name(s);
		tas[i].single_instance = byte_next(s) & 1;
	}
	to->bottom_half = byte_next(s) % 4 ? NULL : byte_name(s);
}

static void fill_normal(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	struct teeq_barrier_spec *barriers = s->barriers;
	struct teeq_session_spec *sessions = s->sessions;
	struct teeq_context_spec *contexts = s->contexts;

	to->locks = byte_list(s, s->locks, &to->lock_count);
	to->events = byte_list(s, s->events, &to->event_count);
	to->barriers = barriers;
	to->barrier_count = byte_count(s);
	for (size_t i = 0; i < to->barrier_count; i++) {
		barriers[i].name = byte_name(s);
		barriers[i].count = byte_number(s);
	}
	to->contexts = contexts;
	to->context_count = byte_count(s);
	for (size_t i = 0; i < to->context_count; i++)
		contexts[i].name = byte_name(s);
	to->sessions = sessions;
	to->session_count = byte_count(s);
	for (size_t i = 0; i < to->session_count; i++) {
		sessions[i].name = byte_name(s);
		sessions[i].system = byte_next(s) & 1;
		sessions[i].context = byte_next(s) % 4 ? NULL : byte_name(s);
	}
}

static void fill_scripts(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	struct teeq_script_spec *commands = s->commands;
	struct teeq_service_spec *services = s->services;

	to->commands = commands;
	to->command_count = byte_count(s);
	for (size_t i = 0; i < to->command_count; i++) {
		commands[i].name = byte_name(s);
		commands[i].steps = script(s, &commands[i].step_count);
		commands[i].ta = byte_next(s) % 4 ? NULL : byte_name(s);
	}
	to->services = services;
	to->service_count = byte_count(s);
	for (size_t i = 0; i < to->service_count; i++) {
		services[i].name = byte_name(s);
		services[i].by = (enum teeq_server)(byte_next(s) % 32 ? byte_next(s) % 2 : 9u);
		services[i].steps = script(s, &services[i].step_count);
		services[i].kind = (enum teeq_rpc_kind)(byte_next(s) % (TEEQ_RPC_KIND_COUNT + 1));
	}
}

static void fill_clients(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	struct teeq_client_spec *clients = s->clients;

	to->supplicant_threads = byte_next(s) % 4 ? byte_next(s) % 3 : byte_number(s);
	to->supplicant_wait = (enum teeq_supplicant_wait)(byte_next(s) % 4);
	to->clients = clients;
	to->client_count = 1 + byte_count(s);
	for (size_t i = 0; i < to->client_count; i++) {
		clients[i].name = byte_name(s);
		clients[i].count = byte_next(s) % 2 ? 1 : byte_number(s);
		clients[i].stage = byte_next(s) % 2 ? 1 : byte_number(s);
		clients[i].steps = script(s, &clients[i].step_count);
		clients[i].context = byte_next(s) % 4 ? NULL : byte_name(s);
		clients[i].supplicant_nowait = byte_next(s) & 1;
	}
}

static void fill_rest(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	struct teeq_channel_spec *channels = s->channels;
	struct teeq_device_spec *devices = s->devices;
	struct teeq_fault_spec *faults = s->faults;
	struct teeq_expect_spec *expects = s->expects;

	to->channels = channels;
	to->channel_count = byte_count(s);
	for (size_t i = 0; i < to->channel_count; i++) {
		channels[i].name = byte_name(s);
		channels[i].session = byte_name(s);
		channels[i].config = byte_name(s);
	}
	to->devices = devices;
	to->device_count = byte_count(s);
	for (size_t i = 0; i < to->device_count; i++) {
		devices[i].name = byte_name(s);
		devices[i].session = byte_name(s);
		devices[i].on = byte_few_names(s, s->on[i], &devices[i].on_count);
		devices[i].off = byte_few_names(s, s->off[i], &devices[i].off_count);
	}
	to->faults = faults;
	to->fault_count = byte_count(s);
	for (size_t i = 0; i < to->fault_count; i++) {
		faults[i].name = byte_name(s);
		faults[i].kind = (enum teeq_fault_kind)(byte_next(s) % (TEEQ_FAULT_KIND_COUNT + 1));
		faults[i].client = byte_next(s) % 2 ? NULL : byte_name(s);
		faults[i].times = byte_number(s);
	}
	to->expects = expects;
	to->expect_count = byte_few(s);
	for (size_t i = 0; i < to->expect_count; i++) {
		expects[i].policy = byte_next(s) % 2 ? "mainline" : byte_name(s);
		expects[i].client = NULL;
		expects[i].verdict = (enum teeq_verdict)(byte_next(s) % (TEEQ_VERDICT_COUNT + 1));
	}
}

/*
 * What the language got after everything above: drawn last, so that an older input is still what it
 * was, as far as it goes.
 */
static void fill_late(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	unsigned int bits = byte_next(s);

	to->argument_slots = bits & 1 ? byte_number(s) : 0;
	to->argument_full =
		(enum teeq_argument_full)(byte_next(s) % (TEEQ_ARGUMENT_FULL_COUNT + 1));
	to->no_resched = bits & 2;
	to->guests = s->guests;
	to->guest_count = bits & 4 ? byte_next(s) % (FEW + 2) : 0;
	for (size_t i = 0; i < to->guest_count; i++) {
		s->guests[i] = (struct teeq_guest_spec){ .name = byte_name(s) };
		s->guests[i].threads = byte_next(s) % 2 ? 0 : byte_number(s);
		s->guests[i].call_limit = byte_next(s) % 2 ? 0 : byte_number(s);
		s->guests[i].thread_count = byte_next(s) % 4 ? 0 :
					    byte_next(s) % 2 ? TEEQ_GUEST_THREADS_UNKNOWN :
							       byte_number(s);
		s->guests[i].no_supplicant = byte_next(s) & 1;
	}
	if (bits & 8 && to->guest_count > 0 && byte_next(s) % 2)
		to->thread_count = 0;
}

static void fill_late_rows(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	for (size_t i = 0; i < to->ta_count && i < FEW; i++) {
		s->tas[i].keep_alive = byte_next(s) & 1;
		s->tas[i].load = script(s, &s->tas[i].load_count);
	}
	for (size_t i = 0; i < to->session_count && i < FEW; i++)
		s->sessions[i].guest = byte_next(s) % 2 ? NULL : byte_name(s);
	for (size_t i = 0; i < to->channel_count && i < FEW; i++) {
		s->channels[i].mutex = byte_next(s) % 2 ? NULL : byte_name(s);
		s->channels[i].static_memory = byte_next(s) & 1;
	}
	for (size_t i = 0; i < to->client_count && i < FEW; i++) {
		s->clients[i].guest = byte_next(s) % 2 ? NULL : byte_name(s);
		s->clients[i].cpu = byte_next(s) % 2 ? 0 : byte_number(s);
		s->clients[i].priority = byte_next(s) % 2 ? 0 : byte_number(s);
	}
	for (size_t i = 0; i < to->fault_count && i < FEW; i++) {
		s->faults[i].guest = byte_next(s) % 2 ? NULL : byte_name(s);
		s->faults[i].error = byte_next(s) % 2 ? NULL : error_name(s);
	}
	for (size_t i = 0; i < to->expect_count; i++)
		s->expects[i].client = byte_next(s) % 2 ? NULL : byte_name(s);
}

/* Scripts come last, so that what they refer to is there before the bytes are over. */
static void fill_tables(struct teeq_fuzz_tables *s, struct teeq_scenario *to)
{
	memset(s->long_summary, 's', sizeof(s->long_summary) - 1);
	to->name = byte_next(s) % 16 ? "tables" : byte_name(s);
	to->summary = byte_next(s) % 32 ? NULL : s->long_summary;
	fill_secure(s, to);
	fill_normal(s, to);
	fill_rest(s, to);
	fill_clients(s, to);
	fill_scripts(s, to);
	fill_late(s, to);
	fill_late_rows(s, to);
}

struct teeq_fuzz_tables *teeq_fuzz_tables_new(const uint8_t *data, size_t size)
{
	struct teeq_fuzz_tables *tables = calloc(1, sizeof(*tables));

	if (!tables)
		return NULL;
	tables->data = data;
	tables->size = data ? size : 0;
	fill_tables(tables, &tables->scenario);
	return tables;
}

void teeq_fuzz_tables_free(struct teeq_fuzz_tables *tables)
{
	free(tables);
}

const struct teeq_scenario *teeq_fuzz_tables_scenario(const struct teeq_fuzz_tables *tables)
{
	return tables ? &tables->scenario : NULL;
}
