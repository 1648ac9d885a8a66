/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"

#include <string.h>

#include "mistake.h"
#include "teeq/abi.h"

enum { FEW = 4, MANY = 700, NESTED = 7, SLIPS_MAX = 8 };

static unsigned int next(struct source *s)
{
	if (s->size == 0)
		return 0;
	s->size--;
	return *s->data++;
}

/* Mostly one of a few that everything is called by. */
static const char *name(struct source *s)
{
	static const char *const names[] = {
		"a", "b", "c", "d", "a", "b", "c", "d", NULL, NULL, TEEQ_SUPPLICANT_NAME,
		"optee-notif", "a.0", "Bad name", "",
		"a-name-that-is-longer-than-any-name-may-be-and-goes-on-and-on-and-on",
	};

	return names[next(s) % 16];
}

static uint32_t number(struct source *s)
{
	static const uint32_t numbers[] = {
		0, 1, 2, 3, 4, 5, 16, 17, 64, 65, 255, 256, 65535, 65536, UINT32_MAX, 1,
	};

	return numbers[next(s) % 16];
}

/* Mostly a few. */
static size_t count(struct source *s)
{
	unsigned int byte = next(s);

	return byte < 250 ? byte % FEW : 20 + (byte - 250) * 130;
}

static size_t few(struct source *s)
{
	return next(s) % FEW;
}

/* ------------------------------------------ scripts ------------------------------------------- */

static const struct teeq_step *script(struct source *s, size_t *size);

/* Mostly one that there is. */
static const char *error_name(struct source *s)
{
	unsigned int byte = next(s);

	return byte < 240 ? teeq_failure_name((enum teeq_failure)(1 + byte % (TEEQ_FAILURE_COUNT - 1))) :
	       byte % 2 ? NULL : "no-such-error";
}

/* Now and then more than there may be, or a list that is none. */
static void fill_handlers(struct source *s, struct teeq_step *step)
{
	struct teeq_handler *handlers = &s->handlers[s->handler_count];
	unsigned int byte = next(s);

	step->handler_count = byte % 3;
	if (step->handler_count > HANDLERS_MAX - s->handler_count)
		step->handler_count = 0;
	s->handler_count += step->handler_count;
	for (size_t i = 0; i < step->handler_count; i++) {
		handlers[i].error = next(s) % 2 ? NULL : error_name(s);
		handlers[i].steps = script(s, &handlers[i].step_count);
	}
	step->handlers = byte > 250 ? NULL : handlers;
	if (byte > 250)
		step->handler_count = 20;
}

