/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/*
 * RPCs that no script serves: what the driver does by itself, and what it hands to tee-supplicant.
 */

void rpc_end(struct step *s, unsigned int error)
{
	struct call *call = &s->level->call;

	s->task->wait = RPC_NOTHING;
	s->task->about = 0;
	s->task->flags &= (uint8_t) ~(TASK_TAKEN | TASK_ANSWERED | TASK_ABORTED);
	if (s->m->uses & USES_TIME)
		world_timers(s->m, s->w)[s->index] = 0;
	if (error)
		secure_rpc_failed(s->m, s->w, s->index, error);
	call_served(call);
}

static void start_wait(struct step *s, enum rpc_wait wait, unsigned int about, unsigned int ticks)
{
	INVARIANT(s->task->wait == RPC_NOTHING, "task %u waits already: %u", s->index,
		  s->task->wait);
	INVARIANT(ticks == 0 || (s->m->uses & USES_TIME), "a timer where there is no time");
	s->task->wait = (uint8_t)wait;
	s->task->about = (uint8_t)about;
	if (ticks > 0)
		world_timers(s->m, s->w)[s->index] = (uint16_t)ticks;
}

static void run_service(struct step *s, unsigned int service)
{
	struct level *level;

	INVARIANT(service < s->m->service_count, "service %u of %u", service,
		  s->m->service_count);
	CHECK(s->task->top + 1 < s->m->level_count, "task %u nests deeper than its model",
	      s->index);
	s->task->top++;
	level = task_top(s->task);
	*level = (struct level){ .pc = s->m->services[service].start, .call = CALL_NONE };
	world_advance(s->m, s->w, s->index);
}

static void begin_service(struct step *s, unsigned int service)
{
	const struct script *script = &s->m->services[service];

	s->event->object = (uint16_t)service;
	if (script->by == TEEQ_SERVED_BY_SUPPLICANT)
		start_wait(s, RPC_REQUEST, 0, 0);
	else if (script->kind != TEEQ_RPC_KIND_OTHER)
		start_wait(s, RPC_SIMPLE, 0, 0);
	else if (s->level->call.state == CALL_STARTED)
		start_wait(s, RPC_SERVICE, 0, 0);
	else
		run_service(s, service);
}

void rpc_started(struct step *s)
{
	unsigned int wait = s->task->wait;

	if (wait != RPC_SERVICE && wait != RPC_INTERRUPT)
		return;
	s->task->wait = RPC_NOTHING;
	if (wait == RPC_SERVICE)
		run_service(s, rpc_service_of(s->m, s->w, s->task));
	else
		call_served(&s->level->call);
}

static void note_rpc(struct step *s, enum teeq_event_rpc rpc, unsigned int object)
{
	s->event->rpc = (uint8_t)rpc;
	s->event->object = (uint16_t)object;
}

