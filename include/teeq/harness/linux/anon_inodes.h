/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ANON_INODES_H
#define TEEQ_LINUX_ANON_INODES_H

#include <linux/fs.h>

/*
 * A file that no directory knows, with @data as its private data, in the table of the task's
 * process: a descriptor, or a negative errno.
 */
#define anon_inode_getfd(name, operations, data, flags) \
	((void)(name), (void)(flags),                   \
	 teeq_kernel_fd_install(operations, data, TEEQ_SITE("anon_inode_getfd")))

#endif
