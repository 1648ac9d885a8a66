/* SPDX-License-Identifier: BSD-2-Clause */
#include "witness.h"

#include <stdlib.h>
#include <string.h>

/* Writing scripts out: repeats as often as they turn, commands that are invoked in their place. */
static void put(struct lines *lines, struct line line)
{
	if (lines->count == LINE_MAX)
		abort();
	lines->line[lines->count++] = line;
}

static uint16_t index_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(names[i], name) == 0)
			return (uint16_t)i;
	return NO_KEY;
}

#define INDEX_IN(table_, count_, name_)                                          \
	do {                                                                    \
		for (size_t i_ = 0; (name_) && i_ < (count_); i_++)             \
			if (strcmp((table_)[i_].name, (name_)) == 0)            \
				return (uint16_t)i_;                            \
		return NO_KEY;                                                  \
	} while (0)

static uint16_t command_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->commands, s->command_count, name);
}

static uint16_t service_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->services, s->service_count, name);
}

static uint16_t session_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->sessions, s->session_count, name);
}

static uint16_t barrier_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->barriers, s->barrier_count, name);
}

static uint16_t client_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->clients, s->client_count, name);
}

static uint16_t device_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->devices, s->device_count, name);
}

static uint16_t context_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->contexts, s->context_count, name);
}

static uint16_t channel_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->channels, s->channel_count, name);
}

static uint16_t ta_index(const struct teeq_scenario *s, const char *name)
{
	INDEX_IN(s->tas, s->ta_count, name);
}

static void put_steps(struct witness *w, struct lines *to, const struct teeq_step *steps,
		      size_t count, bool secure);

/* Loading locks stand behind the single-instance one, for the TAs that have them. */
static void put_load(struct witness *w, struct lines *to, uint16_t ta)
{
	const struct teeq_scenario *s = w->scenario;
	struct line want = { .kind = LINE_WANT, .object = (uint16_t)(s->secure_lock_count +
								     s->ta_count + 1) };
	size_t at = to->count;

	for (uint16_t i = 0; i < ta; i++)
		want.object = (uint16_t)(want.object + (s->tas[i].load_count > 0));
	put(to, want);
	to->inside++;
	put_steps(w, to, s->tas[ta].load, s->tas[ta].load_count, true);
	to->inside--;
	want.kind = LINE_LOADED;
	put(to, want);
	if (at < to->count)
		to->line[at].skip = (uint16_t)(to->count - at - 1);
}

static void put_command(struct witness *w, struct lines *to, const struct teeq_script_spec *spec,
			bool opens)
{
	const struct teeq_scenario *s = w->scenario;
	uint16_t ta = ta_index(s, spec->ta);
	uint16_t single = (uint16_t)(s->secure_lock_count + s->ta_count);
	uint16_t lock = (uint16_t)(s->secure_lock_count + ta);
	bool shared = ta != NO_KEY && s->tas[ta].single_instance;

	if (opens && ta != NO_KEY && s->tas[ta].load_count > 0)
		put_load(w, to, ta);
	if (shared)
		put(to, (struct line){ .kind = LINE_TAKE, .object = single });
	if (ta != NO_KEY)
		put(to, (struct line){ .kind = LINE_TAKE, .object = lock, .opens = opens });
	put_steps(w, to, spec->steps, spec->step_count, true);
	if (ta != NO_KEY)
		put(to, (struct line){ .kind = LINE_GIVE, .object = lock });
	if (shared)
		put(to, (struct line){ .kind = LINE_GIVE, .object = single });
}

/* --------------------------------------- closing sessions ------------------------------------- */

/* The TAs that are called in a session, one bit each; and the one that it is opened in, if that is loaded. */
struct called {
	const struct teeq_scenario *s;
	const char *session;
	uint32_t tas;
	uint16_t loaded;
};

