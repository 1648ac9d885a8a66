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

static inline unsigned long teeq_copy_user(void *to, const void *from, unsigned long size,
					   const void *user, const struct teeq_site *site)
{
	if (!access_ok(user, size) || teeq_kernel_refuses(site))
		return size;
	memcpy(to, from, size);
	return 0;
}

#define copy_from_user(to, from, size) \
	teeq_copy_user(to, from, size, from, TEEQ_SITE("copy_from_user"))
#define copy_to_user(to, from, size) \
	teeq_copy_user(to, from, size, to, TEEQ_SITE("copy_to_user"))

/* 0 or -EFAULT. */
#define TEEQ_USER_OK(address, what) \
	(access_ok(address, sizeof(*(address))) && !teeq_kernel_refuses(TEEQ_SITE(what)))
#define get_user(value, from) \
	(TEEQ_USER_OK(from, "get_user") ? ((value) = *(from), 0) : ((value) = 0, -14))
#define put_user(value, to) \
	(TEEQ_USER_OK(to, "put_user") ? (*(to) = (__typeof__(*(to)))(value), 0) : -14)
#define u64_to_user_ptr(address) ((void *)(uintptr_t)(address))

#endif
