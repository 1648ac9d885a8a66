/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of a run in the order in which they were added, drivers and their binding, and who wants
 * to know of devices of a class.
 */
#include "harness/kernel/kernel.h"

#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>

enum {
	DEVICE_MAX = 64
};

/* In the harness, as each has a run of its own. */
struct buses {
	struct mutex mutex;
	struct list_head devices;
	struct list_head drivers;
	struct list_head interfaces;
};

static _Thread_local struct buses buses_here[TEEQ_GUEST_MAX];
#define bus_in(guest) kernel_of(buses_here, guest)
#define our_buses     bus_in(kernel_guest())
static _Thread_local uint64_t buses_run_here[TEEQ_GUEST_MAX];
#define bus_run_in(guest) kernel_of(buses_run_here, guest)
#define buses_run	  bus_run_in(kernel_guest())

static struct buses *bus_of_this_run(void)
{
	if (kernel_is_stale(&buses_run)) {
		mutex_init(&our_buses.mutex);
		INIT_LIST_HEAD(&our_buses.devices);
		INIT_LIST_HEAD(&our_buses.drivers);
		INIT_LIST_HEAD(&our_buses.interfaces);
	}
	return &our_buses;
}

struct list_head *teeq_kernel_device_lock(void)
{
	mutex_lock(&bus_of_this_run()->mutex);
	return &our_buses.devices;
}

void teeq_kernel_device_unlock(void)
{
	mutex_unlock(&our_buses.mutex);
}

struct device *teeq_kernel_next_of_class(const struct class *class_, const struct device *start)
{
	struct list_head *devices = teeq_kernel_device_lock();
	struct device *dev, *found = NULL;
	bool passed = !start;

	list_for_each_entry(dev, devices, known)
	{
		if (passed && !found && dev->class == class_)
			found = get_device(dev);
		passed |= dev == start;
	}
	teeq_kernel_device_unlock();
	if (found)
		teeq_kernel_shared("a device was found");
	return found;
}

/* ---------------------------------------- what goes with it ----------------------------------- */

struct teeq_devres {
	struct teeq_devres *next;
	void (*action)(void *data);
	void *data;
	max_align_t memory[];
};

static void give_back_resources(struct device *dev)
{
	while (dev->resources) {
		struct teeq_devres *resource = dev->resources;

		dev->resources = resource->next;
		if (resource->action)
			resource->action(resource->data);
		kfree(resource);
	}
}

void *teeq_kernel_devres_alloc(struct device *dev, size_t size, unsigned int flags,
			       const struct teeq_site *site)
{
	struct teeq_devres *resource = teeq_kernel_alloc(1, sizeof(*resource) + size, flags, site);

	if (!resource)
		return NULL;
	resource->action = NULL;
	resource->next = dev->resources;
	dev->resources = resource;
	return resource->memory;
}

int teeq_kernel_devres_action(struct device *dev, void (*action)(void *data), void *data)
{
	struct teeq_devres *resource = kzalloc(sizeof(*resource), GFP_KERNEL);

	if (!resource)
		return -ENOMEM;
	resource->action = action;
	resource->data = data;
	resource->next = dev->resources;
	dev->resources = resource;
	return 0;
}

/* ------------------------------------------- binding ------------------------------------------ */

/* What older kernels want as a driver that may be written to, newer ones want as a constant. */
static bool matches(struct device *dev, struct device_driver *driver)
{
	return !dev->driver && dev->bus && dev->bus == driver->bus &&
	       (!dev->bus->match || dev->bus->match(dev, driver));
}

static void bind(struct device *dev, struct device_driver *driver)
{
	int result = 0;

	dev->driver = driver;
	if (dev->bus->probe)
		result = dev->bus->probe(dev);
	else if (driver->probe)
		result = driver->probe(dev);
	if (!result)
		return;
	give_back_resources(dev);
	dev->driver = NULL;
	pr_info("%s: probe of %s fails: %d\n", driver->name, dev_name(dev), result);
}

static void unbind(struct device *dev)
{
	const struct device_driver *driver = dev->driver;

	if (!driver)
		return;
	if (dev->bus->remove)
		dev->bus->remove(dev);
	else if (driver->remove)
		driver->remove(dev);
	give_back_resources(dev);
	dev->driver = NULL;
}

