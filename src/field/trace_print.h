/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_PRINT_H
#define FIELD_TRACE_PRINT_H

#include <stdio.h>

#include "field/trace.h"
#include "field/trace_stats.h"

/* The report of a recording, for people. @path as the user gave it. */
void trace_print_report(FILE *out, const char *path, const struct trace *trace,
			const struct trace_stats *stats, uint64_t patience);

/* "1.234 ms", or "1234" where the recording's clock counts no time. */
#define TRACE_TIME_TEXT 32
const char *trace_print_time(const struct trace *trace, uint64_t time, char text[TRACE_TIME_TEXT]);
/* "12.345678", as the recording has it. */
const char *trace_print_stamp(const struct trace *trace, uint64_t time, char text[TRACE_TIME_TEXT]);
/* "cl04-ta-store/689"; bytes that are not printable are '?'. */
#define TRACE_TASK_TEXT 48
const char *trace_print_task(const char *name, uint64_t key, char text[TRACE_TASK_TEXT]);
/* What an open call does. */
const char *trace_print_phase(const struct trace_call *call);

/* ---- trace_print_moments.c ---- */
void trace_print_pool(FILE *out, const struct trace *trace, const struct trace_stats *stats);
void trace_print_moments(FILE *out, const struct trace *trace, const struct trace_stats *stats);

#endif
