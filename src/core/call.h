/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/callq.h"
#include "core/thread_pool.h"
#include "teeq/abi.h"

/*
 * One standard call, from its entry into the call queue to its exit, as an explicit state machine
 * over the queue and the pool: optee_smc_do_call_with_arg (drivers/tee/optee/smc_abi.c, Linux 6.1
 * and 6.12), or optee_ffa_yielding_call (ffa_abi.c), cut at its atomic actions. A state is named
 * for what the caller does next; each function below is one action and leaves the call in the next
 * state.
 */
enum call_state {
	CALL_IDLE,           /* no call */
	CALL_GET_ARG,        /* get memory for its message argument; only where that is modelled */
	CALL_FREE_ARG,       /* give it back: the last that a call does */
	CALL_ENTER,          /* join the waiters */
	CALL_WAIT_CREDIT,    /* sleep until woken, then test again */
	CALL_REQUEUE_CREDIT,
	CALL_RECHECK,
	CALL_SMC,            /* issue the standard call */
	CALL_WAIT_THREAD,    /* sleep after ETHREAD_LIMIT, then issue it again */
	CALL_REQUEUE_THREAD,
	CALL_SECURE,         /* the caller's CPU is in the secure world */
	CALL_STARTED,        /* tell the queue that it is no waiter any more, where that is asked */
	CALL_RPC,            /* serve the RPC */
	CALL_RESUME,         /* return from it */
	CALL_LEAVE,          /* leave the waiters */
	CALL_STATE_COUNT
};

enum {
	CALL_SYSTEM = 1, /* made by a system session */
	CALL_FAILED = 2, /* what it was made for could not be had */
	CALL_ALL = 4,    /* it wants no thread, but that all are free */
	CALL_NOTED = 8,   /* the queue knows that the secure world took it, where it wants to */
	CALL_PRIVATE = 16, /* its argument lies in private memory: registered for nobody */
	CALL_PAGE = 32,  /* a call that registers a page of arguments, for the call to come */
	CALL_KIND = 64,  /* CALL_SYSTEM of the call to come */
	CALL_INTERRUPTED = 128, /* and not resumed yet; only where that is asked */
};

/*
 * @context   CALL_SECURE: the context that the caller's CPU runs; CALL_RPC, CALL_RESUME: the number
 *            that the RPC returned in a3; otherwise TEEQ_NO_CONTEXT. Contexts of all pools are
 *            numbered through; registers, and the pool itself, know those of one pool only
 */
struct call {
	uint8_t state;
	uint8_t context;
	uint8_t flags;
};

#define CALL_NONE ((struct call){ .state = CALL_IDLE, .context = TEEQ_NO_CONTEXT })

/* The two worlds of one call: where it queues, and where it goes. */
struct call_place {
	struct teeq_callq *q;
	struct pool *pool;
	uint8_t first; /* how many contexts of other pools are numbered before those of this one */
	const struct teeq_policy *policy;
	uint16_t id;     /* of this call in the queue */
	uint64_t cookie; /* of its message argument in shared memory */
	bool unregistered; /* of which the secure world knows only the address */
};

/* There is a call to make. */
void call_begin(struct call *call);
/* There is one to make, which has to get its argument first (optee_get_msg_arg). */
void call_begin_arg(struct call *call);
/* It has got it, or is to register a page for it: on to the queue. */
void call_got_arg(struct call *call);
/* optee_cq_wait_init. @flags: CALL_SYSTEM, CALL_ALL. Returns whether the call was admitted. */
bool call_enter(struct call *call, const struct call_place *place, unsigned int flags);
/* optee_cq_wait_for_completion: its completion is done, and consumed. */
void call_wait(struct call *call, const struct call_place *place);
/* The rest of that function: to the tail of the list, with a fresh completion. */
void call_requeue(struct call *call, const struct call_place *place);
/* The test in the loop of optee_cq_wait_init (6.12). Returns whether the call was admitted. */
bool call_recheck(struct call *call, const struct call_place *place);

/*
 * invoke_fn of optee_smc_do_call_with_arg: issue the call, or resume it. @regs is what goes into
 * the secure world. Returns whether a context runs now; if not, @ret is the answer and the call
 * waits for a thread. A resume that the secure world refuses is an error that ends the call: it
 * leaves the queue.
 */
bool call_smc(struct call *call, const struct call_place *place, struct teeq_smc_regs *regs,
	      struct teeq_smc_regs *ret);

/* The same where the secure world does nothing but answer @answer. */
void call_smc_refused(struct call *call, const struct call_place *place, uint32_t answer,
		      struct teeq_smc_regs *regs, struct teeq_smc_regs *ret);

/*
 * A fast call that the secure world may refuse while it is busy, asked through the queue like a
 * standard call (optee_enable_shm_cache and __optee_disable_shm_cache). Returns whether it is to be
 * asked again at once, because there was something to hand back; on EBUSY the call waits.
 */
bool call_fast(struct call *call, const struct call_place *place, uint32_t function,
	       struct teeq_smc_regs *regs, struct teeq_smc_regs *ret);

/* The secure world ran up to an RPC: @ret is what came out. */
void call_suspend(struct call *call, const struct call_place *place, enum teeq_smc_rpc func,
		  struct teeq_smc_regs *ret);
/* It ran to the exit. */
void call_finish(struct call *call, const struct call_place *place, struct teeq_smc_regs *ret);

/*
 * The first RPC, or interrupt, says that the secure world took the call: a policy may want to know.
 */
void call_started(struct call *call, const struct call_place *place);

/* The RPC has been served: optee_handle_rpc returned. */
void call_served(struct call *call);
/* optee_cq_wait_final: the call leaves the queue, and is over. */
void call_leave(struct call *call, const struct call_place *place);
/*
 * It leaves the queue and goes on at @next: with the call for which it registered a page, or with
 * giving its argument back.
 */
void call_leave_for(struct call *call, const struct call_place *place, enum call_state next);

/* Whether the call is asleep in the queue: it can move only when its completion is done. */
static inline bool call_sleeps(const struct call *call)
{
	return call->state == CALL_WAIT_CREDIT || call->state == CALL_WAIT_THREAD;
}

/*
 * Whether the call is asleep, its completion not done, although it would go on if it were woken:
 * the admission test would pass and a thread that it may use is free. @scratch has room for a copy
 * of the queue.
 */
bool call_sleeps_in_vain(const struct call *call, const struct call_place *place,
			 struct teeq_callq *scratch);
/*
 * The same of a fast call around the shared-memory cache, which is refused while any thread is in
 * use.
 */
bool call_fast_sleeps_in_vain(const struct call *call, const struct call_place *place,
			      struct teeq_callq *scratch);

#endif
