/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

/* Steps of commands. */

static uint16_t single_lock_of(const struct build *build)
{
	return (uint16_t)model_single_lock(build->model);
}

/* Not a lock, but what is to be done before the TA is left, whichever way. */
#define HOLD_CANCEL 0xfffe

/* --------------------------------------------- TAs -------------------------------------------- */

static bool is_held(const struct build *build, unsigned int object)
{
	const struct holds *holds = &build->holds;
	size_t at = holds->innermost;

	while (at != HELD_NONE && holds->nodes[at].object != object)
		at = holds->nodes[at].outer;
	return at != HELD_NONE;
}

static bool emit_ta_enter(struct build *build, unsigned int ta, bool opening)
{
	struct instruction enter = instruction_of(OP_TA_ENTER, build->model->named_lock_count + ta);
	uint16_t lock = enter.object;

	enter.count = opening;
	build->model->may_panic |= !opening && is_held(build, single_lock_of(build));

	build->model->nests_single |= build->model->ta_single[ta] &&
				      is_held(build, single_lock_of(build));
	if (build->model->ta_single[ta] &&
	    (!emit(build, instruction_of(OP_SINGLE_ENTER, single_lock_of(build))) ||
	     !push_held(build, OP_SINGLE_LEAVE, single_lock_of(build), 0)))
		return false;
	return emit_failing(build, enter) && push_held(build, OP_SECURE_UNLOCK, lock, 0);
}

static bool emit_ta_leave(struct build *build, unsigned int ta)
{
	uint16_t lock = (uint16_t)(build->model->named_lock_count + ta);

	if (!emit_unlock(build, instruction_of(OP_SECURE_UNLOCK, lock)) || !pop_held(build, lock))
		return false;
	return !build->model->ta_single[ta] ||
	       (emit_unlock(build, instruction_of(OP_SINGLE_LEAVE, single_lock_of(build))) &&
		pop_held(build, single_lock_of(build)));
}

static bool find_ta(struct build *build, const char *name, uint16_t *ta)
{
	size_t length = key_push(build, build->key[build->key_length - 1] == '.' ? "ta" : ".ta");

	if (!find_name(build, "TA", build->model->tas, build->model->ta_count, name, ta))
		return false;
	key_pop(build, length);
	return true;
}

/*
 * Ask for a session, for an end of all who do, or for a TA; where that is not to be had at once,
 * wake the next, wait to be woken, and ask again.
 */
static bool emit_session_wait(struct build *build, struct instruction ask)
{
	struct instruction sleep = instruction_of(OP_SESSION_SLEEP, ask.object);
	uint16_t start = code_here(build);

	sleep.count = 1;
	if (!emit_unlock(build, ask) || !emit(build, sleep))
		return false;
	sleep.count = 0;
	sleep.target = start;
	return emit(build, sleep);
}

/* ------------------------------------------- loading ------------------------------------------ */

bool emit_load_steps(struct build *build, unsigned int ta, unsigned int depth)
{
	const struct teeq_ta_spec *from = &build->scenario->tas[ta];
	bool in_ta = build->in_ta, good;

	if (from->load_count > TEEQ_CODE_MAX || !from->load)
		return build_fail(build, "%zu steps, at most %d are possible", from->load_count,
				  TEEQ_CODE_MAX);
	build->in_ta = false;
	build->loading = true;
	good = emit_steps(build, from->load, from->load_count, IN_COMMAND, depth);
	build->loading = false;
	build->in_ta = in_ta;
	return good;
}

/*
 * Load the TA where it is not there. Behind this code it
 * is, with one more reference, which a failure gives back.
 */
static bool emit_load(struct build *build, unsigned int ta, unsigned int depth)
{
	uint16_t lock = (uint16_t)model_load_lock(build->model, ta);
	size_t start = code_here(build), over;
	struct instruction enter = instruction_of(OP_LOAD_ENTER, lock);

	enter.flags = !build->model->ta_single[ta];
	if (!emit_session_wait(build, enter) || !emit_wakes(build, lock) ||
	    !push_held(build, OP_SESSION_LEAVE, lock, 0) || !emit_load_steps(build, ta, depth) ||
	    !pop_held(build, lock) || !emit_unlock(build, instruction_of(OP_LOAD_DONE, lock)))
		return false;
	over = code_here(build);
	if (!emit(build, instruction_of(OP_GOTO, 0)))
		return false;
	code_patch(build, start);
	if (!emit_wakes(build, lock) ||
	    (enter.flags && (!emit_load_steps(build, ta, depth) ||
			     !emit(build, instruction_of(OP_LOAD_COUNT, lock)))))
		return false;
	code_patch(build, over);
	return push_held(build, OP_LOAD_DROP, lock, 0);
}

