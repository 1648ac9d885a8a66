/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_PROCESSOR_H
#define TEEQ_LINUX_PROCESSOR_H

#include <linux/sched.h>

/* A loop that lets others move. */
#define spin_until_cond(condition)         \
	do {                               \
		while (!(condition))       \
			cpu_relax();       \
	} while (0)

#endif
