/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/graph.h"

/*
 * What each stuck task needs: tasks of which some must get on before it does. Its edges say most of
 * it, and whether each of them is needed or any would do. What else would end its wait, and is no
 * holder of anything, is added to that: a kill, a thaw, a session that is counted out. A set with
 * one task too many proves less, and nothing that is false.
 */
struct finder {
	const struct teeq_model *model;
	const struct teeq_world *world;
	uint64_t unfinished;
	/* Who may kill each client, where that was asked. */
	uint64_t killers[TEEQ_CLIENT_MAX];
	bool asked[TEEQ_CLIENT_MAX];
	/* The edges of one task, and what it needs. */
	const struct teeq_wait_edge *edges;
	size_t count;
	struct teeq_task_view view;
	struct teeq_wait_need *need;
};

static uint64_t bit(int task)
{
	return task >= 0 && task < TEEQ_TASK_MAX ? UINT64_C(1) << task : 0;
}

/* All who may still do it, and so that it reaches the waiter. */
static uint64_t doers(const struct finder *finder, enum teeq_effect effect, unsigned int object)
{
	unsigned int count = (unsigned int)teeq_model_task_count(finder->model);
	uint64_t found = 0;

	for (unsigned int task = 0; task < count; task++)
		if ((finder->unfinished & bit((int)task)) &&
		    graph_reaches(finder->model, finder->need->waiter, task, effect, object) &&
		    teeq_world_may(finder->model, finder->world, task, effect, object))
			found |= bit((int)task);
	return found;
}

static uint64_t killers_of(struct finder *finder, uint16_t client)
{
	/* Each guest has a tee-supplicant of its own; a client is the same for all who ask. */
	if (client == TEEQ_NO_OBJECT)
		return doers(finder, TEEQ_EFFECT_KILL, client);
	if (!finder->asked[client]) {
		finder->asked[client] = true;
		finder->killers[client] = doers(finder, TEEQ_EFFECT_KILL, client);
	}
	return finder->killers[client];
}

/* Any of @tasks would do, too; but not the waiter itself, which gets on only afterwards. */
static void add_any(struct finder *finder, uint64_t tasks)
{
	tasks &= ~bit(finder->need->waiter);
	if (!tasks)
		return;
	finder->need->tasks |= tasks;
	finder->need->count = 1;
}

/* ------------------------------------------- kills -------------------------------------------- */

static bool needs_owns_lock(const struct finder *finder)
{
	unsigned int task = finder->need->waiter;

	for (unsigned int i = 0; teeq_model_lock_name(finder->model, i); i++)
		if (teeq_world_lock_owner(finder->model, finder->world, i) == (int)task)
			return true;
	return false;
}

/*
 * A step of the task's own script, or of tee-supplicant's work, is in user space but for mutexes.
 */
static bool needs_is_in_user_space(const struct finder *finder)
{
	unsigned int base = teeq_model_task_kind(finder->model, finder->need->waiter) ==
			    TEEQ_TASK_SUPPLICANT;

	switch (finder->edges->kind) {
	case TEEQ_WAIT_EVENT:
	case TEEQ_WAIT_BARRIER:
	case TEEQ_WAIT_START:
	case TEEQ_WAIT_FREEZE:
	case TEEQ_WAIT_POLL:
		return finder->view.level <= base && !needs_owns_lock(finder);
	default:
		return false;
	}
}

static void add_killers(struct finder *finder)
{
	enum teeq_task_kind kind = teeq_model_task_kind(finder->model, finder->need->waiter);
	uint16_t client = graph_client_of(finder->model, finder->need->waiter);
	/*
	 * A second kill does no more than the first: who was killed, and waits all the same, stays
	 * there.
	 */
	enum teeq_supplicant_wait wait = teeq_model_supplicant_wait(finder->model);
	bool answer = finder->edges->kind == TEEQ_WAIT_SUPPLICANT &&
		      wait != TEEQ_SUPPLICANT_UNINTERRUPTIBLE;

	/* Threads of the kernel get no signals. */
	if (kind != TEEQ_TASK_CLIENT && kind != TEEQ_TASK_SUPPLICANT)
		return;
	if (!finder->view.killed && (answer || needs_is_in_user_space(finder)))
		add_any(finder, killers_of(finder, client));
	/* An interruptible wait for an answer also ends by the freezer's signal. */
	if (answer && wait == TEEQ_SUPPLICANT_INTERRUPTIBLE)
		add_any(finder, doers(finder, TEEQ_EFFECT_FREEZE, client));
}

