/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

#include <stdlib.h>
#include <string.h>

enum teeq_secure_side model_secure_side(const struct teeq_model *m)
{
	return m->abi == TEEQ_ABI_FFA ? TEEQ_SECURE_PLAIN : m->policy->secure;
}

/* ----------------------------------------- enabled -------------------------------------------- */

/* The tasks whose topmost call is in the queue of @guest with its completion done. */
static inline uint64_t woken_in(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	const struct teeq_callq *q = world_callq(m, w, guest);
	uint64_t woken = 0;

	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];
		unsigned int task = id_task(waiter->id);

		if ((waiter->flags & TEEQ_WAITER_DONE) &&
		    world_task(m, w, task)->top == id_level(waiter->id))
			woken |= task_bit(task);
	}
	return woken;
}

static uint64_t woken_tasks(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t woken = woken_in(m, w, 0);

	for (unsigned int guest = 1; guest < m->guest_count; guest++)
		woken |= woken_in(m, w, guest);
	return woken;
}

bool world_is_asked(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest,
		    const struct instruction *at)
{
	if (at->op == OP_RECEIVE)
		return *world_supplicant(m, w, guest) == SUPPLICANT_RUNS &&
		       world_requests(m, w, guest)->count > 0;
	return at->op == OP_IRQ ? async_pending(m, w, guest) : async_told(m, w, guest);
}

/* Instructions that wait for what surrounds the calls. */
static bool is_open_outside(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int index, const struct instruction *at)
{
	unsigned int guest = m->tasks[index].guest;

	switch (at->op) {
	case OP_RECEIVE:
	case OP_IRQ:
	case OP_BOTTOM_HALF:
		return world_is_asked(m, w, guest, at);
	case OP_START_SUPPLICANT:
		return supplicant_can_start(m, w, guest);
	case OP_FREEZE:
		return at->flags == 0 || client_is_frozen(m, w, at->object, guest);
	default:
		return true;
	}
}

/* Whether the instruction a task stands at can be executed now: asked of every task at every step. */
static bool is_open(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    const struct task *task, const struct instruction *at)
{
	if (at->op == OP_END)
		return false;
	if (at->op == OP_LOCK)
		return world_locks(m, w)[at->object] == 0;
	if (at->op == OP_AWAIT || at->op == OP_POLL)
		return w->events >> at->object & 1;
	if (at->op == OP_BARRIER)
		return task->flags & TASK_RELEASED;
	return is_open_outside(m, w, index, at);
}

/*
 * Of a task that does not sleep in the call queue: calls and scripts, and nobody who is killed, frozen or
 * failing.
 */
__attribute__((always_inline)) static inline bool
can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
	 const struct task *task, const struct level *top)
{
	if (top->call.state == CALL_IDLE)
		return is_open(m, w, index, task, &m->code[top->pc]);
	if (top->call.state == CALL_RPC)
		return rpc_can_move(m, w, index);
	if (top->call.state <= CALL_FREE_ARG)
		return arguments_can_move(m, w, index);
	/* An interrupted poll is not resumed before its event is signalled: it would look in vain again. */
	return top->call.state != CALL_RESUME || !(top->call.flags & CALL_INTERRUPTED) ||
	       world_polled(m, w, index) == MODEL_NONE;
}

/* Killed and frozen tasks. */
static uint64_t apply_signals(const struct teeq_model *m, const struct teeq_world *w,
			      uint64_t enabled)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		if (m->tasks[i].stage > w->stage)
			continue;
		if (task->flags & TASK_FROZEN)
			enabled &= ~task_bit(i);
		else if (task_can_exit(m, w, i))
			enabled |= task_bit(i);
	}
	return enabled;
}

/*
 * A fault may strike while anything else can move: a deadlock is one without its help. Where nobody is in
 * the normal world, an interrupt is all that can happen.
 */
static uint64_t world_add_faults(const struct teeq_model *m, const struct teeq_world *w,
				 uint64_t enabled)
{
	bool busy = cpus_are_busy(m, w);
	uint64_t faults = 0;

	for (unsigned int i = 0; enabled && i < m->fault_count; i++)
		if ((!busy || m->faults[i].kind == TEEQ_FAULT_INTERRUPT) &&
		    fault_can_strike(m, w, i))
			faults |= task_bit(m->first_fault + i);
	return enabled | faults;
}

