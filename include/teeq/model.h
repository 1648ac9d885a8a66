/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_MODEL_H
#define TEEQ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/limits.h"
#include "teeq/policy.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A scenario as plain tables: what a scenario file says, and what a C program may say without one.
 * The tables are the caller's and may be constant; teeq_model_new() copies what it keeps. Things
 * refer to each other by name. A name is [a-z][a-z0-9-]*, at most TEEQ_NAME_MAX characters.
 */
enum teeq_step_kind {
	TEEQ_STEP_CALL,      /* client, service: @name a command or NULL, @session or NULL; @times:
				with so many buffers, 0..TEEQ_BUFFER_MAX, each registered before it
				by a call, and unregistered behind it */
	TEEQ_STEP_LOCK,      /* client, service: @name a normal-world mutex */
	TEEQ_STEP_UNLOCK,
	TEEQ_STEP_AWAIT,     /* client, service: @name an event */
	TEEQ_STEP_SIGNAL,
	TEEQ_STEP_BARRIER,   /* client, service: @name a barrier */
	TEEQ_STEP_RESERVE,   /* client, service: make @session a system session */
	TEEQ_STEP_RELEASE,   /* ... and stop being one */
	TEEQ_STEP_OPEN,      /* client, service: open @session, by a normal call, which runs command
				@name (NULL: an empty one), the TA's part in it; it may fail.
				Command: open a session of a TA in this thread, by command @name */
	TEEQ_STEP_CLOSE,     /* client, service: close @session, by a call, which enters the TA of
				the session's calls where that is one (OP-TEE 4.10,
				tee_ta_close_session()); and runs command @name there (NULL:
				nothing), whose failing is ignored. With @name the TA is that
				command's. Command: close a session of a TA in this thread, which
				runs command @name there; see INVOKE */
	TEEQ_STEP_REPEAT,    /* anywhere: @steps, @times times (1..TEEQ_REPEAT_MAX) */
	TEEQ_STEP_RPC,       /* command: @name a service */
	/* Normal world: of a client or a service. */
	TEEQ_STEP_SLEEP,         /* for @times ticks (1..TEEQ_TICK_MAX) */
	TEEQ_STEP_KILL,          /* SIGKILL for client @name, or for TEEQ_SUPPLICANT_NAME */
	TEEQ_STEP_START,         /* start TEEQ_SUPPLICANT_NAME again; waits until that is
				    possible */
	TEEQ_STEP_FREEZE,        /* freeze @name (as for KILL) for suspend; waits until it is
				    frozen */
	TEEQ_STEP_THAW,          /* and let it go on */
	TEEQ_STEP_CANCEL,        /* cancel what @session is doing: a call, by that session's kind */
	TEEQ_STEP_CLOSE_CONTEXT, /* release TEE context @name: its sessions, its reservations */
	TEEQ_STEP_SHM_CACHE,     /* the secure world's shm cache: @times 0: disable it, as shutdown
				    and remove do, and 1: enable it, as probe does: only without
				    RPC_ARG, otherwise the driver does nothing; 2: all that probe
				    does: disable it in any case, then enable it */
	TEEQ_STEP_DRIVER,        /* what root, or the machine, does to the driver itself: @times is
				    an enum teeq_driver_step. No policy has a model of it: only a
				    driver's own code can be run with it */
	TEEQ_STEP_SETUP,         /* set up SCMI channel @name */
	TEEQ_STEP_TEARDOWN,      /* and free it */
	TEEQ_STEP_MESSAGE,       /* over channel @session, with its mutex held: call command
				    @name */
	TEEQ_STEP_POWER_ON,      /* one more user of device @name (runtime power management) */
	TEEQ_STEP_POWER_OFF,     /* one less */
	/* Either world. */
	TEEQ_STEP_NOTIFY,        /* send notification @name; a command does it by an RPC */
	TEEQ_STEP_ASYNC,         /* the secure world raises its interrupt with @name, a
				    notification, or without: to ask for a bottom half */
	/* Secure world: of a command. LOCK and UNLOCK there: @name one of secure.locks. */
	TEEQ_STEP_READ_LOCK,     /* @name: take it for reading */
	TEEQ_STEP_WAIT,          /* for notification @name, by an RPC; @times ticks at most, 0: no
				    end */
	TEEQ_STEP_COND_WAIT,     /* on condition @name, with secure lock @session held; @times ticks
				    at most, 0: no end */
	TEEQ_STEP_COND_SIGNAL,   /* @name: the first who waits */
	TEEQ_STEP_COND_BROADCAST, /* @name: all of them */
	TEEQ_STEP_INVOKE,        /* run command @name in this thread (a pseudo-TA calls a TA). Where
				    that is of a TA that is busy, and must not be waited for, the
				    secure world panics, as where it is to CLOSE; OPEN of one
				    fails */
	TEEQ_STEP_SUSPEND,       /* RPC SUSPEND for @times ticks (TEE_Wait); neither a cancel nor a
				    signal wakes it. @unmasked: where its session was cancelled,
				    before or meanwhile, it fails with `cancel` (OP-TEE 4.10,
				    syscall_wait()) */
	TEEQ_STEP_WORK,          /* run for @times ticks */
	TEEQ_STEP_INTERRUPT,     /* a non-secure interrupt arrives: suspended, and resumed at
				    once */
	TEEQ_STEP_POLL,          /* @name an event: look at it until it is signalled, and do not
				    sleep; a command is interrupted, and resumed, between two
				    looks */
	/* What fails, and what is done about it: in scripts of both worlds. */
	TEEQ_STEP_FAIL,          /* with the error @name: see teeq_failure_find() */
	TEEQ_STEP_TRY,           /* @steps; the first that fails leads to one of @handlers */
	TEEQ_STEP_RETRY,         /* @steps; where they fail with the error @name, or NULL: any, the
				    steps of @handlers[0], if there is one, and again: @times in
				    all, 0: no end */
	TEEQ_STEP_KIND_COUNT,    /* those that a file may have */
	TEEQ_STEP_CODE,          /* client, service: the caller's own code runs here, see
				    teeq/threads.h, and does each of @steps when and as often as it
				    likes. Where there are no threads it does nothing */
};

