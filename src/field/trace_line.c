/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_line.h"

/* What the columns before an event's name say. */
struct columns {
	const char *name; /* of the task */
	size_t name_size;
	uint64_t pid;
	uint32_t cpu;
	uint64_t time;
	bool has_pid;
	bool has_time;
	bool fraction;
};

static bool line_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "TASK-PID" (tracefs, trace-cmd) or "TASK PID", "TASK PID/TID" (perf), which end at @end. */
static bool line_task(const char *line, const char *end, struct columns *columns)
{
	struct trace_scan scan;
	const char *at = end;

	while (at > line && at[-1] == ' ')
		at--;
	scan.end = at;
	while (at > line && line_is_digit(at[-1]))
		at--;
	scan.at = at;
	if (!trace_scan_decimal(&scan, &columns->pid) || at == line)
		return false;
	columns->has_pid = true;
	if (at[-1] == '/' && at - 1 > line && line_is_digit(at[-2]))
		for (at--; at > line && line_is_digit(at[-1]);)
			at--;
	if (at == line || (at[-1] != '-' && at[-1] != ' '))
		return false;
	at--;
	while (at > line && at[-1] == ' ')
		at--;
	while (line < at && *line == ' ')
		line++;
	columns->name = line;
	columns->name_size = (size_t)(at - line);
	return true;
}

/* "(   94)" or "(-------)" of the option record-tgid, which ends at *@end. */
static void line_skip_group(const char *line, const char **end)
{
	const char *at = *end;

	while (at > line && at[-1] == ' ')
		at--;
	if (at == line || at[-1] != ')')
		return;
	for (at--; at > line && (line_is_digit(at[-1]) || at[-1] == ' ' || at[-1] == '-');)
		at--;
	if (at > line && at[-1] == '(')
		*end = at - 1;
}

/* "(+12)", how long after the event before, of trace-cmd; "1", perf's period. */
static void line_skip_remark(struct trace_scan *scan)
{
	struct trace_scan remark;
	uint64_t number;

	trace_scan_blanks(scan);
	remark = *scan;
	if (trace_scan_text(&remark, "(+") ? !trace_scan_find(&remark, ")") :
					     !trace_scan_decimal(&remark, &number))
		return;
	if (remark.at < remark.end && *remark.at == ' ')
		*scan = remark;
	trace_scan_blanks(scan);
}

/* Behind the columns: "SYSTEM:NAME: FIELDS". */
static void line_event(struct trace_scan scan, struct trace_event *event)
{
	const char *name, *colon;

	line_skip_remark(&scan);
	name = scan.at;
	while (scan.at < scan.end && *scan.at != ' ')
		scan.at++;
	colon = scan.at;
	if (colon == name || colon[-1] != ':') {
		event->kind = TRACE_OTHER;
		return;
	}
	colon--;
	for (const char *at = name; at < colon; at++)
		if (*at == ':')
			name = at + 1;
	trace_scan_blanks(&scan);
	trace_fields_read(event, name, (size_t)(colon - name), scan.at,
			  (size_t)(scan.end - scan.at));
}

/* A processor's number: what is beyond 65535 is none. */
static bool line_cpu(struct trace_scan *scan, struct columns *columns)
{
	uint64_t cpu;

	trace_scan_blanks(scan);
	if (!trace_scan_decimal(scan, &cpu) || cpu > 65535)
		return false;
	columns->cpu = (uint32_t)cpu;
	return true;
}

static void line_take(struct trace_head *head, const struct columns *columns,
		      struct trace_event *event)
{
	size_t size = columns->name_size < TRACE_NAME_MAX - 1 ? columns->name_size :
								TRACE_NAME_MAX - 1;

	head->fraction |= columns->fraction;
	event->time = columns->time;
	event->has_time = columns->has_time;
	event->cpu = columns->cpu;
	event->has_key = columns->has_pid;
	event->key = columns->pid;
	if (size > 0 && columns->name[0] != '<')
		memcpy(event->name, columns->name, size);
}

/* "[001] .....  1.006600: ", and with trace-cmd's own remarks. The flags may be missing. */
static bool line_columns(struct trace_head *head, const char *line, size_t size,
			 struct trace_event *event)
{
	const char *end = line + size, *bracket = line;

