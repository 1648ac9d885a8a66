/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/log_reader.h"

#define STALL_LINES 400 /* so far behind the word of a stall its stacks may come */

static void hung_task(struct log_reader *reader, const struct task_line *task)
{
	if (reader->hung_dump == NO_DUMP || dumps_seen(reader, task->pid, reader->hung_dump)) {
		reader->hung_dump = dumps_begin(reader, LOG_DUMP_HUNG);
		if (reader->hung_dump == NO_DUMP)
			return;
		dumps_seen(reader, task->pid, reader->hung_dump);
	}
	reader->hung = *task;
}

/* "... is blocked on a mutex likely owned by task ...": of the stack just before. */
static void note_owner(struct log_reader *reader, const struct task_line *task)
{
	struct log *log = reader->log;

	for (size_t i = log->stack_count, back = 0; i-- > 0 && back < 64; back++) {
		if (log->stacks[i].pid != task->pid)
			continue;
		log->stacks[i].owner = task->owner;
		return;
	}
}

static void task_head(struct log_reader *reader, struct task_line *task, uint32_t caller)
{
	uint32_t dump;

	if (reader->hung.kind == TASK_LINE_HUNG && reader->hung.pid == task->pid) {
		task->seconds = reader->hung.seconds;
		if (!task->name[0])
			memcpy(task->name, reader->hung.name, sizeof(task->name));
		reader->hung.kind = TASK_LINE_NONE;
		stacks_begin(reader, task, reader->hung_dump, caller);
		return;
	}
	dump = dumps_current(reader);
	/* Stacks of processors that came long behind a stall are not its. */
	if (dump != NO_DUMP && reader->log->dumps[dump].kind == LOG_DUMP_STALL &&
	    reader->line_number - reader->stall_line > STALL_LINES)
		dump = dumps_begin(reader, LOG_DUMP_OTHER);
	if (dump != NO_DUMP)
		(void)dumps_seen(reader, task->pid, dump);
	stacks_begin(reader, task, dump, caller);
}

/* The head of a file of /proc, of which the next frames are. */
static void proc_file_head(struct log_reader *reader, const struct task_line *task, uint32_t caller)
{
	struct task_line whole = *task;
	uint32_t dump = reader->dump;

	if (reader->status_file.pid == task->pid && task->pid)
		whole = reader->status_file;
	reader->status_file = (struct task_line){ .state = '?' };
	if (dump == NO_DUMP || (reader->log->dumps[dump].kind != LOG_DUMP_PROC &&
				reader->log->dumps[dump].kind != LOG_DUMP_ALL))
		dump = dumps_begin(reader, LOG_DUMP_PROC);
	if (dump == NO_DUMP)
		return;
	if (dumps_seen(reader, task->pid, dump)) {
		/*
		 * A collector has named the task in a line of its own; else this is another round.
		 */
		if (reader->recent && reader->recent->frame_count == 0 &&
		    reader->log->stacks[reader->recent->stack].pid == task->pid) {
			stacks_close_others(reader);
			return;
		}
		if (reader->log->dumps[dump].kind == LOG_DUMP_PROC) {
			dump = dumps_begin(reader, LOG_DUMP_PROC);
			if (dump == NO_DUMP)
				return;
			dumps_seen(reader, task->pid, dump);
		}
	}
	stacks_close_all(reader);
	stacks_begin(reader, &whole, dump, caller);
}

static void lockup_head(struct log_reader *reader, const struct task_line *task, uint32_t caller)
{
	uint32_t dump = dumps_begin(reader, LOG_DUMP_STALL);

	reader->stall_line = reader->line_number;
	stacks_begin(reader, task, dump, caller);
}

bool tasks_mark(struct log_reader *reader, const struct log_line *line)
{
	struct task_line task;

	if (ps_row(reader, line->text, &task)) {
		proc_file_head(reader, &task, line->caller);
		return true;
	}
	if (!task_line_parse(line->text, &task))
		return ps_head(reader, line->text);
	reader->in_held = false;
	switch (task.kind) {
	case TASK_LINE_HUNG:
		hung_task(reader, &task);
		break;
	case TASK_LINE_OWNER:
		note_owner(reader, &task);
		break;
	case TASK_LINE_HELD:
		reader->held_pid = task.pid;
		reader->in_held = true;
		break;
	case TASK_LINE_PROC:
		proc_file_head(reader, &task, line->caller);
		break;
	case TASK_LINE_LOCKUP:
		lockup_head(reader, &task, line->caller);
		break;
	default:
		task_head(reader, &task, line->caller);
		if (task.kind == TASK_LINE_CPU)
			(void)version_taint(reader, line->text);
		break;
	}
	return true;
}
