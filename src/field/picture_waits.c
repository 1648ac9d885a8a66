/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "field/picture.h"

#define EDGES_MAX      65536
#define EDGES_OF_ONE   16 /* of one person, to be told */
#define LOCK_WAITERS   512 /* for whom owners are looked for */
#define HELD_LOOKED_AT 64 /* other entries of one lock */
#define STUCK_SECONDS  10 /* one that has not moved for so long is stuck, even where others move */
#define DUMPS_APART    1 /* seconds between dumps, from which on not to move means something */

static bool add_wait(struct picture *picture, size_t from, size_t to, enum edge_kind kind,
		     bool certain)
{
	struct edge *edges;
	size_t count = picture->edge_count;

	if (count == EDGES_MAX)
		return true;
	if (count == 0 || (count >= 64 && (count & (count - 1)) == 0)) {
		edges = realloc(picture->edges, (count ? 2 * count : 64) * sizeof(*edges));
		if (!edges)
			return false;
		picture->edges = edges;
	}
	picture->edges[picture->edge_count++] = (struct edge){
		.from = from,
		.to = to,
		.kind = kind,
		.certain = certain,
	};
	return true;
}

/* Whether all threads of the pool are among those that are seen to be held. */
static bool pool_known(const struct picture *picture)
{
	if (picture->threads_told)
		return picture->held >= picture->threads;
	return picture->all_seen && picture->held > 0 && picture->running_unknown == 0;
}

/* ------------------------------------- who has which lock ------------------------------------- */

/*
 * The lock that @pid was listed with last: who waits is listed last with the one that it waits for.
 */
static const struct log_held *last_held(const struct log *log, uint32_t pid)
{
	for (size_t i = log->held_count; pid && i-- > 0;)
		if (log->held[i].pid == pid)
			return &log->held[i];
	return NULL;
}

/* Whether @held is the last of its task's list. */
static bool ends_list(const struct log *log, const struct log_held *held)
{
	return held == &log->held[log->held_count - 1] || held[1].pid != held->pid ||
	       held[1].dump != held->dump;
}

static size_t find_person(const struct picture *picture, uint32_t pid)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (picture->persons[i].stack->pid == pid)
			return i;
	return PICTURE_NOBODY;
}

/* Whom lockdep lists with the lock that @index waits for, but for others who wait for it, too. */
static bool add_held_edges(struct picture *picture, size_t index)
{
	const struct log *log = picture->log;
	const struct log_held *wanted = last_held(log, picture->persons[index].stack->pid);
	size_t seen = 0;

	for (size_t i = log->held_count; wanted && wanted->instance && i-- > 0;) {
		const struct log_held *held = &log->held[i];
		size_t owner;

		if (held->pid == wanted->pid || held->lock != wanted->lock ||
		    held->instance != wanted->instance || held->dump + 2 < wanted->dump)
			continue;
		if (seen++ == HELD_LOOKED_AT)
			break;
		owner = find_person(picture, held->pid);
		if (owner == PICTURE_NOBODY ||
		    (picture->persons[owner].activity.wait == ACTIVITY_LOCK &&
		     ends_list(log, held)))
			continue;
		return add_wait(picture, index, owner, EDGE_LOCK, true);
	}
	return true;
}

/*
 * A task is inside of what @taker guards where it has
 * that function on its stack and does not wait there.
 */
static bool is_inside_taker(const struct person *person, uint32_t taker)
{
	const struct log_stack *stack = person->stack;

	if (person->activity.wait == ACTIVITY_LOCK && person->activity.taker == taker)
		return false;
	for (size_t i = 0; i < stack->frame_count; i++)
		if (stack->frames[i].symbol == taker && !stack->frames[i].uncertain)
			return true;
	return false;
}

/* Whether a stack goes through what a sort of lock (of clocks, of regulators) is for. */
static bool uses(const struct picture *picture, const struct person *person, const char *subject)
{
	for (size_t i = 0; i < person->stack->frame_count; i++) {
		const struct frame_row *row = picture->table->rows[person->stack->frames[i].symbol];

		if (row && !person->stack->frames[i].uncertain && row->role == FRAME_SERVICE &&
		    strcmp(row->subject, subject) == 0)
			return true;
	}
	return false;
}

