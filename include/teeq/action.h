/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_ACTION_H
#define TEEQ_ACTION_H

#include "teeq/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a caller does between two points at which others may come in. What threads do under locks are the
 * same actions as the steps of a run.
 */

/* One atomic action; the names are those of the trace ("enter", "wait", ...). */
enum teeq_action {
	TEEQ_ACTION_NONE,      /* the task has finished */
	TEEQ_ACTION_START,     /* a script that begins with signal, unlock or barrier starts; or the
				  thread of a bottom half that was asked for; or what is behind the
				  caller's own code (TEEQ_STEP_CODE) */
	TEEQ_ACTION_ENTER,     /* append to the waiters; admitted, or a wait is needed */
	TEEQ_ACTION_WAIT,      /* own completion is done: consume it */
	TEEQ_ACTION_REQUEUE,   /* move to the tail, re-initialise the completion */
	TEEQ_ACTION_RECHECK,   /* the policy's admission test again */
	TEEQ_ACTION_SMC,       /* enter the secure world: new call or resume */
	TEEQ_ACTION_SECURE,    /* the secure world runs up to the next RPC or the exit */
	TEEQ_ACTION_LEAVE,     /* remove self, return the credit, wake */
	TEEQ_ACTION_RESERVE,   /* count a system session in */
	TEEQ_ACTION_UNRESERVE, /* count one out */
	TEEQ_ACTION_LOCK,      /* take a normal-world mutex */
	TEEQ_ACTION_AWAIT,     /* an event is signalled: go on */
	TEEQ_ACTION_BARRIER,   /* everybody arrived: go on */
	TEEQ_ACTION_RPC,       /* serve an RPC that the driver answers by itself */
	TEEQ_ACTION_REQUEST,   /* queue a request for tee-supplicant, and tell it */
	TEEQ_ACTION_REPLY,     /* its answer is there, or the wait was ended by a signal */
	TEEQ_ACTION_RECEIVE,   /* tee-supplicant: take the first request */
	TEEQ_ACTION_ANSWER,    /* tee-supplicant: send the answer */
	TEEQ_ACTION_NOTIF_WAIT, /* RPC: is it there already? if not, start to wait for it */
	TEEQ_ACTION_NOTIF_WAKE, /* it came, or the time is over: stop waiting */
	TEEQ_ACTION_NOTIF_SEND, /* RPC, or a task of the normal world */
	TEEQ_ACTION_INTERRUPT, /* the interrupt fetches the value of an async notification */
	TEEQ_ACTION_ASYNC,     /* the secure world raises that interrupt */
	TEEQ_ACTION_SLEEP,     /* the time is over: go on */
	TEEQ_ACTION_ALLOCATE,  /* shared memory, in the normal world */
	TEEQ_ACTION_KILL,
	TEEQ_ACTION_START_SUPPLICANT,
	TEEQ_ACTION_FREEZE,    /* the target is frozen: go on */
	TEEQ_ACTION_THAW,
	TEEQ_ACTION_EXIT,      /* a killed task stops what it was doing */
	TEEQ_ACTION_FAULT,     /* of a fault: it strikes */
	TEEQ_ACTION_STARTED,   /* the secure world took the call: wait no more (policies with @started) */
	TEEQ_ACTION_GET_ARG,   /* memory for a message argument: a slot, or a page has to be added */
	TEEQ_ACTION_FREE_ARG,  /* and give it back */
	TEEQ_ACTION_POLL,      /* the event that it polled is signalled: go on */
	TEEQ_ACTION_FAIL,      /* a script fails by itself: event.result says with what */
	TEEQ_ACTION_RETRY,     /* and tries again what failed */
	TEEQ_ACTION_COUNT_SESSION, /* the count that follows the fast call of reserve or unreserve,
				      where several may release what one TEE context has (v4) */
	TEEQ_ACTION_COUNT
};

/* How an action went. */
enum teeq_outcome {
	TEEQ_OUTCOME_OK,           /* nothing particular */
	TEEQ_OUTCOME_ADMITTED,     /* enter, recheck: go to the SMC */
	TEEQ_OUTCOME_MUST_WAIT,    /* enter, recheck: wait for the completion */
	TEEQ_OUTCOME_TAKEN,        /* smc: a thread context was taken */
	TEEQ_OUTCOME_RESUMED,      /* smc: a suspended context runs again */
	TEEQ_OUTCOME_THREAD_LIMIT, /* smc: no context */
	TEEQ_OUTCOME_RPC,          /* secure: suspended in an RPC */
	TEEQ_OUTCOME_EXIT,         /* secure: the context is free again */
	TEEQ_OUTCOME_REFUSED,      /* by the driver: event.result is a negative errno, nothing else
				      happened; smc: by the secure world, see event.ret */
	TEEQ_OUTCOME_INTERRUPTED,  /* secure: suspended by a non-secure interrupt */
	TEEQ_OUTCOME_WORKING,      /* secure: still running */
	TEEQ_OUTCOME_FAILED,       /* the thing asked for could not be had; event.result says why */
	TEEQ_OUTCOME_BUSY,         /* smc, of a fast call: while any context is in use */
	TEEQ_OUTCOME_AGAIN,        /* smc: done, and the same is to be asked once more */
	TEEQ_OUTCOME_COUNT
};

/* "enter", "wait", ...; NULL out of range. */
TEEQ_API const char *teeq_action_name(enum teeq_action action);
TEEQ_API const char *teeq_outcome_name(enum teeq_outcome outcome);

#ifdef __cplusplus
}
#endif
#endif
