/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STRESS_H
#define CLI_STRESS_H

#include <stdio.h>

#include <teeq/threads.h>

#include "cli/cli.h"

/*
 * One round: the scenario once, with fresh queues and threads.
 *
 * @give_up_ns    on the monotonic clock: it is given up then, 0: never; or when the user interrupts
 * @given_up      it was
 * @nanoseconds   from its start to its end
 * @match, @error whether it is a run of the model: as of teeq_threads_compare()
 * @schedule      the choices that the threads made
 * All but the first five are the round's; stress_round_clear() frees what it holds.
 */
struct stress_round {
	const struct cli_case *c;
	uint64_t seed;
	unsigned int pause_percent;
	unsigned int watchdog_ms;
	uint64_t give_up_ns;
	bool given_up;
	enum teeq_verdict verdict;
	uint64_t nanoseconds;
	struct teeq_threads_stats stats;
	enum teeq_status match;
	struct teeq_error error;
	struct teeq_schedule schedule;
};
int stress_round_run(struct stress_round *round);
void stress_round_clear(struct stress_round *round);
/* The monotonic clock. */
uint64_t stress_now_ns(void);

/* ------------------------------------- what is printed ---------------------------------------- */

/* What was asked for. */
struct stress_request {
	const struct cli_case *c;
	uint64_t seed;
	bool no_yield;
	bool json;
};

/* What the rounds came to. */
struct stress_tally {
	uint64_t rounds;
	uint64_t compared_rounds;
	uint64_t compared_actions;
	uint64_t nanoseconds;
	struct teeq_threads_stats stats;
};

/*
 * A round that did not come to its end, in the model: the threads' choices as a schedule, the
 * command that repeats it, what it comes to, and the report of that; the case's world is as it left
 * it.
 */
struct stress_replay {
	struct teeq_result result;
	char *schedule;
	char *command;
	char *explanation;
};
/* CLI_OK, or CLI_BAD after a message; free @replay, which must be all zero, in any case. */
int stress_replay(const struct stress_round *round, struct stress_replay *replay);
void stress_replay_free(struct stress_replay *replay);

/*
 * On stdout: what was asked for, and what came of it, the last round being @round. Of JSON all is
 * one object behind the rounds. CLI_OK, or CLI_BAD after a message.
 */
void stress_print_head(const struct stress_request *request);
int stress_print_result(const struct stress_round *round, const struct stress_tally *tally);
int stress_print_json(const struct stress_request *request, const struct stress_round *round,
		      const struct stress_tally *tally);
/* Why nothing is claimed of a round that was given up. */
const char *stress_why_given_up(const struct stress_round *round);
/* Whether the model can say where the threads stood in @round, which did not come to its end. */
bool stress_is_in_model(const struct stress_round *round);

/* Write the round to @path as a recording. */
int stress_record(const struct stress_round *round, const char *path);

#endif
