/* SPDX-License-Identifier: BSD-2-Clause */
/* What a witness makes of scripts of the normal world, and of signals that reach them. */
#include "witness_parts.h"

struct witness_level *witness_top(struct witness_task *task)
{
	return &task->level[task->top];
}

const struct line *witness_line(const struct witness *w, unsigned int task, unsigned int level)
{
	const struct witness_level *at = &w->task[task].level[level];

	return at->at < at->script->count ? &at->script->line[at->at] : NULL;
}

bool witness_has_finished(const struct witness *w, unsigned int task)
{
	const struct witness_task *t = &w->task[task];
	bool asked = teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT &&
		     w->supplicant == TEEQ_SUPPLICANT_RUNS && w->queue_count > 0;

	return !asked && t->top == 0 && t->level[0].call == AT_NO_CALL && !witness_line(w, task, 0) &&
	       !t->serving;
}

/* -------------------------------------- the normal world -------------------------------------- */

static void arrive(struct witness *w, unsigned int task, unsigned int barrier)
{
	w->task[task].released = false;
	if (++w->arrived[barrier] < w->scenario->barriers[barrier].count)
		return;
	w->arrived[barrier] = 0;
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		struct witness_task *other = &w->task[i];
		const struct line *line;

		if (!witness_top(other)->script || witness_top(other)->call != AT_NO_CALL || other->unstarted)
			continue;
		line = witness_line(w, i, other->top);
		if (line && line->kind == TEEQ_STEP_BARRIER && line->object == barrier)
			other->released = true;
	}
}

bool witness_is_many_steps(int kind)
{
	return kind == TEEQ_STEP_SETUP || kind == TEEQ_STEP_MESSAGE || kind == TEEQ_STEP_TEARDOWN ||
	       kind == TEEQ_STEP_CLOSE_CONTEXT;
}

/* A service has come to its end: below, the RPC is served; of tee-supplicant, an answer is due. */
void witness_end_service(struct witness_task *task)
{
	task->level[task->top] = (struct witness_level){ .waits_lock = NOBODY,
							 .waits_condition = NOBODY };
	task->top--;
	witness_top(task)->rpc = RPC_STATE_NONE;
}

/* What needs no step of its own, up to where it stands next. */
void witness_advance(struct witness *w, unsigned int index)
{
	struct witness_task *task = &w->task[index];
	struct witness_level *level = witness_top(task);
	const struct line *line;

	while ((line = witness_line(w, index, task->top))) {
		if (line->kind == TEEQ_STEP_UNLOCK) {
			w->broken |= w->lock_owner[line->object] != (int)index;
			w->lock_owner[line->object] = NOBODY;
		} else if (line->kind == LINE_DEVICE_DONE) {
			w->lock_owner[w->scenario->lock_count + line->object] = NOBODY;
		} else if (line->kind == TEEQ_STEP_SIGNAL) {
			w->events |= UINT64_C(1) << line->object;
		} else {
			break;
		}
		level->at++;
	}
	if (line && line->kind == TEEQ_STEP_BARRIER)
		arrive(w, index, line->object);
	if (line && witness_is_many_steps(line->kind))
		task->unsure = true;
	if (!line && task->top > 0)
		witness_end_service(task);
}

void witness_done_with_line(struct witness *w, unsigned int index)
{
	struct witness_level *level = witness_top(&w->task[index]);

	if (w->task[index].unsure)
		return;
	if (level->at < level->script->count)
		level->at++;
	witness_advance(w, index);
}

void witness_push_service(struct witness *w, unsigned int index, unsigned int service)
{
	struct witness_task *task = &w->task[index];

	task->top++;
	*witness_top(task) = (struct witness_level){ .script = &w->services[service],
						.waits_lock = NOBODY, .waits_condition = NOBODY };
	witness_advance(w, index);
}

void witness_take_lock(struct witness *w, unsigned int index, const struct teeq_event *event)
{
	const struct line *line = witness_line(w, index, event->level);
	struct witness_level *level = &w->task[index].level[event->level];

	w->lock_owner[event->object] = (int)index;
	if (line && line->kind == LINE_DEVICE) {
		unsigned int *users = &w->device_users[line->object];
		bool others = line->on ? (*users)++ > 0 : --*users > 0;

		if (others)
			level->at += line->skip;
	}
	witness_done_with_line(w, index);
}

/* ------------------------------------ signals and the freezer --------------------------------- */

static bool is_of(const struct witness *w, unsigned int task, unsigned int client)
{
	if (client == TEEQ_NO_OBJECT)
		return teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT;
	return teeq_model_task_client(w->model, task) == (int)client &&
	       teeq_model_task_kind(w->model, task) == TEEQ_TASK_CLIENT;
}

bool witness_owns_lock(const struct witness *w, unsigned int task)
{
	for (size_t i = 0; i < TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX; i++)
		if (w->lock_owner[i] == (int)task)
			return true;
	return false;
}

bool witness_in_user_space(const struct witness *w, unsigned int task)
{
	const struct witness_task *t = &w->task[task];
	bool server = teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT;
	const struct line *line = witness_line(w, task, t->top);
	bool locks = line && (line->kind == TEEQ_STEP_LOCK || line->kind == LINE_DEVICE);

	return t->top <= (unsigned int)server && t->level[t->top].call == AT_NO_CALL && !locks &&
	       !witness_owns_lock(w, task);
}

void witness_kill(struct witness *w, unsigned int client)
{
	if (client == TEEQ_NO_OBJECT) {
		witness_stop_supplicant(w);
		return;
	}
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (is_of(w, i, client) && !witness_has_finished(w, i))
			w->task[i].killed = true;
}

void witness_freezer(struct witness *w, unsigned int client, bool on)
{
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (is_of(w, i, client))
			w->task[i].freeze = on;
}

void witness_exit(struct witness *w, unsigned int index)
{
	struct witness_task *task = &w->task[index];
	const struct line *line = witness_line(w, index, task->top);

	if (line && line->kind == TEEQ_STEP_BARRIER && !task->released && !task->unstarted)
		w->arrived[line->object]--;
	task->released = false;
	if (teeq_model_task_kind(w->model, index) == TEEQ_TASK_SUPPLICANT) {
		witness_end_service(task);
		task->killed = task->serving = false;
		task->serves = NOBODY;
		return;
	}
	task->exiting = true;
	task->unsure = false;
	task->level[0].at = task->level[0].script->count;
}

void witness_fault(struct witness *w, const struct teeq_event *event)
{
	switch (teeq_model_fault_kind(w->model, event->task)) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		witness_stop_supplicant(w);
		break;
	case TEEQ_FAULT_CLIENT_KILLED:
		w->task[event->peer].killed = true;
		break;
	case TEEQ_FAULT_THREAD_LOST:
		w->lost[event->context] = true;
		break;
	case TEEQ_FAULT_INTERRUPT:
		w->interrupt_armed++;
		break;
	case TEEQ_FAULT_CALL_FAILS:
		w->call_fails_armed++;
		break;
	default:
		break;
	}
}
