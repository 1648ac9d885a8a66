/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of a script that are done to the driver itself. */
#include "driver/driver.h"

/* The file bind or unbind takes the device's lock, so that one is over before the next begins. */
static bool rebind(struct teeq_drive *d, bool binds)
{
	const struct teeq_site site = { "the device's lock", binds ? "bind" : "unbind", "", 0 };
	struct guest_state *guest = drive_guest(d);
	bool done;

	teeq_kernel_mutex_lock(&d->binding, TASK_UNINTERRUPTIBLE, &site);
	if (!binds)
		guest->is_found = false;
	done = binds ? kernel_bind_optee() : kernel_unbind_optee();
	if (binds && done)
		guest->is_found = guest->object->find();
	teeq_kernel_mutex_unlock(&d->binding, &site);
	return done;
}

unsigned int rebind_step(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	static const char *const actions[] = {
		[TEEQ_DRIVER_PROBE] = "bind",
		[TEEQ_DRIVER_REMOVE] = "unbind",
		[TEEQ_DRIVER_SHUTDOWN] = "shutdown",
	};

	teeq_harness_point(actions[step->times]);
	if (step->times == TEEQ_DRIVER_SHUTDOWN) {
		kernel_shutdown_devices();
		return TEEQ_FAILURE_NONE;
	}
	if (step->times == TEEQ_DRIVER_REMOVE)
		clients_close_rest(d, actor);
	return rebind(d, step->times == TEEQ_DRIVER_PROBE) ? TEEQ_FAILURE_NONE :
							     TEEQ_FAILURE_ENODEV;
}
