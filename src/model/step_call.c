/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model/step.h"
#include "teeq/abi.h"

/* ------------------------------------------ wakes --------------------------------------------- */

/* Which completions were signalled before a wake, so that the event can name those it added. */
struct signalled {
	uint64_t done[TEEQ_TASK_MAX * CALLER_LEVELS / 64];
};

static void remember_signalled(const struct step *s, struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;

	if (!s->watched)
		return;
	memset(before, 0, sizeof(*before));
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].flags & TEEQ_WAITER_DONE)
			before->done[q->waiters[i].id / 64] |= UINT64_C(1) << q->waiters[i].id % 64;
}

static void note_woken(struct step *s, const struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;
	struct teeq_event *event = s->event;

	for (unsigned int i = 0; s->watched && i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];

		if (!(waiter->flags & TEEQ_WAITER_DONE) ||
		    before->done[waiter->id / 64] >> waiter->id % 64 & 1)
			continue;
		if (event->woken_count < TEEQ_EVENT_WOKEN_MAX)
			event->woken[event->woken_count] = teeq_waiter_caller(waiter);
		event->woken_count++;
	}
}

/* ------------------------------------- system sessions ---------------------------------------- */

static void note_fast(struct teeq_event *event, const struct session_fast *fast)
{
	if (!event || !fast->made)
		return;
	event->has_call = event->has_ret = true;
	event->call = fast->call;
	event->ret = fast->ret;
}

/* session_reserve(), which a fault may have the secure world refuse; @marks is the count to be changed. */
static int reserve_in(const struct teeq_model *m, struct teeq_world *w, unsigned int session,
		      uint8_t *marks, struct teeq_event *event)
{
	const struct session *self = &world_sessions(m, w)[session];
	const struct call_place place = {
		.q = world_callq(m, w, m->session_guest[session]),
		.pool = world_guest_pool(m, w, m->session_guest[session]),
		.policy = m->policy,
	};
	struct session_fast fast = { .made = false };
	int result;

	if (session_may_ask(self, *marks, &place, &result) &&
	    fault_strikes(m, w, TEEQ_FAULT_RESERVE_REFUSED))
		fast.refusal = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	result = session_reserve(self, marks, &place, &fast);
	note_fast(event, &fast);
	return result;
}

static uint8_t *marks_of(const struct teeq_model *m, struct teeq_world *w, unsigned int session)
{
	return &world_sessions(m, w)[model_marks_of(m, session)].marks;
}

int world_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session)
{
	return reserve_in(m, w, session, marks_of(m, w, session), NULL);
}

/* The second half of a reserve or a release with v4. */
void step_count(struct step *s, const struct instruction *at)
{
	s->level->counts = 0;
	session_count(marks_of(s->m, s->w, at->object), at->op == OP_RESERVE);
	step_note(s, TEEQ_ACTION_COUNT_SESSION, TEEQ_OUTCOME_OK);
	if (at->op == OP_RESERVE)
		step_failed(s, TEEQ_FAILURE_NONE);
	step_next(s);
}

/* The driver warns of a failing fast call once, and keeps its count: a release loop tries for ever. */
void step_unreserve(struct step *s, uint8_t *marks, bool late)
{
	struct session_fast fast = { .made = false };
	uint8_t seen = *marks;
	struct signalled before;
	int result;

	remember_signalled(s, &before);
	if (*marks > 0 && session_asks_pool(&s->place) &&
	    fault_strikes(s->m, s->w, TEEQ_FAULT_UNRESERVE_FAILS))
		fast.refusal = TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	result = session_unreserve(late ? &seen : marks, &s->place, &fast);
	if (late && result == 0)
		s->level->counts = 1;
	note_fast(s->event, &fast);
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
	note_woken(s, &before);
}

/*
 * A session's number means nothing in another guest, or in another TEE context. What serves an RPC is
 * kernel code: its own context.
 */
bool model_is_foreign(const struct teeq_model *m, unsigned int task, unsigned int level,
		      const struct instruction *at)
{
	uint8_t context = m->session_context[at->object];

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
		step_unreserve(s, marks_of(s->m, s->w, at->object), model_counts_late(s->m, at));
	if (s->level->counts == 0)
		step_next(s);
}

/* Where the count follows as an action of its own (v4): here it only matters whether there is any. */
static int reserve_late(struct step *s, const struct instruction *at)
{
	uint8_t seen = *marks_of(s->m, s->w, at->object) > 0;
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
					    marks_of(s->m, s->w, at->object), s->event);
	if (result)
		step_note_error(s, TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_REFUSED, result);
	else
		step_note(s, TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_OK);
	if (s->level->counts > 0)
		return;
	step_failed(s, result ? TEEQ_FAILURE_EINVAL : TEEQ_FAILURE_NONE);
	step_next(s);
}

