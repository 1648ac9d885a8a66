/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IRQDOMAIN_H
#define TEEQ_LINUX_IRQDOMAIN_H

#include <linux/interrupt.h>

/* The mapping of an interrupt is its number, for ever. */
#define irq_dispose_mapping(irq) ((void)(irq))

#endif
