/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_TYPES_H
#define TEEQ_LINUX_TYPES_H

/* C's own headers first: they may come here themselves, through the C library. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <asm/types.h>

#include <linux/kconfig.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

typedef __u16 __le16;
typedef __u16 __be16;
typedef __u32 __le32;
typedef __u32 __be32;
typedef __u64 __le64;
typedef __u64 __be64;

typedef unsigned int gfp_t;
typedef unsigned short umode_t;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;

#define U8_MAX	((u8)~0U)
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)

typedef unsigned int u_int;
typedef unsigned long u_long;

/* For a checker of the kernel's that is not run here. */
#ifndef __bitwise
#define __bitwise
#endif
#define __force
#define __user
#define __iomem
#define __percpu

struct page;

/* See list.h. */
struct list_head {
	struct list_head *next, *prev;
};

/* See atomic.h. */
typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#endif
