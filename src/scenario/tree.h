/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_TREE_H
#define SCENARIO_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/arena.h"
#include "scenario/message.h"
#include "teeq/status.h"

/* Bounds of a file's tree; far above what the limits of a model allow. */
enum {
	TREE_DEPTH_MAX = 64,
	TREE_NODE_MAX = 200000,
	TREE_CHILD_MAX = 70000, /* of a list: TEEQ_CODE_MAX steps fit */
	TREE_KEY_MAX = 1024, /* keys of one mapping */
};

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAPPING,
};

/*
 * One value of a YAML file.
 *
 * @quoted              scalar: not written as a plain word, so it is a string whatever it says
 * @line                where its key, or else the value, stands; from 1
 * @index               its place among its parent's children
 * @key, @key_size      child of a mapping: its key
 * @text, @size         scalar: its characters; there may be a NUL among them and is one behind
 * @first, @next, @child_count   list, mapping: the children, in the file's order
 */
struct node {
	enum node_kind kind;
	bool quoted;
	uint32_t line;
	uint32_t index;
	uint32_t child_count;
	uint32_t key_hash;
	const char *key;
	size_t key_size;
	const char *text;
	size_t size;
	struct node *parent;
	struct node *first;
	struct node *last;
	struct node *next;
};

/* What a plain word means; quoted ones are always text. */
enum word {
	WORD_NOTHING, /* empty, ~ or null */
	WORD_TRUTH, /* true, false */
	WORD_NUMBER, /* digits, perhaps after a sign */
	WORD_TEXT,
};

/*
 * Parse @text into a tree in @arena. *@root is NULL where the file has no value at all.
 * TEEQ_EINPUT, TEEQ_ENOMEM, with @error filled.
 */
enum teeq_status tree_read(struct arena *arena, const char *path, const char *text, size_t size,
			   const struct node **root, struct teeq_error *error);

/*
 * Give the scalar on the way @path ("clients.app.count") from @root, a mapping that is not empty, the
 * plain text @value; mappings on the way that are not there are made. TEEQ_EINPUT: the
 * way leads through something else. TEEQ_ENOMEM.
 */
enum teeq_status tree_change(struct arena *arena, const struct node *root, const char *path,
			     const char *value);

/* The child of a mapping under @key, or NULL. */
const struct node *node_child(const struct node *mapping, const char *key, size_t key_size);
/* "clients.app.do[0].call": the way from the root to @node, and to its child @key unless NULL. */
void node_path(const struct node *node, const char *key, struct message *message);
/* The line of the last node on the way @path from @root that is there. */
size_t node_path_line(const struct node *root, const char *path);
enum word node_word(const struct node *scalar);
enum word word_of(const char *text, size_t size);
/* "a mapping", "the quoted string "2"", "nothing" ... */
void node_describe(const struct node *node, struct message *message);

#endif
