/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/bit_state.h"

#include <stdlib.h>
#include <string.h>

#include "explore/search.h"

/* ----------------------------------------- the table ------------------------------------------ */

#define LINE_WORDS (BIT_LINE_BITS / 64)
#define LINE_BYTES (BIT_LINE_BITS / 8)
#define BIT_BITS 9 /* of a number that names a bit of a line */
_Static_assert(BIT_LINE_BITS == 1 << BIT_BITS, "a number of so many bits names one");
_Static_assert(LINE_BYTES == TEEQ_BIT_STATE_MIN, "the least table is one line");
_Static_assert(BIT_STATE_HASHES * BIT_BITS <= 64, "one word names them all");

bool bit_table_init(struct bit_table *table, uint64_t bytes)
{
	*table = (struct bit_table){ .line_count = bytes / LINE_BYTES };
	/* More than an address reaches is no memory either. */
	if (table->line_count <= SIZE_MAX / LINE_BYTES)
		table->words = calloc((size_t)table->line_count, LINE_BYTES);
	return table->words;
}

void bit_table_free(struct bit_table *table)
{
	free(table->words);
}

static uint64_t *bit_line(const struct bit_table *table, uint64_t fingerprint)
{
	return table->words + fingerprint % table->line_count * LINE_WORDS;
}

void bit_table_prefetch(const struct bit_table *table, uint64_t fingerprint)
{
	__builtin_prefetch(bit_line(table, fingerprint), 1);
}

