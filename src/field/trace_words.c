/* SPDX-License-Identifier: BSD-2-Clause */
/* Times, stamps and tasks of a recording, in words. */
#include <inttypes.h>
#include <stdio.h>

#include "field/trace_print.h"

const char *trace_print_time(const struct trace *trace, uint64_t time, char text[TRACE_TIME_TEXT])
{
	if (!trace->head.fraction)
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64, time);
	else if (time >= 1000000000)
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64 ".%03u s", time / 1000000000,
			 (unsigned int)(time % 1000000000 / 1000000));
	else if (time >= 1000000)
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64 ".%03u ms", time / 1000000,
			 (unsigned int)(time % 1000000 / 1000));
	else
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64 ".%03u us", time / 1000,
			 (unsigned int)(time % 1000));
	return text;
}

const char *trace_print_stamp(const struct trace *trace, uint64_t time, char text[TRACE_TIME_TEXT])
{
	if (!trace->head.fraction)
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64, time);
	else
		snprintf(text, TRACE_TIME_TEXT, "%" PRIu64 ".%06u", time / 1000000000,
			 (unsigned int)(time % 1000000000 / 1000));
	return text;
}

const char *trace_print_task(const char *name, uint64_t key, char text[TRACE_TASK_TEXT])
{
	size_t size = 0;

	for (; size < TRACE_NAME_MAX && name[size]; size++)
		text[size] = name[size] >= ' ' && name[size] < 0x7f ? name[size] : '?';
	/* No pid is as great as the address that stands in for one. */
	snprintf(text + size, TRACE_TASK_TEXT - size,
		 key > UINT32_MAX ? "%s%" PRIx64 : "%s%" PRIu64, size > 0 ? "/" : "", key);
	return text;
}
