/* SPDX-License-Identifier: BSD-2-Clause */
#include "witness.h"

#include <string.h>

/* What is asked, and how far it is followed. */
struct question {
	const struct witness *w;
	enum teeq_effect effect;
	unsigned int object;
	enum teeq_may through;
};

static bool is_call(int kind)
{
	return kind == TEEQ_STEP_CALL || kind == TEEQ_STEP_OPEN || kind == TEEQ_STEP_CLOSE ||
	       kind == TEEQ_STEP_CANCEL || kind == TEEQ_STEP_SHM_CACHE;
}

/* A step that closes sessions, or may: those of a context, or a channel's when its set-up fails. */
static bool closes(const struct witness *w, const struct line *line)
{
	const struct teeq_scenario *s = w->scenario;

	if (line->kind == TEEQ_STEP_SETUP || line->kind == TEEQ_STEP_TEARDOWN)
		return true;
	for (size_t i = 0; line->kind == TEEQ_STEP_CLOSE_CONTEXT && i < s->session_count; i++)
		if (s->sessions[i].context &&
		    strcmp(s->sessions[i].context, s->contexts[line->object].name) == 0)
			return true;
	return line->kind == TEEQ_STEP_CLOSE || line->kind == TEEQ_STEP_RELEASE;
}

static bool line_does(const struct question *q, const struct line *line)
{
	bool same = line->object == q->object;

	switch (q->effect) {
	case TEEQ_EFFECT_SIGNAL:
		return line->kind == TEEQ_STEP_SIGNAL && same;
	case TEEQ_EFFECT_ARRIVE:
		return line->kind == TEEQ_STEP_BARRIER && same;
	case TEEQ_EFFECT_NOTIFY:
		return (line->kind == TEEQ_STEP_NOTIFY || line->kind == TEEQ_STEP_ASYNC) && same;
	case TEEQ_EFFECT_COND_SIGNAL:
		return (line->kind == TEEQ_STEP_COND_SIGNAL ||
			line->kind == TEEQ_STEP_COND_BROADCAST) && same;
	case TEEQ_EFFECT_SECURE_UNLOCK:
		return (line->kind == LINE_GIVE && same) ||
		       (line->kind == TEEQ_STEP_COND_WAIT && line->session == q->object);
	case TEEQ_EFFECT_THAW:
		return line->kind == TEEQ_STEP_THAW && same;
	case TEEQ_EFFECT_KILL:
		return line->kind == TEEQ_STEP_KILL && same;
	case TEEQ_EFFECT_FREEZE:
		return line->kind == TEEQ_STEP_FREEZE && same;
	case TEEQ_EFFECT_START:
		return line->kind == TEEQ_STEP_START;
	case TEEQ_EFFECT_COUNT_OUT:
		return closes(q->w, line);
	default:
		return is_call(line->kind) ||
		       (closes(q->w, line) && (line->kind != TEEQ_STEP_RELEASE ||
					       teeq_model_policy(q->w->model)->unreserve));
	}
}

static bool lines_do(const struct question *q, const struct lines *lines, size_t from);

static bool may_fail(const struct question *q, const struct line *line)
{
	const struct teeq_service_spec *service;

	if (line->kind == TEEQ_STEP_WAIT)
		return true;
	if (line->kind == TEEQ_STEP_SUSPEND)
		return line->on && q->w->cancels;
	if (line->kind == LINE_TAKE)
		return line->opens;
	if (line->kind != TEEQ_STEP_RPC)
		return false;
	service = &q->w->scenario->services[line->object];
	return q->w->results || service->by == TEEQ_SERVED_BY_SUPPLICANT || service->kind == TEEQ_RPC_KIND_SHM_ALLOC;
}

/* Whether a step from @from on, failing, would give back the lock in question. */
static bool gives_back_later(const struct question *q, const struct lines *lines, size_t from)
{
	int held = 0;

	for (size_t i = 0; i < lines->count && q->effect == TEEQ_EFFECT_SECURE_UNLOCK; i++) {
		const struct line *line = &lines->line[i];

		if (i >= from && held > 0 && may_fail(q, line))
			return true;
		if (line->kind == LINE_TAKE && line->object == q->object &&
		    (i == 0 || line[-1].kind != TEEQ_STEP_COND_WAIT))
			held++;
		else if (line->kind == LINE_GIVE && line->object == q->object && held > 0)
			held--;
	}
	return false;
}

/* What is asked for once more inside itself does the same. */
static bool whole_does(const struct question *q, const struct lines *lines)
{
	static const struct lines *inside[32];
	static size_t depth;
	bool found;

	for (size_t i = 0; i < depth; i++)
		if (inside[i] == lines)
			return false;
	inside[depth++] = lines;
	found = lines_do(q, lines, 0) || gives_back_later(q, lines, 0);
	depth--;
	return found;
}

