/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "model/step.h"

/* What a step writes down of itself, beside its action. */

void step_begin_event(struct step *s)
{
	struct teeq_event *event = s->event;

	memset(event, 0, offsetof(struct teeq_event, woken));
	event->task = (uint8_t)s->index;
	event->level = s->task->top;
	event->context = TEEQ_NO_CONTEXT;
	event->object = TEEQ_NO_OBJECT;
	event->command = TEEQ_NO_OBJECT;
	event->touched = TEEQ_NO_OBJECT;
	event->peer = TEEQ_NO_TASK;
}

void step_remember_signalled(const struct step *s, struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;

	if (!s->watched)
		return;
	memset(before, 0, sizeof(*before));
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].flags & TEEQ_WAITER_DONE)
			before->done[q->waiters[i].id / 64] |= UINT64_C(1) << q->waiters[i].id % 64;
}

void step_note_woken(struct step *s, const struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;
	struct teeq_event *event = s->event;

	for (unsigned int i = 0; s->watched && i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];

		if (!(waiter->flags & TEEQ_WAITER_DONE) ||
		    before->done[waiter->id / 64] >> waiter->id % 64 & 1)
			continue;
		if (event->woken_count < TEEQ_EVENT_WOKEN_MAX)
			event->woken[event->woken_count] =
				(struct teeq_caller){ (uint8_t)id_task(waiter->id),
						      (uint8_t)id_level(waiter->id) };
		event->woken_count++;
	}
}

void step_note_fast(struct teeq_event *event, const struct session_fast *fast)
{
	if (!event || !fast->made)
		return;
	event->has_call = event->has_ret = true;
	event->call = fast->call;
	event->ret = fast->ret;
}

/* Over FF-A the same standard calls are direct messages, and there are no fast calls. */
void step_express_as_messages(struct teeq_event *event)
{
	if (event->has_call)
		teeq_ffa_from_call(&event->call, &event->call);
	if (event->has_ret)
		teeq_ffa_from_return(&event->ret, &event->ret);
}
