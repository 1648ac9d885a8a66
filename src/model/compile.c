/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/error.h"
#include "model/build.h"

/* What a step is called in a scenario file, and where it may stand. */
enum { IN_COMMAND = 1, IN_SCRIPT = 2 };

struct step_rule {
	const char *key;
	uint8_t place;
	uint8_t op;
	bool takes_time; /* others may move before it: it is a step of its own */
};

static const struct step_rule rules[] = {
	[TEEQ_STEP_CALL] = { "call", IN_SCRIPT, OP_CALL, true },
	[TEEQ_STEP_LOCK] = { "lock", IN_SCRIPT, OP_LOCK, true },
	[TEEQ_STEP_UNLOCK] = { "unlock", IN_SCRIPT, OP_UNLOCK, false },
	[TEEQ_STEP_AWAIT] = { "await", IN_SCRIPT, OP_AWAIT, true },
	[TEEQ_STEP_SIGNAL] = { "signal", IN_SCRIPT, OP_SIGNAL, false },
	[TEEQ_STEP_BARRIER] = { "barrier", IN_SCRIPT, OP_BARRIER, true },
	[TEEQ_STEP_RESERVE] = { "reserve", IN_SCRIPT, OP_RESERVE, true },
	[TEEQ_STEP_RELEASE] = { "release", IN_SCRIPT, OP_RELEASE, true },
	[TEEQ_STEP_OPEN] = { "open", IN_SCRIPT, OP_OPEN, true },
	[TEEQ_STEP_CLOSE] = { "close", IN_SCRIPT, OP_CLOSE, true },
	[TEEQ_STEP_REPEAT] = { "repeat", IN_COMMAND | IN_SCRIPT, OP_LOOP, false },
	[TEEQ_STEP_RPC] = { "rpc", IN_COMMAND, OP_RPC, true },
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

static bool emit(struct build *build, struct instruction instruction)
{
	struct teeq_model *model = build->model;

	if (model->code_count >= TEEQ_CODE_MAX)
		return build_fail(build, "more than %d steps in all", TEEQ_CODE_MAX);
	if (model->code_count == build->code_capacity) {
		size_t capacity = build->code_capacity ? 2 * build->code_capacity : 64;
		struct instruction *code = realloc(model->code, capacity * sizeof(*code));

		if (!code) {
			build->status = error_nomem(build->error);
			return false;
		}
		model->code = code;
		build->code_capacity = capacity;
	}
	model->code[model->code_count++] = instruction;
	return true;
}

/* -------------------------------------- what steps refer to ----------------------------------- */

static bool unknown(struct build *build, const char *kind, const char *name)
{
	if (!name)
		return build_fail(build, "the name of the %s is missing", kind);
	return build_fail(build, "'%.80s' is not declared among the %ss", name, kind);
}

static bool find_name(struct build *build, const char *kind, const char *const *names, size_t count,
		      const char *name, uint16_t *index)
{
	int found = name ? name_index(names, count, name) : -1;

	if (found < 0)
		return unknown(build, kind, name);
	*index = (uint16_t)found;
	return true;
}

static bool find_script(struct build *build, const char *kind, const struct script *scripts,
			size_t count, const char *name, uint16_t *index)
{
	for (size_t i = 0; name && i < count; i++) {
		if (name_index(&scripts[i].name, 1, name) == 0) {
			*index = (uint16_t)i;
			return true;
		}
	}
	return unknown(build, kind, name);
}

static bool find_session(struct build *build, const char *name, uint16_t *index)
{
	const struct teeq_model *model = build->model;

	return find_name(build, "session", model->sessions, model->session_count, name, index);
}

/* A call: both the command and the session may be left out. */
static bool resolve_call(struct build *build, const struct teeq_step *step,
			 struct instruction *instruction)
{
	struct teeq_model *model = build->model;
	size_t length;

	instruction->object = MODEL_NONE;
	instruction->target = MODEL_NONE;
	length = key_push(build, ".command");
	if (step->name && !find_script(build, "command", model->commands, model->command_count,
				       step->name, &instruction->target))
		return false;
	key_pop(build, length);
	length = key_push(build, ".session");
	if (step->session && !find_session(build, step->session, &instruction->object))
		return false;
	key_pop(build, length);
	return true;
}

static bool resolve(struct build *build, const struct teeq_step *step,
		    struct instruction *instruction)
{
	struct teeq_model *model = build->model;
	uint16_t *object = &instruction->object;

	switch (step->kind) {
	case TEEQ_STEP_CALL:
		return resolve_call(build, step, instruction);
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_UNLOCK:
		return find_name(build, "lock", model->locks, model->lock_count, step->name,
				 object);
	case TEEQ_STEP_AWAIT:
	case TEEQ_STEP_SIGNAL:
		return find_name(build, "event", model->events, model->event_count, step->name,
				 object);
	case TEEQ_STEP_BARRIER:
		return find_name(build, "barrier", model->barriers, model->barrier_count,
				 step->name, object);
	case TEEQ_STEP_RPC:
		return find_script(build, "service", model->services, model->service_count,
				   step->name, object);
	default:
		if (!find_session(build, step->session, object))
			return false;
		if (step->kind == TEEQ_STEP_OPEN)
			model->session_opened[*object] = true;
		return true;
	}
}

/* ------------------------------------------- steps -------------------------------------------- */

static bool emit_steps(struct build *build, const struct teeq_step *steps, size_t count, int place,
		       unsigned int depth);

/* Whether a turn of these steps lets anybody else move. A repeat of nothing else would not end. */
static bool takes_time(const struct teeq_step *steps, size_t count, unsigned int depth)
{
	for (size_t i = 0; i < count; i++) {
		if ((size_t)steps[i].kind < RULE_COUNT && rules[steps[i].kind].takes_time)
			return true;
		/* Deeper than may be: emit_repeat() will say so. */
		if (steps[i].kind == TEEQ_STEP_REPEAT && steps[i].steps &&
		    (depth >= TEEQ_REPEAT_DEPTH_MAX ||
		     takes_time(steps[i].steps, steps[i].step_count, depth + 1)))
			return true;
	}
	return false;
}

static bool emit_repeat(struct build *build, const struct teeq_step *step, int place,
			unsigned int depth)
{
	struct teeq_model *model = build->model;
	uint8_t *slots = place == IN_COMMAND ? &model->command_loop_count :
					       &model->script_loop_count;
	size_t length, start;

	if (depth >= TEEQ_REPEAT_DEPTH_MAX)
		return build_fail(build, "repeats nest deeper than %d", TEEQ_REPEAT_DEPTH_MAX);
	if (step->times < 1 || step->times > TEEQ_REPEAT_MAX) {
		key_push(build, ".times");
		return build_fail(build, "%u is out of range: 1..%d", step->times, TEEQ_REPEAT_MAX);
	}
	if (step->step_count == 0)
		return true;
	if (!step->steps)
		return build_fail(build, "its steps are missing");
	if (!takes_time(step->steps, step->step_count, depth + 1))
		return build_fail(build, "nothing in it takes time: a call, a lock or an rpc is "
					 "missing");
	if (!emit(build, (struct instruction){ .op = OP_LOOP, .slot = (uint8_t)depth,
					       .count = (uint16_t)step->times }))
		return false;
	start = model->code_count;
	length = key_push(build, ".");
	if (!emit_steps(build, step->steps, step->step_count, place, depth + 1))
		return false;
	key_pop(build, length);
	if (*slots < depth + 1)
		*slots = (uint8_t)(depth + 1);
	return emit(build, (struct instruction){ .op = OP_NEXT, .slot = (uint8_t)depth,
						 .target = (uint16_t)start });
}

static bool emit_step(struct build *build, const struct teeq_step *step, int place,
		      unsigned int depth)
{
	struct instruction instruction = { 0 };

	if ((size_t)step->kind >= RULE_COUNT)
		return build_fail(build, "%d is not a kind of step", (int)step->kind);
	key_push(build, ".%s", rules[step->kind].key);
	if (!(rules[step->kind].place & place))
		return build_fail(build, place == IN_COMMAND ?
						 "not a step of a command; those are rpc, repeat" :
						 "a step of a command only");
	if (step->kind == TEEQ_STEP_REPEAT)
		return emit_repeat(build, step, place, depth);
	instruction.op = rules[step->kind].op;
	return resolve(build, step, &instruction) && emit(build, instruction);
}

static bool emit_steps(struct build *build, const struct teeq_step *steps, size_t count, int place,
		       unsigned int depth)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = key_push(build, place == IN_COMMAND && depth == 0 ? "[%zu]" :
										   "do[%zu]", i);

		if (!emit_step(build, &steps[i], place, depth))
			return false;
		key_pop(build, length);
	}
	return true;
}

