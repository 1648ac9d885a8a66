/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MOD_DEVICETABLE_H
#define TEEQ_LINUX_MOD_DEVICETABLE_H

/* Linux 7.2 has a header for each kind of them. */
#include <linux/device-id/of.h>
#include <linux/device-id/tee_client.h>
#include <linux/types.h>

#define MODULE_DEVICE_TABLE(type, table) _Static_assert(sizeof(table), "")

#endif
