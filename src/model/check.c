/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

/*
 * teeq_world_check(): what a policy or a scenario may break, looked for after every step in every
 * build. What only a bug can break is in invariants.c. Models that have none of the mechanisms
 * which are looked for here beside the queue, the pool and the sessions are plain (@plain).
 */

/* What the calls in progress hold. */
struct holdings {
	uint64_t contexts;
	uint64_t sum; /* of their bits: more than @contexts where one has two owners */
	int reservations; /* reservations still to be returned by those that closed a session */
};

_Static_assert(TEEQ_CONTEXT_MAX <= 32, "a sum of their bits, one for each call, does not overflow");

static inline struct holdings count_holdings(const struct teeq_model *m, const struct teeq_world *w)
{
	struct holdings held = { .contexts = 0 };

	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			unsigned int context = task->levels[level].call.context;

			held.reservations += task->levels[level].reservations;
			if (context == TEEQ_NO_CONTEXT)
				continue;
			held.contexts |= UINT64_C(1) << context;
			held.sum += UINT64_C(1) << context;
		}
	}
	return held;
}

static inline uint64_t used_in(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int number)
{
	const struct pool *pool = world_pool(m, w, number);
	uint64_t used = 0;

	for (unsigned int i = 0; i < pool->context_count; i++)
		used |= (uint64_t)(pool->context[i] != CONTEXT_FREE) << i;
	return used << m->pool_first[number];
}

/* Each context that runs or waits belongs to exactly one call, but for the lost ones. */
static const char *check_contexts(const struct teeq_model *m, const struct teeq_world *w,
				  const struct holdings *held)
{
	uint64_t used = 0;

	for (unsigned int pool = 0; pool < m->pool_count; pool++)
		used |= used_in(m, w, pool);
	if (held->sum != held->contexts)
		return "a thread context has two owners";
	if (held->contexts & ~used)
		return "a free thread context has an owner";
	if (used == held->contexts && w->lost_count == 0)
		return NULL;
	return __builtin_popcountll(used & ~held->contexts) == w->lost_count ?
		       NULL :
		       "a thread context in use has no owner";
}

/* ------------------------------------------ credits ------------------------------------------- */

/* Who is admitted holds a credit, and nobody else does, where the policy says so. */
static inline const char *check_admitted(const struct teeq_model *m, const struct teeq_world *w,
					 unsigned int guest)
{
	const struct teeq_callq *q = world_callq(m, w, guest);

	if (!m->policy->counts_every_call || q->total_count == 0)
		return NULL;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		uint16_t id = q->waiters[i].id;
		const struct task *task = world_task(m, w, id_task(id));
		bool admitted = task->levels[id_level(id)].call.state >= CALL_SMC;

		if (admitted != (q->waiters[i].credit == TEEQ_CREDIT_THREAD))
			return "a caller is admitted without a credit, or holds one unadmitted";
	}
	return q->free_count < 0 ? "more credits were taken than there are" : NULL;
}

/* ---------------------------------------- reservations ---------------------------------------- */

/*
 * On their way to the count of a TEE context: up after a reserve; and these, after a release, down.
 */
static int releasing_reservations(const struct teeq_model *m, const struct teeq_world *w)
{
	int reservations = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++)
			if (m->code[task->levels[level].pc].op == OP_RELEASE)
				reservations += task->levels[level].reservations;
	}
	return reservations;
}

static bool has_endless(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->session_count; i++)
		if ((m->late_counts >> i & 1) &&
		    world_sessions(m, w)[i].reservations == SESSION_RESERVATIONS_ENDLESS)
			return true;
	return false;
}

/*
 * What is to be added to the reservations of levels and sessions, to come to the reservations that
 * there are, where a model is not plain.
 */
