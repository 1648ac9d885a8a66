/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEVICE_H
#define TEEQ_LINUX_DEVICE_H

/* Drivers count on what comes with it. */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/dev_printk.h>
#include <linux/idr.h>
#include <linux/ioport.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group {
	struct attribute **attrs;
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attribute, int index);
};

#define ATTRIBUTE_GROUPS(name)                                                   \
	static const struct attribute_group name##_group = { .attrs = name##_attrs }; \
	static const struct attribute_group *name##_groups[] = { &name##_group, NULL }

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attribute, char *buffer);
};

#define DEVICE_ATTR_RO(name_)                                                          \
	struct device_attribute dev_attr_##name_ = { .attr = { #name_, 0444 },          \
						     .show = name_##_show }

struct class {
	const char *name;
	const struct attribute_group **dev_groups;
	void (*dev_release)(struct device *dev);
};

/* Told of each device of its class, of those that are there already, too. */
struct class_interface {
	struct list_head node;
	const struct class *class;
#if TEEQ_LINUX >= 0x0604
	int (*add_dev)(struct device *dev);
	void (*remove_dev)(struct device *dev);
#else
	int (*add_dev)(struct device *dev, struct class_interface *interface);
	void (*remove_dev)(struct device *dev, struct class_interface *interface);
#endif
};

/* Drivers are bound to devices of their bus that it says match, by the driver's probe(). */
struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const struct of_device_id *of_match_table;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const void *id_table;
	struct list_head node; /* of all drivers */
	struct teeq_driver_private *p;
};

struct kobj_uevent_env {
	char text[256];
};

struct bus_type {
	const char *name;
#if TEEQ_LINUX >= 0x060b
	int (*match)(struct device *dev, const struct device_driver *driver);
#else
	int (*match)(struct device *dev, struct device_driver *driver);
#endif
#if TEEQ_LINUX >= 0x0603
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
#else
	int (*uevent)(struct device *dev, struct kobj_uevent_env *env);
#endif
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
};

#define add_uevent_var(env, ...) \
	(snprintf((env)->text, sizeof((env)->text), __VA_ARGS__) < 0 ? -ENOMEM : 0)

/* 0 or -ENOMEM. What was registered has to be unregistered; what was refused must not be. */
static inline int teeq_register(const char *what, const void *object, const struct teeq_site *site)
{
	if (teeq_kernel_refuses(site))
		return -ENOMEM;
	teeq_kernel_take(what, object, site);
	return 0;
}

/* Classes and buses are known by their addresses: there is nothing to set up. */
#define class_register(class_) teeq_register("a class", class_, TEEQ_SITE("class_register"))
#define class_unregister(class_) \
	teeq_kernel_give("a class", class_, TEEQ_SITE("class_unregister"))
#define bus_register(bus)   teeq_register("a bus", bus, TEEQ_SITE("bus_register"))
#define bus_unregister(bus) teeq_kernel_give("a bus", bus, TEEQ_SITE("bus_unregister"))

static inline struct class *teeq_class_create(const char *name)
{
	struct class *made = (struct class *)kzalloc(sizeof(*made), GFP_KERNEL);

	if (!made)
		return (struct class *)ERR_PTR(-ENOMEM);
	made->name = name;
	return made;
}

#if TEEQ_LINUX >= 0x0604
#define class_create(name) teeq_class_create(name)
#else
#define class_create(owner, name) ((void)(owner), teeq_class_create(name))
#endif
#define class_destroy(class_) kfree(class_)

/* Its first reference is the caller's; the last one that is put releases it. */
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

	if (dev->release)
		dev->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "%s: has no release(), and cannot be released", dev_name(dev));
}

static inline void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kref, teeq_release_device);
}

/* The name is the device's own copy, which may be refused. */
#define dev_set_name(dev, ...)                                                               \
	(teeq_kernel_refuses(TEEQ_SITE("dev_set_name")) ||                                   \
			 teeq_kernel_format((dev)->name, sizeof((dev)->name), __VA_ARGS__) < 0 ? \
		 -ENOMEM :                                                                   \
		 0)

/*
 * A device that was added is found by its class until it is deleted, and has a reference meanwhile.
 * One that was refused has none, and is the caller's to put.
 */
static inline int teeq_device_add(struct device *dev, const struct teeq_site *site)
{
	int result = teeq_register("a device that was added", dev, site);

	if (result)
		return result;
	get_device(dev);
	return teeq_kernel_device_add(dev);
}

static inline void teeq_device_del(struct device *dev, const struct teeq_site *site)
{
	teeq_kernel_device_del(dev);
	teeq_kernel_give("a device that was added", dev, site);
	put_device(dev);
}

static inline int teeq_device_register(struct device *dev, const struct teeq_site *site)
{
	device_initialize(dev);
	return teeq_device_add(dev, site);
}

