/* SPDX-License-Identifier: BSD-2-Clause */
/* What the threads did, in the order in which they took the locks. */
#include <stdlib.h>
#include <string.h>

#include "cli/stress.h"

/* Of one task in one round. What is longer is not compared. */
enum {
	ENTRY_MAX = 1 << 17,
	BYTES_MAX = 1 << 24,
};

static bool grow(void **memory, size_t *capacity, size_t needed, size_t size)
{
	size_t wanted = *capacity ? *capacity : 64;
	void *grown;

	while (wanted < needed)
		wanted *= 2;
	if (wanted == *capacity)
		return true;
	grown = realloc(*memory, wanted * size);
	if (!grown)
		return false;
	*memory = grown;
	*capacity = wanted;
	return true;
}

/* Room for one entry and @size bytes of state. Memory stays for the next round. */
static bool make_room(struct stress_log *log, size_t size)
{
	void *entries = log->entries;
	void *bytes = log->bytes;
	bool made;

	if (log->cut || log->count >= ENTRY_MAX || log->size + size > BYTES_MAX)
		return false;
	made = grow(&entries, &log->capacity, log->count + 1, sizeof(*log->entries));
	log->entries = entries;
	made = made && grow(&bytes, &log->bytes_capacity, log->size + size, 1);
	log->bytes = bytes;
	return made;
}

/* Queues and pools are copied as they are, so they begin where a queue may begin. */
static size_t padded(size_t size)
{
	return (size + 7) / 8 * 8;
}

static void add_state(const struct stress_history *history, struct stress_log *log,
		      const struct teeq_rt_action *action, size_t size)
{
	unsigned char *to = log->bytes + log->size;
	size_t contexts = history->context_count;

	if (action->q) {
		memcpy(to, action->q, size);
	} else if (action->contexts) {
		memcpy(to, action->contexts, contexts);
		memcpy(to + contexts, action->owners, contexts * sizeof(*action->owners));
	}
	log->size += padded(size);
}

void stress_history_add(void *argument, const struct teeq_rt_action *action)
{
	struct stress_history *history = argument;
	struct stress_log *log = &history->logs[action->client];
	size_t size = 0;

	if (action->q)
		size = sizeof(*action->q) + action->q->waiter_count * sizeof(action->q->waiters[0]);
	else if (action->contexts)
		size = history->context_count * (1 + sizeof(*action->owners));
	if (!make_room(log, padded(size))) {
		log->cut = true;
		return;
	}
	log->entries[log->count++] = (struct stress_entry){
		.order = action->order,
		.task = (uint8_t)action->client,
		.level = (uint8_t)action->level,
		.action = (uint8_t)action->action,
		.outcome = (uint8_t)action->outcome,
		.is_queue = action->q != NULL,
		.result = (int16_t)action->result,
		.size = (uint32_t)size,
		.offset = log->size,
	};
	add_state(history, log, action, size);
}

void stress_history_clear(struct stress_history *history)
{
	for (size_t i = 0; i < TEEQ_TASK_MAX; i++) {
		history->logs[i].count = 0;
		history->logs[i].size = 0;
		history->logs[i].cut = false;
	}
	history->count = 0;
}

bool stress_history_order(struct stress_history *history, size_t task_count)
{
	void *ordered = (void *)history->ordered;
	size_t total = 0;
	bool made;

	for (size_t i = 0; i < task_count; i++) {
		if (history->logs[i].cut)
			return false;
		total += history->logs[i].count;
	}
	made = grow(&ordered, &history->capacity, total, sizeof(*history->ordered));
	history->ordered = ordered;
	if (!made)
		return false;
	/* The numbers are 0 to total - 1, each once. */
	for (size_t i = 0; i < task_count; i++)
		for (size_t j = 0; j < history->logs[i].count; j++)
			history->ordered[history->logs[i].entries[j].order] =
				&history->logs[i].entries[j];
	history->count = total;
	return true;
}

const struct teeq_callq *stress_entry_queue(const struct stress_history *history,
					    const struct stress_entry *entry)
{
	const void *bytes = history->logs[entry->task].bytes + entry->offset;

	return bytes;
}

const uint8_t *stress_entry_contexts(const struct stress_history *history,
				     const struct stress_entry *entry, int16_t *owners)
{
	const unsigned char *bytes = history->logs[entry->task].bytes + entry->offset;

	memcpy(owners, bytes + history->context_count, history->context_count * sizeof(*owners));
	return bytes;
}

void stress_history_free(struct stress_history *history)
{
	for (size_t i = 0; i < TEEQ_TASK_MAX; i++) {
		free(history->logs[i].entries);
		free(history->logs[i].bytes);
	}
	free((void *)history->ordered);
	memset(history, 0, sizeof(*history));
}
