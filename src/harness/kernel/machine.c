/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that a run is on, and its I2C. */
#include "harness/kernel/kernel.h"

static const struct kernel_machine nothing;
static _Thread_local const struct kernel_machine *machine_here = &nothing;
#define machine (*(const struct kernel_machine **)kernel_ours(&machine_here))

void kernel_set_machine(const struct kernel_machine *m)
{
	machine = m ? m : &nothing;
}

const struct kernel_machine *kernel_machine(void)
{
	return machine;
}

unsigned int kernel_guest_count(void)
{
	return machine->guest_count > 0 ? machine->guest_count : 1;
}

bool teeq_kernel_is_kdump(void)
{
	return machine->kdump;
}

bool kernel_is_stale(uint64_t *run)
{
	bool stale;

	harness_running("the kernel's state");
	stale = *run != harness_active->run;
	*run = harness_active->run;
	return stale;
}

void kernel_wait(const char *action, bool (*ready)(const void *object), const void *object,
		 const char *what)
{
	struct point point = { .kind = POINT_CONDITION,
			       .action = action,
			       .object = object,
			       .ready = ready,
			       .site = { what, action, "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };

	harness_sleep_at(&point);
}

/* --------------------------------------------- I2C -------------------------------------------- */

static _Thread_local struct i2c_adapter adapter_here;
#define adapter (*(struct i2c_adapter *)kernel_ours(&adapter_here))

struct i2c_adapter *i2c_get_adapter(int number)
{
	adapter.nr = number;
	return machine->transfer ? &adapter : NULL;
}

void i2c_put_adapter(struct i2c_adapter *used)
{
	(void)used;
}

int i2c_transfer(struct i2c_adapter *used, struct i2c_msg *messages, int count)
{
	might_sleep();
	for (int i = 0; i < count; i++) {
		int result = machine->transfer(machine->argument, used->nr, &messages[i]);

		if (result < 0)
			return result;
	}
	return count;
}

void kernel_watch_machine(struct teeq_harness *h)
{
	harness_watch(h, &adapter, sizeof(adapter));
}
