/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: its device tree, what hangs on it, and the platform's bus. */
#include "harness/kernel/kernel.h"

#include <linux/err.h>

static const struct kernel_machine nothing;
static _Thread_local const struct kernel_machine *machine = &nothing;

void kernel_set_machine(const struct kernel_machine *m)
{
	machine = m ? m : &nothing;
}

const struct kernel_machine *kernel_machine(void)
{
	return machine;
}

bool teeq_kernel_is_kdump(void)
{
	return machine->kdump;
}

bool kernel_is_stale(uint64_t *run)
{
	bool stale;

	harness_running("the kernel's state");
	stale = *run != harness_active->run;
	*run = harness_active->run;
	return stale;
}

void kernel_wait(const char *action, bool (*ready)(const void *object), const void *object,
		 const char *what)
{
	struct stand stand = { .kind = STAND_CONDITION,
			       .action = action,
			       .object = object,
			       .ready = ready,
			       .site = { what, action, "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };

	harness_sleep_at(&stand);
}

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
	if (dev->of_node && of_match_node(driver->of_match_table, dev->of_node))
		return 1;
	return driver->name && strcmp(to_platform_device(dev)->name, driver->name) == 0;
}

struct bus_type teeq_kernel_platform_bus = { .name = "platform", .match = platform_match };

static void release_device(struct device *dev)
{
	struct platform_device *device = to_platform_device(dev);

	kfree(dev->platform_data);
	kfree(device);
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	device->name = name;
	device->id = id;
	device->dev.bus = &platform_bus_type;
	device->dev.release = release_device;
	dev_set_name(&device->dev, "%s", name);
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
	device->dev.of_node = node;
	device->irq = (int)irq;
	if (platform_device_add(device))
		platform_device_put(device);
}

void kernel_add_devices(void)
{
	if (machine->abi_ffa)
		kernel_add_ffa_device();
	else
		add_platform_device("firmware:optee", &optee_node, machine->irq);
	add_platform_device("firmware:scmi", &scmi_node, 0);
}

/* --------------------------------------------- I2C -------------------------------------------- */

static _Thread_local struct i2c_adapter adapter;

struct i2c_adapter *i2c_get_adapter(int number)
{
	adapter.nr = number;
	return machine->transfer ? &adapter : NULL;
}

void i2c_put_adapter(struct i2c_adapter *used)
{
	(void)used;
}

int i2c_transfer(struct i2c_adapter *used, struct i2c_msg *messages, int count)
{
	might_sleep();
	for (int i = 0; i < count; i++) {
		int result = machine->transfer(machine->argument, used->nr, &messages[i]);

		if (result < 0)
			return result;
	}
	return count;
}
