/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model/build.h"

/*
 * Steps of clients and services that are more than one instruction: what a driver does in one
 * function, with its paths for what fails.
 */
/* The same by a driver of the kernel, see FLAG_KERNEL. */
static struct instruction by_kernel(enum op op, unsigned int session)
{
	return (struct instruction){ .op = (uint8_t)op,
				     .flags = FLAG_KERNEL,
				     .object = (uint16_t)session };
}

/* An instruction whose target is not known yet. */
static bool emit_jump(struct build *build, struct instruction instruction, size_t *at)
{
	*at = build->model->code_count;
	return emit(build, instruction);
}

/*
 * What is done from @start on is one function of the
 * kernel: behind its first action no signal ends it.
 */
static bool mark_inside(struct build *build, size_t start)
{
	struct instruction *code = build->model->code;
	bool begun = false;

	for (size_t i = start; i < build->model->code_count; i++) {
		bool seen = code[i].op == OP_ALLOCATE || (code[i].flags & FLAG_KERNEL);

		if (seen && begun)
			code[i].flags |= FLAG_INSIDE;
		begun |= seen;
	}
	return true;
}

/* ------------------------------------------ channels ------------------------------------------ */

static bool reserves_for_context(const struct build *build)
{
	return model_secure_side(build->model) == TEEQ_SECURE_COUNTED;
}

/* A refusal is worth a warning; what was had is to be given back. */
static bool emit_reservation(struct build *build, unsigned int channel, unsigned int session)
{
	size_t refused;

	if (!emit(build, by_kernel(OP_RESERVE, session)) ||
	    !emit_jump(build, instruction_of(OP_ON_FAIL, 0), &refused) ||
	    !emit(build, (struct instruction){ .op = OP_SET,
					       .object = (uint16_t)channel,
					       .bits = CHANNEL_SYSTEM }))
		return false;
	code_patch(build, refused);
	return true;
}

/* With v4 the reservation is the TEE context's, and given back by hand. */
static bool compile_normal_emit_give_back(struct build *build, unsigned int channel,
					  unsigned int session)
{
	size_t none;

	if (!reserves_for_context(build))
		return emit(build, instruction_of(OP_CLEAR, channel));
	if (!emit_jump(build,
		       (struct instruction){ .op = OP_UNLESS,
					     .object = (uint16_t)channel,
					     .bits = CHANNEL_SYSTEM },
		       &none) ||
	    !emit(build, by_kernel(OP_RELEASE, session)))
		return false;
	code_patch(build, none);
	return emit(build, instruction_of(OP_CLEAR, channel));
}

/* Ask the agent for the channel; *@failed is the instruction that goes on where it says no. */
static bool emit_config(struct build *build, uint16_t session, uint16_t config, size_t *failed)
{
	if (config == TEEQ_NO_OBJECT)
		return emit_jump(build, instruction_of(OP_ON_FAIL, 0), failed);
	return emit(build, (struct instruction){ .op = OP_CALL,
						 .flags = FLAG_KERNEL,
						 .object = session,
						 .command = config }) &&
	       emit_jump(build, instruction_of(OP_ON_FAIL, 0), failed);
}

/*
 * Shared memory, or its end. Over FF-A that is no call
 * of the driver's queue, and static memory is known.
 */
static bool emit_register(struct build *build, uint16_t session, bool is_static, bool end)
{
	struct instruction one = by_kernel(OP_REGISTER, session);

	one.count = end;
	return build->model->abi == TEEQ_ABI_FFA || is_static || emit(build, one);
}

