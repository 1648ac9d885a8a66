/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_LOST_H
#define CLI_LOST_H

#include <teeq/explore.h>

/* States of each search for the step of no return where nobody asked for more. */
#define LOST_STATES_MAX 50000

/* What was found, in whole sentences. To be freed; NULL: no memory. */
char *lost_text(const struct teeq_model *model, const struct teeq_no_return *no_return);

#endif
