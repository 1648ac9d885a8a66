/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MOD_DEVICETABLE_H
#define TEEQ_LINUX_MOD_DEVICETABLE_H

#include <linux/types.h>
#include <linux/uuid.h>

struct tee_client_device_id {
	uuid_t uuid;
};

struct of_device_id {
	char name[32];
	char type[32];
	char compatible[128];
	const void *data;
};

#define MODULE_DEVICE_TABLE(type, table) _Static_assert(sizeof(table), "")

#endif