static void fill_step(struct source *s, struct teeq_step *step)
{
	unsigned int kind = next(s);

	step->kind = kind < 250 ? (enum teeq_step_kind)(kind % TEEQ_STEP_KIND_COUNT) :
				  (enum teeq_step_kind)kind;
	step->name = name(s);
	step->session = next(s) % 2 ? name(s) : NULL;
	step->times = number(s);
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
static const struct teeq_step *script(struct source *s, size_t *size)
{
	struct teeq_step *steps = &s->steps[s->step_count];
	unsigned int byte = next(s);

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

/* Of the tables that what was added later stands in. */
struct rows {
	struct teeq_ta_spec tas[MANY];
	struct teeq_session_spec sessions[MANY];
	struct teeq_channel_spec channels[MANY];
	struct teeq_expect_spec expects[MANY];
	struct teeq_fault_spec faults[MANY];
	struct teeq_client_spec clients[MANY];
	struct teeq_guest_spec guests[FEW + 2];
};

static const char *const *names(struct source *s, size_t *size)
{
	static const char *many[MANY];

	*size = count(s);
	for (size_t i = 0; i < *size; i++)
		many[i] = "n";
	return many;
}

static const char *const *few_names(struct source *s, const char **to, size_t *size)
{
	*size = few(s);
	for (size_t i = 0; i < *size; i++)
		to[i] = name(s);
	return to;
}

/* Either a list that is short and odd, or one that is long. */
static const char *const *list(struct source *s, const char **to, size_t *size)
{
	return next(s) < 240 ? few_names(s, to, size) : names(s, size);
}

static void fill_secure(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	static const char *locks[FEW], *conditions[FEW], *notifications[FEW];
	struct teeq_ta_spec *tas = rows->tas;
	unsigned int abi;

	to->thread_count = number(s);
	to->lost_count = next(s) % 8 ? 0 : number(s);
	to->static_system_count = next(s) % 2 ? 0 : number(s);
	to->cpu_count = next(s) % 4 ? 0 : number(s);
	abi = next(s) % 32 ? next(s) : 7;
	to->abi = (enum teeq_abi)(abi == 7 ? abi : abi % 2);
	to->lacks_rpc_arg = abi % 8 == 6;
	to->lacks_session_lock = abi % 16 == 12;
	to->secure_locks = list(s, locks, &to->secure_lock_count);
	to->conditions = list(s, conditions, &to->condition_count);
	to->notifications = list(s, notifications, &to->notification_count);
	to->tas = tas;
	to->ta_count = count(s);
	for (size_t i = 0; i < to->ta_count; i++) {
		tas[i].name = name(s);
		tas[i].single_instance = next(s) & 1;
	}
	to->bottom_half = next(s) % 4 ? NULL : name(s);
}

static void fill_normal(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	static const char *locks[FEW], *events[FEW];
	static struct teeq_barrier_spec barriers[MANY];
	struct teeq_session_spec *sessions = rows->sessions;
	static struct teeq_context_spec contexts[MANY];

	to->locks = list(s, locks, &to->lock_count);
	to->events = list(s, events, &to->event_count);
	to->barriers = barriers;
	to->barrier_count = count(s);
	for (size_t i = 0; i < to->barrier_count; i++) {
		barriers[i].name = name(s);
		barriers[i].count = number(s);
	}
	to->contexts = contexts;
	to->context_count = count(s);
	for (size_t i = 0; i < to->context_count; i++)
		contexts[i].name = name(s);
	to->sessions = sessions;
	to->session_count = count(s);
	for (size_t i = 0; i < to->session_count; i++) {
		sessions[i].name = name(s);
		sessions[i].system = next(s) & 1;
		sessions[i].context = next(s) % 4 ? NULL : name(s);
	}
}

static void fill_scripts(struct source *s, struct teeq_scenario *to)
{
	static struct teeq_script_spec commands[MANY];
	static struct teeq_service_spec services[MANY];

	to->commands = commands;
	to->command_count = count(s);
	for (size_t i = 0; i < to->command_count; i++) {
		commands[i].name = name(s);
		commands[i].steps = script(s, &commands[i].step_count);
		commands[i].ta = next(s) % 4 ? NULL : name(s);
	}
	to->services = services;
	to->service_count = count(s);
	for (size_t i = 0; i < to->service_count; i++) {
		services[i].name = name(s);
		services[i].by = (enum teeq_server)(next(s) % 32 ? next(s) % 2 : 9u);
		services[i].steps = script(s, &services[i].step_count);
		services[i].kind = (enum teeq_rpc_kind)(next(s) % (TEEQ_RPC_KIND_COUNT + 1));
	}
}

static void fill_clients(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	struct teeq_client_spec *clients = rows->clients;

	to->supplicant_threads = next(s) % 4 ? next(s) % 3 : number(s);
	to->supplicant_wait = (enum teeq_supplicant_wait)(next(s) % 4);
	to->clients = clients;
	to->client_count = 1 + count(s);
	for (size_t i = 0; i < to->client_count; i++) {
		clients[i].name = name(s);
		clients[i].count = next(s) % 2 ? 1 : number(s);
		clients[i].stage = next(s) % 2 ? 1 : number(s);
		clients[i].steps = script(s, &clients[i].step_count);
		clients[i].context = next(s) % 4 ? NULL : name(s);
		clients[i].supplicant_nowait = next(s) & 1;
	}
}

static void fill_rest(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	static const char *on[MANY][FEW], *off[MANY][FEW];
	struct teeq_channel_spec *channels = rows->channels;
	static struct teeq_device_spec devices[MANY];
	struct teeq_fault_spec *faults = rows->faults;
	struct teeq_expect_spec *expects = rows->expects;

	to->channels = channels;
	to->channel_count = count(s);
	for (size_t i = 0; i < to->channel_count; i++) {
		channels[i].name = name(s);
		channels[i].session = name(s);
		channels[i].config = name(s);
	}
	to->devices = devices;
	to->device_count = count(s);
	for (size_t i = 0; i < to->device_count; i++) {
		devices[i].name = name(s);
		devices[i].session = name(s);
		devices[i].on = few_names(s, on[i], &devices[i].on_count);
		devices[i].off = few_names(s, off[i], &devices[i].off_count);
	}
	to->faults = faults;
	to->fault_count = count(s);
	for (size_t i = 0; i < to->fault_count; i++) {
		faults[i].name = name(s);
		faults[i].kind = (enum teeq_fault_kind)(next(s) % (TEEQ_FAULT_KIND_COUNT + 1));
		faults[i].client = next(s) % 2 ? NULL : name(s);
		faults[i].times = number(s);
	}
	to->expects = expects;
	to->expect_count = few(s);
	for (size_t i = 0; i < to->expect_count; i++) {
		expects[i].policy = next(s) % 2 ? "mainline" : name(s);
		expects[i].client = NULL;
		expects[i].verdict = (enum teeq_verdict)(next(s) % (TEEQ_VERDICT_COUNT + 1));
	}
}

/*
 * What the language got after everything above: drawn last, so that an older input is still what it
 * was, as far as it goes.
 */
static void fill_late(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	unsigned int bits = next(s);

	to->argument_slots = bits & 1 ? number(s) : 0;
	to->argument_full = (enum teeq_argument_full)(next(s) % (TEEQ_ARGUMENT_FULL_COUNT + 1));
	to->no_resched = bits & 2;
	to->guests = rows->guests;
	to->guest_count = bits & 4 ? next(s) % (FEW + 2) : 0;
	for (size_t i = 0; i < to->guest_count; i++) {
		rows->guests[i] = (struct teeq_guest_spec){ .name = name(s) };
		rows->guests[i].threads = next(s) % 2 ? 0 : number(s);
		rows->guests[i].call_limit = next(s) % 2 ? 0 : number(s);
		rows->guests[i].thread_count = next(s) % 4 ? 0 : next(s) % 2 ? TEEQ_GUEST_THREADS_UNKNOWN :
									       number(s);
		rows->guests[i].no_supplicant = next(s) & 1;
	}
	if (bits & 8 && to->guest_count > 0 && next(s) % 2)
		to->thread_count = 0;
}

static void fill_late_rows(struct source *s, struct teeq_scenario *to, struct rows *rows)
{
	for (size_t i = 0; i < to->ta_count && i < FEW; i++) {
		rows->tas[i].keep_alive = next(s) & 1;
		rows->tas[i].load = script(s, &rows->tas[i].load_count);
	}
	for (size_t i = 0; i < to->session_count && i < FEW; i++)
		rows->sessions[i].guest = next(s) % 2 ? NULL : name(s);
	for (size_t i = 0; i < to->channel_count && i < FEW; i++) {
		rows->channels[i].mutex = next(s) % 2 ? NULL : name(s);
		rows->channels[i].static_memory = next(s) & 1;
	}
	for (size_t i = 0; i < to->client_count && i < FEW; i++) {
		rows->clients[i].guest = next(s) % 2 ? NULL : name(s);
		rows->clients[i].cpu = next(s) % 2 ? 0 : number(s);
		rows->clients[i].priority = next(s) % 2 ? 0 : number(s);
	}
	for (size_t i = 0; i < to->fault_count && i < FEW; i++) {
		rows->faults[i].guest = next(s) % 2 ? NULL : name(s);
		rows->faults[i].error = next(s) % 2 ? NULL : error_name(s);
	}
	for (size_t i = 0; i < to->expect_count; i++)
		rows->expects[i].client = next(s) % 2 ? NULL : name(s);
}

void make_tables(struct source *s, struct teeq_scenario *to)
{
	static char long_summary[TEEQ_SUMMARY_MAX + 2];
	static struct rows rows;

	memset(long_summary, 's', sizeof(long_summary) - 1);
	*to = (struct teeq_scenario){ 0 };
	memset(&rows, 0, sizeof(rows));
	/* Scripts come last, so that what they refer to is there before the bytes are over. */
	to->name = next(s) % 16 ? "tables" : name(s);
	to->summary = next(s) % 32 ? NULL : long_summary;
	fill_secure(s, to, &rows);
	fill_normal(s, to, &rows);
	fill_rest(s, to, &rows);
	fill_clients(s, to, &rows);
	fill_scripts(s, to);
	fill_late(s, to, &rows);
	fill_late_rows(s, to, &rows);
}

const struct teeq_scenario *make_mistaken(struct source *s)
{
	static const struct generator generator = {
		.states = 20000, .mechanisms = true, .results = true,
	};
	static struct generated generated;
	uint64_t seed = next(s);

	seed |= (uint64_t)next(s) << 8;
	generate(&generated, &generator, seed);
	for (unsigned int i = 0; i < SLIPS_MAX && s->size > 0; i++) {
		struct mistake mistake = { .table = next(s) };

		mistake.entry = next(s);
		mistake.field = next(s);
		mistake.value = next(s);
		make_mistake(&generated, &mistake);
	}
	return &generated.scenario;
}
