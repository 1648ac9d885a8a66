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
	bool memory; /* a call that registers memory, or unregisters it */
};

struct lines {
	struct line line[LINE_MAX];
	size_t count;
	unsigned int inside; /* while it is written out: a command that another one runs, or a load */
	bool tries; /* in it something is tried: what it comes to is not followed */
};

/* Where a call is. */
enum whereabouts {
	AT_NO_CALL,
	AT_QUEUE, /* entered; no thread yet */
	AT_THREAD,
	AT_END,   /* to leave */
};

/* Its slot for a message argument. */
enum slot_state {
	SLOT_NONE,
	SLOT_TAKEN,
	SLOT_TO_GIVE, /* its call has left the queue */
};

enum rpc_state {
	RPC_STATE_NONE,
	RPC_STATE_SERVICE, /* the driver knows it, and has not served it yet */
	RPC_STATE_ASKING,  /* for tee-supplicant: not queued yet */
	RPC_STATE_QUEUED,
	RPC_STATE_SEEN,
	RPC_STATE_SENDING, /* is to send notification @key */
	RPC_STATE_KEY,     /* waits for notification @key */
};

struct witness_level {
	const struct lines *script;
	size_t at;
	enum whereabouts call;
	enum slot_state slot;
	bool page; /* it registers a page first, or has to look for a slot again */
	bool asleep;
	bool admitted; /* it holds a credit for a thread, where these are counted */
	bool limited; /* that was for want of a thread, not of admission */
	bool done; /* its completion */
	bool system;
	uint16_t command;
	uint16_t session;
	uint8_t memory; /* enum teeq_memory */
	unsigned int context;
	bool active;
	bool interrupted; /* and not resumed yet */
	bool started; /* it said so, where the policy wants to know */
	const struct lines *thread; /* NULL: it runs none */
	size_t thread_at;
	bool gave_up;
	bool loads; /* a TA, for which others wait */
	bool closes; /* a session, which is to be counted out behind it */
	enum rpc_state rpc;
	uint16_t service;
	unsigned int memory_kept; /* pieces that tee-supplicant allocated */
	uint16_t key;
	int waits_lock;      /* secure lock, or NOBODY */
	int waits_condition;
	unsigned int order;  /* since when */
	bool told;           /* that it may have the lock: somebody sends it that, or has */
	int strayed;         /* to the guest whose driver got that, and which is not its own; or NOBODY */
	bool woken;          /* its own driver got one, too, and it has not run since */
};

#define WITNESS_LEVEL_MAX 12

