/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_INTERRUPT_H
#define TEEQ_LINUX_INTERRUPT_H

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>
#include <teeq/status.h>

typedef enum {
	IRQ_NONE = 0,
	IRQ_HANDLED = 1,
	IRQ_WAKE_THREAD = 2,
} irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *data);

#define IRQ_TYPE_NONE 0
#define IRQF_SHARED   0x80
#define IRQF_ONESHOT  0x2000

/*
 * An interrupt that is raised runs its handler in a task of its own, which must not sleep; where
 * that says IRQ_WAKE_THREAD, @thread runs in another one, once for any number of wakes that came
 * meanwhile. 0, -EBUSY: somebody has it.
 */
TEEQ_API int teeq_kernel_request_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread,
				     const char *name, void *data, const struct teeq_site *site);
/* Returns when neither runs any more. */
TEEQ_API void teeq_kernel_free_irq(unsigned int irq, void *data);

#define request_threaded_irq(irq, handler, thread, flags, name, data) \
	((void)(flags), teeq_kernel_request_irq(irq, handler, thread, name, data, \
						TEEQ_SITE("request_irq")))
#define request_irq(irq, handler, flags, name, data) \
	request_threaded_irq(irq, handler, NULL, flags, name, data)
#define request_percpu_irq(irq, handler, name, data) \
	teeq_kernel_request_irq(irq, handler, NULL, name, data, TEEQ_SITE("request_percpu_irq"))
#define free_irq(irq, data)	     teeq_kernel_free_irq(irq, data)
#define free_percpu_irq(irq, data)   teeq_kernel_free_irq(irq, data)
#define enable_percpu_irq(irq, type) ((void)(irq), (void)(type))
#define disable_percpu_irq(irq)	     ((void)(irq))

#endif
