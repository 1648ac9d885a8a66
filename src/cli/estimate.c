/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/estimate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

double estimate_rest(struct estimate *estimate, const struct teeq_progress *progress)
{
	unsigned int last = estimate->count % ESTIMATE_LOOKS;
	unsigned int first = estimate->count < ESTIMATE_LOOKS ? 0 : last;
	double time = progress->seconds - estimate->seconds[first];
	double fall = (double)estimate->frontier[first] - (double)progress->frontier;
	double rest = -1;

	if (estimate->count > 0 && time > 0 && fall > 0)
		rest = (double)progress->frontier / fall * time;
	estimate->seconds[last] = progress->seconds;
	estimate->frontier[last] = progress->frontier;
	estimate->count++;
	return rest;
}

void cli_bytes_text(char text[CLI_BYTES_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KB", "MB", "GB" };
	double amount = (double)bytes;
	size_t unit = 0;

	for (; amount >= 1024 && unit < 3; unit++)
		amount /= 1024;
	snprintf(text, CLI_BYTES_TEXT, "%.*f %s", unit > 0, amount, units[unit]);
}

#define BAR 20

/* "[#####               ]  25%" */
static size_t estimate_bar(char *text, size_t size, const struct teeq_progress *progress)
{
	uint64_t waiting = progress->frontier < progress->states ? progress->frontier :
								   progress->states;
	uint64_t share =
		progress->states > 0 ? 100 * (progress->states - waiting) / progress->states : 0;
	int length = (int)(share * BAR / 100);

	return (size_t)snprintf(text, size, "[%.*s%*s] %3" PRIu64 "%%, ", length,
				"####################", BAR - length, "", share);
}

/* Cut at the last comma, where it does not fit. */
static void estimate_cut(char *text, unsigned int width)
{
	while (width > 0 && strlen(text) >= width) {
		char *comma = strrchr(text, ',');

		text[comma ? (size_t)(comma - text) : width - 1] = '\0';
	}
}

void estimate_line(char text[ESTIMATE_TEXT], const struct teeq_progress *progress, double rest,
		   unsigned int width)
{
	char memory[CLI_BYTES_TEXT];
	size_t length = estimate_bar(text, ESTIMATE_TEXT, progress);

	if (rest >= 0)
		length += (size_t)snprintf(text + length, ESTIMATE_TEXT - length,
					   "%.0f s more at this pace, ", rest);
	cli_bytes_text(memory, progress->memory_bytes);
	snprintf(text + length, ESTIMATE_TEXT - length,
		 "%" PRIu64 " states, frontier %" PRIu64 ", %.0f/s, %s, depth %" PRIu64,
		 progress->states, progress->frontier,
		 progress->seconds > 0 ? (double)progress->states / progress->seconds : 0.0, memory,
		 progress->depth);
	estimate_cut(text, width);
}
