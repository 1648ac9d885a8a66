/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices of a run, in the order in which they were added. */
#include "harness/harness.h"

#include <linux/list.h>
#include <linux/mutex.h>

/* In the harness, as each has a run of its own. */
struct devices {
	struct mutex mutex;
	struct list_head list;
};

static _Thread_local struct devices devices;
static _Thread_local uint64_t devices_run;

static struct devices *of_this_run(void)
{
	harness_running("device_add()");
	if (devices_run != harness_active->run) {
		mutex_init(&devices.mutex);
		INIT_LIST_HEAD(&devices.list);
		devices_run = harness_active->run;
	}
	return &devices;
}

void teeq_kernel_device_add(struct list_head *known)
{
	struct list_head *list = teeq_kernel_device_lock();

	list_add_tail(known, list);
	teeq_kernel_device_unlock();
}

void teeq_kernel_device_del(struct list_head *known)
{
	teeq_kernel_device_lock();
	list_del_init(known);
	teeq_kernel_device_unlock();
}

struct list_head *teeq_kernel_device_lock(void)
{
	mutex_lock(&of_this_run()->mutex);
	return &devices.list;
}

void teeq_kernel_device_unlock(void)
{
	mutex_unlock(&devices.mutex);
}