uint64_t world_can_move(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t sleeping = 0, enabled = 0;

	for (unsigned int i = 0; i < m->first_fault; i++) {
		struct task *task = world_task(m, w, i);
		const struct level *top = task_top(task);

		if (m->tasks[i].stage > w->stage)
			continue;
		if (call_sleeps(&top->call))
			sleeping |= task_bit(i);
		else if (can_move(m, w, i, task, top))
			enabled |= task_bit(i);
	}
	if (sleeping)
		enabled |= sleeping & woken_tasks(m, w);
	return m->uses & USES_SIGNALS ? apply_signals(m, w, enabled) : enabled;
}

bool world_task_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct teeq_callq *q = world_callq(m, w, model_guest(m, index));
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	uint16_t id = caller_id(index, task->top);

	if (m->tasks[index].stage > w->stage)
		return false;
	if (!call_sleeps(&top->call))
		return can_move(m, w, index, task, top);
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].id == id)
			return q->waiters[i].flags & TEEQ_WAITER_DONE;
	return false;
}

uint64_t teeq_world_enabled(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;

	/* Nearly always that is all. */
	if (m->cpu_count == 0 && m->fault_count == 0)
		return world_can_move(m, w);

	uint64_t enabled = world_can_move(m, w);

	if (m->cpu_count > 0)
		enabled = cpus_apply(m, w, enabled);
	return m->fault_count > 0 ? world_add_faults(m, w, enabled) : enabled;
}

uint64_t teeq_world_unfinished(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;

	uint64_t unfinished = 0;

	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_action(m, w, i) != TEEQ_ACTION_NONE)
			unfinished |= task_bit(i);
	return unfinished;
}

void world_settle(const struct teeq_model *m, struct teeq_world *w)
{
	while (w->stage < m->last_stage && teeq_world_enabled(m, w) == 0)
		w->stage++;
}

/* --------------------------------------- the beginning ---------------------------------------- */

/* What the driver learns of the secure world when it is probed. */
static unsigned int probe_thread_count(const struct teeq_model *m, struct teeq_world *w)
{
	struct teeq_smc_regs call = { .a = { TEEQ_SMC_GET_THREAD_COUNT } };
	struct teeq_smc_regs ret;

	if (m->abi == TEEQ_ABI_FFA)
		return 0;
	pool_smc(world_guest_pool(m, w, 0), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK ? (unsigned int)ret.a[1] : 0;
}

/* Each has been told of all threads, of as many as its hypervisor says, or of none. */
static void init_guests(const struct teeq_model *m, struct teeq_world *w)
{
	unsigned int threads = probe_thread_count(m, w);

	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		bool runs = m->supplicant_count > 0 && !m->guest_no_supplicant[guest];
		bool told = m->has_guests && m->abi == TEEQ_ABI_SMC;

		callq_init(world_callq(m, w, guest),
			   told ? m->guest_thread_count[guest] : threads);
		*world_supplicant(m, w, guest) = runs ? SUPPLICANT_RUNS : SUPPLICANT_ABSENT;
	}
}

static void init_sessions(struct teeq_model *m, struct teeq_world *w)
{
	struct session *sessions = world_sessions(m, w);

	for (unsigned int i = 0; i < m->session_count; i++) {
		sessions[i].open = m->session_asks[i] || !m->session_opened[i];
		if (m->session_asks[i])
			m->session_answer[i] = (int16_t)world_reserve(m, w, i);
	}
}

static void init_pools(const struct teeq_model *m, struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->pool_count; i++) {
		struct pool *pool = world_pool(m, w, i);

		pool_init(pool, (unsigned int)m->pool_first[i + 1] - m->pool_first[i],
			  model_secure_side(m), m->static_system_count);
		pool->lacks_rpc_arg = m->lacks_rpc_arg;
		if (m->uses & USES_SHM_CACHE)
			pool->cached_count = pool->context_count;
	}
}

void world_init(struct teeq_model *m, struct teeq_world *w)
{
	init_pools(m, w);
	for (unsigned int i = 0; i < m->lost_count; i++)
		pool_lose(world_pool(m, w, 0), i);
	w->lost_count = m->lost_count;
	for (unsigned int i = 0; i < m->fault_count; i++)
		world_faults(m, w)[i].left = m->faults[i].times;
	for (unsigned int i = 0, at = 0; i < m->ta_count; i++)
		if (m->tas_to_load >> i & 1)
			world_loaded(m, w)[at++] = (uint8_t)(m->tas_there >> i & 1 ? LOADED_STAYS : 0);
	if (m->argument_slots > 0)
		arguments_init(m, w);
	init_guests(m, w);
	init_sessions(m, w);
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level < m->level_count; level++)
			task->levels[level].call = CALL_NONE;
		task->levels[0].pc = m->tasks[i].start;
		world_advance(m, w, i);
	}
	w->stage = 1;
	world_settle(m, w);
}

