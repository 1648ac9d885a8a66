/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "field/log_reader.h"
#include "field/threads.h"

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* -------------------------------------- kernel and boot --------------------------------------- */

static bool boot_mark(struct log_reader *reader, const char *text)
{
	bool version = strncmp(text, "Linux version ", 14) == 0;

	if (!version && strncmp(text, "Booting Linux on physical CPU", 29) != 0)
		return false;
	if (reader->log->boot_count == 0 || reader->line_number - reader->boot_line > 20) {
		stacks_close_all(reader);
		dumps_end(reader);
		reader->hung_dump = NO_DUMP;
		reader->refused = 0;
		reader->log->boot_count++;
	}
	reader->boot_line = reader->line_number;
	if (version)
		version_note(reader, text + 14);
	return true;
}

/* ------------------------------------------- dumps -------------------------------------------- */

static bool sysrq_mark(struct log_reader *reader, const char *text)
{
	static const struct {
		const char *text;
		enum log_dump_kind kind;
	} marks[] = {
		{ "Show Blocked State", LOG_DUMP_BLOCKED },
		{ "Show State", LOG_DUMP_ALL },
		{ "Show Locks Held", LOG_DUMP_LOCKS },
		{ "Show backtrace of all active CPUs", LOG_DUMP_OTHER },
	};

	if (strncmp(text, "sysrq: ", 7) != 0 && strncmp(text, "SysRq : ", 8) != 0)
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!has(text, marks[i].text))
			continue;
		stacks_close_all(reader);
		dumps_begin(reader, marks[i].kind);
		reader->in_held = false;
		return true;
	}
	return false;
}

static bool end_mark(struct log_reader *reader, const char *text)
{
	static const char *const marks[] = {
		"Showing busy workqueues and worker pools",
		"Sched Debug Version",
		"Showing all locks held in the system",
		"Showing freezable workqueues",
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strncmp(text, marks[i], strlen(marks[i])) != 0)
			continue;
		/*
		 * Behind the hung tasks their locks are shown; that is no end of what else goes on.
		 */
		if (reader->dump != NO_DUMP &&
		    (reader->log->dumps[reader->dump].kind == LOG_DUMP_ALL ||
		     reader->log->dumps[reader->dump].kind == LOG_DUMP_BLOCKED) &&
		    reader->hung.kind == TASK_LINE_NONE)
			dumps_end(reader);
		return true;
	}
	return false;
}

static bool stall_mark(struct log_reader *reader, const char *text)
{
	if (!has(text, "detected stall") && !has(text, "detected expedited stalls") &&
	    !has(text, "hard LOCKUP"))
		return false;
	stacks_close_all(reader);
	dumps_begin(reader, LOG_DUMP_STALL);
	reader->stall_line = reader->line_number;
	return true;
}

/* How many threads the secure world has, behind whatever @text begins with. */
static void note_threads(struct log_reader *reader, const char *text)
{
	unsigned long count = strtoul(text + strcspn(text, "0123456789"), NULL, 10);

	if (count > 0 && count <= FIELD_THREADS_MAX)
		reader->log->threads = (uint32_t)count;
}

/* What scripts/teeq-collect.sh writes between the stacks. */
static bool collector_mark(struct log_reader *reader, const char *text)
{
	static const char head[] = "teeq-collect: ";

	if (strncmp(text, head, sizeof(head) - 1) != 0)
		return false;
	text += sizeof(head) - 1;
	if (strncmp(text, "stacks of all tasks", 19) == 0) {
		const char *at = strstr(text, "uptime ");

		stacks_close_all(reader);
		if (at)
			reader->time = (int64_t)(strtoul(at + 7, NULL, 10) % 1000000000u) * 1000000;
		dumps_begin(reader, LOG_DUMP_ALL);
	} else if (strncmp(text, "end of stacks", 13) == 0) {
		stacks_close_all(reader);
		dumps_end(reader);
	} else if (strncmp(text, "threads ", 8) == 0) {
		note_threads(reader, text);
	} else if (strncmp(text, "kernel ", 7) == 0) {
		version_note(reader, text + 7);
	}
	return true;
}

/* "Name:", "State:", "Pid:" of /proc/PID/status. */
static bool status_mark(struct log_reader *reader, const char *text)
{
	struct task_line *file = &reader->status_file;
	size_t key = strcspn(text, ":");
	const char *value = text[key] ? text + key + 1 : "";

	value += strspn(value, " \t");
	if (strncmp(text, "Name:", 5) == 0) {
		*file = (struct task_line){ .state = '?' };
		strncpy(file->name, value, TASK_NAME_MAX);
	} else if (strncmp(text, "State:", 6) == 0) {
		file->state = *value ? *value : '?';
	} else if (strncmp(text, "Tgid:", 5) == 0) {
		file->tgid = (uint32_t)strtoul(value, NULL, 10);
	} else if (strncmp(text, "Pid:", 4) == 0) {
		file->pid = (uint32_t)strtoul(value, NULL, 10);
	} else {
		return strncmp(text, "PPid:", 5) == 0;
	}
	return true;
}

