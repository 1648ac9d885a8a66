/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_JSON_STATE_H
#define CLI_JSON_STATE_H

#include <jansson.h>

#include "cli/cli.h"

json_t *cli_json_caller(const struct teeq_model *model, unsigned int task, unsigned int level);

/* Add to @object who is stuck and why, the thread contexts and the call queue. False: no memory. */
bool cli_json_state(json_t *object, const struct cli_case *c);

#endif