/* @times of TEEQ_STEP_SHM_CACHE. */
enum { TEEQ_SHM_CACHE_DISABLE, TEEQ_SHM_CACHE_ENABLE, TEEQ_SHM_CACHE_PROBE };

/*
 * @times of TEEQ_STEP_DRIVER. PROBE and REMOVE: its device is given to it, or taken from it, as by
 * the files bind and unbind in sysfs; SHUTDOWN: as when the machine is switched off.
 */
enum teeq_driver_step {
	TEEQ_DRIVER_PROBE,
	TEEQ_DRIVER_REMOVE,
	TEEQ_DRIVER_SHUTDOWN,
	TEEQ_DRIVER_STEP_COUNT
};

/* The process that serves what a service hands to user space; also what KILL and FREEZE call it. */
#define TEEQ_SUPPLICANT_NAME "tee-supplicant"

/*
 * One step of a script. What @name, @session and @times mean stands with each kind above; what a
 * kind does not mention is NULL or 0.
 *
 * @kind      what it does
 * @steps     of REPEAT, TRY, RETRY and CODE: what they contain, @step_count of them
 * @handlers  of TRY, and of RETRY at most one: what is done where those fail
 */
struct teeq_step {
	enum teeq_step_kind kind;
	const char *name;
	const char *session;
	uint32_t times;
	const struct teeq_step *steps;
	size_t step_count;
	const struct teeq_handler *handlers;
	size_t handler_count; /* at most TEEQ_HANDLER_MAX */
	bool unmasked;        /* SUSPEND: the TA has unmasked cancellation; others: false */
};

/*
 * What TRY does where its steps fail with @error: @steps. NULL: any error that no handler before
 * names. No two of a TRY name the same.
 */
struct teeq_handler {
	const char *error;
	const struct teeq_step *steps;
	size_t step_count;
};

/* Initialisers for constant tables. */
#define TEEQ_CALL(command_, session_) \
	{ .kind = TEEQ_STEP_CALL, .name = (command_), .session = (session_) }
#define TEEQ_LOCK(lock_) { .kind = TEEQ_STEP_LOCK, .name = (lock_) }
#define TEEQ_UNLOCK(lock_) { .kind = TEEQ_STEP_UNLOCK, .name = (lock_) }
#define TEEQ_AWAIT(event_) { .kind = TEEQ_STEP_AWAIT, .name = (event_) }
#define TEEQ_SIGNAL(event_) { .kind = TEEQ_STEP_SIGNAL, .name = (event_) }
#define TEEQ_BARRIER(barrier_) { .kind = TEEQ_STEP_BARRIER, .name = (barrier_) }
#define TEEQ_RESERVE(session_) { .kind = TEEQ_STEP_RESERVE, .session = (session_) }
#define TEEQ_RELEASE(session_) { .kind = TEEQ_STEP_RELEASE, .session = (session_) }
#define TEEQ_OPEN(session_) { .kind = TEEQ_STEP_OPEN, .session = (session_) }
#define TEEQ_CLOSE(session_) { .kind = TEEQ_STEP_CLOSE, .session = (session_) }
#define TEEQ_RPC(service_) { .kind = TEEQ_STEP_RPC, .name = (service_) }
#define TEEQ_STEP_OF(kind_, name_) { .kind = (kind_), .name = (name_) }
#define TEEQ_TICKS(kind_, ticks_) { .kind = (kind_), .times = (ticks_) }
#define TEEQ_REPEAT(times_, steps_, count_) \
	{ .kind = TEEQ_STEP_REPEAT, .times = (times_), .steps = (steps_), .step_count = (count_) }

