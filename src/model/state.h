/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/callq.h"
#include "core/notif.h"
#include "core/thread_pool.h"
#include "core/requests.h"
#include "core/session.h"
#include "model/model.h"
#include "teeq/world.h"

/*
 * The flat world: this head, then the parts that the model's layout places behind it. There is no
 * pointer and no padding that is not zero, so that equal bytes are equal states.
 */
struct teeq_world {
	uint64_t events;    /* signalled, one bit each */
	uint8_t stage;      /* tasks of this stage and earlier ones have started */
	uint8_t violation;  /* enum violation */
	uint8_t supplicant; /* enum supplicant */
	uint8_t lost_count; /* contexts that are suspended for ever */
	uint8_t warned;     /* a reservation could not be returned: the driver says so once */
	uint8_t zero[3];
};

/* tee-supplicant, as the driver sees it. */
enum supplicant {
	SUPPLICANT_ABSENT,
	SUPPLICANT_RUNS,
	SUPPLICANT_DEAD, /* killed: the device is released with the last reference */
};

/* A scenario's own mistake, found while it runs. */
enum violation {
	VIOLATION_NONE,
	VIOLATION_UNLOCK, /* unlocked a mutex that it does not hold */
	VIOLATION_SECURE_UNLOCK, /* unlocked a mutex of the secure world that nobody holds */
	VIOLATION_READERS, /* more readers of one than can be counted */
	VIOLATION_PANIC, /* the secure world panicked, see teeq_world_panic() */
	VIOLATION_UNUSE, /* one user less than none of a device */
};

/* Threads may do so at once, under different locks. */
static inline void world_violate(struct teeq_world *w, enum violation violation)
{
	__atomic_store_n(&w->violation, (uint8_t)violation, __ATOMIC_RELAXED);
}

static inline bool world_is_violated(const struct teeq_world *w)
{
	return __atomic_load_n(&w->violation, __ATOMIC_RELAXED);
}

/*
 * One script that a task runs: its client's at level 0, above that the services of the RPCs of the
 * call below. A level below the top always stands in a call whose RPC is being served.
 */
struct level {
	uint16_t pc;      /* the instruction it stands at */
	struct call call; /* in progress at that instruction, or idle */
	union {
		uint8_t reservations;  /* close: reservations still to be returned */
		uint8_t counts; /* between the fast call and the count: model_counts_late() */
		uint8_t client; /* of a thread of tee-supplicant, at level 0: see task_client() */
	};
};

enum {
	TASK_RELEASED = 1,  /* everybody arrived at the barrier it stands at */
	TASK_KILLED = 2,    /* a fatal signal is pending */
	TASK_FROZEN = 4,
	TASK_FREEZING = 8,  /* to be frozen where that is possible */
	TASK_FAILED = 16,   /* what it did last failed; only where the script asks */
	TASK_TAKEN = 32,    /* its request has been received */
	TASK_ANSWERED = 64, /* its request has been answered */
	TASK_ABORTED = 128, /* its request failed */
};

/*
 * What a task in CALL_RPC does about the RPC, where no script serves it: @about says more.
 */
enum rpc_wait {
	RPC_NOTHING,    /* a script serves it, or there is none */
	RPC_SERVICE,    /* a script is to serve it, once the call has been noted as started */
	RPC_INTERRUPT,  /* nothing is to be served, once it has been */
	RPC_SIMPLE,     /* the driver does it at once */
	RPC_SLEEP,      /* the driver sleeps: @about is not used, the timer is armed */
	RPC_REQUEST,    /* to be queued for tee-supplicant */
	RPC_REPLY,      /* queued */
	RPC_NOTIF_WAIT, /* for key @about */
	RPC_NOTIF_WAKE, /* registered for key @about */
	RPC_NOTIF_LATE, /* the same, and the time is over: what comes now is lost */
	RPC_NOTIF_SEND, /* key @about */
};

/*
 * @wait, @about   enum rpc_wait, and the key it is about
 */
struct task {
	uint8_t top; /* index of the topmost level */
	uint8_t flags;
	uint8_t wait;
	uint8_t about;
	struct level levels[];
};

/* A mutex of the secure world. Who waits stands in the order of arrival. */
#define SECURE_WRITER 0xff
struct secure_wait {
	uint8_t context; /* plus 1; 0: the end */
	uint8_t flags;
	uint8_t condition; /* plus 1; 0: waits for the mutex itself; of a session: see below */
};

/* What is waited for among those of a session's lock, until everybody is woken. */
enum {
	WAITS_FOR_NOBODY = 0xfe, /* closes it, and waits until nobody wants it any more */
	WAITS_FOR_SESSION = 0xff,
};

enum {
	WAIT_READ = 1, /* wants to read only */
	WAIT_DONE = 2, /* may try again, and the notification is on its way */
	WAIT_LATE = 4, /* the time is over for which it waits for the condition */
};

/*
 * Above these bits: the guest, plus 1, to whose driver
 * the notification went, which is not the waiter's.
 */
#define WAIT_STRAYED_SHIFT 3
_Static_assert((TEEQ_GUEST_MAX << WAIT_STRAYED_SHIFT) <= UINT8_MAX, "a guest, plus 1, fits there");

/*
 * @holders   0, the number of readers, or SECURE_WRITER; who they are: world_holds()
 */
struct secure_lock {
	uint8_t holders;
	struct secure_wait waits[];
};

/*
 * The driver's cache of memory for message arguments. Which slot a call has does not matter.
 *
 * @capacity  slots of all pages
 * @used      those that calls have
 * @leaked    reservations of sessions that were closed without a call
 * @owner     task that holds the mutex from one of its actions to the next, plus 1; or 0
 */
struct arguments {
	uint16_t capacity;
	uint16_t used;
	uint16_t leaked;
	uint8_t owner;
	uint8_t zero;
};

struct fault {
	uint8_t left;  /* times it may still strike; TEEQ_FAULT_ALWAYS: any number */
	uint8_t armed; /* the next action of its kind meets it */
};

/* What a secure thread is about to do. Loop counters follow. */
struct thread {
	uint16_t pc;
	uint16_t loops[];
};

/*
 * What the driver of each guest but the first has for
 * itself, besides its queue; see world_supplicant().
 */
struct guest {
	uint8_t supplicant;
	uint8_t warned;
};

#endif
