/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <teeq/diagnose.h>

#include "cli/exports.h"

/*
 * @c           the case, its world at the end of the schedule
 * @whole       of which the case's scenario was made; no file: it was not
 */
struct explanation {
	struct cli_case c;
	struct cli_case whole;
	struct teeq_schedule schedule;
	const char *client; /* whom it is asked about; NULL: all */
	uint64_t must_finish; /* its tasks */
	struct teeq_result end;
	uint64_t max_states;
	bool json;
	struct exports exports;
	char *replay;
	struct teeq_diagnosis diagnosis;
};

/* On stdout. CLI_OK, or CLI_BAD after a message. */
int explain_print_text(const struct explanation *e);
int explain_print_json(const struct explanation *e);

#endif
