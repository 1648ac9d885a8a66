/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STRESS_H
#define CLI_STRESS_H

#include <stdio.h>

#include <teeq/play.h>

#include "cli/cli.h"

/* Whether threads can run the scenario; if not, what they have no notion of, as a key of the file. */
const char *stress_missing(const struct teeq_scenario *scenario);

/* ------------------------------------- what they did ------------------------------------------ */

/*
 * One action as it was told, with the whole queue or the whole pool as it was then: @size bytes in
 * @bytes of its task's log. A pool is the contexts' states, then their owners.
 */
struct stress_entry {
	uint64_t order;
	uint8_t task;
	uint8_t level;
	uint8_t action;
	uint8_t outcome;
	bool is_queue;
	int16_t result;
	uint32_t size;
	size_t offset;
};

/* The actions of one task; written by its thread only. */
struct stress_log {
	struct stress_entry *entries;
	size_t count;
	size_t capacity;
	unsigned char *bytes;
	size_t size;
	size_t bytes_capacity;
	bool cut; /* it grew too long: what followed is not in it */
};

struct stress_history {
	struct stress_log logs[TEEQ_TASK_MAX];
	unsigned int context_count;
	const struct stress_entry **ordered; /* of stress_history_order() */
	size_t count;
	size_t capacity;
};
/* For struct teeq_rt_options; the history is its argument. */
void stress_history_add(void *history, const struct teeq_rt_action *action);
void stress_history_clear(struct stress_history *history);
/* Bring all logs into one order. False: a log was cut. */
bool stress_history_order(struct stress_history *history, size_t task_count);
void stress_history_free(struct stress_history *history);
/* What belongs to @entry. */
const struct teeq_callq *stress_entry_queue(const struct stress_history *history,
					    const struct stress_entry *entry);
const uint8_t *stress_entry_contexts(const struct stress_history *history,
				     const struct stress_entry *entry, int16_t *owners);

/* ------------------------------------------ rounds -------------------------------------------- */

/*
 * One round: the scenario once, with fresh queues and threads.
 *
 * @give_up_ns    on the monotonic clock: it is given up then, 0: never; or when the user interrupts
 * @given_up      it was
 * @nanoseconds   from its start to its end
 * @waits         of each task, if it got stuck
 * @explanation   the runtime's own, if it got stuck or stalled; to be freed
 */
struct stress_round {
	const struct cli_case *c;
	struct stress_history *history;
	uint64_t seed;
	unsigned int pause_percent;
	unsigned int watchdog_ms;
	uint64_t give_up_ns;
	bool given_up;
	enum teeq_verdict verdict;
	uint64_t nanoseconds;
	struct teeq_rt_stats stats;
	enum teeq_rt_wait_kind waits[TEEQ_TASK_MAX];
	char *explanation;
};
int stress_round_run(struct stress_round *round);
/* The monotonic clock. */
uint64_t stress_now_ns(void);

/*
 * Make the round's choices in the model and compare what every action did. TEEQ_OK; TEEQ_EMISMATCH
 * and @error; TEEQ_ELIMIT: it cannot be compared, @error->text says why.
 */
enum teeq_status stress_compare(const struct cli_case *c, const struct stress_round *round,
				struct teeq_error *error);

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
	struct teeq_rt_stats stats;
	enum teeq_status match; /* of the last round, with the model: as of stress_compare() */
	struct teeq_error error;
};

/*
 * A round that did not come to its end, in the model: the threads' choices as a schedule, the command
 * that repeats it, and what it comes to; the case's world is as it left it.
 */
struct stress_replay {
	struct teeq_result result;
	char *schedule;
	char *command;
};
/* CLI_OK, or CLI_BAD after a message; free @replay, which must be all zero, in any case. */
int stress_replay(const struct cli_case *c, const struct stress_history *history,
		  struct stress_replay *replay);
void stress_replay_free(struct stress_replay *replay);

/*
 * On stdout: what was asked for, and what came of it, the last round being @round. Of JSON all is one
 * object behind the rounds. CLI_OK, or CLI_BAD after a message.
 */
void stress_print_head(const struct stress_request *request);
int stress_print_result(const struct stress_request *request, const struct stress_round *round,
			const struct stress_tally *tally);
int stress_print_json(const struct stress_request *request, const struct stress_round *round,
		      const struct stress_tally *tally);
/* Why nothing is claimed of a round that was given up. */
const char *stress_why_given_up(const struct stress_round *round);
/* Whether the model can say where the threads got stuck in @round. */
bool stress_is_in_model(const struct stress_round *round, const struct stress_tally *tally);

/* Write the round to @path as a recording. */
int stress_record(const struct stress_round *round, const char *path);

#endif
