/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_TIMEKEEPING_H
#define TEEQ_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
