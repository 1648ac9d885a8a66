/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/livelock.h"

#include <stdlib.h>
#include <string.h>

#include "explore/canon.h"
#include "explore/livelock_graph.h"

static unsigned int count_done(const struct teeq_model *m, const struct teeq_world *w)
{
	unsigned int count = 0;

	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		const struct teeq_callq *q = world_callq(m, w, guest);

		for (unsigned int i = 0; i < q->waiter_count; i++)
			count += (q->waiters[i].flags & TEEQ_WAITER_DONE) != 0;
	}
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

/*
 * One sweep over what @reached has so far; returns whether there was more. *@asks: for a bottom
 * half.
 */
static bool reach_more(const struct teeq_model *m, uint8_t *reached, bool *asks)
{
	bool more = false;

	for (size_t pc = 0; pc < m->code_count; pc++) {
		const struct instruction *at = &m->code[pc];
		uint16_t next[SUCCESSOR_MAX + 2];
		unsigned int count;

		if (!reached[pc])
			continue;
		*asks |= instruction_asks_bottom_half(at);
		count = at->op == OP_END ?
				0 : instruction_successors(m->code, (unsigned int)pc, next);
		if (model_entry(m, at) != TEEQ_NO_OBJECT)
			next[count++] = (uint16_t)model_entry(m, at);
		if (at->op == OP_RPC)
			next[count++] = m->services[at->object].start;
		for (unsigned int i = 0; i < count; i++) {
			if (next[i] >= m->code_count || reached[next[i]])
				continue;
			reached[next[i]] = 1;
			more = true;
		}
	}
	return more;
}

/* Whether the bottom half's call, or what serves it, may ask for the next one. */
static bool bottom_half_asks_itself(const struct teeq_model *m)
{
	uint8_t *reached = calloc(m->code_count, 1);
	bool asks = false;

	if (!reached)
		return true;
	reached[m->commands[m->bottom_half].start] = 1;
	while (reach_more(m, reached, &asks) && !asks)
		;
	free(reached);
	return asks;
}

/*
 * A release loop whose fast call fails for ever, or whose count wrapped, goes round without any
 * wake; and so does a bottom half that asks for the next one, and who waits for a lock of the
 * secure world and is told each time that it cannot.
 */
bool livelock_is_possible(const struct teeq_model *m)
{
	if ((m->uses & USES_UNRESERVE_FAULT) || m->retries_for_ever || m->late_counts)
		return true;
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_NOTIF_WAIT_FAILS &&
		    m->faults[i].times == TEEQ_FAULT_ALWAYS)
			return true;
	return m->bottom_half != TEEQ_NO_OBJECT && bottom_half_asks_itself(m);
}

/* ---------------------------------------- the search ------------------------------------------ */

/*
 * An interrupt that may come any number of times may come each time before the thread has done
 * anything. That is not held against the scenario: such a move leads on, but closes no cycle.
 */
uint64_t livelock_storms(const struct teeq_model *m)
{
	uint64_t storms = 0;

	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_INTERRUPT &&
		    m->faults[i].times == TEEQ_FAULT_ALWAYS)
			storms |= task_bit(m->first_fault + i);
	return storms;
}

static enum teeq_status postpone(struct graph *g, size_t from, unsigned int task)
{
	size_t capacity = g->later_capacity ? 2 * g->later_capacity : 64;
	unsigned char *world = malloc(g->m->layout.size);
	struct later *later = g->later;

	if (world && g->later_count == g->later_capacity) {
		later = realloc(g->later, capacity * sizeof(*later));
		if (later) {
			g->later = later;
			g->later_capacity = capacity;
		}
	}
	if (!world || !later) {
		free(world);
		return TEEQ_ENOMEM;
	}
	memcpy(world, g->moved, g->m->layout.size);
	g->later[g->later_count++] = (struct later){ world, from, (uint8_t)task };
	return TEEQ_OK;
}

/* The next state to begin from, which nobody has come to meanwhile. False: there is none. */
static bool begin_again(struct graph *g, size_t *root, enum teeq_status *status)
{
	enum store_answer answer = STORE_KNOWN;

	while (g->later_count > 0 && answer != STORE_NEW && answer != STORE_NOMEM) {
		struct later *later = &g->later[--g->later_count];

		answer = graph_discover(g, (const struct teeq_world *)(const void *)later->world,
					later->from, later->task, root);
		free(later->world);
	}
	if (answer == STORE_NOMEM)
		*status = TEEQ_ENOMEM;
	return answer == STORE_NEW;
}

/* Whether anybody who must finish has not in a set: who has, has in all of its states. */
static bool keeps_somebody(const struct graph *g, size_t root)
{
	const struct teeq_world *world =
		(const struct teeq_world *)(const void *)g->vertices[root].world;

	return !g->must_finish || (teeq_world_unfinished(g->m, world) & g->must_finish);
}

/* The set whose root is @root is complete: it is on the stack, from there to the top. */
static enum teeq_status close_set(struct graph *g, size_t root, bool *found,
				  struct teeq_schedule *schedule)
{
	uint64_t tasks = g->m->fault_count ? task_bit(g->m->first_fault) - 1 : UINT64_MAX;
	uint64_t always = UINT64_MAX, sometimes = 0, inside = 0;
	size_t from = g->stack_count;

	do {
		const struct vertex *vertex = &g->vertices[g->stack[--from]];

		always &= vertex->enabled;
		sometimes |= vertex->enabled;
		inside |= vertex->inside;
	} while (g->stack[from] != root);
	/* Nobody has to wait for a fault: it may as well never strike. */
	always &= tasks;
	sometimes &= tasks;
	if (inside && !(always & ~inside) && keeps_somebody(g, root)) {
		*found = true;
		return graph_tell_cycle(g, root, inside, sometimes & ~inside, schedule);
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
	canon_forget_counts(g->m, g->moved);
	if (g->storms & task_bit(task))
		return postpone(g, *at, task);
	answer = graph_discover(g, g->moved, *at, task, &target);
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

#define STEPS_BETWEEN_LOOKS 1024

static enum teeq_status livelock_search_graph(struct graph *g, const struct teeq_world *from,
					      const struct livelock_budget *budget, bool *found,
					      struct teeq_schedule *schedule)
{
	enum teeq_status status = TEEQ_OK;
	unsigned int steps = 0;
	size_t root, at;

	if (graph_discover(g, from, 0, 0, &root) != STORE_NEW)
		return TEEQ_ENOMEM;
	at = root;
	while (status == TEEQ_OK && !*found) {
		if ((budget->max_states && g->count > budget->max_states) ||
		    (++steps % STEPS_BETWEEN_LOOKS == 0 &&
		     budget->must_stop(budget->argument, graph_memory(g))))
			return TEEQ_ELIMIT;
		if (g->vertices[at].left) {
			status = follow_one(g, &at);
		} else if (at == root) {
			status = close_set(g, root, found, schedule);
			if (status != TEEQ_OK || *found || !begin_again(g, &root, &status))
				return status;
			at = root;
		} else {
			status = go_back(g, &at, found, schedule);
		}
	}
	return status;
}

enum teeq_status livelock_search(const struct teeq_model *m, const struct teeq_world *from,
				 uint64_t must_finish, const struct livelock_budget *budget,
				 bool *found, struct teeq_schedule *schedule)
{
	struct graph g;
	enum teeq_status status = TEEQ_ENOMEM;

	*found = false;
	if (graph_init(&g, m, livelock_storms(m))) {
		g.must_finish = must_finish;
		status = livelock_search_graph(&g, from, budget, found, schedule);
	}
	graph_free(&g);
	return status;
}
