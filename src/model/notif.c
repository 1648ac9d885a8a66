/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/*
 * Notifications: by RPC, from the normal world, and
 * those that the secure world raises an interrupt for.
 */
void step_notify(struct step *s, unsigned int key)
{
	struct key *to = &world_keys(s->m, s->w, s->guest)[key];

	INVARIANT(key < s->m->key_count, "key %u of %u", key, s->m->key_count);
	if (to->waiter > 0)
		s->event->peer = (uint8_t)(to->waiter - 1);
	notif_send(to);
	step_note(s, TEEQ_ACTION_NOTIF_SEND, TEEQ_OUTCOME_OK);
}

/*
 * Whoever waits for a lock of the secure world, or what is like one, does not look at the answer:
 * it looks whether it was woken, and if not asks again (OP-TEE 4.10, wq_wait_final()). A command
 * that waits for a notification fails.
 */
static void end_unserved(struct step *s, int result)
{
	step_note_error(s, TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_FAILED, result);
	rpc_end(s, s->task->about < s->m->notification_count ? TEEQ_FAILURE_BAD_PARAMETERS :
							       TEEQ_FAILURE_NONE);
}

static void step_notif_wait(struct step *s)
{
	INVARIANT(s->task->about < s->m->key_count, "key %u of %u", s->task->about,
		  s->m->key_count);
	if (fault_strikes(s->m, s->w, TEEQ_FAULT_NOTIF_WAIT_FAILS)) {
		end_unserved(s, -TEEQ_ABI_ENOMEM);
		return;
	}
	switch (notif_wait(&world_keys(s->m, s->w, s->guest)[s->task->about], s->index)) {
	case NOTIF_CAME:
		step_note(s, TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_OK);
		rpc_end(s, TEEQ_FAILURE_NONE);
		break;
	case NOTIF_BUSY:
		end_unserved(s, -TEEQ_ABI_EBUSY);
		break;
	default:
		s->task->wait = RPC_NOTIF_WAKE;
		step_note(s, TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_MUST_WAIT);
		break;
	}
}

/*
 * That the time is over is seen without the lock under which the waiter leaves the list: a
 * notification that comes in between completes a waiter who does not look any more, and is not
 * remembered.
 */
static void step_notif_wake(struct step *s)
{
	struct key *key = &world_keys(s->m, s->w, s->guest)[s->task->about];
	bool late = s->task->wait == RPC_NOTIF_LATE;

	INVARIANT(key->waiter == s->index + 1, "task %u wakes, and %d waits for its key", s->index,
		  key->waiter - 1);
	if (!late && !(key->flags & KEY_DONE)) {
		s->task->wait = RPC_NOTIF_LATE;
		world_timers(s->m, s->w)[s->index] = 0;
		s->event->object = TEEQ_NO_OBJECT;
		step_note(s, TEEQ_ACTION_SLEEP, TEEQ_OUTCOME_OK);
		return;
	}
	notif_leave(key);
	if (late && s->task->about >= s->m->notification_count)
		secure_note_late(s->m, s->w, s->level->call.context);
	if (late)
		step_note_error(s, TEEQ_ACTION_NOTIF_WAKE, TEEQ_OUTCOME_FAILED,
				-TEEQ_ABI_ETIMEDOUT);
	else
		step_note(s, TEEQ_ACTION_NOTIF_WAKE, TEEQ_OUTCOME_OK);
	rpc_end(s, TEEQ_FAILURE_NONE);
}

/* ----------------------------------- asynchronous notifications ------------------------------- */

/* Two bits behind those of the keys. This one: a bottom half was asked for. */
static uint64_t asked_bit(const struct teeq_model *m)
{
	return UINT64_C(1) << m->notification_count;
}

/* The next one: the thread of the bottom half was woken, and has not run since. */
static uint64_t half_due_bit(const struct teeq_model *m)
{
	return asked_bit(m) << 1;
}

void async_raise(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
		 unsigned int key)
{
	INVARIANT(key == TEEQ_NO_OBJECT || key < m->notification_count, "notification %u of %u",
		  key, m->notification_count);
	*world_async(m, w, guest) |= key == TEEQ_NO_OBJECT ? asked_bit(m) : UINT64_C(1) << key;
}

