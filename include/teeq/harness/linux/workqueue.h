/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_WORKQUEUE_H
#define TEEQ_LINUX_WORKQUEUE_H

#include <linux/types.h>

/* The structures alone: whoever runs work is a task of the program. */
struct work_struct {
	void (*func)(struct work_struct *work);
};

struct workqueue_struct;

#define INIT_WORK(work, function) ((void)((work)->func = (function)))

#endif
