/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_UIO_H
#define TEEQ_LINUX_UIO_H

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct kvec {
	void *iov_base;
	size_t iov_len;
};

#define ITER_SOURCE 1
#define ITER_DEST   0

/* A walk over one piece of memory, of the kernel or of a user. */
struct iov_iter {
	char *address;
	size_t count;
	bool is_user;
};

static inline void iov_iter_ubuf(struct iov_iter *iter, unsigned int direction, void *address,
				 size_t count)
{
	(void)direction;
	*iter = (struct iov_iter){ (char *)address, count, true };
}

/* One vector; of more the first is walked. */
static inline void iov_iter_kvec(struct iov_iter *iter, unsigned int direction,
				 const struct kvec *vectors, unsigned long vector_count,
				 size_t count)
{
	(void)direction;
	(void)vector_count;
	*iter = (struct iov_iter){ (char *)vectors[0].iov_base, count, false };
}

#define iov_iter_is_kvec(iter)	(!(iter)->is_user)
#define user_backed_iter(iter)	((iter)->is_user)
#define iter_iov_addr(iter)	((void *)(iter)->address)

static inline int iov_iter_npages(const struct iov_iter *iter, int most)
{
	size_t pages = (offset_in_page(iter->address) + iter->count + PAGE_SIZE - 1) / PAGE_SIZE;

	return iter->count == 0 ? 0 : pages < (size_t)most ? (int)pages : most;
}

/*
 * The pages of as much of it as is there: how many bytes that is, and where in the first page they
 * begin. -EFAULT: none is.
 */
static inline ssize_t iov_iter_extract_pages(struct iov_iter *iter, struct page ***pages,
					     size_t most, unsigned int page_max, unsigned int flags,
					     size_t *offset)
{
	size_t at = 0;
	unsigned int n = 0;

	(void)flags;
	*offset = offset_in_page(iter->address);
	for (; n < page_max && at < iter->count && at < most; n++) {
		size_t here = PAGE_SIZE - offset_in_page(iter->address + at);

		if (iter->is_user && !access_ok(iter->address + at, 1))
			break;
		(*pages)[n] = virt_to_page(iter->address + at);
		at += here < iter->count - at ? here : iter->count - at;
	}
	return at > 0 ? (ssize_t)at : -EFAULT;
}

/* Of pages of a user from @start on, as many as are there, or -EFAULT. */
static inline int pin_user_pages_fast(unsigned long start, int count, unsigned int flags,
				      struct page **pages)
{
	int n = 0;

	(void)flags;
	for (; n < count; n++) {
		if (!access_ok((void *)(start + (unsigned long)n * PAGE_SIZE), 1))
			break;
		pages[n] = virt_to_page((void *)(start + (unsigned long)n * PAGE_SIZE));
	}
	return n > 0 ? n : -EFAULT;
}

static inline int get_kernel_pages(const struct kvec *vectors, int count, int write,
				   struct page **pages)
{
	(void)write;
	for (int n = 0; n < count; n++)
		pages[n] = virt_to_page(vectors[n].iov_base);
	return count;
}

#define FOLL_WRITE    1
#define FOLL_LONGTERM 2

#endif
