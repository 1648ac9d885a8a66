/* SPDX-License-Identifier: BSD-2-Clause */
#include "witness_shared.h"

static void leave_queue(struct witness *w, unsigned int task)
{
	struct witness_driver *driver = witness_own_driver(w, task);
	size_t kept = 0;

	for (size_t i = 0; i < driver->queue_count; i++)
		if (driver->queue[i] != task)
			driver->queue[kept++] = driver->queue[i];
	driver->queue_count = kept;
}

static void end_rpc(struct witness_level *level, bool failed)
{
	level->rpc = RPC_STATE_NONE;
	level->gave_up |= failed;
}

static bool is_of_kind(const struct witness *w, const struct teeq_event *event,
		       enum teeq_rpc_kind kind)
{
	return w->scenario->services[event->object].kind == kind;
}

static void see_reply(struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	leave_queue(w, event->task);
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if (w->task[i].serving && w->task[i].serves == event->task &&
		    event->outcome == TEEQ_OUTCOME_FAILED)
			w->task[i].serves = NOBODY;
	if (event->outcome == TEEQ_OUTCOME_OK && is_of_kind(w, event, TEEQ_RPC_KIND_SHM_ALLOC))
		level->memory_kept++;
	end_rpc(level, event->outcome == TEEQ_OUTCOME_FAILED &&
			       !is_of_kind(w, event, TEEQ_RPC_KIND_SHM_FREE));
}

/* The process has its files until its last thread has come out of the kernel. */
static bool has_threads(const struct witness *w, unsigned int guest)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if ((w->task[i].level[w->task[i].top].script || w->task[i].serving) &&
		    w->task[i].killed &&
		    teeq_model_task_kind(w->model, i) == TEEQ_TASK_SUPPLICANT &&
		    witness_guest(w, i) == guest)
			return true;
	return false;
}

static bool has_memory(const struct witness *w, unsigned int guest)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		for (unsigned int level = 0; level <= w->task[i].top; level++)
			if (w->task[i].level[level].memory_kept > 0 && witness_guest(w, i) == guest)
				return true;
	return w->drivers[guest].memory_lost;
}

/* Who holds the device of a dead tee-supplicant open; with the last of them it is gone. */
void witness_release_supplicant(struct witness *w, unsigned int guest)
{
	struct witness_driver *driver = &w->drivers[guest];

	if (driver->supplicant != TEEQ_SUPPLICANT_DEAD || has_threads(w, guest) ||
	    has_memory(w, guest))
		return;
	driver->supplicant = TEEQ_SUPPLICANT_ABSENT;
	driver->queue_count = 0;
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if (witness_guest(w, i) == guest &&
		    (witness_top(&w->task[i])->rpc == RPC_STATE_QUEUED ||
		     witness_top(&w->task[i])->rpc == RPC_STATE_SEEN))
			witness_top(&w->task[i])->rpc = RPC_STATE_NONE;
}

void witness_stop_supplicant(struct witness *w, unsigned int guest)
{
	if (w->drivers[guest].supplicant != TEEQ_SUPPLICANT_RUNS)
		return;
	w->drivers[guest].supplicant = TEEQ_SUPPLICANT_DEAD;
	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++)
		if (teeq_model_task_kind(w->model, i) == TEEQ_TASK_SUPPLICANT &&
		    witness_guest(w, i) == guest && (w->task[i].top > 0 || w->task[i].serving))
			w->task[i].killed = true;
}

void witness_receive(struct witness *w, const struct teeq_event *event)
{
	leave_queue(w, event->peer);
	witness_top(&w->task[event->peer])->rpc = RPC_STATE_SEEN;
	w->task[event->task].serving = true;
	w->task[event->task].serves = event->peer;
	witness_push_service(w, event->task, event->object);
}

void witness_answer(struct witness *w, const struct teeq_event *event)
{
	struct witness_task *task = &w->task[event->task];

	if (event->outcome == TEEQ_OUTCOME_OK)
		witness_top(&w->task[event->peer])->rpc = RPC_STATE_NONE;
	task->serving = task->killed = false;
	task->serves = NOBODY;
}

void witness_rpc(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	switch (event->action) {
	case TEEQ_ACTION_RPC:
		end_rpc(level, event->outcome == TEEQ_OUTCOME_FAILED);
		if (event->outcome == TEEQ_OUTCOME_OK)
			witness_push_service(w, event->task, event->object);
		break;
	case TEEQ_ACTION_REQUEST:
		/* The driver gives it back first, and asks then whoever is left to be asked. */
		if (is_of_kind(w, event, TEEQ_RPC_KIND_SHM_FREE) && level->memory_kept > 0) {
			level->memory_kept--;
			witness_release_supplicant(w, witness_guest(w, event->task));
		}
		if (event->outcome == TEEQ_OUTCOME_FAILED) {
			end_rpc(level, !is_of_kind(w, event, TEEQ_RPC_KIND_SHM_FREE));
			break;
		}
		level->rpc = RPC_STATE_QUEUED;
		witness_own_driver(w, event->task)
			->queue[witness_own_driver(w, event->task)->queue_count++] = event->task;
		break;
	case TEEQ_ACTION_REPLY:
		see_reply(w, event, level);
		break;
	case TEEQ_ACTION_NOTIF_WAIT:
		level->key = event->object;
		level->rpc = event->outcome == TEEQ_OUTCOME_MUST_WAIT ? RPC_STATE_KEY :
									RPC_STATE_NONE;
		level->woken &= event->outcome == TEEQ_OUTCOME_FAILED;
		/* Who wanted a lock tries again: only what the command itself waits for makes it fail. */
		level->gave_up |= event->outcome == TEEQ_OUTCOME_FAILED &&
				  event->object < w->scenario->notification_count;
		break;
	default: /* it came, or the time is over */
		level->woken = false;
		level->rpc = RPC_STATE_NONE;
		break;
	}
}

int witness_who_wakes(const struct witness *w, unsigned int task, unsigned int number)
{
	const struct witness_level *waiter = &w->task[task].level[number];
	int own = (int)witness_guest(w, task), found = NOBODY;

	for (unsigned int i = 0; i < teeq_model_task_count(w->model) && found != own; i++) {
		const struct witness_level *top = &w->task[i].level[w->task[i].top];

		if (top->call == AT_THREAD && top->rpc == RPC_STATE_SENDING &&
		    top->key == waiter->context + w->scenario->notification_count)
			found = (int)witness_guest(w, i);
	}
	return found;
}