static void note_called(struct called *called, const char *session, const char *command, bool opens)
{
	uint16_t index = command_index(called->s, command), ta;

	if (!session || strcmp(session, called->session) != 0 || index == NO_KEY)
		return;
	ta = ta_index(called->s, called->s->commands[index].ta);
	if (ta == NO_KEY)
		return;
	called->tas |= UINT32_C(1) << ta;
	if (opens && called->s->tas[ta].load_count > 0)
		called->loaded = ta;
}

static void look_through(struct called *called, const struct teeq_step *steps, size_t count)
{
	const struct teeq_scenario *s = called->s;

	for (size_t i = 0; i < count; i++) {
		const struct teeq_step *step = &steps[i];

		if (step->kind == TEEQ_STEP_CALL || step->kind == TEEQ_STEP_OPEN ||
		    (step->kind == TEEQ_STEP_CLOSE && step->name))
			note_called(called, step->session, step->name, step->kind == TEEQ_STEP_OPEN);
		else if (step->kind == TEEQ_STEP_MESSAGE)
			note_called(called, s->channels[channel_index(s, step->session)].session,
				    step->name, false);
		else if (step->kind == TEEQ_STEP_SETUP)
			note_called(called, s->channels[channel_index(s, step->name)].session,
				    s->channels[channel_index(s, step->name)].config, false);
		else if (step->kind == TEEQ_STEP_POWER_ON || step->kind == TEEQ_STEP_POWER_OFF) {
			const struct teeq_device_spec *d = &s->devices[device_index(s, step->name)];

			for (size_t j = 0; j < d->on_count && step->kind == TEEQ_STEP_POWER_ON; j++)
				note_called(called, d->session, d->on[j], false);
			for (size_t j = 0; j < d->off_count && step->kind == TEEQ_STEP_POWER_OFF; j++)
				note_called(called, d->session, d->off[j], false);
		}
		look_through(called, step->steps, step->step_count);
	}
}

/* A close enters the TA of the session's calls, if that is one, and leaves it. */
static void put_closing(struct witness *w, struct lines *to, const char *session)
{
	const struct teeq_scenario *s = w->scenario;
	struct called called = { .s = s, .session = session, .loaded = NO_KEY };
	struct teeq_script_spec nothing = { .name = session };

	for (size_t i = 0; i < s->client_count; i++)
		look_through(&called, s->clients[i].steps, s->clients[i].step_count);
	for (size_t i = 0; i < s->service_count; i++)
		look_through(&called, s->services[i].steps, s->services[i].step_count);
	if (called.loaded != NO_KEY)
		nothing.ta = s->tas[called.loaded].name;
	else if (called.tas && (called.tas & (called.tas - 1)) == 0)
		nothing.ta = s->tas[__builtin_ctz(called.tas)].name;
	if (nothing.ta)
		put_command(w, to, &nothing, false);
}

static void put_power(struct witness *w, struct lines *to, const struct teeq_step *step)
{
	uint16_t device = device_index(w->scenario, step->name);
	const struct teeq_device_spec *spec = &w->scenario->devices[device];
	bool on = step->kind == TEEQ_STEP_POWER_ON;
	size_t count = on ? spec->on_count : spec->off_count;

	put(to, (struct line){ .kind = LINE_DEVICE, .object = device, .skip = (uint16_t)count,
			       .on = on });
	for (size_t i = 0; i < count; i++)
		put(to, (struct line){ .kind = TEEQ_STEP_CALL,
				       .object = command_index(w->scenario,
							       on ? spec->on[i] : spec->off[i]),
				       .session = session_index(w->scenario, spec->session) });
	put(to, (struct line){ .kind = LINE_DEVICE_DONE, .object = device });
}