/* -------------------------------------- one standard call ------------------------------------- */

static bool op_names_session(const struct instruction *at)
{
	return at->object != MODEL_NONE && at->op != OP_SHM_CACHE && at->op != OP_REGISTER;
}

static struct session *named_session(const struct step *s, const struct instruction *at)
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
 * Whose reservations decide of which kind a call is: the session's; with v4 the TEE context's. MODEL_NONE:
 * nobody's.
 */
static unsigned int model_kind_of(const struct teeq_model *m, unsigned int task, unsigned int level,
				  const struct instruction *at)
{
	uint8_t context = m->tasks[task].context;
	unsigned int home = context == MODEL_OWN || level > 0 ? 0 : m->context_home[context];

	if (at->op == OP_SHM_CACHE)
		return MODEL_NONE;
	if (at->object != MODEL_NONE)
		return model_marks_of(m, at->object);
	return home > 0 && model_keeps_marks(m, home - 1) ? home - 1 : MODEL_NONE;
}

/*
 * Opening a session is a normal call always, but where the kind belongs to the TEE context (v4). Calls
 * that register memory, the loops around the shared-memory cache and the bottom half are normal calls too.
 */
static bool is_system(const struct step *s, const struct instruction *at)
{
	unsigned int kind_of = model_kind_of(s->m, s->index, s->task->top, at);

	/* With v1 and v4 the function says that it is a system call: none does of an argument in private memory. */
	if (kind_of == MODEL_NONE || at->op == OP_REGISTER ||
	    (s->m->lacks_rpc_arg && s->m->policy->secure != TEEQ_SECURE_PLAIN))
		return false;
	return session_is_system(&world_sessions(s->m, s->w)[kind_of],
				 at->op == OP_OPEN ? SESSION_OPEN : SESSION_CALL, s->m->policy);
}

bool step_look_up(struct step *s, const struct instruction *at)
{
	struct session *session = named_session(s, at);

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
	if (at->op == OP_CLOSE && model_keeps_marks(s->m, at->object))
		session->open = 0;
	else if (at->op == OP_CLOSE)
		s->level->marks = session_shut(session);
	return true;
}

/*
 * Whether it enters as a system call: that was decided when its session was looked up. One that registers
 * memory never does.
 */
static bool enters_as_system(const struct step *s)
{
	const struct call *call = &s->level->call;

	if (call->flags & CALL_PRIVATE && s->m->policy->secure != TEEQ_SECURE_PLAIN)
		return false;
	if (call->flags & CALL_PAGE && s->m->argument_full != TEEQ_ARGUMENT_LOCKED_AS_CALLER &&
	    s->m->argument_full != TEEQ_ARGUMENT_UNLOCKED_AS_CALLER)
		return false;
	return call->flags & CALL_KIND;
}

static void step_enter(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;
	bool has_slot = s->m->argument_slots > 0 && op_takes_argument(at);
	bool admitted;

	if (!has_slot && !step_look_up(s, at))
		return;
	if (at->op == OP_REGISTER)
		call->flags |= CALL_PRIVATE;
	admitted = call_enter(call, &s->place, (enters_as_system(s) ? CALL_SYSTEM : 0) |
						       (at->op == OP_SHM_CACHE ? CALL_ALL : 0));
	if (!(call->flags & CALL_PAGE))
		call->flags &= (uint8_t)~CALL_KIND;
	step_note(s, TEEQ_ACTION_ENTER,
		  admitted ? TEEQ_OUTCOME_ADMITTED : TEEQ_OUTCOME_MUST_WAIT);
}

/* The instruction that made the call of these registers: a1 and a2 hold the cookie of its message argument. */
static const struct instruction *message_call(const struct step *s, const struct teeq_smc_regs *call)
{
	uint16_t id = (uint16_t)(call->a[2] - 1);
	const struct task *task = world_task(s->m, s->w, id_task(id));

	return &s->m->code[task->levels[id_level(id)].pc];
}

static void start_thread(const struct step *s, unsigned int context)
{
	const struct instruction *at = message_call(s, &s->event->call);
	struct thread *thread = world_thread(s->m, s->w, context);
	bool page = s->level->call.flags & CALL_PAGE;
	unsigned int entry = page ? MODEL_NONE : model_entry(s->m, at);
	unsigned int error = TEEQ_FAILURE_NONE;

	if (!page && at->op == OP_CALL && at->command != MODEL_NONE)
		error = fault_meets(s->m, s->w, TEEQ_FAULT_CALL_FAILS);
	if (error) {
		call_fail(s->m, s->w, s->index, error);
		entry = MODEL_NONE;
	}
	thread->pc = (uint16_t)entry;
}

