/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CONTAINER_OF_H
#define TEEQ_LINUX_CONTAINER_OF_H

#include <linux/types.h>

/* The structure of @type whose @member @pointer points to. The ?: checks the pointer's type. */
#define container_of(pointer, type, member)                                     \
	((type *)(uintptr_t)((const volatile char *)(1 ? (pointer) :            \
							 &((type *)0)->member) - \
			     offsetof(type, member)))
#define container_of_const(pointer, type, member) container_of(pointer, type, member)

#endif
