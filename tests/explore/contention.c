/* SPDX-License-Identifier: BSD-2-Clause */
#include "contention.h"

#include <stdbool.h>
#include <string.h>

#include "base/prng.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const lock_names[] = { "m0", "m1" };
static const char *const condition_names[] = { "v0", "v1" }; /* each of the lock with its number */
static const char *const notification_names[] = { "n0", "n1" };
static const char *const mutex_names[] = { "l0", "l1" };
static const char *const event_names[] = { "e0", "e1" };
static const char *const command_names[] = { "k0", "k1", "k2", "k3" };
static const char *const service_names[] = { "r0", "r1", "r2" };
static const char *const client_names[] = { "a", "b", "c", "d" };
/* The first two are anybody's; then those of the TAs, and that of the channel. */
static const char *const session_names[] = { "s0", "s1", "s2", "s3" };
static const char *const guest_names[] = { "g0", "g1", "g2" };

/* Of a share of them there is more: TAs that are loaded, a channel, guests, many threads. */
enum more {
	MORE_LOADS = 1,
	MORE_CHANNEL,
	MORE_GUESTS,
	MORE_THREADS,
	MORE_TIMEOUTS,
	MORE_COUNT
};

struct maker {
	struct contention *contention;
	struct prng prng;
	unsigned int invoked; /* the first so many commands may be; 0: none, or one was already */
	unsigned int called;  /* likewise of calls */
	struct prng aside;    /* of memory, and of more: what else is drawn stays as it was */
	unsigned int more;    /* of what there is more: enum more, or nothing */
};

static uint32_t below(struct maker *maker, uint32_t bound)
{
	return prng_below(&maker->prng, bound);
}

static bool chance(struct maker *maker, uint32_t percent)
{
	return below(maker, 100) < percent;
}

static bool aside(struct maker *maker, uint32_t percent)
{
	return prng_below(&maker->aside, 100) < percent;
}

static void add(struct maker *maker, enum teeq_step_kind kind, const char *name)
{
	struct contention *contention = maker->contention;

	contention->steps[contention->step_count++] =
		(struct teeq_step){ .kind = kind, .name = name };
}

static struct teeq_step *last(struct maker *maker)
{
	return &maker->contention->steps[maker->contention->step_count - 1];
}

static void add_ticks(struct maker *maker, enum teeq_step_kind kind)
{
	add(maker, kind, NULL);
	last(maker)->times = 1 + below(maker, 3);
}

/* -------------------------------------- the secure world -------------------------------------- */

static void add_cond_wait(struct maker *maker)
{
	uint32_t which = below(maker, 2);

	if (chance(maker, 90))
		add(maker, chance(maker, 30) ? TEEQ_STEP_READ_LOCK : TEEQ_STEP_LOCK,
		    lock_names[which]);
	add(maker, TEEQ_STEP_COND_WAIT, condition_names[which]);
	last(maker)->session = lock_names[which];
	if (maker->more == MORE_TIMEOUTS && aside(maker, 50))
		last(maker)->times = 1 + prng_below(&maker->aside, 3);
	if (chance(maker, 70))
		add(maker, TEEQ_STEP_UNLOCK, lock_names[which]);
}

static void add_lock_step(struct maker *maker)
{
	const char *lock = lock_names[below(maker, 2)];

	switch (below(maker, 6)) {
	case 0:
	case 1:
		add(maker, TEEQ_STEP_LOCK, lock);
		break;
	case 2:
	case 3:
		add(maker, TEEQ_STEP_READ_LOCK, lock);
		break;
	default:
		add(maker, TEEQ_STEP_UNLOCK, lock);
		break;
	}
}

