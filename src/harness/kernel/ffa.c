/* SPDX-License-Identifier: BSD-2-Clause */
/* The FF-A bus, with one partition on it: OP-TEE's. */
#include "harness/kernel/kernel.h"

#include <linux/err.h>

enum {
	NOTIFICATION_MAX = 64,
	PARTITION_OPTEE = 0x8001
};

struct ffa {
	ffa_notifier_cb callbacks[NOTIFICATION_MAX];
	void *data[NOTIFICATION_MAX];
	u64 last_handle;
};

static _Thread_local struct ffa ffa_here[TEEQ_GUEST_MAX];
#define ffa_in(guest) kernel_of(ffa_here, guest)
#define our_ffa	      ffa_in(kernel_guest())
static _Thread_local uint64_t ffa_run_here[TEEQ_GUEST_MAX];
#define ffa_run_in(guest) kernel_of(ffa_run_here, guest)
#define ffa_run		  ffa_run_in(kernel_guest())

static struct ffa *ffa_of_this_run(void)
{
	if (kernel_is_stale(&ffa_run))
		our_ffa = (struct ffa){ .last_handle = 0 };
	return &our_ffa;
}

/* The bus of a driver: its UUIDs stand where ffa_register() put them. */
static int ffa_match(struct device *dev, const struct device_driver *driver)
{
	const struct ffa_device_id *id = driver->id_table;

	for (; id && !uuid_is_null(&id->uuid); id++)
		if (uuid_equal(&id->uuid, &to_ffa_dev(dev)->uuid))
			return 1;
	return 0;
}

struct bus_type teeq_kernel_ffa_bus = { .name = "arm_ffa", .match = ffa_match };

static u32 get_version(void)
{
	return 0x10001;
}

static void set_mode_32bit(struct ffa_device *device)
{
	device->mode_32bit = true;
}

/* Who asks is known by what it asks for: the framework has no places in the code. */
static const struct teeq_site share_site = { "memory_share of FF-A", "memory_share", "", 0 };
static const struct teeq_site request_site = { "notify_request of FF-A", "notify_request", "", 0 };

static const void *handle_object(u64 handle)
{
	return (const void *)(uintptr_t)handle;
}

/* What a driver calls by a table, and not by a door that the linker puts before it, comes in
 * by itself. */
static int inside_send_direct(struct ffa_device *device, struct ffa_send_direct_data *data)
{
	(void)device;
	if (!kernel_machine()->direct)
		return -EOPNOTSUPP;
	return kernel_machine()->direct(kernel_machine()->argument, data);
}

static int send_direct(struct ffa_device *device, struct ffa_send_direct_data *data)
{
	int result;

	doors_come_in();
	result = inside_send_direct(device, data);
	doors_go_out();
	return result;
}

static int inside_share_memory(struct ffa_mem_ops_args *args)
{
	struct ffa *f = ffa_of_this_run();

	if (!args->sg || args->nattrs == 0)
		return -EINVAL;
	if (teeq_kernel_refuses(&share_site))
		return -ENOMEM;
	/* The framework knows all of its guests' memory by its handle. */
	args->g_handle = (u64)kernel_guest() << 32 | ++f->last_handle;
	teeq_kernel_take("memory that is shared over FF-A", handle_object(args->g_handle),
			 &share_site);
	if (kernel_machine()->shared)
		kernel_machine()->shared(kernel_machine()->argument, args->g_handle,
					 sg_phys(args->sg));
	return 0;
}

static int share_memory(struct ffa_mem_ops_args *args)
{
	int result;

	doors_come_in();
	result = inside_share_memory(args);
	doors_go_out();
	return result;
}

static int inside_reclaim_memory(u64 handle, u32 flags)
{
	(void)flags;
	if (!teeq_kernel_taken("memory that is shared over FF-A", handle_object(handle)))
		return -EINVAL;
	teeq_kernel_give("memory that is shared over FF-A", handle_object(handle), &share_site);
	if (kernel_machine()->reclaimed)
		kernel_machine()->reclaimed(kernel_machine()->argument, handle);
	return 0;
}