/* Everything up to where the channel is ready; then what undoes it, in reverse order. */
static bool emit_setup(struct build *build, unsigned int channel)
{
	uint16_t session = build->model->channel_session[channel];
	uint16_t config = build->model->channel_config[channel];
	bool is_static = build->scenario->channels[channel].static_memory;
	bool first = reserves_for_context(build);
	size_t no_memory, no_session, no_channel, ready;

	if ((first && !emit_reservation(build, channel, session)) ||
	    !emit(build, instruction_of(OP_ALLOCATE, 0)) ||
	    !emit_jump(build, instruction_of(OP_ON_FAIL, 0), &no_memory) ||
	    !emit_register(build, session, is_static, false) ||
	    !emit(build, by_kernel(OP_OPEN, session)) ||
	    !emit_jump(build, instruction_of(OP_ON_FAIL, 0), &no_session) ||
	    (!first && !emit_reservation(build, channel, session)) ||
	    !emit_config(build, session, config, &no_channel) ||
	    !emit(build, (struct instruction){ .op = OP_SET,
					       .object = (uint16_t)channel,
					       .bits = CHANNEL_READY }) ||
	    !emit_jump(build, instruction_of(OP_GOTO, 0), &ready))
		return false;
	code_patch(build, no_channel);
	if (!emit(build, by_kernel(OP_CLOSE, session)))
		return false;
	code_patch(build, no_session);
	if (!emit_register(build, session, is_static, true))
		return false;
	code_patch(build, no_memory);
	if (!compile_normal_emit_give_back(build, channel, session))
		return false;
	code_patch(build, ready);
	return true;
}

static bool emit_teardown(struct build *build, unsigned int channel)
{
	uint16_t session = build->model->channel_session[channel];
	bool is_static = build->scenario->channels[channel].static_memory;
	size_t none;

	if (!emit_jump(build,
		       (struct instruction){ .op = OP_UNLESS,
					     .object = (uint16_t)channel,
					     .bits = CHANNEL_READY },
		       &none) ||
	    !emit(build, by_kernel(OP_CLOSE, session)) ||
	    !emit_register(build, session, is_static, true) ||
	    !compile_normal_emit_give_back(build, channel, session))
		return false;
	code_patch(build, none);
	return true;
}

/* A channel is looked up when it is first used: its session is opened by the set-up, not before. */
static bool find_channel(struct build *build, const char *name, uint16_t *channel)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	const struct teeq_channel_spec *spec;

	if (!find_name(build, "channel", model->channels, model->channel_count, name, channel))
		return false;
	spec = &from->channels[*channel];
	if (!find_session(build, spec->session, &model->channel_session[*channel]))
		return false;
	model->channel_config[*channel] = TEEQ_NO_OBJECT;
	model->session_opened[model->channel_session[*channel]] = true;
	model->session_keeps[model->channel_session[*channel]] = true;
	return !spec->config || find_script(build, "command", model->commands, model->command_count,
					    spec->config, &model->channel_config[*channel]);
}

static bool emit_channel(struct build *build, const struct teeq_step *step)
{
	size_t start = code_here(build);
	uint16_t channel;

	return find_channel(build, step->name, &channel) &&
	       (step->kind == TEEQ_STEP_SETUP ? emit_setup(build, channel) :
						emit_teardown(build, channel)) &&
	       mark_inside(build, start);
}

/*
 * A message over a channel: the transport takes the channel's mutex, calls, and gives the mutex
 * back when the answer has been read (Linux 6.12, scmi_optee_send_message() and
 * scmi_optee_mark_txdone()).
 */
static bool emit_message(struct build *build, const struct teeq_step *step)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	struct instruction call = by_kernel(OP_CALL, TEEQ_NO_OBJECT);
	const struct teeq_channel_spec *spec;
	uint16_t channel, lock = 0;

	if (!find_name(build, "channel", model->channels, model->channel_count, step->session,
		       &channel))
		return false;
	spec = &from->channels[channel];
	call.command = TEEQ_NO_OBJECT;
	if (!find_session(build, spec->session, &call.object) ||
	    (spec->mutex &&
	     !find_name(build, "lock", model->locks, from->lock_count, spec->mutex, &lock)) ||
	    (step->name && !find_script(build, "command", model->commands, model->command_count,
					step->name, &call.command)))
		return false;
	if (!spec->mutex)
		return emit(build, call);
	return emit(build, instruction_of(OP_LOCK, lock)) && emit(build, call) &&
	       emit(build, instruction_of(OP_UNLOCK, lock));
}

/* ------------------------------------------- devices ------------------------------------------ */

