/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model/build.h"

/* What a step is called in a scenario file, and where it may stand. */
struct step_rule {
	const char *key;
	uint8_t place;
	uint8_t op; /* OP_COUNT: compile_normal.c and compile_secure.c know what it becomes */
	bool takes_time; /* others may move before it: it is a step of its own */
};

static const struct step_rule rules[] = {
	[TEEQ_STEP_CALL] = { "call", IN_SCRIPT, OP_CALL, true },
	[TEEQ_STEP_LOCK] = { "lock", IN_COMMAND | IN_SCRIPT, OP_LOCK, true },
	[TEEQ_STEP_UNLOCK] = { "unlock", IN_COMMAND | IN_SCRIPT, OP_UNLOCK, false },
	[TEEQ_STEP_AWAIT] = { "await", IN_SCRIPT, OP_AWAIT, true },
	[TEEQ_STEP_SIGNAL] = { "signal", IN_SCRIPT, OP_SIGNAL, false },
	[TEEQ_STEP_BARRIER] = { "barrier", IN_SCRIPT, OP_BARRIER, true },
	[TEEQ_STEP_RESERVE] = { "reserve", IN_SCRIPT, OP_RESERVE, true },
	[TEEQ_STEP_RELEASE] = { "release", IN_SCRIPT, OP_RELEASE, true },
	[TEEQ_STEP_OPEN] = { "open", IN_COMMAND | IN_SCRIPT, OP_OPEN, true },
	[TEEQ_STEP_CLOSE] = { "close", IN_COMMAND | IN_SCRIPT, OP_CLOSE, true },
	[TEEQ_STEP_REPEAT] = { "repeat", IN_COMMAND | IN_SCRIPT, OP_LOOP, false },
	[TEEQ_STEP_RPC] = { "rpc", IN_COMMAND, OP_RPC, true },
	[TEEQ_STEP_SLEEP] = { "sleep", IN_SCRIPT, OP_SLEEP, true },
	[TEEQ_STEP_KILL] = { "kill", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_START] = { "start", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_FREEZE] = { "freeze", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_THAW] = { "thaw", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_CANCEL] = { "cancel", IN_SCRIPT, OP_CANCEL, true },
	[TEEQ_STEP_CLOSE_CONTEXT] = { "close-context", IN_SCRIPT, OP_COUNT, false },
	[TEEQ_STEP_SHM_CACHE] = { "shm-cache", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_DRIVER] = { "driver", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_SETUP] = { "setup", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_TEARDOWN] = { "teardown", IN_SCRIPT, OP_COUNT, false },
	[TEEQ_STEP_MESSAGE] = { "message", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_POWER_ON] = { "power-on", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_POWER_OFF] = { "power-off", IN_SCRIPT, OP_COUNT, true },
	[TEEQ_STEP_NOTIFY] = { "notify", IN_COMMAND | IN_SCRIPT, OP_NOTIFY, true },
	[TEEQ_STEP_ASYNC] = { "async", IN_COMMAND | IN_SCRIPT, OP_ASYNC, true },
	[TEEQ_STEP_READ_LOCK] = { "read-lock", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_WAIT] = { "wait", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_COND_WAIT] = { "cond-wait", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_COND_SIGNAL] = { "cond-signal", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_COND_BROADCAST] = { "cond-broadcast", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_INVOKE] = { "invoke", IN_COMMAND, OP_COUNT, false },
	[TEEQ_STEP_SUSPEND] = { "suspend", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_WORK] = { "work", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_POLL] = { "poll", IN_COMMAND | IN_SCRIPT, OP_POLL, true },
	[TEEQ_STEP_FAIL] = { "fail", IN_COMMAND | IN_SCRIPT, OP_FAIL, true },
	[TEEQ_STEP_TRY] = { "try", IN_COMMAND | IN_SCRIPT, OP_COUNT, false },
	[TEEQ_STEP_RETRY] = { "retry", IN_COMMAND | IN_SCRIPT, OP_COUNT, false },
	[TEEQ_STEP_INTERRUPT] = { "interrupt", IN_COMMAND, OP_COUNT, true },
	[TEEQ_STEP_CODE] = { "code", IN_SCRIPT, OP_CODE, true },
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

/* A call: both the command and the session may be left out. */
static bool resolve_call(struct build *build, const struct teeq_step *step,
			 struct instruction *instruction)
{
	struct teeq_model *model = build->model;
	size_t length;

	instruction->object = TEEQ_NO_OBJECT;
	instruction->command = TEEQ_NO_OBJECT;
	length = key_push(build, ".command");
	if (step->name && !find_script(build, "command", model->commands, model->command_count,
				       step->name, &instruction->command))
		return false;
	key_pop(build, length);
	length = key_push(build, ".session");
	if (step->session && !find_session(build, step->session, &instruction->object))
		return false;
	key_pop(build, length);
	return true;
}

/* As a mapping it has a command, too: the TA's part in opening or closing the session. */
static bool resolve_open(struct build *build, const struct teeq_step *step,
			 struct instruction *instruction)
{
	size_t length = build->key_length;

	if (step->name)
		key_push(build, ".session");
	if (!find_session(build, step->session, &instruction->object))
		return false;
	key_pop(build, length);
	if (step->kind == TEEQ_STEP_OPEN)
		build->model->session_opened[instruction->object] = true;
	if (!step->name)
		return true;
	instruction->flags = FLAG_COMMAND;
	length = key_push(build, ".command");
	if (!find_script(build, "command", build->model->commands, build->model->command_count,
			 step->name, &instruction->command))
		return false;
	key_pop(build, length);
	return true;
}

static bool resolve_sleep(struct build *build, const struct teeq_step *step,
			  struct instruction *instruction)
{
	if (step->times < 1 || step->times > TEEQ_TICK_MAX)
		return build_fail(build, "%u is out of range: 1..%d", step->times, TEEQ_TICK_MAX);
	instruction->count = (uint16_t)step->times;
	build->model->uses |= USES_TIME;
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
		return find_name(build, "lock", model->locks, build->scenario->lock_count,
				 step->name, object);
	case TEEQ_STEP_POLL:
		model->polls = true;
		return find_name(build, "event", model->events, model->event_count, step->name,
				 object);
	case TEEQ_STEP_AWAIT:
	case TEEQ_STEP_SIGNAL:
		return find_name(build, "event", model->events, model->event_count, step->name,
				 object);
	case TEEQ_STEP_BARRIER:
		return find_name(build, "barrier", model->barriers, model->barrier_count,
				 step->name, object);
	case TEEQ_STEP_SLEEP:
		return resolve_sleep(build, step, instruction);
	case TEEQ_STEP_NOTIFY:
		return find_name(build, "notification", model->notifications,
				 model->notification_count, step->name, object);
	case TEEQ_STEP_ASYNC:
		model->uses |= USES_ASYNC;
		*object = TEEQ_NO_OBJECT;
		return !step->name || find_name(build, "notification", model->notifications,
						model->notification_count, step->name, object);
	default:
		if (step->kind == TEEQ_STEP_OPEN || step->kind == TEEQ_STEP_CLOSE)
			return resolve_open(build, step, instruction);
		return find_session(build, step->session, object);
	}
}

