/* SPDX-License-Identifier: BSD-2-Clause */
#include "expected_shared.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *expected_name(const struct expected *e, unsigned int task)
{
	return teeq_model_task_name(e->w->model, task);
}

unsigned int expected_task_count(const struct expected *e)
{
	return (unsigned int)teeq_model_task_count(e->w->model);
}

void expected_say(struct expected *e, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	e->length += (size_t)vsnprintf(e->text + e->length, sizeof(e->text) - e->length, format,
				       arguments);
	va_end(arguments);
}

void expected_count(struct expected *e, enum sentence sentence)
{
	e->counts->count[sentence]++;
}

void expected_call(struct expected *e, unsigned int task, unsigned int level)
{
	const struct witness_level *at = &e->w->task[task].level[level];

	if (teeq_model_task_kind(e->w->model, task) == TEEQ_TASK_NOTIFICATION)
		expected_say(e, "bottom half");
	else
		expected_say(e, "%scall", level > 0 ? "nested " : "");
	if (at->memory == TEEQ_MEMORY_REGISTER)
		expected_say(e, " to register memory");
	else if (at->memory == TEEQ_MEMORY_UNREGISTER)
		expected_say(e, " to unregister memory");
	else if (at->memory == TEEQ_MEMORY_PAGE)
		expected_say(e, " to register a page of arguments");
	if (at->command != NO_KEY)
		expected_say(e, " %s", teeq_model_command_name(e->w->model, at->command));
}

void expected_whose_call(struct expected *e, unsigned int task, unsigned int level)
{
	if (task == e->task)
		expected_say(e, "its own ");
	else
		expected_say(e, "%s's ", expected_name(e, task));
	expected_call(e, task, level);
}

/* -------------------------------------------- guests ------------------------------------------ */

bool expected_is_neighbour(const struct expected *e, unsigned int task)
{
	return witness_guest(e->w, task) == witness_guest(e->w, e->task);
}

bool expected_reaches(const struct expected *e, unsigned int task, enum teeq_effect effect,
		      unsigned int object)
{
	switch (effect) {
	case TEEQ_EFFECT_SIGNAL:
	case TEEQ_EFFECT_ARRIVE:
	case TEEQ_EFFECT_COND_SIGNAL:
	case TEEQ_EFFECT_SECURE_UNLOCK:
		return true;
	case TEEQ_EFFECT_KILL:
	case TEEQ_EFFECT_FREEZE:
	case TEEQ_EFFECT_THAW:
		return object != NO_KEY || expected_is_neighbour(e, task);
	case TEEQ_EFFECT_COUNT_OUT: /* v4 has the secure world count; it has one number for each pool */
		return expected_is_neighbour(e, task) ||
		       (teeq_model_policy(e->w->model)->secure == TEEQ_SECURE_COUNTED &&
			!witness_has_own_pool(e->w, witness_guest(e->w, task)) &&
			!witness_has_own_pool(e->w, witness_guest(e->w, e->task)));
	default:
		return expected_is_neighbour(e, task);
	}
}

void expected_say_guest(struct expected *e, unsigned int task)
{
	if (expected_is_neighbour(e, task))
		return;
	expected_count(e, SAYS_OTHER_GUEST);
	expected_say(e, " in guest %s",
		     teeq_model_guest_name(e->w->model, witness_guest(e->w, task)));
}

/* ------------------------------------------ who would ----------------------------------------- */

static bool goes_beyond(const struct expected *e, unsigned int task)
{
	return e->w->task[task].unsure || e->w->task[task].exiting;
}

struct doers expected_doers(struct expected *e, enum teeq_effect effect, unsigned int object)
{
	struct doers doers = { .count = 0 };

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		enum teeq_may how;

