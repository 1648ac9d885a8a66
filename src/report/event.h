/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_EVENT_H
#define REPORT_EVENT_H

#include "report/words.h"

/* The words of one event. */
typedef void event_text(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event);

/* event_waits.c: what surrounds the call queue. */
event_text event_add_rpc, event_add_request, event_add_reply, event_add_receive, event_add_answer;
event_text event_add_notif_wait, event_add_notif_wake, event_add_notif_send;
event_text event_add_interrupt, event_add_async, event_add_sleep, event_add_allocate;
event_text event_add_touch; /* of a step of the secure world: what precedes the rest */
event_text event_add_signal, event_add_exit, event_add_fault;

#endif