/* ---------------------------------------- each kind of wait ----------------------------------- */

static bool is_request(const struct finder *finder, enum teeq_request_state state)
{
	struct teeq_request_view request;

	return teeq_world_request(finder->model, finder->world, finder->need->waiter, &request) &&
	       request.state == state;
}

static enum teeq_supplicant_state supplicant_of(const struct finder *finder)
{
	return teeq_world_guest_supplicant(
		finder->model, finder->world,
		teeq_model_task_guest(finder->model, finder->need->waiter));
}

static bool needs_every_edge(const struct finder *finder)
{
	const struct teeq_wait_edge *edge = finder->edges;

	switch (edge->kind) {
	case TEEQ_WAIT_IDLE:
	case TEEQ_WAIT_SECURE_LOCK:
	case TEEQ_WAIT_FREEZE:
		return true;
	case TEEQ_WAIT_SUPPLICANT:
	case TEEQ_WAIT_START:
		/* Whatever keeps its device open; where it runs, any of its threads would do. */
		return supplicant_of(finder) == TEEQ_SUPPLICANT_DEAD;
	default:
		return false;
	}
}

static void need_barrier(struct finder *finder)
{
	unsigned int wanted = 0, others;
	unsigned int arrived = teeq_world_barrier(finder->model, finder->world,
						  finder->edges->object, &wanted);

	finder->need->tasks &= ~bit(finder->need->waiter);
	others = (unsigned int)__builtin_popcountll(finder->need->tasks);
	finder->need->count = (uint8_t)(wanted - arrived < others ? wanted - arrived : others);
}

/* Whether @task waits for the lock itself, and so cannot release it before it had it. */
static bool wants_lock(const struct finder *finder, unsigned int task, unsigned int lock)
{
	struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };
	struct teeq_secure_wait_view wait;
	struct teeq_task_view view;

	teeq_world_task(finder->model, finder->world, task, &view);
	teeq_world_call(finder->model, finder->world, task, view.level, &call);
	return teeq_world_secure_wait(finder->model, finder->world, call.context, &wait) &&
	       wait.lock == lock && wait.condition == TEEQ_NO_OBJECT;
}

/*
 * Whether it was woken for the lock already: no release that is still to come wakes it again.
 */
static bool was_chosen(const struct finder *finder)
{
	struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };
	struct teeq_secure_wait_view wait;

	teeq_world_call(finder->model, finder->world, finder->need->waiter, finder->view.level,
			&call);
	return teeq_world_secure_wait(finder->model, finder->world, call.context, &wait) &&
	       wait.chosen;
}

/*
 * A session that its holder closes lets nobody in any more: who wants it fails, once it is told so.
 */
static bool is_being_closed(const struct finder *finder, unsigned int lock)
{
	const struct teeq_wait_edge *edge = finder->edges;
	struct teeq_secure_wait_view wait;

	return teeq_model_secure_lock_kind(finder->model, lock) == TEEQ_SECURE_LOCK_SESSION &&
	       !teeq_world_holds(finder->model, finder->world, edge->waiter, edge->waiter_level,
				 lock) &&
	       teeq_world_secure_wait(finder->model, finder->world, edge->context, &wait) &&
	       wait.lock == lock;
}

/* Of a lock that is free all who would release it are edges; of one that is held, the holders. */
static void need_secure_lock(struct finder *finder)
{
	unsigned int lock = finder->edges->object;
	struct teeq_secure_lock_view view;
	uint64_t others;

	teeq_world_secure_lock(finder->model, finder->world, lock, &view);
	if (view.holder_count == 0) {
		finder->need->count = 1;
		if (was_chosen(finder))
			finder->need->tasks = 0;
	}
	if (is_being_closed(finder, lock))
		finder->need->tasks = 0;
	if (view.holder_count == 0 ||
	    teeq_model_secure_lock_kind(finder->model, lock) != TEEQ_SECURE_LOCK_MUTEX ||
	    !teeq_model_keeps_secure_locks(finder->model))
		return;
	others = doers(finder, TEEQ_EFFECT_SECURE_UNLOCK, lock);
	for (unsigned int task = 0; task < TEEQ_TASK_MAX; task++)
		if ((others & bit((int)task)) && wants_lock(finder, task, lock))
			others &= ~bit((int)task);
	if (others & ~finder->need->tasks)
		add_any(finder, others);
}

