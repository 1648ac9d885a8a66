/* SPDX-License-Identifier: BSD-2-Clause */
/* The scenario's scripts of the normal world: what a client does, and what serves an RPC. */
#include <string.h>

#include "driver/driver.h"

#include <linux/errno.h>

/* ----------------------------------------- waiting -------------------------------------------- */

static unsigned int event_number(const struct teeq_drive *d, const char *name)
{
	return drive_name(d->scenario->events, d->scenario->event_count, name);
}

/*
 * Whoever waits for it is a point of its own; and what a polling command looks at is the world's.
 */
static unsigned int signal_event(struct teeq_drive *d, struct actor *actor,
				 const struct teeq_step *step)
{
	(void)actor;
	race_release(d->h, d->h->running, &d->w->events);
	d->w->events |= UINT64_C(1) << event_number(d, step->name);
	return TEEQ_FAILURE_NONE;
}

struct awaited {
	const struct teeq_world *w;
	unsigned int event;
};

static bool is_signalled(const void *object)
{
	const struct awaited *awaited = object;

	return awaited->w->events >> awaited->event & 1;
}

static unsigned int await_event(struct teeq_drive *d, struct actor *actor,
				const struct teeq_step *step)
{
	const char *action = step->kind == TEEQ_STEP_POLL ? "poll" : "await";
	struct awaited awaited = { d->w, event_number(d, step->name) };

	user_wait(actor, action, is_signalled, &awaited, teeq_model_event_name(d->m, awaited.event),
		  0);
	race_acquire(d->h, d->h->running, &d->w->events);
	return TEEQ_FAILURE_NONE;
}

struct arrival {
	const unsigned int *released;
	unsigned int before;
};

static bool is_released(const void *object)
{
	const struct arrival *arrival = object;

	return *arrival->released != arrival->before;
}

static unsigned int barrier_arrive(struct teeq_drive *d, struct actor *actor,
				   const struct teeq_step *step)
{
	unsigned int barrier = drive_barrier(d, step->name);
	struct arrival arrival = { &d->released[barrier], d->released[barrier] };

	race_release(d->h, d->h->running, &d->arrived[barrier]);
	if (++d->arrived[barrier] == d->scenario->barriers[barrier].count) {
		d->arrived[barrier] = 0;
		d->released[barrier]++;
	}
	/* Who leaves before everybody came has not arrived. */
	if (!user_wait(actor, "barrier", is_released, &arrival,
		       teeq_model_barrier_name(d->m, barrier), 0))
		d->arrived[barrier]--;
	race_acquire(d->h, d->h->running, &d->arrived[barrier]);
	return TEEQ_FAILURE_NONE;
}

static bool never(const void *object)
{
	(void)object;
	return false;
}

/* The time first; and then it matters whether the task is frozen. */
static unsigned int sleep_for(struct teeq_drive *d, struct actor *actor,
			      const struct teeq_step *step)
{
	(void)d;
	user_wait(actor, "timer", never, NULL, "sleep", (int64_t)step->times);
	user_wait(actor, "sleep", user_always, NULL, "sleep", 0);
	return TEEQ_FAILURE_NONE;
}

/* ------------------------------------------ locks --------------------------------------------- */

static unsigned int lock_index(const struct teeq_drive *d, const char *name)
{
	return drive_name(d->scenario->locks, d->scenario->lock_count, name);
}

static unsigned int lock_take(struct teeq_drive *d, struct actor *actor,
			      const struct teeq_step *step)
{
	unsigned int number = lock_index(d, step->name);
	const struct teeq_site site = { d->scenario->locks[number], "lock", "", 0 };

	(void)actor;
	teeq_kernel_mutex_lock(&d->locks[number], TASK_UNINTERRUPTIBLE, &site);
	return TEEQ_FAILURE_NONE;
}

static unsigned int lock_let_go(struct teeq_drive *d, struct actor *actor,
				const struct teeq_step *step)
{
	unsigned int number = lock_index(d, step->name);
	const struct teeq_site site = { d->scenario->locks[number], "unlock", "", 0 };

	(void)actor;
	teeq_kernel_mutex_unlock(&d->locks[number], &site);
	return TEEQ_FAILURE_NONE;
}

/* ---------------------------------------- notifications --------------------------------------- */

static unsigned int key_of(const struct teeq_drive *d, const char *name)
{
	return drive_name(d->scenario->notifications, d->scenario->notification_count, name);
}

static unsigned int raise(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	(void)actor;
	async_raise(d->m, d->w, kernel_guest(),
		    step->name ? key_of(d, step->name) : TEEQ_NO_OBJECT);
	secure_interrupt(d);
	return TEEQ_FAILURE_NONE;
}

