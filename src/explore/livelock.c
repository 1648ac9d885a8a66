/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/livelock.h"

#include <stdlib.h>
#include <string.h>

#include "explore/expand.h"
#include "explore/store.h"

/*
 * Tarjan's algorithm, without recursion. A state is a vertex with a number in the order of discovery;
 * vertices whose strongly connected set is not known yet are on a stack. What a set needs to be
 * judged is gathered while it grows: the tasks enabled in all of its states, and the tasks whose
 * moves stay inside.
 */
struct vertex {
	unsigned char *world;
	uint64_t enabled;
	uint64_t inside; /* tasks whose moves from here are known to stay in the set */
	uint64_t left;   /* moves not followed yet */
	size_t low;      /* the earliest vertex on the stack known to be reached from here */
	size_t from;     /* the vertex it was discovered from */
	uint8_t task;    /* ... by whose move; while it is followed, the move being followed */
	bool on_stack;
};

struct graph {
	const struct teeq_model *m;
	struct store store; /* maps a state to its number: one shard, so an id is a number */
	struct vertex *vertices;
	size_t count;
	size_t capacity;
	size_t *stack;
	size_t stack_count;
	struct teeq_world *moved;
};

static unsigned int count_done(const struct teeq_model *m, const struct teeq_world *w)
{
	const struct teeq_callq *q = world_callq(m, w);
	unsigned int count = 0;

	for (unsigned int i = 0; i < q->waiter_count; i++)
		count += (q->waiters[i].flags & TEEQ_WAITER_DONE) != 0;
	return count;
}

bool livelock_wakes(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		    struct teeq_world *scratch)
{
	enum teeq_action action = world_action(m, w, task);

	if (action != TEEQ_ACTION_ENTER && action != TEEQ_ACTION_RECHECK)
		return false;
	memcpy(scratch, w, m->layout.size);
	world_step(m, scratch, task, NULL);
	return count_done(m, scratch) > count_done(m, w);
}

static uint64_t fingerprint_of(const struct graph *g, const struct teeq_world *w)
{
	const struct expander expander = { .canon = { .m = g->m } };

	return expander_fingerprint(&expander, w);
}

static bool reserve(struct graph *g)
{
	size_t capacity = g->capacity ? 2 * g->capacity : 256;
	struct vertex *vertices;
	size_t *stack;

	if (g->count < g->capacity)
		return true;
	vertices = realloc(g->vertices, capacity * sizeof(*vertices));
	if (vertices)
		g->vertices = vertices;
	stack = realloc(g->stack, capacity * sizeof(*stack));
	if (stack)
		g->stack = stack;
	if (!vertices || !stack)
		return false;
	g->capacity = capacity;
	return true;
}

/* The vertex of @w: *@number. STORE_NEW if it was discovered just now. */
static enum store_answer discover(struct graph *g, const struct teeq_world *w, size_t from,
				  unsigned int task, size_t *number)
{
	const struct state state = { .fingerprint = fingerprint_of(g, w), .parent = STATE_NONE };
	enum store_answer answer;
	struct vertex *vertex;
	state_id id;

	answer = store_add(&g->store, &state, (const unsigned char *)w, &id);
	*number = (size_t)id;
	if (answer != STORE_NEW)
		return answer;
	if (!reserve(g))
		return STORE_NOMEM;
	vertex = &g->vertices[g->count];
	*vertex = (struct vertex){ .low = g->count, .from = from, .task = (uint8_t)task,
				   .on_stack = true, .world = malloc(g->m->layout.size) };
	if (!vertex->world)
		return STORE_NOMEM;
	memcpy(vertex->world, w, g->m->layout.size);
	vertex->enabled = teeq_world_check(g->m, w) ? 0 : teeq_world_enabled(g->m, w);
	vertex->left = vertex->enabled;
	g->stack[g->stack_count++] = g->count++;
	return STORE_NEW;
}

/* ---------------------------------------- the cycle ------------------------------------------- */

/* A walk inside one set, from state to state. */
struct walk {
	struct graph *g;
	size_t root;          /* the set is what lies on the stack from here */
	size_t at;            /* the vertex where the walk stands */
	size_t *came_from;    /* of the search for the next leg, by vertex; SIZE_MAX: not reached */
	uint8_t *came_by;
	size_t *queue;
	struct teeq_schedule *schedule;
};

