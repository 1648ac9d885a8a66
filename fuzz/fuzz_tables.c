/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables as a C program may hand them over, with any mistake in them: names that are missing, twice
 * there, or none; numbers and kinds out of range; scripts that nest without end. They are refused
 * with a place and a text; or they make a model, and can be printed as a file that makes the same
 * one.
 *
 * A first byte above 191 stands for tables that somebody else generated, and that were right: two bytes
 * say which, and each four more make one slip in them.
 */
#include <string.h>

#include "oracle.h"
#include "slip.h"

enum { STEPS_MAX = 160, FEW = 4, MANY = 700, NESTED = 7, GENERATED = 192, SLIPS_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, byte by byte; behind its end all are 0. */
struct source {
	const uint8_t *data;
	size_t size;
	struct teeq_step steps[STEPS_MAX];
	size_t step_count;
	unsigned int depth;
};

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

static void fill_step(struct source *s, struct teeq_step *step)
{
	unsigned int kind = next(s);

	step->kind = kind < 250 ? (enum teeq_step_kind)(kind % TEEQ_STEP_KIND_COUNT) :
				  (enum teeq_step_kind)kind;
	step->name = name(s);
	step->session = next(s) % 2 ? name(s) : NULL;
	step->times = number(s);
	if (step->kind == TEEQ_STEP_REPEAT)
		step->steps = script(s, &step->step_count);
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

static void fill_secure(struct source *s, struct teeq_scenario *to)
{
	static const char *locks[FEW], *conditions[FEW], *notifications[FEW];
	static struct teeq_ta_spec tas[MANY];
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

static void fill_normal(struct source *s, struct teeq_scenario *to)
{
	static const char *locks[FEW], *events[FEW];
	static struct teeq_barrier_spec barriers[MANY];
	static struct teeq_session_spec sessions[MANY];
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

static void fill_clients(struct source *s, struct teeq_scenario *to)
{
	static struct teeq_client_spec clients[MANY];

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

static void fill_rest(struct source *s, struct teeq_scenario *to)
{
	static const char *on[MANY][FEW], *off[MANY][FEW];
	static struct teeq_channel_spec channels[MANY];
	static struct teeq_device_spec devices[MANY];
	static struct teeq_fault_spec faults[MANY];
	static struct teeq_expect_spec expects[MANY];

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
		expects[i].verdict = (enum teeq_verdict)(next(s) % (TEEQ_VERDICT_COUNT + 1));
	}
}

/* Names of expectations are those of policies; a file may only name one that is built in. */
static bool names_policies(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->expect_count; i++)
		if (!teeq_policy_find(scenario->expects[i].policy))
			return false;
	return true;
}

static void check(const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_scenario_validate(scenario, &error) != TEEQ_OK) {
		if (error.text[0] == 0)
			found("tables are refused without a word");
	} else if (names_policies(scenario)) {
		check_printed(scenario);
	}
}

static void check_slips(struct source *s)
{
	static const struct generator generator = { .states = 20000, .whole = true, .results = true };
	static struct generated generated;
	uint64_t seed = next(s);

	seed |= (uint64_t)next(s) << 8;
	generate(&generated, &generator, seed);
	for (unsigned int i = 0; i < SLIPS_MAX && s->size > 0; i++) {
		struct slip slip = { .table = next(s) };

		slip.entry = next(s);
		slip.field = next(s);
		slip.value = next(s);
		make_slip(&generated, &slip);
	}
	check(&generated.scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char long_summary[TEEQ_SUMMARY_MAX + 2];
	struct source source = { .data = data, .size = size };
	struct teeq_scenario scenario = { 0 };

	if (size > 0 && data[0] >= GENERATED) {
		next(&source);
		check_slips(&source);
		return 0;
	}
	memset(long_summary, 's', sizeof(long_summary) - 1);
	/* Scripts come last, so that what they refer to is there before the bytes are over. */
	scenario.name = next(&source) % 16 ? "tables" : name(&source);
	scenario.summary = next(&source) % 32 ? NULL : long_summary;
	fill_secure(&source, &scenario);
	fill_normal(&source, &scenario);
	fill_rest(&source, &scenario);
	fill_clients(&source, &scenario);
	fill_scripts(&source, &scenario);
	check(&scenario);
	return 0;
}