static unsigned int notify(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	(void)actor;
	/* Nobody but the driver itself does so, and it is gone. */
	if (!drive_guest(d)->is_found)
		return TEEQ_FAILURE_NONE;
	doors_go_out();
	drive_guest(d)->object->notify(teeq_model_notification_key(d->m, key_of(d, step->name)));
	doors_come_in();
	return TEEQ_FAILURE_NONE;
}

/* -------------------------------------------- steps ------------------------------------------- */

static unsigned int try(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	unsigned int error;

	actor->tries++;
	error = steps_run(d, actor, step->steps, step->step_count);
	actor->tries--;
	for (size_t i = 0; error != TEEQ_FAILURE_NONE && i < step->handler_count; i++) {
		const struct teeq_handler *handler = &step->handlers[i];

		if (!handler->error || teeq_failure_find(handler->error) == (int)error)
			return steps_run(d, actor, handler->steps, handler->step_count);
	}
	return error;
}

/* Who tries for ever counts nothing: a state that it comes to again is to be the same one. */
static unsigned int retry(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	uint32_t left = step->times;

	for (;;) {
		unsigned int error;

		actor->tries++;
		error = steps_run(d, actor, step->steps, step->step_count);
		actor->tries--;
		if (error == TEEQ_FAILURE_NONE || left == 1 ||
		    (step->name && teeq_failure_find(step->name) != (int)error))
			return error;
		left -= left > 0;
		teeq_harness_point("retry");
		if (step->handler_count > 0)
			steps_run(d, actor, step->handlers[0].steps, step->handlers[0].step_count);
	}
}

static unsigned int step_repeat(struct teeq_drive *d, struct actor *actor,
				const struct teeq_step *step)
{
	unsigned int error = TEEQ_FAILURE_NONE;

	for (uint32_t i = 0; error == TEEQ_FAILURE_NONE && i < step->times; i++)
		error = steps_run(d, actor, step->steps, step->step_count);
	return error;
}

/* A session is one of the guest's that opened it: in others there is none of its number. */
static unsigned int on_session(struct teeq_drive *d, struct actor *actor,
			       const struct teeq_step *step)
{
	if (step->session && !drive_is_here(d, drive_session(d, step->session)))
		return TEEQ_FAILURE_EINVAL;
	switch (step->kind) {
	case TEEQ_STEP_CALL:
		return live_call(d, actor, live_of(d, actor, step->session), step->name,
				 step->times);
	case TEEQ_STEP_OPEN:
		return live_open(d, actor, step->session, step->name);
	case TEEQ_STEP_CLOSE:
		return live_close(d, actor, step->session);
	case TEEQ_STEP_CANCEL:
		return live_cancel(d, actor, step->session);
	default:
		return live_reserve(d, actor, step->session);
	}
}

static unsigned int on_process(struct teeq_drive *d, struct actor *actor,
			       const struct teeq_step *step)
{
	switch (step->kind) {
	case TEEQ_STEP_KILL:
		return signals_kill(d, actor, step->name);
	case TEEQ_STEP_FREEZE:
		return signals_freeze(d, actor, step->name);
	case TEEQ_STEP_THAW:
		return signals_thaw(d, actor, step->name);
	default:
		return supplicant_start(d, actor);
	}
}

static unsigned int on_driver(struct teeq_drive *d, struct actor *actor,
			      const struct teeq_step *step)
{
	(void)actor;
	if (step->kind == TEEQ_STEP_CLOSE_CONTEXT)
		close_context(d, step->name);
	else
		kernel_shutdown_devices();
	return TEEQ_FAILURE_NONE;
}

static unsigned int step_fail(struct teeq_drive *d, struct actor *actor,
			      const struct teeq_step *step)
{
	(void)d;
	(void)actor;
	return (unsigned int)teeq_failure_find(step->name);
}

static unsigned int (*const doers[TEEQ_STEP_KIND_COUNT])(struct teeq_drive *d, struct actor *actor,
							 const struct teeq_step *step) = {
	[TEEQ_STEP_CALL] = on_session,
	[TEEQ_STEP_OPEN] = on_session,
	[TEEQ_STEP_CLOSE] = on_session,
	[TEEQ_STEP_CANCEL] = on_session,
	[TEEQ_STEP_RESERVE] = on_session,
	[TEEQ_STEP_LOCK] = lock_take,
	[TEEQ_STEP_UNLOCK] = lock_let_go,
	[TEEQ_STEP_AWAIT] = await_event,
	[TEEQ_STEP_POLL] = await_event,
	[TEEQ_STEP_SIGNAL] = signal_event,
	[TEEQ_STEP_BARRIER] = barrier_arrive,
	[TEEQ_STEP_SLEEP] = sleep_for,
	[TEEQ_STEP_NOTIFY] = notify,
	[TEEQ_STEP_ASYNC] = raise,
	[TEEQ_STEP_KILL] = on_process,
	[TEEQ_STEP_FREEZE] = on_process,
	[TEEQ_STEP_THAW] = on_process,
	[TEEQ_STEP_START] = on_process,
	[TEEQ_STEP_SHM_CACHE] = on_driver,
	[TEEQ_STEP_CLOSE_CONTEXT] = on_driver,
	[TEEQ_STEP_DRIVER] = rebind_step,
	[TEEQ_STEP_SETUP] = step_setup,
	[TEEQ_STEP_TEARDOWN] = step_teardown,
	[TEEQ_STEP_MESSAGE] = step_message,
	[TEEQ_STEP_POWER_ON] = step_power,
	[TEEQ_STEP_POWER_OFF] = step_power,
	[TEEQ_STEP_REPEAT] = step_repeat,
	[TEEQ_STEP_TRY] = try,
	[TEEQ_STEP_RETRY] = retry,
	[TEEQ_STEP_FAIL] = step_fail,
};

