/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "base/hash.h"
#include "model/world.h"

/* The largest world, and what a search keeps behind it. */
#define BYTES_MAX (UINT16_MAX + 64u)

/* The other way round: @count values of @width bytes, one behind the other from @offset on. */
static void bytes_swap(struct teeq_world *w, size_t offset, size_t width, size_t count)
{
	unsigned char *at = world_part(w, offset);

	for (size_t i = 0; i < count; i++, at += width)
		for (size_t j = 0; j < width / 2; j++) {
			unsigned char byte = at[j];

			at[j] = at[width - 1 - j];
			at[width - 1 - j] = byte;
		}
}

static void swap_queue(const struct teeq_model *m, struct teeq_world *w, size_t offset)
{
	bytes_swap(w, offset + offsetof(struct teeq_callq, free_count), sizeof(int32_t), 1);
	bytes_swap(w, offset + offsetof(struct teeq_callq, system_session_count), sizeof(uint16_t),
		   1);
	bytes_swap(w, offset + offsetof(struct teeq_callq, waiter_count), sizeof(uint16_t), 1);
	for (size_t i = 0; i < m->waiter_max; i++)
		bytes_swap(w,
			   offset + offsetof(struct teeq_callq, waiters) +
				   i * sizeof(struct teeq_waiter) +
				   offsetof(struct teeq_waiter, id),
			   sizeof(uint16_t), 1);
}

static void swap_task(const struct teeq_model *m, struct teeq_world *w, size_t offset)
{
	const struct layout *at = &m->layout;

	for (size_t i = 0; i < m->level_count; i++)
		bytes_swap(w,
			   offset + offsetof(struct task, levels) + i * sizeof(struct level) +
				   offsetof(struct level, pc),
			   sizeof(uint16_t), 1);
	bytes_swap(w, offset + at->loops, sizeof(uint16_t),
		   (size_t)(at->errors - at->loops) / sizeof(uint16_t));
}

void world_swap(const struct teeq_model *m, struct teeq_world *w)
{
	const struct layout *at = &m->layout;

	bytes_swap(w, offsetof(struct teeq_world, events), sizeof(uint64_t), 1);
	for (unsigned int i = 0; i < m->guest_count; i++)
		swap_queue(m, w, m->guest_at[i].callq);
	bytes_swap(w, at->threads, sizeof(uint16_t),
		   (size_t)m->thread_count * at->thread_size / sizeof(uint16_t));
	for (size_t i = 0; i < m->task_count; i++)
		swap_task(m, w, at->tasks + i * at->task_size);
	if (m->uses & USES_ASYNC)
		bytes_swap(w, at->async, sizeof(uint64_t), m->guest_count);
	if (m->uses & USES_TIME)
		bytes_swap(w, at->timers, sizeof(uint16_t), m->task_count);
	for (size_t i = 0; m->argument_slots > 0 && i < m->guest_count; i++)
		bytes_swap(w, at->arguments + i * sizeof(struct arguments), sizeof(uint16_t), 3);
}

uint64_t world_hash(const struct teeq_model *m, const struct teeq_world *w, size_t size)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	(void)m;
	return hash_bytes(w, size);
#else
	_Alignas(struct teeq_world) unsigned char swapped[BYTES_MAX];

	memcpy(swapped, w, size);
	world_swap(m, (struct teeq_world *)(void *)swapped);
	return hash_bytes(swapped, size);
#endif
}
