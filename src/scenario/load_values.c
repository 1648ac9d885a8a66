/* SPDX-License-Identifier: BSD-2-Clause */
/* What every part of a scenario file is made of: mappings, lists, names, numbers, words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/load.h"

enum teeq_status load_refuse(struct loader *loader, const struct node *node, const char *key,
			     const char *text)
{
	char path[sizeof(((struct teeq_error *)0)->key)];
	struct message message;

	message_begin(&message, path, sizeof(path));
	node_path(node, key, &message);
	return message_set(loader->error, TEEQ_EINPUT, loader->path, node ? node->line : 1, path,
			   text);
}

enum teeq_status load_refuse_type(struct loader *loader, const struct node *node,
				  const char *expected)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "found ");
	node_describe(node, &message);
	message_add_text(&message, ", expected ");
	message_add_text(&message, expected);
	return load_refuse(loader, node, NULL, text);
}

enum teeq_status load_no_memory(struct loader *loader)
{
	return message_set_no_memory(loader->error, loader->path);
}

static enum teeq_status refuse_key(struct loader *loader, const struct node *node,
				   const struct load_rule *rules)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;
	const char *separator = "";

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "unknown key ");
	message_add_quoted(&message, node->key, node->key_size);
	message_add_text(&message, ", allowed: ");
	for (; rules->key; rules++) {
		message_add_text(&message, separator);
		message_add_text(&message, rules->key);
		separator = ", ";
	}
	return load_refuse(loader, node, NULL, text);
}

static enum teeq_status read_key(struct loader *loader, const struct node *node,
				 const struct load_rule *rules, void *into)
{
	const struct load_rule *rule = rules;

	while (rule->key && (strlen(rule->key) != node->key_size ||
			     memcmp(rule->key, node->key, node->key_size) != 0))
		rule++;
	if (!rule->key)
		return refuse_key(loader, node, rules);
	return rule->read(loader, node, into);
}

enum teeq_status load_mapping(struct loader *loader, const struct node *node,
			      const struct load_rule *rules, void *into)
{
	enum teeq_status status = TEEQ_OK;

	if (node->kind != NODE_MAPPING)
		return load_refuse_type(loader, node, "a mapping");
	for (const struct node *child = node->first; child && status == TEEQ_OK;
	     child = child->next)
		status = read_key(loader, child, rules, into);
	for (; rules->key && status == TEEQ_OK; rules++)
		if (rules->required && !node_child(node, rules->key, strlen(rules->key)))
			status = load_refuse(loader, node, rules->key, "is required and missing");
	return status;
}

static enum teeq_status check_key_name(struct loader *loader, const struct node *node)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	if (scenario_name_valid(node->key, node->key_size))
		return TEEQ_OK;
	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "found the key ");
	message_add_quoted(&message, node->key, node->key_size);
	message_add_text(&message, ", expected ");
	message_add_text(&message, scenario_name_rule);
	return load_refuse(loader, node, NULL, text);
}

enum teeq_status load_array(struct loader *loader, const struct node *node, enum node_kind kind,
			    load_reader *read, size_t size, void **array, size_t *count)
{
	enum teeq_status status = TEEQ_OK;
	unsigned char *element;

	if (node->kind != kind)
		return load_refuse_type(loader, node, kind == NODE_LIST ? "a list" : "a mapping");
	element = arena_take_array(loader->arena, node->child_count, size);
	if (!element)
		return load_no_memory(loader);
	*array = element;
	*count = node->child_count;
	for (const struct node *child = node->first; child; child = child->next) {
		if (kind == NODE_MAPPING)
			status = check_key_name(loader, child);
		if (status == TEEQ_OK)
			status = read(loader, child, element);
		if (status != TEEQ_OK)
			break;
		element += size;
	}
	return status;
}

static enum teeq_status read_list_name(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, into);
}

enum teeq_status load_names(struct loader *loader, const struct node *node,
			    const char *const **names, size_t *count)
{
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_LIST, read_list_name,
					     sizeof(const char *), &array, count);

	*names = array;
	return status;
}

enum teeq_status load_name(struct loader *loader, const struct node *node, const char **name)
{
	if (node->kind != NODE_SCALAR || node_word(node) != WORD_TEXT ||
	    !scenario_name_valid(node->text, node->size))
		return load_refuse_type(loader, node, scenario_name_rule);
	*name = node->text;
	return TEEQ_OK;
}

/* The value of decimal digits without leading zeros; false for anything else, or above @most. */
static bool parse_number(const char *text, size_t size, uint32_t most, uint32_t *number)
{
	uint64_t value = 0;

	if (size == 0 || (text[0] == '0' && size > 1))
		return false;
	for (size_t i = 0; i < size && value <= most; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = 10 * value + (uint64_t)(text[i] - '0');
	}
	*number = (uint32_t)value;
	return value <= most;
}