/* What has no entry above is refused before anything runs, or a command's. */
static unsigned int do_step(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step)
{
	if (!doers[step->kind])
		teeq_harness_violation("a step that is not run with a driver");
	return doers[step->kind](d, actor, step);
}

/* Outside of a try or retry only these are noticed to fail. */
static bool ends_script(const struct teeq_step *step)
{
	return step->kind == TEEQ_STEP_FAIL || step->kind == TEEQ_STEP_TRY ||
	       step->kind == TEEQ_STEP_RETRY || step->kind == TEEQ_STEP_REPEAT;
}

unsigned int steps_run(struct teeq_drive *d, struct actor *actor, const struct teeq_step *steps,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned int error;

		if (actor->killed || !user_point(actor))
			return TEEQ_FAILURE_EINTR;
		error = do_step(d, actor, &steps[i]);
		if (actor->killed)
			return TEEQ_FAILURE_EINTR;
		if (error != TEEQ_FAILURE_NONE && (actor->tries > 0 || ends_script(&steps[i])))
			return error;
	}
	return TEEQ_FAILURE_NONE;
}

unsigned int service_run(struct teeq_drive *d, struct actor *actor, unsigned int service)
{
	const struct teeq_service_spec *spec = &d->scenario->services[service];
	unsigned int tries = actor->tries, error;

	actor->tries = 0;
	actor->depth++;
	error = steps_run(d, actor, spec->steps, spec->step_count);
	actor->depth--;
	actor->tries = tries;
	return error;
}

/* ------------------------------------------- stages ------------------------------------------- */

/* A stage begins when nobody of the earlier ones can move, nor waits for time alone. */
static bool stage_may_begin(const void *object)
{
	const struct actor *actor = object;
	struct teeq_drive *d = actor->drive;
	unsigned int stage = d->m->tasks[actor->index].stage;
	uint64_t enabled = 0;

	for (unsigned int i = 0; d->stage < stage && i < d->h->task_count; i++) {
		const struct harness_task *task = &d->h->tasks[i];

		if (i < d->m->task_count && d->m->tasks[i].stage >= stage)
			continue;
		if (task->state == TASK_AT_POINT && task->point.deadline != TEEQ_TIMEOUT_MAX)
			return false;
		if (harness_is_enabled(d->h, task))
			enabled |= task_bit(i);
	}
	return !(d->h->hooks ? drive_allow(d, enabled) : enabled);
}

/* The last who works in a TEE context closes it when it ends. */
static void leave_context(struct teeq_drive *d, const struct actor *actor)
{
	const char *name = d->scenario->clients[actor->client].context;

	for (unsigned int i = 0; name && i < d->client_tasks; i++) {
		const char *other = d->scenario->clients[d->actors[i].client].context;

		if (i != actor->index && other && strcmp(other, name) == 0 && !d->actors[i].ended)
			return;
	}
	if (name)
		close_context(d, name);
}

void client_task(void *argument)
{
	struct actor *actor = argument;
	struct teeq_drive *d = actor->drive;
	const struct teeq_client_spec *client = &d->scenario->clients[actor->client];
	unsigned int stage = d->m->tasks[actor->index].stage;

	if (!client_waits_for_boot(d, actor)) {
		client_leaves(d, actor);
		return;
	}
	if (stage > 1)
		kernel_wait("start", stage_may_begin, actor, "its stage");
	if (d->stage < stage)
		d->stage = stage;
	/* Where the driver comes and goes a process opens its device when it begins. */
	if (d->has_driver_steps && actor->uses_own && !actor->own.open &&
	    !sessions_begin_own(d, actor)) {
		client_leaves(d, actor);
		return;
	}
	steps_run(d, actor, client->steps, client->step_count);
	actor->ended = true;
	if (actor->killed)
		drive_note(d, actor->index, TEEQ_ACTION_EXIT);
	leave_context(d, actor);
	client_leaves(d, actor);
}
