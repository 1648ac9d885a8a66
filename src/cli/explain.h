/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <teeq/explore.h>

#include "cli/cli.h"

enum ruling {
	RULED_OUT, /* exhausted: no schedule fails any more */
	STILL_FAILS,
	UNDECIDED,
	NOT_POSSIBLE, /* the changed scenario is not acceptable */
};

/* One change of the configuration, and what becomes of the failure. */
struct counterfactual {
	char change[2 * TEEQ_NAME_MAX + 64];
	enum ruling ruling;
	enum teeq_verdict verdict; /* STILL_FAILS: how the nearest failure ends ... */
	size_t steps; /* ... and after how many steps */
	uint64_t states;
	int answer; /* of the session that the change makes a system session; 0 for other changes */
};

struct explanation {
	struct cli_case c;
	struct teeq_schedule schedule;
	struct teeq_result end;
	uint64_t max_states;
	bool json;
	char *replay;
	struct teeq_doom doom;
	bool doom_known;
	char lost[512]; /* what happened at the step of no return */
	struct counterfactual *changes;
	size_t change_count;
};

#define EXPLAIN_BYTES_MAX (UINT64_C(1) << 30)

/* Try every single change. CLI_OK; CLI_BAD after a message; CLI_LIMIT when interrupted. */
int explain_changes(struct explanation *e);
/* Of these: calls without a session made system calls, client by client, service by service. */
int explain_sessions(struct explanation *e);
/*
 * Add one row to @e->changes, which must have room. @session: which session of the scenario the
 * change makes a system session, or -1.
 */
int explain_try(struct explanation *e, const struct teeq_scenario *scenario,
		const struct teeq_policy *policy, int session, const char *text);

/* On stdout. CLI_OK, or CLI_BAD after a message. */
int explain_print_text(const struct explanation *e);
int explain_print_json(const struct explanation *e);
/* "ruled out", "deadlock", "undecided", "not possible". */
const char *explain_ruling(const struct counterfactual *change);

#endif