static int reclaim_memory(u64 handle, u32 flags)
{
	int result;

	doors_come_in();
	result = inside_reclaim_memory(handle, flags);
	doors_go_out();
	return result;
}

static int inside_request_notification(struct ffa_device *device, bool per_vcpu,
				       ffa_notifier_cb callback, void *data, int number)
{
	struct ffa *f = ffa_of_this_run();

	(void)device;
	(void)per_vcpu;
	if (number < 0 || number >= NOTIFICATION_MAX)
		return -EINVAL;
	if (f->callbacks[number])
		return -EACCES;
	if (teeq_kernel_refuses(&request_site))
		return -ENOMEM;
	teeq_kernel_take("a notification of FF-A", &f->callbacks[number], &request_site);
	f->callbacks[number] = callback;
	f->data[number] = data;
	return 0;
}

static int request_notification(struct ffa_device *device, bool per_vcpu, ffa_notifier_cb callback,
				void *data, int number)
{
	int result;

	doors_come_in();
	result = inside_request_notification(device, per_vcpu, callback, data, number);
	doors_go_out();
	return result;
}

static int inside_relinquish_notification(struct ffa_device *device, int number)
{
	struct ffa *f = ffa_of_this_run();

	(void)device;
	if (number < 0 || number >= NOTIFICATION_MAX || !f->callbacks[number])
		return -EINVAL;
	teeq_kernel_give("a notification of FF-A", &f->callbacks[number], &request_site);
	f->callbacks[number] = NULL;
	return 0;
}

static int relinquish_notification(struct ffa_device *device, int number)
{
	int result;

	doors_come_in();
	result = inside_relinquish_notification(device, number);
	doors_go_out();
	return result;
}

void kernel_ffa_notify(int number)
{
	struct ffa *f = ffa_of_this_run();

	if (number >= 0 && number < NOTIFICATION_MAX && f->callbacks[number])
		f->callbacks[number](number, f->data[number]);
}

static const struct ffa_info_ops info_ops = { .api_version_get = get_version };
static const struct ffa_msg_ops msg_ops = { .mode_32bit_set = set_mode_32bit,
					    .sync_send_receive = send_direct };
static const struct ffa_mem_ops mem_ops = { .memory_reclaim = reclaim_memory,
					    .memory_share = share_memory,
					    .memory_lend = share_memory };
static const struct ffa_notifier_ops notifier_ops = { .notify_request = request_notification,
						      .notify_relinquish =
							      relinquish_notification };
static const struct ffa_ops ffa_ops = { &info_ops, &msg_ops, &mem_ops, NULL, &notifier_ops };

static void ffa_release_device(struct device *dev)
{
	doors_come_in();
	kfree(to_ffa_dev(dev));
	doors_go_out();
}

void kernel_add_ffa_device(void)
{
	struct ffa_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return;
	device->id = 1;
	device->vm_id = PARTITION_OPTEE;
	device->ops = &ffa_ops;
	/* The service of OP-TEE, as its public documentation of FF-A has it. */
	device->uuid = UUID_INIT(0x486178e0, 0xe7f8, 0x11e3, 0xbc, 0x5e, 0x00, 0x02, 0xa5, 0xd5,
				 0xc5, 0x1b);
	device->dev.bus = &ffa_bus_type;
	device->dev.release = ffa_release_device;
	dev_set_name(&device->dev, "arm-ffa-%d", (int)device->id);
	if (device_register(&device->dev))
		put_device(&device->dev);
}

void kernel_watch_ffa(struct teeq_harness *h, unsigned int guest)
{
	harness_watch(h, &ffa_in(guest), sizeof(ffa_in(guest)));
	harness_watch(h, &ffa_run_in(guest), sizeof(ffa_run_in(guest)));
}
