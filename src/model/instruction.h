/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_INSTRUCTION_H
#define MODEL_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/limits.h"

/*
 * What scripts are compiled to. A script is a run of instructions up to its OP_END. Those of the
 * normal world that nobody can see happen (unlock, signal, counting loops) belong to the atomic
 * action before them. Whoever looks at code without executing it asks the table of properties
 * below, and instruction_successors() for where it goes on: no other file lists instructions by
 * name.
 */
enum op {
	OP_END,
	OP_START,   /* client: the script begins with something invisible, so its start is a step */
	OP_CALL,    /* client, service: @object session, @command */
	OP_REGISTER, /* shared memory: in the TEE context of session @object; @count: its end */
	OP_OPEN,    /* @object session, @command where @flags say so */
	OP_CLOSE,   /* @object session, @command where @flags say so */
	OP_RESERVE, /* @object session */
	OP_RELEASE, /* @object session */
	OP_LOCK,    /* @object lock */
	OP_UNLOCK,  /* @object lock */
	OP_AWAIT,   /* @object event */
	OP_SIGNAL,  /* @object event */
	OP_BARRIER, /* @object barrier */
	OP_RPC,     /* command: @object service */
	OP_LOOP,    /* set @counter to @count */
	OP_NEXT,    /* count down @counter; not yet zero: go to @target */
	/* Normal world. */
	OP_SLEEP,   /* @ticks */
	OP_NOTIFY,  /* @object key: send it; also of a command */
	OP_ASYNC, /* @object key, or TEEQ_NO_OBJECT for a bottom half: raised; also of a command */
	OP_KILL,    /* @object client, or TEEQ_NO_OBJECT: tee-supplicant */
	OP_START_SUPPLICANT,
	OP_FREEZE,  /* @object as for OP_KILL */
	OP_THAW,
	OP_CANCEL,  /* @object session */
	OP_SHM_CACHE, /* @flags: enable it, or disable it; the driver's loop */
	OP_ALLOCATE,  /* shared memory: may fail */
	OP_RECEIVE, /* a thread of tee-supplicant: the next request */
	OP_ANSWER,
	OP_IRQ,     /* the interrupt of asynchronous notifications: fetch a value */
	OP_BOTTOM_HALF, /* its thread: wait to be woken */
	/* Invisible, and of the normal world: these go on with the next, or at @target. */
	OP_GOTO,    /* @target */
	OP_ON_FAIL, /* what came before failed: go to @target; @flags: and its error is asked for */
	OP_SET,     /* channel @object: set @bits */
	OP_CLEAR,   /* channel @object: all of them */
	OP_UNLESS,  /* channel @object lacks @bits: go to @target */
	OP_UNLESS_OPEN,   /* session @object is not open: go to @target */
	OP_UNLESS_MARKED, /* session @object is no system session: go to @target */
	OP_UNLESS_LAST,   /* others work in TEE context @object: go to @target */
	OP_USE,     /* one more user of device @object; it had one already: go to @target */
	OP_UNUSE,   /* one less; still in use: go to @target */
	/* Secure world. */
	OP_SECURE_LOCK,   /* @object lock; @count: for reading */
	OP_SECURE_UNLOCK, /* @object lock */
	OP_SECURE_WAKE,   /* @object lock: wake the next who waits; @count: all who wait to read */
	OP_COND_PREPARE,  /* @object lock, @condition: join those who wait for it, then unlock */
	OP_COND_SLEEP,    /* @object lock: @count: once, whoever woke it; then until woken, or for
			     the ticks of @timeout where that is not 0 */
	OP_COND_SIGNAL,   /* @condition; @count: everybody */
	OP_TA_ENTER, /* @object lock, which says that the TA is busy; @count: to open a session */
	OP_SINGLE_ENTER,  /* the lock of single-instance TAs, again if need be */
	OP_SINGLE_LEAVE,
	OP_WAIT_KEY,      /* @object key, @ticks at most */
	OP_SUSPEND,       /* @ticks; @flags: and then looks whether it is cancelled */
	OP_WORK,          /* @ticks */
	OP_INTERRUPT,
	OP_SESSION_ENTER, /* @object lock of a session; @target: where it is gone */
	OP_SESSION_SLEEP, /* @count: once, whoever woke it; then until woken; enter at @target */
	OP_SESSION_LEAVE,
	OP_SESSION_UNLINK, /* close: until nobody waits for it any more */
	OP_SESSION_BEGIN,  /* open */
	OP_POLL,          /* @object event; also of a client */
	/* Of both worlds; digests hold the numbers, so what is new comes last. */
	OP_FAIL,  /* with @error; go on at @target */
	OP_AGAIN, /* try again what failed; @flags: without end */
	/* Invisible: go on with the next, or at @target. */
	OP_CATCH, /* the @error is this, or 0: forget it, or (@flags) keep it; else: @target */
	OP_RAISE, /* the error goes on to @target */
	OP_GIVE_BACK, /* @object lock, where the thread has it; @target: where it has not */
	/* Secure world. */
	OP_LOAD_ENTER, /* @object loading lock; @target: where it is loaded; @flags: not counted */
	OP_LOAD_DONE,  /* it is loaded, and there is a first reference */
	OP_LOAD_COUNT, /* one more; @flags: one that is never dropped */
	OP_LOAD_DROP,  /* one less */
	OP_CANCEL_LOOK, /* its session was cancelled: fails, on to @target */
	OP_CANCEL_END, /* whatever was asked for until here is forgotten: the TA returns */
	/*
	 * Normal world: the caller's own code, which may
	 * do @count steps. Behind it where that ends;
	 * @target: the first of its steps, or of such a mark before a step: the next, where there
	 * is one. Each goes back to where the code stands.
	 */
	OP_CODE,
	OP_COUNT
};

