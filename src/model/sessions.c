/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/*
 * What the driver does about its sessions: look them
 * up, reserve threads for them, and give those back.
 */

/* ------------------------------------- system sessions ---------------------------------------- */

/*
 * session_reserve(), which a fault may have the secure
 * world refuse; @reservations is the count to be changed.
 */
static int reserve_in(const struct teeq_model *m, struct teeq_world *w, unsigned int session,
		      uint8_t *reservations, struct teeq_event *event)
{
	const struct session *self = &world_sessions(m, w)[session];
	const struct call_place place = {
		.q = world_callq(m, w, m->session_guest[session]),
		.pool = world_guest_pool(m, w, m->session_guest[session]),
		.policy = m->policy,
	};
	struct session_fast fast = { .made = false };
	int result;

	INVARIANT(session < m->session_count, "session %u of %u", session, m->session_count);
	if (session_may_ask(self, *reservations, &place, &result) &&
	    fault_strikes(m, w, TEEQ_FAULT_RESERVE_REFUSED))
		fast.refusal = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	result = session_reserve(self, reservations, &place, &fast);
	step_note_fast(event, &fast);
	return result;
}

static uint8_t *reservations_of(const struct teeq_model *m, struct teeq_world *w,
				unsigned int session)
{
	return &world_sessions(m, w)[model_keeper_of(m, session)].reservations;
}

int world_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session)
{
	return reserve_in(m, w, session, reservations_of(m, w, session), NULL);
}

/* The second half of a reserve or a release with v4. */
void step_count(struct step *s, const struct instruction *at)
{
	INVARIANT(s->level->counts == 1, "nothing of instruction %u is to be counted", s->level->pc);
	s->level->counts = 0;
	session_count(reservations_of(s->m, s->w, at->object), at->op == OP_RESERVE);
	step_note(s, TEEQ_ACTION_COUNT_SESSION, TEEQ_OUTCOME_OK);
	if (at->op == OP_RESERVE)
		step_failed(s, TEEQ_FAILURE_NONE);
	step_next(s);
}

/*
 * The driver warns of a failing fast call once, and keeps its count: a release loop tries for ever.
 */
void step_unreserve(struct step *s, uint8_t *reservations, bool late)
{
	struct session_fast fast = { .made = false };
	uint8_t seen = *reservations;
	struct signalled before;
	int result;

	INVARIANT(!late || s->level->counts == 0, "what was released before is not counted yet");
	step_remember_signalled(s, &before);
	if (*reservations > 0 && session_asks_pool(&s->place) &&
	    fault_strikes(s->m, s->w, TEEQ_FAULT_UNRESERVE_FAILS))
		fast.refusal = TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	result = session_unreserve(late ? &seen : reservations, &s->place, &fast);
	if (late && result == 0)
		s->level->counts = 1;
	step_note_fast(s->event, &fast);
	if (result == 0) {
		step_note(s, TEEQ_ACTION_UNRESERVE, TEEQ_OUTCOME_OK);
	} else if (result == -TEEQ_ABI_EIO) {
		step_note_error(s, TEEQ_ACTION_UNRESERVE,
				*world_warned(s->m, s->w, s->guest) ? TEEQ_OUTCOME_REFUSED :
								      TEEQ_OUTCOME_FAILED,
				-TEEQ_ABI_EINVAL);
		*world_warned(s->m, s->w, s->guest) = 1;
	} else {
		step_note_error(s, TEEQ_ACTION_UNRESERVE, TEEQ_OUTCOME_REFUSED, result);
	}
	step_note_woken(s, &before);
}

/*
 * A session's number means nothing in another guest, or in another TEE context. What serves an RPC
 * is kernel code: its own context.
 */
bool model_is_foreign(const struct teeq_model *m, unsigned int task, unsigned int level,
		      const struct instruction *at)
{
	uint8_t context = m->session_context[at->object];

	INVARIANT(at->object < m->session_count, "session %u of %u", at->object, m->session_count);
	if (m->session_guest[at->object] != m->tasks[task].guest)
		return true;
	return context != MODEL_OWN && level == 0 && !(at->flags & FLAG_KERNEL) &&
	       m->tasks[task].context != MODEL_OWN && m->tasks[task].context != context;
}

static bool is_foreign(const struct step *s, const struct instruction *at)
{
	return model_is_foreign(s->m, s->index, s->task->top, at);
}

void step_release(struct step *s, const struct instruction *at)
{
	if (is_foreign(s, at))
		step_note_error(s, TEEQ_ACTION_UNRESERVE, TEEQ_OUTCOME_REFUSED, -TEEQ_ABI_EINVAL);
	else
		step_unreserve(s, reservations_of(s->m, s->w, at->object),
			       model_counts_late(s->m, at));
	if (s->level->counts == 0)
		step_next(s);
}

