/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_LOOP_H
#define CLI_EXPLAIN_LOOP_H

#include <jansson.h>

#include "cli/explain.h"

/* The loop at the end of the schedule; of another failure nothing. False: no memory. */
bool explain_loop_print(const struct explanation *e);
/* The same as an object; null where there is none. NULL: no memory. */
json_t *explain_loop_json(const struct explanation *e);

#endif
