/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLORE_H
#define CLI_EXPLORE_H

#include <teeq/explore.h>

#include "cli/exports.h"

/*
 * Several processes that are given the same command line. All load and search; the first alone says
 * what came of it, and its status is theirs. What others say, nobody else can.
 *
 * @gather   called in each of them when it has loaded everything, or has failed to: the first one's
 *           status that is not CLI_OK, in all of them; CLI_OK where there is none
 */
struct cli_team {
	const struct teeq_peers *peers;
	int (*gather)(int status);
};

/*
 * A search: what was asked, and what it came to.
 *
 * @team       who searches together, or NULL
 * @order      the option that said in which order states are visited, or NULL
 * @cut        a budget or the user ended it: how far it got depends on the machine
 * @unwritten  why there is no checkpoint, where one was asked for and could not be left
 * @found      a counterexample was met, and the four below are filled in
 * @end        what the counterexample's replay came to; the case's world is as it left it
 * @schedule, @replay   as text; the command that repeats it
 */
struct exploration {
	struct cli_case c;
	const struct cli_team *team;
	struct teeq_explore_options options;
	struct teeq_explore_result result;
	const char *client; /* whom it asks about; NULL: all */
	const char *order;
	enum cli_trace trace;
	bool json;
	bool progress;
	bool cut;
	struct teeq_error unwritten;
	bool found;
	struct exports exports;
	const char *states_to; /* where to draw all states; NULL: nowhere */
	struct teeq_result end;
	char *schedule;
	char *replay;
};

/* cli_explore() as one of @team, which may be NULL. */
int cli_explore_team(int argc, char **argv, const struct cli_team *team);

/* The name of a part of the reductions, a bit of enum teeq_without; NULL behind the last. */
const char *explore_without_name(uint32_t bit);
/* Of an order in which states are visited: "breadth-first", "directed", ... */
const char *explore_search_name(enum teeq_search search);

/* Whether what was asked for goes along. CLI_OK, or CLI_BAD after a message. */
int explore_settle(struct exploration *e, const char *path);

/* On stdout, before and behind the search. CLI_OK, or CLI_BAD after a message. */
void explore_print_header(const struct exploration *e);
int explore_print_result(const struct exploration *e);
int explore_print_json(const struct exploration *e);
/*
 * All states, to the file that was asked for, with what the search left of its budgets. CLI_OK; or,
 * after a message, CLI_BAD, or CLI_LIMIT where a budget or an interruption ended that or the
 * search.
 */
int explore_draw_states(const struct exploration *e);
/* No dot draws more. */
#define EXPLORE_STATES_MAX 100000
/* On stderr: what differs from one machine, and one run, to the next. */
void explore_print_note(const struct exploration *e);

#endif
