/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/cli.h"

/*
 * Files that a command writes. They appear whole or not at all: they are written beside their place
 * and renamed. CLI_OK, or CLI_BAD after a message.
 */

/*
 * Whether @path may be written: it has a name, its folder is there, it is new or a plain file, and
 * not the file @input is read from. "-" may not: an option that allows it looks at it before.
 */
int cli_output_check(const char *path, const char *input);
/* Whether both name one file, however spelled, even if it is not there yet; NULL names none. */
bool cli_output_is_same(const char *path, const char *other);
/* Whether @path is not @other, each of which may be NULL. Of two in one file the last is left. */
int cli_output_apart(const char *path, const char *other);
/* @text, as XML and HTML can hold it; what is no ASCII is a question mark. */
void cli_put_xml(FILE *out, const char *text);
/* Whether @path, given to an option that allows it, is "-", standard output. */
bool cli_output_is_stdout(const char *path);
/* cli_output_replace(), or straight to standard output. */
int cli_output_write(const char *path, int (*write)(FILE *out, const void *argument),
		     const void *argument);
/*
 * @write is called once: CLI_OK; CLI_LIMIT, where there is nothing to be written and it has said
 * why; or anything else, which means that memory ran out. Unless it is CLI_OK, @path stays as it
 * was.
 */
int cli_output_replace(const char *path, int (*write)(FILE *out, const void *argument),
		       const void *argument);

#endif