static void add_secure_step(struct maker *maker)
{
	switch (below(maker, 12)) {
	case 0:
	case 1:
	case 2:
		add_lock_step(maker);
		break;
	case 3:
		add_cond_wait(maker);
		break;
	case 4:
		add(maker, chance(maker, 60) ? TEEQ_STEP_COND_SIGNAL : TEEQ_STEP_COND_BROADCAST,
		    condition_names[below(maker, 2)]);
		break;
	case 5:
		add(maker, TEEQ_STEP_WAIT, notification_names[below(maker, 2)]);
		last(maker)->times = chance(maker, 30) ? 1 : 0;
		break;
	case 6:
		add(maker, TEEQ_STEP_NOTIFY, notification_names[below(maker, 2)]);
		break;
	case 7:
		add(maker, TEEQ_STEP_ASYNC,
		    chance(maker, 50) ? NULL : notification_names[below(maker, 2)]);
		break;
	case 8:
		if (maker->invoked > 0)
			add(maker, TEEQ_STEP_INVOKE, command_names[below(maker, maker->invoked)]);
		maker->invoked = 0;
		break;
	case 9:
		add(maker, TEEQ_STEP_INTERRUPT, NULL);
		break;
	case 10:
		add_ticks(maker, chance(maker, 50) ? TEEQ_STEP_SUSPEND : TEEQ_STEP_WORK);
		break;
	default:
		add(maker, TEEQ_STEP_RPC, service_names[below(maker, 3)]);
		break;
	}
}

/* -------------------------------------- the normal world -------------------------------------- */

static const char *any_target(struct maker *maker)
{
	return chance(maker, 40) ?
		       TEEQ_SUPPLICANT_NAME :
		       client_names[below(maker,
					  (uint32_t)maker->contention->scenario.client_count)];
}

/* Elsewhere the TA would have to be there from the beginning. */
static void use_session_of_ta(struct maker *maker, struct teeq_step *step)
{
	const struct contention *contention = maker->contention;

	for (unsigned int i = 0; i < LENGTH(contention->commands); i++)
		for (unsigned int ta = 0; ta < 2; ta++)
			if (strcmp(contention->commands[i].name, step->name) == 0 &&
			    contention->commands[i].ta == contention->tas[ta].name)
				step->session = session_names[2 + ta];
}

/* Opens the session of a TA that is loaded by that, or closes it. Returns whether there is one. */
static bool add_open(struct maker *maker)
{
	uint32_t which = prng_below(&maker->aside, 2);
	const struct teeq_script_spec *commands = maker->contention->commands;

	for (unsigned int i = 0; i < LENGTH(maker->contention->commands); i++) {
		if (!commands[i].ta || commands[i].ta != maker->contention->tas[which].name)
			continue;
		add(maker, aside(maker, 60) ? TEEQ_STEP_OPEN : TEEQ_STEP_CLOSE, NULL);
		last(maker)->session = session_names[2 + which];
		if (last(maker)->kind == TEEQ_STEP_OPEN)
			last(maker)->name = commands[i].name;
		if (last(maker)->kind == TEEQ_STEP_OPEN && aside(maker, 30)) {
			add(maker, TEEQ_STEP_CLOSE, NULL);
			last(maker)->session = session_names[2 + which];
		}
		return true;
	}
	return false;
}

static void add_message(struct maker *maker)
{
	uint32_t which = prng_below(&maker->aside, 6);

	if (which < 4) {
		add(maker, TEEQ_STEP_MESSAGE, command_names[prng_below(&maker->aside, 4)]);
		last(maker)->session = "h0";
	} else {
		add(maker, which == 4 ? TEEQ_STEP_SETUP : TEEQ_STEP_TEARDOWN, "h0");
	}
}

static void add_call(struct maker *maker)
{
	if (maker->more == MORE_LOADS && aside(maker, 50) && add_open(maker))
		return;
	if (maker->more == MORE_CHANNEL && maker->called > 0 && aside(maker, 50)) {
		add_message(maker);
		return;
	}
	add(maker, TEEQ_STEP_CALL, command_names[below(maker, maker->called)]);
	if (chance(maker, 40))
		last(maker)->session = session_names[below(maker, 2)];
	if (maker->more == MORE_LOADS)
		use_session_of_ta(maker, last(maker));
}

