/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "field/trace_load.h"
#include "field/trace_print.h"

#define THREADS_MAX 16u /* of a scenario */

/* How an RPC is served. NULL: it is a step of the command's own. */
static const struct {
	const char *by;
	const char *kind;
} services[TRACE_RPC_COUNT] = {
	[TRACE_RPC_ALLOC] = { "caller", "shm-alloc" },
	[TRACE_RPC_FREE] = { "caller", "shm-free" },
	[TRACE_RPC_COMMAND] = { "caller", "other" },
	[TRACE_RPC_LOAD_TA] = { "supplicant", "other" },
	[TRACE_RPC_RPMB] = { "supplicant", "rpmb" },
	[TRACE_RPC_STORAGE] = { "supplicant", "other" },
	[TRACE_RPC_TIME] = { "caller", "get-time" },
	[TRACE_RPC_SHM_ALLOC] = { "supplicant", "shm-alloc" },
	[TRACE_RPC_SHM_FREE] = { "supplicant", "shm-free" },
	[TRACE_RPC_SOCKET] = { "supplicant", "other" },
	[TRACE_RPC_I2C] = { "caller", "i2c" },
	[TRACE_RPC_RPMB_PROBE] = { "caller", "rpmb" },
	[TRACE_RPC_RPMB_FRAMES] = { "caller", "rpmb" },
	[TRACE_RPC_OTHER] = { "supplicant", "other" },
};

static enum trace_rpc scenario_rpc(uint16_t step)
{
	return (enum trace_rpc)(step & 0xff);
}

static unsigned int scenario_inner(uint16_t step)
{
	return step >> 8;
}

static void scenario_use(struct trace_load *load, unsigned int shape, struct trace_scenario *what)
{
	if (load->shapes[shape].used)
		return;
	load->shapes[shape].used = true;
	/* What is called inside was seen before, so its number is below. */
	for (unsigned int i = 0; i < load->shapes[shape].step_count; i++)
		if (scenario_inner(load->shapes[shape].steps[i]))
			scenario_use(load, scenario_inner(load->shapes[shape].steps[i]) - 1, what);
	load->shapes[shape].number = ++what->commands;
}

/* The kinds of calls that are kept, the most frequent first. */
static void scenario_sort(struct trace_load_task *place)
{
	for (unsigned int i = 1; i < place->kind_count; i++)
		for (unsigned int j = i; j > 0; j--) {
			uint64_t count = place->kinds[j].count;
			uint16_t shape = place->kinds[j].shape;

			if (place->kinds[j - 1].count >= count)
				break;
			place->kinds[j] = place->kinds[j - 1];
			place->kinds[j - 1].count = count;
			place->kinds[j - 1].shape = shape;
		}
}

static unsigned int scenario_kinds(const struct trace_load *load,
				   const struct trace_load_task *place)
{
	return place->kind_count < load->bounds.commands ? place->kind_count :
							   (unsigned int)load->bounds.commands;
}

static uint64_t scenario_times(const struct trace_load *load, uint64_t count)
{
	return count < load->bounds.calls ? count : load->bounds.calls;
}

static bool scenario_has(const struct trace_load *load, const struct trace_load_task *place,
			 uint16_t shape, uint64_t times)
{
	for (unsigned int i = 0; i < scenario_kinds(load, place); i++)
		if (place->kinds[i].shape == shape)
			return scenario_times(load, place->kinds[i].count) == times;
	return false;
}

/* Whether both make the same calls, as far as they are kept. */
static bool scenario_alike(const struct trace_load *load, const struct trace_load_task *a,
			   const struct trace_load_task *b)
{
	if (scenario_kinds(load, a) != scenario_kinds(load, b))
		return false;
	for (unsigned int i = 0; i < scenario_kinds(load, a); i++)
		if (!scenario_has(load, b, a->kinds[i].shape,
				  scenario_times(load, a->kinds[i].count)))
			return false;
	return true;
}

/*
 * Which tasks become which clients: of those that make the same calls the first is the client. In
 * @client, for each task, 1 + the first task of its client, or 0: left out.
 */
