/* SPDX-License-Identifier: BSD-2-Clause */
/* What a witness makes of scripts of the normal world, and of signals that reach them. */
#include "witness_shared.h"

#include <string.h>

struct witness_level *witness_top(struct witness_task *task)
{
	return &task->level[task->top];
}

bool witness_has_own_pool(const struct witness *w, unsigned int guest)
{
	return guest < w->scenario->guest_count && w->scenario->guests[guest].threads > 0;
}

/* The shared ones come first, then those of each guest. */
struct witness_pool witness_pool(const struct witness *w, unsigned int guest)
{
	struct witness_pool pool = { 0, w->scenario->thread_count };

	for (unsigned int i = 0; witness_has_own_pool(w, guest) && i <= guest; i++) {
		pool.first = i == 0 ? w->scenario->thread_count : pool.end;
		pool.end = pool.first + w->scenario->guests[i].threads;
	}
	return pool;
}

unsigned int witness_thread_count(const struct witness *w)
{
	unsigned int count = w->scenario->thread_count;

	for (size_t i = 0; i < w->scenario->guest_count; i++)
		count += w->scenario->guests[i].threads;
	return count;
}

int witness_whose_thread(const struct witness *w, unsigned int context)
{
	for (unsigned int i = 0; i < w->scenario->guest_count; i++) {
		struct witness_pool pool = witness_pool(w, i);

		if (witness_has_own_pool(w, i) && context >= pool.first && context < pool.end)
			return (int)i;
	}
	return NOBODY;
}

unsigned int witness_guest(const struct witness *w, unsigned int task)
{
	return teeq_model_task_guest(w->model, task);
}

struct witness_driver *witness_own_driver(struct witness *w, unsigned int task)
{
	return &w->drivers[witness_guest(w, task)];
}

const struct witness_driver *witness_driver(const struct witness *w, unsigned int task)
{
	return &w->drivers[witness_guest(w, task)];
}

const struct line *witness_line(const struct witness *w, unsigned int task, unsigned int level)
{
	const struct witness_level *at = &w->task[task].level[level];

	return at->at < at->script->count ? &at->script->line[at->at] : NULL;
}

bool witness_is_half(const struct witness *w, unsigned int task)
{
	const char *name = teeq_model_task_name(w->model, task);

	return teeq_model_task_kind(w->model, task) == TEEQ_TASK_NOTIFICATION &&
	       strstr(name, "bottom-half");
}

bool witness_has_finished(const struct witness *w, unsigned int task)
{
	const struct witness_driver *driver = witness_driver(w, task);
	const struct witness_task *t = &w->task[task];
	bool asked = teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT &&
		     driver->supplicant == TEEQ_SUPPLICANT_RUNS && driver->queue_count > 0;

	if (teeq_model_task_kind(w->model, task) == TEEQ_TASK_NOTIFICATION)
		asked = witness_is_half(w, task) ? driver->bottom_half_told :
						   driver->raised || driver->bottom_half_asked;
	return !asked && !t->exiting && t->top == 0 && t->level[0].call == AT_NO_CALL && !witness_line(w, task, 0) &&
	       !t->serving && !t->half;
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
	return kind == TEEQ_STEP_SETUP || kind == TEEQ_STEP_TEARDOWN || kind == TEEQ_STEP_TRY ||
	       kind == TEEQ_STEP_RETRY ||
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

	witness_pass_shut(w, index);
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
	else if (!line && witness_is_dying(w, index) &&
		 teeq_model_task_kind(w->model, index) == TEEQ_TASK_CLIENT)
		witness_begin_exit(w, index);
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

	unsigned int device = event->object - (unsigned int)w->scenario->lock_count;

	w->lock_owner[event->object] = (int)index;
	if (event->object >= w->scenario->lock_count) {
		w->device_unknown[device] |= w->task[index].unsure;
		w->task[index].unsure |= w->device_unknown[device];
	}
	if (line && line->kind == LINE_DEVICE) {
		unsigned int *users = &w->device_users[line->object];
		bool others = line->on ? (*users)++ > 0 : --*users > 0;

		if (others)
			level->at += line->skip;
	}
	witness_done_with_line(w, index);
}

/* ------------------------------------ signals and the freezer --------------------------------- */