static void add_mutex(struct maker *maker)
{
	const char *mutex = mutex_names[below(maker, 2)];

	add(maker, TEEQ_STEP_LOCK, mutex);
	if (maker->called > 0 && chance(maker, 60))
		add_call(maker);
	else
		add(maker, TEEQ_STEP_AWAIT, event_names[below(maker, 2)]);
	if (chance(maker, 40))
		add(maker, TEEQ_STEP_SIGNAL, event_names[below(maker, 2)]);
	add(maker, TEEQ_STEP_UNLOCK, mutex);
}

static void add_reach(struct maker *maker)
{
	switch (below(maker, 5)) {
	case 0:
		add(maker, TEEQ_STEP_KILL, any_target(maker));
		break;
	case 1:
	case 2:
		add(maker, TEEQ_STEP_FREEZE, any_target(maker));
		break;
	case 3:
		add(maker, TEEQ_STEP_THAW, any_target(maker));
		break;
	default:
		add(maker, TEEQ_STEP_START, TEEQ_SUPPLICANT_NAME);
		break;
	}
}

static void add_normal_step(struct maker *maker)
{
	switch (below(maker, 14)) {
	case 0:
		add(maker, TEEQ_STEP_AWAIT, event_names[below(maker, 2)]);
		break;
	case 1:
		add(maker, TEEQ_STEP_SIGNAL, event_names[below(maker, 2)]);
		break;
	case 2:
		add(maker, TEEQ_STEP_BARRIER, "b0");
		break;
	case 3:
		add(maker, TEEQ_STEP_NOTIFY, notification_names[below(maker, 2)]);
		break;
	case 4:
		add_mutex(maker);
		break;
	case 5:
	case 6:
		add_reach(maker);
		break;
	case 7:
		if (maker->called == 0)
			break; /* its calls would ask for services again */
		add(maker, chance(maker, 50) ? TEEQ_STEP_POWER_ON : TEEQ_STEP_POWER_OFF, "d0");
		break;
	case 8:
		add(maker, chance(maker, 50) ? TEEQ_STEP_CLOSE : TEEQ_STEP_RELEASE, NULL);
		last(maker)->session = session_names[below(maker, 2)];
		break;
	default:
		if (maker->called > 0)
			add_call(maker);
		break;
	}
}

/* Now and then all of it is done a few times. */
static const struct teeq_step *finish(struct maker *maker, size_t from, size_t *count)
{
	struct contention *contention = maker->contention;
	const struct teeq_step *steps = &contention->steps[from];
	bool takes_time = false;

	*count = contention->step_count - from;
	for (size_t i = 0; i < *count; i++)
		takes_time |= steps[i].kind == TEEQ_STEP_CALL || steps[i].kind == TEEQ_STEP_LOCK ||
			      steps[i].kind == TEEQ_STEP_READ_LOCK ||
			      steps[i].kind == TEEQ_STEP_AWAIT || steps[i].kind == TEEQ_STEP_RPC;
	if (!takes_time || !chance(maker, 20))
		return steps;
	contention->steps[contention->step_count++] =
		(struct teeq_step)TEEQ_REPEAT(2 + below(maker, 2), steps, *count);
	*count = 1;
	return &contention->steps[contention->step_count - 1];
}

/* ------------------------------------------ tables -------------------------------------------- */

static void make_command(struct maker *maker, unsigned int command)
{
	struct teeq_script_spec *spec = &maker->contention->commands[command];
	size_t from = maker->contention->step_count;

	spec->name = command_names[command];
	maker->invoked = command;
	for (uint32_t i = 1 + below(maker, 4); i > 0; i--)
		add_secure_step(maker);
	if (chance(maker, 30))
		spec->ta = maker->contention->tas[below(maker, 2)].name;
	spec->steps = finish(maker, from, &spec->step_count);
}

/* Of three that tee-supplicant serves one allocates, and of six one frees. */
static enum teeq_rpc_kind any_kind(struct maker *maker)
{
	uint32_t which = prng_below(&maker->aside, 6);

