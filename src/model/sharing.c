/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/build.h"
#include "model/step.h"

/*
 * Sessions in which two calls could be at once. One of a single task's, or all of whose calls are
 * made with the same mutex of the normal world held, is none of them, and costs nothing.
 *
 * @held       by instruction: the mutexes that the script it
 *             is in has taken there, whichever way it came
 * @loose      mutexes that some script unlocks without having taken them
 * @common     by session: the mutexes that are held at each of its calls
 * @users      by session: the tasks that make calls in it, one bit each
 * @commands, @services  those that the task looked at may run
 */
struct sharing {
	struct build *build;
	const struct teeq_model *m;
	uint64_t *held;
	uint64_t loose;
	uint64_t common[TEEQ_SESSION_MAX];
	uint64_t users[TEEQ_SESSION_MAX];
	uint64_t commands[TEEQ_COMMAND_MAX / 64];
	uint64_t services[TEEQ_SERVICE_MAX / 64];
};

#define EVERYTHING UINT64_MAX

static bool enters_session(const struct instruction *at)
{
	return (at->op == OP_CALL || at->op == OP_CLOSE) && at->object != TEEQ_NO_OBJECT;
}

/* ------------------------------------ what a script holds ------------------------------------- */

static void sharing_reach(struct sharing *sharing, unsigned int pc, uint64_t held, bool *changed)
{
	uint64_t *to = &sharing->held[pc];

	if ((*to & held) != *to) {
		*to &= held;
		*changed = true;
	}
}

/* Along each of its ways to the next instructions, until that changes nothing. */
static void follow_script(struct sharing *sharing, unsigned int start)
{
	const struct instruction *code = sharing->m->code;
	uint16_t next[SUCCESSOR_MAX];
	bool changed = true;

	sharing->held[start] = 0;
	while (changed) {
		changed = false;
		for (unsigned int pc = start; code[pc].op != OP_END; pc++) {
			uint64_t held = sharing->held[pc];
			unsigned int count = instruction_successors(code, pc, next);

			if (code[pc].op == OP_LOCK)
				held |= UINT64_C(1) << code[pc].object;
			else if (code[pc].op == OP_UNLOCK)
				held &= ~(UINT64_C(1) << code[pc].object);
			for (unsigned int i = 0; i < count; i++)
				sharing_reach(sharing, next[i], held, &changed);
		}
	}
	for (unsigned int pc = start; code[pc].op != OP_END; pc++)
		if (code[pc].op == OP_UNLOCK && !(sharing->held[pc] >> code[pc].object & 1))
			sharing->loose |= UINT64_C(1) << code[pc].object;
}

static void follow_scripts(struct sharing *sharing)
{
	const struct teeq_model *m = sharing->m;

	for (unsigned int i = 0; i < m->service_count; i++)
		follow_script(sharing, m->services[i].start);
	for (unsigned int i = 0; i < m->task_count; i++) {
		if (i > 0 && m->tasks[i].start == m->tasks[i - 1].start)
			continue;
		follow_script(sharing, m->tasks[i].start);
		if (m->tasks[i].exit != CODE_NONE)
			follow_script(sharing, m->tasks[i].exit);
	}
}

/* ---------------------------------- which task comes where ------------------------------------ */

static void visit_command(struct sharing *sharing, unsigned int command);
static void visit_rpcs(struct sharing *sharing, unsigned int start);

static bool is_new(uint64_t *seen, unsigned int index)
{
	uint64_t bit = UINT64_C(1) << index % 64;
	bool is = !(seen[index / 64] & bit);

	seen[index / 64] |= bit;
	return is;
}

static void forget_visits(struct sharing *sharing)
{
	memset(sharing->commands, 0, sizeof(sharing->commands));
	memset(sharing->services, 0, sizeof(sharing->services));
}

/* The calls of a script, and the services that their commands ask the task itself for. */
static void visit_script(struct sharing *sharing, unsigned int start)
{
	const struct teeq_model *m = sharing->m;

	for (const struct instruction *at = &m->code[start]; at->op != OP_END; at++)
		if (model_command(at) != TEEQ_NO_OBJECT) {
			visit_command(sharing, at->command);
			if (at->op == OP_OPEN && m->commands[at->command].opens > 0)
				visit_rpcs(sharing, m->ta_load[m->commands[at->command].opens - 1]);
		}
}

