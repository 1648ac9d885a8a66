/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

#include <stdlib.h>
#include <string.h>

/* A world as a whole: how it begins, and what its owner does with it. */

/* --------------------------------------- the beginning ---------------------------------------- */

/* What the driver learns of the secure world when it is probed. */
static unsigned int probe_thread_count(const struct teeq_model *m, struct teeq_world *w)
{
	struct teeq_smc_regs call = { .a = { TEEQ_SMC_GET_THREAD_COUNT } };
	struct teeq_smc_regs ret;

	if (m->abi == TEEQ_ABI_FFA)
		return 0;
	pool_smc(world_guest_pool(m, w, 0), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK ? (unsigned int)ret.a[1] : 0;
}

/* Each has been told of all threads, of as many as its hypervisor says, or of none. */
static void init_guests(const struct teeq_model *m, struct teeq_world *w)
{
	unsigned int threads = probe_thread_count(m, w);

	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		bool runs = m->supplicant_count > 0 && !m->guest_no_supplicant[guest];
		bool hypervised = m->has_guests && m->abi == TEEQ_ABI_SMC;

		callq_init(world_callq(m, w, guest),
			   hypervised ? m->guest_thread_count[guest] : threads);
		*world_supplicant(m, w, guest) = runs ? SUPPLICANT_RUNS : SUPPLICANT_ABSENT;
	}
}

static void init_sessions(struct teeq_model *m, struct teeq_world *w)
{
	struct session *sessions = world_sessions(m, w);

	for (unsigned int i = 0; i < m->session_count; i++) {
		sessions[i].open = m->session_asks[i] || !m->session_opened[i];
		if (m->session_asks[i])
			m->session_answer[i] = (int16_t)world_reserve(m, w, i);
	}
}

static void init_pools(const struct teeq_model *m, struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->pool_count; i++) {
		struct pool *pool = world_pool(m, w, i);

		pool_init(pool, (unsigned int)m->pool_first[i + 1] - m->pool_first[i],
			  model_secure_side(m), m->static_system_count);
		pool->lacks_rpc_arg = m->lacks_rpc_arg;
		if (m->uses & USES_SHM_CACHE)
			pool->cached_count = pool->context_count;
	}
}

void world_init(struct teeq_model *m, struct teeq_world *w)
{
	init_pools(m, w);
	for (unsigned int i = 0; i < m->lost_count; i++)
		pool_lose(world_pool(m, w, 0), i);
	w->lost_count = m->lost_count;
	for (unsigned int i = 0; i < m->fault_count; i++)
		world_faults(m, w)[i].left = m->faults[i].times;
	for (unsigned int i = 0, at = 0; i < m->ta_count; i++)
		if (m->tas_to_load >> i & 1)
			world_loaded(m, w)[at++] =
				(uint8_t)(m->tas_there >> i & 1 ? LOADED_STAYS : 0);
	if (m->argument_slots > 0)
		arguments_init(m, w);
	init_guests(m, w);
	init_sessions(m, w);
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level < m->level_count; level++)
			task->levels[level].call = CALL_NONE;
		task->levels[0].pc = m->tasks[i].start;
		world_advance(m, w, i);
	}
	w->stage = 1;
	world_settle(m, w);
}

/* ------------------------------------------ public -------------------------------------------- */

struct teeq_world *teeq_world_new(const struct teeq_model *m)
{
	if (!m)
		return NULL;

	/* A copy is quicker from and to whole lines of the cache. */
	struct teeq_world *w = aligned_alloc(64, (m->layout.size + 63u) / 64 * 64);

	if (w)
		teeq_world_reset(m, w);
	return w;
}

void teeq_world_free(struct teeq_world *w)
{
	free(w);
}

void teeq_world_reset(const struct teeq_model *m, struct teeq_world *w)
{
	if (!m || !w)
		return;

	memcpy(w, m->initial, m->layout.size);
}

size_t teeq_world_size(const struct teeq_model *m)
{
	if (!m)
		return 0;
	return m->layout.size;
}

void teeq_world_copy(const struct teeq_model *m, struct teeq_world *to,
		     const struct teeq_world *from)
{
	if (!m || !to || !from)
		return;

	memcpy(to, from, m->layout.size);
}

enum teeq_status teeq_world_step(const struct teeq_model *m, struct teeq_world *w,
				 unsigned int task, struct teeq_event *event)
{
	if (!m || !w || task >= m->task_count)
		return TEEQ_EINPUT;
	if (!(teeq_world_enabled(m, w) & task_bit(task)))
		return TEEQ_EINPUT;
	world_step(m, w, task, event);
	return TEEQ_OK;
}
