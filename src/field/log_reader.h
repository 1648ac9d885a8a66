/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_LOG_READER_H
#define FIELD_LOG_READER_H

#include "field/frame_line.h"
#include "field/log.h"
#include "field/symbols.h"
#include "field/task_line.h"

/* Inside of what reads logs: src/field/log.c and log_*.c. */

#define OPEN_MAX    8 /* stacks that are being printed at once */
#define OPEN_LINES  200 /* one of which nothing came for so long is over */
#define BEGIN_LINES 8 /* heads of stacks so near to each other are printed at once */
#define SEEN_SLOTS  262144 /* twice what can be in it, and a power of two */
#define PAIR_SLOTS  131072
#define NO_DUMP	    UINT32_MAX

/* A stack of which more may come. */
struct open_stack {
	bool used, ended;
	bool traced; /* "Call trace:" was said of it */
	bool overtaken; /* the head of another came before that */
	uint32_t stack, caller;
	uint64_t last_line;
	size_t frame_count;
	struct log_frame frames[LOG_FRAMES_MAX];
	uint64_t signature;
	bool relevant;
};

/* Which words of a line of ps say what. */
struct ps_columns {
	bool seen;
	unsigned int pid, state, command;
};

struct log_reader {
	struct log *log;
	const struct frames *frames;
	struct teeq_error *error; /* of the call that is in progress */
	const char *path;
	enum teeq_status status;

	struct open_stack open[OPEN_MAX];
	struct open_stack *recent; /* NULL: none */
	uint8_t *roles; /* of symbols, 0xff: not asked yet */

	/*
	 * Whom a dump has: by pid, the last dump; and which function called which in stacks so far.
	 */
	struct {
		uint64_t key;
		uint32_t dump;
	} * seen;
	uint64_t *pairs;
	size_t seen_count, pair_count;

	uint32_t dump, hung_dump; /* NO_DUMP: none */
	bool lossy; /* messages of the dump were lost */
	uint64_t boot_line, stall_line;
	struct task_line hung; /* kind NONE: none is due */
	struct task_line status_file; /* of /proc/PID/status, as far as it was read */
	struct ps_columns ps;
	uint32_t held_pid;
	bool in_held;
	uint32_t refused; /* so long those whose stacks come next have not frozen, in seconds */

	uint64_t line_number; /* of all files together */
	int64_t time; /* of the line, or of one before */
	bool kernel_time; /* lines have the kernel's own, so no clock on the wall counts */
};

/* log_memory.c: memory, and what is too much. */
bool log_failed(struct log_reader *reader, enum teeq_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
uint32_t log_symbol(struct log_reader *reader, const char *text);
bool log_grow(struct log_reader *reader, void **items, size_t count, size_t size, size_t max,
	      const char *what);

/* log_stacks.c: frames come to stacks. */
void stacks_begin(struct log_reader *reader, const struct task_line *task, uint32_t dump,
		  uint32_t caller);
void stacks_frame(struct log_reader *reader, const struct frame_line *line, uint32_t caller,
		  uint32_t proc_pid);
/* Whatever came so far was of an interrupt. */
void stacks_interrupt_over(struct log_reader *reader);
void stacks_close_all(struct log_reader *reader);
/* All but the last that was begun or got a line. */
void stacks_close_others(struct log_reader *reader);
/* "Call trace:": of the first whose stack has not begun. */
void stacks_traced(struct log_reader *reader, uint32_t caller);

/* log_dumps.c: where dumps begin and end. */
uint32_t dumps_begin(struct log_reader *reader, enum log_dump_kind kind);
/* The dump that a stack of now belongs to. */
uint32_t dumps_current(struct log_reader *reader);
void dumps_end(struct log_reader *reader);
/* Whether @pid is in @dump already; from now on it is. */
bool dumps_seen(struct log_reader *reader, uint32_t pid, uint32_t dump);

/* log_version.c: of Linux, behind @from; and as it stands behind the word of taints. */
void version_note(struct log_reader *reader, const char *from);
bool version_taint(struct log_reader *reader, const char *text);

/* log_tasks.c: lines that are about one task, the heads of stacks among them. */
bool tasks_mark(struct log_reader *reader, const struct log_line *line);

/* log_ps.c: the columns that ps names; and one of tee-supplicant's tasks below them. */
bool ps_head(struct log_reader *reader, const char *text);
bool ps_row(struct log_reader *reader, const char *text, struct task_line *task);

/* log_marks.c: lines that are no stack. */
bool marks_line(struct log_reader *reader, const struct log_line *line);

#endif
