/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_H
#define FIELD_TRACE_H

#include "field/lines.h"
#include "field/trace_calls.h"
#include "field/trace_line.h"
#include "field/trace_order.h"

/*
 * A recording, read from its beginning to its end, whatever its length: line, event, order of
 * times, calls, and who listens to those.
 *
 * @first, @last   times of the driver's first and last event; @timed: there was one
 * @lines          all; @other_events events of something else
 * @losses         marks of lost events, @lost_events what they say
 * @cpus           processors with an event of the driver
 */
struct trace {
	struct trace_head head;
	struct trace_calls calls;
	struct trace_order order;
	uint64_t first, last;
	uint64_t end; /* the last event of anybody */
	bool timed;
	bool has_clock; /* times are the recording's, not numbers of events */
	uint64_t lines, events, all_events, other_events;
	uint64_t losses, lost_events;
	uint64_t promised; /* entries of the heads so far */
	bool overwritten; /* a head says that old events are gone */
	uint32_t cpu_count;
	uint64_t cpus[1024 / 64];
	struct {
		uint64_t count;
		uint64_t last;
	} by_cpu[1024]; /* events of anybody, of this recording */
	uint64_t excused; /* complaints, see trace_silence.c */
	uint32_t silent_cpu; /* the first that was full; TRACE_NO_CPU: none */
	uint64_t raw_types
		[2]; /* of a recording without fields: begin and end, by what comes first */
	bool damaged; /* what was packed ended early */
	bool cut; /* the last line is not all there */
	bool ended;
	unsigned int before; /* of the next event */
};

/* @trace: {0}, with @calls.threads where known. */
enum teeq_status trace_start(struct trace *trace, struct teeq_error *error);
void trace_line(struct trace *trace, const char *text, size_t size, uint64_t number);
/* All events that are held back. Nothing more may come. TEEQ_ENOMEM: memory ran out somewhere. */
enum teeq_status trace_finish(struct trace *trace);
void trace_free(struct trace *trace);

enum trace_verdict {
	TRACE_VERDICT_FINE, /* every call has its shape, and none is stuck */
	TRACE_VERDICT_FOUND, /* a complaint, or a call that is stuck */
	TRACE_VERDICT_LOST, /* events are missing: what is there is in order, and not all is */
};
/* A call that is open at the end is stuck where nothing happened to it for @patience, in ns. */
enum trace_verdict trace_judge(const struct trace *trace, uint64_t patience);
/* Whether it is; never where events are missing, or the recording has no clock. */
bool trace_is_stuck(const struct trace *trace, const struct trace_call *call, uint64_t patience);
/* Whether events are known to be missing; lines that somebody took out are not meant. */
bool trace_has_gaps(const struct trace *trace);
/* So many events the head promises beyond those that are there. */
uint64_t trace_missing(const struct trace *trace);

/*
 * The policy of the driver that was recorded: "mainline" from Linux 6.8 on, "untracked" before;
 * where the version is not told, by whether the secure world ever had to refuse a call. Static.
 */
const char *trace_policy(const struct trace *trace);

/* ---- trace_silence.c ---- */
/*
 * Once all is read: takes back complaints that a buffer
 * explains which was full, and kept nothing new.
 */
void trace_silence_excuse(struct trace *trace);

/*
 * All of a file, which may be packed; "-" is standard input. @keep_going, may be NULL, is asked now
 * and then. TEEQ_EIO, TEEQ_EINPUT: it cannot be read, or holds no event of the driver.
 */
enum teeq_status trace_read(struct trace *trace, const char *path,
			    bool (*keep_going)(void *argument, const struct trace *trace,
					       uint64_t bytes),
			    void *argument, struct teeq_error *error);

#endif
