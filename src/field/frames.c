/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "field/frames.h"
#include "field/lines.h"
#include "field/plural.h"

struct frames {
	struct frame_row *rows; /* those that were read last come last */
	size_t count, capacity;
};

static const char *const role_names[FRAME_ROLE_COUNT] = {
	[FRAME_WAIT_THREAD] = "wait-thread",
	[FRAME_QUEUE] = "queue",
	[FRAME_CALL] = "call",
	[FRAME_RPC] = "rpc",
	[FRAME_WAIT_SUPPLICANT] = "wait-supplicant",
	[FRAME_WAIT_NOTIFICATION] = "wait-notification",
	[FRAME_SUPPLICANT_IDLE] = "supplicant-idle",
	[FRAME_SUPPLICANT_ANSWER] = "supplicant-answer",
	[FRAME_OPERATION] = "operation",
	[FRAME_SERVICE] = "service",
	[FRAME_LOCK] = "lock",
	[FRAME_COMPLETION] = "completion",
	[FRAME_WORLD] = "world",
	[FRAME_SLEEP] = "sleep",
	[FRAME_DEVICE] = "device",
	[FRAME_STOPPED] = "stopped",
	[FRAME_EXIT] = "exit",
	[FRAME_INTERRUPT] = "interrupt",
	[FRAME_ASLEEP] = "asleep",
	[FRAME_ENTRY] = "entry",
};

#define FIELD_COUNT 5

/* A row's words: at most one more than it may have. */
static size_t split(char *text, char *words[FIELD_COUNT + 1])
{
	size_t count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(text, " \t", &rest); word && count <= FIELD_COUNT;
	     word = strtok_r(NULL, " \t", &rest))
		words[count++] = word;
	return count;
}

static enum frame_role role_of(const char *word)
{
	for (int role = 1; role < FRAME_ROLE_COUNT; role++)
		if (strcmp(word, role_names[role]) == 0)
			return (enum frame_role)role;
	return FRAME_UNKNOWN;
}