	return which < 2  ? TEEQ_RPC_KIND_SHM_ALLOC :
	       which == 2 ? TEEQ_RPC_KIND_SHM_FREE :
			    TEEQ_RPC_KIND_OTHER;
}

/* The first is the caller's, the second tee-supplicant's, the third memory. None calls what asks again. */
static void make_service(struct maker *maker, unsigned int service)
{
	struct teeq_service_spec *spec = &maker->contention->services[service];
	size_t from = maker->contention->step_count;

	spec->name = service_names[service];
	spec->by = service == 1 ? TEEQ_SERVED_BY_SUPPLICANT : TEEQ_SERVED_BY_CALLER;
	spec->kind = service == 0 ? TEEQ_RPC_KIND_OTHER :
		     service == 1 ? any_kind(maker) :
				    TEEQ_RPC_KIND_SHM_ALLOC;
	maker->called = 0;
	for (uint32_t i = below(maker, 3); i > 0; i--)
		add_normal_step(maker);
	spec->steps = finish(maker, from, &spec->step_count);
}

static void make_client(struct maker *maker, unsigned int client)
{
	struct teeq_client_spec *spec = &maker->contention->clients[client];
	size_t from = maker->contention->step_count;

	spec->name = client_names[client];
	spec->count = chance(maker, 25) ? 2 : 1;
	spec->stage = 1 + (chance(maker, 40) ? client : 0);
	spec->supplicant_nowait = chance(maker, 20);
	if (maker->more == MORE_GUESTS)
		spec->guest = guest_names[prng_below(
			&maker->aside, (uint32_t)maker->contention->scenario.guest_count)];
	if (maker->more == MORE_THREADS)
		spec->count += prng_below(&maker->aside, 3);
	maker->called = 4;
	for (uint32_t i = 1 + below(maker, 3); i > 0; i--)
		add_normal_step(maker);
	spec->steps = finish(maker, from, &spec->step_count);
}

static void make_secure(struct maker *maker, struct teeq_scenario *scenario)
{
	scenario->thread_count = 2 + below(maker, 3);
	scenario->secure_locks = lock_names;
	scenario->secure_lock_count = LENGTH(lock_names);
	scenario->conditions = condition_names;
	scenario->condition_count = LENGTH(condition_names);
	scenario->notifications = notification_names;
	scenario->notification_count = LENGTH(notification_names);
	scenario->bottom_half = chance(maker, 60) ? command_names[below(maker, 4)] : NULL;
	scenario->argument_slots = TEEQ_ARGUMENT_MAX; /* they do not run out */
	scenario->lacks_session_lock = chance(maker, 60);
	for (unsigned int i = 0; i < 2; i++)
		maker->contention->tas[i] = (struct teeq_ta_spec){
			.name = i ? "t1" : "t0", .single_instance = chance(maker, 60) };
	scenario->tas = maker->contention->tas;
	scenario->ta_count = 2;
}

static void make_normal(struct maker *maker, struct teeq_scenario *scenario)
{
	struct contention *contention = maker->contention;

	contention->barriers[0] = (struct teeq_barrier_spec){ "b0", 1 + below(maker, 3) };
	contention->devices[0] = (struct teeq_device_spec){
		"d0", NULL, command_names, below(maker, 2), command_names, below(maker, 2)
	};
	for (unsigned int i = 0; i < 2; i++)
		contention->sessions[i] = (struct teeq_session_spec){ .name = session_names[i],
								 .system = chance(maker, 40) };
	scenario->barriers = contention->barriers;
	scenario->barrier_count = 1;
	scenario->devices = contention->devices;
	scenario->device_count = 1;
	scenario->sessions = contention->sessions;
	scenario->session_count = 2;
	scenario->locks = mutex_names;
	scenario->lock_count = LENGTH(mutex_names);
	scenario->events = event_names;
	scenario->event_count = LENGTH(event_names);
	scenario->supplicant_threads = below(maker, 3);
	scenario->supplicant_wait = (enum teeq_supplicant_wait)below(maker, 3);
	scenario->client_count = 2 + below(maker, 3);
}

