/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

/* Tables of the secure world: its threads, message arguments, mutexes, TAs and notifications. */

/* How many there are in a page; whether they matter is known when calls have been counted. */
static bool build_arguments(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	uint32_t slots = from->argument_slots ? from->argument_slots : TEEQ_ARGUMENT_SLOTS;

	if (!build_in_range(build, "arguments.slots", slots, 1, TEEQ_ARGUMENT_MAX))
		return false;
	if ((size_t)from->argument_full >= TEEQ_ARGUMENT_FULL_COUNT) {
		key_push(build, "arguments.full");
		return build_fail(build, "%d is not a way to add a page", (int)from->argument_full);
	}
	model->argument_full = (uint8_t)from->argument_full;
	model->argument_slots = (uint16_t)(from->lacks_rpc_arg ? 1 : slots);
	return true;
}

bool build_threads(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;

	if (!build_shared_threads(build) ||
	    !build_in_range(build, "secure.lost", from->lost_count, 0, from->thread_count) ||
	    !build_in_range(build, "secure.static-system", from->static_system_count, 0,
			    from->thread_count > 0 ? from->thread_count : TEEQ_CONTEXT_MAX))
		return false;
	if (from->abi != TEEQ_ABI_SMC && from->abi != TEEQ_ABI_FFA) {
		key_push(build, "abi");
		return build_fail(build, "%d is neither TEEQ_ABI_SMC nor TEEQ_ABI_FFA",
				  (int)from->abi);
	}
	model->thread_count = (uint8_t)from->thread_count;
	model->lost_count = (uint8_t)from->lost_count;
	model->static_system_count = (uint8_t)from->static_system_count;
	model->lacks_rpc_arg = from->lacks_rpc_arg;
	model->lacks_session_lock = from->lacks_session_lock;
	model->abi = (uint8_t)from->abi;
	return build_arguments(build);
}

static bool build_tas(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "secure.tas");

	if (!build_check_count(build, "TAs", from->ta_count, TEEQ_TA_MAX))
		return false;
	for (size_t i = 0; i < from->ta_count; i++) {
		if (!build_add_name(build, model->tas, i, from->tas[i].name, -1))
			return false;
		model->ta_single[i] = from->tas[i].single_instance;
		model->ta_keep_alive[i] = from->tas[i].keep_alive;
		if (from->tas[i].load_count > 0)
			model->tas_to_load |= (uint16_t)(1u << i);
		if (from->tas[i].keep_alive && !from->tas[i].single_instance) {
			key_push(build, ".%s.keep-alive", from->tas[i].name);
			return build_fail(build, "only with single-instance: true");
		}
	}
	key_pop(build, length);
	model->ta_count = (uint8_t)from->ta_count;
	return true;
}

bool build_secure(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;

	if (!build_names(build, "secure.locks", from->secure_locks, from->secure_lock_count,
			 TEEQ_SECURE_LOCK_MAX, model->secure_locks, &model->named_lock_count) ||
	    !build_names(build, "secure.conditions", from->conditions, from->condition_count,
			 TEEQ_CONDITION_MAX, model->conditions, &model->condition_count) ||
	    !build_names(build, "notifications", from->notifications, from->notification_count,
			 TEEQ_NOTIFICATION_MAX, model->notifications, &model->notification_count) ||
	    !build_tas(build) || !build_in_range(build, "cpus", from->cpu_count, 0, TEEQ_CPU_MAX))
		return false;
	if (!build_cpus(build))
		return false;
	/* A TA's lock says that it is busy; behind them all, the one of single-instance TAs. */
	if (model->named_lock_count + model->ta_count > 0) {
		model->secure_lock_count = (uint8_t)model_first_session_lock(model);
		model->uses |= USES_SECURE_STATE;
	}
	model->key_count = model->notification_count;
	if (model->secure_lock_count)
		model->key_count = (uint8_t)(model->key_count + model->thread_count);
	return true;
}
