/* SPDX-License-Identifier: BSD-2-Clause */
#include "draft.h"

/*
 * The mechanisms around the call queue. A scenario has one to three of them, so that its states stay
 * few and each mechanism meets each other one in some scenario.
 */
enum mechanism {
	SECURE_LOCKS,
	CONDITIONS, /* with the locks that they need */
	TAS,
	INVOKES,
	NOTIFICATIONS,
	ASYNC,
	SUPPLICANT,
	SIGNALS,
	TIME,
	INTERRUPTS,
	CPUS,
	CONTEXTS,
	CHANNELS,
	DEVICES,
	SHM_CACHE,
	FAULTS,
	ARGUMENTS,
	MECHANISM_COUNT
};

static const char *const secure_lock_names[] = { "m0", "m1" };
static const char *const condition_names[] = { "v0" };
static const char *const notification_names[] = { "n0", "n1" };
static const char *const command_names[] = { "c0", "c1", "c2" };
static const char *const client_names[] = { "x", "y", "z" };
static const char *const context_names[] = { "k0", "k1" };
static const char *const fault_names[] = { "f0", "f1" };

static bool has(const struct draft *draft, enum mechanism mechanism)
{
	return draft->mechanisms >> mechanism & 1;
}

/* ---------------------------------------- the tables ------------------------------------------ */

static void choose(struct draft *draft)
{
	uint32_t count = between(draft->prng, 1, 3);

	while (count-- > 0)
		draft->mechanisms |= 1u << prng_below(draft->prng, MECHANISM_COUNT);
	if (has(draft, CONDITIONS))
		draft->mechanisms |= 1u << SECURE_LOCKS;
	/* A signal reaches most where somebody waits for tee-supplicant. */
	if (has(draft, SIGNALS) && chance(draft->prng, 50))
		draft->mechanisms |= 1u << SUPPLICANT;
	/* There are eleven kinds of them. */
	if (chance(draft->prng, 15))
		draft->mechanisms |= 1u << FAULTS;
	/* Without faults there is always memory for a page. */
	if (has(draft, ARGUMENTS) && chance(draft->prng, 50))
		draft->mechanisms |= 1u << FAULTS;
	/* A set-up of a channel is where most kinds of fault meet. */
	if (has(draft, FAULTS) && chance(draft->prng, 30))
		draft->mechanisms |= 1u << CHANNELS;
}

static const struct teeq_step load_steps[] = { TEEQ_RPC("r0") };

/* Channels open sessions in no TA, and what asks for r0 cannot be asked for by it. */
static void make_tas(struct draft *draft)
{
	struct teeq_scenario *scenario = &draft->g->scenario;
	struct teeq_ta_spec *tas = draft->g->tas;

	tas[0] = (struct teeq_ta_spec){ .name = "t0" };
	tas[0].single_instance = chance(draft->prng, 60);
	tas[1] = (struct teeq_ta_spec){ .name = "t1" };
	tas[1].single_instance = chance(draft->prng, 60);
	for (unsigned int i = 0; i < 2; i++) {
		if (has(draft, CHANNELS) || !tas[i].single_instance)
			continue;
		tas[i].load = load_steps;
		tas[i].load_count = 1;
		tas[i].keep_alive = has(draft, FAULTS);
		draft->g->states *= 2;
	}
	scenario->tas = draft->g->tas;
	scenario->ta_count = 2;
}

bool mechanism_loads(const struct draft *draft)
{
	const struct teeq_ta_spec *tas = draft->g->tas;

	return has(draft, TAS) && tas[0].load_count + tas[1].load_count > 0;
}

