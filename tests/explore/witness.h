/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_WITNESS_H
#define TESTS_EXPLORE_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/world.h"

/*
 * A second reading of what happened: from the scenario's own steps and the events of one run, and from
 * nothing else. It never looks into a world, nor at compiled code; so what a report says can be held
 * against it. Every script is written out first, turns of repeats and invoked commands included, so that
 * what is left of it is simply the rest of its lines.
 */
enum {
	LINE_TAKE = TEEQ_STEP_KIND_COUNT, /* secure lock @object */
	LINE_GIVE,
	LINE_DEVICE, /* take the lock of device @object; others use it: pass over @skip lines */
	LINE_DEVICE_DONE,
	LINE_WANT, /* the TA of loading lock @object: load it, or pass over @skip lines */
	LINE_LOADED,
};

#define LINE_MAX 400
#define NOBODY (-1)
#define NO_KEY 0xffff

/* @object: index of what it is about. @read: to read only. @session: of a call, or NO_KEY. */
struct line {
	int kind;
	uint16_t object;
	uint16_t session;
	uint16_t skip;
	bool read;
	bool opens; /* a TA, which may be busy: the command gives up */
	bool on;
};

struct lines {
	struct line line[LINE_MAX];
	size_t count;
};

/* Where a call is. */
enum whereabouts {
	AT_NO_CALL,
	AT_QUEUE, /* entered; no thread yet */
	AT_THREAD,
	AT_END,   /* to leave */
};

enum rpc_state {
	RPC_STATE_NONE,
	RPC_STATE_SERVICE, /* the driver knows it, and has not served it yet */
	RPC_STATE_ASKING,  /* for tee-supplicant: not queued yet */
	RPC_STATE_QUEUED,
	RPC_STATE_SEEN,
	RPC_STATE_KEY,     /* waits for notification @key */
};

struct witness_level {
	const struct lines *script;
	size_t at;
	enum whereabouts call;
	bool asleep;
	bool limited; /* that was for want of a thread, not of admission */
	bool done; /* its completion */
	bool system;
	uint16_t command;
	uint16_t session;
	uint8_t memory; /* enum teeq_memory */
	unsigned int context;
	bool active;
	bool started; /* it said so, where the policy wants to know */
	const struct lines *thread; /* NULL: it runs none */
	size_t thread_at;
	bool gave_up;
	enum rpc_state rpc;
	uint16_t service;
	unsigned int memory_kept; /* pieces that tee-supplicant allocated */
	uint16_t key;
	int waits_lock;      /* secure lock, or NOBODY */
	int waits_condition;
	unsigned int order;  /* since when */
};

#define WITNESS_LEVEL_MAX 12

struct witness_task {
	unsigned int top;
	struct witness_level level[WITNESS_LEVEL_MAX];
	bool killed;
	bool freeze;   /* asked for */
	bool asked_freeze; /* it asked, and waits until that is done */
	bool released; /* from the barrier where it stands */
	bool exiting;  /* it does what its exit does: no script says what */
	bool unstarted; /* it has a step to do before its first line */
	bool closing;  /* its close has left the queue */
	bool unsure;   /* it came to a step that is many */
	int serves;    /* tee-supplicant: for whom */
	bool serving;
};

/* Who holds a secure lock: a call in @context, or nobody's any more. */
struct witness_hold {
	uint8_t lock;
	int task;
	unsigned int level;
	int context; /* NOBODY: the call has ended */
	bool lost;
	unsigned int count;
};

#define WITNESS_HOLD_MAX 64
#define WITNESS_SECURE_MAX (TEEQ_SECURE_LOCK_MAX + 2 * TEEQ_TA_MAX + 1 + TEEQ_SESSION_MAX)

struct witness {
	bool memory_lost; /* a thread that is lost has some of tee-supplicant's */
	/* A thread that is lost stays among those who wait for a condition, plus 1, and since when. */
	int lost_condition[TEEQ_CONTEXT_MAX];
	unsigned int lost_order[TEEQ_CONTEXT_MAX];
	const struct teeq_scenario *scenario;
	const struct teeq_model *model;
	struct lines commands[4];
	struct lines openings[4]; /* the same, where they open their TA */
	struct lines closings[4]; /* what a close of each session does in its TA */
	struct lines services[4];
	struct lines clients[4];
	struct lines none;
	struct witness_task task[TEEQ_TASK_MAX];
	struct witness_hold hold[WITNESS_HOLD_MAX];
	size_t hold_count;
	unsigned int given_by_others[WITNESS_SECURE_MAX];
	unsigned int holders[WITNESS_SECURE_MAX];
	int lock_owner[TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX];
	unsigned int device_users[TEEQ_DEVICE_MAX];
	unsigned int arrived[TEEQ_BARRIER_MAX];
	uint64_t events;
	bool lost[TEEQ_CONTEXT_MAX];
	uint16_t queue[TEEQ_TASK_MAX]; /* whose requests tee-supplicant has not seen */
	size_t queue_count;
	enum teeq_supplicant_state supplicant;
	unsigned int interrupt_armed;
	unsigned int call_fails_armed;
	bool bottom_half_asked;
	bool bottom_half_told;
	uint64_t raised;
	unsigned int clock;
	bool broken; /* what happened does not fit the scripts */
};

void witness_begin(struct witness *witness, const struct teeq_scenario *scenario,
		   const struct teeq_model *model);
void witness_see(struct witness *witness, const struct teeq_event *event);
/* Nothing happens any more. */
void witness_end(struct witness *witness);

/* witness_lines.c: write the scripts out. */
void witness_write_out(struct witness *witness);

/* What a task may still do, by what is left of its lines. */
enum teeq_may witness_may(const struct witness *witness, unsigned int task, enum teeq_deed deed,
			  unsigned int object);

/* Whether a signal, or the freezer, would reach it where it stands. */
bool witness_in_user_space(const struct witness *witness, unsigned int task);
bool witness_owns_lock(const struct witness *witness, unsigned int task);
bool witness_has_finished(const struct witness *witness, unsigned int task);
const struct line *witness_line(const struct witness *witness, unsigned int task,
				unsigned int level);

#endif
