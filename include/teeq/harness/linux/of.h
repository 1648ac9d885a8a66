/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OF_H
#define TEEQ_LINUX_OF_H

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/string.h>
#include <linux/types.h>

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

static inline int of_property_read_string(const struct device_node *node, const char *name,
					  const char **text)
{
	const struct property *property = of_find_property(node, name, NULL);

	if (!property)
		return -EINVAL;
	if (!property->text)
		return -ENODATA;
	*text = property->text;
	return 0;
}

static inline int of_property_read_u32_index(const struct device_node *node, const char *name,
					     u32 index, u32 *value)
{
	const struct property *property = of_find_property(node, name, NULL);

	if (!property)
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

static inline struct device_node *of_parse_phandle(const struct device_node *node,
						   const char *name, int index)
{
	const struct property *property = of_find_property(node, name, NULL);

	return property && index == 0 ? property->node : NULL;
}

static inline const struct of_device_id *of_match_node(const struct of_device_id *matches,
						       const struct device_node *node)
{
	for (; matches && matches->compatible[0]; matches++)
		if (of_device_is_compatible(node, matches->compatible))
			return matches;
	return NULL;
}

DEFINE_FREE(device_node, struct device_node *, (void)_T)

/* The tree is there for the whole run: nobody counts who uses a node. */
#define of_node_get(node) (node)
#define of_node_put(node) ((void)(node))
#define of_match_ptr(table) (table)

#endif
