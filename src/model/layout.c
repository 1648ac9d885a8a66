/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/hash.h"
#include "core/callq.h"
#include "core/thread_pool.h"
#include "model/build.h"
#include "model/step.h"

static uint16_t layout_place(size_t *end, size_t size, size_t alignment)
{
	size_t offset = (*end + alignment - 1) / alignment * alignment;

	if (size > 0)
		*end = offset + size;
	return (uint16_t)offset;
}

/* What only some models use. */
static void place_parts(const struct teeq_model *m, struct layout *to, size_t *end)
{
	bool time = m->uses & USES_TIME, supplicant = m->uses & USES_SUPPLICANT;

	to->secure_lock_size = (uint16_t)(sizeof(struct secure_lock) +
					  m->thread_count * sizeof(struct secure_wait));
	to->holds_size = (uint16_t)(m->thread_count + (m->keeps_locks ? m->task_count : 0u));
	to->async = layout_place(end, m->uses & USES_ASYNC ? m->guest_count * sizeof(uint64_t) : 0,
				 sizeof(uint64_t));
	to->timers = layout_place(end, time ? m->task_count * sizeof(uint16_t) : 0, 2);
	to->requests_size = (uint16_t)(sizeof(struct requests) + m->task_count);
	to->requests =
		layout_place(end, supplicant ? (size_t)m->guest_count * to->requests_size : 0, 1);
	to->keys = layout_place(end, (size_t)m->guest_count * m->key_count * sizeof(struct key), 1);
	to->guests = layout_place(end, (m->guest_count - 1u) * sizeof(struct guest), 1);
	to->secure_locks =
		layout_place(end, (size_t)m->secure_lock_count * to->secure_lock_size, 1);
	to->gone = layout_place(end, (size_t)__builtin_popcountll(m->shared_sessions), 1);
	to->loaded = layout_place(end, (size_t)__builtin_popcount(m->tas_to_load), 1);
	to->holds = layout_place(end, (size_t)m->secure_lock_count * to->holds_size, 1);
	to->devices = layout_place(end, m->device_count, 1);
	to->channels = layout_place(end, m->channel_count, 1);
	to->faults = layout_place(end, m->fault_count * sizeof(struct fault), 1);
	to->arguments = layout_place(
		end, m->argument_slots > 0 ? m->guest_count * sizeof(struct arguments) : 0, 2);
	to->memory = layout_place(
		end, m->keeps_memory ? (size_t)m->guest_count * m->thread_count : 0, 1);
	to->cancels = layout_place(end, m->cancels ? m->session_count : 0, 1);
}

/* Whether it has nothing of what few models have and teeq_world_check() looks at. */
static bool is_plain(const struct teeq_model *m)
{
	return !m->has_guests && m->pool_count == 1 && m->secure_lock_count == 0 &&
	       m->argument_slots == 0 && !m->keeps_memory && !m->late_counts &&
	       !(m->uses & USES_SUPPLICANT);
}

/* The queue of each guest. */
static void place_queues(struct teeq_model *m, size_t *end)
{
	size_t size = callq_size(m->waiter_max);

	for (unsigned int i = 0; i < m->guest_count; i++)
		m->guest_at[i].callq = layout_place(end, size, _Alignof(struct teeq_callq));
}

/* The pools, and which of them serves each guest. */
static void place_pools(struct teeq_model *m, size_t *end)
{
	for (unsigned int i = 0; i < m->pool_count; i++) {
		unsigned int contexts = (unsigned int)m->pool_first[i + 1] - m->pool_first[i];

		m->pool_at[i] = layout_place(end, pool_size(contexts), 1);
	}
	for (unsigned int i = 0; i < m->guest_count; i++) {
		m->guest_at[i].pool = m->pool_at[m->guest_pool[i]];
		m->guest_at[i].first_context = m->pool_first[m->guest_pool[i]];
	}
}

/* The parts of a world, one behind the other, each as large as this model needs it. */
bool build_layout(struct build *build)
{
	struct teeq_model *model = build->model;
	struct layout *to = &model->layout;
	size_t end = sizeof(struct teeq_world);

	to->loops = (uint16_t)(sizeof(struct task) + model->level_count * sizeof(struct level));
	to->errors = (uint16_t)(to->loops +
				model->level_count * model->script_loop_count * sizeof(uint16_t));
	to->task_size = (uint16_t)(to->errors +
				   (model->has_results ? (model->level_count + 1u) / 2 * 2 : 0));
	to->thread_size = (uint16_t)((1u + model->command_loop_count) * sizeof(uint16_t));
	place_queues(model, &end);
	to->threads = layout_place(&end, (size_t)model->thread_count * to->thread_size, 2);
	to->tasks = layout_place(&end, (size_t)model->task_count * to->task_size, 2);
	place_pools(model, &end);
	to->locks = layout_place(&end, model->lock_count, 1);
	to->barriers = layout_place(&end, model->barrier_count, 1);
	to->sessions = layout_place(&end, model->session_count * sizeof(struct session), 1);
	place_parts(model, to, &end);
	to->size = (uint16_t)((end + 7) / 8 * 8);
	model->plain = is_plain(model);
	return end <= UINT16_MAX - 8 || build_fail(build, "the scenario is too large");
}

