/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEVICE_H
#define TEEQ_LINUX_DEVICE_H

/* Drivers count on what comes with it. */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/dev_printk.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/wait.h>

#endif
