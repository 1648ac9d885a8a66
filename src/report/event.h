/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_EVENT_H
#define REPORT_EVENT_H

#include "report/words.h"

/* The words of one event. */
typedef void event_text(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event);

/* event_call.c: a call in the driver, its slot, and reservations. */
event_text event_add_enter, event_add_started, event_add_recheck, event_add_smc, event_add_leave;
event_text event_add_get_arg, event_add_free_arg;
event_text event_add_reserve, event_add_unreserve, event_add_count;

/* event_secure.c: a step of the secure world. */
event_text event_add_secure;

/* event_rpc.c: what is done for an RPC, and notifications. */
event_text event_add_rpc, event_add_request, event_add_reply, event_add_receive, event_add_answer;
event_text event_add_notif_wait, event_add_notif_wake, event_add_notif_send;
event_text event_add_interrupt, event_add_async;

#endif
