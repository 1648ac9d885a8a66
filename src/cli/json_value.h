/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_JSON_VALUE_H
#define CLI_JSON_VALUE_H

#include <jansson.h>

#include "cli/cli.h"

/* 16 digits as text: 64 bits do not survive as a JSON number in every reader. */
json_t *cli_json_hex(uint64_t value);
/* What is counted; of a recording it may be anything, and a JSON number has 63 bits here. */
json_t *cli_json_number(uint64_t value);
/*
 * NULL becomes null. A path may be any bytes: U+FFFD is in the place of each that is not of UTF-8.
 * Returns NULL where memory ran out.
 */
json_t *cli_json_text(const char *text);
/* The sessions that asked to be system sessions before the run, and the answers. */
json_t *cli_json_sessions(const struct teeq_model *model);

/*
 * One line on stdout. Takes the value; NULL is out of memory. CLI_OK, or CLI_BAD after a message.
 */
int cli_json_put(json_t *value);

#endif