	while ((bracket = memchr(bracket, '[', (size_t)(end - bracket)))) {
		struct columns columns = { .has_time = true };
		struct trace_scan scan = { bracket + 1, end };
		const char *before = bracket++;

		if (!line_cpu(&scan, &columns) || !trace_scan_text(&scan, "]"))
			continue;
		line_skip_group(line, &before);
		if (!line_task(line, before, &columns))
			continue;
		for (unsigned int words = 0; words < 3; words++) {
			trace_scan_blanks(&scan);
			if (trace_scan_time(&scan, &columns.time, &columns.fraction) &&
			    trace_scan_text(&scan, ":")) {
				line_take(head, &columns, event);
				line_event(scan, event);
				return true;
			}
			while (scan.at < scan.end && *scan.at != ' ')
				scan.at++;
		}
	}
	return false;
}

/* "cl02-pta-185       2..... 562703us!: ", the processor glued to the flags; " 12.500000: " */
static bool line_latency(struct trace_head *head, const char *line, size_t size,
			 struct trace_event *event)
{
	const char *end = line + size;

	for (const char *at = line; (at = memchr(at, '-', (size_t)(end - at))); at++) {
		struct columns columns = { .has_time = true };
		struct trace_scan scan = { at + 1, end };
		const char *flags;
		uint64_t pid;

		if (!trace_scan_decimal(&scan, &pid) || scan.at == end || *scan.at != ' ')
			continue;
		if (!line_task(line, scan.at, &columns) || !line_cpu(&scan, &columns))
			continue;
		flags = scan.at;
		while (scan.at < end && *scan.at != ' ')
			scan.at++;
		trace_scan_blanks(&scan);
		/* Without flags it is a form of perf's. */
		if (!trace_scan_time(&scan, &columns.time, &columns.fraction) ||
		    (columns.fraction && (*flags == ' ' || *flags == '/')))
			continue;
		if (!columns.fraction && trace_scan_text(&scan, "us")) {
			if (columns.time > UINT64_MAX / 1000 || scan.at == end)
				continue;
			columns.time *= 1000;
			columns.fraction = true;
			scan.at++; /* how long it took, by a sign */
		}
		if (!trace_scan_text(&scan, ":"))
			continue;
		line_take(head, &columns, event);
		line_event(scan, event);
		return true;
	}
	return false;
}

/*
 * "[010e4e5e] 281.077ms (+0.172ms): " or "[00000003] 3 (+1): ": an absolute time in brackets first.
 */
static bool line_verbose_time(struct trace_scan *scan, struct columns *columns)
{
	uint64_t absolute;

	trace_scan_blanks(scan);
	if (!trace_scan_text(scan, "[") || !trace_scan_hex(scan, &absolute) ||
	    !trace_scan_text(scan, "]"))
		return false;
	trace_scan_blanks(scan);
	if (!trace_scan_time(scan, &columns->time, &columns->fraction))
		return false;
	if (columns->fraction) {
		/* What was read as seconds are ms. */
		if (!trace_scan_text(scan, "ms"))
			return false;
		columns->time /= 1000;
	}
	trace_scan_blanks(scan);
	return trace_scan_text(scan, "(+") && trace_scan_find(scan, "):");
}

/* "  cl01-pta-mutex     236   0 0 00000000 00000000 [010e4e5e] 281.077ms (+0.172ms): " */
static bool line_verbose(struct trace_head *head, const char *line, size_t size,
			 struct trace_event *event)
{
	const char *end = line + size;

	for (const char *at = line; at < end; at++) {
		struct columns columns = { .has_time = true };
		struct trace_scan scan = { at, end };
		uint64_t number;

		if (*at != ' ' || at + 1 == end || !line_is_digit(at[1]))
			continue;
		scan.at++;
		if (!trace_scan_decimal(&scan, &number) || scan.at == end || *scan.at != ' ' ||
		    !line_task(line, scan.at, &columns) || !line_cpu(&scan, &columns))
			continue;
		trace_scan_blanks(&scan);
		if (!trace_scan_decimal(&scan, &number))
			continue;
		trace_scan_blanks(&scan);
		if (!trace_scan_hex(&scan, &number))
			continue;
		trace_scan_blanks(&scan);
		if (!trace_scan_hex(&scan, &number) || !line_verbose_time(&scan, &columns))
			continue;
		line_take(head, &columns, event);
		line_event(scan, event);
		return true;
	}
	return false;
}

/* "optee_invoke_fn_begin: param=...": the option context-info is off. */
static bool line_bare(struct trace_head *head, const char *line, size_t size,
		      struct trace_event *event)
{
	struct trace_scan scan = { line, line + size };

	(void)head;
	trace_scan_blanks(&scan);
	if (scan.at == scan.end || !((*scan.at | 0x20) >= 'a' && (*scan.at | 0x20) <= 'z'))
		return false;
	line_event(scan, event);
	/* Of other lines nothing tells whether they are events. */
	return event->kind == TRACE_BEGIN || event->kind == TRACE_END ||
	       event->kind == TRACE_PROBE || event->kind == TRACE_UNREADABLE;
}

