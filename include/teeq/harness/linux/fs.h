/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_FS_H
#define TEEQ_LINUX_FS_H

#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/types.h>

struct cdev;
struct module;
struct vm_area_struct;

struct inode {
	struct cdev *i_cdev;
};

struct file {
	void *private_data;
};

struct file_operations {
	struct module *owner;
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	long (*unlocked_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	long (*compat_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	int (*mmap)(struct file *file, struct vm_area_struct *area);
};

/* All pointers have one size. */
#define compat_ptr_ioctl NULL

static inline int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count,
				      const char *name)
{
	(void)count;
	(void)name;
	*dev = MKDEV(1, first);
	return 0;
}

static inline void unregister_chrdev_region(dev_t first, unsigned int count)
{
	(void)first;
	(void)count;
}

#endif