		if (witness_has_finished(e->w, i) || (effect == TEEQ_EFFECT_WAKE && i == e->task) ||
		    !expected_reaches(e, i, effect, object))
			continue;
		e->unsure |= goes_beyond(e, i);
		how = witness_may(e->w, i, effect, object);
		doers.others |= how && i != e->task;
		if (!how || (e->only != NOBODY && e->only != (int)i))
			continue;
		if (witness_may_dying(e->w, i, effect, object))
			expected_count(e, SAYS_WOULD_DYING);
		doers.task[doers.count] = i;
		doers.how[doers.count++] = how;
	}
	return doers;
}

static void say_how(struct expected *e, enum teeq_may how)
{
	if (how == TEEQ_MAY_BY_SUPPLICANT)
		expected_say(e, " (through tee-supplicant)");
	else if (how == TEEQ_MAY_BY_BOTTOM_HALF)
		expected_say(e, " (through the bottom half)");
	if (how > TEEQ_MAY_ITSELF)
		expected_count(e, SAYS_THROUGH);
}

void expected_say_doers(struct expected *e, const struct doers *doers)
{
	for (size_t i = 0; i < doers->count; i++) {
		if (i > 0)
			expected_say(e, i + 1 < doers->count ? ", " : " and ");
		expected_say(e, "%s", doers->task[i] == e->task ? "itself" :
								 expected_name(e, doers->task[i]));
		say_how(e, doers->how[i]);
	}
	if (doers->count > 0)
		expected_count(e, SAYS_SOMEBODY_WOULD);
}

void expected_may(struct expected *e, enum teeq_effect effect, unsigned int object,
		  const char *would, enum sentence nobody)
{
	struct doers doers = expected_doers(e, effect, object);

	if (doers.count == 0) {
		expected_count(e, nobody);
		expected_say(e, "and nobody is left who would %s it", would);
	} else if (doers.count == 1 && doers.task[0] == e->task) {
		expected_count(e, SAYS_ONLY_ITSELF);
		expected_say(e, "which %sit would %s itself", doers.others ? "" : "only ", would);
		say_how(e, doers.how[0]);
		expected_say(e, ", later");
	} else {
		expected_say(e, "which ");
		expected_say_doers(e, &doers);
		expected_say(e, " would %s", would);
	}
}

/* ----------------------------------------- tee-supplicant ------------------------------------- */

bool expected_is_frozen(const struct witness *w, unsigned int task)
{
	return w->task[task].frozen;
}

static void say_servers(struct expected *e)
{
	unsigned int said = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		const struct witness_task *task = &e->w->task[i];

		if (!expected_is_server(e, i) || !expected_is_neighbour(e, i) ||
		    (e->only != NOBODY && e->only != (int)i))
			continue;
		expected_say(e, "%s%s ", said++ ? ", " : "",
			     i == e->task ? "it itself" : expected_name(e, i));
		if (expected_is_frozen(e->w, i))
			expected_say(e, "is frozen");
		else if (!task->serving)
			expected_say(e, "is about to");
		else
			expected_say(e, "serves %s",
				     task->serves == NOBODY ?
					     "nobody any more" :
					     expected_name(e, (unsigned int)task->serves));
	}
}

static void say_names(struct expected *e, const unsigned int *tasks, size_t found)
{
	for (size_t i = 0; i < found; i++)
		expected_say(e, "%s%s", i == 0 ? "" : i + 1 < found ? ", " : " and ",
			     tasks[i] == e->task ? "itself" : expected_name(e, tasks[i]));
}

static void say_memory_users(struct expected *e)
{
	struct { unsigned int task, level; } users[TEEQ_TASK_MAX];
	size_t count = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		for (unsigned int level = 0; level <= e->w->task[i].top; level++)
			if (e->w->task[i].level[level].memory_kept > 0 && count < TEEQ_TASK_MAX &&
			    expected_is_neighbour(e, i) &&
			    (e->only == NOBODY || e->only == (int)i)) {
				users[count].task = i;
				users[count++].level = level;
			}
	expected_count(e, SAYS_HELD_BY_MEMORY);
	expected_say(e, "its device is held open by memory that it allocated for ");
	for (size_t i = 0; i < count; i++) {
		expected_say(e, "%s", i == 0 ? "" : i + 1 < count ? ", " : " and ");
		expected_whose_call(e, users[i].task, users[i].level);
	}
	if (count == 0)
		expected_say(e, "a thread that is lost");
}

