/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_FS_H
#define TEEQ_LINUX_FS_H

#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/errno.h>
#include <linux/types.h>

struct cdev;
struct module;

struct inode {
	dev_t i_rdev;
	struct cdev *i_cdev;
};

/* An open file, with a count of those that have it: the last one to let go releases it. */
struct file {
	const struct file_operations *f_op;
	void *private_data;
	struct inode *f_inode;
	struct inode inode;
	unsigned int f_flags;
	unsigned int users;
	struct file *next; /* of all that are open */
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

#define O_RDWR	  02
#define O_CLOEXEC 02000000

/* In the table of open files, which all tasks share: a descriptor from 3, or a negative errno. */
TEEQ_API int teeq_kernel_fd_install(const struct file_operations *operations, void *data,
				    const struct teeq_site *site);
TEEQ_API struct file *teeq_kernel_fd_get(int fd);
/* As close(2): out of the table, and let go of. */
TEEQ_API int teeq_kernel_fd_close(int fd);
/* As open(2) of the character device of that name: a descriptor, or a negative errno. */
TEEQ_API int teeq_kernel_open(const char *device);
TEEQ_API long teeq_kernel_ioctl(int fd, unsigned int command, void *argument);
TEEQ_API void teeq_kernel_file_put(struct file *file);

static inline struct file *get_file(struct file *file)
{
	file->users++;
	return file;
}

static inline void fput(struct file *file)
{
	teeq_kernel_file_put(file);
}

#define alloc_chrdev_region(dev, first, count, name) \
	teeq_alloc_region(dev, first, count, TEEQ_SITE("alloc_chrdev_region"))
#define unregister_chrdev_region(first, count) \
	teeq_free_region(first, count, TEEQ_SITE("unregister_chrdev_region"))

enum {
	TEEQ_REGION_BYTES = 1 << 20 /* of addresses that no object has */
};

/* Numbers of devices are one region, known by its beginning and its size. */
static inline const void *teeq_region(dev_t first, unsigned int count)
{
	return (const void *)((uintptr_t)first * TEEQ_REGION_BYTES + count);
}

static inline int teeq_alloc_region(dev_t *dev, unsigned int first, unsigned int count,
				    const struct teeq_site *site)
{
	if (teeq_kernel_refuses(site))
		return -EBUSY;
	*dev = MKDEV(1, first);
	teeq_kernel_take("a region of device numbers", teeq_region(*dev, count), site);
	return 0;
}

/* Numbers that are no region of somebody's are none, and nothing happens. */
static inline void teeq_free_region(dev_t first, unsigned int count, const struct teeq_site *site)
{
	if (teeq_kernel_taken("a region of device numbers", teeq_region(first, count)))
		teeq_kernel_give("a region of device numbers", teeq_region(first, count), site);
}

#endif
