/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive.h"

#include <stdlib.h>
#include <string.h>

#include "teeq/run.h"

/* ------------------------------------------ blocks -------------------------------------------- */

void blocks_init(struct blocks *blocks, size_t size)
{
	*blocks = (struct blocks){ .size = size, .stride = (size + 7) / 8 * 8 };
}

void blocks_free(struct blocks *blocks)
{
	free(blocks->bytes);
	free(blocks->next);
	free(blocks->heads);
}

const void *blocks_at(const struct blocks *blocks, size_t index)
{
	return blocks->bytes + index * blocks->stride;
}

/* FNV-1a over words, so that it is not the hash under test; the upper half is the better one. */
static uint64_t hash(const struct blocks *blocks, const void *bytes)
{
	const unsigned char *at = bytes;
	uint64_t sum = 14695981039346656037u, word;
	size_t i = 0;

	for (; i + sizeof(word) <= blocks->size; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		sum = (sum ^ word ^ word >> 32) * 1099511628211u;
		sum ^= sum >> 29;
	}
	for (; i < blocks->size; i++)
		sum = (sum ^ at[i]) * 1099511628211u;
	return sum ^ sum >> 32;
}

static void link_block(struct blocks *blocks, size_t index)
{
	uint32_t *head = &blocks->heads[hash(blocks, blocks_at(blocks, index)) &
					(blocks->head_count - 1)];

	blocks->next[index] = *head;
	*head = (uint32_t)index + 1;
}

static void grow(struct blocks *blocks)
{
	blocks->capacity = blocks->capacity ? 2 * blocks->capacity : 256;
	blocks->head_count = blocks->capacity;
	blocks->bytes = naive_need(realloc(blocks->bytes, blocks->capacity * blocks->stride));
	blocks->next = naive_need(realloc(blocks->next, blocks->capacity * sizeof(*blocks->next)));
	free(blocks->heads);
	blocks->heads = naive_need(calloc(blocks->head_count, sizeof(*blocks->heads)));
	for (size_t i = 0; i < blocks->count; i++)
		link_block(blocks, i);
}

/* The position of @bytes plus 1, or 0. */
static uint32_t has(const struct blocks *blocks, const void *bytes)
{
	uint32_t at = blocks->heads[hash(blocks, bytes) & (blocks->head_count - 1)];

	while (at && memcmp(blocks_at(blocks, at - 1), bytes, blocks->size) != 0)
		at = blocks->next[at - 1];
	return at;
}

size_t blocks_find(const struct blocks *blocks, const void *bytes)
{
	return has(blocks, bytes) - 1u;
}

bool blocks_add(struct blocks *blocks, const void *bytes)
{
	if (blocks->count == blocks->capacity)
		grow(blocks);
	if (has(blocks, bytes))
		return false;
	memcpy(blocks->bytes + blocks->count * blocks->stride, bytes, blocks->size);
	link_block(blocks, blocks->count++);
	return true;
}

/* --------------------------------------- the explorer ----------------------------------------- */

static void note_end(struct naive *naive, enum teeq_verdict verdict, size_t state, uint32_t depth)
{
	naive->ends = naive_need(
		realloc(naive->ends, (naive->end_count + 1) * sizeof(*naive->ends)));
	naive->ends[naive->end_count++] = (struct naive_end){ state, depth };
	if (naive->count[verdict]++ == 0)
		naive->distance[verdict] = depth;
}

/* Try every task that can move in state @index; those before it are nearer or as near. */
static void expand(struct naive *naive, const struct teeq_model *model, size_t index,
		   uint32_t depth, struct teeq_world *worlds[2],
		   const struct naive_watch *watch)
{
	struct teeq_world *from = worlds[0], *to = worlds[1];
	enum teeq_verdict verdict;
	struct teeq_event event;
	uint64_t enabled;

	memcpy(from, blocks_at(&naive->states, index), naive->states.size);
	verdict = teeq_world_verdict(model, from);
	if (verdict != TEEQ_VERDICT_LIMIT) {
		note_end(naive, verdict, index, depth);
		return;
	}
	enabled = teeq_world_enabled(model, from);
	for (unsigned int task = 0; task < teeq_model_task_count(model); task++) {
		if (!(enabled >> task & 1))
			continue;
		teeq_world_copy(model, to, from);
		teeq_world_step(model, to, task, &event);
		naive->transitions++;
		if (watch)
			watch->see(watch->argument, model, to, &event);
		naive_forget(model, to);
		blocks_add(&naive->states, to);
	}
}

void naive_explore(struct naive *naive, const struct teeq_model *model,
		   const struct teeq_world *start, size_t state_max,
		   const struct naive_watch *watch)
{
	struct teeq_world *worlds[] = {
		naive_need(teeq_world_new(model)), naive_need(teeq_world_new(model)),
	};
	size_t done = 0;

	*naive = (struct naive){ .depth = 0 };
	blocks_init(&naive->states, teeq_world_size(model));
	blocks_add(&naive->states, start);
	for (uint32_t depth = 0; done < naive->states.count && !naive->too_large; depth++) {
		size_t end = naive->states.count;

		naive->depth = depth;
		for (; done < end && naive->states.count <= state_max; done++)
			expand(naive, model, done, depth, worlds, watch);
		naive->too_large = naive->states.count > state_max;
	}
	teeq_world_free(worlds[0]);
	teeq_world_free(worlds[1]);
}

void naive_free(struct naive *naive)
{
	blocks_free(&naive->states);
	free(naive->ends);
}

void naive_ends_of(const struct naive *naive, const struct teeq_model *model, uint64_t tasks,
		   uint32_t distance[TEEQ_VERDICT_COUNT])
{
	struct teeq_world *world = naive_need(teeq_world_new(model));

	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		distance[v] = UINT32_MAX;
	for (size_t i = naive->end_count; i-- > 0;) {
		enum teeq_verdict verdict;

		memcpy(world, blocks_at(&naive->states, naive->ends[i].state), naive->states.size);
		verdict = teeq_world_verdict(model, world);
		if (verdict != TEEQ_VERDICT_VIOLATION &&
		    !(teeq_world_unfinished(model, world) & tasks))
			verdict = TEEQ_VERDICT_DONE;
		distance[verdict] = naive->ends[i].depth;
	}
	teeq_world_free(world);
}