/* ------------------------------------------- steps -------------------------------------------- */

static bool takes_time(struct build *build, const struct teeq_step *steps, size_t count,
		       unsigned int depth);

static bool runs_steps(enum teeq_step_kind kind)
{
	return kind == TEEQ_STEP_REPEAT || kind == TEEQ_STEP_TRY || kind == TEEQ_STEP_RETRY;
}

/*
 * What another command takes, found once for each: there are more ways through invokes than anybody
 * could walk. One that is inside itself takes nothing more by that, and emit_invoke() will refuse
 * it.
 */
static bool invoke_takes_time(struct build *build, const char *name)
{
	const struct teeq_scenario *from = build->scenario;
	size_t i = 0;

	while (i < from->command_count && (!name || strcmp(from->commands[i].name, name) != 0))
		i++;
	if (i == from->command_count)
		return false;
	if (build->pace[i] == PACE_UNKNOWN) {
		bool takes;

		build->pace[i] = PACE_AT_ONCE;
		takes = from->commands[i].ta ||
			(from->commands[i].steps && takes_time(build, from->commands[i].steps,
							       from->commands[i].step_count, 0));
		build->pace[i] = takes ? PACE_TAKES_TIME : PACE_AT_ONCE;
	}
	return build->pace[i] == PACE_TAKES_TIME;
}

