/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "model/build.h"

/*
 * The tables that not every scenario has: the secure world's own mutexes and TAs, notifications, TEE
 * contexts, devices, faults, and the tasks that belong to none of the clients.
 */
static bool build_tas(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "secure.tas");

	if (!build_check_count(build, "TAs", from->ta_count, TEEQ_TA_MAX))
		return false;
	for (size_t i = 0; i < from->ta_count; i++) {
		if (!build_add_name(build, model->tas, i, from->tas[i].name, -1))
			return false;
		model->ta_single[i] = from->tas[i].single_instance;
		model->ta_keep_alive[i] = from->tas[i].keep_alive;
		if (from->tas[i].load_count > 0)
			model->tas_to_load |= (uint16_t)(1u << i);
		if (from->tas[i].keep_alive && !from->tas[i].single_instance) {
			key_push(build, ".%s.keep-alive", from->tas[i].name);
			return build_fail(build, "only with single-instance: true");
		}
	}
	key_pop(build, length);
	model->ta_count = (uint8_t)from->ta_count;
	return true;
}

static bool build_secure_parts(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;

	if (!build_names(build, "secure.locks", from->secure_locks, from->secure_lock_count,
			 TEEQ_SECURE_LOCK_MAX, model->secure_locks, &model->named_lock_count) ||
	    !build_names(build, "secure.conditions", from->conditions, from->condition_count,
			 TEEQ_CONDITION_MAX, model->conditions, &model->condition_count) ||
	    !build_names(build, "notifications", from->notifications, from->notification_count,
			 TEEQ_NOTIFICATION_MAX, model->notifications, &model->notification_count) ||
	    !build_tas(build) || !build_in_range(build, "cpus", from->cpu_count, 0, TEEQ_CPU_MAX))
		return false;
	if (!build_cpus(build))
		return false;
	/* A TA's lock says that it is busy; behind them all, the one of single-instance TAs. */
	if (model->named_lock_count + model->ta_count > 0) {
		model->secure_lock_count = (uint8_t)model_first_session_lock(model);
		model->uses |= USES_SECURE_STATE;
	}
	model->key_count = model->notification_count;
	if (model->secure_lock_count)
		model->key_count = (uint8_t)(model->key_count + model->thread_count);
	return true;
}

static bool build_supplicant(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "supplicant");

	if (!build_in_range(build, ".threads", from->supplicant_threads, 0, TEEQ_SUPPLICANT_MAX))
		return false;
	if (from->supplicant_wait > TEEQ_SUPPLICANT_UNINTERRUPTIBLE) {
		key_push(build, ".wait");
		return build_fail(build, "%d is not a way to wait", (int)from->supplicant_wait);
	}
	key_pop(build, length);
	model->supplicant_count = (uint8_t)from->supplicant_threads;
	model->supplicant_wait = (uint8_t)from->supplicant_wait;
	if (model->supplicant_count)
		model->uses |= USES_SUPPLICANT;
	return true;
}

static bool build_contexts(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	size_t length = key_push(build, "contexts");

	if (!build_check_count(build, "contexts", from->context_count, TEEQ_TEE_CONTEXT_MAX))
		return false;
	for (size_t i = 0; i < from->context_count; i++)
		if (!build_add_name(build, build->model->contexts, i, from->contexts[i].name, -1))
			return false;
	key_pop(build, length);
	build->model->context_count = (uint8_t)from->context_count;
	return true;
}

bool build_find_context(struct build *build, const char *name, unsigned int *context)
{
	const struct teeq_model *model = build->model;
	int found = name ? name_index(model->contexts, model->context_count, name) : MODEL_OWN;

	*context = (unsigned int)found;
	if (found >= 0)
		return true;
	key_push(build, "context");
	return build_fail(build, "'%.80s' is not declared among the contexts", name);
}

/* The first session of a context keeps the book of its reservations. */
bool build_session_context(struct build *build, size_t session)
{
	const struct teeq_session_spec *from = &build->scenario->sessions[session];
	struct teeq_model *model = build->model;
	size_t length = key_push(build, ".%s.", from->name);
	unsigned int context;
	size_t home = session;

	if (!build_find_context(build, from->context, &context) ||
	    !build_find_guest(build, from->guest, &model->session_guest[session]) ||
	    !build_guest_of_context(build, context, model->session_guest[session]))
		return false;
	key_pop(build, length);
	for (size_t i = session; from->context && i-- > 0;)
		if (model->session_context[i] == context)
			home = i;
	model->session_context[session] = (uint8_t)context;
	model->session_home[session] = (uint8_t)home;
	if (from->context)
		model->context_home[context] = (uint8_t)(home + 1);
	model->session_keeps[session] = from->context;
	return true;
}

