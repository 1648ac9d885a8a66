/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_MANY_H
#define CLI_MANY_H

#include <jansson.h>

#include "cli/shard.h"

/*
 * Many runs of a scenario, to be told as a table or as JSON: made here, or read of parts, where
 * the request's case has a path, changes and a policy, and no model.
 *
 * @header   what JSON says before it says how they ended
 */
struct many {
	const struct cli_request *request;
	const char *scenario;
	uint64_t digest;
	size_t tasks;
	json_t *header;
};

/* On stdout; @cut: an interruption ended them. CLI_OK, or CLI_BAD after a message. */
int many_print(const struct many *many, const struct teeq_tally *tally, bool cut);
int many_verdict_status(const struct teeq_tally *tally);

/* @request->run_count runs, or the part of them that its shard says. An exit status. */
int cli_execute_many(const struct cli_request *request);

#endif