/*
 * Tables in place, so that a scenario in C reads as its file does: each is an initialiser of a
 * table and of its length.
 *
 *	static const struct teeq_scenario board = {
 *		.name = "board",
 *		.thread_count = 2,
 *		TEEQ_LOCKS("emmc"),
 *		TEEQ_COMMANDS({ .name = "write", TEEQ_DO(TEEQ_RPC("rpmb")) }, { .name = "on" }),
 *		TEEQ_SERVICES({ .name = "rpmb",
 *				TEEQ_DO(TEEQ_LOCK("emmc"), TEEQ_CALL("on", NULL),
 *					TEEQ_UNLOCK("emmc")) }),
 *		TEEQ_CLIENTS({ .name = "app", .count = 2, TEEQ_DO(TEEQ_CALL("write", NULL)) }),
 *	};
 *
 * Outside of functions the tables live as long as the program; inside of one, until its block ends,
 * and the scenario cannot be static there. C11, not C++. One table costs its text twice, one inside
 * of another four times, and so on: what nests deeply is better named.
 */
#define TEEQ_TABLE_(rows_, count_, type_, ...)   \
	.rows_ = (const type_[]){ __VA_ARGS__ }, \
	.count_ = sizeof((const type_[]){ __VA_ARGS__ }) / sizeof(type_)
#define TEEQ_NAMES_(rows_, count_, ...) TEEQ_TABLE_(rows_, count_, char *const, __VA_ARGS__)
/* Of a scenario. */
#define TEEQ_LOCKS(...) TEEQ_NAMES_(locks, lock_count, __VA_ARGS__)
#define TEEQ_EVENTS(...) TEEQ_NAMES_(events, event_count, __VA_ARGS__)
#define TEEQ_BARRIERS(...) \
	TEEQ_TABLE_(barriers, barrier_count, struct teeq_barrier_spec, __VA_ARGS__)
#define TEEQ_SESSIONS(...) \
	TEEQ_TABLE_(sessions, session_count, struct teeq_session_spec, __VA_ARGS__)
#define TEEQ_COMMANDS(...) \
	TEEQ_TABLE_(commands, command_count, struct teeq_script_spec, __VA_ARGS__)
#define TEEQ_SERVICES(...) \
	TEEQ_TABLE_(services, service_count, struct teeq_service_spec, __VA_ARGS__)
#define TEEQ_CLIENTS(...) \
	TEEQ_TABLE_(clients, client_count, struct teeq_client_spec, __VA_ARGS__)
#define TEEQ_EXPECTS(...) \
	TEEQ_TABLE_(expects, expect_count, struct teeq_expect_spec, __VA_ARGS__)
#define TEEQ_GUESTS(...) \
	TEEQ_TABLE_(guests, guest_count, struct teeq_guest_spec, __VA_ARGS__)
#define TEEQ_CONTEXTS(...) \
	TEEQ_TABLE_(contexts, context_count, struct teeq_context_spec, __VA_ARGS__)
#define TEEQ_CHANNELS(...) \
	TEEQ_TABLE_(channels, channel_count, struct teeq_channel_spec, __VA_ARGS__)
#define TEEQ_DEVICES(...) \
	TEEQ_TABLE_(devices, device_count, struct teeq_device_spec, __VA_ARGS__)
#define TEEQ_FAULTS(...) \
	TEEQ_TABLE_(faults, fault_count, struct teeq_fault_spec, __VA_ARGS__)
#define TEEQ_TAS(...) \
	TEEQ_TABLE_(tas, ta_count, struct teeq_ta_spec, __VA_ARGS__)
#define TEEQ_SECURE_LOCKS(...) TEEQ_NAMES_(secure_locks, secure_lock_count, __VA_ARGS__)
#define TEEQ_CONDITIONS(...) TEEQ_NAMES_(conditions, condition_count, __VA_ARGS__)
#define TEEQ_NOTIFICATIONS(...) TEEQ_NAMES_(notifications, notification_count, __VA_ARGS__)
/* Of whatever has steps; of a TA; of a device. */
#define TEEQ_DO(...)	   TEEQ_TABLE_(steps, step_count, struct teeq_step, __VA_ARGS__)
#define TEEQ_LOAD(...)	   TEEQ_TABLE_(load, load_count, struct teeq_step, __VA_ARGS__)
#define TEEQ_POWERS_ON(...)  TEEQ_NAMES_(on, on_count, __VA_ARGS__)
#define TEEQ_POWERS_OFF(...) TEEQ_NAMES_(off, off_count, __VA_ARGS__)
/* Steps that contain others, and the handlers of one. */
#define TEEQ_REPEATED(times_, ...) \
	{ .kind = TEEQ_STEP_REPEAT, .times = (times_), TEEQ_DO(__VA_ARGS__) }
#define TEEQ_HANDLERS(...) TEEQ_TABLE_(handlers, handler_count, struct teeq_handler, __VA_ARGS__)