/* Steps that are another command, in the same thread. */
static bool runs_inside(const struct teeq_step *step)
{
	return step->kind == TEEQ_STEP_INVOKE ||
	       ((step->kind == TEEQ_STEP_OPEN || step->kind == TEEQ_STEP_CLOSE) && !step->session);
}

/* With RPC arguments the driver leaves the cache of shared memory alone. */
static bool is_nothing(const struct build *build, const struct teeq_step *step)
{
	return step->kind == TEEQ_STEP_SHM_CACHE && step->times != TEEQ_SHM_CACHE_PROBE &&
	       !build->model->lacks_rpc_arg;
}

/* Whether a turn of these steps lets anybody else move. A repeat of nothing else would not end. */
static bool takes_time(struct build *build, const struct teeq_step *steps, size_t count,
		       unsigned int depth)
{
	for (size_t i = 0; i < count; i++) {
		if ((size_t)steps[i].kind < RULE_COUNT && rules[steps[i].kind].takes_time &&
		    !runs_inside(&steps[i]) && !is_nothing(build, &steps[i]))
			return true;
		if (runs_inside(&steps[i]) && invoke_takes_time(build, steps[i].name))
			return true;
		/* Deeper than may be: emit_repeat() will say so. */
		if (runs_steps(steps[i].kind) && steps[i].steps &&
		    (depth >= TEEQ_REPEAT_DEPTH_MAX ||
		     takes_time(build, steps[i].steps, steps[i].step_count, depth + 1)))
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
	size_t length, start, held = build->holds.innermost, first = build->holds.patch_count;

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
	if (!takes_time(build, step->steps, step->step_count, depth + 1))
		return build_fail(build, "nothing in it takes time: a call, a lock or an rpc is "
					 "missing");
	if (!emit(build, (struct instruction){ .op = OP_LOOP,
					       .counter = (uint8_t)depth,
					       .count = (uint16_t)step->times }))
		return false;
	start = model->code_count;
	length = key_push(build, ".");
	build->holds.repeats++;
	if (!emit_steps(build, step->steps, step->step_count, place, depth + 1) ||
	    (place == IN_COMMAND && step->times > 1 && !holds_repeat(build, held, first)))
		return false;
	build->holds.repeats--;
	key_pop(build, length);
	/* What a turn takes and does not give back, each further turn adds to. */
	model->keeps_locks |= place == IN_COMMAND && build->holds.innermost != held;
	if (*slots < depth + 1)
		*slots = (uint8_t)(depth + 1);
	return emit(build, (struct instruction){ .op = OP_NEXT,
						 .counter = (uint8_t)depth,
						 .target = (uint16_t)start });
}

/*
 * A buffer is shared memory that lives as long as the call: registered by a call before it, and
 * unregistered behind it, both of them normal ones.
 */
static bool emit_call_with_buffers(struct build *build, const struct teeq_step *step,
				   struct instruction call)
{
	const struct instruction shared = { .op = OP_REGISTER, .object = TEEQ_NO_OBJECT };
	struct instruction end = shared;

	end.count = 1;
	if (build->try_depth > 0)
		return build_fail(build, "inside of a try or retry a call has no buffers");
	if (!build_in_range(build, ".buffers", step->times, 0, TEEQ_BUFFER_MAX) ||
	    !resolve(build, step, &call))
		return false;
	for (uint32_t i = 0; i < step->times; i++)
		if (build->model->abi == TEEQ_ABI_SMC && !emit(build, shared))
			return false;
	if (!emit(build, call))
		return false;
	for (uint32_t i = 0; i < step->times; i++)
		if (build->model->abi == TEEQ_ABI_SMC && !emit(build, end))
			return false;
	return true;
}

/* What a script may ask about. A close is over in any case. */
static bool may_fail(unsigned int op)
{
	return op == OP_CALL || op == OP_OPEN || op == OP_RESERVE || op == OP_CANCEL;
}

/* The caller's own code, and what it may do: see OP_CODE. */
static bool emit_code(struct build *build, const struct teeq_step *step, unsigned int depth)
{
	size_t start = build->model->code_count, mark = start, length = key_push(build, ".");

	if (depth >= TEEQ_REPEAT_DEPTH_MAX)
		return build_fail(build, "repeats nest deeper than %d", TEEQ_REPEAT_DEPTH_MAX);
	if (step->step_count > TEEQ_CODE_MAX || (step->step_count > 0 && !step->steps))
		return build_fail(build, "%zu steps, at most %d are possible", step->step_count,
				  TEEQ_CODE_MAX);
	if (!emit(build,
		  (struct instruction){ .op = OP_CODE, .count = (uint16_t)step->step_count }) ||
	    !emit(build, (struct instruction){ .op = OP_GOTO }))
		return false;
	code_patch(build, start);
	for (size_t i = 0; i < step->step_count; i++) {
		code_patch(build, mark);
		mark = build->model->code_count;
		if (!emit(build,
			  (struct instruction){ .op = OP_CODE, .target = (uint16_t)(start + 1) }) ||
		    !emit_steps(build, &step->steps[i], 1, IN_SCRIPT, depth + 1) ||
		    !emit(build, (struct instruction){ .op = OP_GOTO, .target = (uint16_t)start }))
			return false;
	}
	code_patch(build, start + 1);
	key_pop(build, length);
	return true;
}

static bool emit_step(struct build *build, const struct teeq_step *step, int place,
		      unsigned int depth)
{
	struct instruction instruction = { 0 };

	if ((size_t)step->kind >= RULE_COUNT || !rules[step->kind].key)
		return build_fail(build, "%d is not a kind of step", (int)step->kind);
	key_push(build, ".%s", rules[step->kind].key);
	/* An invoke of nothing is no code, but there may be very many of them inside each other. */
	if (build->step_count++ == TEEQ_CODE_MAX)
		return build_fail(build, "more than %d steps in all", TEEQ_CODE_MAX);
	if (!(rules[step->kind].place & place))
		return build_fail(build, place == IN_COMMAND ?
						 "a step of a client or a service only" :
						 "a step of a command only");
	if (step->kind == TEEQ_STEP_REPEAT)
		return emit_repeat(build, step, place, depth);
	if (step->kind == TEEQ_STEP_CODE)
		return emit_code(build, step, depth);
	if (step->kind == TEEQ_STEP_FAIL || runs_steps(step->kind))
		return emit_result_step(build, step, place, depth);
	if (place == IN_COMMAND && step->kind != TEEQ_STEP_NOTIFY &&
	    step->kind != TEEQ_STEP_ASYNC && step->kind != TEEQ_STEP_POLL)
		return emit_secure(build, step, depth);
	if (rules[step->kind].op == OP_COUNT)
		return emit_normal(build, step);
	instruction.op = rules[step->kind].op;
	if (step->kind == TEEQ_STEP_CALL && step->times > 0)
		return emit_call_with_buffers(build, step, instruction);
	return resolve(build, step, &instruction) && emit(build, instruction) &&
	       (!may_fail(instruction.op) || place == IN_COMMAND || emit_on_fail(build));
}

static bool compile_steps(struct build *build, const struct teeq_step *steps, size_t count,
			  int place, unsigned int depth)
{
	for (size_t i = 0; i < count; i++) {
		bool bare = place == IN_COMMAND && depth == 0 && !build->in_ta;
		size_t length = key_push(build, bare ? "[%zu]" : "do[%zu]", i);

		if (!emit_step(build, &steps[i], place, depth))
			return false;
		key_pop(build, length);
	}
	return true;
}

static bool emit_script(struct build *build, const struct teeq_step *steps, size_t count, int place,
			uint16_t *start)
{
	struct catcher catcher = { NULL, CODE_NONE };

	if (count > TEEQ_CODE_MAX || (count > 0 && !steps))
		return build_fail(build, "%zu steps, at most %d are possible", count,
				  TEEQ_CODE_MAX);
	*start = (uint16_t)build->model->code_count;
	build->catcher = &catcher;
	if (!emit_steps(build, steps, count, place, 0))
		return false;
	chain_patch(build, catcher.chain);
	return emit(build, (struct instruction){ .op = OP_END });
}

/* ------------------------------------------ scripts ------------------------------------------- */

static bool emit_command(struct build *build, unsigned int command)
{
	build->model->commands[command].start = code_here(build);
	build->holds.innermost = HELD_NONE;
	if (!emit_command_body(build, command, 0))
		return false;
	build->model->keeps_locks |= build->holds.innermost != HELD_NONE;
	return emit_end(build);
}

static bool build_load(struct build *build, unsigned int ta)
{
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "secure.tas.%s.load", model->tas[ta]);

	model->ta_load[ta] = code_here(build);
	build->holds.innermost = HELD_NONE;
	if (!emit_load_steps(build, ta, 0))
		return false;
	model->keeps_locks |= build->holds.innermost != HELD_NONE;
	if (!emit_end(build))
		return false;
	key_pop(build, length);
	return true;
}

