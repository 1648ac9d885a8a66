/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading recordings: a line at a time, each on its own in memory. */
#include "scenario/recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "teeq/scenario.h"

/* How much jansson may be made to build: an empty object costs it 70 times its three bytes. */
enum {
	BRACKET_MAX = 1000000,
	COMMA_MAX = 2000000,
	LINE_SIZE_FIRST = 1 << 14,
};

struct teeq_recordings {
	FILE *file;
	char *path;
	char *line;
	size_t capacity;
	size_t size; /* of the line, without its end */
	size_t line_number;
	bool failed;
	struct arena arena;
	struct teeq_scenario_file
		*own_scenario; /* the scenario that the recording brought, or NULL */
	struct teeq_recording recording;
};

enum teeq_status teeq_recordings_new(const char *path, struct teeq_recordings **reader,
				     struct teeq_error *error)
{
	bool standard = path && strcmp(path, "-") == 0;
	const char *name = standard ? "<stdin>" : path;
	struct teeq_recordings *made;
	enum teeq_status status;
	size_t size;

	if (!path || !reader)
		return message_set(error, TEEQ_EINPUT, path ? path : "", 0, "",
				   "NULL, where something must be pointed to");
	size = strlen(name) + 1;
	made = calloc(1, sizeof(*made));
	if (made)
		made->path = malloc(size);
	if (!made || !made->path) {
		free(made);
		return message_set_no_memory(error, name);
	}
	memcpy(made->path, name, size);
	made->file = standard ? stdin : fopen(path, "rb");
	if (!made->file) {
		status = message_set_errno(error, name, "open", errno);
		teeq_recordings_free(made);
		return status;
	}
	*reader = made;
	return TEEQ_OK;
}

void teeq_recordings_free(struct teeq_recordings *reader)
{
	if (!reader)
		return;
	if (reader->file && reader->file != stdin)
		fclose(reader->file);
	arena_free(&reader->arena);
	teeq_scenario_free(reader->own_scenario);
	free(reader->line);
	free(reader->path);
	free(reader);
}

size_t teeq_recordings_line(const struct teeq_recordings *reader)
{
	if (!reader)
		return 0;
	return reader->line_number;
}

static bool grow_line(struct teeq_recordings *r)
{
	size_t capacity = r->capacity ? 2 * r->capacity : LINE_SIZE_FIRST;
	char *line = realloc(r->line, capacity);

	if (!line)
		return false;
	r->line = line;
	r->capacity = capacity;
	return true;
}

/* The next line, without its end; *@ended: there is none. */
static enum teeq_status read_line(struct teeq_recordings *r, bool *ended, struct teeq_error *error)
{
	int c;

	errno = 0;
	r->size = 0;
	r->line_number++;
	while ((c = getc(r->file)) != EOF && c != '\n') {
		if (r->size >= TEEQ_RECORDING_BYTES_MAX)
			return message_set(error, TEEQ_EINPUT, r->path, r->line_number, "",
					   "longer than 16 MiB, the most that is allowed");
		if (r->size >= r->capacity && !grow_line(r))
			return message_set_no_memory(error, r->path);
		r->line[r->size++] = (char)c;
	}
	if (ferror(r->file))
		return message_set_errno(error, r->path, "read", errno);
	*ended = c == EOF && r->size == 0;
	return TEEQ_OK;
}

static bool recording_is_blank(const char *line, size_t size)
{
	while (size > 0 &&
	       (line[size - 1] == ' ' || line[size - 1] == '\t' || line[size - 1] == '\r'))
		size--;
	return size == 0;
}

/* The next line that is not blank; *@found is false at the end of the file. */
static enum teeq_status find_line(struct teeq_recordings *r, bool *found, struct teeq_error *error)
{
	enum teeq_status status;
	bool ended = false;

	do {
		status = read_line(r, &ended, error);
		*found = status == TEEQ_OK && !ended && !recording_is_blank(r->line, r->size);
	} while (status == TEEQ_OK && !ended && !*found);
	return status;
}

/* Refuse before jansson is asked what would take it hundreds of megabytes. */
static enum teeq_status check_weight(const struct teeq_recordings *r, struct teeq_error *error)
{
	size_t brackets = 0;
	size_t commas = 0;

	for (size_t i = 0; i < r->size; i++) {
		brackets += r->line[i] == '[' || r->line[i] == '{';
		commas += r->line[i] == ',';
	}
	if (brackets <= BRACKET_MAX && commas <= COMMA_MAX)
		return TEEQ_OK;
	return message_set(error, TEEQ_EINPUT, r->path, r->line_number, "",
			   "more than 1000000 lists and objects or 2000000 commas");
}

static enum teeq_status parse_line(const struct teeq_recordings *r, json_t **json,
				   struct teeq_error *error)
{
	char text[sizeof(error->text)];
	enum teeq_status status = check_weight(r, error);
	json_error_t problem;

