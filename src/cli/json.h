/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>

#include <teeq/run.h>

#include "cli/cli.h"

/* What one run came to. @schedule and @replay may be NULL; @explain, too: no loop ends it. */
struct cli_outcome {
	const struct cli_request *request;
	const struct teeq_result *result;
	const char *schedule;
	const char *replay;
	const struct teeq_loop *loop;
	const char *explain;
};

/* One line on stdout each. CLI_OK, or CLI_BAD after a message. */
int cli_json_event(const struct teeq_model *model, const struct teeq_event *event);
int cli_json_outcome(const struct cli_outcome *outcome);
/* What was asked for; of many runs, with what they came to. @header is taken. */
json_t *cli_json_header(const struct cli_request *request);
int cli_json_tally(json_t *header, const struct teeq_tally *tally, bool interrupted);

#endif