static void make_secure(struct draft *draft)
{
	struct teeq_scenario *scenario = &draft->g->scenario;

	if (has(draft, SECURE_LOCKS)) {
		scenario->secure_locks = secure_lock_names;
		scenario->secure_lock_count = chance(draft->prng, 75) ? 1 : 2;
		/* Two readers and a writer need as many. */
		if (chance(draft->prng, 50))
			scenario->thread_count = 3;
	}
	if (has(draft, CONDITIONS)) {
		scenario->conditions = condition_names;
		scenario->condition_count = 1;
	}
	if (has(draft, TAS))
		make_tas(draft);
	if (has(draft, CPUS))
		scenario->cpu_count = between(draft->prng, 1, 2);
	/* Only without it the driver has anything to do with the cache of shared memory. */
	scenario->lacks_rpc_arg = chance(draft->prng, has(draft, SHM_CACHE) ? 75 : 12);
	if (has(draft, NOTIFICATIONS) || has(draft, ASYNC)) {
		scenario->notifications = notification_names;
		scenario->notification_count = between(draft->prng, 1, 2);
	}
	if (has(draft, ASYNC) && chance(draft->prng, 75))
		scenario->bottom_half = command_names[prng_below(draft->prng, 2)];
}

static enum teeq_fault_kind any_fault(struct draft *draft)
{
	static const enum teeq_fault_kind of_set_up[] = {
		TEEQ_FAULT_NO_MEMORY, TEEQ_FAULT_RESERVE_REFUSED, TEEQ_FAULT_OPEN_FAILS,
		TEEQ_FAULT_CALL_FAILS, TEEQ_FAULT_UNRESERVE_FAILS, TEEQ_FAULT_UNRESERVE_FAILS,
	};

	if (has(draft, ARGUMENTS) && chance(draft->prng, 70))
		return TEEQ_FAULT_NO_MEMORY;
	if (has(draft, CHANNELS) && chance(draft->prng, 80))
		return of_set_up[prng_below(draft->prng, 6)];
	/* Who waits, and who works, is whom these reach. */
	if ((has(draft, SECURE_LOCKS) || has(draft, TIME)) && chance(draft->prng, 50))
		return chance(draft->prng, 30) ? TEEQ_FAULT_NOTIF_WAIT_FAILS :
		       chance(draft->prng, 50) ? TEEQ_FAULT_RESUME_REFUSED : TEEQ_FAULT_INTERRUPT;
	return (enum teeq_fault_kind)prng_below(draft->prng, TEEQ_FAULT_KIND_COUNT);
}

static void make_faults(struct draft *draft)
{
	struct teeq_scenario *scenario = &draft->g->scenario;

	scenario->faults = draft->g->faults;
	scenario->fault_count = chance(draft->prng, 80) ? 1 : 2;
	for (size_t i = 0; i < scenario->fault_count; i++) {
		struct teeq_fault_spec *spec = &draft->g->faults[i];

		spec->name = fault_names[i];
		spec->kind = any_fault(draft);
		spec->client = spec->kind == TEEQ_FAULT_CLIENT_KILLED ? client_names[0] : NULL;
		spec->times = chance(draft->prng, 75) ? 1 : chance(draft->prng, 50) ? 2 :
									 TEEQ_FAULT_ALWAYS;
		draft->g->states *= 2;
		/* Only where something can be reserved there is something to be returned. */
		if (spec->kind == TEEQ_FAULT_UNRESERVE_FAILS && scenario->thread_count == 1)
			scenario->thread_count = 2;
	}
}

/* What needs sessions has one at least. */
static void make_driver(struct draft *draft)
{
	struct generated *g = draft->g;
	struct teeq_scenario *scenario = &g->scenario;

	if (scenario->session_count == 0) {
		g->sessions[0] = (struct teeq_session_spec){ .name = "s0",
							     .system = chance(draft->prng, 50) };
		scenario->session_count = 1;
	}
	if (has(draft, CONTEXTS)) {
		g->contexts[0] = (struct teeq_context_spec){ context_names[0] };
		g->contexts[1] = (struct teeq_context_spec){ context_names[1] };
		scenario->contexts = g->contexts;
		scenario->context_count = 2;
		for (size_t i = 0; i < scenario->session_count; i++)
			if (chance(draft->prng, 75))
				g->sessions[i].context = context_names[prng_below(draft->prng, 2)];
	}
	if (has(draft, CHANNELS)) {
		g->channels[0] = (struct teeq_channel_spec){
			.name = "h0", .session = "s0",
			.config = chance(draft->prng, 70) ? "c0" : NULL,
			.static_memory = chance(draft->prng, 25),
		};
		g->sessions[0].system = false;
		scenario->channels = g->channels;
		scenario->channel_count = 1;
	}
	if (has(draft, DEVICES)) {
		g->devices[0] = (struct teeq_device_spec){
			"d0", chance(draft->prng, 60) ? "s0" : NULL, &command_names[0],
			between(draft->prng, 0, 1), &command_names[0], between(draft->prng, 0, 1)
		};
		scenario->devices = g->devices;
		scenario->device_count = 1;
	}
}

