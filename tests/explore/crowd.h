/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_CROWD_H
#define TESTS_EXPLORE_CROWD_H

#include "teeq/explore.h"

/* Threads that search one model as processes would: each has its own memory but for the batches. */
#define CROWD_MAX 8

struct crowd_result {
	enum teeq_status status;
	struct teeq_explore_result result;
	struct teeq_error error;
};

/*
 * How its connections are made: batches of @batch_bytes, @on_the_way of them for each process
 * beside one for each other. @unruly: the latest overtake the others, and after each one that is
 * received there seems to be no other.
 */
struct crowd_manners {
	size_t batch_bytes;
	unsigned int on_the_way;
	bool unruly;
};

/*
 * Search @models[i], with @options[i] but for their peers, in process i of @count. The schedules of
 * @results are the caller's. Returns how many batches were sent.
 */
uint64_t crowd_explore(const struct crowd_manners *manners, unsigned int count,
		       const struct teeq_model *const *models,
		       const struct teeq_explore_options *options, struct crowd_result *results);
#define crowd_explore(...) FROM(crowd_explore(__VA_ARGS__))

#endif
