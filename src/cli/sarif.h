/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SARIF_H
#define CLI_SARIF_H

#include <jansson.h>

#include "cli/cli.h"

/*
 * Findings as SARIF 2.1.0, which code scanning of a repository reads: each with the file and the
 * line that it is about.
 */
#define SARIF_OPTION 0x7e9
#define SARIF_OPTION_LINE                                      \
	{                                                      \
		"sarif", required_argument, NULL, SARIF_OPTION \
	}
#define SARIF_HELP \
	"  --sarif OUT       a file of SARIF, too, for code scanning: each finding with its line\n"

/*
 * One of them.
 *
 * @rule   an id of the table in sarif.c, which says how bad it is
 * @path   as messages name it; that of standard input is nowhere
 * @line   of that file; 0: none is known
 * @key    what stays the same where lines move: tells one finding from the next; may be ""
 */
struct sarif_finding {
	const char *rule;
	const char *path;
	size_t line;
	const char *key;
	const char *text;
};

/* All of them. @path: the file that they are written to; NULL: nobody asked for one. */
struct sarif {
	const char *path;
	json_t *results;
	bool failed; /* no memory */
};

/* One more; nothing where no file is asked for. */
void sarif_add(struct sarif *sarif, const struct sarif_finding *finding);
/* A scenario that cannot be read: @message is the loader's, which begins with the path and line. */
void sarif_add_unreadable(struct sarif *sarif, const char *path, const char *message);
/*
 * Write the file, where one was asked for, and give back what is held. @complete: everything was
 * looked at that was to be. CLI_OK, or CLI_BAD after a message.
 */
int sarif_end(struct sarif *sarif, bool complete);

#endif
