/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_KERNEL_H
#define TEEQ_LINUX_KERNEL_H

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/byteorder.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/types.h>

#define ARRAY_SIZE(array)    (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define DIV_ROUND_UP(n, d)   (((n) + (d) - 1) / (d))
#define roundup(n, step)     (DIV_ROUND_UP(n, step) * (step))
#define rounddown(n, step)   ((n) - (n) % (step))
#define round_up(n, step)    roundup(n, step)
#define round_down(n, step)  rounddown(n, step)
#define ALIGN(n, boundary)   (((n) + (boundary) - 1) & ~((boundary) - 1))
#define IS_ALIGNED(n, bytes) (((n) & ((bytes) - 1)) == 0)
#define upper_32_bits(n)     ((u32)((u64)(n) >> 32))
#define lower_32_bits(n)     ((u32)((u64)(n) & 0xffffffffu))

#endif
