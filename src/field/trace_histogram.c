/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/trace_histogram.h"

static unsigned int histogram_step(uint64_t value)
{
	unsigned int shift = 0;

	while (value >> shift >= UINT64_C(2) << TRACE_HISTOGRAM_BITS)
		shift++;
	/* The first 128 are themselves; then each doubling has 64. */
	return (shift << TRACE_HISTOGRAM_BITS) + (unsigned int)(value >> shift);
}

/* The greatest value of a step. */
static uint64_t histogram_end(unsigned int step)
{
	unsigned int shift = step >> TRACE_HISTOGRAM_BITS;
	uint64_t first;

	shift -= shift > 0;
	first = step - ((uint64_t)shift << TRACE_HISTOGRAM_BITS);
	return (first << shift) + ((UINT64_C(1) << shift) - 1);
}

void trace_histogram_add(struct trace_histogram *histogram, uint64_t value)
{
	unsigned int step = histogram_step(value);

	if (histogram->count == 0 || value < histogram->min)
		histogram->min = value;
	if (value > histogram->max)
		histogram->max = value;
	histogram->count++;
	histogram->sum = value > UINT64_MAX - histogram->sum ? UINT64_MAX : histogram->sum + value;
	histogram->steps[step < TRACE_HISTOGRAM_STEPS ? step : TRACE_HISTOGRAM_STEPS - 1]++;
}

uint64_t trace_histogram_at(const struct trace_histogram *histogram, unsigned int percent)
{
	uint64_t wanted =
		histogram->count / 100 * percent + (histogram->count % 100 * percent + 99) / 100;
	uint64_t seen = 0, value;

	if (histogram->count == 0)
		return 0;
	for (unsigned int step = 0; step < TRACE_HISTOGRAM_STEPS; step++) {
		seen += histogram->steps[step];
		if (seen < wanted)
			continue;
		value = histogram_end(step);
		if (value < histogram->min)
			return histogram->min;
		return value > histogram->max ? histogram->max : value;
	}
	return histogram->max;
}
