/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IOPORT_H
#define TEEQ_LINUX_IOPORT_H

#include <linux/types.h>

typedef phys_addr_t resource_size_t;

struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
};

static inline resource_size_t resource_size(const struct resource *resource)
{
	return resource->end - resource->start + 1;
}

#endif