static bool build_commands(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (unsigned int i = 0; i < build->model->ta_count; i++)
		if ((build->model->tas_to_load >> i & 1) && !build_load(build, i))
			return false;

	for (size_t i = 0; i < from->command_count; i++) {
		bool in_ta = from->commands[i].ta;
		size_t length = key_push(build, in_ta ? "commands.%s." : "commands.%s",
					 from->commands[i].name);

		build->in_ta = in_ta;
		if (!emit_command(build, (unsigned int)i))
			return false;
		key_pop(build, length);
	}
	return true;
}

static bool build_server(struct build *build, size_t service)
{
	const struct teeq_service_spec *from = &build->scenario->services[service];
	struct script *to = &build->model->services[service];

	if (from->by != TEEQ_SERVED_BY_CALLER && from->by != TEEQ_SERVED_BY_SUPPLICANT)
		return build_fail(build, "by: %d is not a server", (int)from->by);
	if ((size_t)from->kind >= TEEQ_RPC_KIND_COUNT)
		return build_fail(build, "kind: %d is not a kind of RPC", (int)from->kind);
	to->by = (uint8_t)from->by;
	to->kind = (uint8_t)from->kind;
	if (from->by == TEEQ_SERVED_BY_SUPPLICANT) {
		build->model->uses |= USES_SUPPLICANT;
		build->model->keeps_memory |= from->kind == TEEQ_RPC_KIND_SHM_ALLOC;
	}
	return true;
}

