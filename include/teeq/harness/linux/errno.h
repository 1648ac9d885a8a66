/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ERRNO_H
#define TEEQ_LINUX_ERRNO_H

/*
 * The C library's <errno.h> includes a file of this name for the numbers; it finds this one where
 * the directory is searched first, and gets them.
 */
#include <asm/errno.h>

/* What the kernel keeps to itself: a system call that returns it is started again. */
#define ERESTARTSYS	 512
#define ENOIOCTLCMD	 515
#define EPROBE_DEFER 517
#define ENOTSUPP	 524

#endif
