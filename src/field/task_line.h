/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TASK_LINE_H
#define FIELD_TASK_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define TASK_NAME_MAX 63

enum task_line_kind {
	TASK_LINE_NONE,
	TASK_LINE_TASK, /* the head of a stack: SysRq, hung task, dump of a stalled processor */
	TASK_LINE_HUNG, /* of khungtaskd: the head comes next */
	TASK_LINE_OWNER, /* the same: who has the lock that it waits for */
	TASK_LINE_CPU, /* "CPU: 0 PID: 1 Comm: init": what runs there */
	TASK_LINE_LOCKUP, /* of the watchdog: what runs there for too long */
	TASK_LINE_PROC, /* names /proc/PID/stack, which follows; or is crash's head of a stack */
	TASK_LINE_HELD, /* of lockdep: "2 locks held by init/1:" */
};

/* What a line says of a task. What it does not say is 0, or empty; the state '?'. */
struct task_line {
	enum task_line_kind kind;
	char name[TASK_NAME_MAX + 1];
	uint32_t pid, tgid;
	uint32_t owner; /* TASK_LINE_OWNER: 0: not found */
	uint32_t seconds; /* TASK_LINE_HUNG, TASK_LINE_LOCKUP */
	uint32_t count; /* TASK_LINE_HELD */
	char state; /* as ps has it */
	bool on_cpu;
};

/* Whether @text, without its prefix, is about one task. */
bool task_line_parse(const char *text, struct task_line *line);
/* Whether @text is nothing but a pid, or a count. */
bool task_line_number(const char *text, uint32_t *value);

#endif
