/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_MODEL_H
#define TEEQ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/api.h"
#include "teeq/limits.h"
#include "teeq/policy.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A scenario as plain tables: what a scenario file says, and what a C program may say without one.
 * The tables are the caller's and may be constant; teeq_model_build() copies what it keeps. Things
 * refer to each other by name. A name is [a-z][a-z0-9-]*, at most TEEQ_NAME_MAX characters.
 */
enum teeq_step_kind {
	TEEQ_STEP_CALL,      /* client, service: @name a command or NULL, @session or NULL */
	TEEQ_STEP_LOCK,      /* client, service: @name a normal-world mutex */
	TEEQ_STEP_UNLOCK,
	TEEQ_STEP_AWAIT,     /* client, service: @name an event */
	TEEQ_STEP_SIGNAL,
	TEEQ_STEP_BARRIER,   /* client, service: @name a barrier */
	TEEQ_STEP_RESERVE,   /* client, service: make @session a system session */
	TEEQ_STEP_RELEASE,   /* ... and stop being one */
	TEEQ_STEP_OPEN,      /* client, service: open @session, by a normal call */
	TEEQ_STEP_CLOSE,     /* client, service: close @session, by a call */
	TEEQ_STEP_REPEAT,    /* anywhere: @steps, @times times (1..TEEQ_REPEAT_MAX) */
	TEEQ_STEP_RPC,       /* command: @name a service */
};

struct teeq_step {
	enum teeq_step_kind kind;
	const char *name;
	const char *session;
	uint32_t times;
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
#define TEEQ_REPEAT(times_, steps_, count_) \
	{ .kind = TEEQ_STEP_REPEAT, .times = (times_), .steps = (steps_), .step_count = (count_) }

enum teeq_abi {
	TEEQ_ABI_SMC,
	TEEQ_ABI_FFA, /* the driver learns no thread count: every policy runs untracked */
};

enum teeq_verdict {
	TEEQ_VERDICT_DONE,        /* every task finished */
	TEEQ_VERDICT_DEADLOCK,    /* nothing can move, tasks are left */
	TEEQ_VERDICT_LOST_WAKEUP, /* a deadlock in which a sleeper would be admitted if woken */
	TEEQ_VERDICT_VIOLATION,   /* an invariant broke */
	TEEQ_VERDICT_LIVELOCK,    /* a fair cycle without progress */
	TEEQ_VERDICT_LIMIT,       /* a budget ran out: nothing is claimed */
	TEEQ_VERDICT_COUNT
};

struct teeq_barrier_spec {
	const char *name;
	uint32_t count; /* 1..TEEQ_TASK_MAX tasks must arrive */
};

struct teeq_session_spec {
	const char *name;
	bool system; /* asked to be a system session before the run begins */
};

struct teeq_script_spec { /* a command */
	const char *name;
	const struct teeq_step *steps;
	size_t step_count;
};

enum teeq_server {
	TEEQ_SERVED_BY_CALLER, /* by the task that made the call, in its own context */
};

struct teeq_service_spec {
	const char *name;
	enum teeq_server by;
	const struct teeq_step *steps;
	size_t step_count;
};

struct teeq_client_spec {
	const char *name;
	uint32_t count; /* tasks; 0 means 1 */
	uint32_t stage; /* 1..TEEQ_STAGE_MAX; 0 means 1 */
	const struct teeq_step *steps;
	size_t step_count;
};

struct teeq_expect_spec {
	const char *policy;
	enum teeq_verdict verdict;
};

/*
 * @thread_count          1..TEEQ_CONTEXT_MAX
 * @lost_count            0..thread_count contexts suspended for ever before the run begins
 * @static_system_count   policy v1 only: threads set aside, 0..thread_count
 */
struct teeq_scenario {
	const char *name;
	const char *summary; /* may be NULL */
	uint32_t thread_count;
	uint32_t lost_count;
	uint32_t static_system_count;
	enum teeq_abi abi;
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
 * An expectation may name a policy that is not built in; scenario files may not, lest a slip of the
 * pen go unnoticed.
 */
TEEQ_API enum teeq_status teeq_scenario_validate(const struct teeq_scenario *scenario,
						 struct teeq_error *error);

/*
 * Build the model of @scenario under @policy, which must outlive it; @scenario need not.
 * On success *@model is the caller's, to be freed with teeq_model_free(). TEEQ_EINPUT as
 * teeq_scenario_validate(); TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_model_build(const struct teeq_scenario *scenario,
					   const struct teeq_policy *policy,
					   struct teeq_model **model, struct teeq_error *error);
TEEQ_API void teeq_model_free(struct teeq_model *model); /* NULL is fine */

/*
 * What the model is about. Strings live as long as the model. The digest covers everything that
 * decides what a schedule means: scripts, names, counts, and the policy's name; not the summary and
 * not the expectations. Two models are equal when their digests are.
 */
TEEQ_API const char *teeq_model_name(const struct teeq_model *model);
TEEQ_API const struct teeq_policy *teeq_model_policy(const struct teeq_model *model);
TEEQ_API uint64_t teeq_model_digest(const struct teeq_model *model);
TEEQ_API size_t teeq_model_thread_count(const struct teeq_model *model);
TEEQ_API size_t teeq_model_task_count(const struct teeq_model *model);
/* Names by index; NULL out of range. Tasks are "app", or "app.0" where the client has a count > 1. */
TEEQ_API const char *teeq_model_task_name(const struct teeq_model *model, size_t task);
TEEQ_API const char *teeq_model_lock_name(const struct teeq_model *model, size_t lock);
TEEQ_API const char *teeq_model_event_name(const struct teeq_model *model, size_t event);
TEEQ_API const char *teeq_model_barrier_name(const struct teeq_model *model, size_t barrier);
TEEQ_API const char *teeq_model_session_name(const struct teeq_model *model, size_t session);
TEEQ_API const char *teeq_model_command_name(const struct teeq_model *model, size_t command);
TEEQ_API const char *teeq_model_service_name(const struct teeq_model *model, size_t service);
/* The task of that name, or -1. */
TEEQ_API int teeq_model_task_find(const struct teeq_model *model, const char *name);
/* The last stage that any client has; 1 where the scenario has none. */
TEEQ_API unsigned int teeq_model_last_stage(const struct teeq_model *model);

/*
 * The answer that session @session got when it asked to be a system session before the run: 0 or a
 * negative errno; *@asked says whether it asked at all.
 */
TEEQ_API int teeq_model_session_answer(const struct teeq_model *model, size_t session, bool *asked);

/* "done", "deadlock", "lost-wakeup", ...; NULL out of range. teeq_verdict_find() returns -1. */
TEEQ_API const char *teeq_verdict_name(enum teeq_verdict verdict);
TEEQ_API int teeq_verdict_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
