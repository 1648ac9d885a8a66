/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/threads.h"
#include "field/trace_line.h"

/* "6.12.117" behind one of the words that come before a kernel's version. */
static void head_kernel(struct trace_head *head, struct trace_scan scan)
{
	uint64_t major, minor;

	if (head->kernel_major || (!trace_scan_find(&scan, "Linux ") &&
				   !trace_scan_find(&scan, "latency trace v1.1.5 on ")))
		return;
	trace_scan_text(&scan, "version ");
	if (!trace_scan_decimal(&scan, &major) || !trace_scan_text(&scan, ".") ||
	    !trace_scan_decimal(&scan, &minor))
		return;
	if (major > 0 && major < 100 && minor < 1000) {
		head->kernel_major = (unsigned int)major;
		head->kernel_minor = (unsigned int)minor;
	}
}

static void head_threads(struct trace_head *head, struct trace_scan scan)
{
	uint64_t threads;

	if (trace_scan_find(&scan, "CFG_NUM_THREADS=") && trace_scan_decimal(&scan, &threads) &&
	    threads > 0 && threads <= FIELD_THREADS_MAX)
		head->threads = (unsigned int)threads;
}

static void head_entries(struct trace_head *head, struct trace_scan scan)
{
	uint64_t entries, written;

	if (trace_scan_find(&scan, "entries-in-buffer/entries-written:")) {
		trace_scan_blanks(&scan);
		if (trace_scan_decimal(&scan, &entries) && trace_scan_text(&scan, "/") &&
		    trace_scan_decimal(&scan, &written)) {
			head->entries = entries;
			head->written = written;
		}
	} else if (trace_scan_find(&scan, "us, #") && trace_scan_decimal(&scan, &entries) &&
		   trace_scan_text(&scan, "/") && trace_scan_decimal(&scan, &written)) {
		/* The same in the head of the latency format. */
		head->entries = entries;
		head->written = written;
	}
}

void trace_head_read(struct trace_head *head, const char *line, size_t size,
		     struct trace_event *event)
{
	const struct trace_scan whole = { line, line + size };
	struct trace_scan scan = whole;
	uint64_t cpu;

	event->kind = TRACE_NOTHING;
	if (trace_scan_text(&scan, "##### CPU ") && trace_scan_decimal(&scan, &cpu) &&
	    trace_scan_text(&scan, " buffer started")) {
		/* What this processor had before was overwritten. */
		event->kind = TRACE_LOST;
		return;
	}
	scan = whole;
	if (trace_scan_text(&scan, "# tracer:")) {
		if (head->started)
			event->kind = TRACE_AGAIN;
		head->started = false;
		head->form = TRACE_FORM_UNKNOWN;
		head->entries = 0;
		head->written = 0;
		return;
	}
	head_kernel(head, whole);
	head_threads(head, whole);
	head_entries(head, whole);
}

/* "CPU:2 [LOST 123 EVENTS]" of tracefs, "CPU:2 [123 EVENTS DROPPED]" of trace-cmd; perf says LOST. */
bool trace_lost_read(const char *line, size_t size, struct trace_event *event)
{
	struct trace_scan scan = { line, line + size };
	uint64_t cpu;

	trace_scan_blanks(&scan);
	if (trace_scan_text(&scan, "CPU:") && trace_scan_decimal(&scan, &cpu)) {
		trace_scan_blanks(&scan);
		if (!trace_scan_text(&scan, "["))
			return false;
		trace_scan_text(&scan, "LOST ");
		event->kind = TRACE_LOST;
		if (!trace_scan_decimal(&scan, &event->lost))
			event->lost = 0;
		return true;
	}
	if (!trace_scan_find(&scan, "PERF_RECORD_LOST"))
		return false;
	event->kind = TRACE_LOST;
	trace_scan_text(&scan, "_SAMPLES");
	trace_scan_find(&scan, "lost ");
	if (!trace_scan_decimal(&scan, &event->lost))
		event->lost = 0;
	return true;
}
