/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "model/build.h"

/*
 * Tasks: those of the clients, and those that belong to
 * none: of tee-supplicant, of notifications, and faults.
 */

/* ------------------------------------------ clients ------------------------------------------- */

static bool add_clients_tasks(struct build *build, size_t client)
{
	const struct teeq_client_spec *from = &build->scenario->clients[client];
	struct teeq_model *model = build->model;
	uint32_t count = from->count ? from->count : 1;
	uint32_t stage = from->stage ? from->stage : 1;
	unsigned int context;
	uint8_t guest;

	if (!build_in_range(build, "count", count, 1, TEEQ_TASK_MAX) ||
	    !build_in_range(build, "stage", stage, 1, TEEQ_STAGE_MAX))
		return false;
	if (model->task_count + count > TEEQ_TASK_MAX)
		return build_fail(build, "more than %d tasks in all", TEEQ_TASK_MAX);
	if (!build_find_context(build, from->context, &context) ||
	    !build_find_guest(build, from->guest, &guest) ||
	    !build_guest_of_context(build, context, guest) || !build_cpu_of(build, from))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct task_info *task = &model->tasks[model->task_count++];

		task->name = build_keep_name(build, from->name, count > 1 ? (int)i : -1);
		task->stage = (uint8_t)stage;
		task->client = (uint8_t)client;
		task->context = (uint8_t)context;
		task->nowait = from->supplicant_nowait;
		task->guest = guest;
		task->cpu = (uint8_t)from->cpu;
		task->priority = (uint8_t)from->priority;
	}
	if (stage > model->last_stage)
		model->last_stage = (uint8_t)stage;
	return true;
}

bool build_clients(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	const char **names = build->model->clients;
	size_t length = key_push(build, "clients");

	if (from->client_count == 0)
		return build_fail(build, "there is nobody to run: at least one client is needed");
	if (!build_check_count(build, "clients", from->client_count, TEEQ_CLIENT_MAX))
		return false;
	build->model->last_stage = 1;
	for (size_t i = 0; i < from->client_count; i++) {
		const char *name = from->clients[i].name;
		size_t inner;

		if (!build_check_name(build, name))
			return false;
		if (name_index(names, i, name) >= 0)
			return build_fail(build, "'%s' is declared twice", name);
		if (strcmp(name, TEEQ_SUPPLICANT_NAME) == 0)
			return build_fail(build, "'%s' is not a client: see supplicant", name);
		names[i] = build_keep_name(build, name, -1);
		inner = key_push(build, ".%s.", name);
		if (!add_clients_tasks(build, i))
			return false;
		key_pop(build, inner);
	}
	key_pop(build, length);
	build->model->client_count = (uint8_t)from->client_count;
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

bool build_faults(struct build *build)
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

/* ------------------------------------- tasks of their own ------------------------------------- */

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
		.exit = CODE_NONE,
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
						 .object = TEEQ_NO_OBJECT,
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

static bool add_faults(struct build *build, unsigned int group)
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

bool build_other_tasks(struct build *build)
{
	struct teeq_model *model = build->model;
	unsigned int group = model->client_count;
	uint16_t command = TEEQ_NO_OBJECT;

	if (!build_check_names(build) ||
	    (build->scenario->bottom_half &&
	     !build_find_command(build, "secure.bottom-half", build->scenario->bottom_half,
				 &command)))
		return false;
	/* Part of the digest: only where somebody may ask for it. */
	model->bottom_half = model->uses & USES_ASYNC ? command : 0;
	if ((model->uses & USES_SUPPLICANT) && !add_supplicant(build, group))
		return false;
	if ((model->uses & USES_ASYNC) &&
	    (!add_interrupt(build, group + 1) || !add_bottom_half(build, group + 2)))
		return false;
	return add_faults(build, group + 3u * model->guest_count);
}
