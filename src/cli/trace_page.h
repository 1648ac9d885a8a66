/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TRACE_PAGE_H
#define CLI_TRACE_PAGE_H

#include <stdio.h>

#include "field/trace.h"
#include "field/trace_stats.h"

/* Of a long recording the page has the last facts, and of many tasks those that matter then. */
#define TRACE_PAGE_FACTS 2000
#define TRACE_PAGE_LANES 64

/* A fact about a call, as it was told. */
struct trace_page_fact {
	struct trace_task *task;
	uint64_t time;
	enum trace_fact fact;
	enum trace_rpc rpc;
	enum trace_purpose purpose;
	unsigned int level;
	uint32_t thread;
	uint32_t retries;
	uint32_t key;
	bool has_key;
};

/* trace_page_text.c: what happened, in words. snprintf-like. */
void trace_page_fact_text(const struct trace_page_fact *fact, char *text, size_t size);

/* Initialise with {0}. @count facts were told, of which the last are kept, round and round. */
struct trace_page {
	struct trace_page_fact facts[TRACE_PAGE_FACTS];
	uint64_t count;
};

/* It listens from then on. */
void trace_page_start(struct trace_page *page, struct trace_calls *calls);

/* What is written once all is read; for cli_output_replace(). */
struct trace_page_source {
	const struct trace_page *page;
	const struct trace *trace;
	const struct trace_stats *stats;
	const char *path;
	uint64_t patience;
};
int trace_page_write(FILE *out, const void *source);

#endif