static void make_fault(struct maker *maker, struct teeq_scenario *scenario)
{
	static const enum teeq_fault_kind kinds[] = {
		TEEQ_FAULT_RESUME_REFUSED, TEEQ_FAULT_RESUME_REFUSED, TEEQ_FAULT_CALL_FAILS,
		TEEQ_FAULT_NO_MEMORY, TEEQ_FAULT_SUPPLICANT_DIES, TEEQ_FAULT_CLIENT_KILLED,
		TEEQ_FAULT_THREAD_LOST, TEEQ_FAULT_INTERRUPT,
	};

	maker->contention->faults[0] = (struct teeq_fault_spec){
		.name = "f0", .kind = kinds[below(maker, LENGTH(kinds))], .times = 1
	};
	if (maker->contention->faults[0].kind == TEEQ_FAULT_CLIENT_KILLED)
		maker->contention->faults[0].client = client_names[0];
	scenario->faults = maker->contention->faults;
	scenario->fault_count = chance(maker, 50);
}

/* What loads a TA waits itself, so that others wait for it. */
static void make_loads(struct maker *maker, struct teeq_scenario *scenario)
{
	struct contention *contention = maker->contention;

	for (unsigned int i = 0; i < 2; i++) {
		size_t from = contention->step_count;

		if (aside(maker, 20))
			continue;
		if (aside(maker, 75))
			add(maker, TEEQ_STEP_RPC, service_names[prng_below(&maker->aside, 3)]);
		else
			add(maker, TEEQ_STEP_WAIT,
			    notification_names[prng_below(&maker->aside, 2)]);
		contention->tas[i].load = &contention->steps[from];
		contention->tas[i].load_count = 1;
		contention->tas[i].keep_alive = contention->tas[i].single_instance &&
						aside(maker, 50);
		contention->sessions[2 + i] =
			(struct teeq_session_spec){ .name = session_names[2 + i] };
	}
	contention->devices[0].on_count = contention->devices[0].off_count = 0;
	scenario->bottom_half = NULL;
	scenario->session_count = 4;
	for (unsigned int i = 2; i < 4; i++)
		contention->sessions[i].name = session_names[i];
}

static void make_channel(struct maker *maker, struct teeq_scenario *scenario)
{
	struct contention *contention = maker->contention;

	contention->sessions[2] = (struct teeq_session_spec){ .name = session_names[2],
							 .system = aside(maker, 30) };
	scenario->session_count = 3;
	contention->channels[0] = (struct teeq_channel_spec){
		.name = "h0", .session = session_names[2],
		.mutex = aside(maker, 60) ? mutex_names[0] : NULL,
		.config = aside(maker, 50) ? command_names[0] : NULL,
		.static_memory = aside(maker, 30),
	};
	scenario->channels = contention->channels;
	scenario->channel_count = 1;
}

static void make_guests(struct maker *maker, struct teeq_scenario *scenario)
{
	struct contention *contention = maker->contention;
	uint32_t count = 2 + prng_below(&maker->aside, 2);

	for (unsigned int i = 0; i < count; i++)
		contention->guests[i] = (struct teeq_guest_spec){
			.name = guest_names[i],
			.call_limit = aside(maker, 30) ? 1 + prng_below(&maker->aside, 2) : 0,
			.thread_count = aside(maker, 30) ? TEEQ_GUEST_THREADS_UNKNOWN : 0,
			.no_supplicant = aside(maker, 25),
		};
	scenario->guests = contention->guests;
	scenario->guest_count = count;
	for (unsigned int i = 0; i < 2; i++)
		contention->sessions[i].guest = guest_names[prng_below(&maker->aside, count)];
	if (contention->faults[0].kind == TEEQ_FAULT_SUPPLICANT_DIES)
		contention->faults[0].guest = guest_names[prng_below(&maker->aside, count)];
}

