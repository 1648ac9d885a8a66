/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

bool cli_takes_seed(const struct teeq_strategy *strategy)
{
	return strategy && strategy != &teeq_strategy_round_robin;
}

const char *cli_object_name(const struct teeq_model *model, enum teeq_action action,
			    uint16_t object)
{
	switch (action) {
	case TEEQ_ACTION_LOCK:
		return teeq_model_lock_name(model, object);
	case TEEQ_ACTION_AWAIT:
	case TEEQ_ACTION_POLL:
		return teeq_model_event_name(model, object);
	case TEEQ_ACTION_BARRIER:
		return teeq_model_barrier_name(model, object);
	case TEEQ_ACTION_SECURE:
	case TEEQ_ACTION_RPC:
	case TEEQ_ACTION_REQUEST:
	case TEEQ_ACTION_REPLY:
	case TEEQ_ACTION_RECEIVE:
		return teeq_model_service_name(model, object);
	case TEEQ_ACTION_NOTIF_WAIT:
	case TEEQ_ACTION_NOTIF_WAKE:
	case TEEQ_ACTION_NOTIF_SEND:
	case TEEQ_ACTION_INTERRUPT:
	case TEEQ_ACTION_ASYNC:
		return teeq_model_notification_name(model, object);
	case TEEQ_ACTION_KILL:
	case TEEQ_ACTION_FREEZE:
	case TEEQ_ACTION_THAW:
		return object == TEEQ_NO_OBJECT ? TEEQ_SUPPLICANT_NAME :
						  teeq_model_client_name(model, object);
	case TEEQ_ACTION_ENTER:
	case TEEQ_ACTION_RESERVE:
	case TEEQ_ACTION_UNRESERVE:
	case TEEQ_ACTION_COUNT_SESSION:
		return teeq_model_session_name(model, object);
	default:
		return NULL;
	}
}
