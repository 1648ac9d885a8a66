/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/tree.h"

#include <string.h>

const struct node *node_child(const struct node *mapping, const char *key, size_t key_size)
{
	const struct node *child = mapping->kind == NODE_MAPPING ? mapping->first : NULL;

	while (child && (child->key_size != key_size || memcmp(child->key, key, key_size) != 0))
		child = child->next;
	return child;
}

static void add_key(struct message *message, const char *key, size_t size)
{
	if (message->used > 0)
		message_add_text(message, ".");
	if (scenario_name_valid(key, size))
		message_add(message, key, size);
	else
		message_add_quoted(message, key, size);
}

void node_path(const struct node *node, const char *key, struct message *message)
{
	const struct node *way[TREE_DEPTH_MAX + 1];
	size_t count = 0;

	for (; node && node->parent && count < TREE_DEPTH_MAX + 1; node = node->parent)
		way[count++] = node;
	while (count-- > 0) {
		if (way[count]->parent->kind == NODE_MAPPING) {
			add_key(message, way[count]->key, way[count]->key_size);
		} else {
			message_add_text(message, "[");
			message_add_number(message, way[count]->index);
			message_add_text(message, "]");
		}
	}
	if (key)
		add_key(message, key, strlen(key));
}

/* The child of @node that *@path begins with, which moves behind it; NULL if there is none. */
static const struct node *path_step(const struct node *node, const char **path)
{
	const struct node *child;
	uint64_t index = 0;
	size_t size;

	if (**path == '[') {
		for (++*path; **path >= '0' && **path <= '9' && index <= TREE_NODE_MAX; ++*path)
			index = 10 * index + (uint64_t)(**path - '0');
		*path += **path == ']';
		child = node->kind == NODE_LIST ? node->first : NULL;
		while (child && child->index != index)
			child = child->next;
		return child;
	}
	*path += **path == '.';
	size = strcspn(*path, ".[");
	child = node_child(node, *path, size);
	*path += size;
	return child;
}

size_t node_path_line(const struct node *root, const char *path)
{
	size_t line = root->line;

	while (root && *path != '\0') {
		root = path_step(root, &path);
		if (root)
			line = root->line;
	}
	return line;
}

static bool word_is(const char *text, size_t size, const char *word)
{
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

enum word word_of(const char *text, size_t size)
{
	size_t digits = 0;
	size_t sign = size > 0 && (text[0] == '-' || text[0] == '+');

	if (size == 0 || word_is(text, size, "~") || word_is(text, size, "null"))
		return WORD_NOTHING;
	if (word_is(text, size, "true") || word_is(text, size, "false"))
		return WORD_TRUTH;
	while (sign + digits < size && text[sign + digits] >= '0' && text[sign + digits] <= '9')
		digits++;
	return digits > 0 && sign + digits == size ? WORD_NUMBER : WORD_TEXT;
}

enum word node_word(const struct node *scalar)
{
	return scalar->quoted ? WORD_TEXT : word_of(scalar->text, scalar->size);
}

void node_describe(const struct node *node, struct message *message)
{
	enum word word;

	if (!node || node->kind != NODE_SCALAR) {
		message_add_text(message, !node			     ? "nothing" :
					  node->kind == NODE_MAPPING ? "a mapping" :
								       "a list");
		return;
	}
	word = node_word(node);
	if (word == WORD_NOTHING) {
		message_add_text(message, "nothing");
	} else if (word == WORD_TRUTH || (word == WORD_NUMBER && node->size <= MESSAGE_VALUE_MAX)) {
		message_add(message, node->text, node->size);
	} else {
		message_add_text(message, node->quoted ? "the quoted string " : "");
		message_add_quoted(message, node->text, node->size);
	}
}