static void visit_service(struct sharing *sharing, unsigned int service)
{
	if (is_new(sharing->services, service))
		visit_script(sharing, sharing->m->services[service].start);
}

static void visit_command(struct sharing *sharing, unsigned int command)
{
	if (is_new(sharing->commands, command))
		visit_rpcs(sharing, sharing->m->commands[command].start);
}

static void visit_rpcs(struct sharing *sharing, unsigned int start)
{
	const struct teeq_model *m = sharing->m;
	const struct instruction *at = &m->code[start];

	for (; at->op != OP_END; at++)
		if (at->op == OP_RPC && m->services[at->object].by == TEEQ_SERVED_BY_CALLER)
			visit_service(sharing, at->object);
}

/* The sessions that a script makes calls in; @task: -1 for a service, which the kernel runs. */
static uint64_t sessions_of(struct sharing *sharing, unsigned int start, int task)
{
	const struct teeq_model *m = sharing->m;
	uint64_t sessions = 0;

	for (unsigned int pc = start; m->code[pc].op != OP_END; pc++) {
		const struct instruction *at = &m->code[pc];

		if (!enters_session(at) ||
		    (task >= 0 && model_is_foreign(m, (unsigned int)task, 0, at)))
			continue;
		sharing->common[at->object] &= sharing->held[pc];
		sessions |= UINT64_C(1) << at->object;
	}
	return sessions;
}

static uint64_t sessions_of_services(struct sharing *sharing)
{
	const struct teeq_model *m = sharing->m;
	uint64_t sessions = 0;

	for (unsigned int i = 0; i < m->service_count; i++)
		if (sharing->services[i / 64] >> i % 64 & 1)
			sessions |= sessions_of(sharing, m->services[i].start, -1);
	return sessions;
}

static void visit_task(struct sharing *sharing, unsigned int index)
{
	const struct teeq_model *m = sharing->m;
	const struct task_info *task = &m->tasks[index];
	uint64_t sessions;

	forget_visits(sharing);
	for (unsigned int i = 0; task->kind == TEEQ_TASK_SUPPLICANT && i < m->service_count; i++)
		if (m->services[i].by == TEEQ_SERVED_BY_SUPPLICANT)
			visit_service(sharing, i);
	visit_script(sharing, task->start);
	sessions = sessions_of(sharing, task->start, (int)index);
	if (task->exit != CODE_NONE) {
		visit_script(sharing, task->exit);
		sessions |= sessions_of(sharing, task->exit, (int)index);
	}
	sessions |= sessions_of_services(sharing);
	for (unsigned int i = 0; i < m->session_count; i++)
		if (sessions >> i & 1)
			sharing->users[i] |= UINT64_C(1) << index;
}

/* ------------------------------------- where calls may meet ----------------------------------- */

/* A task alone: a call in the session may lead to another one in it. */
static bool comes_back(struct sharing *sharing, unsigned int session)
{
	const struct teeq_model *m = sharing->m;

	forget_visits(sharing);
	for (size_t pc = 0; pc < m->code_count; pc++) {
		const struct instruction *at = &m->code[pc];

		if (enters_session(at) && at->object == session &&
		    model_command(at) != TEEQ_NO_OBJECT)
			visit_command(sharing, at->command);
	}
	return sessions_of_services(sharing) >> session & 1;
}

static bool may_meet(struct sharing *sharing, unsigned int session)
{
	uint64_t users = sharing->users[session];

	if (!users || (sharing->common[session] & ~sharing->loose))
		return false;
	return (users & (users - 1)) || comes_back(sharing, session);
}

static void sharing_find_shared(struct sharing *sharing)
{
	struct teeq_model *model = sharing->build->model;
	uint64_t shared = 0;

	/* Who has the only thread is alone. */
	if (model->thread_count - model->lost_count < 2)
		return;
	follow_scripts(sharing);
	for (unsigned int i = 0; i < model->session_count; i++)
		sharing->common[i] = EVERYTHING;
	for (unsigned int i = 0; i < model->first_fault; i++)
		visit_task(sharing, i);
	for (unsigned int i = 0; i < model->session_count; i++)
		if (may_meet(sharing, i))
			shared |= UINT64_C(1) << i;
	model->shared_sessions = shared;
}

/* ------------------------------------------- the code ----------------------------------------- */

