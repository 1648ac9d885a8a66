/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario's tables with every name resolved, so that the threads do not compare strings. */
#include <stdlib.h>
#include <string.h>

#include "cli/stress.h"

static size_t count_steps(const struct teeq_step *steps, size_t count)
{
	size_t total = count;

	for (size_t i = 0; i < count; i++)
		if (steps[i].kind == TEEQ_STEP_REPEAT)
			total += count_steps(steps[i].steps, steps[i].step_count);
	return total;
}

static size_t count_all(const struct teeq_scenario *scenario)
{
	size_t total = 0;

	for (size_t i = 0; i < scenario->command_count; i++)
		total += count_steps(scenario->commands[i].steps, scenario->commands[i].step_count);
	for (size_t i = 0; i < scenario->service_count; i++)
		total += count_steps(scenario->services[i].steps, scenario->services[i].step_count);
	for (size_t i = 0; i < scenario->client_count; i++)
		total += count_steps(scenario->clients[i].steps, scenario->clients[i].step_count);
	return total;
}

/* The index of @name in a table of @size-byte entries that begin with their name. */
static unsigned int find(const void *table, size_t size, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++) {
		const char *const *entry = (const void *)((const unsigned char *)table + i * size);

		if (strcmp(*entry, name) == 0)
			return (unsigned int)i;
	}
	return TEEQ_RT_NONE;
}

#define FIND(table, count, name) find((table), sizeof((table)[0]), (count), (name))

static unsigned int find_object(const struct teeq_scenario *scenario, const struct teeq_step *step)
{
	switch (step->kind) {
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_UNLOCK:
		return FIND(scenario->locks, scenario->lock_count, step->name);
	case TEEQ_STEP_AWAIT:
	case TEEQ_STEP_SIGNAL:
		return FIND(scenario->events, scenario->event_count, step->name);
	case TEEQ_STEP_BARRIER:
		return FIND(scenario->barriers, scenario->barrier_count, step->name);
	default:
		return FIND(scenario->sessions, scenario->session_count, step->session);
	}
}

static struct stress_script resolve(struct stress_program *program, const struct teeq_step *steps,
				    size_t count)
{
	const struct teeq_scenario *scenario = program->scenario;
	struct stress_step *made = &program->steps[program->step_used];

	program->step_used += count;
	for (size_t i = 0; i < count; i++) {
		struct stress_script inner = { 0 };

		if (steps[i].kind == TEEQ_STEP_REPEAT)
			inner = resolve(program, steps[i].steps, steps[i].step_count);
		made[i] = (struct stress_step){
			.kind = steps[i].kind,
			.object = find_object(scenario, &steps[i]),
			.target = TEEQ_RT_NONE,
			.times = steps[i].times,
			.steps = inner.steps,
			.step_count = inner.step_count,
		};
		if (steps[i].kind == TEEQ_STEP_CALL)
			made[i].target =
				FIND(scenario->commands, scenario->command_count, steps[i].name);
		if (steps[i].kind == TEEQ_STEP_RPC)
			made[i].target =
				FIND(scenario->services, scenario->service_count, steps[i].name);
		if (steps[i].kind == TEEQ_STEP_INVOKE)
			made[i].target =
				FIND(scenario->commands, scenario->command_count, steps[i].name);
		/* A session that some step opens is closed when the run begins. */
		if (steps[i].kind == TEEQ_STEP_OPEN)
			program->sessions[made[i].object].open = false;
	}
	return (struct stress_script){ made, count };
}

static struct stress_service resolve_service(struct stress_program *program,
					     const struct teeq_service_spec *spec)
{
	struct stress_service service = { .stop = TEEQ_RT_STOP_RPC };

	service.script = resolve(program, spec->steps, spec->step_count);
	if (spec->by == TEEQ_SERVED_BY_SUPPLICANT)
		service.stop = TEEQ_RT_STOP_REQUEST;
	else if (spec->kind != TEEQ_RPC_KIND_OTHER)
		service.stop = TEEQ_RT_STOP_KNOWN_RPC;
	return service;
}

/* They come behind the clients' tasks. Where it is not running there is one all the same. */
static void add_supplicant(struct stress_program *program, const struct cli_case *c, size_t task)
{
	for (; task < teeq_model_task_count(c->model); task++) {
		program->names[task] = teeq_model_task_name(c->model, task);
		program->tasks[task] = (struct stress_task){
			.stage = 1,
			.serves = true,
			.absent = program->scenario->supplicant_threads == 0,
		};
		program->options.supplicant_count++;
	}
}

static void resolve_all(struct stress_program *program, const struct cli_case *c)
{
	const struct teeq_scenario *scenario = program->scenario;
	size_t task = 0;

	for (size_t i = 0; i < scenario->command_count; i++)
		program->commands[i] = resolve(program, scenario->commands[i].steps,
					       scenario->commands[i].step_count);
	for (size_t i = 0; i < scenario->service_count; i++)
		program->services[i] = resolve_service(program, &scenario->services[i]);
	for (size_t i = 0; i < scenario->client_count; i++) {
		const struct teeq_client_spec *client = &scenario->clients[i];
		struct stress_script script = resolve(program, client->steps, client->step_count);

		for (uint32_t j = 0; j < (client->count ? client->count : 1); j++, task++) {
			struct teeq_task_view view;

			teeq_world_task(c->model, c->world, (unsigned int)task, &view);
			program->names[task] = teeq_model_task_name(c->model, task);
			program->tasks[task] = (struct stress_task){
				.script = script,
				.stage = client->stage ? client->stage : 1,
				.starts = view.action == TEEQ_ACTION_START,
			};
		}
	}
	add_supplicant(program, c, task);
}

static void set_options(struct stress_program *program, const struct cli_case *c)
{
	const struct teeq_scenario *scenario = program->scenario;

	for (size_t i = 0; i < scenario->barrier_count; i++)
		program->barriers[i] = (struct teeq_rt_barrier_spec){ scenario->barriers[i].name,
								      scenario->barriers[i].count };
	for (size_t i = 0; i < scenario->session_count; i++)
		program->sessions[i] = (struct teeq_rt_session_spec){
			.name = scenario->sessions[i].name,
			.open = true,
			.system = scenario->sessions[i].system,
		};
	program->options = (struct teeq_rt_options){
		.policy = c->policy.policy,
		.thread_count = scenario->thread_count,
		.lost_count = scenario->lost_count,
		.static_system_count = scenario->static_system_count,
		.ffa = scenario->abi == TEEQ_ABI_FFA,
		.clients = program->names,
		.client_count = teeq_model_task_count(c->model),
		.locks = scenario->locks,
		.lock_count = scenario->lock_count,
		.events = scenario->events,
		.event_count = scenario->event_count,
		.barriers = program->barriers,
		.barrier_count = scenario->barrier_count,
		.sessions = program->sessions,
		.session_count = scenario->session_count,
	};
}

int stress_program_build(struct stress_program *program, const struct cli_case *c)
{
	const char *missing;

	program->scenario = teeq_scenario_tables(c->file);
	missing = stress_missing(program->scenario);
	if (missing)
		return cli_error("%s: %s: real threads do not know that, 'teeq run' and 'teeq explore' do",
				 c->path, missing);
	program->step_count = count_all(program->scenario);
	program->steps = calloc(program->step_count + 1, sizeof(*program->steps));
	if (!program->steps)
		return cli_failed(c->path, TEEQ_ENOMEM, NULL);
	set_options(program, c);
	resolve_all(program, c);
	return CLI_OK;
}

void stress_program_free(struct stress_program *program)
{
	free(program->steps);
	program->steps = NULL;
}