int teeq_kernel_device_add(struct device *dev)
{
	struct list_head *list = teeq_kernel_device_lock();
	struct device_driver *driver;
	struct class_interface *interface;

	list_add_tail(&dev->known, list);
	dev->added = true;
	teeq_kernel_device_unlock();
	if (dev->bus)
		list_for_each_entry(driver, &our_buses.drivers, node) if (matches(dev, driver))
			bind(dev, driver);
	list_for_each_entry(interface, &our_buses.interfaces,
			    node) if (dev->class && interface->class == dev->class &&
				      interface->add_dev) interface->add_dev(dev);
	return 0;
}

void teeq_kernel_device_del(struct device *dev)
{
	unbind(dev);
	teeq_kernel_device_lock();
	list_del_init(&dev->known);
	dev->added = false;
	teeq_kernel_device_unlock();
}

int teeq_kernel_driver_add(struct device_driver *driver)
{
	struct buses *b = bus_of_this_run();
	struct device_driver *other;
	struct device *dev, *next;

	list_for_each_entry(other, &b->drivers, node) if (other == driver) return -EBUSY;
	list_add_tail(&driver->node, &b->drivers);
	/* A probe may add devices, behind the others. */
	list_for_each_entry_safe(dev, next, &b->devices, known) if (matches(dev, driver))
		bind(dev, driver);
	return 0;
}

static struct device *first_bound(const struct device_driver *driver)
{
	struct device *dev;

	list_for_each_entry(dev, &bus_of_this_run()->devices,
			    known) if (dev->driver == driver) return dev;
	return NULL;
}

void teeq_kernel_driver_del(struct device_driver *driver)
{
	struct device *dev;

	/* Others may go with each of them. */
	while ((dev = first_bound(driver)))
		unbind(dev);
	list_del(&driver->node);
}

void teeq_kernel_interface_add(struct class_interface *interface)
{
	struct buses *b = bus_of_this_run();
	struct device *dev, *next;

	list_add_tail(&interface->node, &b->interfaces);
	list_for_each_entry_safe(dev, next, &b->devices,
				 known) if (dev->class == interface->class && interface->add_dev)
		interface->add_dev(dev);
}

void teeq_kernel_interface_del(struct class_interface *interface)
{
	list_del(&interface->node);
}

/* Those of @bus, up to @max, each with a reference. */
static int devices_of(const struct bus_type *bus, struct device **found, int max)
{
	struct device *dev;
	int count = 0;

	list_for_each_entry(dev, &bus_of_this_run()->devices,
			    known) if (dev->bus == bus && count < max)
		found[count++] = get_device(dev);
	return count;
}

/* The call that is made for a device may take it away, and others with it. */
int teeq_kernel_for_each_device(const struct bus_type *bus, void *data,
				int (*call)(struct device *dev, void *data))
{
	struct device *found[DEVICE_MAX];
	int count = devices_of(bus, found, DEVICE_MAX), result = 0;

	for (int i = 0; i < count; i++) {
		if (result == 0 && found[i]->added)
			result = call(found[i], data);
		put_device(found[i]);
	}
	return result;
}

/* The machine's own devices were added before, so that the list is of this run. */
struct device *kernel_find_device(const char *name)
{
	struct device *dev;

	list_for_each_entry(dev, &our_buses.devices,
			    known) if (dev->cdev && strcmp(dev_name(dev), name) == 0) return dev;
	return NULL;
}

struct device *kernel_device_like(const char *prefix)
{
	struct buses *b = bus_of_this_run();
	struct device *dev;

	list_for_each_entry(dev, &b->devices,
			    known) if (strncmp(dev_name(dev), prefix, strlen(prefix)) == 0)
		return dev;
	return NULL;
}

void kernel_unbind(struct device *dev)
{
	get_device(dev);
	unbind(dev);
	put_device(dev);
}

bool kernel_bind(struct device *dev)
{
	struct device_driver *driver;

	list_for_each_entry(driver, &bus_of_this_run()->drivers, node)
	{
		if (matches(dev, driver))
			bind(dev, driver);
		if (dev->driver == driver)
			return true;
	}
	return false;
}

void kernel_shutdown_devices(void)
{
	struct buses *b = bus_of_this_run();

	for (struct list_head *at = b->devices.prev; at != &b->devices; at = at->prev) {
		struct device *dev = list_entry(at, struct device, known);

		if (dev->bus && dev->bus->shutdown)
			dev->bus->shutdown(dev);
		else if (dev->driver && dev->driver->shutdown)
			dev->driver->shutdown(dev);
	}
}

void kernel_watch_bus(struct teeq_harness *h, unsigned int guest)
{
	harness_watch(h, &bus_in(guest), sizeof(bus_in(guest)));
	harness_watch(h, &bus_run_in(guest), sizeof(bus_run_in(guest)));
}