/* Once more, with what is around it: what is wrong with it has been told. */
static bool sharing_emit_again(struct build *build, const struct instruction *at)
{
	struct teeq_model *model = build->model;
	bool shared = model->shared_sessions >> at->object & 1;
	int lock = shared ? (int)model_session_lock(model, at->object) : -1;
	unsigned int command = model_command(at);
	size_t length = 0;
	bool good;

	if (command != TEEQ_NO_OBJECT) {
		build->in_ta = build->scenario->commands[command].ta;
		length = key_push(build, build->in_ta ? "commands.%s." : "commands.%s",
				  model->commands[command].name);
	}
	if (at->op == OP_OPEN)
		good = emit_opening(build, lock, command);
	else if (at->op == OP_CLOSE)
		good = emit_closing(build, lock, at->object, command);
	else
		good = emit_in_session(build, (unsigned int)lock, command);
	if (good)
		key_pop(build, length);
	return good;
}

/* One for all calls of a command in a session. */
static bool emit_entry(struct build *build, size_t pc)
{
	struct teeq_model *model = build->model;
	struct instruction at = model->code[pc];
	uint16_t start = code_here(build);

	if (!sharing_emit_again(build, &at))
		return false;
	for (size_t i = pc; i < model->code_count; i++)
		if (model->code[i].op == at.op && model->code[i].object == at.object &&
		    model_command(&model->code[i]) == model_command(&at))
			model->code[i].entry = start;
	return true;
}

static bool has_entry(const struct teeq_model *m, const struct instruction *at)
{
	bool shared = (enters_session(at) || at->op == OP_OPEN) &&
		      (m->shared_sessions >> at->object & 1);

	return shared || (at->op == OP_OPEN && model_command(at) != TEEQ_NO_OBJECT) ||
	       (at->op == OP_CLOSE && at->object != TEEQ_NO_OBJECT &&
		(model_command(at) != TEEQ_NO_OBJECT || m->session_ta[at->object] > 0));
}

static bool emit_entries(struct build *build)
{
	struct teeq_model *model = build->model;

	for (size_t pc = 0, end = model->code_count; pc < end; pc++) {
		const struct instruction *at = &model->code[pc];

		if (has_entry(model, at) && at->entry == 0 && !emit_entry(build, pc))
			return false;
	}
	return true;
}

/* ------------------------------------- TAs that are loaded ------------------------------------ */

/* A session is one of the TA that its opens name; a close leaves that one. */
static bool tie_session(struct build *build, const struct instruction *at)
{
	struct teeq_model *model = build->model;
	unsigned int command = model_command(at);
	unsigned int ta = command == TEEQ_NO_OBJECT ? 0 : model->commands[command].opens;
	unsigned int tied = model->session_loads[at->object];

	if (ta > 0 && tied > 0 && ta != tied) {
		key_push(build, "sessions.%s", model->sessions[at->object]);
		return build_fail(build, "opened in TA '%.60s', and in TA '%.60s' elsewhere",
				  model->tas[tied - 1], model->tas[ta - 1]);
	}
	if (ta > 0)
		model->session_loads[at->object] = (uint8_t)ta;
	return true;
}

static bool find_untied(struct build *build, const struct instruction *at)
{
	struct teeq_model *model = build->model;
	unsigned int command = model_command(at), tied = model->session_loads[at->object];

	if (tied == 0 || (command != TEEQ_NO_OBJECT && model->commands[command].opens == tied))
		return true;
	key_push(build, "sessions.%s", model->sessions[at->object]);
	return build_fail(build,
			  "opened in TA '%.60s', which is to be loaded, and without it elsewhere",
			  model->tas[tied - 1]);
}

/* One that a close names is not another one than that of the opens. */
static bool check_close(struct build *build, const struct instruction *at)
{
	const struct teeq_model *model = build->model;
	unsigned int command = model_command(at), tied = model->session_loads[at->object];

	if (command == TEEQ_NO_OBJECT || tied == 0 || model->commands[command].ta == tied)
		return true;
	key_push(build, "sessions.%s", model->sessions[at->object]);
	return build_fail(build,
			  "opened in TA '%.60s', which is to be loaded, and closed in another one",
			  model->tas[tied - 1]);
}

/* The TA of what is called in it: of a session that is none's, or several', nobody knows it. */
static void find_ta_of(struct teeq_model *model, uint64_t *of_several, const struct instruction *at)
{
	unsigned int command = model_command(at);
	unsigned int ta = command == TEEQ_NO_OBJECT ? 0 : model->commands[command].ta;

	if (ta == 0 || at->object == TEEQ_NO_OBJECT)
		return;
	if (model->session_ta[at->object] != 0 && model->session_ta[at->object] != ta)
		*of_several |= UINT64_C(1) << at->object;
	model->session_ta[at->object] = (uint8_t)ta;
}

