/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * The driver's memory for message arguments (Linux 6.1 and 6.12, optee_get_msg_arg()). Every call
 * but those that register memory has a slot of a page from before it enters the queue until it has
 * left it. Where no slot is free a page is added: allocated and, where the secure world is to know
 * it, registered by a call, all that with the mutex held by which everybody looks for a slot and
 * gives one back. The pages stay. What a call is about is not looked at there.
 */

uint8_t call_memory(const struct call *call, const struct instruction *at)
{
	if (call->flags & CALL_PAGE)
		return TEEQ_MEMORY_PAGE;
	if (at->op != OP_REGISTER)
		return TEEQ_MEMORY_NONE;
	return at->count ? TEEQ_MEMORY_UNREGISTER : TEEQ_MEMORY_REGISTER;
}

/*
 * Over FF-A memory is shared without a call; without
 * RPC_ARG the secure world is told addresses only.
 */
static bool registers(const struct teeq_model *m)
{
	return m->abi == TEEQ_ABI_SMC && !m->lacks_rpc_arg &&
	       m->argument_full != TEEQ_ARGUMENT_PRIVATE;
}

static bool keeps_mutex(const struct teeq_model *m)
{
	return m->argument_full == TEEQ_ARGUMENT_LOCKED ||
	       m->argument_full == TEEQ_ARGUMENT_LOCKED_AS_CALLER;
}

/*
 * What a page adds that nobody registers: of private
 * memory the secure world takes the beginning only.
 */
static unsigned int page_slots(const struct teeq_model *m)
{
	return m->argument_full == TEEQ_ARGUMENT_PRIVATE ? 1 : m->argument_slots;
}

void arguments_init(const struct teeq_model *m, struct teeq_world *w)
{
	/* A driver asked for its devices when it was probed, one call after the other: one page. */
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		world_arguments(m, w, guest)->capacity = m->argument_slots;
}

static struct arguments *arguments_of(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int task)
{
	return world_arguments(m, w, m->tasks[task].guest);
}

/* That there is no such session the driver sees before it looks for a slot. */
bool arguments_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task)
{
	const struct task *self = world_task(m, w, task);
	const struct level *top = &self->levels[self->top];

	return !arguments_of(m, w, task)->owner ||
	       (top->call.state == CALL_GET_ARG && !(top->call.flags & CALL_PAGE) &&
		model_refuses(m, w, task, self->top, &m->code[top->pc]));
}

/*
 * No memory: the driver's function returns. A session that it was to close is not in its list any
 * more, and what that had reserved is never counted out (optee_close_session_helper()). With v4 it
 * is the TEE context that gives it back, whatever became of the session.
 */
static void give_up(struct step *s)
{
	struct arguments *arguments = arguments_of(s->m, s->w, s->index);

	if (!session_asks_pool(&s->place)) {
		arguments->leaked = (uint16_t)(arguments->leaked + s->level->reservations);
		s->level->reservations = 0;
	}
	s->level->call = CALL_NONE;
	step_failed(s, TEEQ_FAILURE_ENOMEM);
	if (s->level->reservations == 0)
		step_next(s);
}

void step_get_arg(struct step *s, const struct instruction *at)
{
	struct arguments *arguments = arguments_of(s->m, s->w, s->index);
	struct call *call = &s->level->call;
	bool full = arguments_are_full(s->m, s->w, s->index, call);

	INVARIANT(arguments_can_move(s->m, s->w, s->index), "task %u takes a mutex that is held",
		  s->index);
	if (!(call->flags & CALL_PAGE) && !step_look_up(s, at))
		return;
	if (full && fault_strikes(s->m, s->w, TEEQ_FAULT_NO_MEMORY)) {
		step_note_error(s, TEEQ_ACTION_GET_ARG, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_ENOMEM);
		give_up(s);
		return;
	}
	if (full && registers(s->m)) {
		call->flags |= CALL_PAGE | CALL_PRIVATE;
		if (keeps_mutex(s->m))
			arguments->owner = (uint8_t)(s->index + 1);
		call_got_arg(call);
		step_note(s, TEEQ_ACTION_GET_ARG, TEEQ_OUTCOME_MUST_WAIT);
		return;
	}
	if (full)
		arguments->capacity = (uint16_t)(arguments->capacity + page_slots(s->m));
	else if (call->flags & CALL_PAGE)
		arguments->capacity = (uint16_t)(arguments->capacity + s->m->argument_slots);
	step_note(s, TEEQ_ACTION_GET_ARG,
		  full || (call->flags & CALL_PAGE) ? TEEQ_OUTCOME_TAKEN : TEEQ_OUTCOME_OK);
	call->flags &= CALL_KIND;
	/*
	 * As if the registered page came first; who is
	 * told where the others lie is told the address.
	 */
	if (s->m->argument_full == TEEQ_ARGUMENT_PRIVATE && arguments->used >= s->m->argument_slots)
		call->flags |= CALL_PRIVATE;
	arguments->used++;
	call_got_arg(call);
}

void step_free_arg(struct step *s)
{
	struct arguments *arguments = arguments_of(s->m, s->w, s->index);

	CHECK(arguments->used > 0, "a slot is given back that nobody took");
	arguments->used--;
	s->level->call = CALL_NONE;
	step_note(s, TEEQ_ACTION_FREE_ARG, TEEQ_OUTCOME_OK);
	if (s->level->reservations == 0)
		step_next(s);
}

/* Who holds the mutex adds the page and has its slot before anybody can look. */
void step_leave_page(struct step *s)
{
	struct arguments *arguments = arguments_of(s->m, s->w, s->index);
	struct call *call = &s->level->call;
	bool failed = call->flags & CALL_FAILED;

	INVARIANT(call->flags & CALL_PAGE, "a call leaves that registers no page");
	INVARIANT(!keeps_mutex(s->m) || arguments->owner == s->index + 1,
		  "task %u adds a page, and %d has the mutex", s->index, arguments->owner - 1);
	call_leave_for(call, &s->place, keeps_mutex(s->m) ? CALL_ENTER : CALL_GET_ARG);
	if (keeps_mutex(s->m))
		arguments->owner = 0;
	if (failed) {
		step_note_error(s, TEEQ_ACTION_LEAVE, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_EINVAL);
		give_up(s);
		return;
	}
	step_note(s, TEEQ_ACTION_LEAVE, TEEQ_OUTCOME_OK);
	if (!keeps_mutex(s->m))
		return;
	call->flags &= CALL_KIND;
	arguments->capacity = (uint16_t)(arguments->capacity + s->m->argument_slots);
	arguments->used++;
}

static const char *check_guest(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int guest)
{
	const struct arguments *arguments = world_arguments(m, w, guest);
	unsigned int used = 0, owner = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			const struct level *at = &task->levels[level];
			bool page = at->call.flags & CALL_PAGE;

			if (m->tasks[i].guest != guest || at->call.state <= CALL_GET_ARG ||
			    !op_takes_argument(&m->code[at->pc]))
				continue;
			used += !page;
			if (page && keeps_mutex(m))
				owner = i + 1;
		}
	}
	if (used != arguments->used || used > arguments->capacity)
		return "slots for arguments are taken by others than calls, or more than there are";
	return owner == arguments->owner ?
		       NULL :
		       "the argument cache's mutex is held by who registers no page";
}

const char *arguments_check(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	for (unsigned int guest = 0; !broken && guest < m->guest_count; guest++)
		broken = check_guest(m, w, guest);
	return broken;
}
