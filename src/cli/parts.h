/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include <jansson.h>

#include "cli/cli.h"

/*
 * What --shard left: all parts of one work. The files may come from anywhere, and nothing in them
 * is trusted to be of the right kind.
 */
struct part {
	const char *path;
	uint64_t number;
	json_t *head;
	json_t *rows;
	json_t *end;
};

struct parts {
	struct part *list; /* by number */
	size_t count;
	const char *command;
	const json_t *work;
	uint64_t row_count; /* of all */
};

/*
 * Read the files @paths: every part, each once and complete, of the same work. CLI_OK, or CLI_BAD
 * after a message; free in any case.
 */
int parts_read(struct parts *parts, char *const *paths, size_t count);
void parts_free(struct parts *parts);

/* A file that is not what --shard leaves. CLI_BAD. */
int parts_damaged(const struct part *part);

/* The row of piece @index of the whole, where pieces were dealt out in turn; and whose it is. */
const json_t *parts_row(const struct parts *parts, uint64_t index, const struct part **part);

/*
 * Values of @object, which may be no object. Where there is none of that name and kind *@good
 * becomes false, and "" or 0 is returned. part_text_or_null() takes null for NULL.
 */
const char *part_text(const json_t *object, const char *key, bool *good);
const char *part_text_or_null(const json_t *object, const char *key, bool *good);
uint64_t part_number(const json_t *object, const char *key, bool *good);
/* Of 64 bits, as text in base 10. */
uint64_t part_seed(const json_t *object, const char *key, bool *good);
/* 16 digits of base 16. */
uint64_t part_hex(const json_t *object, const char *key, bool *good);

#define PARTS_CHANGE_MAX CLI_SET_MAX
/* The changes of --set that @work has; the texts stay those of @work. Their number. */
size_t parts_changes(const json_t *work, struct teeq_scenario_change *changes, bool *good);

/* merge of one command each: what it prints otherwise, and its exit status. */
struct merge {
	struct parts parts;
	bool json;
	bool csv;
	bool ktap;
	const char *junit;
	const char *sarif;
	const char *html;
	const char *svg;
};
int merge_run(struct merge *merge);
int merge_check(struct merge *merge);
int merge_sweep(struct merge *merge);

#endif