/* ------------------------------------- channels and devices ----------------------------------- */

static bool build_channels(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	size_t length = key_push(build, "channels");

	if (!build_check_count(build, "channels", from->channel_count, TEEQ_CHANNEL_MAX))
		return false;
	for (size_t i = 0; i < from->channel_count; i++)
		if (!build_add_name(build, build->model->channels, i, from->channels[i].name, -1))
			return false;
	key_pop(build, length);
	build->model->channel_count = (uint8_t)from->channel_count;
	return true;
}

/* Each device has a mutex of its own, behind the scenario's and with the device's name. */
static bool build_devices(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "devices");

	if (!build_check_count(build, "devices", from->device_count, TEEQ_DEVICE_MAX))
		return false;
	for (size_t i = 0; i < from->device_count; i++)
		if (!build_add_name(build, model->locks, model->lock_count + i,
				    from->devices[i].name, -1))
			return false;
	key_pop(build, length);
	model->device_count = (uint8_t)from->device_count;
	model->lock_count = (uint8_t)(model->lock_count + from->device_count);
	return true;
}

/* ------------------------------------------- faults ------------------------------------------- */

static bool build_fault(struct build *build, const struct teeq_fault_spec *from,
			struct fault_info *fault)
{
	uint32_t times = from->times ? from->times : 1;

	if ((size_t)from->kind >= TEEQ_FAULT_KIND_COUNT) {
		key_push(build, "kind");
		return build_fail(build, "%d is not a kind of fault", (int)from->kind);
	}
	if (times != TEEQ_FAULT_ALWAYS &&
	    !build_in_range(build, "times", times, 1, TEEQ_FAULT_TIMES_MAX))
		return false;
	if ((from->client != NULL) != (from->kind == TEEQ_FAULT_CLIENT_KILLED)) {
		key_push(build, "client");
		return build_fail(build, from->client ? "only for the kind client-killed" :
							"missing: who is killed?");
	}
	if (from->guest && from->kind != TEEQ_FAULT_SUPPLICANT_DIES &&
	    from->kind != TEEQ_FAULT_THREAD_LOST) {
		key_push(build, "guest");
		return build_fail(build, "only for the kinds supplicant-dies and thread-lost");
	}
	if (!build_find_guest(build, from->guest, &fault->target))
		return false;
	build->model->stale_keys |= from->kind == TEEQ_FAULT_NOTIF_WAIT_FAILS;
	if (from->error && from->kind != TEEQ_FAULT_CALL_FAILS &&
	    from->kind != TEEQ_FAULT_OPEN_FAILS) {
		key_push(build, "error");
		return build_fail(build, "only for the kinds call-fails and open-fails");
	}
	if (!find_result(build, "error", from->error ? from->error : "generic", &fault->error))
		return false;
	build->model->has_results |= from->error != NULL;
	fault->kind = (uint8_t)from->kind;
	fault->times = (uint8_t)times;
	return true;
}

static bool build_faults(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "faults");

	if (!build_check_count(build, "faults", from->fault_count, TEEQ_FAULT_MAX))
		return false;
	for (size_t i = 0; i < from->fault_count; i++) {
		const char *name = from->faults[i].name;
		size_t inner;

		if (!build_check_name(build, name))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(from->faults[j].name, name) == 0)
				return build_fail(build, "'%s' is declared twice", name);
		inner = key_push(build, ".%s.", name);
		if (!build_fault(build, &from->faults[i], &model->faults[i]))
			return false;
		key_pop(build, inner);
	}
	key_pop(build, length);
	model->fault_count = (uint8_t)from->fault_count;
	if (model->fault_count)
		model->uses |= USES_POOL_STATE;
	return true;
}

bool build_parts(struct build *build)
{
	return build_secure_parts(build) && build_supplicant(build) && build_contexts(build) &&
	       build_channels(build) && build_devices(build) && build_faults(build);
}

/* -------------------------------------- tasks of their own ------------------------------------ */

