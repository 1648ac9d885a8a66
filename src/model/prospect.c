/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/world.h"

/*
 * What a task may still do, read off its scripts: from where it stands to the end, commands and
 * services included. Each of those is looked into once.
 */
struct prospect {
	const struct teeq_model *m;
	enum teeq_deed deed;
	unsigned int object;
	uint64_t commands[TEEQ_COMMAND_MAX / 64];
	uint64_t services[TEEQ_SERVICE_MAX / 64];
};

/* A call leaves the session that it is made in. */
static bool leaves_session(const struct teeq_model *m, const struct instruction *at,
			   unsigned int lock)
{
	return (at->op == OP_CALL || at->op == OP_CLOSE) && at->object != MODEL_NONE &&
	       lock >= model_first_session_lock(m) && model_lock_session(m, lock) == at->object;
}

static bool does(const struct prospect *prospect, const struct instruction *at)
{
	switch (prospect->deed) {
	case TEEQ_DEED_SIGNAL:
		return at->op == OP_SIGNAL && at->object == prospect->object;
	case TEEQ_DEED_ARRIVE:
		return at->op == OP_BARRIER && at->object == prospect->object;
	case TEEQ_DEED_NOTIFY:
		return (at->op == OP_NOTIFY || at->op == OP_ASYNC) &&
		       at->object == prospect->object;
	case TEEQ_DEED_COND_SIGNAL:
		return at->op == OP_COND_SIGNAL && at->slot == prospect->object;
	case TEEQ_DEED_SECURE_UNLOCK:
		return (at->op == OP_SECURE_UNLOCK && at->object == prospect->object) ||
		       leaves_session(prospect->m, at, prospect->object);
	case TEEQ_DEED_THAW:
		return at->op == OP_THAW && at->object == prospect->object;
	default:
		return at->op == OP_START_SUPPLICANT;
	}
}

static bool visit(uint64_t *seen, unsigned int index)
{
	uint64_t bit = UINT64_C(1) << index % 64;
	bool first = !(seen[index / 64] & bit);

	seen[index / 64] |= bit;
	return first;
}

static bool code_does(struct prospect *prospect, unsigned int pc, bool secure);

/* The script that @at leads into. */
static bool inside_does(struct prospect *prospect, const struct instruction *at)
{
	const struct teeq_model *m = prospect->m;
	unsigned int command = at->op == OP_CALL ? at->target : MODEL_NONE;

	if (at->op == OP_RPC)
		return visit(prospect->services, at->object) &&
		       code_does(prospect, m->services[at->object].start, false);
	if (at->op == OP_ASYNC && at->object == MODEL_NONE)
		command = m->bottom_half;
	return command != MODEL_NONE && visit(prospect->commands, command) &&
	       code_does(prospect, m->commands[command].start, true);
}

/*
 * From @pc to the end of the script; from the start of the outermost loop that it is in. In a
 * command a jump leads from what is given back after a failure to the end.
 */
static bool code_does(struct prospect *prospect, unsigned int pc, bool secure)
{
	const struct instruction *code = prospect->m->code;
	unsigned int from = pc, end = pc;

	for (; code[end].op != OP_END && !(secure && code[end].op == OP_GOTO); end++)
		if (code[end].op == OP_NEXT && code[end].target < from)
			from = code[end].target;
	for (; from < end; from++)
		if (does(prospect, &code[from]) || inside_does(prospect, &code[from]))
			return true;
	return false;
}

/* What lies behind where a level stands; the call it is in counts from where its thread is. */
static bool level_does(struct prospect *prospect, const struct teeq_world *w,
		       const struct level *level)
{
	const struct teeq_model *m = prospect->m;
	const struct call *call = &level->call;
	bool begun = call->context != POOL_NO_CONTEXT || call->state == CALL_LEAVE;
	const struct instruction *at = &m->code[level->pc];

	if (call->context != POOL_NO_CONTEXT &&
	    world_thread(m, w, call->context)->pc != MODEL_NONE &&
	    code_does(prospect, world_thread(m, w, call->context)->pc, true))
		return true;
	if (at->op == OP_END)
		return false;
	return code_does(prospect, level->pc + (begun || at->op == OP_BARRIER ? 1u : 0u), false);
}

bool teeq_world_may(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    enum teeq_deed deed, unsigned int object)
{
	struct prospect prospect = { .m = m, .deed = deed, .object = object };
	const struct task *task = world_task(m, w, index);

	for (unsigned int level = 0; level <= task->top; level++)
		if (level_does(&prospect, w, &task->levels[level]))
			return true;
	return false;
}
