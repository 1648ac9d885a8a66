/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static struct mutex m, other;
static spinlock_t s;

static void setup(void *argument)
{
	mutex_init(&m);
	mutex_init(&other);
	spin_lock_init(&s);
}

static void hold_for_a_step(void *argument)
{
	mutex_lock(&m);
	note("%s-in", current->comm);
	teeq_harness_point("inside");
	note("%s-out", current->comm);
	mutex_unlock(&m);
}

static void test_a_mutex_keeps_others_out(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", hold_for_a_step);
	add(h, "b", hold_for_a_step);
	expect(h, "a*2 b a b*2", TEEQ_VERDICT_DONE, "a-in a-out b-in b-out");
	/* b stands before the mutex and cannot move while a is inside. */
	expect(h, "a*2 b", TEEQ_VERDICT_LIMIT, "a-in");
	expect_explained(h, "b waits for mutex &m, in hold_for_a_step() at");
	expect_explained(h, "; a holds it since hold_for_a_step() at");
	teeq_harness_free(h);
}

static void lock_both(void *argument)
{
	mutex_lock(&m);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&m);
}

static void lock_both_reversed(void *argument)
{
	mutex_lock(&other);
	mutex_lock(&m);
	mutex_unlock(&m);
	mutex_unlock(&other);
}

static void test_two_orders_deadlock(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness_search_result found;

	add(h, "a", lock_both);
	add(h, "b", lock_both_reversed);
	expect(h, "a*2 b*2", TEEQ_VERDICT_DEADLOCK, "");
	expect_explained(h, "a waits for mutex &other, in lock_both()");
	expect_explained(h, "b waits for mutex &m, in lock_both_reversed()");
	/* They missed each other, and that was luck. */
	expect_violation(h, "a*3 b*3", "lock order: a deadlock that did not strike here:\n    b takes &m "
			 "with &other held, in lock_both_reversed() at tests/harness/test_locks.c:");
	expect_violation(h, "b*3 a*3", "\n    b takes &m with &other held, in lock_both_reversed()");
	assert_int_equal(teeq_harness_search(h, NULL, &found, NULL), TEEQ_OK);
	/* The search looks for the run in which it strikes. */
	assert_int_equal(found.result.verdict, TEEQ_VERDICT_DEADLOCK);
	teeq_harness_free(h);
}

static void lock_both_in_both_orders(void *argument)
{
	lock_both(argument);
	lock_both_reversed(argument);
}

/* One task alone meets nobody: that is told as what it is. */
static void test_one_task_takes_both_orders(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", lock_both_in_both_orders);
	expect_violation(h, "a*5", "lock order: a takes these locks in no one order, a deadlock once "
			 "another task meets it there:\n    a takes &m with &other held, in "
			 "lock_both_reversed() at tests/harness/test_locks.c:");
	teeq_harness_free(h);
}

static void lock_twice(void *argument)
{
	mutex_lock(&m);
	mutex_lock(&m);
}

static void test_locking_twice_deadlocks(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", lock_twice);
	expect(h, "a*2", TEEQ_VERDICT_DEADLOCK, "");
	expect_explained(h, "; itself holds it since lock_twice()");
	teeq_harness_free(h);
}

static void unlock_only(void *argument)
{
	mutex_unlock(&m);
}

static void test_only_the_owner_unlocks(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", hold_for_a_step);
	add(h, "b", unlock_only);
	expect_violation(h, "b", "b: unlocks &m, which nobody holds, in unlock_only()");
	expect_violation(h, "a*2 b", "b: unlocks &m, which a holds, in unlock_only()");
	teeq_harness_free(h);
}

static void lock_and_return(void *argument)
{
	mutex_lock(&m);
}

static void test_returning_with_a_mutex(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", lock_and_return);
	expect_violation(h, "a*2", "a still holds &m when everything is done");
	add(h, "b", hold_for_a_step);
	assert_int_equal(play(h, "a*2 b").verdict, TEEQ_VERDICT_DEADLOCK);
	expect_explained(h, "; a, which has returned, holds it since lock_and_return() at");
	teeq_harness_free(h);
}

static void lock_zeroed(void *argument)
{
	struct mutex *zeroed = kzalloc(sizeof(*zeroed), GFP_KERNEL);

	mutex_lock(zeroed);
}

static void destroy_locked(void *argument)
{
	mutex_lock(&m);
	mutex_destroy(&m);
}

static void destroy_and_lock(void *argument)
{
	mutex_destroy(&m);
	mutex_lock(&m);
}

static void test_a_mutex_that_is_destroyed(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness *g = bench(setup);

	add(h, "a", destroy_locked);
	expect_violation(h, "a*2", "&m: is destroyed while it is locked in destroy_locked() at");
	add(g, "a", destroy_and_lock);
	expect_violation(g, "a", "&m was not initialised");
	teeq_harness_free(h);
	teeq_harness_free(g);
}

