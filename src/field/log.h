/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_LOG_H
#define FIELD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field/frames.h"
#include "field/prefix.h"
#include "teeq/status.h"

/*
 * What kernel logs say of tasks, in the order of the logs: dumps of stacks, and each stack in them.
 * Lines that mean nothing here are counted.
 */

#define LOG_STACKS_MAX	65536
#define LOG_FRAMES_MAX	128 /* of one stack; what lies further out is dropped */
#define LOG_SYMBOLS_MAX 65536
#define LOG_DUMPS_MAX	16384
#define LOG_HELD_MAX	65536
#define LOG_EVENTS_MAX	1024
#define LOG_LINES_MAX	(1u << 24)

enum log_dump_kind {
	LOG_DUMP_OTHER, /* stacks without a word of what asked for them */
	LOG_DUMP_HUNG, /* of the hung-task detector */
	LOG_DUMP_BLOCKED, /* SysRq w: tasks in state D, and no others */
	LOG_DUMP_ALL, /* SysRq t, or a collector's: all tasks */
	LOG_DUMP_LOCKS, /* SysRq d */
	LOG_DUMP_STALL, /* processors that are stuck */
	LOG_DUMP_PROC, /* /proc/PID/stack, one by one */
};

struct log_dump {
	enum log_dump_kind kind;
	uint32_t boot;
	uint64_t line; /* where it begins */
	bool complete; /* its end was seen: who is not in it does not exist, or is not blocked */
};

struct log_frame {
	uint32_t symbol;
	uint32_t offset;
	bool uncertain;
};

/* One task at one moment. Names are symbols, numbers 0 where the log does not say. */
struct log_stack {
	uint32_t name, pid, tgid;
	uint32_t dump;
	uint64_t line;
	int64_t time;
	uint32_t seconds; /* it did not run for at least so long, the kernel says */
	uint32_t owner; /* of the lock that it waits for, the kernel says */
	char state; /* '?': not said */
	bool on_cpu, stalled;
	bool tangled; /* another stack was printed at the same time, so lines may be astray */
	struct log_frame *frames; /* from the inside; NULL where none means anything here */
	size_t frame_count;
	size_t seen_count; /* of frames, kept or not */
	uint64_t signature; /* of all frames: equal in equal stacks */
};

/* A lock that lockdep names under a task. Who waits for one is listed with it, too. */
struct log_held {
	uint32_t dump, pid;
	uint32_t lock; /* its class */
	uint64_t instance; /* its address, 0: not said */
};

enum log_event_kind {
	LOG_EVENT_SUPPLICANT_ENDED, /* tee-supplicant crashed, was killed or stopped */
	LOG_EVENT_SUPPLICANT_STARTED,
	LOG_EVENT_FREEZE_FAILED, /* suspend found tasks that do not freeze */
};

struct log_event {
	enum log_event_kind kind;
	uint32_t boot;
};

struct log {
	struct log_dump *dumps;
	struct log_stack *stacks;
	struct log_held *held;
	struct log_event *events;
	size_t dump_count, stack_count, held_count, event_count;
	uint64_t line_count, used_count; /* of lines, and of those that mean something */
	uint32_t boot_count; /* 0: no beginning of a boot was seen */
	uint32_t version; /* of Linux, as FRAMES_VERSION(); 0: not known */
	char version_text[32];
	uint32_t threads; /* of the secure world, if the log says so; 0: it does not */
	bool damaged; /* packed data ended early */
	struct log_symbols *symbols;
};

struct log_reader;

/* @frames stays the caller's, and must live as long as the reader. */
enum teeq_status log_reader_new(const struct frames *frames, struct log_reader **reader,
				struct teeq_error *error);
/* Read one more file, or standard input ("-"). */
enum teeq_status log_read(struct log_reader *reader, const char *path, struct teeq_error *error);
/* The same of @size bytes of @text. */
enum teeq_status log_read_text(struct log_reader *reader, const char *text, size_t size,
			       struct teeq_error *error);
/* What was read; it is the caller's, and the reader is gone. */
struct log *log_finish(struct log_reader *reader);
void log_reader_free(struct log_reader *reader);
void log_free(struct log *log);

/* The text of a symbol. */
const char *log_name(const struct log *log, uint32_t symbol);

#endif
