/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_DIAGNOSE_H
#define CLI_DIAGNOSE_H

#include "cli/cli.h"
#include "field/verdict.h"

enum {
	CLI_TABLE_MAX = 16
};

/* One run of teeq diagnose. */
struct cli_diagnosis {
	uint64_t threads; /* --threads; 0: not given */
	const char *scenario; /* --scenario; NULL: not given */
	const char *html; /* --html; NULL: not given */
	const char *name; /* of the first log */
	const char *tables[CLI_TABLE_MAX]; /* of --frames */
	size_t table_count;
	bool json;
	struct frames *frames;
	struct log *log;
	struct picture *picture;
	struct verdict verdict;
};

/* What became of the scenario of --scenario when it was searched. */
struct cli_confirmation {
	const char *policy; /* of the log's kernel */
	uint64_t states;
	enum teeq_verdict verdict;
	bool done; /* the search ended within its budget */
	bool confirmed; /* it fails as the log says */
	bool unseen; /* only with callers that the log does not show */
	size_t well_count; /* other policies under which every schedule ends well */
	const char *well[16];
	unsigned int
		threads; /* so many are enough, under the log's policy; 0: none that was tried */
	unsigned int threads_now;
	bool system_helps, system_tried;
};
/*
 * Write the scenario, and search it: under the policy of the log's kernel, all the others, and with
 * more threads. CLI_OK, or CLI_BAD after a message.
 */
int cli_diagnose_scenario(const struct cli_diagnosis *diagnosis,
			  struct cli_confirmation *confirmation);
/* The same in words. */
void cli_diagnose_tell(const struct cli_diagnosis *diagnosis,
		       const struct cli_confirmation *confirmation);

/* The page of --html. CLI_OK, or CLI_BAD after a message. */
int cli_diagnose_page(const struct cli_diagnosis *diagnosis);

/* One object on stdout; @confirmation may be NULL. CLI_OK, or CLI_BAD after a message. */
int cli_diagnose_json(const struct cli_diagnosis *diagnosis,
		      const struct cli_confirmation *confirmation);

#endif
