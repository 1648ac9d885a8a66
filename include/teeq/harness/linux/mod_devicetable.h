/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MOD_DEVICETABLE_H
#define TEEQ_LINUX_MOD_DEVICETABLE_H

#include <linux/uuid.h>

struct tee_client_device_id {
	uuid_t uuid;
};

#define MODULE_DEVICE_TABLE(type, table) _Static_assert(1, "")

#endif
