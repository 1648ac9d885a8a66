/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_RHASHTABLE_H
#define TEEQ_LINUX_RHASHTABLE_H

#include <string.h>

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>

/*
 * A table of objects by a key inside of them. Who looks up while others change it needs no lock;
 * here each of these is one step. Objects stand in the order in which they were inserted.
 */
struct rhash_head {
	struct rhash_head *next;
};

struct rhashtable_params {
	u16 nelem_hint;
	u16 key_len;
	u16 key_offset;
	u16 head_offset;
	unsigned int max_size;
	u16 min_size;
	bool automatic_shrinking;
};

struct rhashtable {
	struct rhash_head *first;
	struct rhashtable_params params;
};

static inline int rhashtable_init(struct rhashtable *table, const struct rhashtable_params *params)
{
	table->first = NULL;
	table->params = *params;
	return 0;
}

static inline void *teeq_rhash_object(struct rhash_head *head,
				      const struct rhashtable_params *params)
{
	return (char *)head - params->head_offset;
}

static inline void *rhashtable_lookup_fast(struct rhashtable *table, const void *key,
					   const struct rhashtable_params params)
{
	for (struct rhash_head *at = table->first; at; at = at->next) {
		char *object = (char *)teeq_rhash_object(at, &params);

		if (memcmp(object + params.key_offset, key, params.key_len) == 0)
			return object;
	}
	return NULL;
}

/* 0, or -EEXIST: there is one with this key. */
static inline int rhashtable_lookup_insert_fast(struct rhashtable *table, struct rhash_head *head,
						const struct rhashtable_params params)
{
	char *object = (char *)teeq_rhash_object(head, &params);
	struct rhash_head **at = &table->first;

	if (rhashtable_lookup_fast(table, object + params.key_offset, params))
		return -EEXIST;
	while (*at)
		at = &(*at)->next;
	head->next = NULL;
	*at = head;
	return 0;
}

/* 0, or -ENOENT. */
static inline int rhashtable_remove_fast(struct rhashtable *table, struct rhash_head *head,
					 const struct rhashtable_params params)
{
	struct rhash_head **at = &table->first;

	(void)params;
	while (*at && *at != head)
		at = &(*at)->next;
	if (!*at)
		return -ENOENT;
	*at = head->next;
	return 0;
}

static inline void rhashtable_free_and_destroy(struct rhashtable *table,
					       void (*give_back)(void *object, void *data),
					       void *data)
{
	while (table->first) {
		struct rhash_head *head = table->first;

		table->first = head->next;
		if (give_back)
			give_back(teeq_rhash_object(head, &table->params), data);
	}
}

#define rhashtable_destroy(table) rhashtable_free_and_destroy(table, NULL, NULL)

#endif
