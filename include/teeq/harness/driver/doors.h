/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every function of the harness that a driver calls. One that is built for threads comes in by a
 * door before each: the linker makes __wrap_NAME of NAME. Not for programs.
 */
#ifndef TEEQ_HARNESS_DRIVER_DOORS_H
#define TEEQ_HARNESS_DRIVER_DOORS_H

/* clang-format off */
#define TEEQ_DOORS(DOOR) \
	DOOR(teeq_harness_point) \
	DOOR(teeq_harness_see) \
	DOOR(teeq_harness_signal) \
	DOOR(teeq_harness_smc) \
	DOOR(teeq_harness_violation) \
	DOOR(teeq_kernel_alloc) \
	DOOR(teeq_kernel_alloc_pages) \
	DOOR(teeq_kernel_cancel_work) \
	DOOR(teeq_kernel_complete) \
	DOOR(teeq_kernel_create_queue) \
	DOOR(teeq_kernel_current) \
	DOOR(teeq_kernel_destroy_queue) \
	DOOR(teeq_kernel_device_add) \
	DOOR(teeq_kernel_device_del) \
	DOOR(teeq_kernel_device_lock) \
	DOOR(teeq_kernel_device_unlock) \
	DOOR(teeq_kernel_devres_action) \
	DOOR(teeq_kernel_devres_alloc) \
	DOOR(teeq_kernel_driver_add) \
	DOOR(teeq_kernel_driver_del) \
	DOOR(teeq_kernel_event_begin) \
	DOOR(teeq_kernel_event_end) \
	DOOR(teeq_kernel_event_sleep) \
	DOOR(teeq_kernel_fd_close) \
	DOOR(teeq_kernel_fd_get) \
	DOOR(teeq_kernel_fd_install) \
	DOOR(teeq_kernel_file_put) \
	DOOR(teeq_kernel_finish) \
	DOOR(teeq_kernel_flush_queue) \
	DOOR(teeq_kernel_flush_work) \
	DOOR(teeq_kernel_for_each_device) \
	DOOR(teeq_kernel_format) \
	DOOR(teeq_kernel_free) \
	DOOR(teeq_kernel_free_irq) \
	DOOR(teeq_kernel_give) \
	DOOR(teeq_kernel_i2c_get_adapter) \
	DOOR(teeq_kernel_i2c_put_adapter) \
	DOOR(teeq_kernel_i2c_transfer) \
	DOOR(teeq_kernel_interface_add) \
	DOOR(teeq_kernel_interface_del) \
	DOOR(teeq_kernel_ioctl) \
	DOOR(teeq_kernel_is_kdump) \
	DOOR(teeq_kernel_jiffies) \
	DOOR(teeq_kernel_marked) \
	DOOR(teeq_kernel_might_sleep) \
	DOOR(teeq_kernel_mutex_is_locked) \
	DOOR(teeq_kernel_mutex_is_mine) \
	DOOR(teeq_kernel_mutex_lock) \
	DOOR(teeq_kernel_mutex_trylock) \
	DOOR(teeq_kernel_mutex_unlock) \
	DOOR(teeq_kernel_next_of_class) \
	DOOR(teeq_kernel_open) \
	DOOR(teeq_kernel_platform_add) \
	DOOR(teeq_kernel_platform_add_data) \
	DOOR(teeq_kernel_platform_alloc) \
	DOOR(teeq_kernel_platform_put) \
	DOOR(teeq_kernel_platform_unregister) \
	DOOR(teeq_kernel_point) \
	DOOR(teeq_kernel_prepare) \
	DOOR(teeq_kernel_print) \
	DOOR(teeq_kernel_queue_add) \
	DOOR(teeq_kernel_queue_remove) \
	DOOR(teeq_kernel_queue_work) \
	DOOR(teeq_kernel_realloc) \
	DOOR(teeq_kernel_refuses) \
	DOOR(teeq_kernel_request_irq) \
	DOOR(teeq_kernel_resched) \
	DOOR(teeq_kernel_schedule) \
	DOOR(teeq_kernel_shared) \
	DOOR(teeq_kernel_signal_pending) \
	DOOR(teeq_kernel_spin_is_locked) \
	DOOR(teeq_kernel_spin_is_mine) \
	DOOR(teeq_kernel_spin_lock) \
	DOOR(teeq_kernel_spin_trylock) \
	DOOR(teeq_kernel_spin_unlock) \
	DOOR(teeq_kernel_take) \
	DOOR(teeq_kernel_taken) \
	DOOR(teeq_kernel_user_ok) \
	DOOR(teeq_kernel_wait_for_completion) \
	DOOR(teeq_kernel_waits) \
	DOOR(teeq_kernel_wake) \
	DOOR(teeq_kernel_wake_task) \
	DOOR(teeq_kernel_warn)
/* clang-format on */

#endif