/* A fault is where it was declared; what comes by itself can only meet a client. */
static bool is_free_name(struct build *build, const char *name)
{
	const struct teeq_model *model = build->model;

	for (unsigned int i = 0; i < model->task_count; i++) {
		if (strcmp(model->tasks[i].name, name) != 0)
			continue;
		if (build->key_length == 0)
			key_push(build, "clients.%s", name);
		return build_fail(build, "'%s' is the name of another task", name);
	}
	return true;
}

/* What belongs to a driver has its guest's name before its own, where there are several. */
static const char *keep_task_name(struct build *build, const char *name, int number,
				  unsigned int guest, enum teeq_task_kind kind)
{
	char full[2 * TEEQ_NAME_MAX];

	if (build->model->guest_count == 1 || kind == TEEQ_TASK_FAULT)
		return build_keep_name(build, name, number);
	snprintf(full, sizeof(full), "%s-%s", build->model->guests[guest], name);
	return build_keep_name(build, full, number);
}

static bool add_task(struct build *build, const char *name, int number, enum teeq_task_kind kind,
		     uint16_t start, unsigned int group, unsigned int guest)
{
	struct teeq_model *model = build->model;
	struct task_info *task = &model->tasks[model->task_count];

	if (model->task_count == TEEQ_TASK_MAX) {
		if (build->key_length == 0)
			key_push(build, "clients");
		return build_fail(build,
				  "more than %d tasks in all, with those of tee-supplicant, "
				  "of notifications, and faults",
				  TEEQ_TASK_MAX);
	}
	*task = (struct task_info){
		.name = keep_task_name(build, name, number, guest, kind),
		.start = start,
		.stage = 1,
		.guest = (uint8_t)guest,
		.exit = MODEL_NONE,
		.client = (uint8_t)group,
		.kind = (uint8_t)kind,
		.context = MODEL_OWN,
	};
	if (!is_free_name(build, task->name))
		return false;
	model->task_count++;
	return true;
}

static bool add_supplicant(struct build *build, unsigned int group)
{
	struct teeq_model *model = build->model;
	uint16_t start = code_here(build);
	/* Where it is started later, one thread is what there will be. */
	int count = model->supplicant_count ? model->supplicant_count : 1;
	bool good = true;

	if (!emit(build, (struct instruction){ .op = OP_RECEIVE }) ||
	    !emit(build, (struct instruction){ .op = OP_ANSWER }) ||
	    !emit(build, (struct instruction){ .op = OP_GOTO, .target = start }) ||
	    !emit(build, (struct instruction){ .op = OP_END }))
		return false;
	for (unsigned int guest = 0; guest < model->guest_count; guest++)
		for (int i = 0; i < count && good; i++)
			good = add_task(build, TEEQ_SUPPLICANT_NAME, count > 1 ? i : -1,
					TEEQ_TASK_SUPPLICANT, start, group + 3 * guest, guest);
	return good;
}

/* One task for each guest. */
static bool add_everywhere(struct build *build, const char *name, uint16_t start,
			   unsigned int group)
{
	for (unsigned int guest = 0; guest < build->model->guest_count; guest++)
		if (!add_task(build, name, -1, TEEQ_TASK_NOTIFICATION, start, group + 3 * guest,
			      guest))
			return false;
	return true;
}

static bool add_interrupt(struct build *build, unsigned int group)
{
	uint16_t start = code_here(build);

	return emit(build, (struct instruction){ .op = OP_IRQ }) &&
	       emit(build, (struct instruction){ .op = OP_END }) &&
	       add_everywhere(build, "optee-notif", start, group);
}

/* Its thread, where anybody asks for a bottom half. */
static bool add_bottom_half(struct build *build, unsigned int group)
{
	struct teeq_model *model = build->model;
	uint16_t start = code_here(build);
	bool asked = false;

	for (size_t i = 0; i < model->code_count; i++)
		asked |= instruction_asks_bottom_half(&model->code[i]);
	if (!asked)
		return true;
	return emit(build, (struct instruction){ .op = OP_BOTTOM_HALF }) &&
	       emit(build, (struct instruction){ .op = OP_CALL,
						 .object = MODEL_NONE,
						 .command = model->bottom_half }) &&
	       emit(build, (struct instruction){ .op = OP_GOTO, .target = start }) &&
	       emit(build, (struct instruction){ .op = OP_END }) &&
	       add_everywhere(build, "optee-bottom-half", start, group);
}