/* The session stays open. Nobody closes what a command opened. */
static bool emit_loaded(struct build *build, unsigned int ta)
{
	struct instruction stays = instruction_of(OP_LOAD_COUNT, model_load_lock(build->model, ta));

	stays.flags = 1;
	return pop_held(build, stays.object) && (build->invoke_depth == 0 || emit(build, stays));
}

bool emit_command_body(struct build *build, unsigned int command, unsigned int depth)
{
	const struct teeq_script_spec *from = &build->scenario->commands[command];
	bool cancels = build->model->cancels && build->invoke_depth == 0;
	bool opening = build->opening;
	uint16_t ta = 0;
	bool loads;

	build->opening = false;
	if (from->step_count > TEEQ_CODE_MAX || (from->step_count > 0 && !from->steps))
		return build_fail(build, "%zu steps, at most %d are possible", from->step_count,
				  TEEQ_CODE_MAX);
	if (from->ta && !find_ta(build, from->ta, &ta))
		return false;
	loads = from->ta && (build->model->tas_to_load >> ta & 1);
	build->model->commands[command].opens = (uint8_t)(loads ? ta + 1 : 0);
	build->model->commands[command].ta = (uint8_t)(from->ta ? ta + 1 : 0);
	loads &= opening;
	if ((loads && !emit_load(build, ta, depth)) ||
	    (from->ta && !emit_ta_enter(build, ta, opening)))
		return false;
	return (!cancels || push_held(build, OP_CANCEL_END, HOLD_CANCEL, 0)) &&
	       emit_steps(build, from->steps, from->step_count, IN_COMMAND, depth) &&
	       (!cancels ||
		(emit(build, instruction_of(OP_CANCEL_END, 0)) && pop_held(build, HOLD_CANCEL))) &&
	       (!from->ta || emit_ta_leave(build, ta)) && (!loads || emit_loaded(build, ta));
}

/* Enter a session. A thread that was woken and got it wakes the next, who will find it taken. */
static bool emit_session_enter(struct build *build, unsigned int lock)
{
	return emit_session_wait(build, instruction_of(OP_SESSION_ENTER, lock)) &&
	       emit_wakes(build, lock);
}

/* A thread that finds the session closed, at @start, wakes the next as well, and fails. */
static bool emit_gone(struct build *build, unsigned int lock, size_t start)
{
	code_patch(build, start);
	return emit_wakes(build, lock) && emit(build, instruction_of(OP_END, 0));
}

bool emit_in_session(struct build *build, unsigned int lock, unsigned int command)
{
	size_t start = code_here(build);

	build->holds.innermost = HELD_NONE;
	return emit_session_enter(build, lock) &&
	       push_held(build, OP_SESSION_LEAVE, (uint16_t)lock, 0) &&
	       (command == TEEQ_NO_OBJECT || emit_command_body(build, command, 0)) &&
	       emit_unlock(build, instruction_of(OP_SESSION_LEAVE, lock)) &&
	       pop_held(build, (uint16_t)lock) && emit_end(build) && emit_gone(build, lock, start);
}

/* What fails in a close is forgotten: the session is closed all the same. */
static bool emit_forgetting(struct build *build, size_t mark)
{
	struct instruction forget = instruction_of(OP_CATCH, 0);

	if (!holds_end(build, mark))
		return false;
	forget.target = (uint16_t)(code_here(build) + 1u);
	return emit(build, forget);
}

/* What a TA does when a session of it is closed. */
static bool emit_close_steps(struct build *build, unsigned int command)
{
	const struct teeq_script_spec *from = &build->scenario->commands[command];
	size_t mark;

	return holds_begin(build, &mark) &&
	       emit_steps(build, from->steps, from->step_count, IN_COMMAND, 0) &&
	       emit_forgetting(build, mark);
}

/*
 * The session is taken, then the TA entered, as an invoke does (tee_ta_close_session()); until
 * nobody wants the session any more the TA is busy.
 */
