/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data races: two accesses to the same bytes by different tasks, one of them a write and one of
 * them plain, that nothing orders. What orders them is counted in vector clocks, along the locks,
 * completions, wait queues and marked accesses of the run. So a race is found although its two
 * sides came one after the other, and no chance decides.
 */
#include "harness/harness.h"
#include "harness/doors.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_COUNT = 4096, GRANULE = 8, NONE = 0 };

struct clock {
	uint32_t at[TEEQ_TASK_MAX + 1];
};

/* What ordered objects hand on: a lock, a completion, an atomic variable. */
struct sync {
	uintptr_t object;
	uint32_t next;
	struct clock clock;
};

/* Eight bytes, and the first of the accesses to them. */
struct granule {
	uintptr_t key;
	uint32_t next;
	uint32_t access;
};

struct access {
	struct race_side side;
	uint32_t next;
	uint32_t clock;
	uint8_t mask;
};

/* All of a run, by index from 1; the pools stay for the next one. */
struct race {
	struct clock tasks[TEEQ_TASK_MAX + 1];
	struct clock woken[TEEQ_TASK_MAX]; /* what the wakers had done */
	uint32_t sync_heads[HEAD_COUNT], granule_heads[HEAD_COUNT];
	struct sync *syncs;
	struct granule *granules;
	struct access *accesses;
	uint32_t sync_count, sync_capacity;
	uint32_t granule_count, granule_capacity;
	uint32_t access_count, access_capacity;
};

/* Defined where instrumented code brought the hooks along. */
extern const char teeq_kernel_hooks __attribute__((weak));

bool race_is_watched(void)
{
	return &teeq_kernel_hooks != NULL;
}

bool teeq_harness_watches_races(void)
{
	return race_is_watched();
}

static size_t head_of(uintptr_t key)
{
	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & (HEAD_COUNT - 1);
}

/* Room for one more; 0: there is no memory, which the end of the run tells. */
static uint32_t take(struct teeq_harness *h, void **items, uint32_t *count, uint32_t *capacity,
		     size_t size)
{
	uint32_t wanted = *capacity ? 2 * *capacity : 1024;
	void *grown;

	if (*count + 1 >= *capacity) {
		grown = realloc(*items, wanted * size);
		h->no_memory |= !grown;
		if (!grown)
			return NONE;
		*items = grown;
		*capacity = wanted;
	}
	return ++*count;
}

static void join(struct clock *into, const struct clock *from)
{
	for (size_t i = 0; i <= TEEQ_TASK_MAX; i++)
		if (into->at[i] < from->at[i])
			into->at[i] = from->at[i];
}

static struct clock *clock_of(struct teeq_harness *h, const struct harness_task *task)
{
	return &h->race->tasks[task == &h->surroundings ? TEEQ_TASK_MAX : harness_index(h, task)];
}

static struct sync *sync_of(struct teeq_harness *h, const volatile void *object, bool wanted)
{
	struct race *r = h->race;
	uintptr_t key = (uintptr_t)object;
	uint32_t *head = &r->sync_heads[head_of(key)], i = *head;

	while (i != NONE && r->syncs[i].object != key)
		i = r->syncs[i].next;
	if (i == NONE && wanted) {
		void *items = r->syncs;

		i = take(h, &items, &r->sync_count, &r->sync_capacity, sizeof(*r->syncs));
		r->syncs = items;
		if (i == NONE)
			return NULL;
		r->syncs[i] = (struct sync){ .object = key, .next = *head };
		*head = i;
	}
	return i == NONE ? NULL : &r->syncs[i];
}

void race_acquire(struct teeq_harness *h, const struct harness_task *task,
		  const volatile void *object)
{
	const struct sync *sync = h->race ? sync_of(h, object, false) : NULL;

	if (h->threads)
		doors_acquire(object);
	if (sync)
		join(clock_of(h, task), &sync->clock);
}

static void tick(struct teeq_harness *h, const struct harness_task *task)
{
	clock_of(h, task)->at[task == &h->surroundings ? TEEQ_TASK_MAX :
							 harness_index(h, task)]++;
}