/* The driver's loop around the shared-memory cache: once more, on EBUSY after a wait. */
static void step_shm_cache(struct step *s, bool enable)
{
	uint32_t function = enable ? TEEQ_SMC_ENABLE_SHM_CACHE : TEEQ_SMC_DISABLE_SHM_CACHE;
	bool again = call_fast(&s->level->call, &s->place, function, &s->event->call,
			       &s->event->ret);

	s->event->has_call = s->event->has_ret = true;
	if (again)
		step_note(s, TEEQ_ACTION_SMC, TEEQ_OUTCOME_AGAIN);
	else
		step_note(s, TEEQ_ACTION_SMC, s->level->call.state == CALL_WAIT_THREAD ?
						      TEEQ_OUTCOME_BUSY : TEEQ_OUTCOME_OK);
}

/*
 * The thread that was not resumed stays suspended, and belongs to nobody any more. Over SMC the answer
 * is ERESUME: on ETHREAD_LIMIT the driver would wait and issue the resume again. Over FF-A it knows
 * resumes from new calls, and takes busy for an error.
 */
static bool resume_is_refused(struct step *s, bool resume)
{
	uint32_t answer = s->m->abi == TEEQ_ABI_FFA ? TEEQ_SMC_RETURN_ETHREAD_LIMIT :
						       TEEQ_SMC_RETURN_ERESUME;
	struct call *call = &s->level->call;

	if (!resume || !fault_strikes(s->m, s->w, TEEQ_FAULT_RESUME_REFUSED))
		return false;
	memset(world_thread(s->m, s->w, call->context), 0, s->m->layout.thread_size);
	call_smc_refused(call, &s->place, answer, &s->event->call, &s->event->ret);
	s->w->lost_count++;
	return true;
}

/* A guest that has as many calls as it may gets the hypervisor's answer: the secure world sees nothing. */
static bool guest_is_refused(struct step *s, bool resume)
{
	if (resume || !s->m->has_guests || !guest_is_full(s->m, s->w, s->guest))
		return false;
	call_smc_refused(&s->level->call, &s->place, TEEQ_SMC_RETURN_ETHREAD_LIMIT,
			 &s->event->call, &s->event->ret);
	return true;
}

static void step_smc(struct step *s)
{
	struct call *call = &s->level->call;
	bool resume = call->state == CALL_RESUME;

	s->event->context = call->context;
	s->event->has_call = true;
	call->flags &= (uint8_t)~CALL_INTERRUPTED;
	if (!resume_is_refused(s, resume) && !guest_is_refused(s, resume) &&
	    call_smc(call, &s->place, &s->event->call, &s->event->ret)) {
		s->event->context = call->context;
		if (!resume)
			start_thread(s, call->context);
		step_note(s, TEEQ_ACTION_SMC, resume ? TEEQ_OUTCOME_RESUMED : TEEQ_OUTCOME_TAKEN);
		return;
	}
	if (resume)
		call_fail(s->m, s->w, s->index, TEEQ_FAILURE_COMMUNICATION);
	s->event->has_ret = true;
	step_note(s, TEEQ_ACTION_SMC, call->state == CALL_WAIT_THREAD ? TEEQ_OUTCOME_THREAD_LIMIT :
									TEEQ_OUTCOME_REFUSED);
}

static void step_exit(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;
	unsigned int error = TEEQ_FAILURE_NONE;

	memset(world_thread(s->m, s->w, call->context), 0, s->m->layout.thread_size);
	supplicant_memory_drop(s->m, s->w, s->guest, call->context, true);
	cancel_note(s, at);
	if (at->op == OP_OPEN && !(call->flags & CALL_PAGE))
		error = fault_meets(s->m, s->w, TEEQ_FAULT_OPEN_FAILS);
	if (error)
		call_fail(s->m, s->w, s->index, error);
	call_finish(call, &s->place, &s->event->ret);
	step_note(s, TEEQ_ACTION_SECURE, TEEQ_OUTCOME_EXIT);
}

static void step_secure(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;
	struct secure_result result = { .stop = SECURE_INTERRUPT };
	bool time = s->m->uses & USES_TIME, interrupted;

	s->event->context = call->context;
	/* An interrupted thread has the rest of its work still to do. */
	if (!fault_strikes(s->m, s->w, TEEQ_FAULT_INTERRUPT)) {
		if (time)
			world_timers(s->m, s->w)[s->index] = 0;
		result = secure_run(s->m, s->w, call->context, s->index);
	}
	interrupted = result.stop == SECURE_INTERRUPT || result.stop == SECURE_POLL;
	s->event->ticks = result.ticks;
	s->event->touch = result.touch;
	s->event->touched = result.touch ? result.touched : TEEQ_NO_OBJECT;
	if (result.stop == SECURE_WORK) {
		if (time)
			world_timers(s->m, s->w)[s->index] = result.ticks;
		step_note(s, TEEQ_ACTION_SECURE, TEEQ_OUTCOME_WORKING);
		return;
	}
	s->event->has_ret = true;
	if (result.stop == SECURE_EXIT) {
		step_exit(s, at);
		return;
	}
	call_suspend(call, &s->place, interrupted ? TEEQ_SMC_RPC_FOREIGN_INTR : TEEQ_SMC_RPC_CMD,
		     &s->event->ret);
	step_note(s, TEEQ_ACTION_SECURE, interrupted ? TEEQ_OUTCOME_INTERRUPTED :
						       TEEQ_OUTCOME_RPC);
	/* Only where processors are counted or somebody polls does it matter. */
	if (interrupted && (s->m->no_resched || s->m->polls))
		call->flags |= CALL_INTERRUPTED;
	rpc_begin(s, &result);
}

