/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_SESSION_H
#define CLI_STEP_SESSION_H

#include "cli/cli.h"

/* What is kept of each step makes a session as long as this one large, and going back slow. */
#define STEP_MAX 100000

/*
 * Stepping through a run, forth and back.
 *
 * @c          the case; its world is as it stands behind @at steps
 * @choices    the schedule so far; what is behind @at was made before, and can be made again
 * @events     of each of its choices, as it happened
 * @violation  an invariant that does not hold where it stands, so that nobody moves; static text
 */
struct step {
	struct cli_case c;
	struct teeq_schedule choices;
	struct teeq_event *events;
	size_t event_capacity;
	size_t at;
	const char *violation;
};

/* Where a move could lead: what was said of it, or why there is none. */
enum step_moved {
	STEP_MOVED,
	STEP_CANNOT, /* the task is not enabled, or an invariant is broken */
	STEP_FULL,   /* STEP_MAX steps are made */
	STEP_NO_MEMORY,
};

/*
 * A session at its first step. With @schedule (NULL: none) its choices lie ahead, otherwise none;
 * the policy is the schedule's, or @policy, or mainline. CLI_OK, or another exit status after a
 * message. step_close() in any case.
 */
int step_open(struct step *s, const char *path, const char *policy, const char *schedule);
void step_close(struct step *s);

/* The tasks that can move where it stands. */
uint64_t step_enabled(const struct step *s);
/*
 * Let @task move. Where that is what the schedule does next, the rest of it stays; otherwise what
 * lies ahead is dropped.
 */
enum step_moved step_move(struct step *s, unsigned int task);
/* Stand behind @at steps: no more than there are choices. */
void step_go(struct step *s, size_t at);
/* Drop what lies ahead. */
void step_cut(struct step *s);
/* How the run has ended where it stands; LIMIT where somebody can move. */
enum teeq_verdict step_verdict(const struct step *s);

/* What @task would do now, as teeq_event_text() says it, in a world of its own. */
bool step_preview(const struct step *s, unsigned int task, char *text, size_t size);

#endif
