/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "field/symbols.h"

struct log_symbols {
	char **texts;
	size_t count, capacity;
	uint32_t *slots; /* symbols + 1, by hash */
	size_t slot_count;
};

struct log_symbols *symbols_new(void)
{
	struct log_symbols *symbols = calloc(1, sizeof(*symbols));

	if (symbols && symbols_add(symbols, "", 1) == 0)
		return symbols;
	symbols_free(symbols);
	return NULL;
}

static uint32_t *symbol_slot(const struct log_symbols *symbols, const char *text)
{
	size_t at = (size_t)hash_bytes(text, strlen(text)) & (symbols->slot_count - 1);

	while (symbols->slots[at] && strcmp(symbols->texts[symbols->slots[at] - 1], text) != 0)
		at = (at + 1) & (symbols->slot_count - 1);
	return &symbols->slots[at];
}

static bool grow_symbols(struct log_symbols *symbols)
{
	size_t capacity = symbols->capacity ? 2 * symbols->capacity : 512;
	char **texts = realloc(symbols->texts, capacity * sizeof(*texts));
	uint32_t *slots;

	if (!texts)
		return false;
	symbols->texts = texts;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!slots)
		return false;
	free(symbols->slots);
	symbols->slots = slots;
	symbols->slot_count = 2 * capacity;
	symbols->capacity = capacity;
	for (size_t i = 0; i < symbols->count; i++)
		*symbol_slot(symbols, symbols->texts[i]) = (uint32_t)i + 1;
	return true;
}

uint32_t symbols_add(struct log_symbols *symbols, const char *text, size_t max)
{
	uint32_t *slot;

	if (symbols->count == symbols->capacity && !grow_symbols(symbols))
		return UINT32_MAX;
	slot = symbol_slot(symbols, text);
	if (*slot)
		return *slot - 1;
	if (symbols->count >= max)
		return UINT32_MAX;
	symbols->texts[symbols->count] = strdup(text);
	if (!symbols->texts[symbols->count])
		return UINT32_MAX;
	*slot = (uint32_t)++symbols->count;
	return *slot - 1;
}

const char *symbols_text(const struct log_symbols *symbols, uint32_t symbol)
{
	return symbol < symbols->count ? symbols->texts[symbol] : "";
}

size_t symbols_count(const struct log_symbols *symbols)
{
	return symbols->count;
}

void symbols_free(struct log_symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->count; i++)
		free(symbols->texts[i]);
	free(symbols->texts);
	free(symbols->slots);
	free(symbols);
}
