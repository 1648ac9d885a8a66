/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OF_PLATFORM_H
#define TEEQ_LINUX_OF_PLATFORM_H

#include <linux/of.h>
#include <linux/platform_device.h>

#endif