static void put_secure(struct witness *w, struct lines *to, const struct teeq_step *step)
{
	const struct teeq_scenario *s = w->scenario;
	struct line line = { .kind = (int)step->kind };

	switch (step->kind) {
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_READ_LOCK:
		line.kind = LINE_TAKE;
		line.read = step->kind == TEEQ_STEP_READ_LOCK;
		line.object = index_of(step->name, s->secure_locks, s->secure_lock_count);
		break;
	case TEEQ_STEP_UNLOCK:
		line.kind = LINE_GIVE;
		line.object = index_of(step->name, s->secure_locks, s->secure_lock_count);
		break;
	case TEEQ_STEP_COND_WAIT:
		line.object = index_of(step->name, s->conditions, s->condition_count);
		line.session = index_of(step->session, s->secure_locks, s->secure_lock_count);
		put(to, line);
		line = (struct line){ .kind = LINE_TAKE, .object = line.session };
		break;
	case TEEQ_STEP_COND_SIGNAL:
	case TEEQ_STEP_COND_BROADCAST:
		line.object = index_of(step->name, s->conditions, s->condition_count);
		break;
	case TEEQ_STEP_CLOSE: /* that it fails is forgotten: where it goes on then is not followed */
		to->tries |= s->commands[command_index(s, step->name)].step_count > 0;
		to->inside++;
		put_command(w, to, &s->commands[command_index(s, step->name)], false);
		to->inside--;
		return;
	case TEEQ_STEP_INVOKE:
	case TEEQ_STEP_OPEN:
		to->inside++;
		put_command(w, to, &s->commands[command_index(s, step->name)],
			    step->kind == TEEQ_STEP_OPEN);
		to->inside--;
		return;
	case TEEQ_STEP_SUSPEND: /* a cancel ends the command there */
		line.on = step->unmasked && to->inside == 0;
		line.object = NO_KEY;
		break;
	case TEEQ_STEP_RPC:
		line.object = service_index(s, step->name);
		break;
	case TEEQ_STEP_POLL:
		line.object = index_of(step->name, s->events, s->event_count);
		break;
	default:
		line.object = index_of(step->name, s->notifications, s->notification_count);
		break;
	}
	put(to, line);
}

/* The driver's loops, of those that it has. */
static void put_shm_cache(struct witness *w, struct lines *to, const struct teeq_step *step)
{
	struct line line = { .kind = (int)step->kind, .object = NO_KEY, .session = NO_KEY };
	bool caches = w->scenario->lacks_rpc_arg, probes = step->times == TEEQ_SHM_CACHE_PROBE;

	if (probes || caches)
		put(to, line);
	if (probes && caches)
		put(to, line);
}

/* With buffers, each registered by a call before it and unregistered by one behind it; over FF-A by none. */
static void put_call(struct witness *w, struct lines *to, const struct teeq_step *step,
		     struct line line)
{
	const struct line memory = {
		.kind = TEEQ_STEP_CALL, .object = NO_KEY, .session = NO_KEY, .memory = true
	};
	uint32_t calls = w->scenario->abi == TEEQ_ABI_FFA ? 0 : step->times;

	for (uint32_t i = 0; i < calls; i++)
		put(to, memory);
	put(to, line);
	for (uint32_t i = 0; i < calls; i++)
		put(to, memory);
}

/* A call in the channel's session, with its mutex held where it has one. */
static void put_message(struct witness *w, struct lines *to, const struct teeq_step *step)
{
	const struct teeq_scenario *s = w->scenario;
	const struct teeq_channel_spec *channel = &s->channels[channel_index(s, step->session)];
	struct line mutex = { .kind = TEEQ_STEP_LOCK, .session = NO_KEY };

	mutex.object = index_of(channel->mutex, s->locks, s->lock_count);
	if (channel->mutex)
		put(to, mutex);
	put(to, (struct line){ .kind = TEEQ_STEP_CALL,
			       .object = command_index(s, step->name),
			       .session = session_index(s, channel->session) });
	mutex.kind = TEEQ_STEP_UNLOCK;
	if (channel->mutex)
		put(to, mutex);
}

