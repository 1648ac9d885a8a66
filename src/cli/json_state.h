/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_JSON_STATE_H
#define CLI_JSON_STATE_H

#include <jansson.h>

#include "cli/cli.h"

json_t *cli_json_caller(const struct teeq_model *model, unsigned int task, unsigned int level);

/* Add to @object who is stuck and why, the thread contexts and the call queue. False: no memory. */
bool cli_json_state(json_t *object, const struct cli_case *c);

/*
 * json_parts.c: what not every scenario has. To an event: the notification of its RPC, what it did
 * in the secure world, for how long, and whom it concerns. To a result: the secure world's locks,
 * and tee-supplicant with its requests.
 */
void cli_json_details(json_t *object, const struct teeq_model *model,
		      const struct teeq_event *event);
void cli_json_surroundings(json_t *object, const struct cli_case *c);
/* The state of tee-supplicant of @guest, as a word. */
json_t *cli_json_supplicant(const struct cli_case *c, unsigned int guest);

#endif
