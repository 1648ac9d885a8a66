/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_HASHTABLE_H
#define TEEQ_LINUX_HASHTABLE_H

#include <linux/list.h>
#include <linux/log2.h>
#include <linux/types.h>

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits)  struct hlist_head name[1 << (bits)] = { { NULL } }

#endif