void race_release(struct teeq_harness *h, const struct harness_task *task,
		  const volatile void *object)
{
	struct sync *sync = h->race ? sync_of(h, object, true) : NULL;

	if (h->threads)
		doors_release(object);
	if (!sync)
		return;
	join(&sync->clock, clock_of(h, task));
	tick(h, task);
}

void race_wake(struct teeq_harness *h, const struct harness_task *waker,
	       const struct harness_task *sleeper)
{
	if (h->threads)
		doors_release(&sleeper->linux_task);
	if (!h->race || sleeper == &h->surroundings)
		return;
	join(&h->race->woken[harness_index(h, sleeper)], clock_of(h, waker));
	tick(h, waker);
}

void race_woken(struct teeq_harness *h, const struct harness_task *sleeper)
{
	if (h->threads)
		doors_acquire(&sleeper->linux_task);
	if (h->race && sleeper != &h->surroundings)
		join(clock_of(h, sleeper), &h->race->woken[harness_index(h, sleeper)]);
}

/* --------------------------------------- the accesses ----------------------------------------- */

static struct granule *granule_of(struct teeq_harness *h, uintptr_t key)
{
	struct race *r = h->race;
	uint32_t *head = &r->granule_heads[head_of(key)], i = *head;

	while (i != NONE && r->granules[i].key != key)
		i = r->granules[i].next;
	if (i == NONE) {
		void *items = r->granules;

		i = take(h, &items, &r->granule_count, &r->granule_capacity, sizeof(*r->granules));
		r->granules = items;
		if (i == NONE)
			return NULL;
		r->granules[i] = (struct granule){ .key = key, .next = *head };
		*head = i;
	}
	return &r->granules[i];
}

static bool races_with(const struct access *a, const struct access *b, const struct clock *clock)
{
	return a->side.task != b->side.task && (a->mask & b->mask) != 0 &&
	       (a->side.write || b->side.write) && !(a->side.marked && b->side.marked) &&
	       a->clock > clock->at[a->side.task];
}

/* Ends the run where @access races with an earlier one; otherwise it is remembered. */
static void note_access(struct teeq_harness *h, uintptr_t key, const struct access *access)
{
	const struct clock *clock = clock_of(h, h->running);
	struct granule *granule = granule_of(h, key);
	bool known = false;
	struct access *accesses = h->race->accesses;
	uint32_t i = granule ? granule->access : NONE, fresh;
	void *items = accesses;

	for (uint32_t next; i != NONE; i = next) {
		const struct race_side *side = &accesses[i].side;

		if (races_with(&accesses[i], access, clock)) {
			h->race_sides[0] = *side;
			h->race_sides[1] = access->side;
			h->race_found = true;
			harness_give_up(h, h->running);
		}
		next = accesses[i].next;
		if (side->task != access->side.task || side->write != access->side.write ||
		    side->marked != access->side.marked || accesses[i].mask != access->mask)
			continue;
		/* What is ordered behind this one is ordered behind the older one as well. */
		accesses[i] = *access;
		accesses[i].next = next;
		known = true;
	}
	if (known || !granule)
		return;
	fresh = take(h, &items, &h->race->access_count, &h->race->access_capacity,
		     sizeof(*accesses));
	h->race->accesses = accesses = items;
	if (fresh == NONE)
		return;
	accesses[fresh] = *access;
	accesses[fresh].next = granule->access;
	granule->access = fresh;
}

static void note_callers(const struct harness_task *task, struct race_side *side)
{
	unsigned int depth = task->call_depth <= CALL_DEPTH ? task->call_depth : 0;

	for (unsigned int i = 0; i < CALLER_COUNT && i < depth; i++)
		side->callers[i] = task->calls[depth - 1 - i];
}

void race_access(struct teeq_harness *h, const volatile void *object, size_t size,
		 const struct race_side *side)
{
	uintptr_t at = (uintptr_t)object, end = at + size;
	struct access access = { .side = *side };

	if (!h->race || h->in_vain || h->abandoning || h->in_secure || !h->running)
		return;
	access.side.task = h->running == &h->surroundings ? TEEQ_TASK_MAX :
							    harness_index(h, h->running);
	access.side.step = h->result.steps;
	access.side.size = size;
	note_callers(h->running, &access.side);
	access.clock = clock_of(h, h->running)->at[access.side.task];
	while (at < end) {
		size_t first = at % GRANULE;
		size_t bytes = GRANULE - first < end - at ? GRANULE - first : end - at;

		access.mask = (uint8_t)(((1u << bytes) - 1) << first);
		note_access(h, at / GRANULE, &access);
		at += bytes;
	}
}