/* Whether a thread is free that the call might use, were it let in. */
static bool some_are_free(const struct finder *finder)
{
	struct teeq_caller caller = { .task = finder->need->waiter,
				      .level = (uint8_t)finder->view.level };

	return graph_free_thread(finder->model, finder->world, caller) >= 0;
}

static bool is_built_in(const struct teeq_policy *policy)
{
	const struct teeq_policy *known;

	for (size_t i = 0; (known = teeq_policy_at(i)); i++)
		if (known == policy)
			return true;
	return false;
}

/*
 * A thread that is free, and set aside or kept back for system sessions, is so no longer when one
 * is counted out. Under a policy from outside of the tree, whose rules nobody knows, any change of
 * the queue may let a call in.
 */
static void need_thread(struct finder *finder)
{
	const struct teeq_policy *policy = teeq_model_policy(finder->model);

	if (graph_is_kept_for_sessions(finder->model, finder->world, finder->need->waiter) &&
	    (policy->secure == TEEQ_SECURE_COUNTED || some_are_free(finder)))
		add_any(finder, doers(finder, TEEQ_EFFECT_COUNT_OUT, 0));
	if (some_are_free(finder) && !is_built_in(policy))
		add_any(finder, doers(finder, TEEQ_EFFECT_WAKE, 0) |
					doers(finder, TEEQ_EFFECT_COUNT_OUT, 0));
}

static void need_thaw(struct finder *finder)
{
	add_any(finder, doers(finder, TEEQ_EFFECT_THAW, finder->edges->object));
}

/* A dead one's requests fail, and no thread that idles has to get on for that. */
static void need_answer(struct finder *finder)
{
	if (is_request(finder, TEEQ_REQUEST_QUEUED) &&
	    supplicant_of(finder) == TEEQ_SUPPLICANT_RUNS)
		add_any(finder, killers_of(finder, TEEQ_NO_OBJECT));
}

static void need_more(struct finder *finder)
{
	switch (finder->edges->kind) {
	case TEEQ_WAIT_BARRIER:
		need_barrier(finder);
		break;
	case TEEQ_WAIT_SECURE_LOCK:
		need_secure_lock(finder);
		break;
	case TEEQ_WAIT_THREAD:
		need_thread(finder);
		break;
	case TEEQ_WAIT_WAKE:
		add_any(finder, doers(finder, TEEQ_EFFECT_WAKE, 0));
		break;
	case TEEQ_WAIT_FREEZE:
		need_thaw(finder);
		break;
	case TEEQ_WAIT_SUPPLICANT:
		need_answer(finder);
		break;
	default:
		break;
	}
	add_killers(finder);
}

/* -------------------------------------------- all --------------------------------------------- */

static void find_need(struct finder *finder, struct graph_needs *needs)
{
	struct teeq_wait_need *need = finder->need;
	uint64_t own = bit(need->waiter);
	unsigned int edges;

	for (size_t i = 0; i < finder->count; i++)
		need->tasks |= bit(finder->edges[i].holder);
	edges = (unsigned int)__builtin_popcountll(need->tasks);
	need->count = (uint8_t)(needs_every_edge(finder) ? edges : 1);
	need_more(finder);
	if (need->tasks && need->count == (unsigned int)__builtin_popcountll(need->tasks) &&
	    needs_every_edge(finder))
		needs->every_edge |= own;
	else if (need->count == 1 && need->tasks != own)
		need->tasks &= ~own;
}

void graph_find_needs(const struct teeq_model *model, const struct teeq_world *world,
		      const struct teeq_wait_graph *graph, struct graph_needs *needs)
{
	struct finder finder = { .model = model, .world = world,
				 .unfinished = teeq_world_unfinished(model, world) };

	*needs = (struct graph_needs){ .every_edge = 0 };
	for (size_t i = 0; i < graph->edge_count; i += finder.count) {
		finder.edges = &graph->edges[i];
		finder.need = &needs->of[finder.edges->waiter];
		finder.need->waiter = finder.edges->waiter;
		for (finder.count = 1; i + finder.count < graph->edge_count; finder.count++)
			if (graph->edges[i + finder.count].waiter != finder.need->waiter)
				break;
		teeq_world_task(model, world, finder.need->waiter, &finder.view);
		find_need(&finder, needs);
	}
}
