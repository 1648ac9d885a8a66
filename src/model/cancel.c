/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * A cancel sets a flag of the session (OP-TEE 4.10, tee_ta_cancel_command()), and wakes nobody.
 * TEE_Wait looks at it before its RPC SUSPEND and behind it, where the TA has unmasked
 * cancellation; when the TA returns the flag is taken back (user_ta_enter()), so that what comes
 * between two calls is met by the next one.
 */
uint8_t *cancel_flag(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct level *top = task_top(world_task(m, w, index));
	const struct instruction *at = &m->code[top->pc];

	/* Whoever opens a session does not know its number yet. */
	if (!m->cancels || (at->op != OP_CALL && at->op != OP_CLOSE) ||
	    at->object == TEEQ_NO_OBJECT)
		return NULL;
	return &world_cancels(m, w)[at->object];
}

/* Of a command that does something its code says where the TA returns. */
static bool returns_at_once(const struct instruction *at)
{
	return at->op == OP_CLOSE || (at->op == OP_CALL && at->command == TEEQ_NO_OBJECT);
}

void cancel_note(struct step *s, const struct instruction *at)
{
	if (!s->m->cancels || (s->level->call.flags & CALL_PAGE) || at->object == TEEQ_NO_OBJECT)
		return;
	INVARIANT(at->object < s->m->session_count, "session %u of %u", at->object,
		  s->m->session_count);
	if (at->op == OP_CANCEL)
		world_cancels(s->m, s->w)[at->object] = 1;
	else if (returns_at_once(at))
		world_cancels(s->m, s->w)[at->object] = 0;
}

/*
 * The driver sleeps until a signal is pending (msleep_interruptible()), and that of the freezer is
 * one. OP-TEE then asks for the rest, as often as that is so: nothing comes of it before it sees
 * the flag.
 */
bool cancel_cuts_sleep(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct task *task = world_task(m, w, index);
	const uint8_t *flag;

	if (!m->cancels || task->wait != RPC_SLEEP ||
	    !(task->flags & (TASK_KILLED | TASK_FREEZING)))
		return false;
	flag = cancel_flag(m, w, index);
	return flag && *flag && secure_rpc(m, w, task->levels[task->top].call.context)->flags;
}

bool teeq_world_session_cancelled(const struct teeq_model *m, const struct teeq_world *w,
				  size_t session)
{
	return m && w && m->cancels && session < m->session_count && world_cancels(m, w)[session];
}
