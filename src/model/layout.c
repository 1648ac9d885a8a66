/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/hash.h"
#include "core/callq.h"
#include "core/pool.h"
#include "model/build.h"
#include "model/world.h"

static uint16_t place(size_t *end, size_t size, size_t alignment)
{
	size_t offset = (*end + alignment - 1) / alignment * alignment;

	*end = offset + size;
	return (uint16_t)offset;
}

/* The parts of a world, one behind the other, each as large as this model needs it. */
bool build_layout(struct build *build)
{
	struct teeq_model *model = build->model;
	struct layout *to = &model->layout;
	size_t end = sizeof(struct teeq_world);

	to->loops = (uint16_t)(sizeof(struct task) + model->level_count * sizeof(struct level));
	to->task_size = (uint16_t)(to->loops + model->level_count * model->script_loop_count *
						       sizeof(uint16_t));
	to->thread_size = (uint16_t)((1u + model->command_loop_count) * sizeof(uint16_t));
	to->callq = place(&end, callq_size(model->waiter_max), _Alignof(struct teeq_callq));
	to->threads = place(&end, (size_t)model->thread_count * to->thread_size, 2);
	to->tasks = place(&end, (size_t)model->task_count * to->task_size, 2);
	to->pool = place(&end, pool_size(model->thread_count), 1);
	to->locks = place(&end, model->lock_count, 1);
	to->barriers = place(&end, model->barrier_count, 1);
	to->sessions = place(&end, model->session_count * sizeof(struct session), 1);
	to->size = (uint16_t)((end + 7) / 8 * 8);
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

static void put_name(struct digest *digest, const char *name)
{
	digest->hash = hash_continue(digest->hash, name, strlen(name) + 1);
}

static void put_names(struct digest *digest, const char *const *names, size_t count)
{
	put_number(digest, count);
	for (size_t i = 0; i < count; i++)
		put_name(digest, names[i]);
}

static void put_scripts(struct digest *digest, const struct script *scripts, size_t count)
{
	put_number(digest, count);
	for (size_t i = 0; i < count; i++) {
		put_name(digest, scripts[i].name);
		put_number(digest, scripts[i].start);
	}
}

static void put_code(struct digest *digest, const struct teeq_model *model)
{
	put_number(digest, model->code_count);
	for (size_t i = 0; i < model->code_count; i++) {
		const struct instruction *at = &model->code[i];

		put_number(digest, (uint64_t)at->op | (uint64_t)at->slot << 8 |
					   (uint64_t)at->object << 16 | (uint64_t)at->target << 32 |
					   (uint64_t)at->count << 48);
	}
}

/*
 * What decides the meaning of a schedule. The first number is the digest's own version: it changes
 * whenever the same schedule would mean something else to this code.
 */
uint64_t model_compute_digest(const struct teeq_model *model)
{
	struct digest digest = { 0 };

	put_number(&digest, 1);
	put_name(&digest, model->policy->name);
	put_name(&digest, model->name);
	put_number(&digest, model->thread_count);
	put_number(&digest, model->lost_count);
	put_number(&digest, model->static_system_count);
	put_number(&digest, model->abi);
	put_names(&digest, model->locks, model->lock_count);
	put_names(&digest, model->events, model->event_count);
	put_names(&digest, model->barriers, model->barrier_count);
	for (size_t i = 0; i < model->barrier_count; i++)
		put_number(&digest, model->barrier_wants[i]);
	put_names(&digest, model->sessions, model->session_count);
	for (size_t i = 0; i < model->session_count; i++)
		put_number(&digest, model->session_asks[i]);
	put_scripts(&digest, model->commands, model->command_count);
	put_scripts(&digest, model->services, model->service_count);
	put_code(&digest, model);
	put_number(&digest, model->task_count);
	for (size_t i = 0; i < model->task_count; i++) {
		put_name(&digest, model->tasks[i].name);
		put_number(&digest, model->tasks[i].start);
		put_number(&digest, model->tasks[i].stage);
	}
	return digest.hash;
}
