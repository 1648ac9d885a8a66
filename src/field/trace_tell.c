/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What shows in the calls of a recording goes to who listens; and what cannot be so, to the
 * complaints.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "field/trace_calls.h"

void trace_tell(struct trace_calls *calls, enum trace_fact fact, struct trace_call *call,
		uint64_t time)
{
	for (size_t i = 0; i < calls->sink_count; i++)
		calls->sinks[i].fact(calls->sinks[i].argument, fact, call, time);
}

void trace_complain(struct trace_calls *calls, enum trace_complaint_kind kind,
		    const struct trace_task *task, uint64_t time, const char *format, ...)
{
	struct trace_complaint *complaint;
	va_list arguments;

	calls->complaints_of[kind]++;
	if (calls->complaint_count++ >= TRACE_COMPLAINTS_KEPT)
		return;
	complaint = &calls->complaints[calls->complaint_count - 1];
	*complaint = (struct trace_complaint){ .kind = kind, .line = calls->line, .time = time };
	if (task) {
		complaint->key = task->key;
		memcpy(complaint->name, task->name, TRACE_NAME_MAX);
	}
	va_start(arguments, format);
	vsnprintf(complaint->text, sizeof(complaint->text), format, arguments);
	va_end(arguments);
}