/* Of one that was killed: its threads that are in the kernel, or else calls with memory that it allocated. */
static void say_device_users(struct expected *e)
{
	unsigned int servers[TEEQ_TASK_MAX];
	size_t server_count = 0;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		if (expected_is_server(e, i) && e->w->task[i].killed &&
		    expected_is_neighbour(e, i) &&
		    (e->only == NOBODY || e->only == (int)i))
			servers[server_count++] = i;
	expected_say(e, "it was killed, and ");
	if (server_count == 0) {
		say_memory_users(e);
		return;
	}
	say_names(e, servers, server_count);
	expected_say(e, ", still in the kernel, keeps its device open");
}

static void say_queued(struct expected *e, const struct witness_level *level)
{
	expected_count(e, SAYS_REQUEST_QUEUED);
	expected_say(e, "waits for tee-supplicant to take its request %s: ",
		     teeq_model_service_name(e->w->model, level->service));
	if (witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_RUNS) {
		say_servers(e);
	} else if (witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_DEAD) {
		say_device_users(e);
	} else {
		expected_say(e, "it is not running, ");
		expected_may(e, TEEQ_EFFECT_START, 0, "start", SAYS_NOBODY_START);
	}
}

static void say_seen(struct expected *e, const struct witness_level *level)
{
	int server = NOBODY;

	for (unsigned int i = 0; i < expected_task_count(e); i++)
		if (e->w->task[i].serving && e->w->task[i].serves == (int)e->task)
			server = (int)i;
	expected_count(e, SAYS_REQUEST_SEEN);
	expected_say(e, "waits for tee-supplicant's answer to %s",
		     teeq_model_service_name(e->w->model, level->service));
	if (server == NOBODY) {
		expected_say(e, ": ");
		say_device_users(e);
		return;
	}
	expected_say(e, ", on which %s works%s", expected_name(e, (unsigned int)server),
		     witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_RUNS ? "" : " although it was killed");
}

static void say_request(struct expected *e, const struct witness_level *level)
{
	if (level->rpc == RPC_STATE_QUEUED)
		say_queued(e, level);
	else
		say_seen(e, level);
	if (!e->w->task[e->task].killed)
		return;
	if (e->w->scenario->supplicant_wait == TEEQ_SUPPLICANT_INTERRUPTIBLE)
		expected_say(e, "; a signal would end the wait only while no tee-supplicant is there");
	else
		expected_say(e, "; no signal ends the wait");
}

/* ------------------------------------------ its script ---------------------------------------- */

bool expected_somebody_is_beyond(const struct expected *e)
{
	for (unsigned int i = 0; i < expected_task_count(e); i++)
		if (e->w->task[i].unsure || e->w->task[i].exiting)
			return true;
	return false;
}

static void say_lock(struct expected *e, unsigned int lock)
{
	bool device = lock >= e->w->scenario->lock_count;
	int owner = e->w->lock_owner[lock];

	e->unsure |= expected_somebody_is_beyond(e);
	expected_count(e, device ? SAYS_DEVICE : SAYS_LOCK);
	expected_say(e, "waits for %s %s, which ", device ? "device" : "lock",
		     teeq_model_lock_name(e->w->model, lock));
	if (owner == NOBODY)
		expected_say(e, "nobody holds");
	else if (owner == (int)e->task)
		expected_say(e, "it holds itself");
	else
		expected_say(e, "%s %s", expected_name(e, (unsigned int)owner),
			     device ? "is switching" : "holds");
}

