/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/instruction.h"

#include "base/check.h"
#include "teeq/world.h"

const struct op_info op_infos[OP_COUNT] = {
	[OP_END] = { .properties = OP_LEAVES },
	[OP_START] = { .action = TEEQ_ACTION_START },
	[OP_CALL] = {
		.action = TEEQ_ACTION_ENTER, .object = OP_OBJECT_SESSION,
		.properties = OP_BEGINS_CALL | OP_RUNS_COMMAND | OP_TAKES_ARGUMENT,
	},
	[OP_REGISTER] = {
		.action = TEEQ_ACTION_ENTER, .object = OP_OBJECT_SESSION,
		.properties = OP_BEGINS_CALL,
	},
	[OP_OPEN] = {
		.action = TEEQ_ACTION_ENTER, .object = OP_OBJECT_SESSION,
		.properties = OP_BEGINS_CALL | OP_RUNS_COMMAND | OP_TAKES_ARGUMENT,
	},
	[OP_CLOSE] = {
		.action = TEEQ_ACTION_UNRESERVE, .object = OP_OBJECT_SESSION,
		.properties = OP_BEGINS_CALL | OP_RUNS_COMMAND | OP_TAKES_ARGUMENT,
	},
	[OP_RESERVE] = { .action = TEEQ_ACTION_RESERVE, .object = OP_OBJECT_SESSION },
	[OP_RELEASE] = { .action = TEEQ_ACTION_UNRESERVE, .object = OP_OBJECT_SESSION },
	[OP_LOCK] = {
		.action = TEEQ_ACTION_LOCK, .object = OP_OBJECT_LOCK, .properties = OP_TAKES,
	},
	[OP_UNLOCK] = { .object = OP_OBJECT_LOCK, .properties = OP_INVISIBLE | OP_GIVES },
	[OP_AWAIT] = { .action = TEEQ_ACTION_AWAIT, .object = OP_OBJECT_EVENT },
	[OP_SIGNAL] = { .object = OP_OBJECT_EVENT, .properties = OP_INVISIBLE },
	[OP_BARRIER] = {
		.action = TEEQ_ACTION_BARRIER, .object = OP_OBJECT_BARRIER,
		.properties = OP_MEETS_OTHERS,
	},
	[OP_RPC] = { .object = OP_OBJECT_SERVICE, .properties = OP_JUMPS | OP_GIVES_UP },
	[OP_LOOP] = { .properties = OP_INVISIBLE | OP_SILENT },
	[OP_NEXT] = { .properties = OP_INVISIBLE | OP_JUMPS | OP_SILENT },
	[OP_SLEEP] = { .action = TEEQ_ACTION_SLEEP },
	[OP_NOTIFY] = { .action = TEEQ_ACTION_NOTIF_SEND, .object = OP_OBJECT_KEY },
	[OP_ASYNC] = {
		.action = TEEQ_ACTION_ASYNC, .touch = TEEQ_EVENT_TOUCH_ASYNC,
		.object = OP_OBJECT_KEY, .properties = OP_SHARED,
	},
	[OP_KILL] = { .action = TEEQ_ACTION_KILL, .object = OP_OBJECT_CLIENT },
	[OP_START_SUPPLICANT] = { .action = TEEQ_ACTION_START_SUPPLICANT },
	[OP_FREEZE] = { .action = TEEQ_ACTION_FREEZE, .object = OP_OBJECT_CLIENT },
	[OP_THAW] = { .action = TEEQ_ACTION_THAW, .object = OP_OBJECT_CLIENT },
	[OP_CANCEL] = {
		.action = TEEQ_ACTION_ENTER, .object = OP_OBJECT_SESSION,
		.properties = OP_BEGINS_CALL | OP_TAKES_ARGUMENT,
	},
	[OP_SHM_CACHE] = { .action = TEEQ_ACTION_ENTER, .properties = OP_BEGINS_CALL },
	[OP_ALLOCATE] = { .action = TEEQ_ACTION_ALLOCATE },
	[OP_RECEIVE] = { .action = TEEQ_ACTION_RECEIVE, .properties = OP_SERVES },
	[OP_ANSWER] = { .action = TEEQ_ACTION_ANSWER },
	[OP_IRQ] = { .action = TEEQ_ACTION_INTERRUPT, .properties = OP_LEAVES | OP_SERVES },
	[OP_BOTTOM_HALF] = { .action = TEEQ_ACTION_START, .properties = OP_SERVES },
	[OP_GOTO] = {
		.properties = OP_INVISIBLE | OP_ASKS_WORLD | OP_JUMPS | OP_LEAVES | OP_SILENT,
	},
	[OP_ON_FAIL] = {
		.properties = OP_INVISIBLE | OP_ASKS_WORLD | OP_JUMPS | OP_FAILS |
			OP_MEETS_OTHERS,
	},
	[OP_SET] = {
		.object = OP_OBJECT_CHANNEL, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_MEETS_OTHERS,
	},
	[OP_CLEAR] = {
		.object = OP_OBJECT_CHANNEL, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_MEETS_OTHERS,
	},
	[OP_UNLESS] = {
		.object = OP_OBJECT_CHANNEL, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_MEETS_OTHERS,
	},
	[OP_UNLESS_OPEN] = {
		.object = OP_OBJECT_SESSION, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_MEETS_OTHERS,
	},
	[OP_UNLESS_MARKED] = {
		.object = OP_OBJECT_SESSION, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_MEETS_OTHERS,
	},
	[OP_UNLESS_LAST] = {
		.object = OP_OBJECT_CONTEXT, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_MEETS_OTHERS,
	},
	[OP_USE] = {
		.object = OP_OBJECT_DEVICE, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_TAKES | OP_MEETS_OTHERS,
	},
	[OP_UNUSE] = {
		.object = OP_OBJECT_DEVICE, .properties = OP_INVISIBLE | OP_ASKS_WORLD |
			OP_JUMPS | OP_GIVES | OP_MEETS_OTHERS,
	},
	[OP_SECURE_LOCK] = {
		.touch = TEEQ_EVENT_TOUCH_TAKE, .object = OP_OBJECT_SECURE_LOCK,
		.properties = OP_TAKES | OP_SHARED,
	},
	[OP_SECURE_UNLOCK] = {
		.touch = TEEQ_EVENT_TOUCH_RELEASE, .object = OP_OBJECT_SECURE_LOCK,
		.skip = UNLOCK_DONE, .properties = OP_GIVES | OP_FREES | OP_SHARED,
	},
	[OP_SECURE_WAKE] = {
		.object = OP_OBJECT_SECURE_LOCK, .skip = WAKE_DONE, .properties = OP_FREES,
	},
	[OP_COND_PREPARE] = {
		.touch = TEEQ_EVENT_TOUCH_COND_WAIT, .object = OP_OBJECT_SECURE_LOCK,
		.skip = UNLOCK_DONE, .properties = OP_GIVES | OP_FREES | OP_SHARED,
	},
	[OP_COND_SLEEP] = { .object = OP_OBJECT_SECURE_LOCK, .skip = COND_READ },
	[OP_COND_SIGNAL] = { .touch = TEEQ_EVENT_TOUCH_COND_SIGNAL, .properties = OP_SHARED },
	[OP_TA_ENTER] = {
		.touch = TEEQ_EVENT_TOUCH_TAKE, .object = OP_OBJECT_SECURE_LOCK,
		.properties = OP_JUMPS | OP_SHARED | OP_GIVES_UP,
	},
	[OP_SINGLE_ENTER] = {
		.touch = TEEQ_EVENT_TOUCH_TAKE, .object = OP_OBJECT_SECURE_LOCK,
		.properties = OP_SHARED,
	},
	[OP_SINGLE_LEAVE] = {
		.touch = TEEQ_EVENT_TOUCH_RELEASE, .object = OP_OBJECT_SECURE_LOCK,
		.skip = UNLOCK_DONE, .properties = OP_FREES | OP_SHARED,
	},
	[OP_WAIT_KEY] = { .object = OP_OBJECT_KEY, .properties = OP_JUMPS | OP_GIVES_UP },
	[OP_SUSPEND] = { 0 },
	[OP_WORK] = { 0 },
	[OP_INTERRUPT] = { 0 },
	[OP_SESSION_ENTER] = {
		.object = OP_OBJECT_SECURE_LOCK, .skip = GO_ON, .properties = OP_JUMPS |
			OP_SHARED,
	},
	[OP_SESSION_SLEEP] = { .object = OP_OBJECT_SECURE_LOCK, .properties = OP_JUMPS },
	[OP_SESSION_LEAVE] = {
		.object = OP_OBJECT_SECURE_LOCK, .properties = OP_FREES | OP_SHARED,
	},
	[OP_SESSION_UNLINK] = {
		.object = OP_OBJECT_SECURE_LOCK, .skip = GO_ON, .properties = OP_FREES |
			OP_SHARED,
	},
	[OP_SESSION_BEGIN] = { .object = OP_OBJECT_SECURE_LOCK, .properties = OP_SHARED },
	[OP_POLL] = {
		.action = TEEQ_ACTION_POLL, .touch = TEEQ_EVENT_TOUCH_POLLED,
		.object = OP_OBJECT_EVENT, .properties = OP_SHARED | OP_UNTRACKED,
	},
	[OP_FAIL] = {
		.action = TEEQ_ACTION_FAIL, .properties = OP_JUMPS | OP_LEAVES | OP_FAILS |
			OP_UNTRACKED,
	},
	[OP_AGAIN] = { .action = TEEQ_ACTION_RETRY, .properties = OP_FAILS | OP_UNTRACKED },
	[OP_CATCH] = {
		.properties = OP_INVISIBLE | OP_ASKS_WORLD | OP_JUMPS | OP_FAILS |
			OP_MEETS_OTHERS | OP_UNTRACKED,
	},
	[OP_RAISE] = {
		.properties = OP_INVISIBLE | OP_ASKS_WORLD | OP_JUMPS | OP_LEAVES | OP_FAILS |
			OP_MEETS_OTHERS | OP_UNTRACKED,
	},
	[OP_GIVE_BACK] = {
		.touch = TEEQ_EVENT_TOUCH_RELEASE, .object = OP_OBJECT_SECURE_LOCK,
		.skip = UNLOCK_DONE, .properties = OP_JUMPS | OP_FREES | OP_SHARED |
			OP_UNTRACKED,
	},
	[OP_LOAD_ENTER] = {
		.object = OP_OBJECT_SECURE_LOCK, .skip = GO_ON, .properties = OP_JUMPS |
			OP_SHARED | OP_UNTRACKED,
	},
	[OP_LOAD_DONE] = {
		.object = OP_OBJECT_SECURE_LOCK, .properties = OP_FREES | OP_SHARED |
			OP_UNTRACKED,
	},
	[OP_LOAD_COUNT] = {
		.object = OP_OBJECT_SECURE_LOCK, .properties = OP_SHARED | OP_UNTRACKED,
	},
	[OP_LOAD_DROP] = {
		.object = OP_OBJECT_SECURE_LOCK, .properties = OP_SHARED | OP_UNTRACKED,
	},
	[OP_CANCEL_LOOK] = { .properties = OP_JUMPS | OP_SHARED | OP_GIVES_UP | OP_UNTRACKED },
	[OP_CANCEL_END] = { .properties = OP_SHARED | OP_UNTRACKED },
	[OP_CODE] = { .action = TEEQ_ACTION_START, .properties = OP_JUMPS },
};

unsigned int instruction_successors(const struct instruction *code, unsigned int pc,
				    uint16_t successors[SUCCESSOR_MAX])
{
	const struct instruction *at = &code[pc];
	const struct op_info *info = &op_infos[at->op];
	unsigned int count = 0;

	CHECK(at->op < OP_COUNT, "instruction %u is none: %u", pc, at->op);
	if (!(info->properties & OP_LEAVES))
		successors[count++] = (uint16_t)(pc + 1);
	/*
	 * Of two instructions that are alike but for
	 * @count, the first alone may be followed by more.
	 */
	if (info->skip > 1 && at->count == 0)
		successors[count++] = (uint16_t)(pc + info->skip);
	/*
	 * Only a jump may lead to the very first: of all others 0 says that there is no such way.
	 */
	if ((info->properties & OP_JUMPS) && (at->target > 0 || at->op == OP_GOTO))
		successors[count++] = at->target;
	return count;
}

bool instruction_leads(const struct instruction *code, unsigned int pc, unsigned int to)
{
	uint16_t successors[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(code, pc, successors);

	for (unsigned int i = 0; i < count; i++)
		if (successors[i] == to)
			return true;
	return false;
}