static size_t target_of(struct graph *g, size_t number, unsigned int task)
{
	size_t target;

	memcpy(g->moved, g->vertices[number].world, g->m->layout.size);
	world_step(g->m, g->moved, task, NULL);
	discover(g, g->moved, 0, 0, &target);
	return target;
}

/* Append the moves that lead from where the walk stands to @end. */
static enum teeq_status append_leg(struct walk *walk, size_t end)
{
	enum teeq_status status = TEEQ_OK;
	size_t count = 0;

	for (size_t at = end; at != walk->at; at = walk->came_from[at])
		walk->queue[count++] = walk->came_by[at];
	while (count > 0 && status == TEEQ_OK)
		status = teeq_schedule_add(walk->schedule, (unsigned int)walk->queue[--count]);
	walk->at = end;
	return status;
}

/* Where a leg of the walk ends: at a vertex, where a move of a task stays inside, where it cannot. */
enum leg { TO_VERTEX, TO_MOVE, TO_REST };

static bool leg_ends(const struct graph *g, enum leg leg, size_t goal, size_t number)
{
	switch (leg) {
	case TO_VERTEX:
		return number == goal;
	case TO_MOVE:
		return g->vertices[number].inside >> goal & 1;
	default:
		return !(g->vertices[number].enabled >> goal & 1);
	}
}

/* Breadth-first inside the set to the nearest end; and behind TO_MOVE that move, too. */
static enum teeq_status walk_to(struct walk *walk, enum leg leg, size_t goal)
{
	struct graph *g = walk->g;
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < g->count; i++)
		walk->came_from[i] = SIZE_MAX;
	walk->came_from[walk->at] = walk->at;
	walk->queue[tail++] = walk->at;
	while (head < tail) {
		size_t number = walk->queue[head++];
		uint64_t inside = g->vertices[number].inside;

		if (leg_ends(g, leg, goal, number)) {
			enum teeq_status status = append_leg(walk, number);

			if (leg != TO_MOVE || status != TEEQ_OK)
				return status;
			walk->at = target_of(g, number, (unsigned int)goal);
			return teeq_schedule_add(walk->schedule, (unsigned int)goal);
		}
		for (; inside; inside &= inside - 1) {
			unsigned int mover = (unsigned int)__builtin_ctzll(inside);
			size_t target = target_of(g, number, mover);

			if (walk->came_from[target] != SIZE_MAX)
				continue;
			walk->came_from[target] = number;
			walk->came_by[target] = (uint8_t)mover;
			walk->queue[tail++] = target;
		}
	}
	return TEEQ_OK;
}

static enum teeq_status tell_stem(struct graph *g, size_t root, struct teeq_schedule *schedule)
{
	enum teeq_status status = TEEQ_OK;
	size_t count = 0;
	uint8_t *tasks;

	for (size_t at = root; at != 0; at = g->vertices[at].from)
		count++;
	tasks = malloc(count + 1);
	if (!tasks)
		return TEEQ_ENOMEM;
	for (size_t at = root, i = count; i-- > 0; at = g->vertices[at].from)
		tasks[i] = g->vertices[at].task;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(schedule, tasks[i]);
	free(tasks);
	return status;
}

/* Once around, past a move of each of @movers and past a state in which each of @others rests. */
static enum teeq_status tell_cycle(struct graph *g, size_t root, uint64_t movers, uint64_t others,
				   struct teeq_schedule *schedule)
{
	struct walk walk = {
		.g = g, .root = root, .at = root, .schedule = schedule,
		.came_from = malloc(g->count * sizeof(size_t)),
		.came_by = malloc(g->count),
		.queue = malloc(g->count * sizeof(size_t)),
	};
	enum teeq_status status = TEEQ_ENOMEM;

	if (walk.came_from && walk.came_by && walk.queue)
		status = tell_stem(g, root, schedule);
	for (; movers && status == TEEQ_OK; movers &= movers - 1)
		status = walk_to(&walk, TO_MOVE, (size_t)__builtin_ctzll(movers));
	for (; others && status == TEEQ_OK; others &= others - 1)
		status = walk_to(&walk, TO_REST, (size_t)__builtin_ctzll(others));
	if (status == TEEQ_OK)
		status = walk_to(&walk, TO_VERTEX, root);
	free(walk.came_from);
	free(walk.came_by);
	free(walk.queue);
	return status;
}

/* ---------------------------------------- the search ------------------------------------------ */

