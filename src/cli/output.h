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
 * Whether @path may be written: its folder is there, it is new or a plain file, and not the file
 * @input is read from.
 */
int cli_output_check(const char *path, const char *input);
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
