/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DEVICE_ID_TEE_CLIENT_H
#define TEEQ_LINUX_DEVICE_ID_TEE_CLIENT_H

#include <linux/uuid.h>

struct tee_client_device_id {
	uuid_t uuid;
};

#endif
