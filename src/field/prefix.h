/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_PREFIX_H
#define FIELD_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

/* A line of a log without what printk, journald, syslog or a serial console put in front of it. */
struct log_line {
	char *text; /* inside of the line that was given; blanks in front of it are gone */
	int64_t time; /* of the kernel's clock, in microseconds; LOG_TIME_NONE: none was there */
	int64_t wall; /* of a clock on the wall, in microseconds from some day on; as above */
	uint32_t caller; /* printk's: a task (T) or a processor (C) and its number; 0: not told */
	uint32_t proc_pid; /* the line is said to be of /proc/PID/stack; 0: not */
};

#define LOG_TIME_NONE INT64_MIN

/* Take what stands in front of @text, which is changed. */
void prefix_strip(char *text, struct log_line *line);

#endif