static bool emit_script(struct build *build, const struct teeq_step *steps, size_t count, int place,
			uint16_t *start)
{
	if (count > TEEQ_CODE_MAX || (count > 0 && !steps))
		return build_fail(build, "%zu steps, at most %d are possible", count,
				  TEEQ_CODE_MAX);
	*start = (uint16_t)build->model->code_count;
	return emit_steps(build, steps, count, place, 0) &&
	       emit(build, (struct instruction){ .op = OP_END });
}

/* ------------------------------------------ scripts ------------------------------------------- */

static bool build_commands(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->command_count; i++) {
		size_t length = key_push(build, "commands.%s", from->commands[i].name);

		if (!emit_script(build, from->commands[i].steps, from->commands[i].step_count,
				 IN_COMMAND, &build->model->commands[i].start))
			return false;
		key_pop(build, length);
	}
	return true;
}

static bool build_services(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->service_count; i++) {
		size_t length = key_push(build, "services.%s.", from->services[i].name);

		if (from->services[i].by != TEEQ_SERVED_BY_CALLER)
			return build_fail(build, "by: %d is not a server",
					  (int)from->services[i].by);
		if (!emit_script(build, from->services[i].steps, from->services[i].step_count,
				 IN_SCRIPT, &build->model->services[i].start))
			return false;
		key_pop(build, length);
	}
	return true;
}

