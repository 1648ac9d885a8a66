/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of scripts that are about more than one call: channels, devices, TEE contexts. */
#include <string.h>

#include "driver/driver.h"

unsigned int step_setup(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	unsigned int channel = drive_channel(d, step->name);
	unsigned int session = drive_session(d, d->scenario->channels[channel].session);

	if (!drive_is_here(d, session))
		return TEEQ_FAILURE_EINVAL;
	actor->channel = channel + 1;
	d->channel_ready[channel] = drive_guest(d)->object->scmi_setup(channel) == 0;
	d->sessions[session].open = d->channel_ready[channel];
	actor->channel = 0;
	return TEEQ_FAILURE_NONE;
}

static bool is_ready_here(const struct teeq_drive *d, unsigned int channel)
{
	return d->channel_ready[channel] &&
	       drive_is_here(d, drive_session(d, d->scenario->channels[channel].session));
}

unsigned int step_teardown(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	unsigned int channel = drive_channel(d, step->name);

	if (!is_ready_here(d, channel))
		return TEEQ_FAILURE_NONE;
	d->channel_ready[channel] = false;
	actor->channel = channel + 1;
	drive_guest(d)->object->scmi_free(channel);
	actor->channel = 0;
	return TEEQ_FAILURE_NONE;
}

unsigned int step_message(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	unsigned int channel = drive_channel(d, step->session), before = actor->command;
	int result;

	if (!is_ready_here(d, channel))
		return TEEQ_FAILURE_EINVAL;
	actor->command = drive_command(d, step->name);
	result = drive_guest(d)->object->scmi_send(channel);
	if (result == 0)
		drive_guest(d)->object->scmi_done(channel);
	actor->command = before;
	return result ? TEEQ_FAILURE_EIO : TEEQ_FAILURE_NONE;
}

unsigned int step_power(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	bool on = step->kind == TEEQ_STEP_POWER_ON;
	unsigned int number = drive_device(d, step->name), calls;
	const struct teeq_device_spec *device = &d->scenario->devices[number];
	const struct teeq_site site = { device->name, on ? "power-on" : "power-off", "", 0 };
	bool now;

	teeq_kernel_mutex_lock(&d->device_locks[number], TASK_UNINTERRUPTIBLE, &site);
	if (!on && d->device_users[number] == 0)
		teeq_harness_violation("device %s has a user less than none", device->name);
	now = on ? d->device_users[number]++ == 0 : --d->device_users[number] == 0;
	now &= !device->session || drive_is_here(d, drive_session(d, device->session));
	calls = !now ? 0 : (unsigned int)(on ? device->on_count : device->off_count);
	actor->depth++;
	for (unsigned int i = 0; i < calls; i++)
		live_call(d, actor, live_of(d, actor, device->session),
			  on ? device->on[i] : device->off[i], 0);
	actor->depth--;
	teeq_kernel_mutex_unlock(&d->device_locks[number], &site);
	return TEEQ_FAILURE_NONE;
}

void close_context(struct teeq_drive *d, const char *name)
{
	unsigned int number = drive_context(d, name);

	if (!d->contexts[number])
		return;
	for (unsigned int i = 0; i < d->scenario->session_count; i++)
		if (d->sessions[i].context == d->contexts[number])
			d->sessions[i] = (struct live_session){ .in_kernel = true };
	drive_guest(d)->object->client_close(d->contexts[number]);
	d->contexts[number] = NULL;
}
