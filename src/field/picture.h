/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_PICTURE_H
#define FIELD_PICTURE_H

#include "field/activity.h"

/*
 * What the logs show at their end: each task that matters as it was seen last, what is known of how
 * long it has been there, and who waits for whom.
 */

#define PICTURE_NOBODY SIZE_MAX
#define TASK_NAME_TEXT 96

enum supplicant_state {
	SUPPLICANT_UNSEEN, /* nothing says whether there is one */
	SUPPLICANT_ABSENT, /* all tasks are there, and none is it */
	SUPPLICANT_GONE, /* it ended, or is about to */
	SUPPLICANT_STOPPED, /* by a signal or a debugger */
	SUPPLICANT_FROZEN, /* by the freezer */
	SUPPLICANT_ALIVE,
};

struct person {
	const struct log_stack *stack; /* the last */
	struct activity activity;
	uint32_t tgid;
	uint32_t seconds; /* it has been there for at least so long; 0: not known */
	bool hung; /* the kernel itself says so */
	bool moved; /* the stack before was another one */
	bool same; /* it was seen at the same place before */
	bool supplicant; /* it is one of tee-supplicant's threads */
	bool serving; /* of those: not waiting for a request */
	bool can_move; /* somebody who can move can bring what it waits for, or nothing is known */
	size_t first_edge, edge_count; /* of the picture's edges, those that begin here */
	bool evident; /* it has not moved for long */
	bool stuck; /* it cannot, or it has not moved for long */
};

enum edge_kind {
	EDGE_THREAD,
	EDGE_IDLE,
	EDGE_SUPPLICANT,
	EDGE_NOTIFICATION,
	EDGE_LOCK,
};

struct edge {
	size_t from, to; /* persons; PICTURE_NOBODY: whoever it is, the log does not show it */
	enum edge_kind kind;
	bool certain;
};

struct picture {
	const struct log *log;
	struct activity_table *table;
	struct person *persons;
	size_t person_count;
	struct edge *edges;
	size_t edge_count;

	uint32_t threads; /* of the secure world; 0: not known */
	bool threads_told; /* by an option or the log; otherwise deduced */
	size_t held, waiting; /* threads held for certain; calls that wait for one */
	size_t held_max; /* as many were held at once at some time */
	enum supplicant_state supplicant;
	size_t supplicant_count, supplicant_idle; /* threads of tee-supplicant */
	bool all_seen; /* the last dump has all tasks */
	bool related; /* somebody is in the driver */
	bool ffa;
	size_t moved_count; /* persons in the driver that moved between the last two times */
	uint32_t seconds_max; /* of persons in the driver */
	size_t snapshot_count; /* times at which there are stacks of the driver */
	size_t tangled_count; /* stacks that were printed into each other */
	size_t running_unknown; /* tasks on processors whose stacks say nothing */
	bool supplicant_ended; /* the log has a word of its end behind the last of its start */
	bool freeze_failed;
};

#define PICTURE_PERSONS_MAX 4096 /* that are in the driver or may matter to those who are */

/* @threads: 0, or what the user says. @log and @frames must outlive the picture. */
enum teeq_status picture_new(const struct log *log, const struct frames *frames, uint32_t threads,
			     struct picture **picture, struct teeq_error *error);
void picture_free(struct picture *picture);

/* "cl 67"; the text is valid until the call after the next seven. */
const char *picture_name(const struct picture *picture, size_t person);
/* Whether the call that a person waits with is inside of another of its own. */
bool person_nested(const struct person *person);
/* Whether it is in a call, or in a wait of the driver's that only calls have. */
bool person_calls(const struct person *person);

/* picture_waits.c: fills in edges, can_move and stuck. */
enum teeq_status picture_add_waits(struct picture *picture, struct teeq_error *error);

#endif
