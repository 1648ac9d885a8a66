/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SLAB_H
#define TEEQ_LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * All memory belongs to the run. What is left when it is done is a leak, and freeing what is not
 * allocated is a violation. kmalloc() fills the memory with 0xa5.
 */
#define kmalloc(size, flags)	   teeq_kernel_alloc(1, size, flags, TEEQ_SITE("kmalloc"))
#define kzalloc(size, flags) \
	teeq_kernel_alloc(1, size, (flags) | __GFP_ZERO, TEEQ_SITE("kzalloc"))
#define kmalloc_array(n, size, flags) teeq_kernel_alloc(n, size, flags, TEEQ_SITE("kmalloc_array"))
#define kcalloc(n, size, flags) \
	teeq_kernel_alloc(n, size, (flags) | __GFP_ZERO, TEEQ_SITE("kcalloc"))
#define krealloc(from, size, flags) teeq_kernel_realloc(from, size, flags, TEEQ_SITE("krealloc"))
#define kfree(block)		teeq_kernel_free(block, TEEQ_SITE("kfree"))
#define kvmalloc(size, flags)	kmalloc(size, flags)
#define kvzalloc(size, flags)	kzalloc(size, flags)
#define kvfree(block)		kfree(block)
#define kfree_sensitive(block)	kfree(block)

/* Linux 7.0: of a type, or of the type of a variable; GFP_KERNEL where nothing else is said. */
#define kmalloc_obj(...)  teeq_obj(kmalloc, __VA_ARGS__, GFP_KERNEL, 0)
#define kzalloc_obj(...)  teeq_obj(kzalloc, __VA_ARGS__, GFP_KERNEL, 0)
#define kmalloc_objs(...) teeq_objs(kmalloc_array, __VA_ARGS__, GFP_KERNEL, 0)
#define kzalloc_objs(...) teeq_objs(kcalloc, __VA_ARGS__, GFP_KERNEL, 0)
#define kzalloc_flex(...) teeq_flex(kzalloc, __VA_ARGS__, GFP_KERNEL, 0)
#define teeq_obj(from, what, flags, ...) \
	((__typeof__(what) *)from(sizeof(__typeof__(what)), flags))
#define teeq_objs(from, what, n, flags, ...) \
	((__typeof__(what) *)from(n, sizeof(__typeof__(what)), flags))
#define teeq_flex(from, what, member, n, flags, ...)                                   \
	((__typeof__(what) *)from(sizeof(__typeof__(what)) +                           \
					  sizeof(((__typeof__(what) *)0)->member[0]) * (n), \
				  flags))

#endif
