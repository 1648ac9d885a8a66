/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * Tasks that are killed, and tasks that are frozen for suspend. Neither reaches a task that sleeps
 * in a mutex or in the call queue: what it does in the kernel comes to its end first. Only the wait
 * for tee-supplicant may end early (rpc.c). A thread of tee-supplicant is in user space while it
 * works for a request, one level above the loop in which it receives them.
 */

/*
 * Inside a function of the kernel: a close that has left the queue still counts its session out,
 * and whoever sets a channel up comes to the end of that, or undoes it.
 */
static bool signals_is_inside(const struct instruction *at, const struct level *level)
{
	return (at->flags & FLAG_INSIDE) ||
	       (at->op == OP_CLOSE && level->call.state == CALL_IDLE) ||
	       (at->op == OP_RESERVE && level->counts > 0) ||
	       (at->op == OP_RELEASE && level->counts > 0);
}

/* Where a call begins: at its argument, whose mutex it may be waiting for, or at the queue. */
static bool is_before_call(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int guest, const struct level *level)
{
	if (level->call.state == CALL_GET_ARG)
		return !(level->call.flags & CALL_PAGE) && !world_arguments(m, w, guest)->owner;
	return level->call.state == CALL_IDLE ||
	       (level->call.state == CALL_ENTER &&
		!(m->argument_slots > 0 && op_takes_argument(&m->code[level->pc])));
}

/* Between two system calls. What a script does with a mutex held is the kernel's. */
static bool is_in_user_space(const struct teeq_model *m, const struct teeq_world *w,
			     unsigned int index)
{
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	unsigned int base = m->tasks[index].kind == TEEQ_TASK_SUPPLICANT;
	const struct instruction *at = &m->code[top->pc];

	return task->top <= base && is_before_call(m, w, m->tasks[index].guest, top) &&
	       at->op != OP_LOCK && !signals_is_inside(at, top) && world_locks_of(m, w, index) == 0;
}

void task_kill(const struct teeq_model *m, struct teeq_world *w, unsigned int index)
{
	struct task *task = world_task(m, w, index);

	INVARIANT(index < m->first_fault, "task %u is killed, which is no process", index);
	/* A task that has finished gets no signal. */
	if (m->code[task->levels[0].pc].op != OP_END)
		task->flags |= TASK_KILLED;
}

bool task_can_exit(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct task *task = world_task(m, w, index);

	if (!(task->flags & TASK_KILLED) || !is_in_user_space(m, w, index))
		return false;
	if (m->tasks[index].kind == TEEQ_TASK_SUPPLICANT)
		return task->top > 0;
	return m->tasks[index].kind == TEEQ_TASK_CLIENT &&
	       task->levels[0].pc < m->tasks[index].exit &&
	       m->code[task->levels[0].pc].op != OP_END;
}

/* A dead thread of tee-supplicant answers nobody; the next process will have one in its place. */
static void drop_work(struct step *s)
{
	INVARIANT(s->task->top > 0, "a thread of tee-supplicant dies that works for nobody");
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	*s->level = (struct level){ .call = CALL_NONE };
	s->task->top--;
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	*task_client(s->task) = 0;
	s->task->flags &= (uint8_t)~TASK_KILLED;
	task_top(s->task)->pc = s->m->tasks[s->index].start;
	supplicant_release(s->m, s->w, s->guest);
}

/* A task that leaves a barrier before everybody came has not arrived. */
void task_exit(struct step *s)
{
	const struct instruction *at = &s->m->code[s->level->pc];

	INVARIANT(task_can_exit(s->m, s->w, s->index), "task %u dies in the midst of a call",
		  s->index);
	if (at->op == OP_BARRIER && !(s->task->flags & TASK_RELEASED))
		world_barriers(s->m, s->w)[at->object]--;
	s->task->flags &= (uint8_t) ~(TASK_RELEASED | TASK_FAILED);
	if (s->m->uses & USES_TIME)
		world_timers(s->m, s->w)[s->index] = 0;
	step_note(s, TEEQ_ACTION_EXIT, TEEQ_OUTCOME_OK);
	if (s->m->tasks[s->index].kind == TEEQ_TASK_SUPPLICANT) {
		drop_work(s);
		return;
	}
	task_set_error(s->m, s->w, s->index, TEEQ_FAILURE_NONE);
	s->level->call = CALL_NONE;
	s->level->pc = s->m->tasks[s->index].exit;
	world_advance(s->m, s->w, s->index);
}

/* Whether @task is one of @client; TEEQ_NO_OBJECT: a thread of the tee-supplicant of @guest. */
static bool belongs_to(const struct teeq_model *m, unsigned int task, unsigned int client,
		       unsigned int guest)
{
	if (client == TEEQ_NO_OBJECT)
		return m->tasks[task].kind == TEEQ_TASK_SUPPLICANT && m->tasks[task].guest == guest;
	return m->tasks[task].kind == TEEQ_TASK_CLIENT && m->tasks[task].client == client;
}

void client_kill(const struct teeq_model *m, struct teeq_world *w, unsigned int client,
		 unsigned int guest)
{
	if (client == TEEQ_NO_OBJECT) {
		supplicant_stop(m, w, guest);
		return;
	}
	for (unsigned int i = 0; i < m->task_count; i++)
		if (belongs_to(m, i, client, guest))
			task_kill(m, w, i);
}

void task_settle(const struct teeq_model *m, struct teeq_world *w, unsigned int index)
{
	struct task *task = world_task(m, w, index);

	if ((task->flags & TASK_FREEZING) && is_in_user_space(m, w, index))
		task->flags = (uint8_t)((task->flags & ~TASK_FREEZING) | TASK_FROZEN);
}

void client_freeze(const struct teeq_model *m, struct teeq_world *w, unsigned int client,
		   unsigned int guest, bool on)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		if (!belongs_to(m, i, client, guest))
			continue;
		if (!on) {
			task->flags &= (uint8_t) ~(TASK_FREEZING | TASK_FROZEN);
		} else if (!(task->flags & TASK_FROZEN)) {
			task->flags |= TASK_FREEZING;
			task_settle(m, w, i);
		}
	}
}

bool client_is_frozen(const struct teeq_model *m, const struct teeq_world *w, unsigned int client,
		      unsigned int guest)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (belongs_to(m, i, client, guest) && (world_task(m, w, i)->flags & TASK_FREEZING))
			return false;
	return true;
}
