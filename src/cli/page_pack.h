/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PAGE_PACK_H
#define CLI_PAGE_PACK_H

#include <jansson.h>
#include <stdbool.h>

/*
 * States that fit into a page: most of what is in one is in many, so that each object in a list is
 * kept once, in @pool, and stands in the list as its number there.
 *
 * @numbers  by the object as text
 */
struct page_pool {
	json_t *pool;
	json_t *numbers;
};

/* False: no memory. page_pool_free() in any case. */
bool page_pool_init(struct page_pool *pool);
void page_pool_free(struct page_pool *pool);

/* The changes of each state that the page shows, packed. NULL: no memory. */
json_t *page_pack(struct page_pool *pool, json_t *states);

#endif
