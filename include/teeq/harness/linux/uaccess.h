/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_UACCESS_H
#define TEEQ_LINUX_UACCESS_H

#include <string.h>

#include <linux/types.h>

/* Tasks have their user space in the same memory, and all of it is there: what was not copied is 0. */
static inline unsigned long copy_from_user(void *to, const void *from, unsigned long size)
{
	memcpy(to, from, size);
	return 0;
}

static inline unsigned long copy_to_user(void *to, const void *from, unsigned long size)
{
	memcpy(to, from, size);
	return 0;
}

#define get_user(value, from) ((value) = *(from), 0)
#define put_user(value, to)   (*(to) = (__typeof__(*(to)))(value), 0)
#define u64_to_user_ptr(address) ((void *)(uintptr_t)(address))

#endif