static bool named_command_does(const struct question *q, const char *name)
{
	for (unsigned int i = 0; name && i < q->w->scenario->command_count; i++)
		if (strcmp(q->w->scenario->commands[i].name, name) == 0)
			return whole_does(q, &q->w->commands[i]);
	return false;
}

/* Of the sessions that a step closes, or may close, each. */
static bool closing_does(const struct question *q, const struct line *line)
{
	const struct teeq_scenario *s = q->w->scenario;

	if (line->kind == TEEQ_STEP_CLOSE && line->object != NO_KEY)
		return whole_does(q, &q->w->commands[line->object]);
	if (line->kind == TEEQ_STEP_CLOSE)
		return line->session != NO_KEY && whole_does(q, &q->w->closings[line->session]);
	for (size_t i = 0; i < s->session_count; i++) {
		const char *name = s->sessions[i].name, *context = s->sessions[i].context;
		bool closed = false;

		if (line->kind == TEEQ_STEP_CLOSE_CONTEXT)
			closed = context && strcmp(context, s->contexts[line->object].name) == 0;
		else if (line->kind == TEEQ_STEP_SETUP || line->kind == TEEQ_STEP_TEARDOWN)
			closed = strcmp(name, s->channels[line->object].session) == 0;
		if (closed && whole_does(q, &q->w->closings[i]))
			return true;
	}
	return false;
}

/* Inside what a line asks for. */
static bool inside_does(const struct question *q, const struct line *line)
{
	const char *half = q->w->scenario->bottom_half;

	if (closing_does(q, line))
		return true;
	if (line->kind == TEEQ_STEP_SETUP)
		return named_command_does(q, q->w->scenario->channels[line->object].config);
	if ((line->kind == TEEQ_STEP_CALL || line->kind == TEEQ_STEP_OPEN) &&
	    line->object != NO_KEY)
		return whole_does(q, line->kind == TEEQ_STEP_OPEN ?
					     &q->w->openings[line->object] :
					     &q->w->commands[line->object]);
	if (line->kind == TEEQ_STEP_RPC &&
	    (q->w->scenario->services[line->object].by == TEEQ_SERVED_BY_CALLER ||
	     q->through >= TEEQ_MAY_BY_SUPPLICANT))
		return whole_does(q, &q->w->services[line->object]);
	if (line->kind != TEEQ_STEP_ASYNC || line->object != NO_KEY ||
	    q->through < TEEQ_MAY_BY_BOTTOM_HALF)
		return false;
	return q->effect == TEEQ_EFFECT_WAKE || named_command_does(q, half);
}

static bool lines_do(const struct question *q, const struct lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++)
		if (line_does(q, &lines->line[i]) || inside_does(q, &lines->line[i]))
			return true;
	return false;
}

/* ----------------------------------------- killed --------------------------------------------- */

static uint32_t owned(const struct witness *w, unsigned int task)
{
	uint32_t locks = 0;

	for (unsigned int i = 0; i < 32; i++)
		if (w->lock_owner[i] == (int)task)
			locks |= UINT32_C(1) << i;
	return locks;
}

/* Up to where it comes back to user space. */
static bool last_lines_do(const struct question *q, unsigned int task, const struct lines *lines,
			  size_t from)
{
	unsigned int first_device = (unsigned int)q->w->scenario->lock_count;
	uint32_t locks = owned(q->w, task);

	for (size_t i = from; i < lines->count; i++) {
		const struct line *line = &lines->line[i];
		bool hidden = line->kind == TEEQ_STEP_SIGNAL || line->kind == TEEQ_STEP_UNLOCK ||
			      line->kind == LINE_DEVICE_DONE;

		if (!hidden && locks == 0 && line->kind != TEEQ_STEP_LOCK &&
		    line->kind != LINE_DEVICE)
			return line->kind == TEEQ_STEP_BARRIER && line_does(q, line);
		if (line_does(q, line) || inside_does(q, line))
			return true;
		if (line->kind == TEEQ_STEP_LOCK)
			locks |= UINT32_C(1) << line->object;
		else if (line->kind == TEEQ_STEP_UNLOCK)
			locks &= ~(UINT32_C(1) << line->object);
		else if (line->kind == LINE_DEVICE)
			locks |= UINT32_C(1) << (first_device + line->object);
		else if (line->kind == LINE_DEVICE_DONE)
			locks &= ~(UINT32_C(1) << (first_device + line->object));
	}
	return false;
}

/* --------------------------------------- where it stands -------------------------------------- */