/* ------------------------------------------ public -------------------------------------------- */

struct teeq_world *teeq_world_new(const struct teeq_model *m)
{
	if (!m)
		return NULL;

	/* A copy is quicker from and to whole lines of the cache. */
	struct teeq_world *w = aligned_alloc(64, (m->layout.size + 63u) / 64 * 64);

	if (w)
		teeq_world_reset(m, w);
	return w;
}

void teeq_world_free(struct teeq_world *w)
{
	free(w);
}

void teeq_world_reset(const struct teeq_model *m, struct teeq_world *w)
{
	if (!m || !w)
		return;

	memcpy(w, m->initial, m->layout.size);
}

size_t teeq_world_size(const struct teeq_model *m)
{
	if (!m)
		return 0;
	return m->layout.size;
}

void teeq_world_copy(const struct teeq_model *m, struct teeq_world *to,
		     const struct teeq_world *from)
{
	if (!m || !to || !from)
		return;

	memcpy(to, from, m->layout.size);
}

enum teeq_status teeq_world_step(const struct teeq_model *m, struct teeq_world *w,
				 unsigned int task, struct teeq_event *event)
{
	if (!m || !w || task >= m->task_count)
		return TEEQ_EINPUT;
	if (task >= m->task_count || !(teeq_world_enabled(m, w) & task_bit(task)))
		return TEEQ_EINPUT;
	world_step(m, w, task, event);
	return TEEQ_OK;
}

/* ----------------------------------------- invariants ----------------------------------------- */

/* What the calls in progress hold. */
struct holdings {
	uint64_t contexts;
	int marks;          /* reservations still to be returned by those that closed a session */
	bool twice;         /* a context has two owners */
};

/* On their way to the count of a TEE context: up after a reserve; and these, after a release, down. */
static int releasing_marks(const struct teeq_model *m, const struct teeq_world *w)
{
	int marks = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++)
			if (m->code[task->levels[level].pc].op == OP_RELEASE)
				marks += task->levels[level].marks;
	}
	return marks;
}

static struct holdings count_holdings(const struct teeq_model *m, const struct teeq_world *w)
{
	struct holdings held = { .marks = 0 };

	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			unsigned int context = task->levels[level].call.context;

			held.marks += task->levels[level].marks;
			if (context == TEEQ_NO_CONTEXT)
				continue;
			held.twice |= held.contexts >> context & 1;
			held.contexts |= UINT64_C(1) << context;
		}
	}
	/* A thread of tee-supplicant has its client's number there, at its first level: task_client(). */
	for (unsigned int i = 0; (m->uses & USES_SUPPLICANT) && i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT)
			held.marks -= *task_client(world_task(m, w, i));
	if (m->late_counts)
		held.marks -= 2 * releasing_marks(m, w);
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
	if (held->twice)
		return "a thread context has two owners";
	if (held->contexts & ~used)
		return "a free thread context has an owner";
	if (used == held->contexts && w->lost_count == 0)
		return NULL;
	return __builtin_popcountll(used & ~held->contexts) == w->lost_count ?
		       NULL : "a thread context in use has no owner";
}

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

/*
 * Who waits for a lock of the secure world does so in a context that is in use; who is told that it may
 * go on is still there.
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
	/* What one guest sends may stray: it is remembered by a driver where nobody waits for it. */
	if (m->guest_count > 1)
		return NULL;
	for (unsigned int i = 0; !m->stale_keys && i < m->thread_count; i++)
		if (*world_context(m, w, i) == CONTEXT_FREE &&
		    world_keys(m, w, 0)[model_context_key(m, i)].flags)
			return "a free thread context is told to go on";
	return NULL;
}

static bool has_endless(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->session_count; i++)
		if ((m->late_counts >> i & 1) &&
		    world_sessions(m, w)[i].marks == SESSION_MARKS_ENDLESS)
			return true;
	return false;
}

/* A count that went below zero, and wrapped, counts as one less than none. */
static int session_marks(const struct teeq_model *m, const struct teeq_world *w, unsigned int session)
{
	uint8_t marks = world_sessions(m, w)[session].marks;

	return (m->late_counts >> session & 1) && marks == SESSION_MARKS_WRAPPED ? -1 : marks;
}