static bool build_services(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->service_count; i++) {
		size_t length = key_push(build, "services.%s.", from->services[i].name);

		if (!build_server(build, i))
			return false;
		if (!emit_script(build, from->services[i].steps, from->services[i].step_count,
				 IN_SCRIPT, &build->model->services[i].start))
			return false;
		key_pop(build, length);
	}
	return true;
}

/* A script that begins with something invisible has a step before it to which that belongs. */
static bool wants_start(const struct build *build, const struct teeq_step *steps, size_t count)
{
	while (count > 0 && (runs_steps(steps->kind) || is_nothing(build, steps))) {
		if (!runs_steps(steps->kind) || steps->step_count == 0) {
			steps++;
			count--;
		} else {
			count = steps->step_count;
			steps = steps->steps;
		}
	}
	return count > 0 &&
	       (steps->kind == TEEQ_STEP_UNLOCK || steps->kind == TEEQ_STEP_SIGNAL ||
		steps->kind == TEEQ_STEP_BARRIER || steps->kind == TEEQ_STEP_SLEEP ||
		steps->kind == TEEQ_STEP_TEARDOWN || steps->kind == TEEQ_STEP_CLOSE_CONTEXT);
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
		if (!wants_start(build, client->steps, client->step_count))
			start = code;
		for (; task < model->task_count && model->tasks[task].client == i; task++) {
			model->tasks[task].start = start;
			model->tasks[task].exit = CODE_NONE;
		}
		key_pop(build, length);
	}
	return true;
}

