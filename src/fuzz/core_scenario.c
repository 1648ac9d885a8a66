/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_scenario.h"

#include <stdio.h>
#include <string.h>

/* Names are compared as pointers below, so each has one. */
static const char *const session_names[CORE_SESSIONS] = { "s0", "s1", "s2", "s3" };
static const char *const task_names[CORE_TASKS] = { "a", "b", "c", "d", "e", "f", "g", "h" };
static const char *const context_names[] = { "c0", "c1" };

static void saw(struct core_watcher *watcher, const struct core_world *world,
		const struct core_step *step)
{
	struct core_scenario *record = (struct core_scenario *)watcher;
	struct core_state *state = &record->states[record->count];

	memcpy(state->queue, world->queue, sizeof(state->queue));
	memcpy(state->secure, world->secure, sizeof(state->secure));
	record->steps[record->count++] = *step;
}

void core_scenario_record(struct core_scenario *record, const struct teeq_policy *policy,
			  const uint8_t *data, size_t size)
{
	record->watcher.saw = saw;
	record->count = 0;
	record->end = core_run(&record->world, policy, data, size, &record->watcher);
}

/* ------------------------------------------ scripts ------------------------------------------- */

static bool same_steps(const struct teeq_step *a, const struct teeq_step *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].kind != b[i].kind || a[i].name != b[i].name ||
		    a[i].session != b[i].session)
			return false;
	return true;
}

static void record_add(struct core_scenario *record, enum teeq_step_kind kind, const char *name,
		       const char *session)
{
	record->scratch[record->scratch_count++] =
		(struct teeq_step){ .kind = kind, .name = name, .session = session };
}

/* The steps from @from on move to where they can stay. */
static const struct teeq_step *record_keep(struct core_scenario *record, size_t from, size_t *count)
{
	struct teeq_step *kept = &record->kept[record->kept_count];

	*count = record->scratch_count - from;
	memcpy(kept, &record->scratch[from], *count * sizeof(*kept));
	record->kept_count += *count;
	record->scratch_count = from;
	return kept;
}

static const char *make_service(struct core_scenario *record, size_t at, unsigned int task,
				unsigned int level);

/* What the thread did in the call that @task entered at @level just before @at. NULL: nothing. */
static const char *make_command(struct core_scenario *record, size_t at, unsigned int task,
				unsigned int level)
{
	size_t from = record->scratch_count, index = 0, size;
	struct teeq_script_spec *spec;

	for (; at < record->count; at++) {
		const struct core_step *step = &record->steps[at];

		if (step->task != task || step->level != level || step->kind == CORE_MOVE ||
		    step->kind == CORE_STARTED)
			continue;
		if (step->kind == CORE_RPC)
			record_add(record, TEEQ_STEP_RPC,
				   make_service(record, at + 1, task, level + 1), NULL);
		else if (step->kind == CORE_INTERRUPT)
			record_add(record, TEEQ_STEP_INTERRUPT, NULL, NULL);
		else
			break;
	}
	size = record->scratch_count - from;
	if (size == 0)
		return NULL;
	for (; index < record->scenario.command_count; index++) {
		spec = &record->commands[index];
		if (spec->step_count == size &&
		    same_steps(spec->steps, &record->scratch[from], size)) {
			record->scratch_count = from;
			return spec->name;
		}
	}
	spec = &record->commands[record->scenario.command_count++];
	snprintf(record->names[0][index], sizeof(record->names[0][index]), "call%u",
		 (unsigned int)index);
	*spec = (struct teeq_script_spec){ .name = record->names[0][index] };
	spec->steps = record_keep(record, from, &spec->step_count);
	return spec->name;
}

static void use_session(struct core_scenario *record, const struct core_step *step)
{
	if (step->object < CORE_SESSIONS)
		record->used[step->object] = true;
}

/* A step of @task's script at @level, where @at is one. */
static void add_script_step(struct core_scenario *record, size_t at)
{
	static const enum teeq_step_kind kinds[] = {
		[CORE_OPEN] = TEEQ_STEP_OPEN,
		[CORE_CLOSE] = TEEQ_STEP_CLOSE,
		[CORE_RESERVE] = TEEQ_STEP_RESERVE,
		[CORE_RELEASE] = TEEQ_STEP_RELEASE,
	};
	const struct core_step *step = &record->steps[at];
	const char *session = step->object < CORE_SESSIONS ? session_names[step->object] : NULL;

	switch (step->kind) {
	case CORE_CALL:
		record_add(record, TEEQ_STEP_CALL,
			   make_command(record, at + 1, step->task, step->level), session);
		break;
	case CORE_KILL:
		record_add(record, TEEQ_STEP_KILL, task_names[step->object], NULL);
		return;
	case CORE_OPEN:
	case CORE_CLOSE:
	case CORE_RESERVE:
	case CORE_RELEASE:
		record_add(record, kinds[step->kind], NULL, session);
		break;
	default:
		return;
	}
	use_session(record, step);
}

