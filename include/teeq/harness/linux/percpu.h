/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_PERCPU_H
#define TEEQ_LINUX_PERCPU_H

#include <linux/cpumask.h>
#include <linux/slab.h>

/* There is one CPU, see cpumask.h. */
#define alloc_percpu(type) ((type *)kzalloc(sizeof(type), GFP_KERNEL))
#define free_percpu(pointer) kfree(pointer)
#define per_cpu_ptr(pointer, cpu) ((void)(cpu), (pointer))
#define this_cpu_ptr(pointer)	  (pointer)

#endif
