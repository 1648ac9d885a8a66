/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/rules.h"

#include <string.h>

static const struct rules rules_table[] = {
	{ .name = "untracked", .refuses = true, .loses_wakes = true },
	{ .name = "v1", .loses_wakes = true },
	{ .name = "v4", .loses_wakes = true },
	{ .name = "v7", .counts_normal = true, .registers = true, .loses_wakes = true,
	  .aside = ASIDE_EACH, .wakes = WAKES_TWO_LISTS, .at_end = END_WAKES },
	{ .name = "v8", .counts_normal = true, .has_slot = true, .registers = true,
	  .loses_wakes = true, .aside = ASIDE_FIRST, .wakes = WAKES_TWO_LISTS,
	  .at_end = LAST_END_WAKES },
	{ .name = "v9", .drifts = true, .counts_normal = true, .counts_system = true,
	  .loses_wakes = true, .keeps = KEEPS_ALWAYS },
	{ .name = "v10", .drifts = true, .counts_normal = true, .counts_system = true,
	  .registers = true, .loses_wakes = true, .keeps = KEEPS_WHILE_REGISTERED,
	  .wakes = WAKES_BOTH_LISTS, .at_end = END_WAKES },
	{ .name = "mainline", .drifts = true, .counts_normal = true, .counts_system = true,
	  .registers = true, .loses_wakes = true, .keeps = KEEPS_WHILE_REGISTERED,
	  .wakes = WAKES_SYSTEM_THEN_HEAD, .at_end = END_WAKES },
	{ .name = "repaired", .drifts = true, .counts_normal = true, .counts_system = true,
	  .registers = true, .keeps = KEEPS_WHILE_REGISTERED, .wakes = WAKES_WANTERS,
	  .at_end = END_WAKES },
};

const struct rules *rules_of(const struct teeq_policy *policy)
{
	if (policy != teeq_policy_find(policy->name))
		return NULL;
	for (size_t i = 0; i < sizeof(rules_table) / sizeof(rules_table[0]); i++)
		if (strcmp(rules_table[i].name, policy->name) == 0)
			return &rules_table[i];
	return NULL;
}

int rules_free(const struct rules *rules, const struct books *books)
{
	int aside = 0;

	if (rules->aside == ASIDE_EACH)
		aside = books->registered;
	else if (rules->aside == ASIDE_FIRST)
		aside = books->registered > 0;
	return books->total - books->held - aside;
}

static bool rules_track(const struct rules *rules, const struct books *books)
{
	return books->total > 0 && rules->counts_normal;
}

/*
 * With a slot of their own, system callers are tested for it on entry, and like others afterwards.
 */
static bool asks_for_slot(const struct rules *rules, bool system, bool again)
{
	return rules->has_slot && system && !again;
}

static bool asks_for_credit(const struct rules *rules, bool system, bool again)
{
	if (rules->has_slot)
		return !system || again;
	return system ? rules->counts_system : rules->counts_normal;
}

bool rules_admits(const struct rules *rules, const struct books *books, bool system, bool again)
{
	int kept = 0;

	if (!rules_track(rules, books))
		return true;
	if (asks_for_slot(rules, system, again))
		return books->registered > 0 && !books->slot;
	if (!asks_for_credit(rules, system, again))
		return true;
	if (!system && rules->keeps == KEEPS_ALWAYS)
		kept = 1;
	else if (!system && rules->keeps == KEEPS_WHILE_REGISTERED)
		kept = books->registered > 0;
	return rules_free(rules, books) > kept;
}

enum teeq_credit rules_takes(const struct rules *rules, const struct books *books, bool system,
			     bool again)
{
	if (!rules_track(rules, books))
		return TEEQ_CREDIT_NONE;
	if (asks_for_slot(rules, system, again))
		return TEEQ_CREDIT_SYSTEM;
	return asks_for_credit(rules, system, again) ? TEEQ_CREDIT_THREAD : TEEQ_CREDIT_NONE;
}

bool rules_reserves(const struct rules *rules, const struct books *books)
{
	if (rules->refuses)
		return false;
	if (books->side == TEEQ_SECURE_COUNTED)
		return books->threads - books->reserved > 1;
	if (rules->aside == ASIDE_EACH)
		return books->registered + 1 < books->total;
	return !rules->registers || books->total > 1;
}

unsigned int rules_context(const struct books *books, bool system)
{
	unsigned int border = books->threads - (unsigned int)books->reserved;
	uint32_t all = (1u << books->threads) - 1, shared = (1u << border) - 1;
	uint32_t free = all & ~(uint32_t)books->owned;

	if (system && (free & ~shared))
		return (unsigned int)__builtin_ctz(free & ~shared);
	return (free & shared) ? (unsigned int)__builtin_ctz(free & shared) : TEEQ_NO_CONTEXT;
}

static int expected_free(const struct rules *rules, const struct books *books)
{
	if (books->total > 0)
		return rules_free(rules, books);
	return rules->drifts ? books->left : 0;
}

const char *rules_check(const struct rules *rules, const struct books *books,
			const struct teeq_callq *q, const struct pool *pool)
{
	if (q->waiter_count != books->waiters)
		return "a caller is missing in the list of waiters, or never left it";
	if (memcmp(q->waiters, books->list, books->waiters * sizeof(books->list[0])) != 0)
		return "the list of waiters is in another order, or another one was woken";
	if (q->free_count != expected_free(rules, books))
		return "a credit was lost or invented";
	if (q->system_session_count != (rules->registers ? books->registered : 0))
		return "a reservation leaked from the queue, or was returned twice";
	if (pool->reserved_count != books->reserved)
		return "a reservation leaked in the secure world, or was returned twice";
	return NULL;
}
