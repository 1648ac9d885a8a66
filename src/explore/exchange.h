/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_EXCHANGE_H
#define EXPLORE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/store.h"
#include "teeq/peers.h"

/*
 * What one process of a search has to do with the others: whose a state is, batches of states that
 * are another's, and what all have to know. Where there are no others, each state is ours, nothing
 * arrives, and all know what we know.
 *
 * Batches belong to rounds. In each, whoever has put its last state closes, and the round is
 * complete when everybody's last batch is there and as many others as that one says.
 */
struct exchange {
	const struct teeq_peers *peers; /* NULL: the whole search is in this process */
	size_t state_size;
	struct outgoing *outgoing;  /* one for each process */
	struct state *told;         /* the last state that was put, of each hash */
	unsigned int closed;        /* processes that we have sent our last batch of this round */
	unsigned int last_batches;  /* that arrived in this round */
	uint64_t arrived, expected; /* batches of this round, as far as we were told of them */
};

/*
 * A batch that arrived: @count states that were not looked at yet, the next of them @at, and what
 * its sender said when it closed.
 */
struct arrival {
	const unsigned char *batch;
	const unsigned char *at;
	unsigned int count;
	unsigned int stop;
};

/* Bytes of a batch that one state of @state_size has room in. */
size_t exchange_batch_min(size_t state_size);

/* False: no memory. @peers are known also then. */
bool exchange_init(struct exchange *exchange, const struct teeq_peers *peers, size_t state_size);
void exchange_free(struct exchange *exchange);

/* The first of all processes does what only one should. */
static inline bool exchange_is_first(const struct exchange *exchange)
{
	return !exchange->peers || exchange->peers->rank == 0;
}

/* The upper bits: the lower ones say where the state lies in its owner's table. */
static inline unsigned int exchange_owner(const struct exchange *exchange, uint64_t fingerprint)
{
	return (unsigned int)((fingerprint >> 32) * exchange->peers->count >> 32);
}

static inline bool exchange_is_ours(const struct exchange *exchange, uint64_t fingerprint)
{
	return !exchange->peers ||
	       exchange_owner(exchange, fingerprint) == exchange->peers->rank;
}

/*
 * Whether this way to a state is worth telling whose it is: false where it was told of one as good
 * lately. From now on it counts as told.
 */
bool exchange_is_news(struct exchange *exchange, const struct state *step);

/*
 * Put a state into the batch for process @to, which is another; exchange_close(): send what is left
 * and say to everybody that it was the last, and @stop. False: there is no room before something
 * has been received; to be called again then.
 */
bool exchange_put(struct exchange *exchange, unsigned int to, const struct state *step,
		  const unsigned char *bytes);
bool exchange_close(struct exchange *exchange, unsigned int stop);
/* Whether all of this round has arrived, of which we closed ours; then the next begins. */
bool exchange_complete(struct exchange *exchange);

/* A batch, where one is there; @wait: not before. It is there until exchange_release(). */
bool exchange_receive(struct exchange *exchange, bool wait, struct arrival *arrival);
/* The next of its states, to @bytes, and how it was arrived at. False behind the last. */
bool exchange_next(const struct exchange *exchange, struct arrival *arrival, struct state *step,
		   unsigned char *bytes);
void exchange_release(struct exchange *exchange, const struct arrival *arrival);

/* Bytes of its tables. */
size_t exchange_memory(const struct exchange *exchange);

/* What the processes' numbers come to, in all of them; all must call it at the same point. */
void exchange_fold(const struct exchange *exchange, enum teeq_peers_fold how, uint64_t *values,
		   size_t count);
/* Likewise: whether @holds in all of them. */
bool exchange_all(const struct exchange *exchange, bool holds);

#endif