void mechanism_tables(struct draft *draft)
{
	struct teeq_scenario *scenario = &draft->g->scenario;

	choose(draft);
	make_secure(draft);
	if (has(draft, CONTEXTS) || has(draft, CHANNELS) || has(draft, DEVICES) ||
	    has(draft, ARGUMENTS))
		make_driver(draft);
	if (has(draft, SUPPLICANT)) {
		scenario->supplicant_threads = between(draft->prng, 0, 2);
		scenario->supplicant_wait =
			(enum teeq_supplicant_wait)between(draft->prng, 0, 2);
		draft->g->states *= 1 + scenario->supplicant_threads;
	}
	if (has(draft, ASYNC))
		draft->g->states *= 2;
	/* So few slots that there is seldom one left. */
	if (has(draft, ARGUMENTS)) {
		scenario->argument_slots = between(draft->prng, 1, 2);
		scenario->argument_full = (enum teeq_argument_full)prng_below(
			draft->prng, TEEQ_ARGUMENT_FULL_COUNT);
		draft->g->states *= 3;
	}
	if (has(draft, FAULTS))
		make_faults(draft);
}

void mechanism_command(struct draft *draft, unsigned int command)
{
	struct teeq_script_spec *spec = &draft->g->commands[command];

	if (has(draft, TAS) && command > 0 && chance(draft->prng, 70))
		spec->ta = draft->g->tas[prng_below(draft->prng, 2)].name;
}

void mechanism_service(struct draft *draft, unsigned int service)
{
	struct teeq_service_spec *spec = &draft->g->services[service];

	if (has(draft, SUPPLICANT) && chance(draft->prng, 70))
		spec->by = TEEQ_SERVED_BY_SUPPLICANT;
	if (has(draft, FAULTS) && draft->g->faults[0].kind == TEEQ_FAULT_NO_MEMORY)
		spec->kind = TEEQ_RPC_KIND_SHM_ALLOC; /* where it strikes */
	else if (chance(draft->prng, 35))
		spec->kind = (enum teeq_rpc_kind)prng_below(draft->prng, TEEQ_RPC_KIND_COUNT);
}

void mechanism_client(struct draft *draft, unsigned int client)
{
	struct teeq_client_spec *spec = &draft->g->clients[client];

	if (has(draft, CONTEXTS) && chance(draft->prng, 75))
		spec->context = context_names[prng_below(draft->prng, 2)];
	spec->supplicant_nowait = has(draft, SUPPLICANT) && chance(draft->prng, 30);
}

/* --------------------------------------- the secure world ------------------------------------- */

static const char *any_notification(struct draft *draft)
{
	return notification_names[prng_below(draft->prng,
					     (uint32_t)draft->g->scenario.notification_count)];
}

static const char *any_secure_lock(struct draft *draft)
{
	return secure_lock_names[prng_below(draft->prng,
					    (uint32_t)draft->g->scenario.secure_lock_count)];
}

/* With the lock held: nothing; an RPC or work, so that others come in between; or another command. */
static void add_inside(struct draft *draft, unsigned int command)
{
	if (chance(draft->prng, 40))
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_INTERRUPT });
	else if (command > 1 && chance(draft->prng, 50))
		add(draft, (struct teeq_step)TEEQ_RPC("r0"));
	else if (chance(draft->prng, 30))
		add(draft, (struct teeq_step)TEEQ_TICKS(TEEQ_STEP_WORK, 2));
}

/* Now and then a lock is still held when the command ends, or unlocked though it is not. */
static void add_one_locked(struct draft *draft, unsigned int command, const char *lock, bool read)
{
	if (!draft->mistakes || !chance(draft->prng, 5))
		add(draft, (struct teeq_step)TEEQ_STEP_OF(read ? TEEQ_STEP_READ_LOCK :
								 TEEQ_STEP_LOCK, lock));
	add_inside(draft, command);
	if (!chance(draft->prng, 8))
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_UNLOCK, lock));
}

