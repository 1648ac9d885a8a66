/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSERTS_TELL_H
#define ASSERTS_TELL_H

#include <stdbool.h>
#include <stdio.h>

#include "teeq/explore.h"
#include "teeq/run.h"
#include "teeq/scenario.h"
#include "teeq/test.h"

/* One question: what is asked about, what was made of it, and where its answer is written. */
struct asked {
	struct teeq_test_scenario scenario;
	struct teeq_scenario_file *file; /* NULL: the tables are the caller's */
	const struct teeq_scenario *tables;
	struct teeq_model *model;
	struct teeq_error error;
	FILE *out;
	char *text;
	size_t size;
};

/* Begin; @out is there, or the host has no memory: then false. Ends with tell_answer(). */
bool tell_start(struct asked *asked, struct teeq_test_scenario scenario);
/* The answer with the text so far, which is dropped where it holds. Frees all that is in @asked. */
struct teeq_test_answer tell_answer(struct asked *asked, enum teeq_test_outcome outcome);

/* Get @asked->tables, from the file if it is one. What went wrong is in @asked->error. */
enum teeq_status tell_tables(struct asked *asked);

/* "fails: board.yaml under mainline: ", and the like: the beginning of a text. */
void tell_head(struct asked *asked, enum teeq_test_outcome outcome);
/* A whole text: a library function did not do it, and @asked->error says why. */
enum teeq_test_outcome tell_bad(struct asked *asked, enum teeq_status status);
/*
 * The steps of @schedule, how it ends, the step of no return where @budget lasts for it, who waits
 * for whom, and the command that replays it.
 */
enum teeq_status tell_schedule(struct asked *asked, const struct teeq_schedule *schedule,
			       const struct teeq_explore_options *budget);

#endif
