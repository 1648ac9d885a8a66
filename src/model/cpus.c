/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"
#include "model/step.h"

/*
 * Processors. Which tasks run at once is what schedules are about, so that mostly nothing has to be
 * said of them. Here stands what keeps others off a CPU: the secure world, a driver that resumes an
 * interrupted call before anybody else can run, and tasks of a higher real-time priority.
 */

/* ---------------------------------------- building -------------------------------------------- */

bool build_cpus(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;

	if (!build_in_range(build, "cpus", from->cpu_count, 0, TEEQ_CPU_MAX))
		return false;
	if (from->no_resched && from->cpu_count == 0) {
		key_push(build, "resched");
		return build_fail(build, "false needs cpus: how many there are");
	}
	model->cpu_count = (uint8_t)from->cpu_count;
	model->no_resched = from->no_resched;
	if (model->cpu_count)
		model->uses |= USES_POOL_STATE;
	return true;
}

bool build_cpu_of(struct build *build, const struct teeq_client_spec *client)
{
	struct teeq_model *model = build->model;
	size_t length;

	if (client->cpu > 0 && model->cpu_count == 0) {
		key_push(build, "cpu");
		return build_fail(build, "needs cpus: how many there are");
	}
	if (!build_in_range(build, "cpu", client->cpu, client->cpu > 0, model->cpu_count) ||
	    !build_in_range(build, "priority", client->priority, 0, TEEQ_PRIORITY_MAX))
		return false;
	length = key_push(build, "priority");
	if (client->priority > 0 && client->cpu == 0)
		return build_fail(build, "needs cpu: the one that it runs on");
	key_pop(build, length);
	model->pins |= client->cpu > 0;
	return true;
}

/* ------------------------------------------ polling ------------------------------------------- */

unsigned int world_polled(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int index)
{
	const struct level *top = task_top(world_task(m, w, index));
	const struct instruction *at = &m->code[top->pc];

	if (top->call.state == CALL_RESUME && (top->call.flags & CALL_INTERRUPTED)) {
		unsigned int pc = world_thread(m, w, top->call.context)->pc;

		if (pc == TEEQ_NO_OBJECT)
			return TEEQ_NO_OBJECT;
		at = &m->code[pc];
	} else if (top->call.state != CALL_IDLE) {
		return TEEQ_NO_OBJECT;
	}
	if (at->op != OP_POLL)
		return TEEQ_NO_OBJECT;
	return w->events >> at->object & 1 ? TEEQ_NO_OBJECT : at->object;
}

uint64_t world_spinning(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t spinning = 0;

	for (unsigned int i = 0; m->polls && i < m->first_fault; i++)
		if (m->tasks[i].stage <= w->stage && world_polled(m, w, i) != TEEQ_NO_OBJECT &&
		    !(world_task(m, w, i)->flags & TASK_FROZEN) && !task_can_exit(m, w, i))
			spinning |= task_bit(i);
	return spinning;
}

/* ------------------------------------------ running ------------------------------------------- */

bool cpu_is_kept(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct call *call = &task_top(world_task(m, w, index))->call;

	return call->state == CALL_SECURE ||
	       (m->no_resched && (call->state == CALL_RESUME || call->state == CALL_STARTED) &&
		(call->flags & CALL_INTERRUPTED));
}

static uint64_t keepers(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t kept = 0;

	for (unsigned int i = 0; i < m->first_fault; i++)
		if (cpu_is_kept(m, w, i))
			kept |= task_bit(i);
	return kept;
}

bool cpus_are_busy(const struct teeq_model *m, const struct teeq_world *w)
{
	return m->cpu_count > 0 &&
	       (unsigned int)__builtin_popcountll(keepers(m, w)) >= m->cpu_count;
}

/*
 * Who is not kept off a CPU by somebody that keeps it, or all
 * of them. A task that keeps one goes on there, if it can.
 */
static uint64_t off_kept_cpus(const struct teeq_model *m, uint64_t enabled, uint64_t kept)
{
	uint32_t cpus = 0;

	if ((unsigned int)__builtin_popcountll(kept) >= m->cpu_count)
		return enabled & kept;
	for (uint64_t left = kept; left; left &= left - 1)
		cpus |= UINT32_C(1) << m->tasks[__builtin_ctzll(left)].cpu;
	/* Those that may run anywhere find another one. */
	cpus &= ~UINT32_C(1);
	for (uint64_t left = enabled & ~kept; cpus && left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (cpus >> m->tasks[task].cpu & 1)
			enabled &= ~task_bit(task);
	}
	return enabled;
}

/* Whoever runs keeps those of a lower priority off its CPU, also while it only polls. */
static uint64_t by_priority(const struct teeq_model *m, uint64_t enabled, uint64_t kept,
			    uint64_t runs)
{
	uint8_t highest[TEEQ_CPU_MAX + 1] = { 0 };

	for (uint64_t left = runs; left; left &= left - 1) {
		const struct task_info *info = &m->tasks[__builtin_ctzll(left)];

		if (info->priority > highest[info->cpu])
			highest[info->cpu] = info->priority;
	}
	for (uint64_t left = enabled & ~kept; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (m->tasks[task].priority < highest[m->tasks[task].cpu])
			enabled &= ~task_bit(task);
	}
	return enabled;
}

uint64_t cpus_limit(const struct teeq_model *m, uint64_t enabled, uint64_t kept, uint64_t spinning,
		    uint64_t timed)
{
	enabled = off_kept_cpus(m, enabled, kept);
	return m->pins ? by_priority(m, enabled, kept, (enabled | spinning) & ~timed) : enabled;
}

/*
 * A timer that is armed may fire at any point, but
 * until then its task sleeps and is in nobody's way.
 */
uint64_t cpus_apply(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled)
{
	return cpus_limit(m, enabled, keepers(m, w), m->pins ? world_spinning(m, w) : 0,
			  m->pins ? world_timed(m, w, enabled) : 0);
}

/* ------------------------------------------ public -------------------------------------------- */

unsigned int teeq_model_task_cpu(const struct teeq_model *model, size_t task)
{
	return model && task < model->task_count ? model->tasks[task].cpu : 0;
}

unsigned int teeq_model_task_priority(const struct teeq_model *model, size_t task)
{
	return model && task < model->task_count ? model->tasks[task].priority : 0;
}
