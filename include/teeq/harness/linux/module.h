/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MODULE_H
#define TEEQ_LINUX_MODULE_H

#include <linux/export.h>

#define MODULE_LICENSE(text)	 _Static_assert(sizeof(text), "")
#define MODULE_AUTHOR(text)	 _Static_assert(sizeof(text), "")
#define MODULE_DESCRIPTION(text) _Static_assert(sizeof(text), "")
#define MODULE_VERSION(text)	 _Static_assert(sizeof(text), "")

#endif
