/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MM_H
#define TEEQ_LINUX_MM_H

/* Of pages there is only the arithmetic. */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#define PAGE_SHIFT	 12
#define PAGE_SIZE	 (1UL << PAGE_SHIFT)
#define PAGE_MASK	 (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(n)	 ALIGN(n, PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

#endif
