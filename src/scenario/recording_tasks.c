/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording's tasks as the clients t0, t1, ... Each call gets a command of its own and each of
 * its RPCs a service, so that a script nested in JSON becomes tables that refer to each other by
 * name: c0 with the RPCs s0 and s1, where s1 may call c1. Their order in the line gives the
 * numbers.
 */
#include <stdio.h>

#include "scenario/recording.h"

enum {
	HELD_MAX = 26, /* reservations one task holds at once: its sessions end in -a to -z */
};

/* What all tasks of a recording share, and what the task at hand holds. */
struct weaver {
	struct decoder *decoder;
	struct teeq_script_spec *commands;
	struct teeq_service_spec *services;
	struct teeq_session_spec *sessions;
	const char **locks;
	size_t command_count;
	size_t service_count;
	size_t session_count;
	size_t lock_count;
	size_t code_count;
	uint32_t system_count; /* sessions registered before the run: r0, r1, ... */
	size_t task;
	const char *held[HELD_MAX]; /* names of the task's own sessions; NULL: not used so far */
	size_t held_count;
	unsigned int depth; /* calls around the script being read */
};

static enum teeq_status weave_script(struct weaver *w, const struct place *place,
				     const struct teeq_step **steps, size_t *step_count);

static char *make_name(struct weaver *w, const char *prefix, size_t number)
{
	char name[32];
	int length = snprintf(name, sizeof(name), "%s%zu", prefix, number);

	return arena_copy(w->decoder->arena, name, (size_t)length);
}

static enum teeq_status recording_tasks_add_session(struct weaver *w, const struct place *place,
						    const char *name, bool system)
{
	if (!name)
		return decode_no_memory(w->decoder);
	if (w->session_count >= TEEQ_SESSION_MAX)
		return decode_refuse(w->decoder, place, "more than 64 system sessions");
	w->sessions[w->session_count++] =
		(struct teeq_session_spec){ .name = name, .system = system };
	return TEEQ_OK;
}

static enum teeq_status recording_tasks_add_service(struct weaver *w, const struct place *place,
						    struct teeq_step *rpc)
{
	const struct teeq_step *steps = NULL;
	struct teeq_service_spec *service;
	enum teeq_status status;

	if (w->service_count >= TEEQ_SERVICE_MAX)
		return decode_refuse(w->decoder, place, "more than 512 RPCs");
	service = &w->services[w->service_count];
	service->name = make_name(w, "s", w->service_count++);
	if (!service->name)
		return decode_no_memory(w->decoder);
	*rpc = (struct teeq_step)TEEQ_RPC(service->name);
	status = weave_script(w, place, &steps, &service->step_count);
	service->by = TEEQ_SERVED_BY_CALLER;
	service->steps = steps;
	return status;
}

static enum teeq_status recording_tasks_add_command(struct weaver *w, const struct place *rpcs,
						    const char **name)
{
	struct teeq_script_spec *command = &w->commands[w->command_count];
	enum teeq_status status;
	struct teeq_step *steps;
	size_t count;

	if (w->command_count >= TEEQ_COMMAND_MAX)
		return decode_refuse(w->decoder, rpcs, "more than 512 calls");
	status = decode_list(w->decoder, rpcs, 0, TEEQ_SERVICE_MAX, &count);
	if (status != TEEQ_OK)
		return status;
	command->name = make_name(w, "c", w->command_count++);
	steps = arena_take_array(w->decoder->arena, count, sizeof(*steps));
	if (!command->name || !steps)
		return decode_no_memory(w->decoder);
	command->steps = steps;
	command->step_count = count;
	*name = command->name;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		struct place rpc = place_index(rpcs, i);

		status = recording_tasks_add_service(w, &rpc, &steps[i]);
	}
	return status;
}

static enum teeq_status weave_call(struct weaver *w, const struct place *place,
				   struct teeq_step *step)
{
	static const char *const keys[] = { "system", "rpcs", NULL };
	enum teeq_status status = decode_object(w->decoder, place, keys);
	struct place system = place_key(place, "system");
	struct place rpcs = place_key(place, "rpcs");
	const char *name = NULL;
	bool is_system = false;

