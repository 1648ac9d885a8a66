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

uint64_t search_next_depth(const struct search *search, uint32_t from)
{
	uint64_t next = UINT64_MAX;

	for (; from < search->depth + FRONTIER_SPAN && next == UINT64_MAX; from++)
		for (unsigned int i = 0; i < search->worker_count; i++)
			if (frontier_count(&search->workers[i].frontier, from) > 0)
				next = from;
	exchange_fold(&search->exchange, TEEQ_PEERS_LEAST, &next, 1);
	return next;
}

uint64_t search_frontier(const struct search *search)
{
	uint64_t left = search->elsewhere.frontier;

	for (unsigned int i = 0; i < search->worker_count; i++)
		left += counter_value(&search->workers[i].frontier.count);
	return left;
}

static bool is_nearer(const struct ending *a, const struct ending *b)
{
	if (a->name == STATE_NONE || b->name == STATE_NONE)
		return a->name != STATE_NONE;
	return a->depth != b->depth ? a->depth < b->depth : a->fingerprint < b->fingerprint;
}

struct ending search_ending(const struct search *search, enum teeq_verdict verdict)
{
	struct ending nearest = { .name = STATE_NONE, .depth = UINT32_MAX };
	uint64_t depth, name;

	for (unsigned int i = 0; i < search->worker_count; i++)
		if (is_nearer(&search->workers[i].endings[verdict], &nearest))
			nearest = search->workers[i].endings[verdict];
	depth = nearest.depth;
	exchange_fold(&search->exchange, TEEQ_PEERS_LEAST, &depth, 1);
	/* Among processes names are fingerprints: the lowest of the nearest. */
	name = nearest.depth == depth ? nearest.name : STATE_NONE;
	exchange_fold(&search->exchange, TEEQ_PEERS_LEAST, &name, 1);
	return (struct ending){ name, (uint32_t)depth, nearest.fingerprint };
}