static bool emit_close_body(struct build *build, int lock, unsigned int session,
			    unsigned int command)
{
	const struct teeq_model *model = build->model;
	unsigned int loads = model->session_loads[session];
	unsigned int ta = command == TEEQ_NO_OBJECT ? model->session_ta[session] :
						  model->commands[command].ta;

	return (lock < 0 || emit_session_enter(build, (unsigned int)lock)) &&
	       (ta == 0 || emit_ta_enter(build, ta - 1, false)) &&
	       (command == TEEQ_NO_OBJECT || emit_close_steps(build, command)) &&
	       (lock < 0 ||
		emit_session_wait(build, instruction_of(OP_SESSION_UNLINK, (unsigned int)lock))) &&
	       (ta == 0 || emit_ta_leave(build, ta - 1)) &&
	       (loads == 0 ||
		emit(build, instruction_of(OP_LOAD_DROP, model_load_lock(model, loads - 1))));
}

bool emit_closing(struct build *build, int lock, unsigned int session, unsigned int command)
{
	size_t start = code_here(build);

	build->holds.innermost = HELD_NONE;
	return emit_close_body(build, lock, session, command) && emit_end(build) &&
	       (lock < 0 || emit_gone(build, (unsigned int)lock, start));
}

bool emit_opening(struct build *build, int lock, unsigned int command)
{
	build->holds.innermost = HELD_NONE;
	build->opening = true;
	if ((lock >= 0 && !emit(build, instruction_of(OP_SESSION_BEGIN, (unsigned int)lock))) ||
	    (command != TEEQ_NO_OBJECT && !emit_command_body(build, command, 0)))
		return false;
	build->opening = false;
	return emit_end(build);
}

/* Another command in the same thread is part of this one's code. */
static bool emit_invoke(struct build *build, const struct teeq_step *step, unsigned int depth)
{
	struct teeq_model *model = build->model;
	uint16_t command;
	bool good;

	if (build->loading)
		return build_fail(build, "not among the steps that load a TA");
	if (!find_script(build, "command", model->commands, model->command_count, step->name,
			 &command))
		return false;
	if (build->invoke_depth == TEEQ_INVOKE_DEPTH_MAX)
		return build_fail(build, "commands invoke each other deeper than %d",
				  TEEQ_INVOKE_DEPTH_MAX);
	build->invoke_depth++;
	build->opening = step->kind == TEEQ_STEP_OPEN;
	good = emit_command_body(build, command, depth);
	build->invoke_depth--;
	return good;
}

/* A command that opens a session, runs another command, or closes one. */
static bool emit_inside(struct build *build, const struct teeq_step *step, unsigned int depth)
{
	bool closes = step->kind == TEEQ_STEP_CLOSE;
	size_t mark = 0;

	if (step->session)
		return build_fail(build, "a step of a client or a service only");
	return (!closes || holds_begin(build, &mark)) && emit_invoke(build, step, depth) &&
	       (!closes || emit_forgetting(build, mark));
}

/* -------------------------------------------- steps ------------------------------------------- */

static bool find_lock(struct build *build, const char *name, uint16_t *lock)
{
	const struct teeq_model *model = build->model;

	return find_name(build, "secure lock", model->secure_locks, model->named_lock_count, name,
			 lock);
}

static bool find_condition(struct build *build, const char *name, uint8_t *condition)
{
	const struct teeq_model *model = build->model;
	uint16_t found;

	if (!find_name(build, "condition", model->conditions, model->condition_count, name, &found))
		return false;
	*condition = (uint8_t)found;
	return true;
}

static bool emit_lock(struct build *build, const struct teeq_step *step)
{
	struct instruction one = instruction_of(OP_SECURE_LOCK, 0);

	if (!find_lock(build, step->name, &one.object))
		return false;
	if (step->kind == TEEQ_STEP_UNLOCK)
		return emit_unlock(build, instruction_of(OP_SECURE_UNLOCK, one.object)) &&
		       pop_held(build, one.object);
	one.count = step->kind == TEEQ_STEP_READ_LOCK;
	return emit(build, one) && push_held(build, OP_SECURE_UNLOCK, one.object, 0);
}

/* A condition variable belongs to the mutex that it was first waited for with. */
static bool tie_condition(struct build *build, unsigned int condition, unsigned int lock)
{
	uint8_t *tied = &build->model->condition_locks[condition];

	if (*tied != 0 && *tied != lock + 1)
		return build_fail(
			build, "condition '%.80s' is waited for with lock '%.80s' elsewhere",
			build->model->conditions[condition], build->model->secure_locks[*tied - 1]);
	*tied = (uint8_t)(lock + 1);
	return true;
}

static bool find_ticks(struct build *build, const struct teeq_step *step, uint32_t least,
		       uint16_t *ticks)
{
	if (step->times < least || step->times > TEEQ_TICK_MAX)
		return build_fail(build, "%u is out of range: %u..%d", step->times, least,
				  TEEQ_TICK_MAX);
	*ticks = (uint16_t)step->times;
	if (*ticks > 0)
		build->model->uses |= USES_TIME;
	return true;
}

