/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEVICE_H
#define TEEQ_LINUX_DEVICE_H

/* Drivers count on what comes with it. */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/dev_printk.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct attribute {
	const char *name;
};

struct attribute_group {
	struct attribute **attrs;
};

#define ATTRIBUTE_GROUPS(name)                                                   \
	static const struct attribute_group name##_group = { .attrs = name##_attrs }; \
	static const struct attribute_group *name##_groups[] = { &name##_group, NULL }

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attribute, char *buffer);
};

#define DEVICE_ATTR_RO(name_)                                                          \
	struct device_attribute dev_attr_##name_ = { .attr = { .name = #name_ },       \
						     .show = name_##_show }

struct class {
	const char *name;
	const struct attribute_group **dev_groups;
};

struct device_driver {
	const char *name;
};

struct kobj_uevent_env {
	char text[256];
};

struct bus_type {
	const char *name;
	int (*match)(struct device *dev, const struct device_driver *driver);
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
};

#define add_uevent_var(env, ...) \
	(snprintf((env)->text, sizeof((env)->text), __VA_ARGS__) < 0 ? -ENOMEM : 0)

/* Classes and buses are known by their addresses: there is nothing to set up. */
#define class_register(class_)	 ((void)(class_), 0)
#define class_unregister(class_) ((void)(class_))
#define bus_register(bus)	 ((void)(bus), 0)
#define bus_unregister(bus)	 ((void)(bus))

/* Its first reference is the caller's; the last one that is put calls dev->release(). */
static inline void device_initialize(struct device *dev)
{
	kref_init(&dev->kref);
	INIT_LIST_HEAD(&dev->known);
}

static inline struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->kref);
	return dev;
}

static inline void teeq_release_device(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kref);

	dev->release(dev);
}

static inline void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kref, teeq_release_device);
}

/* The name is the device's own copy. */
#define dev_set_name(dev, ...) \
	(snprintf((dev)->name, sizeof((dev)->name), __VA_ARGS__) < 0 ? -ENOMEM : 0)

/* A device that was added is found by its class until it is deleted, and has a reference meanwhile. */
static inline int device_add(struct device *dev)
{
	teeq_kernel_device_add(&dev->known);
	get_device(dev);
	return 0;
}

static inline void device_del(struct device *dev)
{
	teeq_kernel_device_del(&dev->known);
	put_device(dev);
}

/* The next one of the class after @start (NULL: the first) that @match takes, with a reference. */
static inline struct device *class_find_device(const struct class *class_, struct device *start,
					       const void *data,
					       int (*match)(struct device *dev, const void *data))
{
	struct list_head *head = teeq_kernel_device_lock();
	struct device *dev, *found = NULL;
	bool passed = !start;

	list_for_each_entry(dev, head, known) {
		if (passed && !found && dev->class == class_ && match(dev, data))
			found = get_device(dev);
		passed |= dev == start;
	}
	teeq_kernel_device_unlock();
	return found;
}

#endif
