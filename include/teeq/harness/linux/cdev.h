/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CDEV_H
#define TEEQ_LINUX_CDEV_H

#include <linux/device.h>
#include <linux/fs.h>

/*
 * A character device; adding it makes its struct device known to its class, and lets it be opened.
 */
struct cdev {
	const struct file_operations *ops;
	struct module *owner;
	struct device *dev;
};

static inline void cdev_init(struct cdev *cdev, const struct file_operations *ops)
{
	*cdev = (struct cdev){ .ops = ops };
}

#define cdev_device_add(cdev, dev) teeq_cdev_add(cdev, dev, TEEQ_SITE("cdev_device_add"))
static inline int teeq_cdev_add(struct cdev *cdev, struct device *dev,
				const struct teeq_site *site)
{
	int result;

	cdev->dev = dev;
	dev->cdev = cdev;
	result = teeq_device_add(dev, site);
	if (result)
		dev->cdev = NULL;
	return result;
}

/* Nobody opens it any more; who has it open keeps it. */
static inline void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	dev->cdev = NULL;
	(void)cdev;
	device_del(dev);
}

#endif
