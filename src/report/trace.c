/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "report/words.h"
#include "teeq/report.h"

/*
 * The trace is written while the run goes on, so its columns are laid out before the first event is
 * known. A task's column is as wide as its text may be where there is room, and never narrower than
 * the longest name. Only one task moves in a line, so a longer text may run on to the right without
 * meeting another. Where the columns alone would be wider than this, all share one: the task's name
 * stands in front of every line anyway.
 */
#define COLUMNS_MAX 120
#define COLUMN_MAX  40

struct columns {
	int name_width;
	int column_width; /* 0: one column for all tasks */
};

/* What stands before the columns, besides the names. */
#define COLUMNS_BEFORE 25

/* @room: for all columns; the last one takes COLUMN_MAX of it. */
static size_t column_within(size_t count, size_t longest, size_t room)
{
	size_t column;

	if (count < 2)
		return room >= longest + 2 ? COLUMN_MAX : 0;
	if (room < COLUMN_MAX)
		return 0;
	column = (room - COLUMN_MAX) / (count - 1);
	return column < longest + 2 ? 0 : column > COLUMN_MAX ? COLUMN_MAX : column;
}

static struct columns columns_of(const struct teeq_model *model, size_t width)
{
	size_t count = teeq_model_task_count(model);
	size_t longest = strlen("task");
	size_t column;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words_name(teeq_model_task_name(model, i)));

		longest = length > longest ? length : longest;
	}
	column = count > 0 ? COLUMNS_MAX / count : 0;
	if (column > COLUMN_MAX)
		column = COLUMN_MAX;
	if (column < longest + 2)
		column = (longest + 2) * count <= COLUMNS_MAX ? longest + 2 : 0;
	if (width > 0 && COLUMNS_BEFORE + longest + count * column > width)
		column = width > COLUMNS_BEFORE + longest ?
				 column_within(count, longest, width - COLUMNS_BEFORE - longest) :
				 0;
	return (struct columns){ .name_width = (int)longest, .column_width = (int)column };
}

void teeq_trace_head(const struct teeq_model *model, FILE *out)
{
	teeq_trace_head_within(model, 0, out);
}

void teeq_trace_head_within(const struct teeq_model *model, size_t width, FILE *out)
{
	if (!model || !out)
		return;

	struct columns columns = columns_of(model, width);
	size_t count = teeq_model_task_count(model);

	fprintf(out, "%6s  %-*s  %4s %3s %4s", "step", columns.name_width, "task", "free", "sys",
		"list");
	if (columns.column_width == 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = words_name(teeq_model_task_name(model, i));
		int room = i + 1 < count ? columns.column_width - 2 : 0;

		fprintf(out, "  %-*s", room, name);
	}
	fputc('\n', out);
}

/* A policy that asks nothing of the queue keeps no count that would be worth a column. */
static void report_trace_print_counters(const struct teeq_model *model,
					const struct teeq_event *event, FILE *out)
{
	const struct teeq_policy *policy = teeq_model_policy(model);

	if (policy->admit)
		fprintf(out, "%4ld", (long)event->free_count);
	else
		fprintf(out, "%4s", "-");
	if (policy->reserve)
		fprintf(out, " %3u", event->system_session_count);
	else
		fprintf(out, " %3s", "-");
	fprintf(out, " %4u", event->waiter_count);
}

void teeq_trace_event(const struct teeq_model *model, const struct teeq_event *event, FILE *out)
{
	teeq_trace_event_within(model, event, 0, out);
}

void teeq_trace_event_within(const struct teeq_model *model, const struct teeq_event *event,
			     size_t width, FILE *out)
{
	if (!model || !event || !out)
		return;

	struct columns columns = columns_of(model, width);
	char text[WORDS_MAX];

	teeq_event_text(model, event, text, sizeof(text));
	fprintf(out, "%6llu  %-*s  ", (unsigned long long)event->step, columns.name_width,
		words_name(teeq_model_task_name(model, event->task)));
	report_trace_print_counters(model, event, out);
	fprintf(out, "  %*s", columns.column_width * event->task, "");
	for (unsigned int i = 0; i < event->level; i++)
		fputc('>', out);
	fprintf(out, "%s%s\n", event->level > 0 ? " " : "", text);
}
