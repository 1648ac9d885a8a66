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

void warnings_add(struct warnings *warnings, const char *key, const char *text)
{
	size_t line = node_path_line(warnings->root, key);
	char whole[TEXT_SIZE];
	struct teeq_error made;
	char *copy;

	snprintf(whole, sizeof(whole), "warning: %s: %s", key, text);
	message_set(&made, TEEQ_OK, warnings->path, line, "", whole);
	copy = arena_copy(warnings->arena, made.text, strlen(made.text));
	if (copy && make_room(warnings))
		warnings->entries[warnings->count++] = (struct warning){ line, copy };
	else
		warnings->no_memory = true;
}

void warnings_sort(struct warnings *warnings)
{
	/* There are few. */
	for (size_t i = 1; i < warnings->count; i++) {
		struct warning moved = warnings->entries[i];
		size_t to = i;

		for (; to > 0 && warnings->entries[to - 1].line > moved.line; to--)
			warnings->entries[to] = warnings->entries[to - 1];
		warnings->entries[to] = moved;
	}
}