/* How the two worlds talk to each other. */
enum teeq_abi {
	TEEQ_ABI_SMC, /* by SMCs of OP-TEE's own: the driver asks for the thread count when it is
			 probed */
	TEEQ_ABI_FFA, /* the driver learns no thread count: every policy runs untracked */
};

/* How a run ended, or what a search says of all of them. */
enum teeq_verdict {
	TEEQ_VERDICT_DONE,        /* every task finished */
	TEEQ_VERDICT_DEADLOCK,    /* nothing can move, tasks are left */
	TEEQ_VERDICT_LOST_WAKEUP, /* a deadlock in which a sleeper would be admitted if woken */
	TEEQ_VERDICT_VIOLATION,   /* an invariant broke */
	TEEQ_VERDICT_LIVELOCK,    /* a fair cycle without progress, be it that all who run only
				     poll */
	TEEQ_VERDICT_LIMIT,       /* a budget ran out: nothing is claimed */
	TEEQ_VERDICT_COUNT
};

/* A barrier: as new when its count has arrived. */
struct teeq_barrier_spec {
	const char *name;
	uint32_t count; /* 1..TEEQ_TASK_MAX tasks must arrive */
};

/* In place of a number: GET_THREAD_COUNT is an unknown function to that guest. */
#define TEEQ_GUEST_THREADS_UNKNOWN 255

/*
 * A guest of a hypervisor: a Linux of its own, with its own driver, call queue, sessions,
 * notifications and tee-supplicant, before the one secure world. Locks, events and barriers are
 * nobody's own.
 *
 * @threads        thread contexts of its own, which no other guest takes (OP-TEE,
 *                 CFG_NS_VIRTUALIZATION: virt_guest_created()); 0: it shares the scenario's
 *                 @thread_count with all who have none
 * @call_limit     calls of it that the mediator has in the secure world at most: one more is
 *                 answered ETHREAD_LIMIT, and OP-TEE does not see it; 0: no limit (Xen,
 *                 max_optee_threads: as many as there are threads, which comes to the same)
 * @thread_count   what GET_THREAD_COUNT tells it, 0: as many as it can have;
 *                 TEEQ_GUEST_THREADS_UNKNOWN: nothing, so that its driver tracks nothing (Xen's
 *                 mediator does not know that function)
 * @no_supplicant  tee-supplicant does not run in it when the run begins
 */
struct teeq_guest_spec {
	const char *name;
	uint32_t threads;      /* 0..TEEQ_CONTEXT_MAX; with those of all others no more than that */
	uint32_t call_limit;   /* 0..TEEQ_CONTEXT_MAX */
	uint32_t thread_count; /* 0..TEEQ_CONTEXT_MAX, or TEEQ_GUEST_THREADS_UNKNOWN */
	bool no_supplicant;
};

/*
 * A TEE context: an open /dev/tee0, or a kernel client's. Reservations of the v4 interface belong
 * to it, sessions are valid in it alone, and its release closes what is still open.
 */
struct teeq_context_spec {
	const char *name;
};

/* A session of the driver's, open from the beginning unless a script opens it. */
struct teeq_session_spec {
	const char *name;
	bool system; /* asked to be a system session before the run begins */
	const char *context; /* NULL: shared by all, and a context of its own */
	const char *guest;   /* whose driver opened it; NULL: the first one's */
};

/* A command, of that @name: what the secure world does in a call, @step_count of @steps. */
struct teeq_script_spec {
	const char *name;
	const struct teeq_step *steps;
	size_t step_count;
	const char *ta; /* runs in this one of secure.tas; NULL: in none that could be busy */
};

/* A trusted application: one call at a time is in it (OP-TEE, tee_ta_set_busy()). */
struct teeq_ta_spec {
	const char *name;
	bool single_instance; /* the lock of single-instance TAs is taken before it is entered */
	bool keep_alive;      /* stays loaded once it was; single-instance ones only */
	/*
	 * What loads it, steps of a command: an open of it runs them while it is not there, and
	 * others that open it wait meanwhile (OP-TEE, tee_ta_init_session_with_context()). NULL
	 * and 0: it is there from the beginning.
	 */
	const struct teeq_step *load;
	size_t load_count;
};

/* Who serves an RPC. */
enum teeq_server {
	TEEQ_SERVED_BY_CALLER,     /* by the task that made the call, in its own context */
	TEEQ_SERVED_BY_SUPPLICANT, /* by a thread of tee-supplicant */
};

/* What an RPC asks for, see TEEQ_RPC_CMD_*. It decides the registers, and what may go wrong. */
enum teeq_rpc_kind {
	TEEQ_RPC_KIND_OTHER,     /* nothing the driver knows */
	TEEQ_RPC_KIND_GET_TIME,
	TEEQ_RPC_KIND_SHM_ALLOC, /* may fail (fault TEEQ_FAULT_NO_MEMORY) */
	TEEQ_RPC_KIND_SHM_FREE,
	TEEQ_RPC_KIND_I2C,
	TEEQ_RPC_KIND_RPMB,      /* routed in the kernel as of Linux 6.12, or by the supplicant */
	TEEQ_RPC_KIND_COUNT
};

