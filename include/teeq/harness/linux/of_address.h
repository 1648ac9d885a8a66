/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OF_ADDRESS_H
#define TEEQ_LINUX_OF_ADDRESS_H

#include <linux/ioport.h>
#include <linux/of.h>

/* From the property "reg": an address and a size. */
static inline int of_address_to_resource(const struct device_node *node, int index,
					 struct resource *resource)
{
	u32 high = 0, low = 0, size = 0;

	if (index != 0 || of_property_read_u32_index(node, "reg", 0, &high) ||
	    of_property_read_u32_index(node, "reg", 1, &low) ||
	    of_property_read_u32_index(node, "reg", 2, &size))
		return -EINVAL;
	resource->start = (u64)high << 32 | low;
	resource->end = resource->start + size - 1;
	return 0;
}

#endif