/*
 * @flags of what a client does, bits. By kernel code that keeps the session's own TEE context,
 * whatever context the task has that came there; and in the midst of a kernel function, where no
 * signal ends it.
 */
enum {
	FLAG_KERNEL = 1,
	FLAG_INSIDE = 2,
	FLAG_ERROR = 8,  /* OP_ON_FAIL: with the error; OP_CATCH: keep it */
	FLAG_COMMAND = 4, /* OP_OPEN, OP_CLOSE: it runs @command */
};

/* No place in the code: that of no instruction. */
#define CODE_NONE UINT16_MAX

struct instruction {
	uint8_t op;
	union {
		uint8_t flags;
		uint8_t counter;   /* of turns of a loop */
		uint8_t condition;
	};
	uint16_t object;
	union {
		uint16_t target;
		uint16_t command;
		uint16_t timeout;  /* ticks; 0: none */
	};
	union {
		uint16_t count;    /* see above; a secure lock's: 0 to write, 1 to read */
		uint16_t ticks;
		uint16_t error;    /* enum teeq_failure */
		uint16_t bits;     /* of a channel */
		uint16_t entry;    /* of a call, see model_entry() */
	};
};

/* What an instruction is, bits. */
enum op_property {
	OP_INVISIBLE = 1 << 0,    /* normal world: happens together with the action before it */
	OP_ASKS_WORLD = 1 << 1,   /* of those: the world says where it goes on, world_goes_on() */
	OP_JUMPS = 1 << 2,        /* it may go on at @target; of all but OP_GOTO 0 is none */
	OP_LEAVES = 1 << 3,       /* it never goes on with the next instruction */
	OP_BEGINS_CALL = 1 << 4,  /* whoever comes to it makes a standard call */
	OP_RUNS_COMMAND = 1 << 5, /* of those: there may be a command to run, model_command() */
	OP_TAKES_ARGUMENT = 1 << 6, /* of those: a message argument goes with it */
	OP_SERVES =
		1 << 7, /* whoever stands there does what others ask for, and is done until then */
	OP_TAKES = 1 << 8,        /* a step of the scenario's takes @object, and another ... */
	OP_GIVES = 1 << 9,        /* ... gives it back, be it held or not */
	OP_FREES = 1 << 10,       /* secure world: who waits for lock @object may go on */
	OP_SHARED = 1 << 11, /* secure world: others see it, so it is done where a step begins */
	OP_SILENT = 1 << 12,      /* secure world: nobody can see it, and it does not last */
	OP_GIVES_UP = 1 << 13,    /* it may fail, which leads to @target, or ends the command */
	OP_FAILS = 1 << 14,       /* a script fails, tries again, or asks what failed */
	OP_MEETS_OTHERS = 1 << 15, /* it depends on others, or does more than let them go on */
	OP_UNTRACKED = 1 << 16,   /* what is held behind it is not worked out ahead of a search */
};

