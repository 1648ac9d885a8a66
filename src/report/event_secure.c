/* SPDX-License-Identifier: BSD-2-Clause */
/* A step of the secure world: what its other threads can see of it, and how it comes back. */
#include "report/event.h"

/* What becomes of a TA that is loaded by a step. */
static void add_loading(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	static const char *const about[][2] = {
		[TEEQ_EVENT_TOUCH_TAKE] = { "begins to load ", "" },
		[TEEQ_EVENT_TOUCH_TAKEN] = { "wants ", ", which another call is loading" },
		[TEEQ_EVENT_TOUCH_RELEASE] = { "could not load ", "" },
		[TEEQ_EVENT_TOUCH_LOAD] = { "has loaded ", "" },
		[TEEQ_EVENT_TOUCH_LOADED] = { "wants ", ", which is loaded" },
		[TEEQ_EVENT_TOUCH_UNLOAD] = { "unloads ", "" },
	};

	words_add(words, "%s", about[event->touch][0]);
	words_add_secure_lock(words, model, event->touched);
	words_add(words, "%s", about[event->touch][1]);
}

static bool is_of_loading(const struct teeq_model *model, const struct teeq_event *event)
{
	bool lock = event->touch == TEEQ_EVENT_TOUCH_TAKE ||
		    event->touch == TEEQ_EVENT_TOUCH_TAKEN ||
		    event->touch == TEEQ_EVENT_TOUCH_RELEASE;

	return (event->touch >= TEEQ_EVENT_TOUCH_LOAD && event->touch <= TEEQ_EVENT_TOUCH_UNLOAD) ||
	       (lock && teeq_model_secure_lock_kind(model, event->touched) ==
				TEEQ_SECURE_LOCK_LOADING);
}

static void add_touched_lock(struct words *words, const struct teeq_model *model,
			     const struct teeq_event *event)
{
	static const char *const verbs[][2] = {
		[TEEQ_EVENT_TOUCH_TAKE] = { "takes", "enters" },
		[TEEQ_EVENT_TOUCH_TAKEN] = { "wants", "wants" },
		[TEEQ_EVENT_TOUCH_RELEASE] = { "releases", "leaves" },
	};
	enum teeq_secure_lock_kind kind = teeq_model_secure_lock_kind(model, event->touched);
	bool session = kind == TEEQ_SECURE_LOCK_SESSION;
	bool entered = session || kind == TEEQ_SECURE_LOCK_TA;

	words_add(words, "%s ", verbs[event->touch][entered]);
	words_add_secure_lock(words, model, event->touched);
	if (event->touch == TEEQ_EVENT_TOUCH_TAKEN)
		words_add(words, session ? ", in which another call is" :
				 entered ? ", which is busy" : ", which is taken");
}

static void add_touch(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	if (is_of_loading(model, event)) {
		add_loading(words, model, event);
		words_add(words, "; ");
		return;
	}
	switch (event->touch) {
	case TEEQ_EVENT_TOUCH_TAKE:
	case TEEQ_EVENT_TOUCH_TAKEN:
	case TEEQ_EVENT_TOUCH_RELEASE:
		add_touched_lock(words, model, event);
		break;
	case TEEQ_EVENT_TOUCH_COND_WAIT:
	case TEEQ_EVENT_TOUCH_COND_SIGNAL:
		words_add(words, "%s condition %s",
			  event->touch == TEEQ_EVENT_TOUCH_COND_WAIT ? "begins to wait for" :
								       "signals",
			  words_name(teeq_model_condition_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_CLOSE:
	case TEEQ_EVENT_TOUCH_GONE:
		words_add(words, event->touch == TEEQ_EVENT_TOUCH_CLOSE ? "closes " : "wants ");
		words_add_secure_lock(words, model, event->touched);
		words_add(words, event->touch == TEEQ_EVENT_TOUCH_CLOSE ?
					 ", for which others wait" : ", which was closed");
		break;
	case TEEQ_EVENT_TOUCH_CANCELLED:
		words_add(words, "sees that session %s was cancelled",
			  words_name(teeq_model_session_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_CANCEL_OVER:
		words_add(words, "returns, session %s is cancelled no longer",
			  words_name(teeq_model_session_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_POLL:
		words_add(words, "polls event %s in vain",
			  words_name(teeq_model_event_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_POLLED:
		words_add(words, "sees event %s",
			  words_name(teeq_model_event_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_ASYNC:
		words_add(words, "raises ");
		if (event->touched == TEEQ_NO_OBJECT)
			words_add(words, "a bottom half");
		else
			words_add_notification(words, model, event->touched);
		break;
	default:
		return;
	}
	words_add(words, "; ");
}

/* "2 ticks", where the secure world or the driver counts them. */
static void add_ticks(struct words *words, const char *before, const struct teeq_event *event)
{
	if (event->ticks > 0)
		words_add(words, "%s %u tick%s", before, event->ticks,
			  event->ticks == 1 ? "" : "s");
}

/* "RPC CMD GET_TIME clock", "RPC CMD NOTIFICATION WAIT ready (key 0), at most 5 ticks" */
static void add_rpc_command(struct words *words, const struct teeq_model *model,
			    const struct teeq_event *event)
{
	static const uint8_t commands[TEEQ_RPC_KIND_COUNT] = {
		[TEEQ_RPC_KIND_GET_TIME] = TEEQ_RPC_CMD_GET_TIME,
		[TEEQ_RPC_KIND_SHM_ALLOC] = TEEQ_RPC_CMD_SHM_ALLOC,
		[TEEQ_RPC_KIND_SHM_FREE] = TEEQ_RPC_CMD_SHM_FREE,
		[TEEQ_RPC_KIND_I2C] = TEEQ_RPC_CMD_I2C_TRANSFER,
		[TEEQ_RPC_KIND_RPMB] = TEEQ_RPC_CMD_RPMB_FRAMES,
	};
	enum teeq_rpc_kind kind = TEEQ_RPC_KIND_OTHER;

	words_add(words, "RPC CMD ");
	switch (event->rpc) {
	case TEEQ_EVENT_RPC_NOTIF_WAIT:
		words_add(words, "NOTIFICATION WAIT ");
		words_add_notification(words, model, event->object);
		add_ticks(words, ", at most", event);
		return;
	case TEEQ_EVENT_RPC_NOTIF_SEND:
		words_add(words, "NOTIFICATION SEND ");
		words_add_notification(words, model, event->object);
		return;
	case TEEQ_EVENT_RPC_SUSPEND:
		words_add(words, "SUSPEND");
		add_ticks(words, " for", event);
		return;
	default:
		kind = teeq_model_service_kind(model, event->object);
		break;
	}
	if (kind != TEEQ_RPC_KIND_OTHER)
		words_add(words, "%s ", teeq_rpc_command_name(commands[kind]));
	words_add(words, "%s", words_name(teeq_model_service_name(model, event->object)));
}

void event_add_secure(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "secure: ");
	add_touch(words, model, event);
	if (event->outcome == TEEQ_OUTCOME_WORKING) {
		words_add(words, "thread %u goes on", event->context);
		add_ticks(words, " for", event);
		return;
	}
	if (event->outcome == TEEQ_OUTCOME_EXIT) {
		words_add(words, "OK, thread %u free", event->context);
		return;
	}
	if (event->outcome == TEEQ_OUTCOME_INTERRUPTED)
		words_add(words, teeq_ffa_is_message(&event->ret) ? "INTERRUPT" :
								    "RPC FOREIGN_INTR");
	else
		add_rpc_command(words, model, event);
	words_add(words, ", thread %u suspended", event->context);
}
