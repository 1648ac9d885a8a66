/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ARM_FFA_H
#define TEEQ_LINUX_ARM_FFA_H

#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/uuid.h>

/* The FF-A bus: partitions of the secure world are devices, known by the UUID of a service. */
struct ffa_ops;

struct ffa_device {
	u32 id;
	u32 properties;
	int vm_id;
	bool mode_32bit;
	uuid_t uuid;
	struct device dev;
	const struct ffa_ops *ops;
};

struct ffa_device_id {
	uuid_t uuid;
};

struct ffa_driver {
	const char *name;
	int (*probe)(struct ffa_device *device);
	void (*remove)(struct ffa_device *device);
	const struct ffa_device_id *id_table;
	struct device_driver driver;
};

#define to_ffa_dev(d)	 container_of(d, struct ffa_device, dev)
#define to_ffa_driver(d) container_of(d, struct ffa_driver, driver)

static inline void ffa_dev_set_drvdata(struct ffa_device *device, void *data)
{
	dev_set_drvdata(&device->dev, data);
}

static inline void *ffa_dev_get_drvdata(struct ffa_device *device)
{
	return dev_get_drvdata(&device->dev);
}

/* Of a direct message, the registers behind those that say whom it is for. */
struct ffa_send_direct_data {
	unsigned long data0;
	unsigned long data1;
	unsigned long data2;
	unsigned long data3;
	unsigned long data4;
};

/* Of the memory that is shared, whatever those of the kernel are. */
#define FFA_PAGE_SIZE 4096ul

#define FFA_MEM_EXEC	BIT(3)
#define FFA_MEM_NO_EXEC BIT(2)
#define FFA_MEM_RW	BIT(1)
#define FFA_MEM_RO	BIT(0)

struct ffa_mem_region_attributes {
	u16 receiver;
	u8 attrs;
	u8 flag;
	u32 composite_off;
	u64 reserved;
};

struct ffa_mem_ops_args {
	bool use_txbuf;
	u32 nattrs;
	u32 flags;
	u64 tag;
	u64 g_handle;
	struct scatterlist *sg;
	struct ffa_mem_region_attributes *attrs;
};

struct ffa_partition_info;

struct ffa_info_ops {
	u32 (*api_version_get)(void);
	int (*partition_info_get)(const char *uuid, struct ffa_partition_info *buffer);
};

struct ffa_msg_ops {
	void (*mode_32bit_set)(struct ffa_device *device);
	int (*sync_send_receive)(struct ffa_device *device, struct ffa_send_direct_data *data);
};

struct ffa_mem_ops {
	int (*memory_reclaim)(u64 handle, u32 flags);
	int (*memory_share)(struct ffa_mem_ops_args *args);
	int (*memory_lend)(struct ffa_mem_ops_args *args);
};

struct ffa_cpu_ops {
	int (*run)(struct ffa_device *device, u16 vcpu);
};

typedef void (*ffa_sched_recv_cb)(u16 vcpu, bool is_per_vcpu, void *data);
typedef void (*ffa_notifier_cb)(int notification, void *data);

struct ffa_notifier_ops {
	int (*sched_recv_cb_register)(struct ffa_device *device, ffa_sched_recv_cb callback,
				      void *data);
	int (*sched_recv_cb_unregister)(struct ffa_device *device);
	int (*notify_request)(struct ffa_device *device, bool per_vcpu, ffa_notifier_cb callback,
			      void *data, int notification);
	int (*notify_relinquish)(struct ffa_device *device, int notification);
	int (*notify_send)(struct ffa_device *device, int notification, bool per_vcpu, u16 vcpu);
};

struct ffa_ops {
	const struct ffa_info_ops *info_ops;
	const struct ffa_msg_ops *msg_ops;
	const struct ffa_mem_ops *mem_ops;
	const struct ffa_cpu_ops *cpu_ops;
	const struct ffa_notifier_ops *notifier_ops;
};

#define ffa_bus_type teeq_kernel_ffa_bus
TEEQ_API extern struct bus_type ffa_bus_type;

static inline int teeq_ffa_probe(struct device *dev)
{
	return to_ffa_driver(dev->driver)->probe(to_ffa_dev(dev));
}

static inline int teeq_ffa_remove(struct device *dev)
{
	if (to_ffa_driver(dev->driver)->remove)
		to_ffa_driver(dev->driver)->remove(to_ffa_dev(dev));
	return 0;
}

#define ffa_register(driver) teeq_ffa_driver(driver, TEEQ_SITE("ffa_register"))

static inline int teeq_ffa_driver(struct ffa_driver *driver, const struct teeq_site *site)
{
	driver->driver.bus = &ffa_bus_type;
	driver->driver.name = driver->name;
	driver->driver.probe = teeq_ffa_probe;
	driver->driver.remove = teeq_ffa_remove;
	/* The bus looks for the UUIDs there. */
	driver->driver.id_table = driver->id_table;
	return teeq_driver_register(&driver->driver, site);
}

static inline void ffa_unregister(struct ffa_driver *driver)
{
	driver_unregister(&driver->driver);
}

#endif