/* What @object is the index of. Several instructions take TEEQ_NO_OBJECT for one of a kind. */
enum op_object {
	OP_OBJECT_NONE,
	OP_OBJECT_SESSION,
	OP_OBJECT_LOCK,
	OP_OBJECT_EVENT,
	OP_OBJECT_BARRIER,
	OP_OBJECT_SERVICE,
	OP_OBJECT_KEY,
	OP_OBJECT_CLIENT,
	OP_OBJECT_CHANNEL,
	OP_OBJECT_CONTEXT, /* a TEE context */
	OP_OBJECT_DEVICE,
	OP_OBJECT_SECURE_LOCK,
	OP_OBJECT_COUNT
};

/*
 * @action      enum teeq_action: what a task does next that stands there outside of a call
 * @touch       enum teeq_event_touch: what the event of a secure thread's step says of it
 * @object      enum op_object
 * @skip        how far behind it a thread goes on that passes over what follows; 0: it does not.
 *              See instruction_successors()
 * @properties  enum op_property
 */
struct op_info {
	uint8_t action;
	uint8_t touch;
	uint8_t object;
	uint8_t skip;
	uint32_t properties;
};

extern const struct op_info op_infos[OP_COUNT];

/* Whether @op has one of @properties. */
static inline bool op_is(unsigned int op, uint32_t properties)
{
	return op_infos[op].properties & properties;
}

static inline unsigned int op_object(unsigned int op)
{
	return op_infos[op].object;
}

/* Whether it makes a call that needs a message argument. */
static inline bool op_takes_argument(const struct instruction *at)
{
	return op_is(at->op, OP_TAKES_ARGUMENT);
}

/* The command of a call, or TEEQ_NO_OBJECT. */
static inline uint16_t model_command(const struct instruction *at)
{
	bool may_have = at->op == OP_OPEN || at->op == OP_CLOSE;

	return at->op == OP_CALL || (may_have && (at->flags & FLAG_COMMAND)) ? at->command :
									       TEEQ_NO_OBJECT;
}

/* Whether it asks for the bottom half of asynchronous notifications. */
static inline bool instruction_asks_bottom_half(const struct instruction *at)
{
	return at->op == OP_ASYNC && at->object == TEEQ_NO_OBJECT;
}

/*
 * An unlock of the secure world is three instructions: the first makes the lock free, the second
 * wakes the next who waits for it, the third all others who want to read. A thread goes on so far
 * behind the first where somebody may be woken, and where nobody may: the lock has other readers,
 * or is held still.
 */
enum {
	UNLOCK_WAKE = 1,
	UNLOCK_DONE = 3,
};

/*
 * And so far behind the second of them, where a reader was woken, and where nobody else is to be.
 */
enum {
	WAKE_READERS = 1,
	WAKE_DONE = 2,
};

/*
 * What asks for a session of a TA, for the end of all who do, or for the loading of a TA is
 * followed by those two, and two that sleep: so far behind it a thread goes on that has to wait,
 * and one that has not.
 */
enum {
	GO_SLEEP = 1,
	GO_ON = 5,
};

/*
 * Who was woken for a condition takes its lock again to write, or so far behind the sleep to read.
 */
enum {
	COND_WRITE = 1,
	COND_READ = 3,
};

/*
 * Where a script or a thread may go on that stands at @pc of @code, on whatever way: at these, of
 * which there are as many as the function returns. None: it ends there. Where the script of a call
 * or a service runs meanwhile is no question of this one, see model_entry().
 */
#define SUCCESSOR_MAX 3
unsigned int instruction_successors(const struct instruction *code, unsigned int pc,
				    uint16_t successors[SUCCESSOR_MAX]);
/* Whether @to is one of those. */
bool instruction_leads(const struct instruction *code, unsigned int pc, unsigned int to);

/* One that says only what it is and what it is about. */
static inline struct instruction instruction_of(enum op op, unsigned int object)
{
	return (struct instruction){ .op = (uint8_t)op, .object = (uint16_t)object };
}

#endif
