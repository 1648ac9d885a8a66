/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_PROPERTY_H
#define TEEQ_LINUX_PROPERTY_H

#include <linux/device.h>
#include <linux/of.h>

#define device_property_read_string(dev, name, text) \
	of_property_read_string((dev)->of_node, name, text)
#define device_property_present(dev, name) of_property_present((dev)->of_node, name)
#define device_property_read_u32(dev, name, value) \
	of_property_read_u32((dev)->of_node, name, value)

#endif