/* A script that begins with something invisible has a step before it to which that belongs. */
static bool wants_start(const struct teeq_step *steps, size_t count)
{
	while (count > 0 && steps->kind == TEEQ_STEP_REPEAT) {
		if (steps->step_count == 0) {
			steps++;
			count--;
		} else {
			count = steps->step_count;
			steps = steps->steps;
		}
	}
	return count > 0 && (steps->kind == TEEQ_STEP_UNLOCK || steps->kind == TEEQ_STEP_SIGNAL ||
			     steps->kind == TEEQ_STEP_BARRIER);
}

static bool build_client_code(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t task = 0;

	for (size_t i = 0; i < from->client_count; i++) {
		const struct teeq_client_spec *client = &from->clients[i];
		size_t length = key_push(build, "clients.%s.", client->name);
		uint16_t start = (uint16_t)model->code_count, code;

		/* Compiled first: it checks what wants_start() relies on. */
		if (!emit(build, (struct instruction){ .op = OP_START }) ||
		    !emit_script(build, client->steps, client->step_count, IN_SCRIPT, &code))
			return false;
		if (!wants_start(client->steps, client->step_count))
			start = code;
		while (task < model->task_count && model->tasks[task].client == i)
			model->tasks[task++].start = start;
		key_pop(build, length);
	}
	return true;
}

bool build_code(struct build *build)
{
	return build_commands(build) && build_services(build) && build_client_code(build);
}
