/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/event_hash.h"

#include "base/hash.h"

struct packed {
	uint8_t bytes[8 * (4 + TEEQ_EVENT_WOKEN_MAX / 4 + 16)];
	unsigned int size;
};

static void event_hash_put(struct packed *packed, uint64_t value)
{
	hash_put64(packed->bytes + packed->size, value);
	packed->size += 8;
}

static void put_woken(struct packed *packed, const struct teeq_event *event)
{
	unsigned int count = event->woken_count < TEEQ_EVENT_WOKEN_MAX ? event->woken_count :
									 TEEQ_EVENT_WOKEN_MAX;

	for (unsigned int i = 0; i < count; i += 4) {
		uint64_t word = 0;

		for (unsigned int j = i; j < i + 4 && j < count; j++)
			word |= ((uint64_t)event->woken[j].task << 8 | event->woken[j].level)
				<< 16 * (j - i);
		event_hash_put(packed, word);
	}
}

/* What only few events have. */
static void put_extras(struct packed *packed, const struct teeq_event *event)
{
	if (event->rpc || event->ticks || event->touch || event->peer != TEEQ_NO_TASK)
		event_hash_put(packed, (uint64_t)event->rpc | (uint64_t)event->peer << 8 |
					       (uint64_t)event->ticks << 16 |
					       (uint64_t)event->touched << 32 |
					       (uint64_t)event->touch << 48);
}

static void put_regs(struct packed *packed, const struct teeq_smc_regs *regs)
{
	for (unsigned int i = 0; i < 8; i++)
		event_hash_put(packed, regs->a[i]);
}

uint64_t event_hash(uint64_t hash, const struct teeq_event *event)
{
	struct packed packed;

	packed.size = 0;
	event_hash_put(&packed,
		       (uint64_t)event->task | (uint64_t)event->level << 8 |
			       (uint64_t)event->action << 16 | (uint64_t)event->outcome << 24 |
			       (uint64_t)event->context << 32 | (uint64_t)event->system << 40 |
			       (uint64_t)event->has_call << 41 | (uint64_t)event->has_ret << 42 |
			       (uint64_t)event->memory << 43 |
			       (uint64_t)(uint16_t)event->result << 48);
	event_hash_put(&packed, (uint64_t)event->object | (uint64_t)event->command << 16 |
					(uint64_t)event->system_session_count << 32 |
					(uint64_t)event->waiter_count << 48);
	event_hash_put(&packed,
		       (uint64_t)(uint32_t)event->free_count | (uint64_t)event->woken_count << 32);
	put_woken(&packed, event);
	put_extras(&packed, event);
	if (event->has_call)
		put_regs(&packed, &event->call);
	if (event->has_ret)
		put_regs(&packed, &event->ret);
	return hash_continue(hash, packed.bytes, packed.size);
}