static void test_a_mutex_must_be_initialised(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", lock_zeroed);
	expect_violation(h, "a", "zeroed was not initialised");
	teeq_harness_free(h);
}

static DEFINE_MUTEX(defined);

static void use_defined(void *argument)
{
	mutex_lock(&defined);
	teeq_harness_point("inside");
	mutex_unlock(&defined);
}

/* A run that is given up leaves its mutex locked; the next run does not see that. */
static void test_a_lock_does_not_survive_its_run(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", use_defined);
	expect(h, "a*2", TEEQ_VERDICT_LIMIT, "");
	expect(h, "a*3", TEEQ_VERDICT_DONE, "");
	teeq_harness_free(h);
}

static void lock_interruptibly(void *argument)
{
	int result = mutex_lock_interruptible(&m);

	note("%d", result);
	if (result == 0)
		mutex_unlock(&m);
}

static void lock_killably(void *argument)
{
	int result = mutex_lock_killable(&m);

	note("%d", result);
	if (result == 0)
		mutex_unlock(&m);
}

static void interrupt(void *argument)
{
	teeq_harness_signal("a", false);
}

static void kill_it(void *argument)
{
	teeq_harness_signal("a", true);
}

static void test_signals_end_the_wait_for_a_mutex(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness *k = bench(setup);

	add(h, "a", lock_interruptibly);
	add(h, "b", hold_for_a_step);
	add(h, "i", interrupt);
	expect(h, "a b*2 i*2 a b", TEEQ_VERDICT_DONE, "b-in -4 b-out");
	/* A free mutex is taken, signal or not. */
	expect(h, "a i*2 a b*3", TEEQ_VERDICT_DONE, "0 b-in b-out");

	add(k, "a", lock_killably);
	add(k, "b", hold_for_a_step);
	add(k, "i", interrupt);
	add(k, "k", kill_it);
	expect(k, "a b*2 i*2 k*2 a b", TEEQ_VERDICT_DONE, "b-in -4 b-out");
	expect(k, "a b*2 i*2 b a k*2", TEEQ_VERDICT_DONE, "b-in b-out 0");
	teeq_harness_free(h);
	teeq_harness_free(k);
}

static void try_it(void *argument)
{
	int taken = mutex_trylock(&m);

	note("%d", taken);
	if (taken)
		mutex_unlock(&m);
}

static void test_trylock(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", try_it);
	add(h, "b", hold_for_a_step);
	expect(h, "a*2 b*3", TEEQ_VERDICT_DONE, "1 b-in b-out");
	expect(h, "b*2 a*2 b", TEEQ_VERDICT_DONE, "b-in 0 b-out");
	teeq_harness_free(h);
}

static void sleep_under_spinlock(void *argument)
{
	spin_lock(&s);
	mutex_lock(&m);
}

static void allocate_under_spinlock(void *argument)
{
	unsigned long flags;

	spin_lock_irqsave(&s, flags);
	kfree(kmalloc(8, GFP_ATOMIC));
	note("atomic");
	kfree(kmalloc(8, GFP_KERNEL));
	spin_unlock_irqrestore(&s, flags);
}

static void spin(void *argument)
{
	spin_lock(&s);
	note("%s", current->comm);
	spin_unlock(&s);
}

static void test_spinlocks(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", spin);
	add(h, "b", sleep_under_spinlock);
	add(h, "c", allocate_under_spinlock);
	expect_violation(h, "a*2 b*2", "b: may sleep at &m");
	expect_violation(h, "c*2", "c: kmalloc with GFP_KERNEL in allocate_under_spinlock()");
	assert_string_equal(notes, "atomic");
	teeq_harness_free(h);
}

static void assert_held(void *argument)
{
	mutex_lock(&m);
	lockdep_assert_held(&m);
	note("mutex");
	mutex_unlock(&m);
	spin_lock(&s);
	lockdep_assert_held(&s);
	note("spinlock");
	spin_unlock(&s);
	lockdep_assert_held(&m);
}

static void test_assertions_of_locks(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", assert_held);
	expect_violation(h, "a*3", "lockdep_assert_held(&m) in assert_held()");
	assert_string_equal(notes, "mutex spinlock");
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mutex_keeps_others_out),
		cmocka_unit_test(test_two_orders_deadlock),
		cmocka_unit_test(test_one_task_takes_both_orders),
		cmocka_unit_test(test_locking_twice_deadlocks),
		cmocka_unit_test(test_only_the_owner_unlocks),
		cmocka_unit_test(test_returning_with_a_mutex),
		cmocka_unit_test(test_a_mutex_must_be_initialised),
		cmocka_unit_test(test_a_mutex_that_is_destroyed),
		cmocka_unit_test(test_a_lock_does_not_survive_its_run),
		cmocka_unit_test(test_signals_end_the_wait_for_a_mutex),
		cmocka_unit_test(test_trylock),
		cmocka_unit_test(test_spinlocks),
		cmocka_unit_test(test_assertions_of_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