static void say_barrier(struct expected *e, unsigned int barrier)
{
	struct doers doers = expected_doers(e, TEEQ_EFFECT_ARRIVE, barrier);

	e->unsure |= expected_somebody_is_beyond(e);
	expected_count(e, SAYS_BARRIER);
	expected_say(e, "waits at barrier %s (%u of %u arrived), ",
		     teeq_model_barrier_name(e->w->model, barrier), e->w->arrived[barrier],
		     e->w->scenario->barriers[barrier].count);
	if (doers.count == 0) {
		expected_count(e, SAYS_NOBODY_BARRIER);
		expected_say(e, "and nobody is left who would arrive");
		return;
	}
	expected_say(e, "where ");
	expected_say_doers(e, &doers);
	expected_say(e, " would still arrive");
}

static bool belongs_to(const struct expected *e, unsigned int task, unsigned int client)
{
	if (client == NO_KEY)
		return expected_is_server(e, task) && expected_is_neighbour(e, task);
	return teeq_model_task_kind(e->w->model, task) == TEEQ_TASK_CLIENT &&
	       teeq_model_task_client(e->w->model, task) == (int)client;
}

static void say_freeze(struct expected *e, unsigned int client)
{
	unsigned int tasks[TEEQ_TASK_MAX];
	size_t found = 0;

	expected_count(e, SAYS_FREEZE);
	e->unsure |= expected_somebody_is_beyond(e);
	expected_say(e, "waits until %s is frozen",
		     client == NO_KEY ? TEEQ_SUPPLICANT_NAME :
					teeq_model_client_name(e->w->model, client));
	for (unsigned int i = 0; i < expected_task_count(e); i++)
		if (belongs_to(e, i, client) && e->w->task[i].freeze &&
		    !expected_is_frozen(e->w, i) && (e->only == NOBODY || e->only == (int)i))
			tasks[found++] = i;
	if (found == 0)
		return;
	expected_say(e, ": ");
	say_names(e, tasks, found);
	expected_say(e, " %s still in the kernel", found > 1 ? "are" : "is");
}

static void say_start(struct expected *e)
{
	expected_count(e, SAYS_START);
	expected_say(e, "waits to start tee-supplicant: ");
	if (witness_driver(e->w, e->task)->supplicant == TEEQ_SUPPLICANT_DEAD) {
		say_device_users(e);
		return;
	}
	expected_say(e, "it runs already, ");
	expected_may(e, TEEQ_EFFECT_KILL, TEEQ_NO_OBJECT, "kill", SAYS_NOBODY_KILL);
}

static void say_thaw(struct expected *e)
{
	int client = teeq_model_task_client(e->w->model, e->task);
	struct doers doers =
		expected_doers(e, TEEQ_EFFECT_THAW,
			       expected_is_server(e, e->task) ? NO_KEY : (unsigned int)client);

	expected_count(e, SAYS_THAW);
	expected_say(e, "is frozen, ");
	if (doers.count == 0) {
		expected_count(e, SAYS_NOBODY_THAW);
		expected_say(e, "and nobody is left who would thaw it");
		return;
	}
	expected_say(e, "until ");
	expected_say_doers(e, &doers);
	expected_say(e, " would thaw it");
}

static void say_argument(struct expected *e)
{
	expected_count(e, SAYS_ARGUMENT);
	expected_say(e, "waits for the argument cache's mutex, which %s holds while it registers a page "
			"by a call",
		     expected_name(e, (unsigned int)witness_waits_for_argument(e->w, e->task)));
}

