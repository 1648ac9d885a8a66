/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_FIRMWARE_H
#define TEEQ_LINUX_FIRMWARE_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/types.h>

struct firmware {
	size_t size;
	const u8 *data;
};

/* A file system without any firmware in it. */
static inline int request_firmware(const struct firmware **firmware, const char *name,
				   struct device *device)
{
	(void)name;
	(void)device;
	*firmware = NULL;
	return -ENOENT;
}

static inline void release_firmware(const struct firmware *firmware)
{
	(void)firmware;
}

#endif
