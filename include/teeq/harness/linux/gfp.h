/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_GFP_H
#define TEEQ_LINUX_GFP_H

#include <linux/types.h>

/* An allocation with GFP_KERNEL may sleep, so it must not be made under a spinlock. */
#define __GFP_ZERO	 0x100u
#define __GFP_NOWARN	 0x200u
#define __GFP_RECLAIM	 0x400u
#define GFP_KERNEL	 __GFP_RECLAIM
#define GFP_ATOMIC	 0x1u
#define GFP_NOWAIT	 0x2u

#endif
