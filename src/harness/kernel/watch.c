/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness/kernel/kernel.h"

void kernel_watch(struct teeq_harness *h)
{
	kernel_watch_bus(h);
	kernel_watch_ffa(h);
	kernel_watch_files(h);
	kernel_watch_irq(h);
	kernel_watch_machine(h);
	kernel_watch_taken(h);
	kernel_watch_work(h);
}