static void find_tas(struct teeq_model *model)
{
	uint64_t of_several = 0;

	for (size_t pc = 0; model->ta_count > 0 && pc < model->code_count; pc++)
		find_ta_of(model, &of_several, &model->code[pc]);
	for (unsigned int i = 0; i < model->session_count; i++) {
		if (of_several >> i & 1)
			model->session_ta[i] = 0;
		if (model->session_loads[i] > 0)
			model->session_ta[i] = model->session_loads[i];
	}
}

/* Who calls it in a session that nobody opens has one from the beginning. */
static void find_there(struct teeq_model *model, const struct instruction *at)
{
	unsigned int ta = at->command == TEEQ_NO_OBJECT ? 0 : model->commands[at->command].opens;

	if (ta > 0 && (at->object == TEEQ_NO_OBJECT || !model->session_opened[at->object] ||
		       model->session_asks[at->object]))
		model->tas_there |= (uint16_t)(1u << (ta - 1));
}

static bool build_loads(struct build *build)
{
	struct teeq_model *model = build->model;

	for (size_t pc = 0; model->tas_to_load && pc < model->code_count; pc++) {
		if (model->code[pc].op == OP_CALL)
			find_there(model, &model->code[pc]);
		if (model->code[pc].op == OP_OPEN && !tie_session(build, &model->code[pc]))
			return false;
	}
	for (size_t pc = 0; model->tas_to_load && pc < model->code_count; pc++) {
		if (model->code[pc].op == OP_OPEN && !find_untied(build, &model->code[pc]))
			return false;
		if (model->code[pc].op == OP_CLOSE && !check_close(build, &model->code[pc]))
			return false;
	}
	find_tas(model);
	return true;
}

static bool analyse(struct build *build)
{
	struct teeq_model *model = build->model;
	struct sharing *sharing = calloc(1, sizeof(*sharing));
	size_t size = model->code_count * sizeof(*sharing->held);

	if (sharing) {
		*sharing = (struct sharing){ .build = build, .m = model, .held = malloc(size) };
		if (sharing->held) {
			memset(sharing->held, 0xff, size);
			sharing_find_shared(sharing);
			free(sharing->held);
			free(sharing);
			return true;
		}
	}
	free(sharing);
	build->status = error_nomem(build->error);
	return false;
}

bool build_sharing(struct build *build)
{
	struct teeq_model *model = build->model;

	if (!build_loads(build))
		return false;
	if (model->session_count > 0 && !model->lacks_session_lock && !analyse(build))
		return false;
	if (model->shared_sessions) {
		model->uses |= USES_SECURE_STATE;
		model->secure_lock_count =
			(uint8_t)(model_first_session_lock(model) +
				  (unsigned int)__builtin_popcountll(model->shared_sessions));
		model->key_count = (uint8_t)(model->notification_count + model->thread_count);
	}
	return emit_entries(build);
}

/* ----------------------------------- releases of a TEE context -------------------------------- */

/*
 * The sessions that keep the book of TEE contexts
 * whose reservations the code before @end gives back.
 */
static uint64_t released_in(const struct teeq_model *m, unsigned int from, unsigned int end)
{
	uint64_t released = 0;

	for (const struct instruction *at = &m->code[from]; at < &m->code[end]; at++)
		if (at->op == OP_RELEASE && model_keeps_reservations(m, at->object))
			released |= UINT64_C(1) << model_keeper_of(m, at->object);
	return released;
}

bool build_late_counts(struct build *build)
{
	struct teeq_model *m = build->model;
	uint64_t once = 0;

	if (model_secure_side(m) != TEEQ_SECURE_COUNTED || m->task_count == 0)
		return true;
	for (unsigned int i = 0; i < m->task_count; i++) {
		unsigned int end = m->tasks[i].start;
		uint64_t released;

		while (m->code[end].op != OP_END)
			end++;
		released = released_in(m, m->tasks[i].start, end);
		m->late_counts |= once & released;
		once |= released;
	}
	/* Commands and services come before the clients' code; any call may be served. */
	m->late_counts |= released_in(m, 0, m->tasks[0].start);
	return true;
}