/* ----------------------------------- locks and other words ------------------------------------ */

/* "#0: ffff0000010383f0 (sb_writers#3){.+.+}-{0:0}, at: vfs_write+0xf8/0x2ac" */
static bool held_mark(struct log_reader *reader, const char *text)
{
	struct log *log = reader->log;
	const char *open = strchr(text, '('), *close = strstr(text, "){"),
		   *site = strstr(text, "at: ");
	struct frame_line frame;
	char class[128];
	uint64_t instance;

	if (!reader->in_held || text[0] != '#' || !open || !close || close < open || !site ||
	    !frame_line_parse(site + 4, &frame) || frame.address)
		return false;
	if (!log_grow(reader, (void **)&log->held, log->held_count, sizeof(*log->held),
		      LOG_HELD_MAX, "locks held"))
		return true;
	text += 1 + strspn(text + 1, "0123456789");
	text += strspn(text, ": ");
	instance = strtoull(text, NULL, 16);
	if (close - open - 1 < (ptrdiff_t)sizeof(class)) {
		memcpy(class, open + 1, (size_t)(close - open - 1));
		class[close - open - 1] = '\0';
	} else {
		class[0] = '\0';
	}
	log->held[log->held_count] = (struct log_held){
		.dump = (uint32_t)log->dump_count,
		.pid = reader->held_pid,
		.lock = log_symbol(reader, class),
		.instance = instance,
	};
	log->held_count++;
	return true;
}

static void note_event(struct log_reader *reader, enum log_event_kind kind)
{
	struct log *log = reader->log;

	/* There may be any number of them, and the last ones count. */
	if (log->event_count == LOG_EVENTS_MAX)
		memmove(log->events, log->events + 1, --log->event_count * sizeof(*log->events));
	if (log_grow(reader, (void **)&log->events, log->event_count, sizeof(*log->events),
		     LOG_EVENTS_MAX, "events"))
		log->events[log->event_count++] = (struct log_event){
			.kind = kind,
			.boot = log->boot_count,
		};
}

/* What init, the kernel and the out-of-memory killer say of tee-supplicant. */
static bool supplicant_mark(struct log_reader *reader, const char *text)
{
	static const char *const ended[] = {
		"xited",       "illed",	     "segfault",  "Stopped",   "stopped", "ailed",
		"Deactivated", "terminated", "core dump", "unhandled", "crashed",
	};

	if (!has(text, "tee-supplicant") && !has(text, "TEE Supplicant") &&
	    !has(text, "tee_supplicant"))
		return false;
	if (has(text, "Started ") || has(text, "Starting ") || has(text, "starting service")) {
		note_event(reader, LOG_EVENT_SUPPLICANT_STARTED);
		return true;
	}
	for (size_t i = 0; i < sizeof(ended) / sizeof(ended[0]); i++)
		if (has(text, ended[i])) {
			note_event(reader, LOG_EVENT_SUPPLICANT_ENDED);
			return true;
		}
	return false;
}

static bool other_mark(struct log_reader *reader, const char *text, uint32_t caller)
{
	const char *threads = strstr(text, "CFG_NUM_THREADS"),
		   *failed = strstr(text, "failed after ");

	if (has(text, "printk messages dropped") || has(text, "messages suppressed")) {
		reader->lossy = true;
		return true;
	}
	if (threads) {
		note_threads(reader, threads);
		return true;
	}
	if (has(text, "Freezing ") && failed) {
		note_event(reader, LOG_EVENT_FREEZE_FAILED);
		reader->refused =
			(uint32_t)(strtoul(failed + strlen("failed after "), NULL, 10) % 100000);
		return true;
	}
	if (has(text, "Restarting tasks")) {
		reader->refused = 0;
		return true;
	}
	if (strcmp(text, "</IRQ>") == 0) {
		stacks_interrupt_over(reader);
		return true;
	}
	if (strncmp(text, "Call trace:", 11) == 0 || strncmp(text, "Call Trace:", 11) == 0) {
		stacks_traced(reader, caller);
		return true;
	}
	return strncmp(text, "Backtrace:", 10) == 0 || strncmp(text, "Workqueue:", 10) == 0;
}

bool marks_line(struct log_reader *reader, const struct log_line *line)
{
	const char *text = line->text;

	return collector_mark(reader, text) || sysrq_mark(reader, text) ||
	       stall_mark(reader, text) || tasks_mark(reader, line) || boot_mark(reader, text) ||
	       held_mark(reader, text) || end_mark(reader, text) || version_taint(reader, text) ||
	       supplicant_mark(reader, text) || status_mark(reader, text) ||
	       other_mark(reader, text, line->caller);
}