/* The numbers of its bits: what the choice of the line leaves of it must not decide them. */
static uint64_t bits_of(uint64_t fingerprint)
{
	fingerprint = (fingerprint ^ fingerprint >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	fingerprint = (fingerprint ^ fingerprint >> 27) * UINT64_C(0x94d049bb133111eb);
	return fingerprint ^ fingerprint >> 31;
}

/* Of the new ones that come to a line with so many bits set, the share that is missed. */
static double missed_in(unsigned int set)
{
	double share = set / (double)BIT_LINE_BITS, missed = 1;

	for (unsigned int i = 0; i < BIT_STATE_HASHES; i++)
		missed *= share;
	return missed;
}

bool bit_table_add(struct bit_table *table, uint64_t fingerprint)
{
	uint64_t *line = bit_line(table, fingerprint);
	uint64_t bits = bits_of(fingerprint), missing[LINE_WORDS] = { 0 };
	unsigned int set = 0, more = 0;
	bool is_new = false;
	double missed;

	for (unsigned int i = 0; i < BIT_STATE_HASHES; i++, bits >>= BIT_BITS) {
		unsigned int bit = bits % BIT_LINE_BITS;

		missing[bit / 64] |= UINT64_C(1) << bit % 64 & ~line[bit / 64];
		is_new |= missing[bit / 64] != 0;
	}
	if (!is_new)
		return false;
	/* For each that is not missed there are so many that are. */
	missed = table->full / (double)table->line_count;
	table->missed += missed / (1 - missed);
	for (unsigned int i = 0; i < LINE_WORDS; i++) {
		set += (unsigned int)__builtin_popcountll(line[i]);
		more += (unsigned int)__builtin_popcountll(missing[i]);
		line[i] |= missing[i];
	}
	table->full += missed_in(set + more) - missed_in(set);
	table->set += more;
	return true;
}

/* ----------------------------------------- ways there ----------------------------------------- */

/* One move of the way to the state that is being expanded; the first one is none. */
struct bit_step {
	uint32_t depth; /* actions, behind it */
	uint8_t move;
};

struct bit_end {
	uint8_t *moves;
	size_t count;
};

struct bit_state {
	struct bit_table table;
	struct bit_step *way;
	size_t capacity;
	struct bit_end ends[TEEQ_VERDICT_COUNT];
};

/* What waits is called: how many moves it is away, the actions of the last one, and that move. */
#define ID_LEVEL 24
#define ID_ACTIONS 8
_Static_assert(EXPAND_CHAIN_MAX < 1 << (ID_LEVEL - ID_ACTIONS), "the actions of a move must fit");

struct bit_state *bit_state_new(uint64_t bytes)
{
	struct bit_state *bits = calloc(1, sizeof(*bits));

	if (!bits || bit_table_init(&bits->table, bytes))
		return bits;
	free(bits);
	return NULL;
}

void bit_state_free(struct bit_state *bits)
{
	if (!bits)
		return;
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		free(bits->ends[v].moves);
	bit_table_free(&bits->table);
	free(bits->way);
	free(bits);
}

state_id bit_state_start(struct bit_state *bits, uint64_t fingerprint)
{
	(void)bit_table_add(&bits->table, fingerprint);
	return 0;
}

/* Have room for the way to that level. */
static bool bits_make_room(struct search *search, struct bit_state *bits, size_t level)
{
	size_t capacity = bits->capacity ? 2 * bits->capacity : 256;
	struct bit_step *way;

	if (level < bits->capacity)
		return true;
	way = realloc(bits->way, capacity * sizeof(*way));
	if (!way)
		return false;
	bits->way = way;
	bits->capacity = capacity;
	search->extra_memory = capacity * sizeof(*way);
	return true;
}

/*
 * Go to a state that waited. Whatever came to the frontier after it is gone, so that the way up to
 * the level above its own is still the one on which it was met.
 */
static bool bits_go_to(struct search *search, state_id id)
{
	struct bit_state *bits = search->bits;
	size_t level = (size_t)(id >> ID_LEVEL);
	uint32_t actions = (uint32_t)(id >> ID_ACTIONS) % (1 << (ID_LEVEL - ID_ACTIONS));

	if (!bits_make_room(search, bits, level))
		return false;
	bits->way[level] = (struct bit_step){
		.depth = level ? bits->way[level - 1].depth + actions : 0,
		.move = (uint8_t)id,
	};
	search->depth = bits->way[level].depth;
	return true;
}

uint8_t *bit_state_way(const struct bit_state *bits, state_id end, size_t *count)
{
	uint8_t *moves = malloc(bits->ends[end].count + 1);

	*count = bits->ends[end].count;
	if (moves && *count > 0)
		memcpy(moves, bits->ends[end].moves, *count);
	return moves;
}

/* The first of the nearest ends is kept, with the way there. */
static void note_end(struct worker *worker, enum teeq_verdict verdict, const struct entry *entry)
{
	struct search *search = worker->search;
	struct ending *nearest = &worker->endings[verdict];
	struct bit_end *end = &search->bits->ends[verdict];
	size_t count = (size_t)(entry->id >> ID_LEVEL);
	uint8_t *moves;

	worker->count[verdict]++;
	if (nearest->name != STATE_NONE && nearest->depth <= search->depth)
		return;
	moves = realloc(end->moves, count + 1);
	if (!moves) {
		search_stop(search, STOP_MEMORY);
		return;
	}
	for (size_t i = 0; i < count; i++)
		moves[i] = search->bits->way[i + 1].move;
	*end = (struct bit_end){ moves, count };
	*nearest = (struct ending){ verdict, search->depth,
				    expander_fingerprint(&worker->expander, entry->world) };
}

/* ------------------------------------------ the search ---------------------------------------- */

_Static_assert(2 * TEEQ_TASK_MAX <= STORE_BATCH_MAX, "the moves from one state are pending at once");

/* Of the states that are pending those that are new wait; the last will be the next. */
static void keep_new(struct worker *worker)
{
	for (unsigned int i = 0; i < worker->pending_count; i++) {
		const struct store_entry *entry = &worker->pending[i];

		if (!bit_table_add(&worker->search->bits->table, entry->step.fingerprint))
			continue;
		counter_add(&worker->states, 1);
		if (!frontier_add(&worker->frontier, 0, entry->id, entry->bytes))
			search_stop(worker->search, STOP_MEMORY);
	}
	worker->pending_count = 0;
}

/* All moves from there; what they lead to is looked up when its memory is on the way. */
static void visit_all(struct worker *worker, const struct entry *from, uint64_t enabled)
{
	struct expander *expander = &worker->expander;
	struct choices choices = expander_choices(expander, from->world, enabled);
	state_id level = (from->id >> ID_LEVEL) + 1;
	uint8_t order[TEEQ_TASK_MAX];

	for (; choices_left(&choices); worker->pending_count++) {
		struct store_entry *entry = &worker->pending[worker->pending_count];
		unsigned char *form = worker->forms + worker->pending_count * expander->size;
		unsigned int move = choices_take(&choices);
		struct teeq_world *world = (struct teeq_world *)(void *)form;
		unsigned int actions =
			expander_move(expander, from->world, move, world, NULL, order);

		counter_add(&expander->actions, actions);
		entry->bytes = form;
		entry->id = level << ID_LEVEL | (state_id)actions << ID_ACTIONS | move;
		entry->step.fingerprint = expander_fingerprint(expander, world);
		bit_table_prefetch(&worker->search->bits->table, entry->step.fingerprint);
	}
	keep_new(worker);
}

void bit_state_expand_next(struct worker *worker)
{
	struct search *search = worker->search;
	struct entry entry = frontier_take_last(&worker->frontier, 0, worker->taken);
	enum teeq_verdict verdict;
	uint64_t enabled;

	if (!bits_go_to(search, entry.id)) {
		search_stop(search, STOP_MEMORY);
		return;
	}
	if (search->depth > search->depth_max) {
		search_stop(search, STOP_DEPTH);
		return;
	}
	if (search->depth > worker->deepest)
		worker->deepest = search->depth;
	if (search_ends(search, entry.world, &verdict, &enabled)) {
		note_end(worker, verdict, &entry);
		return;
	}
	worker->stranded.count += search_measures(search, entry.world);
	visit_all(worker, &entry, enabled);
	if (search_over_budget(search))
		search_stop(search, STOP_BUDGET);
}

void bit_state_tell(const struct bit_state *bits, struct teeq_explore_result *result)
{
	result->table_bits = bits->table.line_count * BIT_LINE_BITS;
	result->table_bits_set = bits->table.set;
	result->missed_expected = bits->table.missed;
}