	if (status == TEEQ_OK)
		status = decode_truth(w->decoder, &system, &is_system);
	if (status != TEEQ_OK)
		return status;
	if (is_system && w->system_count == 0)
		return decode_refuse(
			w->decoder, &system,
			"found true, but system_sessions is 0: there is no such session");
	if (w->depth >= TEEQ_CALL_DEPTH_MAX)
		return decode_refuse(w->decoder, place, "more than 8 calls inside each other");
	w->depth++;
	status = recording_tasks_add_command(w, &rpcs, &name);
	w->depth--;
	*step = (struct teeq_step)TEEQ_CALL(name, is_system ? w->sessions[0].name : NULL);
	return status;
}

static enum teeq_status weave_lock(struct weaver *w, const struct place *place,
				   enum teeq_step_kind kind, struct teeq_step *step)
{
	int64_t number = 0;
	enum teeq_status status = decode_number(w->decoder, place, 0, TEEQ_LOCK_MAX - 1, &number);

	if (status != TEEQ_OK)
		return status;
	for (; w->lock_count <= (size_t)number; w->lock_count++) {
		w->locks[w->lock_count] = make_name(w, "l", w->lock_count);
		if (!w->locks[w->lock_count])
			return decode_no_memory(w->decoder);
	}
	*step = (struct teeq_step){ .kind = kind, .name = w->locks[number] };
	return TEEQ_OK;
}

/* Each reservation a task holds at once is a session: marking one twice would count once. */
static enum teeq_status weave_reserve(struct weaver *w, const struct place *place,
				      struct teeq_step *step)
{
	enum teeq_status status = TEEQ_OK;
	char name[32];
	int length;

	if (!json_is_true(place->json))
		return decode_refuse_type(w->decoder, place, "true");
	if (w->held_count >= HELD_MAX)
		return decode_refuse(w->decoder, place, "more than 26 reservations of one task");
	if (!w->held[w->held_count]) {
		length = snprintf(name, sizeof(name), "t%zu-%c", w->task,
				  (char)('a' + (int)w->held_count));
		w->held[w->held_count] = arena_copy(w->decoder->arena, name, (size_t)length);
		status = recording_tasks_add_session(w, place, w->held[w->held_count], false);
	}
	*step = (struct teeq_step)TEEQ_RESERVE(w->held[w->held_count]);
	w->held_count++;
	return status;
}

static enum teeq_status weave_unreserve(struct weaver *w, const struct place *place,
					struct teeq_step *step)
{
	if (!json_is_true(place->json))
		return decode_refuse_type(w->decoder, place, "true");
	if (w->held_count == 0)
		return decode_refuse(w->decoder, place, "nothing is reserved by this task");
	*step = (struct teeq_step)TEEQ_RELEASE(w->held[--w->held_count]);
	return TEEQ_OK;
}

/* Where a task stays for ever, in the model as well: nobody signals the event. */
static enum teeq_status weave_other(struct weaver *w, const struct place *place,
				    struct teeq_step *step)
{
	static const char *const events[] = { "other" };

	if (!json_is_true(place->json))
		return decode_refuse_type(w->decoder, place, "true");
	w->decoder->recording->scenario.events = events;
	w->decoder->recording->scenario.event_count = 1;
	*step = (struct teeq_step)TEEQ_AWAIT(events[0]);
	return TEEQ_OK;
}

static enum teeq_status weave_step(struct weaver *w, const struct place *place,
				   struct teeq_step *step)
{
	static const char *const keys[] = {
		"call", "lock", "unlock", "reserve", "unreserve", "other", NULL
	};
	enum teeq_status status = decode_object(w->decoder, place, keys);
	struct place action = { .parent = place };

	if (status != TEEQ_OK)
		return status;
	if (json_object_size(place->json) != 1)
		return decode_refuse_type(w->decoder, place, "an object of exactly one key");
	action.key = json_object_iter_key(json_object_iter(place->json));
	action.json = json_object_get(place->json, action.key);
	switch (action.key[0]) {
	case 'c':
		return weave_call(w, &action, step);
	case 'l':
		return weave_lock(w, &action, TEEQ_STEP_LOCK, step);
	case 'o':
		return weave_other(w, &action, step);
	case 'r':
		return weave_reserve(w, &action, step);
	default:
		return action.key[2] == 'l' ? weave_lock(w, &action, TEEQ_STEP_UNLOCK, step) :
					      weave_unreserve(w, &action, step);
	}
}

