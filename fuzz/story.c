/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include <stdio.h>
#include <string.h>

/* Names are compared as pointers below, so each has one. */
static const char *const session_names[FLAT_SESSIONS] = { "s0", "s1", "s2", "s3" };
static const char *const task_names[FLAT_TASKS] = { "a", "b", "c", "d", "e", "f", "g", "h" };
static const char *const context_names[] = { "c0", "c1" };

static void saw(struct flat_watcher *watcher, const struct flat *flat, const struct flat_step *step)
{
	struct story *story = (struct story *)watcher;
	struct story_state *state = &story->states[story->count];

	memcpy(state->queue, flat->queue, sizeof(state->queue));
	memcpy(state->secure, flat->secure, sizeof(state->secure));
	story->steps[story->count++] = *step;
}

void story_run(struct story *story, const uint8_t *data, size_t size)
{
	story->watcher.saw = saw;
	story->count = 0;
	story->end = flat_run(&story->flat, data, size, &story->watcher);
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

static void add(struct story *story, enum teeq_step_kind kind, const char *name,
		const char *session)
{
	story->scratch[story->scratch_count++] =
		(struct teeq_step){ .kind = kind, .name = name, .session = session };
}

/* The steps from @from on move to where they can stay. */
static const struct teeq_step *keep(struct story *story, size_t from, size_t *count)
{
	struct teeq_step *kept = &story->kept[story->kept_count];

	*count = story->scratch_count - from;
	memcpy(kept, &story->scratch[from], *count * sizeof(*kept));
	story->kept_count += *count;
	story->scratch_count = from;
	return kept;
}

static const char *make_service(struct story *story, size_t at, unsigned int task,
				unsigned int level);

/* What the thread did in the call that @task entered at @level just before @at. NULL: nothing. */
static const char *make_command(struct story *story, size_t at, unsigned int task,
				unsigned int level)
{
	size_t from = story->scratch_count, index = 0, size;
	struct teeq_script_spec *spec;

	for (; at < story->count; at++) {
		const struct flat_step *step = &story->steps[at];

		if (step->task != task || step->level != level || step->kind == FLAT_MOVE ||
		    step->kind == FLAT_STARTED)
			continue;
		if (step->kind == FLAT_RPC)
			add(story, TEEQ_STEP_RPC, make_service(story, at + 1, task, level + 1),
			    NULL);
		else if (step->kind == FLAT_INTERRUPT)
			add(story, TEEQ_STEP_INTERRUPT, NULL, NULL);
		else
			break;
	}
	size = story->scratch_count - from;
	if (size == 0)
		return NULL;
	for (; index < story->scenario.command_count; index++) {
		spec = &story->commands[index];
		if (spec->step_count == size &&
		    same_steps(spec->steps, &story->scratch[from], size)) {
			story->scratch_count = from;
			return spec->name;
		}
	}
	spec = &story->commands[story->scenario.command_count++];
	snprintf(story->names[0][index], sizeof(story->names[0][index]), "call%u",
		 (unsigned int)index);
	*spec = (struct teeq_script_spec){ .name = story->names[0][index] };
	spec->steps = keep(story, from, &spec->step_count);
	return spec->name;
}

static void use_session(struct story *story, const struct flat_step *step)
{
	if (step->object < FLAT_SESSIONS)
		story->used[step->object] = true;
}

/* A step of @task's script at @level, where @at is one. */
static void add_script_step(struct story *story, size_t at)
{
	static const enum teeq_step_kind kinds[] = {
		[FLAT_OPEN] = TEEQ_STEP_OPEN, [FLAT_CLOSE] = TEEQ_STEP_CLOSE,
		[FLAT_RESERVE] = TEEQ_STEP_RESERVE, [FLAT_RELEASE] = TEEQ_STEP_RELEASE,
	};
	const struct flat_step *step = &story->steps[at];
	const char *session = step->object < FLAT_SESSIONS ? session_names[step->object] : NULL;

	switch (step->kind) {
	case FLAT_CALL:
		add(story, TEEQ_STEP_CALL,
		    make_command(story, at + 1, step->task, step->level), session);
		break;
	case FLAT_KILL:
		add(story, TEEQ_STEP_KILL, task_names[step->object], NULL);
		return;
	case FLAT_OPEN:
	case FLAT_CLOSE:
	case FLAT_RESERVE:
	case FLAT_RELEASE:
		add(story, kinds[step->kind], NULL, session);
		break;
	default:
		return;
	}
	use_session(story, step);
}

/* What @task does at @level from @at on, until it is back below. */
static void add_script(struct story *story, size_t at, unsigned int task, unsigned int level)
{
	for (; at < story->count; at++) {
		const struct flat_step *step = &story->steps[at];

		if (step->task != task || step->level > level || step->kind == FLAT_STARTED)
			continue;
		if (step->level < level)
			break;
		if (step->scripted)
			add_script_step(story, at);
	}
}

static const char *make_service(struct story *story, size_t at, unsigned int task,
				unsigned int level)
{
	size_t from = story->scratch_count, index = 0, size;
	struct teeq_service_spec *spec;

	add_script(story, at, task, level);
	size = story->scratch_count - from;
	for (; index < story->scenario.service_count; index++) {
		spec = &story->services[index];
		if (spec->step_count == size &&
		    same_steps(spec->steps, &story->scratch[from], size)) {
			story->scratch_count = from;
			return spec->name;
		}
	}
	spec = &story->services[story->scenario.service_count++];
	snprintf(story->names[1][index], sizeof(story->names[1][index]), "rpc%u",
		 (unsigned int)index);
	*spec = (struct teeq_service_spec){ .name = story->names[1][index] };
	spec->steps = keep(story, from, &spec->step_count);
	return spec->name;
}

/* ------------------------------------------ tables -------------------------------------------- */

/* Who is killed has something left to do, or the signal would come too late. */
static void make_clients(struct story *story)
{
	for (unsigned int i = 0; i < story->flat.task_count; i++) {
		struct teeq_client_spec *client = &story->clients[i];

		add_script(story, 0, i, 0);
		if (story->flat.tasks[i].flags & FLAT_KILLED)
			add(story, TEEQ_STEP_CALL, NULL, NULL);
		*client = (struct teeq_client_spec){ .name = task_names[i] };
		client->steps = keep(story, 0, &client->step_count);
	}
	story->scenario.clients = story->clients;
	story->scenario.client_count = story->flat.task_count;
}

/*
 * A session that some script opens is closed at first, so there is one that opens those which have
 * to be; nobody asks for it.
 */
static void make_sessions(struct story *story)
{
	struct teeq_scenario *scenario = &story->scenario;
	struct teeq_service_spec *closed = &story->services[scenario->service_count];

	for (unsigned int i = 0; i < FLAT_SESSIONS; i++) {
		bool asks = story->flat.asks >> i & 1;
		unsigned int context = flat_session_context(i);

		if (!asks && !story->used[i])
			continue;
		story->sessions[scenario->session_count++] = (struct teeq_session_spec){
			.name = session_names[i], .system = asks,
			.context = context == FLAT_NONE ? NULL : context_names[context],
		};
		if (!asks)
			add(story, TEEQ_STEP_OPEN, NULL, session_names[i]);
	}
	scenario->sessions = story->sessions;
	if (story->scratch_count == 0)
		return;
	scenario->service_count++;
	*closed = (struct teeq_service_spec){ .name = "closed-at-first" };
	closed->steps = keep(story, 0, &closed->step_count);
}

/* Who works in a context may not use a session of another one, so either both matter or none. */
static void make_contexts(struct story *story)
{
	struct teeq_scenario *scenario = &story->scenario;
	bool named = false;

	for (size_t i = 0; i < scenario->session_count; i++)
		named |= story->sessions[i].context != NULL;
	if (!named)
		return;
	for (size_t i = 0; i < 2; i++) {
		story->contexts[scenario->context_count++].name = context_names[i];
		if (i < scenario->client_count)
			story->clients[i].context = context_names[i];
	}
	scenario->contexts = story->contexts;
}

void story_tell(struct story *story)
{
	const struct flat *flat = &story->flat;

	story->scratch_count = story->kept_count = 0;
	memset(story->used, 0, sizeof(story->used));
	story->scenario = (struct teeq_scenario){
		.name = "finding",
		.thread_count = flat->books.threads,
		.argument_slots = TEEQ_ARGUMENT_MAX,
		.lost_count = flat->lost,
		.static_system_count = flat->static_count,
		.abi = flat->ffa ? TEEQ_ABI_FFA : TEEQ_ABI_SMC,
		.lacks_session_lock = true, /* the small world has none */
		.commands = story->commands,
		.services = story->services,
	};
	make_clients(story);
	make_sessions(story);
	make_contexts(story);
}