bool async_pending(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	return *world_async(m, w, guest) & (half_due_bit(m) - 1);
}

bool async_half_is_due(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	return *world_async(m, w, guest) & half_due_bit(m);
}

/* By a fast call (a1: the value; a2: bit 0 it is valid, bit 1 more are pending). */
static void note_fetch(struct step *s, unsigned int value)
{
	s->event->has_call = s->event->has_ret = true;
	s->event->call = (struct teeq_smc_regs){ .a = { TEEQ_SMC_GET_ASYNC_NOTIF_VALUE } };
	s->event->ret =
		(struct teeq_smc_regs){ .a = {
						TEEQ_SMC_RETURN_OK,
						value,
						TEEQ_SMC_NOTIF_VALID |
							(async_pending(s->m, s->w, s->guest) ?
								 TEEQ_SMC_NOTIF_PENDING :
								 0),
					} };
}

/*
 * Value 0 comes first and asks for the bottom half, which is left to a thread: it may have to wait
 * for a secure one, and other values are fetched meanwhile.
 */
unsigned int async_fetch(const struct teeq_model *m, struct teeq_world *w, unsigned int guest)
{
	uint64_t *bits = world_async(m, w, guest);
	bool bottom_half = *bits & asked_bit(m);
	unsigned int bit;

	CHECK(async_pending(m, w, guest), "an interrupt has nothing to fetch");
	bit = bottom_half ? m->notification_count : (unsigned int)__builtin_ctzll(*bits);
	*bits &= ~(UINT64_C(1) << bit);
	if (bottom_half)
		*bits |= half_due_bit(m);
	return bottom_half ? TEEQ_NO_OBJECT : bit;
}

/*
 * The interrupt fetches one value. Over FF-A the values are notifications of that framework, which
 * hands them to the driver: OP-TEE is not asked.
 */
void async_step(struct step *s)
{
	unsigned int key = async_fetch(s->m, s->w, s->guest);

	s->event->object = (uint16_t)key;
	if (s->m->abi == TEEQ_ABI_SMC)
		note_fetch(s, key == TEEQ_NO_OBJECT ? 0 : teeq_model_notification_key(s->m, key));
	if (key != TEEQ_NO_OBJECT)
		step_notify(s, key);
	step_note(s, TEEQ_ACTION_INTERRUPT, TEEQ_OUTCOME_OK);
}

void async_take(const struct teeq_model *m, struct teeq_world *w, unsigned int guest)
{
	*world_async(m, w, guest) &= ~half_due_bit(m);
}

void async_bottom_half(struct step *s)
{
	INVARIANT(async_half_is_due(s->m, s->w, s->guest), "a bottom half runs that is not due");
	async_take(s->m, s->w, s->guest);
	s->event->object = TEEQ_NO_OBJECT;
	step_note(s, TEEQ_ACTION_START, TEEQ_OUTCOME_OK);
	step_next(s);
}

/* ---------------------------------------------- RPC ------------------------------------------- */

/* Whoever was woken for a lock does not learn of it where another guest's driver is sent that. */
static void note_strayed(const struct step *s, unsigned int key)
{
	unsigned int context = key - s->m->notification_count;
	struct teeq_context_view view;

	if (key < s->m->notification_count || s->m->guest_count < 2)
		return;
	teeq_world_context(s->m, s->w, context, &view);
	if (view.owned && s->m->tasks[view.owner.task].guest != s->guest)
		secure_note_strayed(s->m, s->w, context, s->guest);
}

void notif_step(struct step *s)
{
	switch (s->task->wait) {
	case RPC_NOTIF_WAIT:
		step_notif_wait(s);
		break;
	case RPC_NOTIF_WAKE:
	case RPC_NOTIF_LATE:
		step_notif_wake(s);
		break;
	default:
		step_notify(s, s->task->about);
		note_strayed(s, s->task->about);
		rpc_end(s, TEEQ_FAILURE_NONE);
		break;
	}
}