static void make_more(struct maker *maker, struct teeq_scenario *scenario)
{
	maker->more = aside(maker, 60) ? 0 : 1 + prng_below(&maker->aside, MORE_COUNT - 1);
	if (maker->more == MORE_LOADS)
		make_loads(maker, scenario);
	if (maker->more == MORE_CHANNEL)
		make_channel(maker, scenario);
	if (maker->more == MORE_GUESTS)
		make_guests(maker, scenario);
	if (maker->more == MORE_THREADS || maker->more == MORE_LOADS)
		scenario->thread_count += 2 + prng_below(&maker->aside, 3);
	if (maker->more == MORE_TIMEOUTS)
		maker->contention->faults[0] = (struct teeq_fault_spec){
			.name = "f0", .kind = TEEQ_FAULT_NOTIF_WAIT_FAILS, .times = 1
		};
}

/* A copy of a client's steps behind all others, with one more among them. */
static void add_among(struct maker *maker, struct teeq_client_spec *client, struct teeq_step step,
		      size_t at)
{
	struct contention *contention = maker->contention;
	struct teeq_step *to = &contention->steps[contention->step_count];

	memcpy(to, client->steps, at * sizeof(*to));
	to[at] = step;
	memcpy(to + at + 1, client->steps + at, (client->step_count - at) * sizeof(*to));
	client->steps = to;
	contention->step_count += ++client->step_count;
}

/*
 * A client whose exit closes what is open, since it is alone in its TEE context, or nearly; and one that
 * would kill it. Often it stands where it would not get on otherwise, or the other one does before that.
 */
static void make_exit(struct maker *maker, struct teeq_scenario *scenario, uint64_t seed)
{
	struct contention *contention = maker->contention;
	struct teeq_client_spec *killer = &contention->clients[scenario->client_count - 1];
	const struct teeq_step kill = { .kind = TEEQ_STEP_KILL, .name = client_names[0] };
	const struct teeq_step await = { .kind = TEEQ_STEP_AWAIT, .name = event_names[1] };
	size_t room = CONTENTION_STEP_MAX - contention->step_count;

	prng_seed(&maker->aside, seed, 0x65786974);
	if (scenario->guest_count > 0 || !aside(maker, 20) ||
	    contention->clients[0].step_count + killer->step_count + 2 > room)
		return;
	contention->contexts[0].name = "x0";
	scenario->contexts = contention->contexts;
	scenario->context_count = 1;
	for (unsigned int i = 0; i < 2; i++)
		contention->sessions[i].context = aside(maker, 80) ? "x0" : NULL;
	contention->clients[0].context = "x0";
	contention->clients[1].context = aside(maker, 30) ? "x0" : NULL;
	if (aside(maker, 60))
		add_among(maker, &contention->clients[0], await, 0);
	add_among(maker, killer, kill,
		  prng_below(&maker->aside, (uint32_t)killer->step_count + 1));
}

void contention_make(struct contention *contention, uint64_t seed)
{
	struct teeq_scenario *scenario = &contention->scenario;
	struct maker maker = { .contention = contention };

	memset(contention, 0, sizeof(*contention));
	prng_seed(&maker.prng, seed, 0x63726f77);
	prng_seed(&maker.aside, seed, 0x6d656d);
	scenario->name = "contention";
	make_secure(&maker, scenario);
	make_normal(&maker, scenario);
	make_fault(&maker, scenario);
	make_more(&maker, scenario);
	for (unsigned int i = 0; i < LENGTH(contention->commands); i++)
		make_command(&maker, i);
	for (unsigned int i = 0; i < LENGTH(contention->services); i++)
		make_service(&maker, i);
	for (unsigned int i = 0; i < scenario->client_count; i++)
		make_client(&maker, i);
	make_exit(&maker, scenario, seed);
	scenario->commands = contention->commands;
	scenario->command_count = LENGTH(contention->commands);
	scenario->services = contention->services;
	scenario->service_count = LENGTH(contention->services);
	scenario->clients = contention->clients;
}
