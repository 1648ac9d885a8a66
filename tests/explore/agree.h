/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_AGREE_H
#define TESTS_EXPLORE_AGREE_H

#include <stdint.h>

#include "naive.h"
#include "teeq/model.h"

/* How many reductions can be switched off by themselves: bits of enum teeq_without. */
#define AGREE_WITHOUT 7

/* What the judged scenarios amount to, so that a test of nothing is noticed. */
struct tally {
	unsigned int models;
	unsigned int skipped; /* too many states */
	unsigned int asked;   /* about one client */
	unsigned int spared;  /* that finishes, where others do not */
	unsigned int kept_waiting; /* for more than three actions */
	unsigned int endings[TEEQ_VERDICT_COUNT];
	unsigned int shrunk_by_symmetry;
	unsigned int shrunk_by_reduction;
	unsigned int stranded;
	unsigned int stranded_endlessly;
	uint64_t states;
	uint64_t states_with_all; /* of the last one */
	unsigned int shrunk_by[AGREE_WITHOUT]; /* where there are more states without that alone */
	unsigned int judged_without[AGREE_WITHOUT];
	size_t state_max; /* more are too many; 0: AGREE_STATE_MAX */
	bool each;        /* every part is switched off by itself, not only the one that the seed chooses */
};

#define AGREE_STATE_MAX 100000

/*
 * Hold the explorer, in its four settings of symmetry and reduction and in one of all but a part of them,
 * with fingerprints and with whole states, against the naive one.
 */
void agree_judge(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
		 struct tally *tally);
#define agree_judge(...) FROM(agree_judge(__VA_ARGS__))

/* The same for one kind of end at a time, from a state that is some random steps from the first. */
void agree_judge_goals(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
		       unsigned int found[TEEQ_VERDICT_COUNT]);
#define agree_judge_goals(...) FROM(agree_judge_goals(__VA_ARGS__))

#endif