/* Of one guest: what its sessions hold, its calls have still to return, and was never counted out. */
static unsigned int guest_marks(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int guest)
{
	unsigned int marks = m->argument_slots > 0 ? world_arguments(m, w, guest)->leaked : 0u;

	for (unsigned int i = 0; i < m->session_count; i++)
		if (m->session_guest[i] == guest)
			marks += world_sessions(m, w)[i].marks;
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);
		unsigned int first = m->tasks[i].kind == TEEQ_TASK_SUPPLICANT;

		for (unsigned int level = first; level <= task->top; level++)
			if (m->tasks[i].guest == guest)
				marks += task->levels[level].marks;
	}
	return marks;
}

static bool guests_count_as_held(const struct teeq_model *m, const struct teeq_world *w)
{
	bool good = true;

	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		good &= guest_marks(m, w, guest) == world_callq(m, w, guest)->system_session_count;
	return good;
}

/*
 * What is counted of reservations, by the queue or by the secure world, is what sessions hold, and calls
 * that closed one have still to return.
 */
static const char *check_reservations(const struct teeq_model *m, const struct teeq_world *w,
				      const struct holdings *held)
{
	bool in_pool = model_secure_side(m) == TEEQ_SECURE_COUNTED, good;
	unsigned int reserved = 0;
	int marks = held->marks;

	if (!in_pool && !(m->policy->set_aside && m->policy->unreserve))
		return NULL;
	for (unsigned int i = 0; i < m->session_count; i++)
		marks += session_marks(m, w, i);
	for (unsigned int guest = 0; m->argument_slots > 0 && guest < m->guest_count; guest++)
		marks += world_arguments(m, w, guest)->leaked;
	for (unsigned int pool = 0; in_pool && pool < m->pool_count; pool++)
		reserved += world_pool(m, w, pool)->reserved_count;
	/* Releases at once may ask the secure world for more than there is left to take back. */
	if (m->late_counts && (marks < (int)reserved || has_endless(m, w)))
		return NULL;
	if (in_pool)
		return marks == (int)reserved ?
			       NULL : "threads are set aside for nobody, or for more than hold them";
	good = m->guest_count > 1 ? guests_count_as_held(m, w) :
				    marks == world_callq(m, w, 0)->system_session_count;
	return good ? NULL : "a system session is counted that is none, or one is not";
}

static inline const char *check_queue(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int guest)
{
	const char *broken = callq_check(world_callq(m, w, guest), m->policy);

	return broken ? broken : check_admitted(m, w, guest);
}

/* The queues of all guests but the first; and that none has more calls in there than it may. */
static const char *check_guests(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	for (unsigned int guest = 1; guest < m->guest_count && !broken; guest++)
		broken = check_queue(m, w, guest);
	for (unsigned int guest = 0; guest < m->guest_count && !broken; guest++)
		if (m->guest_call_limit[guest] > 0 &&
		    guest_calls(m, w, guest) > m->guest_call_limit[guest])
			broken = "a guest has more calls in the secure world than it may";
	return broken;
}

static const char *const violations[] = {
	[VIOLATION_UNLOCK] = "a task unlocked a mutex that it does not hold",
	[VIOLATION_SECURE_UNLOCK] = "a secure thread unlocked a mutex that nobody holds",
	[VIOLATION_READERS] = "a mutex of the secure world has more readers than can be counted",
	[VIOLATION_PANIC] = "the secure world panicked: a TA that is busy was invoked with the lock of "
			    "single-instance TAs held",
	[VIOLATION_UNUSE] = "a device has less than no user, or more than can be counted",
};

/* Memory of tee-supplicant is referred to from contexts in use, and from none once its device is closed. */
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

/* Each pool by itself; and that no guest's call is in another one's threads. */
static inline const char *check_pools(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	for (unsigned int pool = 0; pool < m->pool_count && !broken; pool++)
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
	return broken;
}

const char *teeq_world_check(const struct teeq_model *m, const struct teeq_world *w)
{
	struct holdings held;
	const char *broken;

	if (!m || !w)
		return NULL;
	if (w->violation)
		return violations[w->violation];
	broken = check_pools(m, w);
	if (!broken)
		broken = check_queue(m, w, 0);
	if (!broken && m->has_guests)
		broken = check_guests(m, w);
	if (!broken && m->secure_lock_count > 0)
		broken = check_secure_locks(m, w);
	if (!broken && m->secure_lock_count > 0)
		broken = hold_check(m, w);
	if (broken)
		return broken;
	held = count_holdings(m, w);
	broken = check_reservations(m, w, &held);
	if (!broken && m->argument_slots > 0)
		broken = arguments_check(m, w);
	if (!broken && m->keeps_memory)
		broken = check_memory(m, w);
	return broken ? broken : check_contexts(m, w, &held);
}
