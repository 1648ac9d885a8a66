/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files: by number, with a count of who has them. The last one to let go calls release(). All
 * tasks share one table; a number is not given out twice in a run.
 */
#include "harness/kernel/kernel.h"

#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/idr.h>

enum {
	FIRST_FD = 3,
	FD_MAX = 256
};

struct files {
	struct file *open[FD_MAX];
	size_t count;
};

static _Thread_local struct files files_here[TEEQ_GUEST_MAX];
#define files_in(guest) kernel_of(files_here, guest)
#define our_files	files_in(kernel_guest())
static _Thread_local uint64_t files_run_here[TEEQ_GUEST_MAX];
#define files_run_in(guest) kernel_of(files_run_here, guest)
#define files_run	    files_run_in(kernel_guest())

static struct files *files_of_this_run(void)
{
	if (kernel_is_stale(&files_run))
		our_files = (struct files){ .count = FIRST_FD };
	return &our_files;
}

static int files_install(struct file *file)
{
	struct files *f = files_of_this_run();

	if (f->count >= FD_MAX)
		return -EMFILE;
	f->open[f->count] = file;
	return (int)f->count++;
}

static struct file *new_file(const struct file_operations *operations, void *data,
			     const struct teeq_site *site)
{
	struct file *file = teeq_kernel_alloc(1, sizeof(*file), GFP_KERNEL | __GFP_ZERO, site);

	if (!file)
		return NULL;
	file->f_op = operations;
	file->private_data = data;
	file->f_inode = &file->inode;
	file->f_flags = O_RDWR;
	file->users = 1;
	return file;
}

int teeq_kernel_fd_install(const struct file_operations *operations, void *data,
			   const struct teeq_site *site)
{
	struct file *file = new_file(operations, data, site);
	int fd = file ? files_install(file) : -ENOMEM;

	if (fd < 0)
		kfree(file);
	return fd;
}

struct file *teeq_kernel_fd_get(int fd)
{
	struct files *f = files_of_this_run();

	return fd >= FIRST_FD && (size_t)fd < f->count ? f->open[fd] : NULL;
}

void teeq_kernel_file_put(struct file *file)
{
	WARN(file->users == 0, "a file that nobody has is let go");
	if (--file->users > 0)
		return;
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	kfree(file);
}

int teeq_kernel_fd_close(int fd)
{
	struct file *file = teeq_kernel_fd_get(fd);

	if (!file)
		return -EBADF;
	our_files.open[fd] = NULL;
	teeq_kernel_file_put(file);
	return 0;
}

static struct cdev *find_device(const char *name)
{
	struct device *dev;

	teeq_kernel_device_lock();
	dev = kernel_find_device(name);
	teeq_kernel_device_unlock();
	return dev ? dev->cdev : NULL;
}

bool kernel_can_open(const char *name)
{
	return kernel_find_device(name) != NULL;
}

int teeq_kernel_open(const char *name)
{
	struct cdev *cdev = find_device(name);
	struct file *file = cdev ? new_file(cdev->ops, NULL, TEEQ_SITE("open")) : NULL;
	int result, fd;

	if (!file)
		return cdev ? -ENOMEM : -ENOENT;
	file->inode.i_cdev = cdev;
	file->inode.i_rdev = cdev->dev->devt;
	result = file->f_op->open ? file->f_op->open(file->f_inode, file) : 0;
	if (result) {
		kfree(file);
		return result;
	}
	fd = files_install(file);
	if (fd < 0)
		teeq_kernel_file_put(file);
	return fd;
}

/* Whoever is in a call has the file: a close meanwhile releases it when the call returns. */
long teeq_kernel_ioctl(int fd, unsigned int command, void *argument)
{
	struct file *file = teeq_kernel_fd_get(fd);
	long result;

	if (!file)
		return -EBADF;
	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	get_file(file);
	doors_go_out();
	result = file->f_op->unlocked_ioctl(file, command, (unsigned long)(uintptr_t)argument);
	doors_come_in();
	teeq_kernel_file_put(file);
	return result;
}

void kernel_watch_files(struct teeq_harness *h, unsigned int guest)
{
	harness_watch_used(h, files_in(guest).open, sizeof(files_in(guest).open),
			   &files_in(guest).count, sizeof(files_in(guest).open[0]));
	harness_watch(h, &files_in(guest).count, sizeof(files_in(guest).count));
	harness_watch(h, &files_run_in(guest), sizeof(files_run_in(guest)));
}
