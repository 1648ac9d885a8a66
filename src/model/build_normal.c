/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

/*
 * Tables of the driver and its clients: tee-supplicant,
 * TEE contexts, sessions, channels and devices.
 */

/* --------------------------------------- tee-supplicant --------------------------------------- */

static bool build_supplicant(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "supplicant");

	if (!build_in_range(build, ".threads", from->supplicant_threads, 0, TEEQ_SUPPLICANT_MAX))
		return false;
	if (from->supplicant_wait > TEEQ_SUPPLICANT_UNINTERRUPTIBLE) {
		key_push(build, ".wait");
		return build_fail(build, "%d is not a way to wait", (int)from->supplicant_wait);
	}
	key_pop(build, length);
	model->supplicant_count = (uint8_t)from->supplicant_threads;
	model->supplicant_wait = (uint8_t)from->supplicant_wait;
	if (model->supplicant_count)
		model->uses |= USES_SUPPLICANT;
	return true;
}

/* --------------------------------- TEE contexts and sessions ---------------------------------- */

static bool build_contexts(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	size_t length = key_push(build, "contexts");

	if (!build_check_count(build, "contexts", from->context_count, TEEQ_TEE_CONTEXT_MAX))
		return false;
	for (size_t i = 0; i < from->context_count; i++)
		if (!build_add_name(build, build->model->contexts, i, from->contexts[i].name, -1))
			return false;
	key_pop(build, length);
	build->model->context_count = (uint8_t)from->context_count;
	return true;
}

bool build_find_context(struct build *build, const char *name, unsigned int *context)
{
	const struct teeq_model *model = build->model;
	int found = name ? name_index(model->contexts, model->context_count, name) : MODEL_OWN;

	*context = (unsigned int)found;
	if (found >= 0)
		return true;
	key_push(build, "context");
	return build_fail(build, "'%.80s' is not declared among the contexts", name);
}

/* The first session of a context keeps the book of its reservations. */
static bool build_session_context(struct build *build, size_t session)
{
	const struct teeq_session_spec *from = &build->scenario->sessions[session];
	struct teeq_model *model = build->model;
	size_t length = key_push(build, ".%s.", from->name);
	unsigned int context;
	size_t home = session;

	if (!build_find_context(build, from->context, &context) ||
	    !build_find_guest(build, from->guest, &model->session_guest[session]) ||
	    !build_guest_of_context(build, context, model->session_guest[session]))
		return false;
	key_pop(build, length);
	for (size_t i = session; from->context && i-- > 0;)
		if (model->session_context[i] == context)
			home = i;
	model->session_context[session] = (uint8_t)context;
	model->session_home[session] = (uint8_t)home;
	if (from->context)
		model->context_home[context] = (uint8_t)(home + 1);
	model->session_keeps[session] = from->context;
	return true;
}

bool build_sessions(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "sessions");

	if (!build_check_count(build, "sessions", from->session_count, TEEQ_SESSION_MAX))
		return false;
	for (size_t i = 0; i < from->session_count; i++) {
		if (!build_add_name(build, model->sessions, i, from->sessions[i].name, -1))
			return false;
		model->session_asks[i] = from->sessions[i].system;
		if (!build_session_context(build, i))
			return false;
	}
	key_pop(build, length);
	model->session_count = (uint8_t)from->session_count;
	return true;
}

/* ------------------------------------ channels and devices ------------------------------------ */

static bool build_channels(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	size_t length = key_push(build, "channels");

	if (!build_check_count(build, "channels", from->channel_count, TEEQ_CHANNEL_MAX))
		return false;
	for (size_t i = 0; i < from->channel_count; i++)
		if (!build_add_name(build, build->model->channels, i, from->channels[i].name, -1))
			return false;
	key_pop(build, length);
	build->model->channel_count = (uint8_t)from->channel_count;
	return true;
}

/* Each device has a mutex of its own, behind the scenario's and with the device's name. */
static bool build_devices(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "devices");

	if (!build_check_count(build, "devices", from->device_count, TEEQ_DEVICE_MAX))
		return false;
	for (size_t i = 0; i < from->device_count; i++)
		if (!build_add_name(build, model->locks, model->lock_count + i,
				    from->devices[i].name, -1))
			return false;
	key_pop(build, length);
	model->device_count = (uint8_t)from->device_count;
	model->lock_count = (uint8_t)(model->lock_count + from->device_count);
	return true;
}

bool build_normal(struct build *build)
{
	return build_supplicant(build) && build_contexts(build) && build_channels(build) &&
	       build_devices(build);
}

/* ------------------------------------ what names refer to ------------------------------------- */

bool build_find_command(struct build *build, const char *key, const char *name, uint16_t *command)
{
	const struct teeq_model *model = build->model;
	size_t length = key_push(build, "%s", key);

	if (!find_script(build, "command", model->commands, model->command_count, name, command))
		return false;
	key_pop(build, length);
	return true;
}

static bool check_session(struct build *build, const char *name)
{
	size_t length = key_push(build, "session");
	uint16_t session;

	if (!find_session(build, name, &session))
		return false;
	key_pop(build, length);
	return true;
}

static bool check_commands(struct build *build, const char *key, const char *const *names,
			   size_t count)
{
	uint16_t command;

	for (size_t i = 0; i < count; i++)
		if (!build_find_command(build, key, names[i], &command))
			return false;
	return true;
}

static bool check_mutex(struct build *build, const char *name)
{
	size_t length = key_push(build, "mutex");
	uint16_t lock;

	if (name && !find_name(build, "lock", build->model->locks, build->scenario->lock_count,
			       name, &lock))
		return false;
	key_pop(build, length);
	return true;
}

bool build_check_names(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->channel_count; i++) {
		const struct teeq_channel_spec *channel = &from->channels[i];
		size_t length = key_push(build, "channels.%s.", channel->name);

		if (!check_session(build, channel->session) ||
		    !check_commands(build, "config", &channel->config, channel->config != NULL) ||
		    !check_mutex(build, channel->mutex))
			return false;
		key_pop(build, length);
	}
	for (size_t i = 0; i < from->device_count; i++) {
		const struct teeq_device_spec *device = &from->devices[i];
		size_t length = key_push(build, "devices.%s.", device->name);

		if ((device->session && !check_session(build, device->session)) ||
		    !check_commands(build, "on", device->on, device->on_count) ||
		    !check_commands(build, "off", device->off, device->off_count))
			return false;
		key_pop(build, length);
	}
	return true;
}
