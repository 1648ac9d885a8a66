/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness/kernel/kernel.h"

void kernel_watch(struct teeq_harness *h)
{
	kernel_watch_machine(h);
	for (unsigned int guest = 0; guest < kernel_guest_count(); guest++) {
		kernel_watch_bus(h, guest);
		kernel_watch_ffa(h, guest);
		kernel_watch_files(h, guest);
		kernel_watch_irq(h, guest);
		kernel_watch_taken(h, guest);
		kernel_watch_work(h, guest);
	}
}