/* Often both ways, so that readers meet writers. */
static void add_secure_locked(struct draft *draft, unsigned int command)
{
	const char *lock = any_secure_lock(draft);
	bool read = chance(draft->prng, 50);

	add_one_locked(draft, command, lock, read);
	if (chance(draft->prng, 40))
		add_one_locked(draft, command, lock, !read);
}

/* It belongs to one lock, held for reading now and then; who signals may hold another one, or none. */
static void add_condition(struct draft *draft)
{
	const char *own = secure_lock_names[0], *lock = any_secure_lock(draft);
	enum teeq_step_kind take = chance(draft->prng, 35) ? TEEQ_STEP_READ_LOCK : TEEQ_STEP_LOCK;

	switch (prng_below(draft->prng, 3)) {
	case 0:
		add(draft, (struct teeq_step)TEEQ_STEP_OF(take, own));
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_COND_WAIT, .name = "v0",
					       .session = own,
					       .times = chance(draft->prng, 25) ? 2 : 0 });
		add(draft, (struct teeq_step)TEEQ_UNLOCK(own));
		break;
	case 1:
		add(draft, (struct teeq_step)TEEQ_LOCK(lock));
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_COND_SIGNAL, "v0"));
		add(draft, (struct teeq_step)TEEQ_UNLOCK(lock));
		break;
	default:
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_COND_BROADCAST, "v0"));
		break;
	}
}

static void add_notification(struct draft *draft)
{
	struct teeq_step wait = TEEQ_STEP_OF(TEEQ_STEP_WAIT, any_notification(draft));

	if (chance(draft->prng, 35)) {
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_NOTIFY, wait.name));
		return;
	}
	wait.times = chance(draft->prng, 40) ? between(draft->prng, 1, 3) : 0;
	add(draft, wait);
}

/* The interrupt of asynchronous notifications, from either world. */
static void add_async(struct draft *draft)
{
	bool half = chance(draft->prng, 50);

	add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_ASYNC,
						  half ? NULL : any_notification(draft)));
}

static void add_secure_time(struct draft *draft)
{
	enum teeq_step_kind kind = chance(draft->prng, 50) ? TEEQ_STEP_SUSPEND : TEEQ_STEP_WORK;

	add(draft, (struct teeq_step)TEEQ_TICKS(kind, between(draft->prng, 1, 3)));
}

void mechanism_secure_phrase(struct draft *draft, unsigned int command)
{
	enum mechanism mechanism = (enum mechanism)prng_below(draft->prng, MECHANISM_COUNT);

	/* A signal that nobody waits for shows little. */
	if (has(draft, CONDITIONS) && chance(draft->prng, 60))
		mechanism = CONDITIONS;
	/* The first from there on that there is, so that one of them is likely. */
	for (unsigned int i = 0; i < MECHANISM_COUNT && !has(draft, mechanism); i++)
		mechanism = (enum mechanism)((mechanism + 1) % MECHANISM_COUNT);
	if (mechanism == SECURE_LOCKS)
		add_secure_locked(draft, command);
	else if (mechanism == CONDITIONS)
		add_condition(draft);
	else if (mechanism == NOTIFICATIONS)
		add_notification(draft);
	else if (mechanism == ASYNC)
		add_async(draft);
	else if (mechanism == TIME)
		add_secure_time(draft);
	else if (mechanism == INTERRUPTS)
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_INTERRUPT });
	else if ((mechanism == INVOKES || mechanism == TAS) && command > 0)
		add(draft, (struct teeq_step)TEEQ_STEP_OF(
				   chance(draft->prng, 50) ? TEEQ_STEP_INVOKE : TEEQ_STEP_OPEN,
				   command_names[has(draft, TAS) && chance(draft->prng, 60) ?
							 command - 1 :
							 prng_below(draft->prng, command)]));
}

/* --------------------------------------- the normal world ------------------------------------- */

/* A client, or tee-supplicant. Services are made before there are clients. */
static const char *any_target(struct draft *draft)
{
	uint32_t count = (uint32_t)draft->g->scenario.client_count;

	if (count == 0 || (has(draft, SUPPLICANT) && chance(draft->prng, 50)))
		return TEEQ_SUPPLICANT_NAME;
	return client_names[prng_below(draft->prng, count)];
}

