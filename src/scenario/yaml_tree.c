/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libyaml's events into a tree. Only the part of YAML that a scenario needs: one document of
 * mappings, lists and scalars. What makes YAML files hard to judge (anchors, tags) is refused here.
 */
#include "scenario/tree.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct builder {
	yaml_parser_t parser;
	const char *path;
	const char *text;
	struct arena *arena;
	struct teeq_error *error;
	struct node *root;
	struct node *open; /* the list or mapping whose children are being read */
	const char *key; /* the key that waits for its value, or NULL */
	size_t key_size;
	uint32_t key_line;
	uint32_t node_count;
	unsigned int depth;
	bool document_seen;
	bool ended;
};

static uint32_t line_of(yaml_mark_t mark)
{
	return (uint32_t)mark.line + 1;
}

/* Refuse the file because of what stands at @line, below the open node. */
static enum teeq_status refuse(struct builder *b, uint32_t line, const char *text)
{
	char key[sizeof(((struct teeq_error *)0)->key)];
	struct message message;

	message_begin(&message, key, sizeof(key));
	node_path(b->open, b->key, &message);
	return message_set(b->error, TEEQ_EINPUT, b->path, line, key, text);
}

static enum teeq_status refuse_bound(struct builder *b, uint32_t line, const char *what,
				     unsigned long bound)
{
	char text[128];

	snprintf(text, sizeof(text), "%s; at most %lu are allowed", what, bound);
	return refuse(b, line, text);
}

/* What libyaml itself could not read. */
static enum teeq_status refuse_yaml(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	size_t line = p->problem_mark.line + 1;
	char text[320];

	if (p->error == YAML_MEMORY_ERROR)
		return message_set_no_memory(b->error, b->path);
	if (p->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < p->problem_offset; i++)
			line += b->text[i] == '\n';
		snprintf(text, sizeof(text), "not YAML in UTF-8: %s (0x%02x)", p->problem,
			 (unsigned int)p->problem_value);
	} else {
		snprintf(text, sizeof(text), "not YAML: %s%s%s",
			 p->problem ? p->problem : "unknown problem", p->context ? " " : "",
			 p->context ? p->context : "");
	}
	return message_set(b->error, TEEQ_EINPUT, b->path, line, "", text);
}

static uint32_t hash_key(const char *key, size_t size)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)key[i]) * 16777619u;
	return hash;
}

/* Refuse a second value for the key of @added. */
static enum teeq_status check_key(struct builder *b, const struct node *added)
{
	const struct node *other;
	char text[64];

	if (b->open->child_count >= TREE_KEY_MAX)
		return refuse_bound(b, added->line, "too many keys in one mapping", TREE_KEY_MAX);
	for (other = b->open->first; other; other = other->next) {
		if (other->key_hash != added->key_hash || other->key_size != added->key_size ||
		    memcmp(other->key, added->key, added->key_size) != 0)
			continue;
		snprintf(text, sizeof(text), "given twice, first on line %lu",
			 (unsigned long)other->line);
		return refuse(b, added->line, text);
	}
	return TEEQ_OK;
}

static enum teeq_status link_node(struct builder *b, struct node *node)
{
	struct node *parent = b->open;
	enum teeq_status status = TEEQ_OK;

	node->parent = parent;
	if (!parent) {
		b->root = node;
		return TEEQ_OK;
	}
	if (parent->kind == NODE_MAPPING) {
		node->key = b->key;
		node->key_size = b->key_size;
		node->key_hash = hash_key(b->key, b->key_size);
		node->line = b->key_line;
		status = check_key(b, node);
	} else if (parent->child_count >= TREE_CHILD_MAX) {
		status = refuse_bound(b, node->line, "too many items in one list", TREE_CHILD_MAX);
	}
	if (status != TEEQ_OK)
		return status;
	b->key = NULL;
	node->index = parent->child_count++;
	*(parent->last ? &parent->last->next : &parent->first) = node;
	parent->last = node;
	return TEEQ_OK;
}

