/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/event_hash.h"

#include "base/hash.h"

/* The words of an event, at most: three, whom it woke, one of what few have, and the registers. */
#define WORDS_MAX (3 + (TEEQ_EVENT_WOKEN_MAX + 3) / 4 + 1 + 16)

/* Each of these writes at @to, and returns what is behind that. */
static uint8_t *event_put(uint8_t *to, uint64_t value)
{
	hash_put64(to, value);
	return to + 8;
}

static uint8_t *put_woken(uint8_t *to, const struct teeq_event *event)
{
	unsigned int count = event->woken_count < TEEQ_EVENT_WOKEN_MAX ? event->woken_count :
									 TEEQ_EVENT_WOKEN_MAX;

	for (unsigned int i = 0; i < count; i += 4) {
		uint64_t word = 0;

		for (unsigned int j = i; j < i + 4 && j < count; j++)
			word |= ((uint64_t)event->woken[j].task << 8 | event->woken[j].level)
				<< 16 * (j - i);
		to = event_put(to, word);
	}
	return to;
}

/*
 * What only few events have: without it, nothing is hashed, so that older hashes stay as they were.
 */
static uint8_t *put_extras(uint8_t *to, const struct teeq_event *event)
{
	if (!event->rpc && !event->ticks && !event->touch && event->peer == TEEQ_NO_TASK)
		return to;
	return event_put(to, (uint64_t)event->rpc | (uint64_t)event->peer << 8 |
				     (uint64_t)event->ticks << 16 | (uint64_t)event->touched << 32 |
				     (uint64_t)event->touch << 48);
}

static uint8_t *put_regs(uint8_t *to, const struct teeq_smc_regs *regs)
{
	for (unsigned int i = 0; i < 8; i++)
		to = event_put(to, regs->a[i]);
	return to;
}

uint64_t event_hash(uint64_t hash, const struct teeq_event *event)
{
	uint8_t bytes[8 * WORDS_MAX], *end = bytes;

	end = event_put(end,
			(uint64_t)event->task | (uint64_t)event->level << 8 |
				(uint64_t)event->action << 16 | (uint64_t)event->outcome << 24 |
				(uint64_t)event->context << 32 | (uint64_t)event->system << 40 |
				(uint64_t)event->has_call << 41 | (uint64_t)event->has_ret << 42 |
				(uint64_t)event->memory << 43 |
				(uint64_t)(uint16_t)event->result << 48);
	end = event_put(end, (uint64_t)event->object | (uint64_t)event->command << 16 |
				     (uint64_t)event->system_session_count << 32 |
				     (uint64_t)event->waiter_count << 48);
	end = event_put(end,
			(uint64_t)(uint32_t)event->free_count | (uint64_t)event->woken_count << 32);
	if (event->woken_count > 0)
		end = put_woken(end, event);
	end = put_extras(end, event);
	if (event->has_call)
		end = put_regs(end, &event->call);
	if (event->has_ret)
		end = put_regs(end, &event->ret);
	return hash_continue(hash, bytes, (size_t)(end - bytes));
}
