/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "scenario/tree.h"

/* A mapping's child, made behind the others where it is not there. NULL: no memory. */
static struct node *child_for(struct arena *arena, struct node *mapping, const char *key,
			      size_t size)
{
	struct node *child = mapping->first;

	while (child && (child->key_size != size || memcmp(child->key, key, size) != 0))
		child = child->next;
	if (child)
		return child;
	child = arena_take(arena, sizeof(*child));
	if (!child)
		return NULL;
	child->kind = NODE_SCALAR;
	child->line = mapping->line;
	child->index = mapping->child_count++;
	child->key = arena_copy(arena, key, size);
	child->key_size = size;
	child->text = "";
	child->parent = mapping;
	if (mapping->last)
		mapping->last->next = child;
	else
		mapping->first = child;
	mapping->last = child;
	return child->key ? child : NULL;
}

static bool holds_nothing(const struct node *node)
{
	return node->kind == NODE_SCALAR && node_word(node) == WORD_NOTHING;
}

enum teeq_status tree_change(struct arena *arena, const struct node *root, const char *path,
			     const char *value)
{
	/* The only way to the root that may be written to; an empty one is no scenario. */
	struct node *node = root && root->first ? root->first->parent : NULL;

	/* Nor does a way end with a dot. */
	if (!node || *path == '\0' || path[strlen(path) - 1] == '.')
		return TEEQ_EINPUT;
	for (; *path; path += *path == '.') {
		size_t size = strcspn(path, ".");

		if (holds_nothing(node))
			node->kind = NODE_MAPPING;
		if (node->kind != NODE_MAPPING || !scenario_name_valid(path, size))
			return TEEQ_EINPUT;
		node = child_for(arena, node, path, size);
		if (!node)
			return TEEQ_ENOMEM;
		path += size;
	}
	if (node->kind != NODE_SCALAR)
		return TEEQ_EINPUT;
	node->quoted = false;
	node->size = strlen(value);
	node->text = arena_copy(arena, value, node->size);
	return node->text ? TEEQ_OK : TEEQ_ENOMEM;
}