/* Where tasks may be killed: what each client does then, behind all that it does otherwise. */
static bool build_exits(struct build *build)
{
	struct teeq_model *model = build->model;
	uint16_t exit = CODE_NONE;

	for (size_t i = 0; i < model->task_count && (model->uses & USES_SIGNALS); i++) {
		if (i == 0 || model->tasks[i].client != model->tasks[i - 1].client) {
			exit = code_here(build);
			if (!emit_exit(build, model->tasks[i].client))
				return false;
		}
		model->tasks[i].exit = exit;
	}
	return true;
}

/* Steps stand no deeper inside each other than this, or are refused later. */
#define STEP_DEPTH_MAX (TEEQ_REPEAT_DEPTH_MAX + TEEQ_TRY_DEPTH_MAX + 2)

static bool is_cancel(const struct teeq_step *step)
{
	return step->kind == TEEQ_STEP_CANCEL;
}

static bool is_unmasked(const struct teeq_step *step)
{
	return step->kind == TEEQ_STEP_SUSPEND && step->unmasked;
}

static bool has_step(const struct teeq_step *steps, size_t count, unsigned int depth,
		     bool (*is)(const struct teeq_step *step))
{
	for (size_t i = 0; steps && depth < STEP_DEPTH_MAX && i < count; i++) {
		if (is(&steps[i]) || has_step(steps[i].steps, steps[i].step_count, depth + 1, is))
			return true;
		for (size_t j = 0; steps[i].handlers && j < steps[i].handler_count; j++)
			if (has_step(steps[i].handlers[j].steps, steps[i].handlers[j].step_count,
				     depth + 1, is))
				return true;
	}
	return false;
}

/* Whether sessions are cancelled, and commands look for that. */
static bool cancels_matter(const struct teeq_scenario *from)
{
	bool asked = false, looked = false;

	for (size_t i = 0; i < from->client_count; i++)
		asked |=
			has_step(from->clients[i].steps, from->clients[i].step_count, 0, is_cancel);
	for (size_t i = 0; i < from->service_count; i++)
		asked |= has_step(from->services[i].steps, from->services[i].step_count, 0,
				  is_cancel);
	for (size_t i = 0; i < from->command_count; i++)
		looked |= has_step(from->commands[i].steps, from->commands[i].step_count, 0,
				   is_unmasked);
	return asked && looked;
}

bool build_code(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	build->compile_steps = compile_steps;
	if (cancels_matter(from)) {
		build->model->cancels = true;
		build->model->uses |= USES_SECURE_STATE;
	}

	for (size_t i = 0; i < from->fault_count; i++)
		if (from->faults[i].kind == TEEQ_FAULT_CLIENT_KILLED)
			build->model->uses |= USES_SIGNALS;
	return build_commands(build) && build_services(build) && build_client_code(build) &&
	       build_exits(build) && build_other_tasks(build);
}