/* What @task does at @level from @at on, until it is back below. */
static void record_script(struct core_scenario *record, size_t at, unsigned int task,
			  unsigned int level)
{
	for (; at < record->count; at++) {
		const struct core_step *step = &record->steps[at];

		if (step->task != task || step->level > level || step->kind == CORE_STARTED)
			continue;
		if (step->level < level)
			break;
		if (step->scripted)
			add_script_step(record, at);
	}
}

static const char *make_service(struct core_scenario *record, size_t at, unsigned int task,
				unsigned int level)
{
	size_t from = record->scratch_count, index = 0, size;
	struct teeq_service_spec *spec;

	record_script(record, at, task, level);
	size = record->scratch_count - from;
	for (; index < record->scenario.service_count; index++) {
		spec = &record->services[index];
		if (spec->step_count == size &&
		    same_steps(spec->steps, &record->scratch[from], size)) {
			record->scratch_count = from;
			return spec->name;
		}
	}
	spec = &record->services[record->scenario.service_count++];
	snprintf(record->names[1][index], sizeof(record->names[1][index]), "rpc%u",
		 (unsigned int)index);
	*spec = (struct teeq_service_spec){ .name = record->names[1][index] };
	spec->steps = record_keep(record, from, &spec->step_count);
	return spec->name;
}

/* ------------------------------------------ tables -------------------------------------------- */

/* Who is killed has something left to do, or the signal would come too late. */
static void make_clients(struct core_scenario *record)
{
	for (unsigned int i = 0; i < record->world.task_count; i++) {
		struct teeq_client_spec *client = &record->clients[i];

		record_script(record, 0, i, 0);
		if (record->world.tasks[i].flags & CORE_KILLED)
			record_add(record, TEEQ_STEP_CALL, NULL, NULL);
		*client = (struct teeq_client_spec){ .name = task_names[i] };
		client->steps = record_keep(record, 0, &client->step_count);
	}
	record->scenario.clients = record->clients;
	record->scenario.client_count = record->world.task_count;
}

/*
 * A session that some script opens is closed at first, so there is one that opens those which have
 * to be; nobody asks for it.
 */
static void make_sessions(struct core_scenario *record)
{
	struct teeq_scenario *scenario = &record->scenario;
	struct teeq_service_spec *closed = &record->services[scenario->service_count];

	for (unsigned int i = 0; i < CORE_SESSIONS; i++) {
		bool asks = record->world.asks >> i & 1;
		unsigned int context = core_session_context(i);

		if (!asks && !record->used[i])
			continue;
		record->sessions[scenario->session_count++] = (struct teeq_session_spec){
			.name = session_names[i],
			.system = asks,
			.context = context == CORE_NONE ? NULL : context_names[context],
		};
		if (!asks)
			record_add(record, TEEQ_STEP_OPEN, NULL, session_names[i]);
	}
	scenario->sessions = record->sessions;
	if (record->scratch_count == 0)
		return;
	scenario->service_count++;
	*closed = (struct teeq_service_spec){ .name = "closed-at-first" };
	closed->steps = record_keep(record, 0, &closed->step_count);
}

/* Who works in a context may not use a session of another one, so either both matter or none. */
static void make_contexts(struct core_scenario *record)
{
	struct teeq_scenario *scenario = &record->scenario;
	bool named = false;

	for (size_t i = 0; i < scenario->session_count; i++)
		named |= record->sessions[i].context != NULL;
	if (!named)
		return;
	for (size_t i = 0; i < 2; i++) {
		record->contexts[scenario->context_count++].name = context_names[i];
		if (i < scenario->client_count)
			record->clients[i].context = context_names[i];
	}
	scenario->contexts = record->contexts;
}

void core_scenario_make(struct core_scenario *record)
{
	const struct core_world *world = &record->world;

	record->scratch_count = record->kept_count = 0;
	memset(record->used, 0, sizeof(record->used));
	record->scenario = (struct teeq_scenario){
		.name = "finding",
		.thread_count = world->books.threads,
		.argument_slots = TEEQ_ARGUMENT_MAX,
		.lost_count = world->lost,
		.static_system_count = world->static_count,
		.abi = world->ffa ? TEEQ_ABI_FFA : TEEQ_ABI_SMC,
		.lacks_session_lock = true, /* the small world has none */
		.commands = record->commands,
		.services = record->services,
	};
	make_clients(record);
	make_sessions(record);
	make_contexts(record);
}