static bool call_does(const struct question *q, unsigned int task,
		      const struct witness_level *level, unsigned int number)
{
	const struct witness *w = q->w;

	if (q->effect == TEEQ_EFFECT_WAKE)
		return true;
	if (level->call != AT_THREAD)
		return false;
	if (level->rpc == RPC_STATE_SENDING && q->effect == TEEQ_EFFECT_NOTIFY &&
	    level->key == q->object)
		return true;
	if (level->rpc == RPC_STATE_SERVICE && whole_does(q, &w->services[level->service]))
		return true;
	if ((level->rpc == RPC_STATE_ASKING || level->rpc == RPC_STATE_QUEUED) &&
	    q->through >= TEEQ_MAY_BY_SUPPLICANT && whole_does(q, &w->services[level->service]))
		return true;
	if (level->gave_up || level->thread == &w->none) {
		for (size_t i = 0; i < w->hold_count; i++)
			if (q->effect == TEEQ_EFFECT_SECURE_UNLOCK &&
			    w->hold[i].lock == q->object && w->hold[i].task == (int)task &&
			    w->hold[i].level == number && w->hold[i].context != NOBODY)
				return true;
		return false;
	}
	/* Behind its sleep it looks once more whether it was cancelled. */
	if (level->thread_at > 0 && level->thread->line[level->thread_at - 1].on &&
	    level->thread->line[level->thread_at - 1].kind == TEEQ_STEP_SUSPEND &&
	    gives_back_later(q, level->thread, level->thread_at - 1))
		return true;
	return lines_do(q, level->thread, level->thread_at) ||
	       gives_back_later(q, level->thread,
				level->thread_at - (level->rpc == RPC_STATE_QUEUED ||
						    level->rpc == RPC_STATE_SEEN ||
						    level->rpc == RPC_STATE_ASKING ||
						    level->rpc == RPC_STATE_SERVICE));
}

/* A close on its way, of a system session: that is counted out behind it, if it is no TEE context's. */
static bool counts_out(const struct witness *w, const struct witness_level *level,
		       const struct line *line)
{
	if (line->kind != TEEQ_STEP_CLOSE || !level->system || level->page ||
	    level->session >= w->scenario->session_count)
		return false;
	if (level->call != AT_THREAD && level->call != AT_END && level->slot != SLOT_TO_GIVE)
		return false;
	return teeq_model_policy(w->model)->secure != TEEQ_SECURE_COUNTED ||
	       !w->scenario->sessions[level->session].context;
}

/* It has come to a call, and stands before the mutex of the arguments: no signal reaches it there. */
static bool waits_for_slot(const struct witness *w, unsigned int task)
{
	const struct witness_level *level = &w->task[task].level[w->task[task].top];

	return level->call == AT_NO_CALL && level->slot == SLOT_NONE &&
	       witness_waits_for_argument(w, task) != NOBODY;
}

static bool level_does(const struct question *q, unsigned int task, unsigned int number)
{
	const struct witness *w = q->w;
	const struct witness_task *t = &w->task[task];
	const struct witness_level *level = &t->level[number];
	const struct line *line = witness_line(w, task, number);
	bool server = teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT;
	size_t next = level->at;

	if (level->call != AT_NO_CALL && call_does(q, task, level, number))
		return true;
	if (line && counts_out(w, level, line) &&
	    (q->effect == TEEQ_EFFECT_COUNT_OUT ||
	     (q->effect == TEEQ_EFFECT_WAKE && teeq_model_policy(w->model)->unreserve)))
		return true;
	if (!line && t->half && (level->page || (level->call == AT_NO_CALL &&
						  level->slot != SLOT_TO_GIVE)))
		return q->effect == TEEQ_EFFECT_WAKE ||
		       named_command_does(q, w->scenario->bottom_half);
	if (!line)
		return level->call == AT_QUEUE && level->command != NO_KEY &&
		       whole_does(q, &q->w->commands[level->command]);
	if (level->call == AT_QUEUE && !level->page && (line_does(q, line) || inside_does(q, line)))
		return true;
	if (level->page)
		next = level->at; /* the call that the page is for comes behind it */
	else if (level->call != AT_NO_CALL || number < t->top || level->slot == SLOT_TO_GIVE ||
	    (line->kind == TEEQ_STEP_BARRIER && !t->unstarted))
		next++;
	if (!t->killed || t->exited || number != (unsigned int)server)
		return lines_do(q, level->script, next);
	if (level->call == AT_NO_CALL && number == t->top && witness_in_user_space(w, task))
		return false;
	/* What it registers a page for, or waits for its slot for, it does before it dies. */
	if ((level->page || (number == t->top && waits_for_slot(w, task))) &&
	    (line_does(q, line) || inside_does(q, line)))
		return true;
	return last_lines_do(q, task, level->script, next);
}

