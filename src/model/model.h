/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"

/*
 * The immutable model: all scripts as one array of instructions, and what they refer to by index.
 * A script is a run of instructions up to its OP_END. The instructions that nobody can see happen
 * (unlock, signal, counting loops) belong to the atomic action before them.
 */
enum op {
	OP_END,
	OP_START,   /* client: the script begins with something invisible, so its start is a step */
	OP_CALL,    /* client, service: @object session, @target command */
	OP_OPEN,    /* @object session */
	OP_CLOSE,   /* @object session */
	OP_RESERVE, /* @object session */
	OP_RELEASE, /* @object session */
	OP_LOCK,    /* @object lock */
	OP_UNLOCK,  /* @object lock */
	OP_AWAIT,   /* @object event */
	OP_SIGNAL,  /* @object event */
	OP_BARRIER, /* @object barrier */
	OP_RPC,     /* command: @object service */
	OP_LOOP,    /* set counter @slot to @count */
	OP_NEXT,    /* count down @slot; not yet zero: go to @target */
};

#define MODEL_NONE 0xffff

struct instruction {
	uint8_t op;
	uint8_t slot;
	uint16_t object;
	uint16_t target;
	uint16_t count;
};

/* A command or a service: where its code starts, and what running it may do, services included. */
struct script {
	const char *name;
	uint16_t start;
	uint8_t call_depth; /* calls in progress at once, inside it */
	uint64_t signals;   /* events */
	uint32_t arrivals;  /* barriers */
};

struct task_info {
	const char *name;
	uint16_t start;
	uint8_t stage;
	uint8_t client;
	uint8_t call_depth;
};

/* Offsets and sizes, in bytes, of the parts of a world. Unused capacity takes no room. */
struct layout {
	uint16_t callq;
	uint16_t pool;
	uint16_t threads;
	uint16_t thread_size;
	uint16_t tasks;
	uint16_t task_size;
	uint16_t loops;     /* of a task's loop counters, inside the task */
	uint16_t locks;
	uint16_t barriers;
	uint16_t sessions;
	uint16_t size;
};

struct teeq_world;

struct teeq_model {
	char *names; /* every name below points in here */
	const char *name;
	const struct teeq_policy *policy;
	uint64_t digest;
	struct layout layout;
	struct instruction *code;
	size_t code_count;
	struct script commands[TEEQ_COMMAND_MAX];
	struct script services[TEEQ_SERVICE_MAX];
	struct task_info tasks[TEEQ_TASK_MAX];
	const char *locks[TEEQ_LOCK_MAX];
	const char *events[TEEQ_EVENT_MAX];
	const char *barriers[TEEQ_BARRIER_MAX];
	uint8_t barrier_wants[TEEQ_BARRIER_MAX];
	const char *sessions[TEEQ_SESSION_MAX];
	bool session_asks[TEEQ_SESSION_MAX];   /* to be a system session before the run */
	bool session_opened[TEEQ_SESSION_MAX]; /* by a step, so it is closed when the run begins */
	int16_t session_answer[TEEQ_SESSION_MAX];
	uint16_t command_count;
	uint16_t service_count;
	uint8_t task_count;
	uint8_t lock_count;
	uint8_t event_count;
	uint8_t barrier_count;
	uint8_t session_count;
	uint8_t thread_count;
	uint8_t lost_count;
	uint8_t static_system_count;
	uint8_t abi;
	uint8_t last_stage;
	uint8_t level_count;        /* scripts of one task running inside each other */
	uint8_t script_loop_count;  /* loop counters that a level needs */
	uint8_t command_loop_count; /* ... and a secure thread */
	uint16_t waiter_max;
	struct teeq_world *initial;
};

/* The effective kind of secure side: over FF-A there is no interface to set threads aside. */
enum teeq_secure_side model_secure_side(const struct teeq_model *model);

#endif