	if (status != TEEQ_OK)
		return status;
	errno = 0;
	*json = json_loadb(r->line, r->size, JSON_REJECT_DUPLICATES, &problem);
	/*
	 * jansson takes a failed allocation for the end of a string or for a mistake in the text.
	 */
	if (errno == ENOMEM) {
		json_decref(*json);
		*json = NULL;
		return message_set_no_memory(error, r->path);
	}
	if (*json)
		return TEEQ_OK;
	snprintf(text, sizeof(text), "not JSON: %s, at byte %d", problem.text, problem.position);
	return message_set(error, TEEQ_EINPUT, r->path, r->line_number, "", text);
}

static enum teeq_status decode_head(struct decoder *d, const struct place *root)
{
	/* clang-format off */
	static const char *const keys[] = {
		"id", "driver", "threads", "tracking", "system_sessions", "tasks", "steps",
		"outcome", "cut", "blocked", NULL,
	};
	/* clang-format on */
	struct teeq_scenario *scenario = &d->recording->scenario;
	struct place driver = place_key(root, "driver");
	struct place threads = place_key(root, "threads");
	struct place tracking = place_key(root, "tracking");
	int64_t number = 0;
	int64_t thread_count = 0;
	bool tracks = false;
	char name[48];
	int length;
	enum teeq_status status = decode_object(d, root, keys);

	if (status == TEEQ_OK)
		status = decode_id(d, root, &number);
	if (status == TEEQ_OK)
		status = decode_text(d, &driver, TEEQ_RECORDED_TEXT_MAX, &d->recording->driver);
	if (status == TEEQ_OK)
		status = decode_number(d, &threads, 1, TEEQ_CONTEXT_MAX, &thread_count);
	if (status == TEEQ_OK)
		status = decode_truth(d, &tracking, &tracks);
	if (status != TEEQ_OK)
		return status;
	length = snprintf(name, sizeof(name), "recording-%" PRId64, number);
	scenario->name = arena_copy(d->arena, name, (size_t)length);
	scenario->thread_count = (uint32_t)thread_count;
	scenario->static_system_count = 1;
	/* What is recorded is the queue alone: arguments never run out. */
	scenario->argument_slots = TEEQ_ARGUMENT_MAX;
	scenario->abi = tracks ? TEEQ_ABI_SMC : TEEQ_ABI_FFA;
	/* What stood in for the secure world let any number of calls into a session. */
	scenario->lacks_session_lock = true;
	d->thread_count = scenario->thread_count;
	return scenario->name ? TEEQ_OK : decode_no_memory(d);
}

/* The decoder refuses all it can name; this is for what only the model knows. */
static enum teeq_status check_model(struct decoder *d)
{
	struct teeq_error found = { .status = TEEQ_OK };
	enum teeq_status status = teeq_scenario_validate(&d->recording->scenario, &found);

	if (status == TEEQ_OK)
		return TEEQ_OK;
	if (status == TEEQ_ENOMEM)
		return decode_no_memory(d);
	return message_set(d->error, status, d->path, d->line, found.key, found.text);
}

/* The scenario of a recording that was made of a driver's functions, without a scenario file. */
static enum teeq_status decode_parts(struct decoder *d, const struct place *root)
{
	enum teeq_status status = decode_head(d, root);

	if (status == TEEQ_OK)
		status = decode_tasks(d, root);
	return status == TEEQ_OK ? check_model(d) : status;
}

static enum teeq_status decode_recording(struct teeq_recordings *r, json_t *json,
					 struct teeq_error *error)
{
	struct decoder d = { .path = r->path,
			     .line = r->line_number,
			     .arena = &r->arena,
			     .error = error,
			     .recording = &r->recording };
	struct place root = { .json = json };
	enum teeq_status status = json_object_get(json, "scenario") ?
					  decode_own_scenario(&d, &root, &r->own_scenario) :
					  decode_parts(&d, &root);

	if (status == TEEQ_OK)
		status = decode_steps(&d, &root);
	if (status == TEEQ_OK)
		status = decode_outcome(&d, &root);
	return status;
}

enum teeq_status teeq_recordings_next(struct teeq_recordings *reader,
				      const struct teeq_recording **recording,
				      struct teeq_error *error)
{
	if (!reader || !recording)
		return TEEQ_EINPUT;

	enum teeq_status status;
	bool found = false;
	json_t *json = NULL;

	*recording = NULL;
	if (reader->failed)
		return message_set(error, TEEQ_EINPUT, reader->path, reader->line_number, "",
				   "reading went wrong before; the reader can only be closed");
	arena_free(&reader->arena);
	teeq_scenario_free(reader->own_scenario);
	reader->own_scenario = NULL;
	reader->recording = (struct teeq_recording){ 0 };
	status = find_line(reader, &found, error);
	if (status == TEEQ_OK && !found)
		return TEEQ_OK;
	if (status == TEEQ_OK)
		status = parse_line(reader, &json, error);
	if (status == TEEQ_OK)
		status = decode_recording(reader, json, error);
	json_decref(json);
	reader->failed = status != TEEQ_OK;
	if (status == TEEQ_OK)
		*recording = &reader->recording;
	return status;
}