/* The set whose root is @root is complete: it is on the stack, from there to the top. */
static enum teeq_status close_set(struct graph *g, size_t root, bool *found,
				  struct teeq_schedule *schedule)
{
	uint64_t always = UINT64_MAX, sometimes = 0, inside = 0;
	size_t from = g->stack_count;

	do {
		const struct vertex *vertex = &g->vertices[g->stack[--from]];

		always &= vertex->enabled;
		sometimes |= vertex->enabled;
		inside |= vertex->inside;
	} while (g->stack[from] != root);
	if (inside && !(always & ~inside)) {
		*found = true;
		return tell_cycle(g, root, inside, sometimes & ~inside, schedule);
	}
	for (size_t i = from; i < g->stack_count; i++) {
		struct vertex *vertex = &g->vertices[g->stack[i]];

		vertex->on_stack = false;
		free(vertex->world);
		vertex->world = NULL;
	}
	g->stack_count = from;
	return TEEQ_OK;
}

/* The vertex's own bytes are free after its set is closed; until then it can be followed. */
static enum teeq_status follow_one(struct graph *g, size_t *at)
{
	struct vertex *vertex = &g->vertices[*at];
	unsigned int task = (unsigned int)__builtin_ctzll(vertex->left);
	enum store_answer answer;
	size_t target;

	vertex->left &= vertex->left - 1;
	memcpy(g->moved, vertex->world, g->m->layout.size);
	world_step(g->m, g->moved, task, NULL);
	answer = discover(g, g->moved, *at, task, &target);
	if (answer == STORE_NOMEM)
		return TEEQ_ENOMEM;
	if (answer == STORE_NEW) {
		*at = target;
		return TEEQ_OK;
	}
	vertex = &g->vertices[*at];
	if (g->vertices[target].on_stack) {
		vertex->inside |= task_bit(task);
		if (target < vertex->low)
			vertex->low = target;
	}
	return TEEQ_OK;
}

/* All moves of @at were followed: close its set if it is the root, and go back. */
static enum teeq_status go_back(struct graph *g, size_t *at, bool *found,
				struct teeq_schedule *schedule)
{
	struct vertex *vertex = &g->vertices[*at];
	struct vertex *parent = &g->vertices[vertex->from];
	enum teeq_status status = TEEQ_OK;

	if (vertex->low == *at) {
		status = close_set(g, *at, found, schedule);
	} else {
		parent->inside |= task_bit(vertex->task);
		if (vertex->low < parent->low)
			parent->low = vertex->low;
	}
	*at = vertex->from;
	return status;
}

/* Bytes that a state costs in all: its own, its vertex, its place on the stack and in the store. */
static uint64_t memory_of(const struct graph *g)
{
	return g->count * (uint64_t)g->m->layout.size +
	       g->capacity * (uint64_t)(sizeof(*g->vertices) + sizeof(*g->stack)) +
	       store_memory(&g->store);
}

#define STEPS_BETWEEN_LOOKS 1024

static enum teeq_status search(struct graph *g, const struct teeq_world *from,
			       const struct livelock_budget *budget, bool *found,
			       struct teeq_schedule *schedule)
{
	enum teeq_status status = TEEQ_OK;
	unsigned int steps = 0;
	size_t at;

	if (discover(g, from, 0, 0, &at) != STORE_NEW)
		return TEEQ_ENOMEM;
	while (status == TEEQ_OK && !*found) {
		if ((budget->max_states && g->count > budget->max_states) ||
		    (++steps % STEPS_BETWEEN_LOOKS == 0 &&
		     budget->must_stop(budget->argument, memory_of(g))))
			return TEEQ_ELIMIT;
		if (g->vertices[at].left) {
			status = follow_one(g, &at);
		} else if (at == 0) {
			return close_set(g, 0, found, schedule);
		} else {
			status = go_back(g, &at, found, schedule);
		}
	}
	return status;
}

enum teeq_status livelock_search(const struct teeq_model *m, const struct teeq_world *from,
				 const struct livelock_budget *budget, bool *found,
				 struct teeq_schedule *schedule)
{
	struct graph g = { .m = m, .moved = teeq_world_new(m) };
	enum teeq_status status = TEEQ_ENOMEM;

	*found = false;
	if (g.moved && store_init(&g.store, 1, 0))
		status = search(&g, from, budget, found, schedule);
	for (size_t i = 0; i < g.count; i++)
		free(g.vertices[i].world);
	free(g.vertices);
	free(g.stack);
	teeq_world_free(g.moved);
	store_free(&g.store);
	return status;
}
