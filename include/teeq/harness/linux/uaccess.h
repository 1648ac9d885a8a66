/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_UACCESS_H
#define TEEQ_LINUX_UACCESS_H

#include <string.h>

#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * A task has its user space in the same memory as the kernel. What faults is what a user may not
 * reach: the lowest addresses, and blocks that were allocated by kernel code. 0, or how much was
 * not copied.
 */
#define access_ok(address, size) teeq_kernel_user_ok(address, size)

static inline unsigned long copy_from_user(void *to, const void *from, unsigned long size)
{
	if (!access_ok(from, size))
		return size;
	memcpy(to, from, size);
	return 0;
}

static inline unsigned long copy_to_user(void *to, const void *from, unsigned long size)
{
	if (!access_ok(to, size))
		return size;
	memcpy(to, from, size);
	return 0;
}

/* 0 or -EFAULT. */
#define get_user(value, from) \
	(access_ok(from, sizeof(*(from))) ? ((value) = *(from), 0) : ((value) = 0, -14))
#define put_user(value, to) \
	(access_ok(to, sizeof(*(to))) ? (*(to) = (__typeof__(*(to)))(value), 0) : -14)
#define u64_to_user_ptr(address) ((void *)(uintptr_t)(address))

#endif