static void add_signal(struct draft *draft)
{
	const char *target = any_target(draft);

	switch (prng_below(draft->prng, 4)) {
	case 0:
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_FREEZE, target));
		if (chance(draft->prng, 80))
			add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_THAW, target));
		break;
	case 1:
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_START, TEEQ_SUPPLICANT_NAME));
		break;
	default:
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_KILL, target));
		break;
	}
}

static void add_time(struct draft *draft)
{
	if (draft->g->scenario.session_count > 0 && chance(draft->prng, 60)) {
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_CANCEL,
					       .session = draft_session(draft) });
		draft->cost++;
	} else {
		add(draft, (struct teeq_step)TEEQ_TICKS(TEEQ_STEP_SLEEP,
							between(draft->prng, 1, 3)));
	}
}

static void add_pair(struct draft *draft, enum teeq_step_kind on, enum teeq_step_kind off,
		     const char *name, unsigned int cost)
{
	uint32_t which = prng_below(draft->prng, 10);

	if (which > 0)
		add(draft, (struct teeq_step)TEEQ_STEP_OF(on, name));
	if (which < 7)
		add(draft, (struct teeq_step)TEEQ_STEP_OF(off, name));
	/* A repeat of nothing but a teardown would be refused. */
	if (which > 0)
		draft->cost += cost;
}

/* Set up and freed; or in use, or a call besides that registers memory as well. */
static void add_channel(struct draft *draft)
{
	uint32_t which = prng_below(draft->prng, 8);

	if (which > 1) {
		add_pair(draft, TEEQ_STEP_SETUP, TEEQ_STEP_TEARDOWN, "h0", 3);
		return;
	}
	if (which == 1)
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_MESSAGE, .session = "h0" });
	else
		add(draft, (struct teeq_step){ .kind = TEEQ_STEP_CALL, .session = "s0",
					       .times = 1 });
	draft->cost += 3 - 2 * which;
}

static void add_shm_cache(struct draft *draft)
{
	uint32_t what = prng_below(draft->prng, 3);

	if (!draft->g->scenario.lacks_rpc_arg)
		what = TEEQ_SHM_CACHE_PROBE;
	add(draft, (struct teeq_step)TEEQ_TICKS(TEEQ_STEP_SHM_CACHE, what));
	draft->cost++;
}

/* What it had reserved is not counted out where it gets no memory. */
static void add_close(struct draft *draft)
{
	add(draft, (struct teeq_step)TEEQ_CLOSE(draft_session(draft)));
	draft->cost++;
}

static void add_closed_context(struct draft *draft)
{
	add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_CLOSE_CONTEXT,
						  context_names[prng_below(draft->prng, 2)]));
	draft->g->states *= 1.5; /* not a cost: a repeat of it alone would be refused */
}

bool mechanism_phrase(struct draft *draft)
{
	enum mechanism mechanism = (enum mechanism)prng_below(draft->prng, MECHANISM_COUNT);

	for (unsigned int i = 0; i < MECHANISM_COUNT && !has(draft, mechanism); i++)
		mechanism = (enum mechanism)((mechanism + 1) % MECHANISM_COUNT);
	if (mechanism == NOTIFICATIONS)
		add(draft, (struct teeq_step)TEEQ_STEP_OF(TEEQ_STEP_NOTIFY,
							  any_notification(draft)));
	else if (mechanism == ASYNC)
		add_async(draft);
	else if (mechanism == SIGNALS || mechanism == SUPPLICANT)
		add_signal(draft);
	else if (mechanism == TIME)
		add_time(draft);
	else if (mechanism == CONTEXTS)
		add_closed_context(draft);
	else if (mechanism == CHANNELS)
		add_channel(draft);
	else if (mechanism == DEVICES)
		add_pair(draft, TEEQ_STEP_POWER_ON, TEEQ_STEP_POWER_OFF, "d0", 2);
	else if (mechanism == ARGUMENTS)
		add_close(draft);
	else if (mechanism == SHM_CACHE && draft->g->scenario.abi == TEEQ_ABI_SMC)
		add_shm_cache(draft);
	else
		return false;
	return true;
}
