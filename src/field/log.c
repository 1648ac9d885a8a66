/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "field/lines.h"
#include "field/log_reader.h"

enum teeq_status log_reader_new(const struct frames *frames, struct log_reader **reader,
				struct teeq_error *error)
{
	struct log_reader *new = calloc(1, sizeof(*new));

	*reader = new;
	if (new) {
		new->frames = frames;
		new->dump = new->hung_dump = NO_DUMP;
		new->time = LOG_TIME_NONE;
		new->status_file.state = '?';
		new->log = calloc(1, sizeof(*new->log));
		new->roles = malloc(LOG_SYMBOLS_MAX);
		new->seen = calloc(SEEN_SLOTS, sizeof(*new->seen));
		new->pairs = calloc(PAIR_SLOTS, sizeof(*new->pairs));
		if (new->log)
			new->log->symbols = symbols_new();
	}
	if (new &&new->log &&new->log->symbols &&new->roles &&new->seen &&new->pairs) {
		memset(new->roles, 0xff, LOG_SYMBOLS_MAX);
		return TEEQ_OK;
	}
	log_reader_free(new);
	*reader = NULL;
	return error_nomem(error);
}

#define LINE_MIN 5 /* "f+0x1"; what is shorter says nothing */

static void take_line(struct log_reader *reader, char *text)
{
	struct frame_line frame;
	struct log_line line;
	bool used;

	prefix_strip(text, &line);
	if (line.time != LOG_TIME_NONE)
		reader->time = line.time;
	else if (line.wall != LOG_TIME_NONE && !reader->kernel_time)
		reader->time = line.wall;
	reader->kernel_time |= line.time != LOG_TIME_NONE;
	if (frame_line_parse(line.text, &frame)) {
		stacks_frame(reader, &frame, line.caller, line.proc_pid);
		used = true;
	} else {
		used = marks_line(reader, &line);
	}
	reader->log->used_count += used;
}

/* What is begun in one file does not go on in the next. */
static void end_file(struct log_reader *reader)
{
	bool ended = reader->recent && reader->recent->ended &&
		     reader->log->stacks[reader->recent->stack].dump == reader->dump;

	stacks_close_all(reader);
	/* Blocked tasks are the last that there is to say; of all tasks the end is marked. */
	if (reader->dump != NO_DUMP && ended &&
	    reader->log->dumps[reader->dump].kind == LOG_DUMP_BLOCKED)
		dumps_end(reader);
	reader->dump = reader->hung_dump = NO_DUMP;
	reader->hung.kind = TASK_LINE_NONE;
	reader->refused = 0;
	reader->in_held = false;
}

enum teeq_status log_read(struct log_reader *reader, const char *path, struct teeq_error *error)
{
	struct lines *lines;
	struct line line;
	struct task_line task;
	uint64_t before = reader->line_number;
	enum teeq_status status = lines_open(path, LINES_BYTES_MAX, &lines, error);

	if (status != TEEQ_OK)
		return status;
	reader->error = error;
	reader->path = path;
	/* A copy of a file of /proc says by its name whose it is. */
	if (task_line_parse(path, &task) && task.kind == TASK_LINE_PROC) {
		reader->status_file = task;
		reader->status_file.kind = TASK_LINE_NONE;
	}
	while ((status = lines_next(lines, &line, error)) == TEEQ_OK && line.text &&
	       reader->status == TEEQ_OK && before + line.number <= LOG_LINES_MAX) {
		reader->line_number = before + line.number;
		if (line.size >= LINE_MIN)
			take_line(reader, line.text);
	}
	reader->line_number = before + line.number;
	if (reader->line_number > LOG_LINES_MAX)
		log_failed(reader, TEEQ_EINPUT, "more than %u lines; that is the limit",
			   LOG_LINES_MAX);
	reader->log->damaged |= lines_damaged(lines);
	lines_close(lines);
	if (status == TEEQ_OK)
		end_file(reader);
	return status == TEEQ_OK ? reader->status : status;
}

enum teeq_status log_read_text(struct log_reader *reader, const char *text, size_t size,
			       struct teeq_error *error)
{
	char line[LINES_LINE_MAX + 1];

	reader->error = error;
	reader->path = "<text>";
	while (size > 0 && reader->status == TEEQ_OK) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		size_t kept = length < LINES_LINE_MAX ? length : LINES_LINE_MAX;

		for (size_t i = 0; i < kept; i++)
			line[i] = text[i] ? text[i] : ' ';
		line[kept] = '\0';
		reader->line_number++;
		take_line(reader, line);
		length += end ? 1 : 0;
		text += length;
		size -= length;
	}
	end_file(reader);
	return reader->status;
}

struct log *log_finish(struct log_reader *reader)
{
	struct log *log = reader->log;

	log->line_count = reader->line_number;
	reader->log = NULL;
	log_reader_free(reader);
	return log;
}

void log_reader_free(struct log_reader *reader)
{
	if (!reader)
		return;
	log_free(reader->log);
	free(reader->roles);
	free(reader->seen);
	free(reader->pairs);
	free(reader);
}

void log_free(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->stack_count; i++)
		free(log->stacks[i].frames);
	free(log->stacks);
	free(log->dumps);
	free(log->held);
	free(log->events);
	symbols_free(log->symbols);
	free(log);
}
