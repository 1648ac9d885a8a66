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

/* What becomes of the failure in one scenario. */
struct trial {
	enum ruling ruling;
	enum teeq_verdict verdict; /* STILL_FAILS: how the nearest failure ends ... */
	size_t steps; /* ... and after how many steps */
	uint64_t states;
};

#define EXPLAIN_CLIENTS_MAX  3 /* clients of which one more is tried */
#define EXPLAIN_VARIANTS_MAX (EXPLAIN_CLIENTS_MAX + 1)
#define EXPLAIN_ASIDE_MAX    4 /* threads set aside */

/* Another scenario in which what ruled the failure out is tried: one client more, or @path's. */
struct variant {
	const char *client;
	uint32_t count;
	const char *path;
};

/* One change of the configuration, and what becomes of the failure. */
struct counterfactual {
	char change[2 * TEEQ_NAME_MAX + 64];
	struct trial trial;
	struct trial variants[EXPLAIN_VARIANTS_MAX]; /* where @trial rules it out */
	bool tried[EXPLAIN_VARIANTS_MAX];
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
	size_t change_max;
	const struct teeq_scenario *tables; /* that are changed: the case's, or a variant's */
	struct cli_case whole; /* of which the case's scenario was made; no file: it was not */
	struct variant variants[EXPLAIN_VARIANTS_MAX];
	size_t variant_count; /* the last one is being tried, where there is any */
};

#define EXPLAIN_BYTES_MAX (UINT64_C(1) << 30)

/* Try every single change. CLI_OK; CLI_BAD after a message; CLI_LIMIT when interrupted. */
int explain_changes(struct explanation *e);
/* All of them, of the tables that are set: rows are added, or those of before get a variant's word. */
int explain_all(struct explanation *e);
int explain_variants(struct explanation *e);
/* Of these: threads that are kept back. */
int explain_reservations(struct explanation *e);
/* Of these: calls without a session made system calls, client by client, service by service. */
int explain_sessions(struct explanation *e);
/*
 * Add one row to @e->changes, which must have room; of a variant: to the row of that text. @session: which session of the scenario the
 * change makes a system session, or -1.
 */
int explain_try(struct explanation *e, const struct teeq_scenario *scenario,
		const struct teeq_policy *policy, int session, const char *text);

/* On stdout. CLI_OK, or CLI_BAD after a message. */
int explain_print_text(const struct explanation *e);
int explain_print_json(const struct explanation *e);
/* A search was too large. */
bool explain_is_undecided(const struct explanation *e);
/* "ruled out", "deadlock", "undecided", "not possible". */
const char *explain_ruling(const struct trial *trial);
/* "with 3 of app", "in board.yaml". */
void explain_variant_text(const struct variant *variant, char *text, size_t size);

#endif
