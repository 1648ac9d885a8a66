/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_HISTOGRAM_H
#define FIELD_TRACE_HISTOGRAM_H

#include <stdint.h>

/*
 * Times, of which percentiles are wanted, in a fixed room: exact below 64, and then 64 steps for
 * each power of two, so that a percentile is the true one or at most 1/64 (1.6 %) more; minimum,
 * maximum, count and sum are exact.
 */
#define TRACE_HISTOGRAM_BITS  6u
#define TRACE_HISTOGRAM_STEPS (59u << TRACE_HISTOGRAM_BITS)

struct trace_histogram {
	uint64_t count;
	uint64_t sum; /* stays at the greatest number there is */
	uint64_t min;
	uint64_t max;
	uint64_t steps[TRACE_HISTOGRAM_STEPS];
};

void trace_histogram_add(struct trace_histogram *histogram, uint64_t value);
/* The smallest value that @percent per cent of all do not exceed, 1..100; 0 of none. */
uint64_t trace_histogram_at(const struct trace_histogram *histogram, unsigned int percent);

#endif