static bool asks_for_itself(const struct question *q, unsigned int task)
{
	const struct witness *w = q->w;
	const struct witness_driver *driver = witness_driver(w, task);
	const char *half = w->scenario->bottom_half;

	if (teeq_model_task_kind(w->model, task) != TEEQ_TASK_NOTIFICATION)
		return false;
	if (!witness_is_half(w, task) && q->effect == TEEQ_EFFECT_NOTIFY && q->object < 64 &&
	    (driver->raised >> q->object & 1))
		return true;
	if (!driver->bottom_half_asked && !(witness_is_half(w, task) && driver->bottom_half_told))
		return false;
	/* The interrupt leaves it to the thread. */
	if (!witness_is_half(w, task) && q->through < TEEQ_MAY_BY_BOTTOM_HALF)
		return false;
	return q->effect == TEEQ_EFFECT_WAKE || named_command_does(q, half);
}

static bool task_does(const struct question *q, unsigned int task)
{
	const struct witness_task *t = &q->w->task[task];
	const struct line *line = witness_line(q->w, task, t->top);

	if (q->effect == TEEQ_EFFECT_ARRIVE && line && line->kind == TEEQ_STEP_BARRIER &&
	    t->level[t->top].call == AT_NO_CALL && line->object == q->object && !t->released &&
	    !t->unstarted)
		return false;
	for (unsigned int level = 0; level <= t->top; level++)
		if (level_does(q, task, level))
			return true;
	return asks_for_itself(q, task);
}

/* ----------------------------------------- its exit ------------------------------------------- */

/* What is done when the last of its TEE context dies: as that would be closed by a step. */
static bool exit_does(const struct question *q, unsigned int task)
{
	int context = witness_context(q->w, task);
	const struct line line = { .kind = TEEQ_STEP_CLOSE_CONTEXT, .object = (uint16_t)context };

	return context != NOBODY && !q->w->task[task].exited && !witness_has_finished(q->w, task) &&
	       (line_does(q, &line) || inside_does(q, &line));
}

/* A fault strikes the first task of its client. */
static bool fault_may_kill(const struct witness *w, unsigned int task)
{
	const struct teeq_scenario *s = w->scenario;
	unsigned int count = (unsigned int)teeq_model_task_count(w->model);
	int client = teeq_model_task_client(w->model, task);

	if (task > 0 && teeq_model_task_client(w->model, task - 1) == client)
		return false;
	for (unsigned int i = 0; i < s->fault_count; i++) {
		unsigned int times = s->faults[i].times > 0 ? s->faults[i].times : 1;

		if (s->faults[i].kind != TEEQ_FAULT_CLIENT_KILLED ||
		    strcmp(s->faults[i].client, s->clients[client].name) != 0)
			continue;
		for (unsigned int j = 0; j < count; j++)
			if (strcmp(teeq_model_task_name(w->model, j), s->faults[i].name) == 0 &&
			    (times == TEEQ_FAULT_ALWAYS || w->struck[j] < times))
				return true;
	}
	return false;
}

/* @asked: those of whom it is asked already. */
static bool may_be_killed(const struct witness *w, unsigned int task, uint64_t asked)
{
	const struct question q = { w, TEEQ_EFFECT_KILL,
				    (unsigned int)teeq_model_task_client(w->model, task),
				    TEEQ_MAY_BY_BOTTOM_HALF };

	asked |= UINT64_C(1) << task;
	if (fault_may_kill(w, task))
		return true;
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++) {
		if (teeq_model_task_kind(w->model, i) == TEEQ_TASK_FAULT ||
		    witness_has_finished(w, i))
			continue;
		if (task_does(&q, i) || (!(asked >> i & 1) && exit_does(&q, i) &&
					 may_be_killed(w, i, asked)))
			return true;
	}
	return false;
}

static bool dies_and_does(const struct question *q, unsigned int task)
{
	return exit_does(q, task) &&
	       (q->w->task[task].killed || may_be_killed(q->w, task, 0));
}

/* -------------------------------------------- all --------------------------------------------- */

enum teeq_may witness_may(const struct witness *w, unsigned int task, enum teeq_effect effect,
			  unsigned int object)
{
	for (int through = TEEQ_MAY_ITSELF; through <= TEEQ_MAY_BY_BOTTOM_HALF; through++) {
		const struct question q = { w, effect, object, (enum teeq_may)through };

		if (task_does(&q, task) || dies_and_does(&q, task))
			return q.through;
	}
	return TEEQ_MAY_NOT;
}

bool witness_may_dying(const struct witness *w, unsigned int task, enum teeq_effect effect,
		       unsigned int object)
{
	const struct question q = { w, effect, object, TEEQ_MAY_BY_BOTTOM_HALF };

	return !w->task[task].killed && !task_does(&q, task) && dies_and_does(&q, task);
}
