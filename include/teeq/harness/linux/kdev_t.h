/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_KDEV_T_H
#define TEEQ_LINUX_KDEV_T_H

#include <linux/types.h>

/* A major and a minor number in one. */
#define MINORBITS	  20
#define MAJOR(dev)	  ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev)	  ((unsigned int)((dev) & ((1u << MINORBITS) - 1)))
#define MKDEV(major, minor) ((dev_t)(((dev_t)(major) << MINORBITS) | (dev_t)(minor)))

#endif
