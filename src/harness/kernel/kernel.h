/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_KERNEL_KERNEL_H
#define HARNESS_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/harness.h"
#include "harness/doors.h"

#include <linux/arm_ffa.h>
#include <linux/device.h>
#include <linux/i2c.h>
#include <linux/platform_device.h>

/*
 * The part of a kernel that a driver is bound in: buses, files, interrupts, work. It is that of one
 * run, and begins empty. Around it is a machine, which says what there is to be found.
 *
 * @guest_count several kernels: each task is in one of them, see struct harness_task. 0 is 1
 * @abi_ffa     OP-TEE is a partition of the FF-A bus; otherwise a node of the device tree
 * @irq         of its notifications; 0: it has none
 * @kdump       this kernel was started by a crashed one
 * @transfer    what an I2C adapter does that is asked to transfer: 0 or a negative errno. From the
 *              task that asks, which may sleep. NULL: there is no adapter
 * @shared      memory at @address was shared, and has @handle; NULL: nobody wants to know
 * @reclaimed   it is shared no longer; NULL likewise
 * @direct      a direct message over FF-A: takes and leaves the registers; 0 or a negative errno
 */
struct kernel_machine {
	unsigned int guest_count;
	bool abi_ffa;
	unsigned int irq;
	bool kdump;
	void *argument;
	int (*transfer)(void *argument, int adapter, const struct i2c_msg *message);
	void (*shared)(void *argument, u64 handle, phys_addr_t address);
	void (*reclaimed)(void *argument, u64 handle);
	int (*direct)(void *argument, struct ffa_send_direct_data *data);
};
/* ---- machine.c ---- */
/* For runs of this thread from now on. The machine stays the caller's, and must outlive them. */
void kernel_set_machine(const struct kernel_machine *machine);
const struct kernel_machine *kernel_machine(void);
unsigned int kernel_guest_count(void);
/* Whose kernel the task that runs is in. */
static inline unsigned int kernel_guest(void)
{
	return harness_active && harness_active->running ? harness_active->running->guest : 0;
}

/*
 * What this thread has as @object, a static of the harness's; in a run on threads what the thread
 * has that runs the tasks: all see the same then.
 */
static inline void *kernel_ours(void *object)
{
	return (char *)object + doors_offset;
}

/* The same of @here, an array that has one for each guest's kernel: that of @guest. */
#define kernel_of(here, guest) (((__typeof__(&(here)[0]))kernel_ours(here))[guest])

/*
 * Whether the state that is noted with *@run is that of an earlier run; it is this one's from now
 * on.
 */
bool kernel_is_stale(uint64_t *run);

/* ---- watch.c ---- */
/*
 * What this kernel keeps between steps belongs to what runs change; and by the part: each in its
 * file.
 */
void kernel_watch(struct teeq_harness *h);
void kernel_watch_bus(struct teeq_harness *h, unsigned int guest);
void kernel_watch_ffa(struct teeq_harness *h, unsigned int guest);
void kernel_watch_files(struct teeq_harness *h, unsigned int guest);
void kernel_watch_irq(struct teeq_harness *h, unsigned int guest);
void kernel_watch_machine(struct teeq_harness *h);
void kernel_watch_taken(struct teeq_harness *h, unsigned int guest);
void kernel_watch_work(struct teeq_harness *h, unsigned int guest);

/* Wait until @ready says so of @object. @action: one word, see struct point. */
void kernel_wait(const char *action, bool (*ready)(const void *object), const void *object,
		 const char *what);

/* ---- taken.c ---- */
/* What lies in so many bytes that was taken and not given back, in words. False: nothing. */
bool kernel_taken_inside(const void *bytes, size_t size, char *text, size_t text_size);
/* Where anything is left, the run ends with what, and who took it. */
void kernel_check_taken(void);

/* ---- irq.c ---- */
/* The interrupt has come, once or more. No point, and may be called anywhere. */
void kernel_raise_irq(unsigned int irq);
/* What the tasks of interrupts do, for ever: daemons. */
void kernel_irq_task(void *unused);
void kernel_irq_thread_task(void *unused);

/* ---- work.c ---- */
void kernel_work_task(void *unused);
/* What is queued is done now, by the task that asks. */
void kernel_do_work(void);
/* Who does what it wants done itself from now on, beside the setup; NULL: nobody. */
void kernel_work_alone(const struct harness_task *task);

/* ---- platform.c ---- */
/* Devices of the machine are offered to the drivers that come. */
void kernel_add_devices(void);
/* They are taken out of it, the last one first. */
void kernel_remove_devices(void);
/* OP-TEE's device is taken from its driver, as by the file unbind in sysfs. False: it has none. */
bool kernel_unbind_optee(void);
/* And given to it, as by the file bind. False: it has it, or there is no driver that wants it. */
bool kernel_bind_optee(void);

/* ---- bus.c ---- */
/*
 * The character device of that name, or NULL. No lock is taken, and it may be called from anywhere.
 */
struct device *kernel_find_device(const char *name);
/* The first whose name begins like that, or NULL. */
struct device *kernel_device_like(const char *prefix);
/* It is taken from its driver. */
void kernel_unbind(struct device *dev);
/* It is offered to the drivers that there are. False: it has one, or none takes it. */
bool kernel_bind(struct device *dev);
/* As a machine that is switched off: the last device first. */
void kernel_shutdown_devices(void);

/* ---- files.c ---- */
/* Whether there is a character device of that name. From anywhere, no point. */
bool kernel_can_open(const char *device);

/* ---- ffa.c ---- */
void kernel_add_ffa_device(void);
/*
 * Notification @number of OP-TEE's partition has come: its handler is called by the task that asks.
 */
void kernel_ffa_notify(int number);

#endif