/* ------------------------------------------ digest -------------------------------------------- */

struct digest {
	uint64_t hash;
};

static void put_number(struct digest *digest, uint64_t number)
{
	uint8_t bytes[8];

	hash_put64(bytes, number);
	digest->hash = hash_continue(digest->hash, bytes, sizeof(bytes));
}

static void layout_put_name(struct digest *digest, const char *name)
{
	digest->hash = hash_continue(digest->hash, name, strlen(name) + 1);
}

static void layout_put_names(struct digest *digest, const char *const *names, size_t count)
{
	put_number(digest, count);
	for (size_t i = 0; i < count; i++)
		layout_put_name(digest, names[i]);
}

static void put_scripts(struct digest *digest, const struct script *scripts, size_t count)
{
	put_number(digest, count);
	for (size_t i = 0; i < count; i++) {
		layout_put_name(digest, scripts[i].name);
		put_number(digest, scripts[i].start);
	}
}

static void put_code(struct digest *digest, const struct teeq_model *model)
{
	put_number(digest, model->code_count);
	for (size_t i = 0; i < model->code_count; i++) {
		const struct instruction *at = &model->code[i];

		put_number(digest, (uint64_t)at->op | (uint64_t)at->flags << 8 |
					   (uint64_t)at->object << 16 | (uint64_t)at->target << 32 |
					   (uint64_t)at->count << 48);
	}
}

static void put_faults(struct digest *digest, const struct teeq_model *model)
{
	for (size_t i = 0; i < model->fault_count; i++) {
		if (model->has_results)
			put_number(digest, model->faults[i].error);
		put_number(digest, model->faults[i].kind);
		put_number(digest, model->faults[i].target);
		put_number(digest, model->faults[i].times);
	}
}

static bool has_extensions(const struct teeq_model *model)
{
	for (size_t i = 0; i < model->service_count; i++)
		if (model->services[i].kind != TEEQ_RPC_KIND_OTHER)
			return true;
	return model->uses || model->context_count + model->device_count + model->channel_count +
					      model->cpu_count + model->notification_count >
				      0;
}

static void put_guests(struct digest *digest, const struct teeq_model *model)
{
	layout_put_names(digest, model->guests, model->guest_count);
	for (size_t i = 0; i < model->guest_count; i++) {
		put_number(digest, model->guest_call_limit[i]);
		put_number(digest, model->guest_thread_count[i]);
		put_number(digest, model->guest_no_supplicant[i]);
	}
	if (model->pool_count > 1 || model->guest_threads[0] > 0) {
		layout_put_name(digest, "threads of their own");
		for (size_t i = 0; i < model->guest_count; i++)
			put_number(digest, model->guest_threads[i]);
	}
	for (size_t i = 0; i < model->session_count; i++)
		put_number(digest, model->session_guest[i]);
	for (size_t i = 0; i < model->task_count; i++)
		put_number(digest, model->tasks[i].guest);
}

static void put_cpus(struct digest *digest, const struct teeq_model *model)
{
	layout_put_name(digest, "cpus");
	put_number(digest, model->no_resched);
	for (size_t i = 0; i < model->task_count; i++)
		put_number(digest, (uint64_t)model->tasks[i].cpu << 8 | model->tasks[i].priority);
}

/* What not every scenario has; where it has none of it, the digest is as if it could not be had. */
static void put_extensions(struct digest *digest, const struct teeq_model *model)
{
	if (!has_extensions(model))
		return;
	put_number(digest, model->uses);
	put_number(digest, model->cpu_count);
	put_number(digest, model->bottom_half);
	put_number(digest, model->supplicant_count);
	put_number(digest, model->supplicant_wait);
	layout_put_names(digest, model->notifications, model->notification_count);
	layout_put_names(digest, model->secure_locks, model->named_lock_count);
	layout_put_names(digest, model->conditions, model->condition_count);
	layout_put_names(digest, model->tas, model->ta_count);
	for (size_t i = 0; i < model->ta_count; i++)
		put_number(digest, model->ta_single[i]);
	layout_put_names(digest, model->contexts, model->context_count);
	for (size_t i = 0; i < model->session_count; i++)
		put_number(digest, model->session_context[i]);
	put_number(digest, model->device_count);
	layout_put_names(digest, model->channels, model->channel_count);
	put_faults(digest, model);
	for (size_t i = 0; i < model->service_count; i++)
		put_number(digest, (uint64_t)model->services[i].by << 8 | model->services[i].kind);
	for (size_t i = 0; i < model->task_count; i++)
		put_number(digest, (uint64_t)model->tasks[i].context << 1 | model->tasks[i].nowait);
}