static enum teeq_status add_node(struct builder *b, enum node_kind kind, uint32_t line,
				 struct node **added)
{
	if (b->node_count++ >= TREE_NODE_MAX)
		return refuse_bound(b, line, "too many values", TREE_NODE_MAX);
	*added = arena_take(b->arena, sizeof(**added));
	if (!*added)
		return message_set_no_memory(b->error, b->path);
	(*added)->kind = kind;
	(*added)->line = line;
	return link_node(b, *added);
}

static enum teeq_status check_properties(struct builder *b, uint32_t line,
					 const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return refuse(b, line, "found an anchor (&name); scenarios have none");
	if (tag)
		return refuse(b, line, "found a tag (!type); scenarios have none");
	return TEEQ_OK;
}

static bool wants_key(const struct builder *b)
{
	return b->open && b->open->kind == NODE_MAPPING && !b->key;
}

static enum teeq_status on_scalar(struct builder *b, const yaml_event_t *event)
{
	uint32_t line = line_of(event->start_mark);
	size_t size = event->data.scalar.length;
	enum teeq_status status;
	struct node *node;
	char *text;

	status = check_properties(b, line, event->data.scalar.anchor, event->data.scalar.tag);
	if (status != TEEQ_OK)
		return status;
	text = arena_copy(b->arena, (const char *)event->data.scalar.value, size);
	if (!text)
		return message_set_no_memory(b->error, b->path);
	if (wants_key(b)) {
		b->key = text;
		b->key_size = size;
		b->key_line = line;
		return TEEQ_OK;
	}
	status = add_node(b, NODE_SCALAR, line, &node);
	if (status != TEEQ_OK)
		return status;
	node->text = text;
	node->size = size;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return TEEQ_OK;
}

static enum teeq_status on_open(struct builder *b, const yaml_event_t *event)
{
	bool mapping = event->type == YAML_MAPPING_START_EVENT;
	uint32_t line = line_of(event->start_mark);
	enum teeq_status status;
	struct node *node;

	if (mapping)
		status = check_properties(b, line, event->data.mapping_start.anchor,
					  event->data.mapping_start.tag);
	else
		status = check_properties(b, line, event->data.sequence_start.anchor,
					  event->data.sequence_start.tag);
	if (status != TEEQ_OK)
		return status;
	if (wants_key(b))
		return refuse(b, line, "found a mapping or list as a key, expected a name");
	if (b->depth >= TREE_DEPTH_MAX)
		return refuse_bound(b, line, "too many values inside each other", TREE_DEPTH_MAX);
	status = add_node(b, mapping ? NODE_MAPPING : NODE_LIST, line, &node);
	if (status != TEEQ_OK)
		return status;
	b->open = node;
	b->depth++;
	return TEEQ_OK;
}

static enum teeq_status on_document(struct builder *b, const yaml_event_t *event)
{
	uint32_t line = line_of(event->start_mark);

	if (event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end)
		return refuse(b, line, "found a %TAG directive; scenarios have no tags");
	if (b->document_seen)
		return refuse(b, line, "a second document begins; a scenario is one document");
	b->document_seen = true;
	return TEEQ_OK;
}

static enum teeq_status on_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(b, event);
	case YAML_ALIAS_EVENT:
		return refuse(b, line_of(event->start_mark),
			      "found an alias (*name); scenarios have none");
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return on_open(b, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->open = b->open->parent;
		b->depth--;
		return TEEQ_OK;
	case YAML_STREAM_END_EVENT:
		b->ended = true;
		return TEEQ_OK;
	default:
		return TEEQ_OK;
	}
}

enum teeq_status tree_read(struct arena *arena, const char *path, const char *text, size_t size,
			   const struct node **root, struct teeq_error *error)
{
	struct builder b = { .path = path, .text = text, .arena = arena, .error = error };
	enum teeq_status status = TEEQ_OK;

	if (!yaml_parser_initialize(&b.parser))
		return message_set_no_memory(error, path);
	/*
	 * Set, not guessed: what is not UTF-8 is then an error with an offset that means something.
	 */
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, size);
	while (status == TEEQ_OK && !b.ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&b.parser, &event)) {
			status = refuse_yaml(&b);
			break;
		}
		status = on_event(&b, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&b.parser);
	*root = b.root;
	return status;
}