/*
 * What answers an RPC of that @name: @steps, made by whom @by says. @kind: what the RPC asks for.
 */
struct teeq_service_spec {
	const char *name;
	enum teeq_server by;
	const struct teeq_step *steps;
	size_t step_count;
	enum teeq_rpc_kind kind;
};

/* How a caller waits for tee-supplicant's answer. */
enum teeq_supplicant_wait {
	TEEQ_SUPPLICANT_KILLABLE,        /* Linux 6.14 and later, and stable releases since
					    March 2025: a fatal signal ends it */
	TEEQ_SUPPLICANT_INTERRUPTIBLE,   /* before: only while no supplicant runs */
	TEEQ_SUPPLICANT_UNINTERRUPTIBLE, /* a driver that never gives up */
};

/*
 * An SCMI channel of the OP-TEE transport: @session and its shared memory, set up when a driver
 * asks for it. A reservation that is refused is worth a warning only; everything else that fails
 * is undone in reverse order.
 */
struct teeq_channel_spec {
	const char *name;
	const char *session;
	const char *config; /* the command that asks for the channel, or NULL */
	const char *mutex;  /* one of the locks, held while a message goes over it; or NULL */
	bool static_memory; /* it lies in memory that needs not be registered */
};

/*
 * A device whose supply and clock come from commands of @session, switched by its first and last
 * user.
 */
struct teeq_device_spec {
	const char *name;
	const char *session;   /* NULL: the caller's own */
	const char *const *on;  /* commands, in this order: the first user's */
	size_t on_count;
	const char *const *off; /* the last user's */
	size_t off_count;
};

/*
 * What may go wrong, besides who runs next. A fault strikes, or does not, wherever it can: it is a
 * choice like any other, and stands in a schedule under its own name.
 */
enum teeq_fault_kind {
	TEEQ_FAULT_SUPPLICANT_DIES,  /* tee-supplicant is killed, whatever it does */
	TEEQ_FAULT_CLIENT_KILLED,    /* the first task of @client, while an RPC of it is being
					served */
	TEEQ_FAULT_NO_MEMORY,        /* the next allocation of shared memory fails */
	TEEQ_FAULT_THREAD_LOST,      /* a free thread context is suspended for ever */
	TEEQ_FAULT_RESERVE_REFUSED,  /* the next attempt to count a system session in is refused */
	TEEQ_FAULT_UNRESERVE_FAILS,  /* the next UNRESERVE fast call is not answered OK */
	TEEQ_FAULT_OPEN_FAILS,       /* the next session is not opened by the TA */
	TEEQ_FAULT_CALL_FAILS,       /* the next call's command fails before it begins */
	TEEQ_FAULT_INTERRUPT,        /* a non-secure interrupt arrives in the secure world */
	TEEQ_FAULT_RESUME_REFUSED,   /* the next resume is answered ERESUME, over FF-A busy: the
					driver gives the call up, and its thread context is lost */
	TEEQ_FAULT_NOTIF_WAIT_FAILS, /* the next RPC NOTIFICATION_WAIT is answered with an error */
	TEEQ_FAULT_KIND_COUNT
};

/* A fault of @kind: it may strike @times times, and need not. @name stands in schedules. */
struct teeq_fault_spec {
	const char *name;
	enum teeq_fault_kind kind;
	const char *client; /* CLIENT_KILLED only */
	const char *error;  /* CALL_FAILS and OPEN_FAILS: the error; NULL: "generic" */
	uint32_t times;     /* 1..TEEQ_FAULT_TIMES_MAX, 0 means 1; TEEQ_FAULT_ALWAYS: without end */
	const char *guest;  /* SUPPLICANT_DIES and THREAD_LOST: whose; NULL: the first one's */
};

/*
 * A client: @count tasks that each run @steps once, beginning when nobody of an earlier @stage can
 * move.
 */
struct teeq_client_spec {
	const char *name;
	uint32_t count; /* tasks; 0 means 1 */
	uint32_t stage; /* 1..TEEQ_STAGE_MAX; 0 means 1 */
	const struct teeq_step *steps;
	size_t step_count;
	const char *context; /* the TEE context it works in; NULL: one of its own */
	bool supplicant_nowait; /* requests fail at once where no supplicant runs */
	const char *guest;      /* in which it runs; NULL: the first one */
	uint32_t cpu;           /* 1..cpu_count: runs there and nowhere else; 0: anywhere */
	uint32_t priority;      /* 0..TEEQ_PRIORITY_MAX; while it can run, nobody of a lower one can
				   on that CPU. Needs @cpu */
};

/*
 * What the driver does where a message argument is wanted and no slot for one is free: it adds a
 * page, which the secure world has to be told of by a call. The others are what it could do
 * instead.
 */
