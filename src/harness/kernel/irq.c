/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts with a handler, and a thread behind it: each is a task of its own. */
#include "harness/kernel/kernel.h"

#include <linux/err.h>
#include <linux/interrupt.h>

enum {
	IRQ_MAX = 16
};

/*
 * @raised      it has come, and the handler has not begun since
 * @told        the handler wants its thread to run
 */
struct interrupt {
	irq_handler_t handler;
	irq_handler_t thread;
	const char *name;
	void *data;
	bool raised;
	bool told;
	bool in_handler;
	bool in_thread;
};

static _Thread_local struct interrupt interrupts_here[TEEQ_GUEST_MAX][IRQ_MAX];
#define interrupts_in(guest) kernel_of(interrupts_here, guest)
#define interrupts	     interrupts_in(kernel_guest())
static _Thread_local uint64_t interrupts_run_here[TEEQ_GUEST_MAX];
#define interrupts_run_in(guest) kernel_of(interrupts_run_here, guest)
#define interrupts_run		 interrupts_run_in(kernel_guest())

static struct interrupt *irq_of_this_run(void)
{
	if (kernel_is_stale(&interrupts_run))
		memset(interrupts, 0, sizeof(interrupts));
	return interrupts;
}

int teeq_kernel_request_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread,
			    const char *name, void *data, const struct teeq_site *site)
{
	struct interrupt *all = irq_of_this_run();

	if (irq >= IRQ_MAX)
		return -EINVAL;
	if (all[irq].handler)
		return -EBUSY;
	if (teeq_kernel_refuses(site))
		return -ENOMEM;
	teeq_kernel_take("an interrupt", data, site);
	all[irq] = (struct interrupt){
		.handler = handler, .thread = thread, .name = name, .data = data
	};
	return 0;
}

static bool is_idle(const void *object)
{
	const struct interrupt *interrupt = object;

	return !interrupt->in_handler && !interrupt->in_thread;
}

void teeq_kernel_free_irq(unsigned int irq, void *data)
{
	struct interrupt *all = irq_of_this_run();

	if (irq >= IRQ_MAX || all[irq].data != data)
		teeq_harness_violation("free_irq() of an interrupt, %u, that is another one's",
				       irq);
	kernel_wait("flush", is_idle, &all[irq], "free_irq()");
	teeq_kernel_give("an interrupt", data, TEEQ_SITE("free_irq"));
	all[irq] = (struct interrupt){ .handler = NULL };
}

void kernel_raise_irq(unsigned int irq)
{
	struct interrupt *all = irq_of_this_run();

	/* Where nobody listens it is lost. */
	if (irq >= IRQ_MAX || !all[irq].handler)
		return;
	race_release(harness_active, harness_active->running, &all[irq]);
	all[irq].raised = true;
}

static unsigned int first_raised(const struct interrupt *all)
{
	unsigned int i = 0;

	while (i < IRQ_MAX && !all[i].raised)
		i++;
	return i;
}

static unsigned int first_told(const struct interrupt *all)
{
	unsigned int i = 0;

	while (i < IRQ_MAX && !all[i].told)
		i++;
	return i;
}

static bool some_raised(const void *all)
{
	return first_raised(all) < IRQ_MAX;
}

static bool some_told(const void *all)
{
	return first_told(all) < IRQ_MAX;
}

void kernel_irq_task(void *unused)
{
	struct harness_task *task = harness_running("an interrupt");
	struct interrupt *all = irq_of_this_run();

	(void)unused;
	for (;;) {
		struct interrupt *interrupt;
		irqreturn_t result;

		kernel_wait("interrupt", some_raised, all, "an interrupt");
		interrupt = &all[first_raised(all)];
		interrupt->raised = false;
		interrupt->in_handler = true;
		task->in_interrupt = true;
		race_acquire(harness_active, task, interrupt);
		doors_go_out();
		result = interrupt->handler((int)(interrupt - all), interrupt->data);
		doors_come_in();
		race_release(harness_active, task, &interrupt->thread);
		task->in_interrupt = false;
		interrupt->in_handler = false;
		interrupt->told |= result == IRQ_WAKE_THREAD && interrupt->thread;
	}
}

void kernel_irq_thread_task(void *unused)
{
	struct interrupt *all = irq_of_this_run();

	(void)unused;
	for (;;) {
		struct interrupt *interrupt;

		kernel_wait("interrupt", some_told, all, "the handler of an interrupt");
		interrupt = &all[first_told(all)];
		interrupt->told = false;
		interrupt->in_thread = true;
		race_acquire(harness_active, harness_active->running, &interrupt->thread);
		doors_go_out();
		interrupt->thread((int)(interrupt - all), interrupt->data);
		doors_come_in();
		interrupt->in_thread = false;
	}
}

void kernel_watch_irq(struct teeq_harness *h, unsigned int guest)
{
	harness_watch(h, interrupts_in(guest), sizeof(interrupts_in(guest)));
	harness_watch(h, &interrupts_run_in(guest), sizeof(interrupts_run_in(guest)));
}
