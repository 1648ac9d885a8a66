/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_PRINT_H
#define SCENARIO_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "teeq/model.h"

/* What the layout of a scenario file is made of. Errors are @out's to keep: see ferror(). */

/* @text, in quotes where it needs them. */
void put_text(FILE *out, const char *text);
void put_indent(FILE *out, unsigned int indent);
/* "KEY:", with nothing behind it. */
void put_key(FILE *out, unsigned int indent, const char *key);
/* A line "KEY: NAME"; nothing where @name is NULL. */
void put_name(FILE *out, unsigned int indent, const char *key, const char *name);
/* A line "KEY: [NAME, NAME]"; nothing where there are none. */
void put_names(FILE *out, unsigned int indent, const char *key, const char *const *names,
	       size_t count);
/* A step list behind "KEY:" on the same line, its items indented by @indent. */
void put_steps(FILE *out, unsigned int indent, const struct teeq_step *steps, size_t count);

#endif