enum teeq_argument_full {
	TEEQ_ARGUMENT_LOCKED,             /* by a normal call, with the cache's mutex held: Linux
					     5.18 and later */
	TEEQ_ARGUMENT_LOCKED_AS_CALLER,   /* by a call of the kind of the one it is for */
	TEEQ_ARGUMENT_UNLOCKED,           /* by a normal call, and the mutex is not held */
	TEEQ_ARGUMENT_UNLOCKED_AS_CALLER, /* both */
	TEEQ_ARGUMENT_PRIVATE,            /* by none: a page of private memory holds one argument */
	TEEQ_ARGUMENT_FULL_COUNT
};

/*
 * What is expected of @policy: no model depends on it, teeq check and teeq_decide() look at it.
 * @client: of that client alone, whatever becomes of the others; NULL: of all together.
 */
struct teeq_expect_spec {
	const char *policy;
	enum teeq_verdict verdict;
	const char *client;
};

/*
 * A whole scenario. A table and its length, @locks and @lock_count say, belong together; one that
 * is empty may be NULL. How long each may be is in teeq/limits.h.
 *
 * @name                  stands in schedules and reports
 * @thread_count          1..TEEQ_CONTEXT_MAX; 0 where each of @guests has threads of its own
 * @lost_count            0..thread_count contexts suspended for ever before the run begins
 * @static_system_count   policy v1 only: threads set aside, 0..thread_count, of each guest with its
 *                        own, too
 * @lacks_rpc_arg         OP-TEE without the capability RPC_ARG: message arguments lie in memory
 *                        that is not registered, so calls are CALL_WITH_ARG, and of v1 and v4 never
 *                        system calls
 * @lacks_session_lock    any number of calls may be in a session at once: in a secure world that is
 *                        not OP-TEE, or that stands in for it. OP-TEE lets one in, and the others
 *                        wait
 * @argument_slots        1..TEEQ_ARGUMENT_MAX message arguments in a page of the driver's cache, 0
 *                        means TEEQ_ARGUMENT_SLOTS; without RPC_ARG it is always 1. The cache is
 *                        modelled where more calls than that can be in progress, and adding a page
 *                        can wait or fail
 * @argument_full         what the driver does where no slot is free
 * @cpu_count             0..TEEQ_CPU_MAX: at most that many contexts run at once, and nobody in the
 *                        normal world while they do; 0: as many as it takes
 * @no_resched            after a non-secure interrupt the driver resumes the call and lets nobody
 *                        else run on its CPU in between: one that does not preempt kernel code, and
 *                        a driver without cond_resched() there. Needs @cpu_count
 * @abi                   how the worlds talk to each other
 * @secure_locks, @conditions, @tas   of the secure world: mutexes, condition variables, TAs
 * @supplicant_wait       how a caller waits for tee-supplicant's answer
 * @contexts, @sessions   TEE contexts that are shared, and sessions
 * @channels, @devices    of SCMI, and with runtime power management
 * @faults                what may go wrong
 * @locks, @events, @barriers   of the normal world
 * @commands, @services, @clients   what has scripts: in the secure world, for RPCs, in the normal
 *                                  world
 * @expects               what is expected of which policy
 * @supplicant_threads    0..TEEQ_SUPPLICANT_MAX; 0: tee-supplicant is not running
 * @bottom_half           command that the bottom half of asynchronous notifications runs, or NULL
 * @notifications         keys of notifications, besides those of the secure world's own locks
 * @guests                0..TEEQ_GUEST_MAX; none: there is one, without a name
 */
struct teeq_scenario {
	const char *name;
	const char *summary; /* may be NULL */
	uint32_t thread_count;
	uint32_t lost_count;
	uint32_t static_system_count;
	bool lacks_rpc_arg;
	bool lacks_session_lock;
	uint32_t argument_slots;
	enum teeq_argument_full argument_full;
	uint32_t cpu_count;
	bool no_resched;
	enum teeq_abi abi;
	const char *const *secure_locks;
	size_t secure_lock_count;
	const char *const *conditions;
	size_t condition_count;
	const struct teeq_ta_spec *tas;
	size_t ta_count;
	const char *bottom_half;
	const char *const *notifications;
	size_t notification_count;
	uint32_t supplicant_threads;
	enum teeq_supplicant_wait supplicant_wait;
	const struct teeq_guest_spec *guests;
	size_t guest_count;
	const struct teeq_context_spec *contexts;
	size_t context_count;
	const struct teeq_channel_spec *channels;
	size_t channel_count;
	const struct teeq_device_spec *devices;
	size_t device_count;
	const struct teeq_fault_spec *faults;
	size_t fault_count;
	const char *const *locks;
	size_t lock_count;
	const char *const *events;
	size_t event_count;
	const struct teeq_barrier_spec *barriers;
	size_t barrier_count;
	const struct teeq_session_spec *sessions;
	size_t session_count;
	const struct teeq_script_spec *commands;
	size_t command_count;
	const struct teeq_service_spec *services;
	size_t service_count;
	const struct teeq_client_spec *clients;
	size_t client_count;
	const struct teeq_expect_spec *expects;
	size_t expect_count;
};

