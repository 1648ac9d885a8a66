/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_RHASHTABLE_H
#define TEEQ_LINUX_RHASHTABLE_H

#include <linux/types.h>

/* The type alone, for what contains one. */
struct rhashtable {
	void *table;
};

#endif
