/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SCATTERLIST_H
#define TEEQ_LINUX_SCATTERLIST_H

#include <linux/mm.h>
#include <linux/types.h>

/*
 * An array of pieces of memory, each within pages that follow each other. The last one is marked.
 */
struct scatterlist {
	struct page *page;
	unsigned int offset;
	unsigned int length;
	bool last;
};

struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents;
	unsigned int orig_nents;
};

static inline void sg_init_table(struct scatterlist *list, unsigned int count)
{
	memset(list, 0, count * sizeof(*list));
	if (count > 0)
		list[count - 1].last = true;
}

static inline struct scatterlist *sg_next(struct scatterlist *at)
{
	return at->last ? NULL : at + 1;
}

static inline void sg_set_page(struct scatterlist *at, struct page *page, unsigned int length,
			       unsigned int offset)
{
	at->page = page;
	at->length = length;
	at->offset = offset;
}

static inline struct page *sg_page(const struct scatterlist *at)
{
	return at->page;
}

static inline phys_addr_t sg_phys(const struct scatterlist *at)
{
	return page_to_phys(at->page) + at->offset;
}

/* -ENOMEM where there is no memory for so many. */
static inline int sg_alloc_table(struct sg_table *table, unsigned int count, gfp_t flags)
{
	table->sgl = (struct scatterlist *)kcalloc(count, sizeof(*table->sgl), flags);
	if (!table->sgl)
		return -ENOMEM;
	table->nents = table->orig_nents = count;
	sg_init_table(table->sgl, count);
	return 0;
}

/* One entry for each page. */
static inline int sg_alloc_table_from_pages(struct sg_table *table, struct page **pages,
					    unsigned int count, unsigned int offset,
					    unsigned long size, gfp_t flags)
{
	int result = sg_alloc_table(table, count, flags);

	if (result)
		return result;
	for (unsigned int i = 0; i < count; i++) {
		unsigned long here = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;

		sg_set_page(&table->sgl[i], pages[i], (unsigned int)here, offset);
		size -= here;
		offset = 0;
	}
	return 0;
}

#define for_each_sgtable_sg(table, at, i) \
	for ((i) = 0, (at) = (table)->sgl; (at); (i)++, (at) = sg_next(at))

static inline void sg_free_table(struct sg_table *table)
{
	kfree(table->sgl);
	table->sgl = NULL;
}

#endif
