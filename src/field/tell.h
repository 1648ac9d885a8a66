/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TELL_H
#define FIELD_TELL_H

#include <stdio.h>

#include "field/verdict.h"

/* A verdict for people. */

#define TELL_TEXT_MAX 256

/* "waits for a thread, with invoke inside of its invoke, which holds one" */
void tell_person(const struct picture *picture, size_t person, char text[TELL_TEXT_MAX]);
/* "lock: cl 67" */
const char *tell_edge_kind(enum edge_kind kind);
void tell_print(const struct picture *picture, const struct verdict *verdict, FILE *out);

#endif