static bool is_of(const struct witness *w, unsigned int task, unsigned int guest,
		  unsigned int client)
{
	if (client == TEEQ_NO_OBJECT)
		return teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT &&
		       witness_guest(w, task) == guest;
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

static bool takes_slot(int kind)
{
	return kind == TEEQ_STEP_CALL || kind == TEEQ_STEP_OPEN || kind == TEEQ_STEP_CLOSE ||
	       kind == TEEQ_STEP_CANCEL;
}

/* What registers memory has none of the cache: a call of no session and no command, with buffers. */
int witness_waits_for_argument(const struct witness *w, unsigned int task)
{
	const struct witness_level *level = &w->task[task].level[w->task[task].top];
	const struct line *line = witness_line(w, task, w->task[task].top);
	int owner = witness_driver(w, task)->argument_owner;

	if (owner == NOBODY || owner == (int)task || level->call != AT_NO_CALL ||
	    level->slot == SLOT_TAKEN)
		return NOBODY;
	if (level->slot == SLOT_NONE && !w->task[task].half && (!line || !takes_slot(line->kind) || line->memory))
		return NOBODY;
	return owner;
}

/* ----------------------------------- processors, and who polls -------------------------------- */

unsigned int witness_polls(const struct witness *w, unsigned int task)
{
	const struct witness_task *t = &w->task[task];
	const struct witness_level *level = &t->level[t->top];
	const struct line *line = witness_line(w, task, t->top);

	if (t->frozen || (witness_is_dying(w, task) && witness_in_user_space(w, task)))
		return NO_KEY;
	if (level->call != AT_NO_CALL) {
		if (level->call != AT_THREAD || !level->interrupted || level->gave_up ||
		    level->thread_at >= level->thread->count)
			return NO_KEY;
		line = &level->thread->line[level->thread_at];
	}
	if (!line || line->kind != TEEQ_STEP_POLL || (w->events >> line->object & 1))
		return NO_KEY;
	return line->object;
}

bool witness_keeps_cpu(const struct witness *w, unsigned int task)
{
	const struct witness_level *level = &w->task[task].level[w->task[task].top];

	return level->call == AT_THREAD &&
	       (level->active || (w->scenario->no_resched && level->interrupted));
}

/* What has no event of its own may have been done by who is not followed. */
static bool somebody_is_beyond(const struct witness *w)
{
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (w->task[i].unsure || w->task[i].exiting)
			return true;
	return false;
}

static bool line_is_blocked(const struct witness *w, unsigned int task, const struct line *line)
{
	switch (line->kind) {
	case TEEQ_STEP_LOCK:
		return w->lock_owner[line->object] != NOBODY;
	case LINE_DEVICE:
		return w->lock_owner[w->scenario->lock_count + line->object] != NOBODY;
	case TEEQ_STEP_AWAIT:
		return !(w->events >> line->object & 1);
	case TEEQ_STEP_BARRIER:
		return !w->task[task].released && !w->task[task].unstarted;
	default:
		return false;
	}
}

/* It may leave its wait for tee-supplicant: what the freezer sends is a signal, too, though not a fatal one. */
static bool is_signalled(const struct witness *w, const struct witness_task *t)
{
	return t->killed ||
	       (t->freeze && w->scenario->supplicant_wait == TEEQ_SUPPLICANT_INTERRUPTIBLE);
}

bool witness_is_blocked(const struct witness *w, unsigned int task)
{
	const struct witness_task *t = &w->task[task];
	const struct witness_level *level = &t->level[t->top];
	const struct line *line = witness_line(w, task, t->top);

	if (t->unsure || t->exiting)
		return false;
	if (t->frozen)
		return true;
	if (witness_is_dying(w, task) && witness_in_user_space(w, task))
		return false;
	if (level->call != AT_NO_CALL)
		return (level->asleep && !level->done) ||
		       (!is_signalled(w, t) &&
			(level->rpc == RPC_STATE_QUEUED || level->rpc == RPC_STATE_SEEN));
	/* In a session that somebody has closed a call is refused before it needs a slot. */
	if (level->slot == SLOT_NONE && line && line->session < w->scenario->session_count &&
	    takes_slot(line->kind))
		return false;
	return witness_waits_for_argument(w, task) != NOBODY ||
	       (line && !somebody_is_beyond(w) && line_is_blocked(w, task, line));
}

unsigned int witness_page_slots(const struct witness *w)
{
	if (w->scenario->lacks_rpc_arg)
		return 1;
	return w->scenario->argument_slots > 0 ? w->scenario->argument_slots : TEEQ_ARGUMENT_SLOTS;
}

void witness_settle(struct witness *w, unsigned int task)
{
	struct witness_task *t = &w->task[task];

	t->frozen = t->freeze && (t->frozen || witness_in_user_space(w, task));
}

bool witness_in_user_space(const struct witness *w, unsigned int task)
{
	const struct witness_task *t = &w->task[task];
	bool server = teeq_model_task_kind(w->model, task) == TEEQ_TASK_SUPPLICANT;
	const struct line *line = witness_line(w, task, t->top);
	bool locks = line && (line->kind == TEEQ_STEP_LOCK || line->kind == LINE_DEVICE);

	return t->top <= (unsigned int)server && t->level[t->top].call == AT_NO_CALL && !locks &&
	       !t->closing && !(t->exited && line) &&
	       t->level[t->top].slot == SLOT_NONE && !t->level[t->top].page &&
	       witness_waits_for_argument(w, task) == NOBODY && !witness_owns_lock(w, task);
}

void witness_kill(struct witness *w, unsigned int guest, unsigned int client)
{
	if (client == TEEQ_NO_OBJECT) {
		witness_stop_supplicant(w, guest);
		return;
	}
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (is_of(w, i, guest, client) && !witness_has_finished(w, i)) {
			w->task[i].killed = true;
			/* It has finished already where its close had nothing to count out. */
			w->task[i].unsure |= w->task[i].closing;
		}
}

void witness_freezer(struct witness *w, unsigned int guest, unsigned int client, bool on)
{
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (is_of(w, i, guest, client)) {
			w->task[i].freeze = on;
			witness_settle(w, i);
		}
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
	witness_begin_exit(w, index);
}

/* The guest that the fault with that name says. */
static unsigned int guest_of_fault(const struct witness *w, unsigned int task)
{
	const struct teeq_scenario *s = w->scenario;
	const char *name = teeq_model_task_name(w->model, task);

	for (size_t i = 0; i < s->fault_count; i++)
		for (unsigned int guest = 0; guest < s->guest_count; guest++)
			if (strcmp(s->faults[i].name, name) == 0 && s->faults[i].guest &&
			    strcmp(s->faults[i].guest, s->guests[guest].name) == 0)
				return guest;
	return 0;
}

void witness_fault(struct witness *w, const struct teeq_event *event)
{
	w->struck[event->task]++;
	switch (teeq_model_fault_kind(w->model, event->task)) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		witness_stop_supplicant(w, guest_of_fault(w, event->task));
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
