/* SPDX-License-Identifier: BSD-2-Clause */
/* What the machine has to be found: its device tree, and the platform's bus. */
#include "harness/kernel/kernel.h"

#include <linux/err.h>

/* ----------------------------------------- device tree ---------------------------------------- */

static const struct property optee_properties[] = {
	{ .name = "compatible", .text = "linaro,optee-tz" },
	{ .name = "method", .text = "smc" },
};
static struct device_node firmware_node = { .name = "firmware", .full_name = "firmware" };
static struct device_node optee_node = {
	.name = "optee",
	.full_name = "optee",
	.parent = &firmware_node,
	.properties = optee_properties,
	.property_count = 2,
};

static const u32 channel_numbers[] = { 0 };
static const struct property scmi_properties[] = {
	{ .name = "compatible", .text = "linaro,scmi-optee" },
	{ .name = "linaro,optee-channel-id", .numbers = channel_numbers, .number_count = 1 },
};
static struct device_node scmi_node = {
	.name = "scmi",
	.full_name = "scmi",
	.parent = &firmware_node,
	.properties = scmi_properties,
	.property_count = 2,
};

/* ---------------------------------------- the platform ---------------------------------------- */

static int platform_match(struct device *dev, const struct device_driver *driver)
{
	if (dev->of_node && !dev->of_node_reused &&
	    of_match_node(driver->of_match_table, dev->of_node))
		return 1;
	return driver->name && strcmp(to_platform_device(dev)->name, driver->name) == 0;
}

struct bus_type teeq_kernel_platform_bus = { .name = "platform", .match = platform_match };

static void platform_release_device(struct device *dev)
{
	struct platform_device *device = to_platform_device(dev);

	doors_come_in();
	of_node_put(dev->of_node);
	kfree(dev->platform_data);
	kfree(device);
	doors_go_out();
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	device->name = name;
	device->id = id;
	device->dev.bus = &platform_bus_type;
	device->dev.release = platform_release_device;
	snprintf(device->dev.name, sizeof(device->dev.name), "%s", name);
	device_initialize(&device->dev);
	return device;
}

int platform_device_add_data(struct platform_device *device, const void *data, size_t size)
{
	void *copy = kmemdup(data, size, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	kfree(device->dev.platform_data);
	device->dev.platform_data = copy;
	return 0;
}

int platform_device_add(struct platform_device *device)
{
	return device_add(&device->dev);
}

void platform_device_put(struct platform_device *device)
{
	put_device(&device->dev);
}

void platform_device_unregister(struct platform_device *device)
{
	device_unregister(&device->dev);
}

static void add_platform_device(const char *name, struct device_node *node, unsigned int irq)
{
	struct platform_device *device = platform_device_alloc(name, PLATFORM_DEVID_NONE);

	if (!device)
		return;
	device->dev.of_node = of_node_get(node);
	device->irq = (int)irq;
	if (platform_device_add(device))
		platform_device_put(device);
}

void kernel_add_devices(void)
{
	if (kernel_machine()->abi_ffa)
		kernel_add_ffa_device();
	else
		add_platform_device("firmware:optee", &optee_node, kernel_machine()->irq);
	add_platform_device("firmware:scmi", &scmi_node, 0);
}

/* Those of the machine are the first ones: what drivers add comes behind them. */
void kernel_remove_devices(void)
{
	static const char *const prefixes[] = { "firmware:", "arm-ffa-" };
	struct device *dev;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		while ((dev = kernel_device_like(prefixes[i])))
			device_unregister(dev);
}

static struct device *optee_device(void)
{
	return kernel_device_like(kernel_machine()->abi_ffa ? "arm-ffa-" : "firmware:optee");
}

bool kernel_unbind_optee(void)
{
	struct device *dev = optee_device();

	if (!dev || !dev->driver)
		return false;
	kernel_unbind(dev);
	return true;
}

bool kernel_bind_optee(void)
{
	struct device *dev = optee_device();

	return dev && !dev->driver && kernel_bind(dev);
}
