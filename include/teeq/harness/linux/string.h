/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_STRING_H
#define TEEQ_LINUX_STRING_H

#include <string.h>

#include <linux/slab.h>

/* A copy of @size bytes, or of a string or NULL; the caller's. NULL: no memory. */
static inline void *teeq_kmemdup(const void *from, size_t size, gfp_t flags,
				 const struct teeq_site *site)
{
	void *to = from ? teeq_kernel_alloc(1, size, flags, site) : NULL;

	if (to)
		memcpy(to, from, size);
	return to;
}

static inline char *teeq_kstrdup(const char *from, gfp_t flags, const struct teeq_site *site)
{
	return (char *)teeq_kmemdup(from, from ? strlen(from) + 1 : 0, flags, site);
}

#define kmemdup(from, size, flags) teeq_kmemdup(from, size, flags, TEEQ_SITE("kmemdup"))
#define kstrdup(from, flags)	   teeq_kstrdup(from, flags, TEEQ_SITE("kstrdup"))

#endif