static void scenario_clients(struct trace_load *load, struct trace_scenario *what,
			     uint16_t client[TRACE_LOAD_TASKS])
{
	/* One of each kind first, so that none is left out while there are many of another. */
	for (uint32_t pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < load->task_count; i++) {
			uint32_t first = 0;

			if (client[i] != 0 || what->tasks == load->bounds.clients)
				continue;
			while (first < i &&
			       !(client[first] == first + 1 &&
				 scenario_alike(load, &load->tasks[first], &load->tasks[i])))
				first++;
			if ((first == i) != (pass == 0))
				continue;
			client[i] = (uint16_t)(first + 1);
			what->tasks++;
			what->clients += first == i;
		}
	for (uint32_t i = 0; i < load->task_count; i++) {
		const struct trace_load_task *place = &load->tasks[i];

		what->left_tasks += client[i] == 0;
		what->left_calls += place->others;
		for (unsigned int j = 0; j < place->kind_count; j++) {
			bool kept = client[i] && j < scenario_kinds(load, place);

			what->left_calls += place->kinds[j].count;
			if (!kept)
				continue;
			what->left_calls -= scenario_times(load, place->kinds[j].count);
			scenario_use(load, place->kinds[j].shape, what);
		}
	}
}

/* ------------------------------------------ text ---------------------------------------------- */

static void scenario_step(FILE *out, const struct trace_load *load, uint16_t step)
{
	enum trace_rpc rpc = scenario_rpc(step);

	if (scenario_inner(step))
		fprintf(out, "    - rpc: %s-with-%u\n", trace_rpc_word(rpc),
			load->shapes[scenario_inner(step) - 1].number);
	else if (rpc == TRACE_RPC_FOREIGN)
		fputs("    - interrupt: true\n", out);
	else if (trace_load_is_lock(step))
		fprintf(out, "    - %s: contended\n",
			rpc == TRACE_RPC_NOTIF_WAIT ? "lock" : "unlock");
	else if (rpc == TRACE_RPC_SUSPEND)
		fputs("    - suspend: 1\n", out);
	else
		fprintf(out, "    - rpc: %s\n", trace_rpc_word(rpc));
}

static void scenario_command(FILE *out, const struct trace_load *load,
			     const struct trace_shape *shape)
{
	fprintf(out, "  command-%u:%s # %s, seen %" PRIu64 " times\n", shape->number,
		shape->step_count == 0 ? " []" : "", trace_purpose_word(shape->purpose),
		shape->seen);
	for (unsigned int i = 0; i < shape->step_count; i++)
		scenario_step(out, load, shape->steps[i]);
}

/* Services that are used, each once; whether one of them is tee-supplicant's. */
static bool scenario_services(FILE *out, const struct trace_load *load)
{
	bool written[TRACE_RPC_COUNT] = { false }, inner[TRACE_RPC_COUNT][TRACE_LOAD_SHAPES + 1];
	bool any = false, supplicant = false;

	memset(inner, 0, sizeof(inner));
	for (unsigned int i = 0; i < load->shape_count; i++)
		for (unsigned int j = 0; load->shapes[i].used && j < load->shapes[i].step_count;
		     j++) {
			uint16_t step = load->shapes[i].steps[j];
			enum trace_rpc rpc = scenario_rpc(step);
			unsigned int number = scenario_inner(step);

			if (trace_load_is_lock(step) ||
			    (number == 0 && (!services[rpc].by || written[rpc])) ||
			    (number > 0 && inner[rpc][number]))
				continue;
			if (!any)
				fputs("\nservices:\n", out);
			any = true;
			if (number > 0) {
				inner[rpc][number] = true;
				fprintf(out,
					"  %s-with-%u:\n    by: caller\n    do:\n"
					"      - call: {command: command-%u}\n",
					trace_rpc_word(rpc), load->shapes[number - 1].number,
					load->shapes[number - 1].number);
				continue;
			}
			written[rpc] = true;
			fprintf(out, "  %s: {by: %s, kind: %s}\n", trace_rpc_word(rpc),
				services[rpc].by, services[rpc].kind);
			supplicant |= strcmp(services[rpc].by, "supplicant") == 0;
		}
	return supplicant;
}

static void scenario_client(FILE *out, const struct trace_load *load,
			    const struct trace_load_task *place, uint64_t number, uint64_t count)
{
	char task[TRACE_TASK_TEXT];

	fprintf(out, "  client-%" PRIu64 ": # %s\n", number,
		trace_print_task(place->task->name, place->task->key, task));
	if (count > 1)
		fprintf(out, "    count: %" PRIu64 "\n", count);
	fputs("    do:\n", out);
	for (unsigned int i = 0; i < scenario_kinds(load, place); i++) {
		uint64_t times = scenario_times(load, place->kinds[i].count);
		unsigned int command = load->shapes[place->kinds[i].shape].number;

		if (times == 1)
			fprintf(out, "      - call: {command: command-%u}\n", command);
		else
			fprintf(out,
				"      - repeat:\n          times: %" PRIu64
				"\n          do:\n            - call: {command: command-%u}\n",
				times, command);
	}
}

