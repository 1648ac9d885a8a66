/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ANON_INODES_H
#define TEEQ_LINUX_ANON_INODES_H

#include <linux/fs.h>

/*
 * A file that no directory knows, with @data as its private data, in the table of the task's
 * process: a descriptor, or a negative errno.
 */
static inline int anon_inode_getfd(const char *name, const struct file_operations *operations,
				   void *data, int flags)
{
	(void)name;
	(void)flags;
	return teeq_kernel_fd_install(operations, data);
}

#endif
