/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/* The actions of one standard call, from the queue to the secure world and back (core/call.h). */

/*
 * Whether it enters as a system call: that was decided when its session was looked up. One that
 * registers memory never does.
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
	admitted = call_enter(call, &s->place,
			      (enters_as_system(s) ? CALL_SYSTEM : 0) |
				      (at->op == OP_SHM_CACHE ? CALL_ALL : 0));
	if (!(call->flags & CALL_PAGE))
		call->flags &= (uint8_t)~CALL_KIND;
	step_note(s, TEEQ_ACTION_ENTER, admitted ? TEEQ_OUTCOME_ADMITTED : TEEQ_OUTCOME_MUST_WAIT);
}

/*
 * The instruction that made the call of these registers:
 * a1 and a2 hold the cookie of its message argument.
 */
static const struct instruction *message_call(const struct step *s,
					      const struct teeq_smc_regs *call)
{
	uint16_t id = (uint16_t)(call->a[2] - 1);
	const struct task *task = world_task(s->m, s->w, id_task(id));

	INVARIANT(id_task(id) == s->index && id_level(id) == s->task->top,
		  "task %u makes the call of another", s->index);
	return &s->m->code[task->levels[id_level(id)].pc];
}

static void start_thread(const struct step *s, unsigned int context)
{
	const struct instruction *at = message_call(s, &s->event->call);
	struct thread *thread = world_thread(s->m, s->w, context);
	bool page = s->level->call.flags & CALL_PAGE;
	unsigned int entry = page ? CODE_NONE : model_entry(s->m, at);
	unsigned int error = TEEQ_FAILURE_NONE;

	if (!page && at->op == OP_CALL && at->command != TEEQ_NO_OBJECT)
		error = fault_meets(s->m, s->w, TEEQ_FAULT_CALL_FAILS);
	if (error) {
		call_fail(s->m, s->w, s->index, error);
		entry = CODE_NONE;
	}
	thread->pc = (uint16_t)entry;
}

/* The driver's loop around the shared-memory cache: once more, on EBUSY after a wait. */
static void step_shm_cache(struct step *s, bool enable)
{
	uint32_t function = enable ? TEEQ_SMC_ENABLE_SHM_CACHE : TEEQ_SMC_DISABLE_SHM_CACHE;
	bool again =
		call_fast(&s->level->call, &s->place, function, &s->event->call, &s->event->ret);

	s->event->has_call = s->event->has_ret = true;
	if (again)
		step_note(s, TEEQ_ACTION_SMC, TEEQ_OUTCOME_AGAIN);
	else
		step_note(s, TEEQ_ACTION_SMC,
			  s->level->call.state == CALL_WAIT_THREAD ? TEEQ_OUTCOME_BUSY :
								     TEEQ_OUTCOME_OK);
}

/*
 * The thread that was not resumed stays suspended, and belongs to nobody any more. Over SMC the
 * answer is ERESUME: on ETHREAD_LIMIT the driver would wait and issue the resume again. Over FF-A
 * it knows resumes from new calls, and takes busy for an error.
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

/*
 * A guest that has as many calls as it may gets the
 * hypervisor's answer: the secure world sees nothing.
 */
static bool guest_is_refused(struct step *s, bool resume)
{
	if (resume || !s->m->has_guests || !guest_is_full(s->m, s->w, s->guest))
		return false;
	call_smc_refused(&s->level->call, &s->place, TEEQ_SMC_RETURN_ETHREAD_LIMIT, &s->event->call,
			 &s->event->ret);
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
	step_note(s, TEEQ_ACTION_SMC,
		  call->state == CALL_WAIT_THREAD ? TEEQ_OUTCOME_THREAD_LIMIT :
						    TEEQ_OUTCOME_REFUSED);
}

static void step_exit(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;
	unsigned int error = TEEQ_FAILURE_NONE;

	INVARIANT(s->m->keeps_locks || !hold_any(s->m, s->w, call->context),
		  "a call ends with a lock that no command keeps");
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

	INVARIANT(*world_context(s->m, s->w, call->context) == CONTEXT_ACTIVE,
		  "context %u runs in state %u", call->context,
		  *world_context(s->m, s->w, call->context));
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
	step_note(s, TEEQ_ACTION_SECURE, interrupted ? TEEQ_OUTCOME_INTERRUPTED : TEEQ_OUTCOME_RPC);
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

	INVARIANT(s->level->call.context == TEEQ_NO_CONTEXT, "a call leaves that has context %u",
		  s->level->call.context);
	step_remember_signalled(s, &before);
	if (s->level->call.flags & CALL_PAGE) {
		step_leave_page(s);
		step_note_woken(s, &before);
		return;
	}
	if (s->m->argument_slots > 0 && op_takes_argument(at))
		call_leave_for(&s->level->call, &s->place, CALL_FREE_ARG);
	else
		call_leave(&s->level->call, &s->place);
	step_note(s, TEEQ_ACTION_LEAVE, failed ? TEEQ_OUTCOME_FAILED : TEEQ_OUTCOME_OK);
	if (failed && s->m->has_results)
		s->event->result = (int16_t)result_of(error);
	step_note_woken(s, &before);
	if (at->op == OP_OPEN && !failed) {
		world_sessions(s->m, s->w)[at->object].open = 1;
		/* A new session: whatever was asked of an earlier one is over. */
		if (s->m->cancels)
			world_cancels(s->m, s->w)[at->object] = 0;
	}
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	if (failed)
		step_failed(s, error ? error : TEEQ_FAILURE_GENERIC);
	if (s->level->reservations == 0 && s->level->call.state == CALL_IDLE)
		step_next(s);
}

/* A test that refuses may hand its wake on: the event names to whom. */
static void step_recheck(struct step *s)
{
	struct signalled before;

	step_remember_signalled(s, &before);
	step_note(s, TEEQ_ACTION_RECHECK,
		  call_recheck(&s->level->call, &s->place) ? TEEQ_OUTCOME_ADMITTED :
							     TEEQ_OUTCOME_MUST_WAIT);
	step_note_woken(s, &before);
}

static void step_started(struct step *s)
{
	struct signalled before;

	step_remember_signalled(s, &before);
	s->event->context = s->level->call.context;
	call_started(&s->level->call, &s->place);
	step_note(s, TEEQ_ACTION_STARTED, TEEQ_OUTCOME_OK);
	step_note_woken(s, &before);
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
		s->event->command = TEEQ_NO_OBJECT;
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
		s->event->object = session_named(s, at) ? at->object : TEEQ_NO_OBJECT;
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
		s->event->context = call->context;
		s->event->object = s->task->about;
		if (s->task->wait >= RPC_NOTIF_WAIT)
			notif_step(s);
		else
			rpc_step(s);
		break;
	default:
		step_leave(s, at);
		break;
	}
}
