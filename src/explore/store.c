/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE /* madvise() */
#include "explore/store.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "explore/pack.h"

#define SLOTS_FIRST 256
#define ID_SHIFT 40 /* of the shard in a state_id */

/* ------------------------------------------ memory -------------------------------------------- */

#define HUGE_PAGE ((size_t)2 << 20)

static bool lies_on_disk(const struct store *store, size_t size)
{
	return store->disk && size >= DISK_PIECE_MIN;
}

/* The memory that large_alloc() takes for @size bytes. */
static size_t large_size(const struct store *store, size_t size)
{
	if (lies_on_disk(store, size))
		return 0;
	return size < HUGE_PAGE / 2 ? size : (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/*
 * A table for large_free(). They are read all over: with large pages the processor finds its way
 * sooner.
 */
static void *large_alloc(const struct store *store, size_t size)
{
	size_t rounded = large_size(store, size);
	void *memory;

	if (lies_on_disk(store, size))
		return disk_take(store->disk, size, true);
	if (size < HUGE_PAGE / 2)
		return malloc(size);
	memory = aligned_alloc(HUGE_PAGE, rounded);
#ifdef MADV_HUGEPAGE
	if (memory)
		(void)madvise(memory, rounded, MADV_HUGEPAGE);
#endif
	return memory;
}

static void large_free(const struct store *store, void *memory, size_t size)
{
	if (memory && lies_on_disk(store, size))
		disk_give(store->disk, memory);
	else
		free(memory);
}

/* ----------------------------------------- records -------------------------------------------- */

struct place {
	unsigned int chunk;
	size_t offset;
};

static struct place place_of(size_t index)
{
	size_t scaled = index / STORE_CHUNK_FIRST + 1;
	unsigned int chunk = 63 - (unsigned int)__builtin_clzll(scaled);

	return (struct place){ chunk, index - STORE_CHUNK_FIRST * (((size_t)1 << chunk) - 1) };
}

static struct state *store_record(const struct shard *shard, size_t index)
{
	struct place place = place_of(index);

	return &shard->chunks[place.chunk][place.offset];
}

static unsigned char **record_bytes(const struct shard *shard, size_t index)
{
	struct place place = place_of(index);

	return &shard->bytes[place.chunk][place.offset];
}

/* Room for one more record at the end; its chunk may be new. */
static bool reserve_record(struct store *store, struct shard *shard)
{
	struct place place = place_of(shard->count);
	size_t count = (size_t)STORE_CHUNK_FIRST << place.chunk;

	if (place.chunk >= STORE_CHUNK_COUNT)
		return false;
	if (place.offset > 0)
		return true;
	shard->chunks[place.chunk] = large_alloc(store, count * sizeof(struct state));
	if (!shard->chunks[place.chunk])
		return false;
	counter_add(&shard->memory, large_size(store, count * sizeof(struct state)));
	if (!store->exact_size)
		return true;
	shard->bytes[place.chunk] = calloc(count, sizeof(unsigned char *));
	if (!shard->bytes[place.chunk])
		return false;
	counter_add(&shard->memory, count * sizeof(unsigned char *));
	return true;
}

/* ------------------------------------------ slots --------------------------------------------- */

#define SLOT_INDEX UINT32_MAX
#define GROW_AHEAD 16 /* records whose new slots are asked for in advance */

static uint64_t make_slot(uint64_t fingerprint, size_t index)
{
	return (fingerprint & ~(uint64_t)SLOT_INDEX) | (index + 1);
}

/* With the lock held nobody else changes them. */
static uint64_t *slots_of(const struct shard *shard)
{
	return atomic_load_explicit(&shard->slots, memory_order_relaxed);
}

static size_t slot_count(const struct shard *shard)
{
	return atomic_load_explicit(&shard->slot_count, memory_order_relaxed);
}

/* Whether @more records are more than its slots are good for. */
static bool store_is_full(const struct shard *shard, size_t more)
{
	return 5 * (shard->count + more) > 3 * slot_count(shard);
}

static bool grow_slots(const struct store *store, struct shard *shard)
{
	size_t before = slot_count(shard);
	size_t count = before ? 2 * before : SLOTS_FIRST;
	uint64_t *slots = large_alloc(store, count * sizeof(*slots));

	if (!slots)
		return false;
	/* A new piece of the disk is all zero, and should not be written to for that. */
	if (!lies_on_disk(store, count * sizeof(*slots)))
		memset(slots, 0, count * sizeof(*slots));
	for (size_t i = 0; i < shard->count; i++) {
		uint64_t fingerprint = store_record(shard, i)->fingerprint;
		size_t at = (size_t)fingerprint & (count - 1);

		if (i + GROW_AHEAD < shard->count)
			__builtin_prefetch(&slots[store_record(shard, i + GROW_AHEAD)->fingerprint &
						  (count - 1)],
					   1);
		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = make_slot(fingerprint, i);
	}
	counter_add(&shard->memory,
		    large_size(store, count * sizeof(*slots)) -
			    large_size(store, before * sizeof(*slots)));
	large_free(store, slots_of(shard), before * sizeof(*slots));
	atomic_store_explicit(&shard->slots, slots, memory_order_relaxed);
	atomic_store_explicit(&shard->slot_count, count, memory_order_relaxed);
	return true;
}

/* Whether the record @index is that very state. */
static bool is_same(const struct store *store, const struct shard *shard, size_t index,
		    uint64_t fingerprint, const void *bytes)
{
	if (store_record(shard, index)->fingerprint != fingerprint)
		return false;
	return !store->exact_size ||
	       pack_equal(*record_bytes(shard, index), bytes, store->exact_size);
}

/* The slot where the state is, or the empty one where it belongs. */
static size_t find_slot(const struct store *store, const struct shard *shard, uint64_t fingerprint,
			const void *bytes)
{
	const uint64_t *slots = slots_of(shard);
	size_t mask = slot_count(shard) - 1;
	size_t at = (size_t)fingerprint & mask;

	for (; slots[at]; at = (at + 1) & mask) {
		uint64_t slot = slots[at];

		if ((slot ^ fingerprint) >> 32 == 0 &&
		    is_same(store, shard, (size_t)(slot & SLOT_INDEX) - 1, fingerprint, bytes))
			break;
	}
	return at;
}

/* ----------------------------------------- the store ------------------------------------------ */

#define STORE_SHARD_MAX 1024
#define SHARDS_EACH 4 /* few: a lock that the other core held last costs more than many states */

bool store_init(struct store *store, unsigned int workers, size_t exact_size, struct disk *disk)
{
	unsigned int count = 1;

	while (workers > 1 && count < SHARDS_EACH * workers && count < STORE_SHARD_MAX)
		count *= 2;

	*store = (struct store){ .shard_count = count, .shared = workers > 1,
				 .exact_size = exact_size, .disk = disk };
	store->shards = aligned_alloc(CACHE_LINE, count * sizeof(*store->shards));
	if (!store->shards)
		return false;
	memset(store->shards, 0, count * sizeof(*store->shards));
	for (unsigned int i = 0; i < count; i++)
		atomic_flag_clear(&store->shards[i].lock);
	return true;
}

static void free_shard(const struct store *store, struct shard *shard)
{
	for (size_t i = 0; store->exact_size && i < shard->count; i++)
		free(*record_bytes(shard, i));
	for (unsigned int i = 0; i < STORE_CHUNK_COUNT; i++) {
		large_free(store, shard->chunks[i],
			   ((size_t)STORE_CHUNK_FIRST << i) * sizeof(struct state));
		free(shard->bytes[i]);
	}
	large_free(store, slots_of(shard), slot_count(shard) * sizeof(uint64_t));
}

void store_free(struct store *store)
{
	for (unsigned int i = 0; store->shards && i < store->shard_count; i++)
		free_shard(store, &store->shards[i]);
	free(store->shards);
	store->shards = NULL;
}

static void lock(const struct store *store, struct shard *shard)
{
	if (store->shared)
		while (atomic_flag_test_and_set_explicit(&shard->lock, memory_order_acquire))
			sched_yield();
}

static void store_unlock(const struct store *store, struct shard *shard)
{
	if (store->shared)
		atomic_flag_clear_explicit(&shard->lock, memory_order_release);
}

/* The upper bits choose the shard, the lower ones the slot in it. */
static unsigned int shard_of(const struct store *store, uint64_t fingerprint)
{
	return (unsigned int)(fingerprint >> 54) & (store->shard_count - 1);
}

struct state *store_state(const struct store *store, state_id id)
{
	return store_record(&store->shards[id >> ID_SHIFT],
			    (size_t)(id & ((UINT64_C(1) << ID_SHIFT) - 1)));
}

bool store_find(const struct store *store, uint64_t fingerprint, state_id *id)
{
	unsigned int number = shard_of(store, fingerprint);
	const struct shard *shard = &store->shards[number];
	uint64_t content = slots_of(shard) ?
				   slots_of(shard)[find_slot(store, shard, fingerprint, NULL)] : 0;

	*id = (state_id)number << ID_SHIFT | (state_id)((content & SLOT_INDEX) - 1);
	return content != 0;
}

uint64_t store_number(const struct store *store, state_id id)
{
	uint64_t number = id & ((UINT64_C(1) << ID_SHIFT) - 1);

	for (unsigned int i = 0; i < id >> ID_SHIFT; i++)
		number += store->shards[i].count;
	return number;
}

bool store_id(const struct store *store, uint64_t number, state_id *id)
{
	unsigned int shard = 0;

	while (shard < store->shard_count && number >= store->shards[shard].count)
		number -= store->shards[shard++].count;
	*id = (state_id)shard << ID_SHIFT | number;
	return shard < store->shard_count;
}

void store_bytes(const struct store *store, state_id id, unsigned char *bytes)
{
	const struct shard *shard = &store->shards[id >> ID_SHIFT];
	size_t index = (size_t)(id & ((UINT64_C(1) << ID_SHIFT) - 1));

	unpack_state(*record_bytes(shard, index), bytes, store->exact_size);
}

static uint64_t parent_fingerprint(const struct store *store, uint64_t parent)
{
	return store->apart ? parent : store_state(store, parent)->fingerprint;
}

static bool store_is_better(const struct store *store, const struct state *step,
			    const struct state *known)
{
	uint64_t ours, theirs;

	if (step->depth != known->depth)
		return step->depth < known->depth;
	if (known->parent == STATE_NONE || step->parent == STATE_NONE)
		return false;
	if (step->parent_tag != known->parent_tag)
		return step->parent_tag < known->parent_tag;
	ours = parent_fingerprint(store, step->parent);
	theirs = parent_fingerprint(store, known->parent);
	return state_is_better(step, ours, known, theirs);
}

static enum store_answer add_new(struct store *store, struct shard *shard, size_t slot,
				 const struct state *step, const void *bytes)
{
	if (!reserve_record(store, shard))
		return STORE_NOMEM;
	if (store->exact_size) {
		size_t size;
		unsigned char *packed = pack_state(bytes, store->exact_size, &size);

		if (!packed)
			return STORE_NOMEM;
		*record_bytes(shard, shard->count) = packed;
		counter_add(&shard->memory, size);
	}
	*store_record(shard, shard->count) = *step;
	slots_of(shard)[slot] = make_slot(step->fingerprint, shard->count);
	shard->count++;
	return STORE_NEW;
}

static enum store_answer add_locked(struct store *store, struct shard *shard,
				    const struct state *step, const void *bytes, size_t *index)
{
	struct state *known;
	uint64_t content;
	size_t slot;
	bool closer;

	if (store_is_full(shard, 1) && !grow_slots(store, shard))
		return STORE_NOMEM;
	slot = find_slot(store, shard, step->fingerprint, bytes);
	content = slots_of(shard)[slot];
	*index = content ? (size_t)(content & SLOT_INDEX) - 1 : shard->count;
	if (!content)
		return add_new(store, shard, slot, step, bytes);
	known = store_record(shard, *index);
	if (!store_is_better(store, step, known))
		return STORE_KNOWN;
	closer = step->depth < known->depth;
	known->parent = step->parent;
	known->parent_tag = step->parent_tag;
	known->task = step->task;
	known->depth = step->depth;
	return closer ? STORE_CLOSER : STORE_KNOWN;
}

void store_prefetch(const struct store *store, uint64_t fingerprint)
{
	const struct shard *shard = &store->shards[shard_of(store, fingerprint)];

	const uint64_t *slots = atomic_load_explicit(&shard->slots, memory_order_relaxed);
	size_t count = atomic_load_explicit(&shard->slot_count, memory_order_relaxed);

	/* Where another worker grows the slots meanwhile, this is the wrong place, and harmless. */
	if (slots)
		__builtin_prefetch(&slots[(size_t)fingerprint & (count - 1)]);
}

enum store_answer store_add(struct store *store, const struct state *step, const void *bytes,
			    state_id *id)
{
	unsigned int number = shard_of(store, step->fingerprint);
	struct shard *shard = &store->shards[number];
	enum store_answer answer;
	size_t index = 0;

	lock(store, shard);
	answer = add_locked(store, shard, step, bytes, &index);
	store_unlock(store, shard);
	*id = (state_id)number << ID_SHIFT | index;
	return answer;
}

/* ---------------------------------------- many at once ---------------------------------------- */

#define BATCH_ALONE 64 /* what fits into the first-level cache beside everything else */

unsigned int store_batch(const struct store *store)
{
	return store->shared ? STORE_BATCH_MAX : BATCH_ALONE;
}

void store_make_room(struct store *store, unsigned int share, unsigned int shares, uint64_t states)
{
	size_t each = (size_t)(states / store->shard_count);

	for (unsigned int i = share; i < store->shard_count; i += shares) {
		struct shard *shard = &store->shards[i];

		lock(store, shard);
		while (store_is_full(shard, each) && grow_slots(store, shard))
			;
		store_unlock(store, shard);
	}
}

static void prefetch_record(const struct shard *shard, uint64_t fingerprint)
{
	const uint64_t *slots = slots_of(shard);
	size_t mask = slot_count(shard) - 1;
	size_t at = (size_t)fingerprint & mask;

	if (!slots)
		return;
	while (slots[at] && (slots[at] ^ fingerprint) >> 32 != 0)
		at = (at + 1) & mask;
	if (slots[at])
		__builtin_prefetch(store_record(shard, (size_t)(slots[at] & SLOT_INDEX) - 1));
}

static void add_to_shard(struct store *store, unsigned int number, struct store_entry *entries,
			 const uint16_t *chosen, unsigned int count)
{
	struct shard *shard = &store->shards[number];

	lock(store, shard);
	for (unsigned int i = 0; i < count; i++)
		prefetch_record(shard, entries[chosen[i]].step.fingerprint);
	for (unsigned int i = 0; i < count; i++) {
		struct store_entry *entry = &entries[chosen[i]];
		size_t index = 0;

		entry->answer = add_locked(store, shard, &entry->step, entry->bytes, &index);
		entry->id = (state_id)number << ID_SHIFT | index;
	}
	store_unlock(store, shard);
}

void store_add_batch(struct store *store, struct store_entry *entries, unsigned int count)
{
	uint16_t begins[STORE_SHARD_MAX] = { 0 };
	uint16_t sorted[STORE_BATCH_MAX];
	unsigned int from = 0;

	for (unsigned int i = 0; i < count; i++)
		begins[shard_of(store, entries[i].step.fingerprint)]++;
	for (unsigned int i = 1; i < store->shard_count; i++)
		begins[i] = (uint16_t)(begins[i] + begins[i - 1]);
	/* From the back: each shard's end moves to its beginning, and the order within it stays. */
	for (unsigned int i = count; i-- > 0;)
		sorted[--begins[shard_of(store, entries[i].step.fingerprint)]] = (uint16_t)i;
	for (unsigned int i = 0; i < store->shard_count; i++) {
		unsigned int to = i + 1 < store->shard_count ? begins[i + 1] : count;

		if (from < to)
			add_to_shard(store, i, entries, sorted + from, to - from);
		from = to;
	}
}

bool store_claim(struct store *store, state_id id, uint32_t depth)
{
	struct state *state = store_state(store, id);
	bool claimed = !state->expanded && state->depth == depth;

	state->expanded |= claimed;
	return claimed;
}

uint64_t store_memory(const struct store *store)
{
	uint64_t memory = store->shard_count * sizeof(struct shard);

	for (unsigned int i = 0; i < store->shard_count; i++)
		memory += counter_value(&store->shards[i].memory);
	return memory;
}
