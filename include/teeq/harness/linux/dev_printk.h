/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEV_PRINTK_H
#define TEEQ_LINUX_DEV_PRINTK_H

/* As in printk.h. */
#pragma GCC system_header

#include <linux/kref.h>
#include <linux/printk.h>
#include <linux/types.h>

struct attribute_group;
struct bus_type;
struct cdev;
struct class;
struct device_driver;
struct device_node;
struct teeq_devres;

struct kobject {
	const char *name;
};

/* What a driver sets, and what device.h needs to count its users and to find it. */
struct device {
	struct kobject kobj;
	const char *init_name;
	void *driver_data;
	void *platform_data;
	struct device *parent;
	const struct class *class;
	const struct bus_type *bus;
	struct device_driver *driver;	    /* which it is bound to */
	struct device_node *of_node;
	bool of_node_reused;		    /* it is another's, and says nothing of drivers */
	struct cdev *cdev;		    /* by which it can be opened */
	struct teeq_devres *resources;	    /* given back when it is unbound, the last one first */
	bool added;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	dev_t devt;
	char name[64];
	struct kref kref;
	struct list_head known;
};

static inline const char *dev_name(const struct device *dev)
{
	if (dev && dev->name[0])
		return dev->name;
	return dev && dev->init_name ? dev->init_name : "(no device)";
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

#define TEEQ_DEV_PRINT(level, dev, format, ...) \
	teeq_kernel_print(level, "%s: " format, dev_name(dev), ##__VA_ARGS__)
#define dev_emerg(dev, format, ...)  TEEQ_DEV_PRINT(0, dev, format, ##__VA_ARGS__)
#define dev_crit(dev, format, ...)   TEEQ_DEV_PRINT(2, dev, format, ##__VA_ARGS__)
#define dev_err(dev, format, ...)    TEEQ_DEV_PRINT(3, dev, format, ##__VA_ARGS__)
#define dev_warn(dev, format, ...)   TEEQ_DEV_PRINT(4, dev, format, ##__VA_ARGS__)
#define dev_notice(dev, format, ...) TEEQ_DEV_PRINT(5, dev, format, ##__VA_ARGS__)
#define dev_info(dev, format, ...)   TEEQ_DEV_PRINT(6, dev, format, ##__VA_ARGS__)
#define dev_dbg(dev, format, ...)    TEEQ_DEV_PRINT(7, dev, format, ##__VA_ARGS__)
#define dev_err_ratelimited(dev, format, ...)  dev_err(dev, format, ##__VA_ARGS__)
#define dev_warn_ratelimited(dev, format, ...) dev_warn(dev, format, ##__VA_ARGS__)
#define dev_warn_once(dev, format, ...)	       dev_warn(dev, format, ##__VA_ARGS__)

#endif