/* "222 2 16941112112 type: 333": the number of an event is what is left of it. */
static bool line_raw(struct trace_head *head, const char *line, size_t size,
		     struct trace_event *event)
{
	struct trace_scan scan = { line, line + size };
	struct columns columns = { .has_time = true, .has_pid = true, .fraction = true };

	if (!trace_scan_decimal(&scan, &columns.pid) || !line_cpu(&scan, &columns))
		return false;
	trace_scan_blanks(&scan);
	if (!trace_scan_decimal(&scan, &columns.time) || !trace_scan_text(&scan, " type: "))
		return false;
	if (!trace_scan_decimal(&scan, &event->command))
		return false;
	line_take(head, &columns, event);
	event->kind = TRACE_OTHER;
	return true;
}

/* "cl00-pta-mutex   157     9.568453: optee:optee_invoke_fn_begin: ", of one task's recording. */
static bool line_perf(struct trace_head *head, const char *line, size_t size,
		      struct trace_event *event)
{
	const char *end = line + size;

	for (const char *at = line; (at = memchr(at, ':', (size_t)(end - at))); at++) {
		struct columns columns = { .has_time = true, .cpu = TRACE_NO_CPU };
		struct trace_scan scan = { at, at };

		while (scan.at > line && (line_is_digit(scan.at[-1]) || scan.at[-1] == '.'))
			scan.at--;
		if (scan.at == line || scan.at[-1] != ' ' || !line_task(line, scan.at, &columns) ||
		    !trace_scan_time(&scan, &columns.time, &columns.fraction) || scan.at != at ||
		    !columns.fraction)
			continue;
		scan = (struct trace_scan){ at + 1, end };
		line_take(head, &columns, event);
		line_event(scan, event);
		return true;
	}
	return false;
}

static bool line_in_form(struct trace_head *head, enum trace_form form, const char *line,
			 size_t size, struct trace_event *event)
{
	switch (form) {
	case TRACE_FORM_COLUMNS:
		return line_columns(head, line, size, event);
	case TRACE_FORM_LATENCY:
		return line_latency(head, line, size, event);
	case TRACE_FORM_VERBOSE:
		return line_verbose(head, line, size, event);
	case TRACE_FORM_BARE:
		return line_bare(head, line, size, event);
	case TRACE_FORM_RAW:
		return line_raw(head, line, size, event);
	case TRACE_FORM_PERF:
		return line_perf(head, line, size, event);
	default:
		return false;
	}
}

/* As a word of its own: a stack that is printed has functions of such names. */
static bool line_names_driver(const char *line, size_t size)
{
	static const char name[] = "optee_invoke_fn_";
	struct trace_scan scan = { line, line + size };

	while (trace_scan_find(&scan, name)) {
		const char *at = scan.at - (sizeof(name) - 1);

		if (at == line || at[-1] != '_')
			return true;
	}
	return false;
}

/*
 * Most lines of a recording have one form. Another one is looked for only where there is something
 * to be gained; and one without columns, or without fields, among others is a line that was
 * damaged.
 */
static bool line_in_new_form(struct trace_head *head, const char *line, size_t size,
			     struct trace_event *event)
{
	if (head->form != TRACE_FORM_UNKNOWN && !line_names_driver(line, size))
		return false;
	for (enum trace_form form = TRACE_FORM_COLUMNS; form < TRACE_FORM_COUNT; form++) {
		if (head->form != TRACE_FORM_UNKNOWN &&
		    (form == TRACE_FORM_BARE || form == TRACE_FORM_RAW))
			continue;
		if (form != head->form && line_in_form(head, form, line, size, event)) {
			head->form = form;
			return true;
		}
	}
	return false;
}

void trace_line_read(struct trace_head *head, const char *line, size_t size,
		     struct trace_event *event)
{
	*event = (struct trace_event){ .kind = TRACE_NOTHING, .cpu = TRACE_NO_CPU };
	while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == '\n'))
		size--;
	if (size == 0)
		return;
	if (line[0] == '#') {
		trace_head_read(head, line, size, event);
		return;
	}
	if (!line_in_form(head, head->form, line, size, event) &&
	    !line_in_new_form(head, line, size, event)) {
		if (!trace_lost_read(line, size, event) && line_names_driver(line, size))
			event->kind = TRACE_UNREADABLE;
		return;
	}
	head->started = true;
	/* perf's own records stand in its columns, too. */
	if (event->kind == TRACE_OTHER && memchr(line, 'P', size))
		trace_lost_read(line, size, event);
}
