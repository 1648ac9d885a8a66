/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CRASH_DUMP_H
#define TEEQ_LINUX_CRASH_DUMP_H

#include <linux/types.h>
#include <teeq/harness/runtime.h>

/* Whether this is the kernel that is started to save what a crashed one left: as the run says. */
#define is_kdump_kernel() teeq_kernel_is_kdump()

#endif
