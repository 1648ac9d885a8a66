/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes and spinlocks. Who waits for one stands at a point; the lock itself knows its owner only.
 */
#include "harness/harness.h"

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static unsigned int mark(const struct harness_task *task)
{
	return harness_index(harness_active, task) + 1;
}

bool teeq_kernel_mutex_is_mine(const struct mutex *lock)
{
	return teeq_kernel_mutex_is_locked(lock) &&
	       lock->owner == mark(harness_running("lockdep_assert_held()"));
}

bool teeq_kernel_spin_is_mine(const struct spinlock *lock)
{
	return teeq_kernel_spin_is_locked(lock) &&
	       lock->owner == mark(harness_running("lockdep_assert_held()"));
}

static void hold(const void *lock, struct harness_task *task, const struct teeq_site *site,
		 bool is_mutex)
{
	struct teeq_harness *h = harness_active;

	if (h->held_count >= HELD_MAX)
		teeq_harness_violation("more than %d locks are held at once", HELD_MAX);
	if (h->race)
		race_access(h, lock, sizeof(void *),
			    &(const struct race_side){ .write = true, .marked = true,
						       .what = "locking", .site = *site });
	race_acquire(h, task, lock);
	h->held[h->held_count++] = (struct held){ lock, harness_index(h, task), *site,
						     is_mutex };
	task->lock_count++;
}

static void let_go(const void *lock, struct harness_task *task, const struct teeq_site *site)
{
	struct teeq_harness *h = harness_active;
	size_t i = 0;

	if (h->race)
		race_access(h, lock, sizeof(void *),
			    &(const struct race_side){ .write = true, .marked = true,
						       .what = "unlocking", .site = *site });
	race_release(h, task, lock);
	task->lock_count--;
	while (i < h->held_count && h->held[i].lock != lock)
		i++;
	if (i == h->held_count)
		return;
	for (h->held_count--; i < h->held_count; i++)
		h->held[i] = h->held[i + 1];
}

/* Where the options ask for it, others may come in right behind an unlock. */
static void unlocked(void)
{
	if (harness_active->points == TEEQ_HARNESS_POINTS_UNLOCK)
		teeq_kernel_shared("behind the unlock");
}

static void check_initialised(bool initialised, const struct teeq_site *site)
{
	if (!initialised)
		teeq_harness_violation("%s was not initialised, in %s() at %s:%d", site->object,
				       site->function, site->file, site->line);
}

static void check_owner(const void *lock, bool locked, bool mine, const struct teeq_site *site)
{
	const struct held *held = harness_holder(harness_active, lock);

	if (locked && mine)
		return;
	if (!locked || !held || held->task >= harness_active->task_count)
		teeq_harness_violation("unlocks %s, which nobody holds, in %s() at %s:%d",
				       site->object, site->function, site->file, site->line);
	teeq_harness_violation("unlocks %s, which %s holds, in %s() at %s:%d", site->object,
			       harness_active->tasks[held->task].name, site->function, site->file,
			       site->line);
}

static struct point lock_point(enum point_kind kind, const void *lock, unsigned int state,
			       const struct teeq_site *site)
{
	return (struct point){ .kind = kind,
			       .action = "lock",
			       .object = lock,
			       .site = *site,
			       .state = state,
			       .deadline = TEEQ_TIMEOUT_MAX };
}

static void take_mutex(struct mutex *lock, struct harness_task *task,
		       const struct teeq_site *site)
{
	lock->run = harness_active->run;
	lock->owner = mark(task);
	hold(lock, task, site, true);
}

int teeq_kernel_mutex_lock(struct mutex *lock, unsigned int state, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("mutex_lock()");
	struct point point = lock_point(POINT_MUTEX, lock, state, site);

	check_initialised(lock->self == lock, site);
	if (harness_sleep_at(&point) == WAKEUP_SIGNAL)
		return -EINTR;
	order_note(harness_active, task, lock, site);
	take_mutex(lock, task, site);
	return 0;
}

int teeq_kernel_mutex_trylock(struct mutex *lock, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("mutex_trylock()");
	struct point point = lock_point(POINT_FREE, lock, TASK_RUNNING, site);

	check_initialised(lock->self == lock, site);
	harness_point(&point);
	if (teeq_kernel_mutex_is_locked(lock))
		return 0;
	take_mutex(lock, task, site);
	return 1;
}

/*
 * Whether another task stands at the mutex: in the kernel it may be in the list of waiters already.
 */
static bool is_wanted(const struct teeq_harness *h, const struct mutex *lock)
{
	for (size_t i = 0; i < h->task_count; i++)
		if (h->tasks[i].point.kind == POINT_MUTEX && h->tasks[i].point.object == lock &&
		    &h->tasks[i] != h->running)
			return true;
	return false;
}

/*
 * Where others wait for it, mutex_unlock() lets the mutex go first and then looks for whom to wake:
 * somebody who was already let in may not free it meanwhile.
 */
static void unlock_slowly(const struct mutex *lock, const struct teeq_site *site)
{
	struct race_side side = { .write = true, .marked = true, .site = *site };

	side.what = "unlocking, when others may have it already,";
	crash_if_freed(harness_active, lock);
	(void)*(const volatile unsigned int *)&lock->owner;
	race_access(harness_active, lock, sizeof(void *), &side);
}

void teeq_kernel_mutex_unlock(struct mutex *lock, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("mutex_unlock()");
	bool wanted = is_wanted(harness_active, lock);

	check_initialised(lock->self == lock, site);
	check_owner(lock, teeq_kernel_mutex_is_locked(lock), lock->owner == mark(task), site);
	lock->owner = 0;
	lock->run = 0;
	let_go(lock, task, site);
	if (harness_active->recorder)
		recorder_unlock(harness_active->recorder, task, lock);
	unlocked();
	if (wanted)
		unlock_slowly(lock, site);
}

static void take_spin(struct spinlock *lock, struct harness_task *task,
		      const struct teeq_site *site)
{
	lock->run = harness_active->run;
	lock->owner = mark(task);
	task->spin_count++;
	hold(lock, task, site, false);
}

void teeq_kernel_spin_lock(struct spinlock *lock, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("spin_lock()");
	struct point point = lock_point(POINT_SPIN, lock, TASK_RUNNING, site);

	check_initialised(lock->self == lock, site);
	harness_point(&point);
	order_note(harness_active, task, lock, site);
	take_spin(lock, task, site);
}

int teeq_kernel_spin_trylock(struct spinlock *lock, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("spin_trylock()");
	struct point point = lock_point(POINT_FREE, lock, TASK_RUNNING, site);

	check_initialised(lock->self == lock, site);
	harness_point(&point);
	if (teeq_kernel_spin_is_locked(lock))
		return 0;
	take_spin(lock, task, site);
	return 1;
}

void teeq_kernel_spin_unlock(struct spinlock *lock, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("spin_unlock()");

	check_initialised(lock->self == lock, site);
	check_owner(lock, teeq_kernel_spin_is_locked(lock), lock->owner == mark(task), site);
	lock->owner = 0;
	lock->run = 0;
	task->spin_count--;
	let_go(lock, task, site);
	unlocked();
}
