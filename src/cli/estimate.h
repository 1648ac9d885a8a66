/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ESTIMATE_H
#define CLI_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

#include <teeq/explore.h>

/* How far a search was when it was looked at, of the last times; all zero: never. */
#define ESTIMATE_LOOKS 8
struct estimate {
	double seconds[ESTIMATE_LOOKS];
	uint64_t frontier[ESTIMATE_LOOKS];
	unsigned int count;
};

/*
 * How many seconds it takes still, at the pace since the first of those looks; below 0: not known.
 * That is so while as many states wait as then, or more; and as those that wait have others behind
 * them, it takes no less.
 */
double estimate_rest(struct estimate *estimate, const struct teeq_progress *progress);

#define ESTIMATE_TEXT 240
/*
 * A line about it that fits into @width columns (0: any): of the states that are known those that
 * were looked at, as a bar; the numbers; and the rest, where it is not below 0.
 */
void estimate_line(char text[ESTIMATE_TEXT], const struct teeq_progress *progress, double rest,
		   unsigned int width);

#endif