struct witness_task {
	unsigned int top;
	struct witness_level level[WITNESS_LEVEL_MAX];
	bool killed;
	bool freeze;   /* asked for */
	bool frozen;   /* it has come to where it can be */
	bool asked_freeze; /* it asked, and waits until that is done */
	bool released; /* from the barrier where it stands */
	bool exited;   /* it was killed, and does what its exit does: that is its script now */
	bool exiting;  /* likewise, and what that is is not known */
	bool half;     /* the thread of a bottom half: it has a call to make, or in progress */
	bool unstarted; /* it has a step to do before its first line */
	bool closing;  /* its close has left the queue */
	bool counts;   /* it is sure to count a session out behind that */
	bool guessed;  /* that this is over: others went on as if it were */
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

/* Whether a session is open. */
enum session_state {
	SESSION_STATE_SHUT,
	SESSION_STATE_OPEN,
	SESSION_STATE_UNKNOWN, /* one used it whose script is not followed */
};

#define WITNESS_HOLD_MAX 64
#define WITNESS_SECURE_MAX (TEEQ_SECURE_LOCK_MAX + 2 * TEEQ_TA_MAX + 1 + TEEQ_SESSION_MAX)

/* What each guest's driver has for itself. */
struct witness_driver {
	bool memory_lost; /* a thread that is lost has some of tee-supplicant's */
	uint16_t queue[TEEQ_TASK_MAX]; /* whose requests tee-supplicant has not seen */
	size_t queue_count;
	enum teeq_supplicant_state supplicant;
	bool bottom_half_asked;
	bool bottom_half_told;
	uint64_t raised;
	int argument_owner; /* who registers a page with the mutex held, or NOBODY */
	unsigned int argument_capacity;
};

struct witness {
	struct witness_driver drivers[TEEQ_GUEST_MAX];
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
	struct lines exits[4]; /* what the last one of a TEE context does when it dies */
	struct lines none;
	struct witness_task task[TEEQ_TASK_MAX];
	struct witness_hold hold[WITNESS_HOLD_MAX];
	size_t hold_count;
	unsigned int given_by_others[WITNESS_SECURE_MAX];
	unsigned int holders[WITNESS_SECURE_MAX];
	int lock_owner[TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX];
	unsigned int device_users[TEEQ_DEVICE_MAX];
	bool device_unknown[TEEQ_DEVICE_MAX]; /* one took it whose script is not followed */
	unsigned int arrived[TEEQ_BARRIER_MAX];
	uint64_t events;
	bool lost[TEEQ_CONTEXT_MAX];
	enum session_state session[TEEQ_SESSION_MAX];
	unsigned int struck[TEEQ_TASK_MAX]; /* how often each fault has */
	unsigned int interrupt_armed;
	unsigned int call_fails_armed;
	unsigned int clock;
	bool cancels; /* somebody cancels what a session is doing */
	bool results; /* scripts fail, and ask what failed */
	bool beyond; /* it came to what this reading does not follow at all */
	bool broken; /* what happened does not fit the scripts */
};

void witness_begin(struct witness *witness, const struct teeq_scenario *scenario,
		   const struct teeq_model *model);
void witness_see(struct witness *witness, const struct teeq_event *event);
/* Nothing more is seen, although more may happen: what a task does next is not known then. */
void witness_cut(struct witness *witness);
/* Nothing happens any more. */
void witness_end(struct witness *witness);

/* witness_lines.c: write the scripts out. */
void witness_write_out(struct witness *witness);

/* What a task may still do, by what is left of its lines. */
enum teeq_may witness_may(const struct witness *witness, unsigned int task, enum teeq_effect effect,
			  unsigned int object);

/* Whether it would do that only when it is killed, which may happen yet. */
bool witness_may_dying(const struct witness *witness, unsigned int task, enum teeq_effect effect,
		       unsigned int object);

/* The event that @task looks for without sleeping, in either world, and that is not signalled; or NO_KEY. */
unsigned int witness_polls(const struct witness *witness, unsigned int task);
/* Whether nobody else can run on its CPU: it is in the secure world, or about to be back there. */
bool witness_keeps_cpu(const struct witness *witness, unsigned int task);
/* Whether something stands in its way, other than the lack of a CPU. False: that is not known. */
bool witness_is_blocked(const struct witness *witness, unsigned int task);
/* Who keeps @task from taking its slot, or from giving it back: the task that registers a page; or NOBODY. */
int witness_waits_for_argument(const struct witness *witness, unsigned int task);
/* How many slots a page has. */
unsigned int witness_page_slots(const struct witness *witness);
/* Whether a signal, or the freezer, would reach it where it stands. */
bool witness_in_user_space(const struct witness *witness, unsigned int task);
/* Whether it is the thread of a bottom half. */
bool witness_is_half(const struct witness *witness, unsigned int task);
bool witness_owns_lock(const struct witness *witness, unsigned int task);
/* The guest of who is about to send what @level of it waits for in its thread, or NOBODY: its own first. */
int witness_who_wakes(const struct witness *witness, unsigned int task, unsigned int level);
bool witness_has_finished(const struct witness *witness, unsigned int task);
/* Whether it was killed, and has not died yet. */
bool witness_is_dying(const struct witness *witness, unsigned int task);
/* The TEE context of a client's task, as those of the scenario are counted; or NOBODY: one of its own. */
int witness_context(const struct witness *witness, unsigned int task);
/* Whether @session is of @context. */
bool witness_is_of_context(const struct witness *witness, unsigned int session, int context);
/* Threads of the secure world: those that a guest takes, its own ones or the shared ones. */
struct witness_pool {
	unsigned int first;
	unsigned int end; /* behind the last one */
};
struct witness_pool witness_pool(const struct witness *witness, unsigned int guest);
/* Whether a guest has threads of its own; how many there are in all; and whose one is, or NOBODY: shared. */
bool witness_has_own_pool(const struct witness *witness, unsigned int guest);
unsigned int witness_thread_count(const struct witness *witness);
int witness_whose_thread(const struct witness *witness, unsigned int context);
unsigned int witness_guest(const struct witness *witness, unsigned int task);
/* The driver that a task has to do with. */
const struct witness_driver *witness_driver(const struct witness *witness, unsigned int task);
const struct line *witness_line(const struct witness *witness, unsigned int task,
				unsigned int level);

#endif
