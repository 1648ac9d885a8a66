/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/page_pack.h"

#include <stdlib.h>
#include <string.h>

bool page_pool_init(struct page_pool *pool)
{
	*pool = (struct page_pool){ json_array(), json_object() };
	return pool->pool && pool->numbers;
}

void page_pool_free(struct page_pool *pool)
{
	json_decref(pool->pool);
	json_decref(pool->numbers);
}

static json_t *pack_value(struct page_pool *pool, json_t *value);

static json_t *pack_object(struct page_pool *pool, json_t *object)
{
	json_t *packed = json_object(), *value;
	const char *key;

	json_object_foreach(object, key, value)
		json_object_set_new(packed, key, pack_value(pool, value));
	return packed;
}

static json_t *pack_number(struct page_pool *pool, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	json_t *number = text ? json_object_get(pool->numbers, text) : NULL;

	if (text && !number) {
		number = json_integer((json_int_t)json_array_size(pool->pool));
		json_array_append_new(pool->pool, pack_object(pool, object));
		json_object_set_new(pool->numbers, text, number);
	}
	free(text);
	return json_incref(number);
}

/*
 * A list of objects becomes {"of": [numbers]}; the objects are known by what they were, not packed.
 */
static json_t *pack_list(struct page_pool *pool, json_t *list)
{
	json_t *numbers = json_array(), *value;
	size_t index;

	if (!json_is_object(json_array_get(list, 0))) {
		json_decref(numbers);
		return json_incref(list);
	}
	json_array_foreach(list, index, value)
		json_array_append_new(numbers, pack_number(pool, value));
	return json_pack("{s:o}", "of", numbers);
}

static json_t *pack_value(struct page_pool *pool, json_t *value)
{
	if (json_is_array(value))
		return pack_list(pool, value);
	return json_is_object(value) ? pack_object(pool, value) : json_incref(value);
}

/* What stands in the report, and nowhere else in the page. */
static bool is_shown(const char *key)
{
	static const char *const hidden[] = { "finished", "killed",    "unfinished", "stuck",
					      "knot",	  "exhausted", "lost_wakeup" };

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (strcmp(key, hidden[i]) == 0)
			return false;
	return true;
}

json_t *page_pack(struct page_pool *pool, json_t *states)
{
	json_t *packed = json_array(), *state, *value;
	const char *key;
	size_t index;

	json_array_foreach(states, index, state)
	{
		json_t *changes = json_object();

		json_object_foreach(state, key, value) if (is_shown(key))
			json_object_set_new(changes, key, pack_value(pool, value));
		json_array_append_new(packed, changes);
	}
	return packed;
}