/*
 * Where the count follows as an action of its own (v4): here it only matters whether there is any.
 */
static int reserve_late(struct step *s, const struct instruction *at)
{
	uint8_t seen = *reservations_of(s->m, s->w, at->object) > 0;
	int result = reserve_in(s->m, s->w, at->object, &seen, s->event);

	s->level->counts = result == 0;
	return result;
}

void step_reserve(struct step *s, const struct instruction *at)
{
	int result = -TEEQ_ABI_EINVAL;

	if (!is_foreign(s, at))
		result = model_counts_late(s->m, at) ?
				 reserve_late(s, at) :
				 reserve_in(s->m, s->w, at->object,
					    reservations_of(s->m, s->w, at->object), s->event);
	if (result)
		step_note_error(s, TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_REFUSED, result);
	else
		step_note(s, TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_OK);
	if (s->level->counts > 0)
		return;
	step_failed(s, result ? TEEQ_FAILURE_EINVAL : TEEQ_FAILURE_NONE);
	step_next(s);
}

/* ---------------------------------------- of a call ------------------------------------------- */

static bool op_names_session(const struct instruction *at)
{
	return at->object != TEEQ_NO_OBJECT && at->op != OP_SHM_CACHE && at->op != OP_REGISTER;
}

struct session *session_named(const struct step *s, const struct instruction *at)
{
	return op_names_session(at) ? &world_sessions(s->m, s->w)[at->object] : NULL;
}

static enum session_use op_session_use(const struct instruction *at)
{
	if (at->op == OP_OPEN)
		return SESSION_OPEN;
	return at->op == OP_CLOSE ? SESSION_CLOSE : SESSION_CALL;
}

bool model_refuses(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		   unsigned int level, const struct instruction *at)
{
	return op_names_session(at) &&
	       (model_is_foreign(m, task, level, at) ||
		session_refuses(&world_sessions(m, w)[at->object], op_session_use(at)));
}

/*
 * Whose reservations decide of which kind a call is: the session's; with v4 the TEE context's.
 * TEEQ_NO_OBJECT: nobody's.
 */
static unsigned int model_kind_of(const struct teeq_model *m, unsigned int task, unsigned int level,
				  const struct instruction *at)
{
	uint8_t context = m->tasks[task].context;
	unsigned int home = context == MODEL_OWN || level > 0 ? 0 : m->context_home[context];

	if (at->op == OP_SHM_CACHE)
		return TEEQ_NO_OBJECT;
	if (at->object != TEEQ_NO_OBJECT)
		return model_keeper_of(m, at->object);
	return home > 0 && model_keeps_reservations(m, home - 1) ? home - 1 : TEEQ_NO_OBJECT;
}

/*
 * Opening a session is a normal call always, but where the kind belongs to the TEE context (v4).
 * Calls that register memory, the loops around the shared-memory cache and the bottom half are
 * normal calls too.
 */
static bool is_system(const struct step *s, const struct instruction *at)
{
	unsigned int kind_of = model_kind_of(s->m, s->index, s->task->top, at);

	/*
	 * With v1 and v4 the function says that it is a system
	 * call: none does of an argument in private memory.
	 */
	if (kind_of == TEEQ_NO_OBJECT || at->op == OP_REGISTER ||
	    (s->m->lacks_rpc_arg && s->m->policy->secure != TEEQ_SECURE_PLAIN))
		return false;
	return session_is_system(&world_sessions(s->m, s->w)[kind_of],
				 at->op == OP_OPEN ? SESSION_OPEN : SESSION_CALL, s->m->policy);
}

bool step_look_up(struct step *s, const struct instruction *at)
{
	struct session *session = session_named(s, at);

	INVARIANT(s->level->call.state == CALL_ENTER || s->level->call.state == CALL_GET_ARG,
		  "a session is looked up in state %u", s->level->call.state);
	CHECK(session || at->op != OP_CLOSE, "a close names no session");
	if (session)
		s->event->object = at->object;
	if (session && model_refuses(s->m, s->w, s->index, s->task->top, at)) {
		s->level->call = CALL_NONE;
		step_note_error(s, TEEQ_ACTION_ENTER, TEEQ_OUTCOME_REFUSED, -TEEQ_ABI_EINVAL);
		step_failed(s, TEEQ_FAILURE_EINVAL);
		step_next(s);
		return false;
	}
	if (is_system(s, at))
		s->level->call.flags |= CALL_KIND;
	if (at->op == OP_CLOSE && model_keeps_reservations(s->m, at->object))
		session->open = 0;
	else if (at->op == OP_CLOSE)
		s->level->reservations = session_shut(session);
	return true;
}