/*
 * Unlock and sleep in one; the mutex is taken again behind it, as it was, so it counts as held
 * throughout.
 */
static bool emit_cond_wait(struct build *build, const struct teeq_step *step)
{
	struct instruction prepare = instruction_of(OP_COND_PREPARE, 0), sleep, again,
			   over = instruction_of(OP_GOTO, 0), read;
	uint16_t lock;

	if (!find_condition(build, step->name, &prepare.condition) ||
	    !find_lock(build, step->session, &lock) ||
	    !tie_condition(build, prepare.condition, lock))
		return false;
	prepare.object = lock;
	sleep = instruction_of(OP_COND_SLEEP, lock);
	if (!find_ticks(build, step, 0, &sleep.timeout))
		return false;
	build->model->stale_keys |= sleep.timeout > 0;
	sleep.count = 1;
	read = instruction_of(OP_SECURE_LOCK, lock);
	read.count = 1;
	again = sleep;
	again.count = 0;
	if (!emit_unlock(build, prepare) || !emit(build, sleep) || !emit(build, again) ||
	    !emit(build, instruction_of(OP_SECURE_LOCK, lock)))
		return false;
	over.target = (uint16_t)(code_here(build) + 2u);
	return emit(build, over) && emit(build, read);
}

static bool emit_cond_signal(struct build *build, const struct teeq_step *step)
{
	struct instruction one = { .op = OP_COND_SIGNAL,
				   .count = step->kind == TEEQ_STEP_COND_BROADCAST };

	return find_condition(build, step->name, &one.condition) && emit(build, one);
}

static bool emit_wait(struct build *build, const struct teeq_step *step)
{
	struct teeq_model *model = build->model;
	struct instruction one = instruction_of(OP_WAIT_KEY, 0);

	return find_name(build, "notification", model->notifications, model->notification_count,
			 step->name, &one.object) &&
	       find_ticks(build, step, 0, &one.ticks) && emit_failing(build, one);
}

static bool emit_work(struct build *build, const struct teeq_step *step)
{
	struct instruction one = instruction_of(OP_WORK, TEEQ_NO_OBJECT);

	return find_ticks(build, step, 1, &one.ticks) && emit(build, one);
}

/*
 * What TEE_Wait does: it looks whether its session was cancelled, before it sleeps and behind that.
 * A command that another one runs is in a session of that, and what loads a TA is in none: nobody
 * cancels those.
 */
static bool emit_suspend(struct build *build, const struct teeq_step *step)
{
	struct instruction sleep = instruction_of(OP_SUSPEND, TEEQ_NO_OBJECT);
	bool looks = step->unmasked && build->model->cancels && build->invoke_depth == 0 &&
		     !build->loading;

	sleep.flags = looks;
	return find_ticks(build, step, 1, &sleep.ticks) &&
	       (!looks || emit_failing(build, instruction_of(OP_CANCEL_LOOK, 0))) &&
	       emit(build, sleep) &&
	       (!looks || emit_failing(build, instruction_of(OP_CANCEL_LOOK, 0)));
}

static bool emit_rpc(struct build *build, const struct teeq_step *step)
{
	struct teeq_model *model = build->model;
	struct instruction one = instruction_of(OP_RPC, 0);

	return find_script(build, "service", model->services, model->service_count, step->name,
			   &one.object) &&
	       emit_failing(build, one);
}

bool emit_secure(struct build *build, const struct teeq_step *step, unsigned int depth)
{
	switch (step->kind) {
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_READ_LOCK:
	case TEEQ_STEP_UNLOCK:
		return emit_lock(build, step);
	case TEEQ_STEP_WAIT:
		return emit_wait(build, step);
	case TEEQ_STEP_COND_WAIT:
		return emit_cond_wait(build, step);
	case TEEQ_STEP_COND_SIGNAL:
	case TEEQ_STEP_COND_BROADCAST:
		return emit_cond_signal(build, step);
	case TEEQ_STEP_OPEN:
	case TEEQ_STEP_CLOSE:
	case TEEQ_STEP_INVOKE:
		return emit_inside(build, step, depth);
	case TEEQ_STEP_SUSPEND:
		return emit_suspend(build, step);
	case TEEQ_STEP_WORK:
		return emit_work(build, step);
	case TEEQ_STEP_INTERRUPT:
		return emit(build, instruction_of(OP_INTERRUPT, TEEQ_NO_OBJECT));
	default:
		return emit_rpc(build, step);
	}
}