/*
 * Everything that does not change while a model runs. Immutable and without hidden state: may be
 * shared by any number of threads.
 */
struct teeq_model;

/*
 * Whether @scenario is acceptable under any policy. TEEQ_EINPUT: @error->key names the place
 * ("clients.app.do[0].call.command", "secure.threads"), @error->text what was found and allowed.
 * An expectation may name a policy that is not built in, here and in scenario files: whoever has it
 * decides whether there is one of that name.
 */
TEEQ_API enum teeq_status teeq_scenario_validate(const struct teeq_scenario *scenario,
						 struct teeq_error *error);

/*
 * Build the model of @scenario under @policy, which must outlive it; @scenario need not.
 * On success *@model is the caller's, to be freed with teeq_model_free(). TEEQ_EINPUT as
 * teeq_scenario_validate(); TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_model_new(const struct teeq_scenario *scenario,
					 const struct teeq_policy *policy,
					 struct teeq_model **model, struct teeq_error *error);
/* Give the model back; its worlds must be gone. NULL is fine. */
TEEQ_API void teeq_model_free(struct teeq_model *model);

/*
 * What the model is about. Nothing here changes anything: callable from any thread. Strings live as
 * long as the model.
 */

/* The scenario's name. */
TEEQ_API const char *teeq_model_name(const struct teeq_model *model);
/* The policy that it was made with. */
TEEQ_API const struct teeq_policy *teeq_model_policy(const struct teeq_model *model);
/*
 * The digest covers everything that decides what a schedule means: scripts, names, counts, and the
 * policy's name; not the summary and not the expectations. Two models are equal when their digests
 * are.
 */
TEEQ_API uint64_t teeq_model_digest(const struct teeq_model *model);
/* Thread contexts of the secure world, those of all guests together: 1..TEEQ_CONTEXT_MAX. */
TEEQ_API size_t teeq_model_thread_count(const struct teeq_model *model);
/* Tasks of all kinds, see enum teeq_task_kind: 1..TEEQ_TASK_MAX. */
TEEQ_API size_t teeq_model_task_count(const struct teeq_model *model);
/*
 * Names by index, from 0; NULL out of range, so that who counts up learns how many there are. Those
 * of a scenario stand in its order.
 */

/* Tasks are "app", or "app.0" where the client has a count > 1. */
TEEQ_API const char *teeq_model_task_name(const struct teeq_model *model, size_t task);
/*
 * A mutex of the normal world; behind the scenario's own, those of devices, with the device's name.
 */
TEEQ_API const char *teeq_model_lock_name(const struct teeq_model *model, size_t lock);
/* An event. */
TEEQ_API const char *teeq_model_event_name(const struct teeq_model *model, size_t event);
/* A barrier. */
TEEQ_API const char *teeq_model_barrier_name(const struct teeq_model *model, size_t barrier);
/* A session. */
TEEQ_API const char *teeq_model_session_name(const struct teeq_model *model, size_t session);
/* A command. */
TEEQ_API const char *teeq_model_command_name(const struct teeq_model *model, size_t command);
/* A service. */
TEEQ_API const char *teeq_model_service_name(const struct teeq_model *model, size_t service);
/* A lock of the secure world; which there are, see enum teeq_secure_lock_kind. */
TEEQ_API const char *teeq_model_secure_lock_name(const struct teeq_model *model, size_t lock);
/* A condition variable of the secure world. */
TEEQ_API const char *teeq_model_condition_name(const struct teeq_model *model, size_t condition);
/* A TA. */
TEEQ_API const char *teeq_model_ta_name(const struct teeq_model *model, size_t ta);
/* A client: without the number that tells its tasks apart. */
TEEQ_API const char *teeq_model_client_name(const struct teeq_model *model, size_t client);
/*
 * A notification's name; those behind the scenario's own belong to the thread contexts, for the
 * secure world's own locks, and have none.
 */
TEEQ_API const char *teeq_model_notification_name(const struct teeq_model *model, size_t index);
/*
 * Its number in the RPC: 1 and up for the scenario's (0 asks for a bottom half), 64 plus the
 * context's number for the others (as recorded of OP-TEE 4.9). Asynchronous notifications have the
 * same numbers.
 */
TEEQ_API unsigned int teeq_model_notification_key(const struct teeq_model *model, size_t index);

/*
 * The locks of the secure world are those of the scenario, then one for each TA, which says that it
 * is busy, then the one that single-instance TAs share, then one for each TA that is loaded by a
 * step, which is held by who loads it, then one for each session in which two calls could be at
 * once: OP-TEE lets one in at a time (OP-TEE 4.10, tee_ta_get_session()).
 */
