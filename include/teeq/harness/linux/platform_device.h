/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_PLATFORM_DEVICE_H
#define TEEQ_LINUX_PLATFORM_DEVICE_H

#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/of.h>

struct platform_device {
	const char *name;
	int id;
	struct device dev;
	int irq;          /* 0: it has none */
	bool made_here;   /* by platform_device_alloc() */
};

#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)

struct platform_driver {
	int (*probe)(struct platform_device *device);
#if TEEQ_LINUX >= 0x060b
	union {
		void (*remove)(struct platform_device *device);
		void (*remove_new)(struct platform_device *device);
	};
#else
	int (*remove)(struct platform_device *device);
#if TEEQ_LINUX >= 0x0603
	void (*remove_new)(struct platform_device *device);
#endif
#endif
	void (*shutdown)(struct platform_device *device);
	struct device_driver driver;
};

#define to_platform_device(d) container_of(d, struct platform_device, dev)
#define to_platform_driver(d) container_of(d, struct platform_driver, driver)

#define platform_bus_type teeq_kernel_platform_bus
TEEQ_API extern struct bus_type platform_bus_type;

#define platform_get_drvdata(device)	   dev_get_drvdata(&(device)->dev)
#define platform_set_drvdata(device, data) dev_set_drvdata(&(device)->dev, data)

static inline int teeq_platform_probe(struct device *dev)
{
	return to_platform_driver(dev->driver)->probe(to_platform_device(dev));
}

static inline int teeq_platform_remove(struct device *dev)
{
	struct platform_driver *driver = to_platform_driver(dev->driver);

#if TEEQ_LINUX < 0x060b
	if (driver->remove)
		return driver->remove(to_platform_device(dev));
#endif
#if TEEQ_LINUX >= 0x0603
	if (driver->remove_new)
		driver->remove_new(to_platform_device(dev));
#endif
	return 0;
}

static inline void teeq_platform_shutdown(struct device *dev)
{
	if (to_platform_driver(dev->driver)->shutdown)
		to_platform_driver(dev->driver)->shutdown(to_platform_device(dev));
}

#define platform_driver_register(driver) \
	teeq_platform_driver(driver, TEEQ_SITE("platform_driver_register"))

static inline int teeq_platform_driver(struct platform_driver *driver, const struct teeq_site *site)
{
	driver->driver.bus = &platform_bus_type;
	driver->driver.probe = teeq_platform_probe;
	driver->driver.remove = teeq_platform_remove;
	driver->driver.shutdown = teeq_platform_shutdown;
	return teeq_driver_register(&driver->driver, site);
}

static inline void platform_driver_unregister(struct platform_driver *driver)
{
	driver_unregister(&driver->driver);
}

/* Its number, or -ENXIO where it has none. */
#define platform_get_irq(device, index) \
	teeq_get_irq(device, index, TEEQ_SITE("platform_get_irq"))

static inline int teeq_get_irq(const struct platform_device *device, unsigned int index,
			       const struct teeq_site *site)
{
	if (device->irq <= 0 || index != 0 || teeq_kernel_refuses(site))
		return -ENXIO;
	return device->irq;
}

/* A device that code makes itself; the last one who lets go of it frees it. NULL: no memory. */
#define platform_device_alloc	   teeq_kernel_platform_alloc
#define platform_device_add_data   teeq_kernel_platform_add_data
#define platform_device_add	   teeq_kernel_platform_add
#define platform_device_put	   teeq_kernel_platform_put
#define platform_device_unregister teeq_kernel_platform_unregister
TEEQ_API struct platform_device *platform_device_alloc(const char *name, int id);
TEEQ_API int platform_device_add_data(struct platform_device *device, const void *data,
				      size_t size);
TEEQ_API int platform_device_add(struct platform_device *device);
TEEQ_API void platform_device_put(struct platform_device *device);
TEEQ_API void platform_device_unregister(struct platform_device *device);

#endif
