/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "field/lines.h"

#define CHUNK_SIZE (64u << 10)

extern char **environ;

struct lines {
	gzFile file;
	const char *path;
	uint64_t byte_max, byte_count, line_count;
	size_t used, size; /* of chunk */
	bool ended, damaged;
	pid_t program; /* whose output it is; 0: none's */
	char line[LINES_LINE_MAX + 1];
	char chunk[CHUNK_SIZE];
};

static const char *shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

/* Whether it ended well. */
static bool end_program(pid_t program)
{
	int status = 0;

	while (waitpid(program, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A descriptor that is the caller's, or -1 with errno. */
static int open_input(const char *path)
{
	struct stat status;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

/* @fd is the lines' from here on. */
static enum teeq_status take_descriptor(int fd, const char *path, uint64_t byte_max,
					struct lines **lines, struct teeq_error *error)
{
	struct lines *new = calloc(1, sizeof(*new));

	if (new)
		new->file = gzdopen(fd, "rb");
	if (!new || !new->file) {
		close(fd);
		free(new);
		return error_nomem(error);
	}
	new->path = path;
	new->byte_max = byte_max;
	*lines = new;
	return TEEQ_OK;
}

enum teeq_status lines_open(const char *path, uint64_t byte_max, struct lines **lines,
			    struct teeq_error *error)
{
	int fd = open_input(path);

	*lines = NULL;
	if (fd < 0)
		return error_set(error, TEEQ_EIO, shown(path), "%s", strerror(errno));
	return take_descriptor(fd, path, byte_max, lines, error);
}

/* 0, or the number of an error. */
static int start_program(const char *const words[], int output, pid_t *program)
{
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code != 0)
		return code;
	code = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (code == 0)
		code = posix_spawnp(program, words[0], &actions, NULL, (char *const *)words,
				    environ);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

enum teeq_status lines_open_program(const char *const words[], struct lines **lines,
				    struct teeq_error *error)
{
	enum teeq_status status;
	pid_t program;
	int ends[2], code;

	*lines = NULL;
	if (pipe(ends) != 0)
		return error_set(error, TEEQ_EIO, words[0], "%s", strerror(errno));
	/* Or the program would wait for its own output's end. */
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	code = start_program(words, ends[1], &program);
	close(ends[1]);
	if (code != 0) {
		close(ends[0]);
		return code == ENOENT ? TEEQ_OK :
					error_set(error, TEEQ_EIO, words[0], "%s", strerror(code));
	}
	status = take_descriptor(ends[0], words[0], 0, lines, error);
	if (status == TEEQ_OK)
		(*lines)->program = program;
	else
		(void)end_program(program);
	return status;
}

/* Its output is at its end. */
static enum teeq_status reap(struct lines *lines, struct teeq_error *error)
{
	pid_t program = lines->program;

	lines->program = 0;
	return end_program(program) ?
		       TEEQ_OK :
		       error_set(error, TEEQ_EINPUT, lines->path, "failed, and says above why");
}

static enum teeq_status fill(struct lines *lines, struct teeq_error *error)
{
	int count = gzread(lines->file, lines->chunk, CHUNK_SIZE), code = Z_OK;

	lines->used = 0;
	lines->size = count > 0 ? (size_t)count : 0;
	lines->byte_count += lines->size;
	if (count <= 0) {
		lines->ended = true;
		(void)gzerror(lines->file, &code);
		if (code == Z_ERRNO)
			return error_set(error, TEEQ_EIO, shown(lines->path), "%s",
					 strerror(errno ? errno : EIO));
		lines->damaged = code != Z_OK && code != Z_STREAM_END;
		if (lines->program)
			return reap(lines, error);
	}
	if (lines->byte_max && lines->byte_count > lines->byte_max)
		return error_set(error, TEEQ_EINPUT, shown(lines->path),
				 "longer than %" PRIu64 " bytes, unpacked; that is the limit",
				 lines->byte_max);
	return TEEQ_OK;
}

/* Empty lines that stand one behind the other. */
static void pass_empty(struct lines *lines)
{
	while (lines->used < lines->size && lines->chunk[lines->used] == '\n') {
		lines->used++;
		lines->line_count++;
	}
}

static enum teeq_status next_line(struct lines *lines, struct line *line, struct teeq_error *error)
{
	size_t length = 0;
	bool begun = false;

	line->text = NULL;
	for (;;) {
		const char *from, *end;
		size_t left, take;

		if (lines->used == lines->size) {
			enum teeq_status status = lines->ended ? TEEQ_OK : fill(lines, error);

			if (status != TEEQ_OK)
				return status;
			if (lines->ended)
				break;
			continue;
		}
		if (!begun)
			pass_empty(lines);
		if (lines->used == lines->size)
			continue;
		begun = true;
		from = lines->chunk + lines->used;
		left = lines->size - lines->used;
		end = memchr(from, '\n', left);
		take = end ? (size_t)(end - from) : left;
		lines->used += take + (end ? 1 : 0);
		if (take > LINES_LINE_MAX - length)
			take = LINES_LINE_MAX - length;
		memcpy(lines->line + length, from, take);
		length += take;
		if (end)
			break;
	}
	if (!begun)
		return TEEQ_OK;
	while (length > 0 && lines->line[length - 1] == '\r')
		length--;
	for (size_t i = 0; i < length; i++)
		if (lines->line[i] == '\0')
			lines->line[i] = ' ';
	lines->line[length] = '\0';
	line->text = lines->line;
	line->size = length;
	lines->line_count++;
	return TEEQ_OK;
}

enum teeq_status lines_next(struct lines *lines, struct line *line, struct teeq_error *error)
{
	enum teeq_status status;

	do {
		status = next_line(lines, line, error);
	} while (status == TEEQ_OK && line->text && line->size == 0);
	line->number = lines->line_count;
	return status;
}

bool lines_damaged(const struct lines *lines)
{
	return lines->damaged;
}

uint64_t lines_bytes(const struct lines *lines)
{
	return lines->byte_count;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	gzclose(lines->file);
	if (lines->program)
		(void)end_program(lines->program);
	free(lines);
}
