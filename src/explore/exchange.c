/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "explore/pack.h"

/*
 * What a batch begins with. @batches: of the sender's last one in a round, how many it sent us in
 * all, this one among them; of others 0.
 */
struct batch_head {
	uint64_t batches;
	uint32_t count; /* of records */
	uint32_t stop;
};

/* The batch for one process that is being filled, and those that were sent to it in this round. */
struct outgoing {
	unsigned char *room; /* NULL: nothing yet */
	size_t size;         /* in use */
	uint32_t count;
	uint64_t batches;
};

/* Most moves lead to states that are known, and many of those were met not long ago. */
#define TOLD_COUNT (1u << 16)

size_t exchange_batch_min(size_t state_size)
{
	return sizeof(struct batch_head) + sizeof(struct state) + pack_max(state_size);
}

bool exchange_init(struct exchange *exchange, const struct teeq_peers *peers, size_t state_size)
{
	*exchange = (struct exchange){ .peers = peers, .state_size = state_size };
	if (!peers)
		return true;
	exchange->outgoing = calloc(peers->count, sizeof(*exchange->outgoing));
	exchange->told = calloc(TOLD_COUNT, sizeof(*exchange->told));
	return exchange->outgoing && exchange->told;
}

void exchange_free(struct exchange *exchange)
{
	free(exchange->outgoing);
	free(exchange->told);
}

size_t exchange_memory(const struct exchange *exchange)
{
	return exchange->peers ? exchange->peers->count * sizeof(*exchange->outgoing) +
					 TOLD_COUNT * sizeof(*exchange->told) : 0;
}

/* ------------------------------------------ sending ------------------------------------------- */

static bool exchange_has_room(const struct exchange *exchange, struct outgoing *outgoing)
{
	if (outgoing->room)
		return true;
	outgoing->room = exchange->peers->room(exchange->peers->argument);
	outgoing->size = sizeof(struct batch_head);
	outgoing->count = 0;
	return outgoing->room;
}

static void send_batch(struct exchange *exchange, unsigned int to, bool last, unsigned int stop)
{
	const struct teeq_peers *peers = exchange->peers;
	struct outgoing *outgoing = &exchange->outgoing[to];
	struct batch_head head = { .count = outgoing->count, .stop = stop };

	outgoing->batches++;
	if (last)
		head.batches = outgoing->batches;
	memcpy(outgoing->room, &head, sizeof(head));
	peers->send(peers->argument, to, outgoing->room, outgoing->size);
	outgoing->room = NULL;
	if (last)
		outgoing->batches = 0;
}

bool exchange_is_news(struct exchange *exchange, const struct state *step)
{
	struct state *told = &exchange->told[step->fingerprint % TOLD_COUNT];

	if (told->fingerprint == step->fingerprint &&
	    !state_is_better(step, step->parent, told, told->parent))
		return false;
	*told = *step;
	return true;
}

static bool is_full(const struct exchange *exchange, const struct outgoing *outgoing)
{
	return outgoing->size + sizeof(struct state) + pack_max(exchange->state_size) >
	       exchange->peers->batch_bytes;
}

bool exchange_put(struct exchange *exchange, unsigned int to, const struct state *step,
		  const unsigned char *bytes)
{
	struct outgoing *outgoing = &exchange->outgoing[to];

	if (!exchange_has_room(exchange, outgoing))
		return false;
	memcpy(outgoing->room + outgoing->size, step, sizeof(*step));
	outgoing->size += sizeof(*step);
	outgoing->size += pack_bytes(bytes, exchange->state_size, outgoing->room + outgoing->size);
	outgoing->count++;
	if (is_full(exchange, outgoing))
		send_batch(exchange, to, false, 0);
	return true;
}

bool exchange_close(struct exchange *exchange, unsigned int stop)
{
	unsigned int count = exchange->peers ? exchange->peers->count : 0;

	for (; exchange->closed < count; exchange->closed++) {
		if (exchange->closed == exchange->peers->rank)
			continue;
		if (!exchange_has_room(exchange, &exchange->outgoing[exchange->closed]))
			return false;
		send_batch(exchange, exchange->closed, true, stop);
	}
	return true;
}

/* ----------------------------------------- receiving ------------------------------------------ */

bool exchange_receive(struct exchange *exchange, bool wait, struct arrival *arrival)
{
	const struct teeq_peers *peers = exchange->peers;
	struct batch_head head;
	size_t size;

	arrival->batch = peers ? peers->receive(peers->argument, wait, &size) : NULL;
	if (!arrival->batch)
		return false;
	memcpy(&head, arrival->batch, sizeof(head));
	arrival->at = arrival->batch + sizeof(head);
	arrival->count = head.count;
	arrival->stop = head.stop;
	exchange->arrived++;
	exchange->expected += head.batches;
	exchange->last_batches += head.batches > 0;
	return true;
}

bool exchange_next(const struct exchange *exchange, struct arrival *arrival, struct state *step,
		   unsigned char *bytes)
{
	if (arrival->count == 0)
		return false;
	memcpy(step, arrival->at, sizeof(*step));
	arrival->at += sizeof(*step);
	arrival->at += unpack_state(arrival->at, bytes, exchange->state_size);
	arrival->count--;
	return true;
}

void exchange_release(struct exchange *exchange, const struct arrival *arrival)
{
	exchange->peers->release(exchange->peers->argument, arrival->batch);
}

bool exchange_complete(struct exchange *exchange)
{
	if (!exchange->peers)
		return true;
	if (exchange->last_batches + 1 < exchange->peers->count ||
	    exchange->arrived < exchange->expected)
		return false;
	exchange->closed = 0;
	exchange->last_batches = 0;
	exchange->arrived = 0;
	exchange->expected = 0;
	return true;
}

/* ---------------------------------------- what all know --------------------------------------- */

void exchange_fold(const struct exchange *exchange, enum teeq_peers_fold how, uint64_t *values,
		   size_t count)
{
	if (exchange->peers)
		exchange->peers->fold(exchange->peers->argument, how, values, count);
}

bool exchange_all(const struct exchange *exchange, bool holds)
{
	uint64_t least = holds;

	exchange_fold(exchange, TEEQ_PEERS_LEAST, &least, 1);
	return least != 0;
}
