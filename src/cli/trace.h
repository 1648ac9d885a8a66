/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "field/trace.h"
#include "field/trace_stats.h"

/* The report as one JSON object on stdout: CLI_OK, or CLI_BAD after a message. */
int cli_trace_json(const char *path, const struct trace *trace, const struct trace_stats *stats,
		   uint64_t patience);

#endif
