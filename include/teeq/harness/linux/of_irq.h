/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OF_IRQ_H
#define TEEQ_LINUX_OF_IRQ_H

#include <linux/interrupt.h>
#include <linux/of.h>

/* Interrupts here have one handler, and not one for each CPU. */
#define irq_is_percpu_devid(irq) ((void)(irq), false)

#endif
