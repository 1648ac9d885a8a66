/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_STORE_H
#define EXPLORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/disk.h"

/*
 * The states already seen: open addressing over 64-bit fingerprints, in shards that each have a
 * lock of their own, so that workers seldom meet. A state's record never moves; its name is a
 * number, which lasts as long as the store.
 */
typedef uint64_t state_id;
#define STATE_NONE UINT64_MAX

/* A number that one worker changes and others may read at any time. */
typedef _Atomic uint64_t counter;

static inline void counter_add(counter *to, uint64_t value)
{
	atomic_store_explicit(to, atomic_load_explicit(to, memory_order_relaxed) + value,
			      memory_order_relaxed);
}

static inline uint64_t counter_value(const counter *of)
{
	return atomic_load_explicit(of, memory_order_relaxed);
}

/*
 * @parent, @task   the last step of a shortest way there: from which state, by its store_name(), or
 *                  STATE_NONE, and whose move. Among the
 *                  equally short the one with the lowest parent fingerprint, then task, so that the
 *                  way does not depend on who was faster
 * @depth           actions from the initial state
 * @expanded        its successors have been visited
 */
struct state {
	uint64_t fingerprint;
	state_id parent;
	uint32_t depth;
	uint16_t parent_tag; /* upper bits of the parent's fingerprint: most often they decide */
	uint8_t task;
	uint8_t expanded;
};

#define CACHE_LINE 64 /* bytes; only the speed depends on it */
#define STORE_CHUNK_COUNT 26 /* chunk k holds STORE_CHUNK_FIRST << k records */
#define STORE_CHUNK_FIRST 64

/*
 * What changes with every state has cache lines of its own: everybody reads the rest all the time,
 * without the lock, and would have to fetch it anew from the worker that changed its neighbour.
 */
struct shard {
	_Alignas(CACHE_LINE) _Atomic(uint64_t *) slots; /* upper half of the fingerprint, index + 1
							   of the record; 0: empty */
	_Atomic size_t slot_count;
	struct state *chunks[STORE_CHUNK_COUNT];
	unsigned char **bytes[STORE_CHUNK_COUNT]; /* whole states, packed; only when exact */
	counter memory; /* bytes; changes with the above */
	_Alignas(CACHE_LINE) atomic_flag lock;
	size_t count;
};

struct store {
	struct shard *shards;
	unsigned int shard_count; /* a power of two */
	bool shared;              /* by several workers: take the locks */
	size_t exact_size;        /* bytes of a state to compare whole; 0: fingerprints only */
	struct disk *disk;        /* where its tables lie; NULL: in memory */
	bool apart;               /* parents may lie in stores of other processes */
};

/*
 * What a state is called where it is somebody's parent or an end: by its id; or by its fingerprint,
 * where states lie in several stores.
 */
static inline uint64_t store_name(const struct store *store, state_id id, uint64_t fingerprint)
{
	return store->apart ? fingerprint : id;
}

bool store_init(struct store *store, unsigned int workers, size_t exact_size, struct disk *disk);
void store_free(struct store *store);

/* The upper bits of a fingerprint, as kept in parent_tag. */
static inline uint16_t state_tag(uint64_t fingerprint)
{
	return (uint16_t)(fingerprint >> 48);
}

/*
 * Whether the way to a state that ends with the step @a is shorter than that with @b, or as short
 * and told instead; with the fingerprints of the states before it.
 */
static inline bool state_is_better(const struct state *a, uint64_t before_a, const struct state *b,
				   uint64_t before_b)
{
	if (a->depth != b->depth)
		return a->depth < b->depth;
	return before_a != before_b ? before_a < before_b : a->task < b->task;
}

/* What became of a state that a worker arrived at. */
enum store_answer {
	STORE_NOMEM,
	STORE_NEW,
	STORE_CLOSER, /* known, but this way is shorter than any before */
	STORE_KNOWN,
};

/* Have the memory ready that store_add() will look at first for @fingerprint. */
void store_prefetch(const struct store *store, uint64_t fingerprint);

/* Note that @bytes, with @step's fingerprint, was reached by @step. *@id is its name. */
enum store_answer store_add(struct store *store, const struct state *step, const void *bytes,
			    state_id *id);

/*
 * One of several states to be added at once: @step and @bytes as for store_add(), then its answers.
 */
struct store_entry {
	struct state step;
	const void *bytes;
	state_id id;
	enum store_answer answer;
};

/*
 * Add them all, shard by shard. What each of them needs of the store is asked of the memory before
 * the first is looked at, and a shard is locked once.
 */
#define STORE_BATCH_MAX 256
void store_add_batch(struct store *store, struct store_entry *entries, unsigned int count);
/* How many at once serve best. */
unsigned int store_batch(const struct store *store);

/*
 * Have slots for @states more, in the shards of @share out of @shares. A shard that grows while it
 * is in use keeps everybody else waiting; here each worker lets its own share grow.
 */
void store_make_room(struct store *store, unsigned int share, unsigned int shares,
		     uint64_t states);

/* The record of @id, which must exist. It may be read without a lock but for parent and task. */
struct state *store_state(const struct store *store, state_id id);

/* The state with that fingerprint, of a store that is not exact; false: there is none. */
bool store_find(const struct store *store, uint64_t fingerprint, state_id *id);

/* The states in one row: the number of @id, and the id of a number. False behind the last. */
uint64_t store_number(const struct store *store, state_id id);
bool store_id(const struct store *store, uint64_t number, state_id *id);
/* The whole state, where the store is exact. */
void store_bytes(const struct store *store, state_id id, unsigned char *bytes);

/*
 * Claim @id for expansion at @depth. False if a shorter way was found since, or if it was expanded
 * already. Takes no lock: a state waits only once at each depth, and while a depth is expanded only
 * ways to greater depths are added.
 */
bool store_claim(struct store *store, state_id id, uint32_t depth);

/* Bytes that are not on the disk; may be asked while workers run. */
uint64_t store_memory(const struct store *store);

#endif
