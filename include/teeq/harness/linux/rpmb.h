/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_RPMB_H
#define TEEQ_LINUX_RPMB_H

#include <linux/device.h>

/* The type alone, for what points to one. */
struct rpmb_dev;

#endif
