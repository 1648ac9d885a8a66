/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IRQDESC_H
#define TEEQ_LINUX_IRQDESC_H

#include <linux/interrupt.h>

#endif
