/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OF_H
#define TEEQ_LINUX_OF_H

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/string.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * A node of the device tree, as the harness's machine has it. A property is text, or numbers, or a
 * reference to another node.
 */
struct property {
	const char *name;
	const char *text;
	const u32 *numbers;
	int number_count;
	struct device_node *node;
};

struct device_node {
	const char *name;
	const char *full_name;
	struct device_node *parent;
	const struct property *properties;
	int property_count;
};

static inline const struct property *of_find_property(const struct device_node *node,
						      const char *name, int *length)
{
	for (int i = 0; node && i < node->property_count; i++)
		if (strcmp(node->properties[i].name, name) == 0) {
			if (length)
				*length = (int)sizeof(u32) * node->properties[i].number_count;
			return &node->properties[i];
		}
	return NULL;
}

static inline bool of_property_present(const struct device_node *node, const char *name)
{
	return of_find_property(node, name, NULL) != NULL;
}

#define of_property_read_bool(node, name) of_property_present(node, name)

/* One that the node does not have is refused as one that it has. */
#define of_property_read_string(node, name, text) \
	teeq_of_read_string(node, name, text, TEEQ_SITE("of_property_read_string"))

static inline int teeq_of_read_string(const struct device_node *node, const char *name,
				      const char **text, const struct teeq_site *site)
{
	const struct property *property = of_find_property(node, name, NULL);

	if (!property || teeq_kernel_refuses(site))
		return -EINVAL;
	if (!property->text)
		return -ENODATA;
	*text = property->text;
	return 0;
}

#define of_property_read_u32_index(node, name, index, value) \
	teeq_of_read_u32(node, name, index, value, TEEQ_SITE("of_property_read_u32_index"))

static inline int teeq_of_read_u32(const struct device_node *node, const char *name, u32 index,
				   u32 *value, const struct teeq_site *site)
{
	const struct property *property = of_find_property(node, name, NULL);

	if (!property || teeq_kernel_refuses(site))
		return -EINVAL;
	if ((int)index >= property->number_count)
		return property->number_count > 0 ? -EOVERFLOW : -ENODATA;
	*value = property->numbers[index];
	return 0;
}

#define of_property_read_u32(node, name, value) of_property_read_u32_index(node, name, 0, value)

static inline bool of_device_is_compatible(const struct device_node *node, const char *compatible)
{
	const struct property *property = of_find_property(node, "compatible", NULL);

	return property && property->text && strcmp(property->text, compatible) == 0;
}

/* Who has a node from one of these has a reference to it. NULL is fine. */
static inline struct device_node *teeq_of_node_get(struct device_node *node,
						   const struct teeq_site *site)
{
	if (node)
		teeq_kernel_take("a reference to a node of the device tree", node, site);
	return node;
}

static inline void teeq_of_node_put(struct device_node *node, const struct teeq_site *site)
{
	if (node)
		teeq_kernel_give("a reference to a node of the device tree", node, site);
}

#define of_node_get(node) teeq_of_node_get(node, TEEQ_SITE("of_node_get"))
#define of_node_put(node) teeq_of_node_put(node, TEEQ_SITE("of_node_put"))
#define of_parse_phandle(node, name, index) \
	teeq_of_parse(node, name, index, TEEQ_SITE("of_parse_phandle"))

static inline struct device_node *teeq_of_parse(const struct device_node *node, const char *name,
						int index, const struct teeq_site *site)
{
	const struct property *property = of_find_property(node, name, NULL);

	return teeq_of_node_get(property && index == 0 ? property->node : NULL, site);
}

static inline const struct of_device_id *of_match_node(const struct of_device_id *matches,
						       const struct device_node *node)
{
	for (; matches && matches->compatible[0]; matches++)
		if (of_device_is_compatible(node, matches->compatible))
			return matches;
	return NULL;
}

DEFINE_FREE(device_node, struct device_node *, of_node_put(_T))

#define of_match_ptr(table) (table)

#endif
