/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_LINE_H
#define FIELD_TRACE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One line of a recording, in any of the forms in which Linux prints its trace buffer: tracefs with
 * each of its options, `trace-cmd report`, `perf script`. The driver's two events carry the
 * registers of a call; probes on its functions, where there are some, say what the registers do
 * not.
 */

enum trace_kind {
	TRACE_NOTHING, /* a comment, or what is no line of a recording */
	TRACE_OTHER, /* an event of something else */
	TRACE_BEGIN, /* optee_invoke_fn_begin: before the SMC */
	TRACE_END, /* optee_invoke_fn_end: behind it */
	TRACE_PROBE, /* a function of the driver was entered, or returned */
	TRACE_LOST, /* events are missing here */
	TRACE_AGAIN, /* the head of another recording */
	TRACE_UNREADABLE, /* begins as an event of the driver and goes on as none */
	TRACE_BINARY, /* no text at all */
};

enum trace_probe {
	TRACE_PROBE_ENTER, /* optee_cq_wait_init */
	TRACE_PROBE_WAIT, /* optee_cq_wait_for_completion */
	TRACE_PROBE_LEAVE, /* optee_cq_wait_final */
	TRACE_PROBE_RPC, /* the RPC's command is known */
	TRACE_PROBE_REQUEST, /* optee_supp_thrd_req */
	TRACE_PROBE_ANSWER, /* it returned */
	TRACE_PROBE_NOTIF_WAIT,
	TRACE_PROBE_NOTIF_SEND,
	TRACE_PROBE_OPEN,
	TRACE_PROBE_INVOKE,
	TRACE_PROBE_CLOSE,
	TRACE_PROBE_CANCEL,
	TRACE_PROBE_MEMORY, /* optee_shm_register, optee_shm_unregister */
	TRACE_PROBE_COUNT
};

#define TRACE_NO_CPU   UINT32_MAX
#define TRACE_NAME_MAX 16
#define TRACE_NO_VALUE UINT64_MAX

/*
 * @time       in ns, or in whatever the recording's clock counts; @has_time: there is one
 * @key        of the task: its pid; where the recording has none, the address of its registers, and
 *             @has_key false where that was hidden, too
 * @registers  a0 to a7 of a begin, a0 to a3 of an end
 * @command, @value, @number: of a probe: an RPC's command or request, its first value, a key;
 *             TRACE_NO_VALUE where not told
 * @lost       how many events; 0: not told
 */
struct trace_event {
	enum trace_kind kind;
	enum trace_probe probe;
	bool has_time;
	bool has_key;
	bool has_registers;
	uint32_t cpu;
	uint64_t time;
	uint64_t key;
	uint64_t line;
	uint64_t registers[8];
	uint64_t command;
	uint64_t value;
	uint64_t number;
	uint64_t lost;
	char name[TRACE_NAME_MAX]; /* the task's, "" where not told */
};

enum trace_form {
	TRACE_FORM_UNKNOWN,
	TRACE_FORM_COLUMNS, /* tracefs as it comes, trace-cmd report, perf script */
	TRACE_FORM_LATENCY,
	TRACE_FORM_VERBOSE,
	TRACE_FORM_BARE, /* no task, processor or time */
	TRACE_FORM_RAW, /* numbers of events, without their fields */
	TRACE_FORM_PERF, /* without a processor */
	TRACE_FORM_COUNT
};

/*
 * What the lines so far said of the whole. Initialise with {0}.
 *
 * @entries, @written  of tracefs' head: events in the buffer, and all that there were; 0: not told
 * @threads            "CFG_NUM_THREADS=N" in a comment; 0: not told
 * @kernel             "6.12", from a comment; 0: not told
 * @fraction           times are in seconds, so in ns; otherwise they count something
 */
struct trace_head {
	enum trace_form form;
	uint64_t entries;
	uint64_t written;
	unsigned int threads;
	unsigned int kernel_major;
	unsigned int kernel_minor;
	bool fraction;
	bool started;
};

/*
 * @line need not end with 0. The answer is @event->kind.
 * Any bytes are good enough to be asked about.
 */
void trace_line_read(struct trace_head *head, const char *line, size_t size,
		     struct trace_event *event);

/* ---- trace_fields.c ---- */
/* What stands behind an event's name: @event->kind and the rest of what the event says. */
void trace_fields_read(struct trace_event *event, const char *name, size_t name_size,
		       const char *text, size_t size);

/* ---- trace_head.c ---- */
/* A line that begins with '#': @event->kind is TRACE_NOTHING, TRACE_LOST or TRACE_AGAIN. */
void trace_head_read(struct trace_head *head, const char *line, size_t size,
		     struct trace_event *event);
/* Whether a line says that events were lost; then @event->kind is TRACE_LOST. */
bool trace_lost_read(const char *line, size_t size, struct trace_event *event);

/* ---- trace_scan.c: a place in a line that only moves on ---- */
struct trace_scan {
	const char *at;
	const char *end;
};
void trace_scan_blanks(struct trace_scan *scan);
/* Whether @text stands here; then it is passed. */
bool trace_scan_text(struct trace_scan *scan, const char *text);
/* At least one digit, no more than 64 bits' worth. Otherwise the scan stays. */
bool trace_scan_decimal(struct trace_scan *scan, uint64_t *value);
bool trace_scan_hex(struct trace_scan *scan, uint64_t *value);
/* Moves behind the first @text; false, and stays, where there is none. */
bool trace_scan_find(struct trace_scan *scan, const char *text);
/* "12.345678", in ns, or "345", as it is. @fraction: which of them. */
bool trace_scan_time(struct trace_scan *scan, uint64_t *time, bool *fraction);

#endif