static int more_reservations(const struct teeq_model *m, const struct teeq_world *w)
{
	int reservations = 0;

	/*
	 * A thread of tee-supplicant has its client's
	 * number there, at its first level: task_client().
	 */
	for (unsigned int i = 0; (m->uses & USES_SUPPLICANT) && i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT)
			reservations -= *task_client(world_task(m, w, i));
	for (unsigned int guest = 0; m->argument_slots > 0 && guest < m->guest_count; guest++)
		reservations += world_arguments(m, w, guest)->leaked;
	if (!m->late_counts)
		return reservations;
	/* A count that went below zero, and wrapped, counts as one less than none. */
	for (unsigned int i = 0; i < m->session_count; i++)
		if ((m->late_counts >> i & 1) &&
		    world_sessions(m, w)[i].reservations == SESSION_RESERVATIONS_WRAPPED)
			reservations -= SESSION_RESERVATIONS_WRAPPED + 1;
	return reservations - 2 * releasing_reservations(m, w);
}

/*
 * Of one guest: what its sessions hold, its calls have still to return, and was never counted out.
 */
static unsigned int guest_reservations(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int guest)
{
	unsigned int reservations = m->argument_slots > 0 ? world_arguments(m, w, guest)->leaked :
							    0u;

	for (unsigned int i = 0; i < m->session_count; i++)
		if (m->session_guest[i] == guest)
			reservations += world_sessions(m, w)[i].reservations;
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);
		unsigned int first = m->tasks[i].kind == TEEQ_TASK_SUPPLICANT;

		for (unsigned int level = first; level <= task->top; level++)
			if (m->tasks[i].guest == guest)
				reservations += task->levels[level].reservations;
	}
	return reservations;
}

static bool guests_count_as_held(const struct teeq_model *m, const struct teeq_world *w)
{
	bool good = true;

	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		good &= guest_reservations(m, w, guest) ==
			world_callq(m, w, guest)->system_session_count;
	return good;
}

/* With v4 the secure world counts them. */
static const char *check_set_aside(const struct teeq_model *m, const struct teeq_world *w,
				   int reservations)
{
	int reserved = 0;

	for (unsigned int pool = 0; pool < m->pool_count; pool++)
		reserved += world_pool(m, w, pool)->reserved_count;
	/* Releases at once may ask the secure world for more than there is left to take back. */
	if (m->late_counts && (reservations < reserved || has_endless(m, w)))
		return NULL;
	return reservations == reserved ? NULL :
				   "threads are set aside for nobody, or for more than hold them";
}

/*
 * What is counted of reservations, by the queue or by the secure world, is what sessions hold, and
 * calls that closed one have still to return.
 */
static inline const char *check_reservations(const struct teeq_model *m, const struct teeq_world *w,
					     const struct holdings *held)
{
	bool in_pool = model_secure_side(m) == TEEQ_SECURE_COUNTED, good;
	int reservations = held->reservations;

	if (!in_pool && !(m->policy->set_aside && m->policy->unreserve))
		return NULL;
	for (unsigned int i = 0; i < m->session_count; i++)
		reservations += world_sessions(m, w)[i].reservations;
	if (!m->plain)
		reservations += more_reservations(m, w);
	if (in_pool)
		return check_set_aside(m, w, reservations);
	good = m->guest_count > 1 ? guests_count_as_held(m, w) :
				    reservations == world_callq(m, w, 0)->system_session_count;
	return good ? NULL : "a system session is counted that is none, or one is not";
}

/* -------------------------------------- what few models have ---------------------------------- */

/*
 * Who waits for a lock of the secure world does so in a context that is in use; who is woken so
 * that it may go on is still there.
 */
