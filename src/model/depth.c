/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

/*
 * How deep calls nest. A service may call a command that asks
 * for a service, and so on; that must end, within TEEQ_CALL_DEPTH_MAX calls.
 */
struct effect {
	unsigned int call_depth;
};

static bool command_effect(struct build *build, unsigned int command, unsigned int level,
			   struct effect *effect);
static bool open_effect(struct build *build, unsigned int command, unsigned int level,
			struct effect *effect);

static bool too_deep(struct build *build, unsigned int command)
{
	key_push(build, "commands.%s", build->model->commands[command].name);
	return build_fail(build, "services that call again nest deeper than %d calls",
			  TEEQ_CALL_DEPTH_MAX);
}

static void depth_join(struct effect *to, const struct effect *from)
{
	if (from->call_depth > to->call_depth)
		to->call_depth = from->call_depth;
}

static bool instruction_effect(struct build *build, const struct instruction *instruction,
			       unsigned int level, struct effect *effect)
{
	unsigned int command = model_command(instruction);

	if (command == TEEQ_NO_OBJECT)
		effect->call_depth = op_is(instruction->op, OP_BEGINS_CALL);
	else if (instruction->op == OP_OPEN)
		return open_effect(build, command, level, effect);
	else
		return command_effect(build, command, level, effect);
	return true;
}

static bool script_effect(struct build *build, uint16_t start, unsigned int level,
			  struct effect *effect)
{
	const struct instruction *instruction = &build->model->code[start];

	for (; instruction->op != OP_END; instruction++) {
		struct effect one = { 0 };

		if (!instruction_effect(build, instruction, level, &one))
			return false;
		depth_join(effect, &one);
	}
	return true;
}

/* Computed once each: call_depth says whether (a service's is one too high, so never 0). */
static bool service_effect(struct build *build, unsigned int service, unsigned int level,
			   struct effect *effect)
{
	struct script *script = &build->model->services[service];

	if (script->call_depth == 0) {
		struct effect own = { 0 };

		if (!script_effect(build, script->start, level, &own))
			return false;
		script->call_depth = (uint8_t)(own.call_depth + 1);
	}
	*effect = (struct effect){ script->call_depth - 1u };
	return true;
}

/* What tee-supplicant serves is no part of the caller. */
static bool is_supplicants(const struct build *build, const struct instruction *rpc)
{
	return build->model->services[rpc->object].by == TEEQ_SERVED_BY_SUPPLICANT;
}

/* A thread of tee-supplicant may have to run any of its services. */
static bool supplicant_effect(struct build *build, struct effect *effect)
{
	struct teeq_model *model = build->model;

	for (unsigned int i = 0; i < model->service_count; i++) {
		struct effect one = { 0 };

		if (model->services[i].by != TEEQ_SERVED_BY_SUPPLICANT)
			continue;
		if (!service_effect(build, i, 0, &one))
			return false;
		depth_join(effect, &one);
	}
	return true;
}

static bool task_effect(struct build *build, const struct task_info *task, struct effect *effect)
{
	struct effect exit = { 0 };

	if (task->kind == TEEQ_TASK_SUPPLICANT)
		return supplicant_effect(build, effect);
	if (!script_effect(build, task->start, 0, effect))
		return false;
	if (task->exit != CODE_NONE && !script_effect(build, task->exit, 0, &exit))
		return false;
	depth_join(effect, &exit);
	return true;
}

/* What it asks for by RPCs that the caller serves. */
static bool rpc_effect(struct build *build, uint16_t start, unsigned int level,
		       struct effect *effect)
{
	/* The code stays where it is: nothing is compiled meanwhile. */
	const struct instruction *instruction = &build->model->code[start];

	for (; instruction->op != OP_END; instruction++) {
		struct effect one = { 0 };

		if (instruction->op == OP_RPC && !is_supplicants(build, instruction) &&
		    !service_effect(build, instruction->object, level + 1, &one))
			return false;
		depth_join(effect, &one);
	}
	return true;
}

static bool command_effect(struct build *build, unsigned int command, unsigned int level,
			   struct effect *effect)
{
	struct script *script = &build->model->commands[command];

	if (level >= TEEQ_CALL_DEPTH_MAX)
		return too_deep(build, command);
	if (script->call_depth == 0) {
		struct effect own = { 0 };

		if (!rpc_effect(build, script->start, level, &own))
			return false;
		script->call_depth = (uint8_t)(own.call_depth + 1);
	}
	*effect = (struct effect){ script->call_depth };
	return true;
}

/* A call that opens a session of a TA may have to load that first. */
static bool open_effect(struct build *build, unsigned int command, unsigned int level,
			struct effect *effect)
{
	const struct teeq_model *model = build->model;
	unsigned int ta = model->commands[command].opens;
	struct effect load = { 0 };

	if (!command_effect(build, command, level, effect) ||
	    (ta > 0 && !rpc_effect(build, model->ta_load[ta - 1], level, &load)))
		return false;
	load.call_depth++;
	depth_join(effect, &load);
	return true;
}

/* There may be no slot left, and a page to be added by a call, or not to be had. */
static bool arguments_matter(const struct teeq_model *model)
{
	bool waits = model->abi == TEEQ_ABI_SMC && !model->lacks_rpc_arg;
	unsigned int calls[TEEQ_GUEST_MAX] = { 0 };

	for (unsigned int i = 0; i < model->fault_count; i++)
		waits |= model->faults[i].kind == TEEQ_FAULT_NO_MEMORY;
	for (unsigned int i = 0; i < model->task_count; i++) {
		const struct task_info *task = &model->tasks[i];

		/* Each guest's driver has slots of its own. */
		calls[task->guest] += task->call_depth;
		if (waits && calls[task->guest] > model->argument_slots)
			return true;
	}
	return false;
}

/* Every command first, called or not; then what clients make of them. */
bool build_depths(struct build *build)
{
	struct teeq_model *model = build->model;
	unsigned int deepest = 0;

	for (unsigned int i = 0; i < model->command_count; i++) {
		struct effect effect = { 0 };

		if (!command_effect(build, i, 0, &effect))
			return false;
		if (effect.call_depth > TEEQ_CALL_DEPTH_MAX)
			return too_deep(build, i);
	}
	for (unsigned int i = 0; i < model->task_count; i++) {
		struct effect effect = { 0 };

		if (!task_effect(build, &model->tasks[i], &effect))
			return false;
		model->tasks[i].call_depth = (uint8_t)effect.call_depth;
		if (effect.call_depth > TEEQ_CALL_DEPTH_MAX) {
			key_push(build, "clients");
			return build_fail(build,
					  "the calls of %s nest %u deep, at most %d are "
					  "possible",
					  model->tasks[i].name, effect.call_depth,
					  TEEQ_CALL_DEPTH_MAX);
		}
		model->waiter_max = (uint16_t)(model->waiter_max + effect.call_depth);
		/* A thread of tee-supplicant runs its services above itself. */
		if (model->tasks[i].kind == TEEQ_TASK_SUPPLICANT)
			effect.call_depth++;
		if (effect.call_depth > deepest)
			deepest = effect.call_depth;
	}
	model->level_count = (uint8_t)(deepest + 1);
	if (!arguments_matter(model))
		model->argument_slots = 0;
	return true;
}