/* "6.12", or "-" for @none. */
static int parse_version(const char *word, uint32_t none, uint32_t *version)
{
	char *end;
	unsigned long major, minor;

	if (strcmp(word, "-") == 0) {
		*version = none;
		return 1;
	}
	if (*word < '0' || *word > '9')
		return 0;
	major = strtoul(word, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9')
		return 0;
	minor = strtoul(end + 1, &end, 10);
	if (*end || major > 999 || minor > 999)
		return 0;
	*version = FRAMES_VERSION(major, minor);
	return 1;
}

static enum teeq_status parse_row(char *words[], struct frame_row *row, const char *where,
				  struct teeq_error *error)
{
	size_t length = strlen(words[0]), subject = strlen(words[2]);

	*row = (struct frame_row){ .role = role_of(words[1]) };
	if (length > FRAME_NAME_MAX || subject > FRAME_NAME_MAX)
		return error_set(error, TEEQ_EINPUT, where,
				 "found a word of %zu letters, allowed are %d",
				 length > subject ? length : subject, FRAME_NAME_MAX);
	if (row->role == FRAME_UNKNOWN)
		return error_set(error, TEEQ_EINPUT, where,
				 "found role '%s', which is none of those that the head of "
				 "src/field/frames.tsv lists",
				 words[1]);
	row->prefix = words[0][length - 1] == '*';
	memcpy(row->function, words[0], length - (size_t)row->prefix);
	if (strcmp(words[2], "-") != 0)
		memcpy(row->subject, words[2], subject);
	if (!parse_version(words[3], 0, &row->first) ||
	    !parse_version(words[4], FRAMES_VERSION_ANY, &row->last))
		return error_set(error, TEEQ_EINPUT, where,
				 "found versions '%s' and '%s', expected MAJOR.MINOR or -",
				 words[3], words[4]);
	if (row->first > row->last)
		return error_set(error, TEEQ_EINPUT, where,
				 "found the first version behind the last");
	return TEEQ_OK;
}

static enum teeq_status add_row(struct frames *frames, const struct frame_row *row,
				const char *where, struct teeq_error *error)
{
	struct frame_row *rows;

	if (frames->count == FRAMES_ROWS_MAX)
		return error_set(error, TEEQ_EINPUT, where, "more than %d rows", FRAMES_ROWS_MAX);
	if (frames->count == frames->capacity) {
		size_t capacity = frames->capacity ? 2 * frames->capacity : 256;

		rows = realloc(frames->rows, capacity * sizeof(*rows));
		if (!rows)
			return error_nomem(error);
		frames->rows = rows;
		frames->capacity = capacity;
	}
	frames->rows[frames->count++] = *row;
	return TEEQ_OK;
}

/* One line of a table, which is written over. */
static enum teeq_status read_row(struct frames *frames, char *text, const char *where,
				 struct teeq_error *error)
{
	char *words[FIELD_COUNT + 1];
	struct frame_row row;
	enum teeq_status status;
	size_t count;

	text += strspn(text, " \t");
	if (*text == '#' || *text == '\0')
		return TEEQ_OK;
	count = split(text, words);
	if (count != FIELD_COUNT)
		return error_set(
			error, TEEQ_EINPUT, where,
			"found %s%zu word%s, expected %d: function, role, subject, first and "
			"last version",
			count > FIELD_COUNT ? "more than " : "",
			count > FIELD_COUNT ? (size_t)FIELD_COUNT : count, plural(count),
			FIELD_COUNT);
	status = parse_row(words, &row, where, error);
	return status == TEEQ_OK ? add_row(frames, &row, where, error) : status;
}

enum teeq_status frames_new(struct frames **frames, struct teeq_error *error)
{
	struct frames *new = calloc(1, sizeof(*new));
	enum teeq_status status = TEEQ_OK;
	char *text = malloc(frames_table_size + 1), *rest = NULL;

	*frames = NULL;
	if (!new || !text) {
		free(new);
		free(text);
		return error_nomem(error);
	}
	memcpy(text, frames_table, frames_table_size);
	text[frames_table_size] = '\0';
	for (char *line = strtok_r(text, "\n", &rest); line && status == TEEQ_OK;
	     line = strtok_r(NULL, "\n", &rest))
		status = read_row(new, line, "src/field/frames.tsv", error);
	free(text);
	if (status == TEEQ_OK)
		*frames = new;
	else
		frames_free(new);
	return status;
}

enum teeq_status frames_read(struct frames *frames, const char *path, struct teeq_error *error)
{
	struct lines *lines;
	struct line line;
	enum teeq_status status = lines_open(path, 1u << 20, &lines, error);
	char where[256];

	if (status != TEEQ_OK)
		return status;
	while ((status = lines_next(lines, &line, error)) == TEEQ_OK && line.text) {
		snprintf(where, sizeof(where), "%s:%llu", path, (unsigned long long)line.number);
		status = read_row(frames, line.text, where, error);
		if (status != TEEQ_OK)
			break;
	}
	lines_close(lines);
	return status;
}

static int fits(const struct frame_row *row, const char *function, size_t length)
{
	size_t own = strlen(row->function);

	return row->prefix ? length >= own && strncmp(row->function, function, own) == 0 :
			     length == own && strncmp(row->function, function, own) == 0;
}

/* How far @version is outside of the row's; 0: inside. */
static uint32_t distance(const struct frame_row *row, uint32_t version)
{
	if (version == 0)
		version = row->last == FRAMES_VERSION_ANY ? row->first : FRAMES_VERSION(999, 0);
	if (version < row->first)
		return row->first - version;
	return version > row->last ? version - row->last : 0;
}

const struct frame_row *frames_find(const struct frames *frames, const char *function,
				    uint32_t version)
{
	const struct frame_row *best = NULL;
	size_t length = strcspn(function, ".");

	for (size_t i = frames->count; i-- > 0;) {
		const struct frame_row *row = &frames->rows[i];
		size_t own = strlen(row->function), other = best ? strlen(best->function) : 0;

		if (!fits(row, function, length))
			continue;
		if (!best || (best->prefix && !row->prefix) ||
		    (best->prefix == row->prefix &&
		     (own > other ||
		      (own == other && distance(row, version) < distance(best, version)))))
			best = row;
	}
	return best;
}

void frames_free(struct frames *frames)
{
	if (!frames)
		return;
	free(frames->rows);
	free(frames);
}
