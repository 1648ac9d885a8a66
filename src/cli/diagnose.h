/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_DIAGNOSE_H
#define CLI_DIAGNOSE_H

#include "cli/cli.h"
#include "field/verdict.h"

/* One run of teeq diagnose. */
struct cli_diagnosis {
	uint64_t threads; /* --threads; 0: not given */
	bool json;
	struct frames *frames;
	struct log *log;
	struct picture *picture;
	struct verdict verdict;
};

/* One object on stdout. CLI_OK, or CLI_BAD after a message. */
int cli_diagnose_json(const struct cli_diagnosis *diagnosis);

#endif