static enum teeq_status weave_script(struct weaver *w, const struct place *place,
				     const struct teeq_step **steps, size_t *step_count)
{
	struct teeq_step *made;
	enum teeq_status status =
		decode_list(w->decoder, place, 0, TEEQ_CODE_MAX - w->code_count, step_count);

	if (status != TEEQ_OK)
		return status;
	w->code_count += *step_count;
	made = arena_take_array(w->decoder->arena, *step_count, sizeof(*made));
	if (!made)
		return decode_no_memory(w->decoder);
	*steps = made;
	for (size_t i = 0; i < *step_count && status == TEEQ_OK; i++) {
		struct place step = place_index(place, i);

		status = weave_step(w, &step, &made[i]);
	}
	return status;
}

static enum teeq_status weave_client(struct weaver *w, const struct place *place,
				     struct teeq_client_spec *client)
{
	const struct teeq_step *steps = NULL;
	enum teeq_status status;

	w->held_count = 0;
	for (size_t i = 0; i < HELD_MAX; i++)
		w->held[i] = NULL;
	client->name = make_name(w, "t", w->task);
	if (!client->name)
		return decode_no_memory(w->decoder);
	client->count = 1;
	client->stage = 1;
	status = weave_script(w, place, &steps, &client->step_count);
	client->steps = steps;
	return status;
}

static enum teeq_status recording_tasks_begin(struct weaver *w, const struct place *root)
{
	struct arena *arena = w->decoder->arena;
	struct place system = place_key(root, "system_sessions");
	int64_t count = 0;
	enum teeq_status status = decode_number(w->decoder, &system, 0, TEEQ_SESSION_MAX, &count);

	w->system_count = (uint32_t)count;
	w->commands = arena_take_array(arena, TEEQ_COMMAND_MAX, sizeof(*w->commands));
	w->services = arena_take_array(arena, TEEQ_SERVICE_MAX, sizeof(*w->services));
	w->sessions = arena_take_array(arena, TEEQ_SESSION_MAX, sizeof(*w->sessions));
	w->locks = arena_take_array(arena, TEEQ_LOCK_MAX, sizeof(*w->locks));
	if (status == TEEQ_OK && (!w->commands || !w->services || !w->sessions || !w->locks))
		status = decode_no_memory(w->decoder);
	for (size_t i = 0; i < w->system_count && status == TEEQ_OK; i++)
		status = recording_tasks_add_session(w, &system, make_name(w, "r", i), true);
	return status;
}

enum teeq_status decode_tasks(struct decoder *decoder, const struct place *root)
{
	struct teeq_scenario *scenario = &decoder->recording->scenario;
	struct weaver w = { .decoder = decoder };
	struct place tasks = place_key(root, "tasks");
	struct teeq_client_spec *clients = NULL;
	size_t count = 0;
	enum teeq_status status = recording_tasks_begin(&w, root);

	if (status == TEEQ_OK)
		status = decode_list(decoder, &tasks, 1, TEEQ_TASK_MAX, &count);
	if (status == TEEQ_OK) {
		clients = arena_take_array(decoder->arena, count, sizeof(*clients));
		status = clients ? TEEQ_OK : decode_no_memory(decoder);
	}
	for (; w.task < count && status == TEEQ_OK; w.task++) {
		struct place task = place_index(&tasks, w.task);

		status = weave_client(&w, &task, &clients[w.task]);
	}
	decoder->task_count = (uint32_t)count;
	scenario->clients = clients;
	scenario->client_count = count;
	scenario->commands = w.commands;
	scenario->command_count = w.command_count;
	scenario->services = w.services;
	scenario->service_count = w.service_count;
	scenario->sessions = w.sessions;
	scenario->session_count = w.session_count;
	scenario->locks = w.locks;
	scenario->lock_count = w.lock_count;
	return status;
}