/* --------------------------------------- from the code ---------------------------------------- */

void teeq_kernel_marked(const char *what, const volatile void *object, size_t size,
			unsigned int how)
{
	struct teeq_harness *h;
	struct harness_task *task;

	teeq_kernel_shared(what);
	h = harness_active;
	task = h ? h->running : NULL;
	if (!task || !h->race)
		return;
	race_access(h, object, size,
		    &(const struct race_side){ .write = (how & TEEQ_MARKED_WRITE) != 0,
					       .marked = true,
					       .what = what,
					       .place = __builtin_return_address(0) });
	if (how & TEEQ_MARKED_READ)
		race_acquire(h, task, object);
	if (how & TEEQ_MARKED_WRITE)
		race_release(h, task, object);
	task->marked = (struct marked){ (uintptr_t)object, size, (how & TEEQ_MARKED_ONCE) != 0 };
}

static bool is_marked(struct harness_task *task, uintptr_t at, size_t size)
{
	struct marked *marked = &task->marked;

	if (at < marked->at || at + size > marked->at + marked->size)
		return false;
	if (marked->once)
		marked->size = 0;
	return true;
}

void teeq_kernel_access(const volatile void *object, size_t size, bool write, const void *place)
{
	struct teeq_harness *h = harness_active;

	if (!h || !h->race || !h->running || is_marked(h->running, (uintptr_t)object, size))
		return;
	race_access(h, object, size,
		    &(const struct race_side){ .write = write, .place = place });
}

void teeq_kernel_call(const void *caller)
{
	struct harness_task *task = harness_active ? harness_active->running : NULL;

	if (!task)
		return;
	/* Deeper ones are counted, but not kept. */
	if (caller && task->call_depth < CALL_DEPTH)
		task->calls[task->call_depth] = caller;
	if (caller)
		task->call_depth++;
	else if (task->call_depth > 0)
		task->call_depth--;
}

/* ------------------------------------------ the run ------------------------------------------- */

void race_begin(struct teeq_harness *h)
{
	struct race *r = h->race;

	h->race_found = false;
	if (!race_is_watched() || h->searches)
		return;
	if (!r) {
		h->race = r = calloc(1, sizeof(*r));
		h->no_memory |= !r;
	}
	if (!r)
		return;
	memset(r->tasks, 0, sizeof(r->tasks));
	memset(r->woken, 0, sizeof(r->woken));
	memset(r->sync_heads, 0, sizeof(r->sync_heads));
	memset(r->granule_heads, 0, sizeof(r->granule_heads));
	r->sync_count = r->granule_count = r->access_count = 0;
	for (size_t i = 0; i <= TEEQ_TASK_MAX; i++)
		r->tasks[i].at[i] = 1;
}

/* All that the setup did comes before the tasks; all that they did, before the teardown. */
void race_order_setup(struct teeq_harness *h)
{
	struct race *r = h->race;

	for (size_t i = 0; r && i < TEEQ_TASK_MAX; i++)
		r->tasks[i].at[TEEQ_TASK_MAX] = r->tasks[TEEQ_TASK_MAX].at[TEEQ_TASK_MAX];
	if (r)
		r->tasks[TEEQ_TASK_MAX].at[TEEQ_TASK_MAX]++;
}

void race_order_teardown(struct teeq_harness *h)
{
	for (size_t i = 0; h->race && i < TEEQ_TASK_MAX; i++)
		join(&h->race->tasks[TEEQ_TASK_MAX], &h->race->tasks[i]);
}

void race_free(struct teeq_harness *h)
{
	if (!h->race)
		return;
	free(h->race->syncs);
	free(h->race->granules);
	free(h->race->accesses);
	free(h->race);
}