static bool build_find_target(struct build *build, const char *client, uint8_t *task)
{
	const struct teeq_model *model = build->model;
	int found = name_index(model->clients, model->client_count, client);

	for (unsigned int i = 0; found >= 0 && i < model->task_count; i++) {
		if (model->tasks[i].kind == TEEQ_TASK_CLIENT && model->tasks[i].client == found) {
			*task = (uint8_t)i;
			return true;
		}
	}
	key_push(build, "client");
	return build_fail(build, "'%.80s' is not a client", client);
}

static bool build_add_faults(struct build *build, unsigned int group)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	uint16_t start = code_here(build);

	model->first_fault = model->task_count;
	if (from->fault_count > 0 && !emit(build, (struct instruction){ .op = OP_END }))
		return false;
	for (size_t i = 0; i < from->fault_count; i++) {
		const struct teeq_fault_spec *fault = &from->faults[i];
		size_t length = key_push(build, "faults.%s.", fault->name);

		if (fault->client &&
		    !build_find_target(build, fault->client, &model->faults[i].target))
			return false;
		if (fault->kind == TEEQ_FAULT_CLIENT_KILLED ||
		    fault->kind == TEEQ_FAULT_SUPPLICANT_DIES)
			model->uses |= USES_SIGNALS;
		if (fault->kind == TEEQ_FAULT_UNRESERVE_FAILS && fault->times == TEEQ_FAULT_ALWAYS)
			model->uses |= USES_UNRESERVE_FAULT;
		if (!add_task(build, fault->name, -1, TEEQ_TASK_FAULT, start,
			      group + (unsigned int)i, 0))
			return false;
		key_pop(build, length);
	}
	return true;
}

/* ----------------------------------- what names refer to -------------------------------------- */

static bool find_command(struct build *build, const char *key, const char *name, uint16_t *command)
{
	const struct teeq_model *model = build->model;
	size_t length = key_push(build, "%s", key);

	if (!find_script(build, "command", model->commands, model->command_count, name, command))
		return false;
	key_pop(build, length);
	return true;
}

static bool check_session(struct build *build, const char *name)
{
	size_t length = key_push(build, "session");
	uint16_t session;

	if (!find_session(build, name, &session))
		return false;
	key_pop(build, length);
	return true;
}

static bool check_commands(struct build *build, const char *key, const char *const *names,
			   size_t count)
{
	uint16_t command;

	for (size_t i = 0; i < count; i++)
		if (!find_command(build, key, names[i], &command))
			return false;
	return true;
}

static bool check_mutex(struct build *build, const char *name)
{
	size_t length = key_push(build, "mutex");
	uint16_t lock;

	if (name && !find_name(build, "lock", build->model->locks, build->scenario->lock_count,
			       name, &lock))
		return false;
	key_pop(build, length);
	return true;
}

/* Channels and devices that no step uses must be right all the same. */
static bool check_parts(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->channel_count; i++) {
		const struct teeq_channel_spec *channel = &from->channels[i];
		size_t length = key_push(build, "channels.%s.", channel->name);

		if (!check_session(build, channel->session) ||
		    !check_commands(build, "config", &channel->config, channel->config != NULL) ||
		    !check_mutex(build, channel->mutex))
			return false;
		key_pop(build, length);
	}
	for (size_t i = 0; i < from->device_count; i++) {
		const struct teeq_device_spec *device = &from->devices[i];
		size_t length = key_push(build, "devices.%s.", device->name);

		if ((device->session && !check_session(build, device->session)) ||
		    !check_commands(build, "on", device->on, device->on_count) ||
		    !check_commands(build, "off", device->off, device->off_count))
			return false;
		key_pop(build, length);
	}
	return true;
}

bool build_other_tasks(struct build *build)
{
	struct teeq_model *model = build->model;
	unsigned int group = model->client_count;
	uint16_t command = MODEL_NONE;

	if (!check_parts(build) ||
	    (build->scenario->bottom_half &&
	     !find_command(build, "secure.bottom-half", build->scenario->bottom_half, &command)))
		return false;
	/* Part of the digest: only where somebody may ask for it. */
	model->bottom_half = model->uses & USES_ASYNC ? command : 0;
	if ((model->uses & USES_SUPPLICANT) && !add_supplicant(build, group))
		return false;
	if ((model->uses & USES_ASYNC) &&
	    (!add_interrupt(build, group + 1) || !add_bottom_half(build, group + 2)))
		return false;
	return build_add_faults(build, group + 3u * model->guest_count);
}
