/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_SYMBOLS_H
#define FIELD_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts by numbers from 0, the same text once; 0 is the empty one. */
struct log_symbols;

struct log_symbols *symbols_new(void);
/* The number of @text; UINT32_MAX: no memory, or there are @max already. */
uint32_t symbols_add(struct log_symbols *symbols, const char *text, size_t max);
const char *symbols_text(const struct log_symbols *symbols, uint32_t symbol);
size_t symbols_count(const struct log_symbols *symbols);
void symbols_free(struct log_symbols *symbols);

#endif