static void scenario_head(FILE *out, const struct trace_load *load, const struct trace *trace,
			  const struct trace_scenario *what)
{
	uint64_t merged = 0, cut = 0;

	for (unsigned int i = 0; i < load->shape_count; i++) {
		merged += load->shapes[i].merged;
		cut += load->shapes[i].cut;
	}
	fputs("# SPDX-License-Identifier: BSD-2-Clause\n#\n# The load of a recording, by teeq trace.",
	      out);
	fprintf(out,
		" Written: %" PRIu64 " tasks as %" PRIu64 " clients,\n# %u kinds of calls."
		" Left out: %" PRIu64 " tasks, %" PRIu64 " calls, of those with an\n",
		what->tasks, what->clients, what->commands, what->left_tasks, what->left_calls);
	fprintf(out,
		"# odd shape %" PRIu64 ", %" PRIu64 " calls inside of others, %" PRIu64
		" foreign interrupts,\n# %" PRIu64 " RPCs like the one before them, %" PRIu64
		" at the ends of long calls.\n",
		load->dropped_calls, load->dropped_inner, load->dropped_foreign, merged, cut);
	if (trace->calls.rpcs[TRACE_RPC_COMMAND] > 0 && trace->calls.probes == 0)
		fputs("# Which commands its RPCs were is not in the recording: they return at once here.\n",
		      out);
	fputs("teeq: 1\nname: recorded-load\n", out);
}

static unsigned int scenario_threads(const struct trace *trace)
{
	unsigned int threads = trace->calls.threads;

	for (unsigned int i = 0; threads == 0 && i < THREADS_MAX; i++)
		if (trace->calls.seen[THREADS_MAX - 1 - i])
			threads = THREADS_MAX - i;
	if (threads == 0)
		threads = 1;
	return threads < THREADS_MAX ? threads : THREADS_MAX;
}

static bool scenario_locks(const struct trace_load *load)
{
	for (unsigned int i = 0; i < load->shape_count; i++)
		for (unsigned int j = 0; load->shapes[i].used && j < load->shapes[i].step_count;
		     j++)
			if (trace_load_is_lock(load->shapes[i].steps[j]))
				return true;
	return false;
}

static void scenario_body(FILE *out, struct trace_load *load, const struct trace *trace,
			  const uint16_t client[TRACE_LOAD_TASKS])
{
	unsigned int threads = scenario_threads(trace);
	uint64_t number = 0;

	fprintf(out, "\nsecure:\n  threads: %u\n", threads);
	if (scenario_locks(load))
		fputs("  locks: [contended]\n", out);
	if (load->without_rpc_arg)
		fputs("  rpc-arg: false\n", out);
	fputs("\ncommands:\n", out);
	for (unsigned int i = 0; i < load->shape_count; i++)
		if (load->shapes[i].used)
			scenario_command(out, load, &load->shapes[i]);
	if (scenario_services(out, load))
		fprintf(out, "\nsupplicant:\n  threads: %u\n", threads < 8 ? threads : 8);
	fputs("\nclients:\n", out);
	for (uint32_t i = 0; i < load->task_count; i++) {
		uint64_t count = 0;

		if (client[i] != i + 1)
			continue;
		for (uint32_t j = i; j < load->task_count; j++)
			count += client[j] == i + 1;
		scenario_client(out, load, &load->tasks[i], ++number, count);
	}
	fprintf(out, "\nexpect:\n  %s: done\n", trace_policy(trace));
}

bool trace_scenario_write(FILE *out, struct trace_load *load, const struct trace *trace,
			  struct trace_scenario *what)
{
	uint16_t client[TRACE_LOAD_TASKS] = { 0 };

	*what = (struct trace_scenario){ .clients = 0 };
	if (load->task_count == 0)
		return false;
	for (uint32_t i = 0; i < load->task_count; i++)
		scenario_sort(&load->tasks[i]);
	scenario_clients(load, what, client);
	scenario_head(out, load, trace, what);
	scenario_body(out, load, trace, client);
	return true;
}
