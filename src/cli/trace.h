/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "field/trace.h"
#include "field/trace_stats.h"

/* The report as one JSON object on stdout: CLI_OK, or CLI_BAD after a message. */
int cli_trace_json(const char *path, const struct trace *trace, const struct trace_stats *stats,
		   uint64_t patience);

/*
 * Whether no two outputs (NULL: not asked for) are one file, and the page of --html may be written,
 * when @input is read. CLI_OK, or CLI_BAD after a message.
 */
int cli_trace_outputs(const char *command, const char *input, const char *perfetto,
		      const char *html, const char *scenario);

#endif