enum teeq_secure_lock_kind {
	TEEQ_SECURE_LOCK_MUTEX,
	TEEQ_SECURE_LOCK_TA,
	TEEQ_SECURE_LOCK_SINGLE,
	TEEQ_SECURE_LOCK_SESSION,
	TEEQ_SECURE_LOCK_LOADING, /* its name is the TA's */
};
/*
 * Of @lock, an index for which teeq_model_secure_lock_name() has a name or a session's lock stands.
 */
TEEQ_API enum teeq_secure_lock_kind teeq_model_secure_lock_kind(const struct teeq_model *model,
								size_t lock);
/*
 * Whether a command may leave a lock of the secure world held behind its end, or release one that
 * it did not take: then it need not be its holder who releases it.
 */
TEEQ_API bool teeq_model_keeps_secure_locks(const struct teeq_model *model);
/* Whether a lock of the normal world is a device's, held while it is switched on or off. */
TEEQ_API bool teeq_model_lock_is_device(const struct teeq_model *model, size_t lock);
/* The SCMI channel that is made of @session, by name; NULL: none is. */
TEEQ_API const char *teeq_model_session_channel(const struct teeq_model *model, size_t session);
/* What @service asks for; TEEQ_RPC_KIND_OTHER out of range. */
TEEQ_API enum teeq_rpc_kind teeq_model_service_kind(const struct teeq_model *model, size_t service);
/* How a caller waits for tee-supplicant's answer. */
TEEQ_API enum teeq_supplicant_wait teeq_model_supplicant_wait(const struct teeq_model *model);

/* What a task stands for. */
enum teeq_task_kind {
	TEEQ_TASK_CLIENT,
	TEEQ_TASK_SUPPLICANT,   /* a thread of tee-supplicant: finished while it has nothing to
				   do */
	TEEQ_TASK_NOTIFICATION, /* the interrupt of asynchronous notifications, and the thread of
				   its bottom half: likewise */
	TEEQ_TASK_FAULT,        /* not a task: a step of it is the fault striking */
};
/* Of task @task, from 0; TEEQ_TASK_CLIENT out of range. */
TEEQ_API enum teeq_task_kind teeq_model_task_kind(const struct teeq_model *model, size_t task);
/* Whose task it is: the index of a client, or -1. */
TEEQ_API int teeq_model_task_client(const struct teeq_model *model, size_t task);
/* The tasks of the client of that name, bit i: task i; 0 where there is none. */
TEEQ_API uint64_t teeq_model_tasks_of(const struct teeq_model *model, const char *client);
/* Guests: at least one. */
TEEQ_API size_t teeq_model_guest_count(const struct teeq_model *model);
/* A guest's name; NULL where the scenario declares none, as out of range. */
TEEQ_API const char *teeq_model_guest_name(const struct teeq_model *model, size_t guest);
/* The guest in which @task runs, from 0. */
TEEQ_API unsigned int teeq_model_task_guest(const struct teeq_model *model, size_t task);
/* How many calls the mediator lets @guest have in the secure world; 0: any number. */
TEEQ_API unsigned int teeq_model_guest_call_limit(const struct teeq_model *model, size_t guest);
/*
 * How many threads @guest has of its own: 0, where it shares those of teeq_model_context_guest()
 * -1.
 */
TEEQ_API unsigned int teeq_model_guest_threads(const struct teeq_model *model, size_t guest);
/*
 * Whose thread @context is: of one guest alone, or -1, where all share it who have none. Contexts
 * are numbered through, the shared ones first, then guest by guest; registers hold a guest's own
 * number.
 */
TEEQ_API int teeq_model_context_guest(const struct teeq_model *model, size_t context);
/* The CPU that a task is bound to, from 1; 0: none. */
TEEQ_API unsigned int teeq_model_task_cpu(const struct teeq_model *model, size_t task);
/* Its priority there, 0..TEEQ_PRIORITY_MAX: see struct teeq_client_spec. */
TEEQ_API unsigned int teeq_model_task_priority(const struct teeq_model *model, size_t task);
/* What a task stands for that is a fault. */
TEEQ_API enum teeq_fault_kind teeq_model_fault_kind(const struct teeq_model *model, size_t task);
/* The task of that name, or -1. */
TEEQ_API int teeq_model_task_find(const struct teeq_model *model, const char *name);
/* The last stage that any client has; 1 where the scenario has none. */
TEEQ_API unsigned int teeq_model_last_stage(const struct teeq_model *model);

/*
 * The answer that session @session got when it asked to be a system session before the run: 0 or a
 * negative errno; *@asked says whether it asked at all.
 */
TEEQ_API int teeq_model_session_answer(const struct teeq_model *model, size_t session, bool *asked);

/* "done", "deadlock", "lost-wakeup", ... Constant text; NULL out of range. */
TEEQ_API const char *teeq_verdict_name(enum teeq_verdict verdict);
/* The verdict of that name, or -1. */
TEEQ_API int teeq_verdict_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
