/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/search.h"

/* What the workers of a search have come to, taken together. */

uint32_t search_deepest(const struct search *search)
{
	uint32_t deepest = search->deepest;

	for (unsigned int i = 0; i < search->worker_count; i++)
		if (search->workers[i].deepest > deepest)
			deepest = search->workers[i].deepest;
	return deepest;
}

unsigned int search_covered(const struct search *search)
{
	const struct frontier *frontier = &search->workers[0].frontier;
	unsigned int covered = 0;

	while (covered <= search->options->preemptions_max &&
	       frontier_count(frontier, covered) == 0)
		covered++;
	return covered;
}

uint64_t search_frontier(const struct search *search)
{
	uint64_t left = 0;

	for (unsigned int i = 0; i < search->worker_count; i++)
		left += counter_value(&search->workers[i].frontier.count);
	return left;
}

static bool is_nearer(const struct ending *a, const struct ending *b)
{
	if (a->id == STATE_NONE || b->id == STATE_NONE)
		return a->id != STATE_NONE;
	return a->depth != b->depth ? a->depth < b->depth : a->fingerprint < b->fingerprint;
}

struct ending search_ending(const struct search *search, enum teeq_verdict verdict)
{
	struct ending nearest = { .id = STATE_NONE };

	for (unsigned int i = 0; i < search->worker_count; i++)
		if (is_nearer(&search->workers[i].endings[verdict], &nearest))
			nearest = search->workers[i].endings[verdict];
	return nearest;
}