static bool is_plain_lock(const char *lock)
{
	return strcmp(lock, "mutex") == 0 || strcmp(lock, "semaphore") == 0 ||
	       strcmp(lock, "rwsem") == 0;
}

static bool add_lock_edges(struct picture *picture, size_t index)
{
	const struct person *waiter = &picture->persons[index];
	size_t owner = PICTURE_NOBODY, before = picture->edge_count;

	if (waiter->stack->owner)
		owner = find_person(picture, waiter->stack->owner);
	if (owner != PICTURE_NOBODY)
		return add_wait(picture, index, owner, EDGE_LOCK, true);
	if (!add_held_edges(picture, index))
		return false;
	for (size_t i = 0; picture->edge_count == before && i < picture->person_count; i++)
		if (i != index && waiter->activity.taker != UINT32_MAX &&
		    is_inside_taker(&picture->persons[i], waiter->activity.taker) &&
		    !add_wait(picture, index, i, EDGE_LOCK, false))
			return false;
	for (size_t i = 0; picture->edge_count == before && i < picture->person_count; i++)
		if (i != index && !is_plain_lock(waiter->activity.lock) &&
		    picture->persons[i].activity.wait != ACTIVITY_LOCK &&
		    uses(picture, &picture->persons[i], waiter->activity.lock) &&
		    !add_wait(picture, index, i, EDGE_LOCK, false))
			return false;
	if (picture->edge_count == before)
		return add_wait(picture, index, PICTURE_NOBODY, EDGE_LOCK, true);
	return true;
}

/* --------------------------------------- all the others --------------------------------------- */

static bool add_holder_edges(struct picture *picture, size_t index, enum edge_kind kind,
			     bool certain)
{
	size_t told = 0;

	for (size_t i = 0; i < picture->person_count && told < EDGES_OF_ONE; i++) {
		if (picture->persons[i].activity.held == 0 ||
		    (i == index && kind == EDGE_NOTIFICATION))
			continue;
		told++;
		if (!add_wait(picture, index, i, kind, certain))
			return false;
	}
	return told > 0 || add_wait(picture, index, PICTURE_NOBODY, kind, false);
}

static bool add_supplicant_edges(struct picture *picture, size_t index)
{
	bool alive = picture->supplicant == SUPPLICANT_ALIVE;
	size_t serving = picture->supplicant_count - picture->supplicant_idle, told = 0;

	for (size_t i = 0; i < picture->person_count && told < EDGES_OF_ONE; i++) {
		const struct person *person = &picture->persons[i];

		if (!person->supplicant || (alive && serving > 0 && !person->serving))
			continue;
		told++;
		if (!add_wait(picture, index, i, EDGE_SUPPLICANT,
			      !alive || (serving == 1 && person->activity.wait != ACTIVITY_TAKING)))
			return false;
		if (!alive)
			break;
	}
	return told > 0 || add_wait(picture, index, PICTURE_NOBODY, EDGE_SUPPLICANT,
				    !alive && picture->supplicant != SUPPLICANT_UNSEEN);
}

static bool add_edges(struct picture *picture)
{
	size_t lock_count = 0;
	bool good = true;

	for (size_t i = 0; good && i < picture->person_count; i++) {
		picture->persons[i].first_edge = picture->edge_count;
		switch (picture->persons[i].activity.wait) {
		case ACTIVITY_THREAD:
			good = add_holder_edges(picture, i, EDGE_THREAD,
						picture->threads_told && pool_known(picture));
			break;
		case ACTIVITY_IDLE:
			good = add_holder_edges(picture, i, EDGE_IDLE, true);
			break;
		case ACTIVITY_NOTIFICATION:
			good = add_holder_edges(picture, i, EDGE_NOTIFICATION, false);
			break;
		case ACTIVITY_SUPPLICANT:
			good = add_supplicant_edges(picture, i);
			break;
		case ACTIVITY_LOCK:
			good = lock_count++ < LOCK_WAITERS ?
				       add_lock_edges(picture, i) :
				       add_wait(picture, i, PICTURE_NOBODY, EDGE_LOCK, false);
			break;
		default:
			break;
		}
		picture->persons[i].edge_count =
			picture->edge_count - picture->persons[i].first_edge;
	}
	return good;
}

