/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "explore/search.h"

/* What can be said of it without the others. */
static enum teeq_status check_peers(const struct teeq_model *m, const struct teeq_peers *peers,
				    struct teeq_error *error)
{
	if (peers->count == 0 || peers->rank >= peers->count)
		return error_set(error, TEEQ_EINPUT, "peers", "process %u is none of %u",
				 peers->rank, peers->count);
	if (peers->batch_bytes < exchange_batch_min(m->layout.size))
		return error_set(error, TEEQ_EINPUT, "peers",
				 "a batch of %zu bytes has no room for a state: at least %zu",
				 peers->batch_bytes, exchange_batch_min(m->layout.size));
	return TEEQ_OK;
}

#define COMPARED 14

/* Whoever searched something else would tell of states that there are not. */
static enum teeq_status compare_peers(const struct teeq_model *m,
				      const struct teeq_explore_options *options,
				      struct teeq_error *error)
{
	const struct exchange exchange = { .peers = options->peers };
	const uint64_t own[COMPARED] = {
		teeq_model_digest(m), m->layout.size, options->search, options->workers,
		options->no_symmetry, options->no_reduction, options->without, options->exact,
		options->all, options->must_finish, options->watch, options->goal,
		options->max_states,
		options->from ? hash_bytes(options->from, m->layout.size) : 0,
	};
	uint64_t least[COMPARED], greatest[COMPARED];

	memcpy(least, own, sizeof(own));
	memcpy(greatest, own, sizeof(own));
	exchange_fold(&exchange, TEEQ_PEERS_LEAST, least, COMPARED);
	exchange_fold(&exchange, TEEQ_PEERS_GREATEST, greatest, COMPARED);
	if (memcmp(least, greatest, sizeof(own)) == 0)
		return TEEQ_OK;
	return error_set(error, TEEQ_EINPUT, "peers", "not all processes have the same %s",
			 least[0] == greatest[0] ? "options" : "model");
}

/* What several processes cannot do together. */
static enum teeq_status check_together(const struct teeq_explore_options *options,
				       struct teeq_error *error)
{
	const char *alone = NULL;

	if (options->search != TEEQ_SEARCH_BREADTH)
		alone = "in another order than breadth first";
	else if (options->workers > 1)
		alone = "with several workers";
	else if (options->exact)
		alone = "that compares whole states";
	else if (options->watch)
		alone = "that watches a task";
	else if (options->checkpoint_to || options->resume_from)
		alone = "with checkpoints";
	return alone ? error_set(error, TEEQ_EINPUT, "peers",
				 "a search %s is made by one process", alone) :
		       TEEQ_OK;
}

enum teeq_status peers_settle(const struct teeq_model *m,
			      const struct teeq_explore_options *options,
			      struct teeq_error *error)
{
	enum teeq_status status = check_peers(m, options->peers, error);

	if (status == TEEQ_OK)
		status = compare_peers(m, options, error);
	return status == TEEQ_OK ? check_together(options, error) : status;
}