static inline void teeq_device_unregister(struct device *dev, const struct teeq_site *site)
{
	teeq_device_del(dev, site);
	put_device(dev);
}

#define device_add(dev)	       teeq_device_add(dev, TEEQ_SITE("device_add"))
#define device_del(dev)	       teeq_device_del(dev, TEEQ_SITE("device_del"))
#define device_register(dev)   teeq_device_register(dev, TEEQ_SITE("device_register"))
#define device_unregister(dev) teeq_device_unregister(dev, TEEQ_SITE("device_unregister"))

static inline struct device *kobj_to_dev(struct kobject *kobj)
{
	return container_of(kobj, struct device, kobj);
}

/* What the entry of its driver's table says that its node of the device tree is. */
static inline const void *device_get_match_data(const struct device *dev)
{
	const struct of_device_id *match =
		dev->driver ? of_match_node(dev->driver->of_match_table, dev->of_node) : NULL;

	return match ? match->data : NULL;
}

/* Files of sysfs: nobody reads them. */
#define device_create_file(dev, attribute) ((void)(dev), (void)(attribute), 0)
#define device_remove_file(dev, attribute) ((void)(dev), (void)(attribute))

static inline int teeq_driver_register(struct device_driver *driver, const struct teeq_site *site)
{
	int result = teeq_kernel_refuses(site) ? -ENOMEM : teeq_kernel_driver_add(driver);

	if (!result)
		teeq_kernel_take("a driver", driver, site);
	return result;
}

static inline void teeq_driver_unregister(struct device_driver *driver,
					  const struct teeq_site *site)
{
	teeq_kernel_driver_del(driver);
	teeq_kernel_give("a driver", driver, site);
}

#define driver_register(driver)	  teeq_driver_register(driver, TEEQ_SITE("driver_register"))
#define driver_unregister(driver) teeq_driver_unregister(driver, TEEQ_SITE("driver_unregister"))

static inline int teeq_interface_register(struct class_interface *interface,
					  const struct teeq_site *site)
{
	int result = teeq_register("an interface of a class", interface, site);

	if (!result)
		teeq_kernel_interface_add(interface);
	return result;
}

static inline void teeq_interface_unregister(struct class_interface *interface,
					     const struct teeq_site *site)
{
	teeq_kernel_interface_del(interface);
	teeq_kernel_give("an interface of a class", interface, site);
}

#define class_interface_register(interface) \
	teeq_interface_register(interface, TEEQ_SITE("class_interface_register"))
#define class_interface_unregister(interface) \
	teeq_interface_unregister(interface, TEEQ_SITE("class_interface_unregister"))

static inline int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
				   int (*call)(struct device *dev, void *data))
{
	(void)start;
	return teeq_kernel_for_each_device(bus, data, call);
}

#define devm_kzalloc(dev, size, flags) \
	teeq_kernel_devres_alloc(dev, size, (flags) | __GFP_ZERO, TEEQ_SITE("devm_kzalloc"))
#define devm_kmalloc(dev, size, flags) \
	teeq_kernel_devres_alloc(dev, size, flags, TEEQ_SITE("devm_kmalloc"))
#define devm_kcalloc(dev, n, size, flags) devm_kzalloc(dev, (n) * (size), flags)
#define devm_add_action(dev, action, data) teeq_kernel_devres_action(dev, action, data)

/* Where the action cannot be noted it is done at once. */
static inline int devm_add_action_or_reset(struct device *dev, void (*action)(void *data),
					   void *data)
{
	int result = teeq_kernel_devres_action(dev, action, data);

	if (result)
		action(data);
	return result;
}

static inline void device_set_of_node_from_dev(struct device *dev, const struct device *from)
{
	of_node_put(dev->of_node);
	dev->of_node = of_node_get(from->of_node);
	dev->of_node_reused = true;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

/* That one depends on the other: they are bound and unbound in the order that the code asks for. */
#define DL_FLAG_AUTOREMOVE_CONSUMER 2u
#define device_link_add(consumer, supplier, flags) \
	((void)(flags), (void *)((consumer) ? (supplier) : NULL))

/*
 * The next one of the class after @start (NULL: the first) that @match takes, with a reference. As
 * in the kernel nothing is locked while @match looks at one: it may be deleted meanwhile, but not
 * released.
 */
static inline struct device *class_find_device(const struct class *class_,
					       const struct device *start, const void *data,
					       int (*match)(struct device *dev, const void *data))
{
	struct device *dev = teeq_kernel_next_of_class(class_, start);

	while (dev && !match(dev, data)) {
		struct device *next = teeq_kernel_next_of_class(class_, dev);

		put_device(dev);
		dev = next;
	}
	return dev;
}

#include <linux/property.h>

#endif