bool model_has_op(const struct teeq_model *model, unsigned int op)
{
	for (size_t i = 0; i < model->code_count; i++)
		if (model->code[i].op == op)
			return true;
	return false;
}

static bool supplicant_may_die(const struct teeq_model *model)
{
	for (size_t i = 0; i < model->fault_count; i++)
		if (model->faults[i].kind == TEEQ_FAULT_SUPPLICANT_DIES)
			return true;
	for (size_t i = 0; i < model->code_count; i++)
		if (model->code[i].op == OP_KILL && model->code[i].object == TEEQ_NO_OBJECT)
			return true;
	return false;
}

/*
 * What decides the meaning of a schedule. The first number is the digest's own version: it changes
 * whenever the same schedule would mean something else to this code.
 */
uint64_t model_compute_digest(const struct teeq_model *model)
{
	struct digest digest = { 0 };

	put_number(&digest, 1);
	layout_put_name(&digest, model->policy->name);
	layout_put_name(&digest, model->name);
	put_number(&digest, model->thread_count);
	put_number(&digest, model->lost_count);
	put_number(&digest, model->static_system_count);
	put_number(&digest, model->abi);
	layout_put_names(&digest, model->locks, model->lock_count);
	layout_put_names(&digest, model->events, model->event_count);
	layout_put_names(&digest, model->barriers, model->barrier_count);
	for (size_t i = 0; i < model->barrier_count; i++)
		put_number(&digest, model->barrier_wants[i]);
	layout_put_names(&digest, model->sessions, model->session_count);
	for (size_t i = 0; i < model->session_count; i++)
		put_number(&digest, model->session_asks[i]);
	if (model->lacks_rpc_arg)
		layout_put_name(&digest, "no rpc-arg");
	if (model->policy->started)
		layout_put_name(&digest, "started");
	if (model->shared_sessions) {
		layout_put_name(&digest, "one call in a session");
		put_number(&digest, model->shared_sessions);
	}
	if (model->tas_to_load) {
		layout_put_name(&digest, "TAs are loaded");
		put_number(&digest, (uint64_t)model->tas_there << 16 | model->tas_to_load);
		for (size_t i = 0; i < model->ta_count; i++)
			put_number(&digest, model->ta_keep_alive[i]);
	}
	if (model->may_panic)
		layout_put_name(&digest, "invoking a busy TA panics");
	if (model->nests_single)
		layout_put_name(&digest,
				"the lock of single-instance TAs is told of when it is free");
	if (model->uses & USES_SUPPLICANT)
		layout_put_name(&digest, "memory holds the device");
	if (supplicant_may_die(model))
		layout_put_name(&digest, "who answers dies as well");
	if (model_has_op(model, OP_CANCEL) && model_has_op(model, OP_SUSPEND))
		layout_put_name(&digest, "a cancel wakes nobody");
	if (model->cancels)
		layout_put_name(&digest, "commands look whether they are cancelled");
	if ((model->uses & USES_SUPPLICANT) && model_has_op(model, OP_FREEZE) &&
	    model->supplicant_wait == TEEQ_SUPPLICANT_INTERRUPTIBLE)
		layout_put_name(&digest, "the freezer ends an interruptible wait");
	if (model->late_counts)
		layout_put_name(&digest, "the count follows the fast call");
	if (model->argument_slots > 0) {
		layout_put_name(&digest, "arguments");
		put_number(&digest, (uint64_t)model->argument_full << 16 | model->argument_slots);
	}
	put_extensions(&digest, model);
	if (model->has_guests)
		put_guests(&digest, model);
	if (model->pins || model->no_resched)
		put_cpus(&digest, model);
	put_scripts(&digest, model->commands, model->command_count);
	put_scripts(&digest, model->services, model->service_count);
	put_code(&digest, model);
	put_number(&digest, model->task_count);
	for (size_t i = 0; i < model->task_count; i++) {
		layout_put_name(&digest, model->tasks[i].name);
		put_number(&digest, model->tasks[i].start);
		put_number(&digest, model->tasks[i].stage);
	}
	return digest.hash;
}