static bool emit_switch(struct build *build, const char *session, const char *const *commands,
			size_t count)
{
	struct teeq_model *model = build->model;
	struct instruction call = by_kernel(OP_CALL, TEEQ_NO_OBJECT);

	if (session && !find_session(build, session, &call.object))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!find_script(build, "command", model->commands, model->command_count,
				 commands[i], &call.command) ||
		    !emit(build, call))
			return false;
	return true;
}

static bool emit_power(struct build *build, const struct teeq_step *step)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	bool on = step->kind == TEEQ_STEP_POWER_ON;
	const struct teeq_device_spec *device;
	const char *const *names = model->locks + from->lock_count;
	uint16_t index;
	size_t others;

	if (!find_name(build, "device", names, model->device_count, step->name, &index))
		return false;
	device = &from->devices[index];
	if (!emit(build, instruction_of(OP_LOCK, (unsigned int)from->lock_count + index)) ||
	    !emit_jump(build, instruction_of(on ? OP_USE : OP_UNUSE, index), &others) ||
	    !emit_switch(build, device->session, on ? device->on : device->off,
			 on ? device->on_count : device->off_count))
		return false;
	code_patch(build, others);
	return emit(build, instruction_of(OP_UNLOCK, (unsigned int)from->lock_count + index));
}

/* ------------------------------------------ contexts ------------------------------------------ */

/*
 * Release of a TEE context: its reservations, one by one (v4), and then what sessions are open, in
 * the order of the driver's list: the last declared first, as if they had been opened in the order
 * of the file.
 */
static bool emit_close_context(struct build *build, unsigned int context)
{
	struct teeq_model *model = build->model;
	bool released = !reserves_for_context(build);
	size_t begin = code_here(build);

	for (unsigned int i = 0; i < model->session_count; i++) {
		uint16_t start = code_here(build);
		size_t none;

		if (released || model->session_context[i] != context)
			continue;
		released = true;
		if (!emit_jump(build, instruction_of(OP_UNLESS_MARKED, model->session_home[i]),
			       &none) ||
		    !emit(build, by_kernel(OP_RELEASE, i)) ||
		    !emit(build, (struct instruction){ .op = OP_GOTO, .target = start }))
			return false;
		code_patch(build, none);
	}
	for (unsigned int i = model->session_count; i-- > 0;) {
		size_t closed;

		if (model->session_context[i] != context)
			continue;
		if (!emit_jump(build, instruction_of(OP_UNLESS_OPEN, i), &closed) ||
		    !emit(build, by_kernel(OP_CLOSE, i)))
			return false;
		code_patch(build, closed);
	}
	return mark_inside(build, begin);
}

/*
 * Who dies is in the kernel until the end of it: the freezer waits for that, also before the first
 * session is closed (Linux 6.12, do_exit() and the release of its files).
 */
static void mark_exit(struct teeq_model *model, size_t start)
{
	if (!model_has_op(model, OP_FREEZE))
		return;
	for (size_t i = start; i < model->code_count; i++)
		if (model->code[i].flags & FLAG_KERNEL)
			model->code[i].flags |= FLAG_INSIDE;
}

bool emit_exit(struct build *build, size_t client)
{
	size_t start = code_here(build);
	unsigned int context;
	size_t others;

	if (!build_find_context(build, build->scenario->clients[client].context, &context))
		return false;
	if (context != MODEL_OWN) {
		if (!emit_jump(build, instruction_of(OP_UNLESS_LAST, context), &others) ||
		    !emit_close_context(build, context))
			return false;
		code_patch(build, others);
	}
	mark_exit(build->model, start);
	return emit(build, instruction_of(OP_END, 0));
}

/* -------------------------------------------- steps ------------------------------------------- */

/* A client, or tee-supplicant: TEEQ_NO_OBJECT. */
static bool compile_normal_find_target(struct build *build, const char *name, uint16_t *target)
{
	struct teeq_model *model = build->model;

	*target = TEEQ_NO_OBJECT;
	if (name && strcmp(name, TEEQ_SUPPLICANT_NAME) == 0) {
		model->uses |= USES_SUPPLICANT;
		return true;
	}
	return find_name(build, "client", model->clients, model->client_count, name, target);
}