/* ------------------------------------- who can still move ------------------------------------- */

struct movers {
	size_t holders, idle_blockers, serving; /* that can move, or that cannot */
	size_t supplicant_waiters;
};

static struct movers count_movers(const struct picture *picture)
{
	struct movers movers = { .holders = 0 };

	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *person = &picture->persons[i];

		movers.holders += person->activity.held > 0 && person->can_move;
		movers.idle_blockers += person->activity.held > 0 && !person->can_move;
		movers.serving += person->supplicant && person->serving && person->can_move;
		movers.supplicant_waiters += person->activity.wait == ACTIVITY_SUPPLICANT;
	}
	return movers;
}

static bool supplicant_can(const struct picture *picture, const struct movers *movers)
{
	size_t serving = picture->supplicant_count - picture->supplicant_idle;

	if (picture->supplicant == SUPPLICANT_UNSEEN)
		return true;
	if (picture->supplicant != SUPPLICANT_ALIVE)
		return false;
	if (movers->serving > 0 || serving == 0)
		return true;
	return picture->supplicant_idle > 0 && movers->supplicant_waiters > serving;
}

static bool can_move(const struct picture *picture, size_t index, const struct movers *movers,
		     const bool *lock_free)
{
	const struct person *person = &picture->persons[index];

	if (person->stack->stalled)
		return false;
	switch (person->activity.wait) {
	case ACTIVITY_STOPPED:
		return false;
	case ACTIVITY_THREAD:
		return movers->holders > 0 || !pool_known(picture);
	case ACTIVITY_IDLE:
		return movers->idle_blockers == 0;
	case ACTIVITY_SUPPLICANT:
		return supplicant_can(picture, movers);
	case ACTIVITY_NOTIFICATION:
		return movers->holders > 0 || !pool_known(picture) ||
		       picture->held == person->activity.held;
	case ACTIVITY_LOCK:
		return lock_free[index];
	default:
		return true;
	}
}

/*
 * Of each who waits for a lock, whether one who may have it can move, or nobody knows who has it.
 */
static void find_free_locks(const struct picture *picture, bool *lock_free)
{
	for (size_t i = 0; i < picture->edge_count; i++) {
		const struct edge *edge = &picture->edges[i];

		if (edge->kind == EDGE_LOCK &&
		    (edge->to == PICTURE_NOBODY || picture->persons[edge->to].can_move))
			lock_free[edge->from] = true;
	}
}

/* Nobody can move until it is shown: what is left over at the end waits for itself. */
static void find_movers(struct picture *picture, bool *lock_free)
{
	bool again;

	do {
		struct movers movers = count_movers(picture);

		again = false;
		find_free_locks(picture, lock_free);
		for (size_t i = 0; i < picture->person_count; i++) {
			struct person *person = &picture->persons[i];

			if (person->can_move || !can_move(picture, i, &movers, lock_free))
				continue;
			person->can_move = true;
			again = true;
		}
	} while (again);
}

static bool evident(const struct picture *picture, const struct person *person)
{
	if (person->activity.wait == ACTIVITY_REQUEST || person->activity.wait == ACTIVITY_USER)
		return false;
	/* Outside of the driver only tee-supplicant matters, where it is seen what it waits for. */
	if (!person->activity.related &&
	    (!person->serving || person->activity.wait == ACTIVITY_UNKNOWN))
		return false;
	if (person->hung || person->seconds >= STUCK_SECONDS)
		return true;
	return person->same && picture->moved_count == 0 &&
	       (person->seconds >= DUMPS_APART || person->stack->time == LOG_TIME_NONE);
}

enum teeq_status picture_add_waits(struct picture *picture, struct teeq_error *error)
{
	bool *lock_free = calloc(picture->person_count + 1, sizeof(*lock_free));

	if (!lock_free || !add_edges(picture)) {
		free(lock_free);
		return error_nomem(error);
	}
	find_movers(picture, lock_free);
	free(lock_free);
	for (size_t i = 0; i < picture->person_count; i++) {
		struct person *person = &picture->persons[i];

		person->evident = evident(picture, person);
		person->stuck = !person->can_move || person->evident;
	}
	return TEEQ_OK;
}
