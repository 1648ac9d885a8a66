/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include "base/text.h"
#include "harness/harness.h"
#include "teeq/recording.h"

enum {
	OPEN_MAX = 2 * TEEQ_CALL_DEPTH_MAX + 2,
	PENDING_MAX = 16,
};

/* What the last recorded step of a task was, as far as the next one's name depends on it. */
enum last_step { LAST_OTHER, LAST_WAIT, LAST_REQUEUE, LAST_RPC };

/*
 * What a task did, as the script that would have made it do so.
 *
 * @open      calls and RPCs that have begun: 'c' or 'r', the innermost last
 * @pending   mutexes unlocked since the step at hand began; they follow what the step itself is
 */
struct script {
	struct text text;
	char open[OPEN_MAX];
	unsigned int open_count;
	unsigned int call_count;
	enum last_step last;
	unsigned int pending[PENDING_MAX];
	unsigned int pending_count;
};

/* An entry of the queue, and whose it is. */
struct known {
	const void *waiter;
	unsigned int task;
	unsigned int level;
};

struct recorder {
	const struct teeq_harness *h;
	struct text steps;
	struct text blocked;
	struct script scripts[TEEQ_TASK_MAX];
	struct known known[TEEQ_HARNESS_WAITER_MAX];
	unsigned int known_count;
	const void *locks[TEEQ_LOCK_MAX];
	unsigned int lock_count;
	struct teeq_harness_view before;
	struct teeq_harness_view after;
	bool tracking;
	unsigned int system_session_count; /* when the run began */
	enum teeq_verdict verdict;
	char cut[160];  /* why the recording ends before the run did; empty: it does not */
	bool misplaced; /* the run began in the middle of something: it cannot be written */
};

/* ---- record_script.c ---- */
/* @c, or '?' where JSON would have to escape it. */
char recorder_plain(char c);
/*
 * What comes now the format has no word for, so the recording ends here. The first reason counts.
 */
void recorder_cut(struct recorder *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void script_enter(struct recorder *r, unsigned int task, bool system);
void script_leave(struct recorder *r, unsigned int task);
void script_rpc(struct recorder *r, unsigned int task);
void script_resume(struct recorder *r, unsigned int task);
void script_lock(struct recorder *r, unsigned int task, unsigned int lock);
void script_word(struct recorder *r, unsigned int task, const char *word);
/*
 * The task waits for ever for what the format knows no more about. False: in the middle of a call.
 */
bool script_other(struct recorder *r, unsigned int task);
/* Append what was unlocked meanwhile. */
void script_settle(struct recorder *r, unsigned int task);
/* Close what is open: what would have followed never happened. */
void script_close(struct recorder *r, unsigned int task);

#endif
