/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shard.h"

/* ------------------------------------------ values -------------------------------------------- */

const char *part_text_or_null(const json_t *object, const char *key, bool *good)
{
	const json_t *value = json_object_get(object, key);

	*good &= value && (json_is_string(value) || json_is_null(value));
	return json_string_value(value);
}

const char *part_text(const json_t *object, const char *key, bool *good)
{
	const char *text = part_text_or_null(object, key, good);

	*good &= text != NULL;
	return text ? text : "";
}

uint64_t part_number(const json_t *object, const char *key, bool *good)
{
	const json_t *value = json_object_get(object, key);

	*good &= json_is_integer(value) && json_integer_value(value) >= 0;
	return *good ? (uint64_t)json_integer_value(value) : 0;
}

uint64_t part_seed(const json_t *object, const char *key, bool *good)
{
	const char *text = part_text(object, key, good);
	uint64_t number;

	*good &= *text && strlen(text) <= 20 && text[strspn(text, "0123456789")] == '\0';
	errno = 0;
	number = *good ? strtoull(text, NULL, 10) : 0;
	*good &= errno == 0;
	return number;
}

uint64_t part_hex(const json_t *object, const char *key, bool *good)
{
	const char *text = part_text(object, key, good);

	*good &= strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16;
	return *good ? strtoull(text, NULL, 16) : 0;
}

size_t parts_changes(const json_t *work, struct teeq_scenario_change *changes, bool *good)
{
	const json_t *list = json_object_get(work, "set");
	size_t count = json_array_size(list);

	*good &= json_is_array(list) && count <= PARTS_CHANGE_MAX;
	for (size_t i = 0; *good && i < count; i++) {
		const json_t *change = json_array_get(list, i);

		changes[i].key = json_string_value(json_array_get(change, 0));
		changes[i].value = json_string_value(json_array_get(change, 1));
		*good &= changes[i].key && changes[i].value;
	}
	return *good ? count : 0;
}

/* ------------------------------------------ reading ------------------------------------------- */

int parts_damaged(const struct part *part)
{
	return cli_error("%s: is not what --shard leaves, or was cut or changed", part->path);
}

static int read_values(struct part *part, FILE *file)
{
	json_error_t error;
	json_t *value;
	int c;

	part->rows = json_array();
	while ((c = getc(file)) != EOF) {
		ungetc(c, file);
		value = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error);
		if (!value || getc(file) != '\n') {
			json_decref(value);
			return parts_damaged(part);
		}
		if (!part->head)
			part->head = value;
		else if (json_array_append_new(part->rows, value) != 0)
			return cli_failed(part->path, TEEQ_ENOMEM, NULL);
	}
	return ferror(file) ? cli_error("%s: %s", part->path, strerror(errno)) : CLI_OK;
}

/* The last line is no row. */
static void split_end(struct part *part)
{
	size_t count = json_array_size(part->rows);

	if (count == 0)
		return;
	part->end = json_incref(json_object_get(json_array_get(part->rows, count - 1), "end"));
	json_array_remove(part->rows, count - 1);
}

static int read_part_file(struct part *part)
{
	FILE *file = fopen(part->path, "rb");
	bool good = true;
	int status;

	if (!file)
		return cli_error("%s: %s", part->path, strerror(errno));
	status = read_values(part, file);
	fclose(file);
	if (status != CLI_OK)
		return status;
	split_end(part);
	part->number = part_number(part->head, "part", &good);
	good &= part_number(part->end, "rows", &good) == json_array_size(part->rows);
	if (!good || !json_is_object(json_object_get(part->head, "work")))
		return parts_damaged(part);
	if (!json_is_true(json_object_get(part->end, "complete")))
		return cli_error("%s: part %" PRIu64 " was interrupted, or met bad input: make it "
				 "again", part->path, part->number);
	return CLI_OK;
}

/* ----------------------------------------- one work ------------------------------------------- */

/* The first key of @a whose value @b has not. */
static const char *different_key(const json_t *a, const json_t *b)
{
	const json_t *value;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)a, key, value)
		if (!json_equal(value, json_object_get(b, key)))
			return key;
	return NULL;
}

/* In what the works differ: as far in as there are names for it. */
static const char *difference(const json_t *a, const json_t *b)
{
	const char *name = "work", *key;

	while ((key = different_key(a, b))) {
		name = key;
		a = json_object_get(a, key);
		b = json_object_get(b, key);
	}
	return name;
}

static int check_same(const struct part *first, const struct part *part)
{
	static const char *const keys[] = { "command", "teeq", "of" };
	const json_t *ours = json_object_get(part->head, "work");
	const json_t *theirs = json_object_get(first->head, "work");
	const char *differs = NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !differs; i++)
		if (!json_equal(json_object_get(first->head, keys[i]),
				json_object_get(part->head, keys[i])))
			differs = keys[i];
	if (!differs && !json_equal(theirs, ours))
		differs = difference(theirs, ours);
	if (!differs)
		return CLI_OK;
	return cli_error("%s: is no part of the same work as %s: they differ in '%s'", part->path,
			 first->path, differs);
}

static int by_number(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	return one->number < other->number ? -1 : one->number > other->number;
}

static int check_numbers(struct parts *parts)
{
	bool good = true;
	uint64_t of = part_number(parts->list[0].head, "of", &good);

	qsort(parts->list, parts->count, sizeof(*parts->list), by_number);
	for (size_t i = 0; i < parts->count; i++) {
		const struct part *part = &parts->list[i];

		if (!good || part->number == 0 || part->number > of)
			return parts_damaged(part);
		if (i > 0 && part->number == part[-1].number)
			return cli_error("%s and %s: both are part %" PRIu64 " of %" PRIu64,
					 part[-1].path, part->path, part->number, of);
		if (part->number != i + 1)
			return cli_error("part %zu of %" PRIu64 " is missing", i + 1, of);
	}
	if (parts->count < of)
		return cli_error("part %zu of %" PRIu64 " is missing", parts->count + 1, of);
	return CLI_OK;
}

int parts_read(struct parts *parts, char *const *paths, size_t count)
{
	bool good = true;
	int status = CLI_OK;

	*parts = (struct parts){ .list = calloc(count, sizeof(*parts->list)), .count = count };
	if (!parts->list)
		return cli_failed("merge", TEEQ_ENOMEM, NULL);
	for (size_t i = 0; i < count && status == CLI_OK; i++) {
		parts->list[i].path = paths[i];
		status = read_part_file(&parts->list[i]);
		if (status == CLI_OK)
			status = check_same(&parts->list[0], &parts->list[i]);
		parts->row_count += json_array_size(parts->list[i].rows);
	}
	if (status == CLI_OK)
		status = check_numbers(parts);
	if (status != CLI_OK)
		return status;
	parts->command = part_text(parts->list[0].head, "command", &good);
	parts->work = json_object_get(parts->list[0].head, "work");
	return CLI_OK;
}

void parts_free(struct parts *parts)
{
	for (size_t i = 0; parts->list && i < parts->count; i++) {
		json_decref(parts->list[i].head);
		json_decref(parts->list[i].rows);
		json_decref(parts->list[i].end);
	}
	free(parts->list);
	*parts = (struct parts){ .count = 0 };
}

const json_t *parts_row(const struct parts *parts, uint64_t index, const struct part **part)
{
	*part = &parts->list[index % parts->count];
	return json_array_get((*part)->rows, (size_t)(index / parts->count));
}