static void step_leave(struct step *s, const struct instruction *at)
{
	bool failed = s->level->call.flags & CALL_FAILED;
	unsigned int error = task_error(s->m, s->w, s->index);
	struct signalled before;

	remember_signalled(s, &before);
	if (s->level->call.flags & CALL_PAGE) {
		step_leave_page(s, at);
		note_woken(s, &before);
		return;
	}
	if (s->m->argument_slots > 0 && op_takes_argument(at))
		call_leave_for(&s->level->call, &s->place, CALL_FREE_ARG);
	else
		call_leave(&s->level->call, &s->place);
	step_note(s, TEEQ_ACTION_LEAVE, failed ? TEEQ_OUTCOME_FAILED : TEEQ_OUTCOME_OK);
	if (failed && s->m->has_results)
		s->event->result = (int16_t)result_of(error);
	note_woken(s, &before);
	if (at->op == OP_OPEN && !failed) {
		world_sessions(s->m, s->w)[at->object].open = 1;
		/* A new session: whatever was asked of an earlier one is over. */
		if (s->m->cancels)
			world_cancels(s->m, s->w)[at->object] = 0;
	}
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	if (failed)
		step_failed(s, error ? error : TEEQ_FAILURE_GENERIC);
	if (s->level->marks == 0 && s->level->call.state == CALL_IDLE)
		step_next(s);
}

/* A test that refuses may hand its wake on: the event names to whom. */
static void step_recheck(struct step *s)
{
	struct signalled before;

	remember_signalled(s, &before);
	step_note(s, TEEQ_ACTION_RECHECK, call_recheck(&s->level->call, &s->place) ?
						  TEEQ_OUTCOME_ADMITTED : TEEQ_OUTCOME_MUST_WAIT);
	note_woken(s, &before);
}

static void step_started(struct step *s)
{
	struct signalled before;

	remember_signalled(s, &before);
	s->event->context = s->level->call.context;
	call_started(&s->level->call, &s->place);
	step_note(s, TEEQ_ACTION_STARTED, TEEQ_OUTCOME_OK);
	note_woken(s, &before);
	rpc_started(s);
}

static void step_issue(struct step *s, const struct instruction *at)
{
	if (at->op == OP_SHM_CACHE)
		step_shm_cache(s, at->flags);
	else
		step_smc(s);
}

/* What the event says of the call. */
static void note_call(struct step *s, const struct instruction *at)
{
	const struct call *call = &s->level->call;

	s->event->system = call->flags & CALL_SYSTEM;
	s->event->command = model_command(at);
	s->event->memory = call_memory(call, at);
	if (s->event->memory == TEEQ_MEMORY_PAGE)
		s->event->command = MODEL_NONE;
}

void step_call(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;

	note_call(s, at);
	switch (call->state) {
	case CALL_GET_ARG:
		step_get_arg(s, at);
		break;
	case CALL_FREE_ARG:
		step_free_arg(s);
		break;
	case CALL_ENTER:
		s->event->object = named_session(s, at) ? at->object : TEEQ_NO_OBJECT;
		step_enter(s, at);
		s->event->system = call->flags & CALL_SYSTEM;
		break;
	case CALL_WAIT_CREDIT:
	case CALL_WAIT_THREAD:
		call_wait(call, &s->place);
		step_note(s, TEEQ_ACTION_WAIT, TEEQ_OUTCOME_OK);
		break;
	case CALL_REQUEUE_CREDIT:
	case CALL_REQUEUE_THREAD:
		call_requeue(call, &s->place);
		step_note(s, TEEQ_ACTION_REQUEUE, TEEQ_OUTCOME_OK);
		break;
	case CALL_RECHECK:
		step_recheck(s);
		break;
	case CALL_SMC:
	case CALL_RESUME:
		step_issue(s, at);
		break;
	case CALL_SECURE:
		step_secure(s, at);
		break;
	case CALL_STARTED:
		step_started(s);
		break;
	case CALL_RPC:
		rpc_step(s);
		break;
	default:
		step_leave(s, at);
		break;
	}
}