static bool is_number(const struct node *node, uint32_t least, uint32_t most, uint32_t *number)
{
	return node->kind == NODE_SCALAR && !node->quoted &&
	       parse_number(node->text, node->size, most, number) && *number >= least;
}

static bool is_word(const struct node *node, const char *word)
{
	return node->kind == NODE_SCALAR && strlen(word) == node->size &&
	       memcmp(word, node->text, node->size) == 0;
}

enum teeq_status load_number(struct loader *loader, const struct node *node, uint32_t least,
			     uint32_t most, uint32_t *number)
{
	char expected[64];

	if (is_number(node, least, most, number))
		return TEEQ_OK;
	snprintf(expected, sizeof(expected), "a whole number %" PRIu32 "..%" PRIu32, least, most);
	return load_refuse_type(loader, node, expected);
}

enum teeq_status load_number_or(struct loader *loader, const struct node *node, uint32_t least,
				uint32_t most, const char *word, uint32_t word_value,
				uint32_t *number)
{
	char expected[96];

	if (is_number(node, least, most, number))
		return TEEQ_OK;
	if (is_word(node, word)) {
		*number = word_value;
		return TEEQ_OK;
	}
	snprintf(expected, sizeof(expected), "a whole number %" PRIu32 "..%" PRIu32 " or %s", least,
		 most, word);
	return load_refuse_type(loader, node, expected);
}

enum teeq_status load_truth(struct loader *loader, const struct node *node, bool *truth)
{
	if (node->kind != NODE_SCALAR || node_word(node) != WORD_TRUTH)
		return load_refuse_type(loader, node, "true or false");
	*truth = node->text[0] == 't';
	return TEEQ_OK;
}

enum teeq_status load_true(struct loader *loader, const struct node *node)
{
	if (node->kind != NODE_SCALAR || node_word(node) != WORD_TRUTH || node->text[0] != 't')
		return load_refuse_type(loader, node, "true");
	return TEEQ_OK;
}

enum teeq_status load_text(struct loader *loader, const struct node *node, const char **text)
{
	size_t size = node->size;
	char *line;

	if (node->kind != NODE_SCALAR || node_word(node) != WORD_TEXT)
		return load_refuse_type(loader, node, "text");
	/* A block scalar ends with the line break that ends its last line. */
	while (size > 0 && node->text[size - 1] == '\n')
		size--;
	for (size_t i = 0; i < size;) {
		uint32_t point;
		size_t length = utf8_next(node->text + i, size - i, &point);

		if (length == 0 || !utf8_is_printable(point))
			return load_refuse_type(loader, node, "one line of printable text");
		i += length;
	}
	line = arena_copy(loader->arena, node->text, size);
	if (!line)
		return load_no_memory(loader);
	*text = line;
	return TEEQ_OK;
}

enum teeq_status load_word(struct loader *loader, const struct node *node, const char *const *words,
			   size_t *index)
{
	char expected[320];
	struct message message;

	message_begin(&message, expected, sizeof(expected));
	message_add_text(&message, words[1] ? "one of " : "");
	for (size_t i = 0; words[i]; i++) {
		if (is_word(node, words[i])) {
			*index = i;
			return TEEQ_OK;
		}
		message_add_text(&message, i > 0 ? ", " : "");
		message_add_text(&message, words[i]);
	}
	return load_refuse_type(loader, node, expected);
}