static void put_normal(struct witness *w, struct lines *to, const struct teeq_step *step)
{
	const struct teeq_scenario *s = w->scenario;
	struct line line = { .kind = (int)step->kind, .object = NO_KEY,
			     .session = session_index(s, step->session) };

	switch (step->kind) {
	case TEEQ_STEP_CALL:
		line.object = command_index(s, step->name);
		put_call(w, to, step, line);
		return;
	case TEEQ_STEP_OPEN:
	case TEEQ_STEP_CLOSE:
		line.object = command_index(s, step->name);
		break;
	case TEEQ_STEP_MESSAGE:
		put_message(w, to, step);
		return;
	case TEEQ_STEP_SHM_CACHE:
		put_shm_cache(w, to, step);
		return;
	case TEEQ_STEP_CANCEL:
		w->cancels = true;
		break;
	case TEEQ_STEP_LOCK:
	case TEEQ_STEP_UNLOCK:
		line.object = index_of(step->name, s->locks, s->lock_count);
		break;
	case TEEQ_STEP_AWAIT:
	case TEEQ_STEP_POLL:
	case TEEQ_STEP_SIGNAL:
		line.object = index_of(step->name, s->events, s->event_count);
		break;
	case TEEQ_STEP_BARRIER:
		line.object = barrier_index(s, step->name);
		break;
	case TEEQ_STEP_NOTIFY:
	case TEEQ_STEP_ASYNC:
		line.object = index_of(step->name, s->notifications, s->notification_count);
		break;
	case TEEQ_STEP_KILL:
	case TEEQ_STEP_FREEZE:
	case TEEQ_STEP_THAW:
		line.object = client_index(s, step->name);
		break;
	case TEEQ_STEP_CLOSE_CONTEXT:
		line.object = context_index(s, step->name);
		break;
	case TEEQ_STEP_SETUP:
	case TEEQ_STEP_TEARDOWN:
		line.object = channel_index(s, step->name);
		break;
	case TEEQ_STEP_POWER_ON:
	case TEEQ_STEP_POWER_OFF:
		put_power(w, to, step);
		return;
	default:
		break;
	}
	put(to, line);
}

/* What is tried stands behind the line that says so, and then what each error leads to. */
static void put_try(struct witness *w, struct lines *to, const struct teeq_step *step, bool secure)
{
	w->results = true;
	put(to, (struct line){ .kind = (int)step->kind, .object = NO_KEY, .session = NO_KEY });
	if (step->kind == TEEQ_STEP_FAIL)
		return;
	to->tries = true;
	put_steps(w, to, step->steps, step->step_count, secure);
	for (size_t i = 0; i < step->handler_count; i++)
		put_steps(w, to, step->handlers[i].steps, step->handlers[i].step_count, secure);
}

static void put_steps(struct witness *w, struct lines *to, const struct teeq_step *steps,
		      size_t count, bool secure)
{
	for (size_t i = 0; i < count; i++) {
		bool tries = steps[i].kind == TEEQ_STEP_TRY || steps[i].kind == TEEQ_STEP_RETRY ||
			     steps[i].kind == TEEQ_STEP_FAIL;

		if (tries) {
			put_try(w, to, &steps[i], secure);
			continue;
		}
		if (steps[i].kind == TEEQ_STEP_REPEAT) {
			for (uint32_t turn = 0; turn < steps[i].times; turn++)
				put_steps(w, to, steps[i].steps, steps[i].step_count, secure);
		} else if (secure) {
			put_secure(w, to, &steps[i]);
		} else {
			put_normal(w, to, &steps[i]);
		}
	}
}

void witness_write_out(struct witness *w)
{
	const struct teeq_scenario *s = w->scenario;

	for (size_t i = 0; i < s->command_count; i++) {
		put_command(w, &w->commands[i], &s->commands[i], false);
		put_command(w, &w->openings[i], &s->commands[i], true);
	}
	for (size_t i = 0; i < s->session_count; i++)
		put_closing(w, &w->closings[i], s->sessions[i].name);
	for (size_t i = 0; i < s->service_count; i++)
		put_steps(w, &w->services[i], s->services[i].steps, s->services[i].step_count,
			  false);
	for (size_t i = 0; i < s->client_count; i++)
		put_steps(w, &w->clients[i], s->clients[i].steps, s->clients[i].step_count, false);
}
