/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEVICE_ID_OF_H
#define TEEQ_LINUX_DEVICE_ID_OF_H

struct of_device_id {
	char name[32];
	char type[32];
	char compatible[128];
	const void *data;
};

#endif
