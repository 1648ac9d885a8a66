/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "field/lines.h"
#include "field/trace.h"

/* Files that are no text, and what prints one of them. */
struct recorder {
	const char *magic, *program, *hint;
	const char *words[6]; /* of its command; the file's name is the last of them */
};

static const struct recorder *recorder_of(const struct line *line)
{
	static const struct recorder recorders[] = {
		{ "\027\010\104tracing",
		  "trace-cmd",
		  "trace-cmd report -i FILE | teeq trace -",
		  { "trace-cmd", "report", "-i" } },
		{ "PERFILE2",
		  "perf",
		  "perf script -i FILE | teeq trace -",
		  { "perf", "--no-pager", "script", "-i" } },
	};

	for (size_t i = 0; i < sizeof(recorders) / sizeof(recorders[0]); i++)
		if (strncmp(line->text, recorders[i].magic, strlen(recorders[i].magic)) == 0)
			return &recorders[i];
	return NULL;
}

/* @lines become what the program prints of the file at @path. */
static enum teeq_status read_printed(const struct recorder *recorder, const char *path,
				     struct lines **lines, struct teeq_error *error)
{
	const char *words[8] = { NULL };
	size_t count = 0;
	enum teeq_status status;

	lines_close(*lines);
	*lines = NULL;
	if (strcmp(path, "-") == 0)
		return error_set(error, TEEQ_EINPUT, "<stdin>",
				 "is a file of %s, which can only be read by its name",
				 recorder->program);
	for (; recorder->words[count]; count++)
		words[count] = recorder->words[count];
	words[count] = path;
	status = lines_open_program(words, lines, error);
	if (status != TEEQ_OK || *lines)
		return status;
	return error_set(error, TEEQ_EINPUT, path,
			 "is a file of %s, which is not installed: print it where that is, '%s'",
			 recorder->program, recorder->hint);
}

/* All lines of *@lines, which stay the caller's. */
static enum teeq_status read_lines(struct trace *trace, const char *path, struct lines **lines,
				   bool (*keep_going)(void *argument, const struct trace *trace,
						      uint64_t bytes),
				   void *argument, struct teeq_error *error)
{
	const struct recorder *recorder = NULL;
	struct line line;
	enum teeq_status status;

	while ((status = lines_next(*lines, &line, error)) == TEEQ_OK && line.text) {
		if (line.number == 1 && !recorder && (recorder = recorder_of(&line)) != NULL) {
			status = read_printed(recorder, path, lines, error);
			if (status != TEEQ_OK)
				break;
			continue;
		}
		trace_line(trace, line.text, line.size, line.number);
		if (trace->calls.failed || (line.number % 4096 == 0 && keep_going &&
					    !keep_going(argument, trace, lines_bytes(*lines))))
			break;
	}
	trace->lines = line.number;
	return status;
}

static enum teeq_status trace_empty(const struct trace *trace, const char *path,
				    struct teeq_error *error)
{
	uint64_t unreadable = trace->calls.complaints_of[TRACE_COMPLAINT_UNREADABLE] + trace->cut;

	if (unreadable == 0)
		return error_set(error, TEEQ_EINPUT, path,
				 "holds no event of the driver (optee_invoke_fn_begin, "
				 "optee_invoke_fn_end)%s",
				 trace->damaged ? "; what is packed ends early" : "");
	return error_set(error, TEEQ_EINPUT, path,
			 "holds no event of the driver that can be read; %" PRIu64
			 " line%s one that cannot",
			 unreadable, unreadable == 1 ? " has" : "s have");
}

enum teeq_status trace_read(struct trace *trace, const char *path,
			    bool (*keep_going)(void *argument, const struct trace *trace,
					       uint64_t bytes),
			    void *argument, struct teeq_error *error)
{
	const char *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
	struct lines *lines;
	enum teeq_status status = lines_open(path, 0, &lines, error);

	if (status != TEEQ_OK)
		return status;
	status = read_lines(trace, path, &lines, keep_going, argument, error);
	trace->damaged = lines && lines_damaged(lines);
	lines_close(lines);
	if (status != TEEQ_OK)
		return status;
	if (trace_finish(trace) != TEEQ_OK)
		return error_nomem(error);
	return trace->events > 0 ? TEEQ_OK : trace_empty(trace, shown, error);
}
