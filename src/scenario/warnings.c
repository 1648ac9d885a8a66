/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/warn.h"

#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 480

static bool make_room(struct warnings *warnings)
{
	size_t capacity = 2 * warnings->capacity + 16;
	struct warning *entries;

	if (warnings->count < warnings->capacity)
		return true;
	entries = arena_take_array(warnings->arena, capacity, sizeof(*entries));
	if (!entries)
		return false;
	if (warnings->count > 0)
		memcpy(entries, warnings->entries, warnings->count * sizeof(*entries));
	warnings->entries = entries;
	warnings->capacity = capacity;
	return true;
}

static const char *warnings_keep(struct warnings *warnings, const char *text)
{
	const char *copy = arena_copy(warnings->arena, text, strlen(text));

	warnings->no_memory |= !copy;
	return copy;
}

void warnings_add(struct warnings *warnings, const char *kind, const char *key, const char *text)
{
	struct warning added = { .remark = { .kind = kind } };
	char whole[TEXT_SIZE];
	struct teeq_error made;

	added.remark.line = node_path_line(warnings->root, key);
	added.remark.key = warnings_keep(warnings, key);
	added.remark.text = warnings_keep(warnings, text);
	snprintf(whole, sizeof(whole), "warning: %s: %s", key, text);
	message_set(&made, TEEQ_OK, warnings->path, added.remark.line, "", whole);
	added.text = warnings_keep(warnings, made.text);
	warnings->no_memory |= !make_room(warnings);
	if (!warnings->no_memory)
		warnings->entries[warnings->count++] = added;
}

void warnings_sort(struct warnings *warnings)
{
	/* There are few. */
	for (size_t i = 1; i < warnings->count; i++) {
		struct warning moved = warnings->entries[i];
		size_t to = i;

		for (; to > 0 && warnings->entries[to - 1].remark.line > moved.remark.line; to--)
			warnings->entries[to] = warnings->entries[to - 1];
		warnings->entries[to] = moved;
	}
}