void rpc_begin(struct step *s, const struct secure_result *result)
{
	switch (result->stop) {
	case SECURE_RPC:
		begin_service(s, result->object);
		break;
	case SECURE_SLEEP:
		note_rpc(s, TEEQ_EVENT_RPC_SUSPEND, TEEQ_NO_OBJECT);
		start_wait(s, RPC_SLEEP, 0, result->ticks);
		break;
	case SECURE_WAIT:
		note_rpc(s, TEEQ_EVENT_RPC_NOTIF_WAIT, result->object);
		start_wait(s, RPC_NOTIF_WAIT, result->object, result->ticks);
		break;
	case SECURE_SEND:
		note_rpc(s, TEEQ_EVENT_RPC_NOTIF_SEND, result->object);
		start_wait(s, RPC_NOTIF_SEND, result->object, 0);
		break;
	default: /* an interrupt: nothing to be served */
		if (s->level->call.state == CALL_STARTED)
			start_wait(s, RPC_INTERRUPT, 0, 0);
		else
			call_served(&s->level->call);
		break;
	}
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

/*
 * The task gives its request up. It is in the queue, or with a thread of tee-supplicant, which then
 * has nobody to answer to.
 */
static void withdraw(struct step *s)
{
	if (requests_withdraw(world_requests(s->m, s->w, s->guest), s->index))
		return;
	for (unsigned int i = 0; i < s->m->task_count; i++) {
		struct task *task = world_task(s->m, s->w, i);

		if (s->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
		    *task_client(task) == s->index + 1)
			*task_client(task) = 0;
	}
}

/*
 * The driver tells what becomes of memory in its own
 * words: none is to be had, and freeing never fails.
 */
static void end_request(struct step *s, unsigned int error)
{
	if (rpc_asks_for(s->m, s->w, s->task, TEEQ_RPC_KIND_SHM_ALLOC) && error)
		error = TEEQ_FAILURE_OUT_OF_MEMORY;
	else if (rpc_asks_for(s->m, s->w, s->task, TEEQ_RPC_KIND_SHM_FREE))
		error = TEEQ_FAILURE_NONE;
	rpc_end(s, error);
}

static void request(struct step *s)
{
	s->event->object = (uint16_t)rpc_service_of(s->m, s->w, s->task);
	/* The driver gives its own reference back before it asks for the memory to be freed. */
	if (rpc_asks_for(s->m, s->w, s->task, TEEQ_RPC_KIND_SHM_FREE))
		supplicant_memory_drop(s->m, s->w, s->guest, s->level->call.context, false);
	if (*world_supplicant(s->m, s->w, s->guest) == SUPPLICANT_ABSENT &&
	    s->m->tasks[s->index].nowait) {
		step_note_error(s, TEEQ_ACTION_REQUEST, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_ECOMM);
		end_request(s, TEEQ_FAILURE_COMMUNICATION);
		return;
	}
	requests_add(world_requests(s->m, s->w, s->guest), s->index);
	s->task->wait = RPC_REPLY;
	step_note(s, TEEQ_ACTION_REQUEST, TEEQ_OUTCOME_OK);
}

static void note_reply(struct step *s, bool answered, bool aborted, unsigned int error)
{
	if (answered && aborted)
		step_note_error(s, TEEQ_ACTION_REPLY, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_ENOMEM);
	else if (answered && error)
		step_note_error(s, TEEQ_ACTION_REPLY, TEEQ_OUTCOME_FAILED, result_of(error));
	else if (answered)
		step_note(s, TEEQ_ACTION_REPLY, TEEQ_OUTCOME_OK);
	else
		step_note_error(s, TEEQ_ACTION_REPLY, TEEQ_OUTCOME_FAILED,
				aborted ? -TEEQ_ABI_ECOMM : -TEEQ_ABI_EINTR);
}

static void keep_memory(struct step *s)
{
	uint8_t *count = &world_memory(s->m, s->w, s->guest)[s->level->call.context];

	if (*count < UINT8_MAX)
		(*count)++;
}

static void reply(struct step *s)
{
	bool answered = s->task->flags & TASK_ANSWERED;
	bool aborted = s->task->flags & TASK_ABORTED;
	unsigned int error = task_error(s->m, s->w, s->index);

	s->event->object = (uint16_t)rpc_service_of(s->m, s->w, s->task);
	/* An error that tee-supplicant answered with came into the call when it was sent. */
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	note_reply(s, answered, aborted, error);
	if (!answered && !aborted)
		withdraw(s);
	if (!answered || aborted)
		error = TEEQ_FAILURE_COMMUNICATION;
	if (!error && rpc_asks_for(s->m, s->w, s->task, TEEQ_RPC_KIND_SHM_ALLOC))
		keep_memory(s);
	end_request(s, error);
}

void supplicant_receive(struct step *s)
{
	unsigned int client = requests_take(world_requests(s->m, s->w, s->guest));
	struct task *task = world_task(s->m, s->w, client);
	unsigned int service = rpc_service_of(s->m, s->w, task);

	INVARIANT(*task_client(s->task) == 0, "task %u works for somebody else", s->index);
	INVARIANT(task->wait == RPC_REPLY && !(task->flags & (TASK_TAKEN | TASK_ANSWERED)),
		  "task %u waits for no thread of tee-supplicant", client);
	task->flags |= TASK_TAKEN;
	*task_client(s->task) = (uint8_t)(client + 1);
	s->event->peer = (uint8_t)client;
	step_note(s, TEEQ_ACTION_RECEIVE, TEEQ_OUTCOME_OK);
	s->event->object = (uint16_t)service;
	run_service(s, service);
}

/* The answer says what the service ended with. */
static void deliver(struct step *s, unsigned int client)
{
	INVARIANT((world_task(s->m, s->w, client)->flags & (TASK_TAKEN | TASK_ANSWERED)) ==
			  TASK_TAKEN,
		  "task %u gets an answer to nothing", client);
	world_task(s->m, s->w, client)->flags |= TASK_ANSWERED;
	task_set_error(s->m, s->w, client, task_error(s->m, s->w, s->index));
}

/* A killed supplicant does not answer any more; a killed client does not listen any more. */
void supplicant_answer(struct step *s)
{
	uint8_t *client = task_client(s->task);
	bool answers = *world_supplicant(s->m, s->w, s->guest) == SUPPLICANT_RUNS && *client;

	if (*client)
		s->event->peer = (uint8_t)(*client - 1);
	if (answers)
		deliver(s, s->event->peer);
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	*client = 0;
	s->task->flags &= (uint8_t)~TASK_KILLED;
	step_note(s, TEEQ_ACTION_ANSWER, answers ? TEEQ_OUTCOME_OK : TEEQ_OUTCOME_FAILED);
	step_next(s);
	supplicant_release(s->m, s->w, s->guest);
}

/* --------------------------------------------- all -------------------------------------------- */

static void serve_simply(struct step *s)
{
	unsigned int service = rpc_service_of(s->m, s->w, s->task);
	const struct script *script = &s->m->services[service];

	s->event->object = (uint16_t)service;
	if (script->kind == TEEQ_RPC_KIND_SHM_ALLOC &&
	    fault_strikes(s->m, s->w, TEEQ_FAULT_NO_MEMORY)) {
		step_note_error(s, TEEQ_ACTION_RPC, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_ENOMEM);
		rpc_end(s, TEEQ_FAILURE_OUT_OF_MEMORY);
		return;
	}
	step_note(s, TEEQ_ACTION_RPC, TEEQ_OUTCOME_OK);
	s->task->wait = RPC_NOTHING;
	run_service(s, service);
}

void rpc_step(struct step *s)
{
	switch (s->task->wait) {
	case RPC_SIMPLE:
		serve_simply(s);
		break;
	case RPC_SLEEP:
		s->event->object = TEEQ_NO_OBJECT;
		step_note(s, TEEQ_ACTION_SLEEP,
			  cancel_cuts_sleep(s->m, s->w, s->index) ? TEEQ_OUTCOME_INTERRUPTED :
								    TEEQ_OUTCOME_OK);
		rpc_end(s, TEEQ_FAILURE_NONE);
		break;
	case RPC_REQUEST:
		request(s);
		break;
	case RPC_REPLY:
		reply(s);
		break;
	default:
		break;
	}
}

static bool gives_up(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct task *task = world_task(m, w, index);

	/* To be frozen is a signal as well, though not a fatal one. */
	if (m->supplicant_wait == TEEQ_SUPPLICANT_INTERRUPTIBLE)
		return (task->flags & (TASK_KILLED | TASK_FREEZING)) &&
		       *world_supplicant(m, w, m->tasks[index].guest) == SUPPLICANT_ABSENT;
	return (task->flags & TASK_KILLED) && m->supplicant_wait == TEEQ_SUPPLICANT_KILLABLE;
}

bool rpc_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct task *task = world_task(m, w, index);

	if (task->wait == RPC_REPLY)
		return (task->flags & (TASK_ANSWERED | TASK_ABORTED)) || gives_up(m, w, index);
	if (task->wait == RPC_NOTIF_WAKE) {
		const struct instruction *at =
			secure_rpc(m, w, task->levels[task->top].call.context);

		return (world_keys(m, w, m->tasks[index].guest)[task->about].flags & KEY_DONE) ||
		       (task->about < m->notification_count && at->op == OP_WAIT_KEY &&
			at->ticks > 0) ||
		       (task->about >= m->notification_count &&
			secure_wait_ends(m, w, task->levels[task->top].call.context));
	}
	return true;
}