static bool emit_signal(struct build *build, const struct teeq_step *step)
{
	struct instruction one = { 0 };

	if (!compile_normal_find_target(build, step->name, &one.object))
		return false;
	build->model->uses |= USES_SIGNALS;
	one.op = step->kind == TEEQ_STEP_KILL ? OP_KILL :
		 step->kind == TEEQ_STEP_THAW ? OP_THAW :
						OP_FREEZE;
	if (!emit(build, one))
		return false;
	one.flags = 1;
	return step->kind != TEEQ_STEP_FREEZE || emit(build, one);
}

static bool emit_start(struct build *build, const struct teeq_step *step)
{
	if (!step->name || strcmp(step->name, TEEQ_SUPPLICANT_NAME) != 0)
		return build_fail(build, "only %s can be started", TEEQ_SUPPLICANT_NAME);
	build->model->uses |= USES_SUPPLICANT;
	return emit(build, instruction_of(OP_START_SUPPLICANT, 0));
}

static bool emit_cache_loop(struct build *build, bool enable)
{
	build->model->uses |= USES_SHM_CACHE | USES_POOL_STATE;
	return emit(build, (struct instruction){ .op = OP_SHM_CACHE, .flags = enable });
}

/*
 * With RPC arguments there is nothing to cache, and the driver leaves it alone; only what a driver
 * before it may have left is taken away in any case, when it is probed.
 */
static bool emit_shm_cache(struct build *build, const struct teeq_step *step)
{
	bool probe = step->times == TEEQ_SHM_CACHE_PROBE, caches = build->model->lacks_rpc_arg;

	if (step->times > TEEQ_SHM_CACHE_PROBE)
		return build_fail(build, "%u is none of 0, 1 and 2", step->times);
	if (build->model->abi == TEEQ_ABI_FFA)
		return build_fail(build, "over FF-A there is no such cache");
	if ((probe || (caches && step->times == TEEQ_SHM_CACHE_DISABLE)) &&
	    !emit_cache_loop(build, false))
		return false;
	return !caches || step->times == TEEQ_SHM_CACHE_DISABLE || emit_cache_loop(build, true);
}

/* A place in the script, and nothing: it is the driver's own code that knows what to do there. */
static bool emit_driver(struct build *build, const struct teeq_step *step)
{
	if (step->times >= TEEQ_DRIVER_STEP_COUNT)
		return build_fail(build, "%u is none of probe, remove and shutdown", step->times);
	if (!build->for_driver)
		return build_fail(build, "no policy has a model of it: it is for a driver's own "
					 "code, with --driver");
	return emit(build,
		    (struct instruction){
			    .op = OP_GOTO,
			    .target = (uint16_t)(build->model->code_count + 1),
			    .flags = (uint8_t)(step->times + 1),
		    }) &&
	       (step->times == TEEQ_DRIVER_SHUTDOWN || emit_on_fail(build));
}

bool emit_normal(struct build *build, const struct teeq_step *step)
{
	struct teeq_model *model = build->model;
	uint16_t context;

	switch (step->kind) {
	case TEEQ_STEP_KILL:
	case TEEQ_STEP_FREEZE:
	case TEEQ_STEP_THAW:
		return emit_signal(build, step);
	case TEEQ_STEP_START:
		return emit_start(build, step);
	case TEEQ_STEP_SHM_CACHE:
		return emit_shm_cache(build, step);
	case TEEQ_STEP_DRIVER:
		return emit_driver(build, step);
	case TEEQ_STEP_CLOSE_CONTEXT:
		return find_name(build, "context", model->contexts, model->context_count,
				 step->name, &context) &&
		       emit_close_context(build, context);
	case TEEQ_STEP_SETUP:
	case TEEQ_STEP_TEARDOWN:
		return emit_channel(build, step);
	case TEEQ_STEP_MESSAGE:
		return emit_message(build, step);
	default:
		return emit_power(build, step);
	}
}
