/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LIMITS_H
#define TEEQ_LIMITS_H

/*
 * The fixed capacities. A scenario that exceeds one is refused with a message; none of them costs
 * anything in a scenario that stays below.
 */
enum {
	TEEQ_CONTEXT_MAX = 16,     /* thread contexts of the secure world */
	TEEQ_TASK_MAX = 64,        /* clients, each counted as often as its count says, threads of
				      tee-supplicant, those of notifications, and faults */
	TEEQ_CPU_MAX = 16,         /* processors, where a scenario counts them */
	TEEQ_PRIORITY_MAX = 99,    /* of the kernel's real-time classes */
	TEEQ_GUEST_MAX = 4,        /* guests, each with a driver of its own */
	TEEQ_ARGUMENT_MAX = 1024,  /* message arguments in a page */
	TEEQ_ARGUMENT_SLOTS = 10,  /* ... of 4 KiB, each with 6 parameters and 4 of RPCs: 384
				      bytes */
	TEEQ_BUFFER_MAX = 6,       /* buffers of one call, each a parameter of its message */
	TEEQ_SUPPLICANT_MAX = 8,   /* threads of tee-supplicant */
	TEEQ_SECURE_LOCK_MAX = 16, /* mutexes of the secure world that a scenario declares */
	TEEQ_CONDITION_MAX = 16,   /* condition variables there */
	TEEQ_TA_MAX = 15,
	TEEQ_NOTIFICATION_MAX = 32, /* with a name */
	TEEQ_TEE_CONTEXT_MAX = 64, /* with a name: others have one of their own */
	TEEQ_CHANNEL_MAX = 16,     /* of SCMI */
	TEEQ_DEVICE_MAX = 16,      /* with runtime power management */
	TEEQ_FAULT_MAX = 16,
	TEEQ_FAULT_TIMES_MAX = 15, /* times that one may strike, or: */
	TEEQ_FAULT_ALWAYS = 255,   /* any number of times */
	TEEQ_TICK_MAX = 65535,     /* ticks of one sleep, work, suspend or timeout */
	TEEQ_LOCK_MAX = 16,        /* mutexes of the normal world */
	TEEQ_EVENT_MAX = 64,       /* that scripts signal and await */
	TEEQ_BARRIER_MAX = 16,
	TEEQ_SESSION_MAX = 64,     /* sessions with a name */
	TEEQ_COMMAND_MAX = 512,
	TEEQ_SERVICE_MAX = 512,
	TEEQ_CLIENT_MAX = 64,
	TEEQ_CALL_DEPTH_MAX = 8,   /* calls in progress of one task, each made while serving the
				      last */
	TEEQ_INVOKE_DEPTH_MAX = 8, /* commands that run commands in the same thread */
	TEEQ_TRY_DEPTH_MAX = 8,    /* try and retry inside each other */
	TEEQ_HANDLER_MAX = 32,     /* of one try */
	TEEQ_REPEAT_DEPTH_MAX = 4, /* repeats inside repeats of one script */
	TEEQ_REPEAT_MAX = 65535,   /* times: of one repeat */
	TEEQ_STAGE_MAX = 255,      /* the last stage that a client may begin in */
	TEEQ_CODE_MAX = 65535,     /* steps of all scripts together */
	TEEQ_NAME_MAX = 63,        /* characters of a name */
	TEEQ_SUMMARY_MAX = 4000,   /* bytes of a summary */
	TEEQ_SESSION_RESERVATION_MAX = 255, /* of one session (policy v4 counts them) */
};

/*
 * One 'none' for each kind of index: of a thread context, of a task, and of anything that has a
 * name.
 */
#define TEEQ_NO_CONTEXT 0xff
#define TEEQ_NO_TASK 0xff
#define TEEQ_NO_OBJECT 0xffff

#endif