static const char *check_secure_locks(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		const struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count && lock->waits[j].context; j++) {
			const struct secure_wait *wait = &lock->waits[j];
			unsigned int strayed = wait->flags >> WAIT_STRAYED_SHIFT;

			if (*world_context(m, w, wait->context - 1u) == CONTEXT_FREE)
				return "a free thread context waits for a lock";
			if (strayed && (strayed > m->guest_count || !(wait->flags & WAIT_DONE)))
				return "a wake went astray that nobody sent";
		}
	}
	for (unsigned int i = model_first_load_lock(m);
	     m->tas_to_load && i < model_first_session_lock(m); i++)
		if (world_secure_lock(m, w, i)->holders &&
		    world_loaded(m, w)[i - model_first_load_lock(m)])
			return "a TA is being loaded that is there";
	/*
	 * What one guest sends may stray: it is remembered by a driver where nobody waits for it.
	 */
	if (m->guest_count > 1)
		return NULL;
	for (unsigned int i = 0; !m->stale_keys && i < m->thread_count; i++)
		if (*world_context(m, w, i) == CONTEXT_FREE &&
		    world_keys(m, w, 0)[model_context_key(m, i)].flags)
			return "a free thread context is woken";
	return NULL;
}

/*
 * Memory of tee-supplicant is referred to from contexts
 * in use, and from none once its device is closed.
 */
static const char *check_memory(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		bool absent = *world_supplicant(m, w, guest) == SUPPLICANT_ABSENT;

		for (unsigned int i = 0; i < m->thread_count; i++)
			if (world_memory(m, w, guest)[i] > 0 &&
			    (absent || *world_context(m, w, i) == CONTEXT_FREE))
				return "memory of tee-supplicant is held by a thread that is free, or "
				       "by any while its device is closed";
	}
	return NULL;
}

/*
 * Guests: the queues of all but the first, and the pools behind the first; that none has more calls
 * in there than it may, nor any in another one's threads.
 */
static const char *check_guests(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	for (unsigned int pool = 1; pool < m->pool_count && !broken; pool++)
		broken = pool_check(world_pool(m, w, pool));
	for (unsigned int i = 0; m->pool_count > 1 && i < m->task_count && !broken; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			unsigned int context = task->levels[level].call.context;

			if (context != TEEQ_NO_CONTEXT &&
			    model_pool_of(m, context) != m->guest_pool[m->tasks[i].guest])
				broken = "a call is in a thread of another guest";
		}
	}
	for (unsigned int guest = 0; guest < m->guest_count && !broken; guest++)
		if (m->guest_call_limit[guest] > 0 &&
		    guest_calls(m, w, guest) > m->guest_call_limit[guest])
			broken = "a guest has more calls in the secure world than it may";
	return broken;
}

/* Of a model that is not plain. */
static const char *check_mechanisms(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	if (m->has_guests)
		broken = check_guests(m, w);
	if (!broken && m->secure_lock_count > 0)
		broken = check_secure_locks(m, w);
	if (!broken && m->secure_lock_count > 0)
		broken = hold_check(m, w);
	if (!broken && m->argument_slots > 0)
		broken = arguments_check(m, w);
	if (!broken && m->keeps_memory)
		broken = check_memory(m, w);
	return broken;
}

/* ------------------------------------------- all ---------------------------------------------- */

static const char *const violations[] = {
	[VIOLATION_UNLOCK] = "a task unlocked a mutex that it does not hold",
	[VIOLATION_SECURE_UNLOCK] = "a secure thread unlocked a mutex that nobody holds",
	[VIOLATION_READERS] = "a mutex of the secure world has more readers than can be counted",
	[VIOLATION_PANIC] =
		"the secure world panicked: a TA that is busy was invoked with the lock of "
		"single-instance TAs held",
	[VIOLATION_UNUSE] = "a device has less than no user, or more than can be counted",
};

const char *teeq_world_check(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;
	struct holdings held;

	if (!m || !w)
		return NULL;
	if (w->violation)
		return violations[w->violation];
	for (unsigned int guest = 0; guest < m->guest_count && !broken; guest++) {
		broken = callq_check(world_callq(m, w, guest), m->policy);
		if (!broken)
			broken = check_admitted(m, w, guest);
	}
	if (!broken)
		broken = pool_check(world_pool(m, w, 0));
	if (!broken && !m->plain)
		broken = check_mechanisms(m, w);
	if (broken)
		return broken;
	held = count_holdings(m, w);
	broken = check_reservations(m, w, &held);
	return broken ? broken : check_contexts(m, w, &held);
}