static void say_line(struct expected *e, const struct line *line)
{
	switch (line->kind) {
	case TEEQ_STEP_LOCK:
		say_lock(e, line->object);
		break;
	case LINE_DEVICE:
		say_lock(e, (unsigned int)e->w->scenario->lock_count + line->object);
		break;
	case TEEQ_STEP_AWAIT:
		expected_count(e, SAYS_EVENT);
		expected_say(e, "waits for event %s, ",
			     teeq_model_event_name(e->w->model, line->object));
		expected_may(e, TEEQ_EFFECT_SIGNAL, line->object, "signal", SAYS_NOBODY_EVENT);
		break;
	case TEEQ_STEP_BARRIER:
		say_barrier(e, line->object);
		break;
	case TEEQ_STEP_START:
		say_start(e);
		break;
	case TEEQ_STEP_FREEZE:
		say_freeze(e, line->object);
		break;
	default:
		expected_say(e, "stands at step %d, where nobody waits", line->kind);
		break;
	}
}

void expected_reason(struct expected *e)
{
	const struct witness_task *task = &e->w->task[e->task];
	const struct witness_level *level = &task->level[task->top];
	const struct line *line = witness_line(e->w, e->task, task->top);

	e->unsure |= task->unsure || task->exiting;
	if (expected_is_frozen(e->w, e->task))
		say_thaw(e);
	else if (witness_polls(e->w, e->task) != NO_KEY)
		expected_poll(e, witness_polls(e->w, e->task));
	else if (e->claim == CLAIM_CPU)
		expected_cpu(e);
	else if (level->call != AT_NO_CALL && level->rpc == RPC_STATE_KEY)
		expected_key(e, level);
	else if (level->call != AT_NO_CALL &&
		 (level->rpc == RPC_STATE_QUEUED || level->rpc == RPC_STATE_SEEN))
		say_request(e, level);
	else if (level->call != AT_NO_CALL && level->asleep)
		expected_asleep(e);
	else if (witness_waits_for_argument(e->w, e->task) != NOBODY)
		say_argument(e);
	else if (level->call == AT_NO_CALL && line)
		say_line(e, line);
	else
		expected_say(e, "could go on");
}

/* "tee-supplicant.0, serving app.1," and "app.0 (killed), switching device emmc," */
static bool say_task(struct expected *e)
{
	const struct witness_task *task = &e->w->task[e->task];
	bool comma = false;

	expected_say(e, "%s%s", expected_name(e, e->task), task->killed ? " (killed)" : "");
	if (task->killed)
		expected_count(e, SAYS_KILLED);
	if (e->w->scenario->guest_count > 1) {
		expected_count(e, SAYS_GUEST);
		expected_say(e, " in guest %s",
			     teeq_model_guest_name(e->w->model, witness_guest(e->w, e->task)));
	}
	if (task->serving) {
		expected_count(e, SAYS_SERVING);
		expected_say(e, ", serving %s",
			     task->serves == NOBODY ? "nobody any more" :
						      expected_name(e, (unsigned int)task->serves));
		comma = true;
	}
	for (unsigned int i = 0; i < e->w->scenario->device_count; i++) {
		unsigned int lock = (unsigned int)e->w->scenario->lock_count + i;

		if (e->w->lock_owner[lock] != (int)e->task)
			continue;
		expected_say(e, ", switching device %s", teeq_model_lock_name(e->w->model, lock));
		comma = true;
	}
	if (comma)
		expected_say(e, ",");
	return comma;
}

void expected_waiter(struct expected *e)
{
	const struct witness_task *task = &e->w->task[e->task];
	unsigned int level = task->top;
	const struct witness_level *call;
	const char *channel;
	bool comma = say_task(e);

	while (level > 0 && task->level[level].call == AT_NO_CALL)
		level--;
	call = &task->level[level];
	if (call->call == AT_NO_CALL) {
		expected_say(e, " ");
		return;
	}
	expected_say(e, "%sin its ", comma ? " " : ", ");
	expected_call(e, e->task, level);
	channel = call->session == NO_KEY ? NULL :
					    teeq_model_session_channel(e->w->model, call->session);
	if (channel)
		expected_say(e, " over channel %s", channel);
	if (call->system)
		expected_count(e, SAYS_SYSTEM);
	expected_say(e, call->system ? " (system), " : ", ");
}
