/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes wrong only if somebody comes in where no lock is held. */
#include "bench.h"

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/wait.h>

static struct mutex mutex;
static struct completion x;
static wait_queue_head_t queue;
static int items;
static atomic_t left, pair[2];
static struct task_struct *sleeper;
/* On the stack of whoever waits for it. */
static struct completion *published;

static void setup(void *argument)
{
	mutex_init(&mutex);
	init_completion(&x);
	init_waitqueue_head(&queue);
	items = 0;
	published = NULL;
	atomic_set(&left, 1);
	atomic_set(&pair[0], 0);
	atomic_set(&pair[1], 0);
	sleeper = NULL;
}

/* Every schedule of @a beside @b must end in @verdict, which is DONE, or the search must find it and say @what. */
static void expect_said(void (*a)(void *), void (*b)(void *), enum teeq_verdict verdict,
			const char *what)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness_search_result result;

	add(h, "a", a);
	add(h, "b", b);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, verdict);
	assert_true(result.exhausted == (verdict == TEEQ_VERDICT_DONE));
	if (what)
		expect_explained(h, what);
	teeq_harness_free(h);
}
#define expect_said(...) FROM(expect_said(__VA_ARGS__))

static void expect_found(void (*a)(void *), void (*b)(void *), enum teeq_verdict verdict)
{
	expect_said(a, b, verdict, NULL);
}
#define expect_found(...) FROM(expect_found(__VA_ARGS__))

/* ---------------------------------------- completions ----------------------------------------- */

static void bring_two(void *argument)
{
	for (int i = 0; i < 2; i++) {
		mutex_lock(&mutex);
		items++;
		complete(&x);
		mutex_unlock(&mutex);
	}
}

static void fetch_two(bool in_time)
{
	int fetched = 0;

	while (fetched < 2) {
		wait_for_completion(&x);
		mutex_lock(&mutex);
		if (in_time)
			reinit_completion(&x);
		fetched += items;
		items = 0;
		mutex_unlock(&mutex);
		if (!in_time)
			reinit_completion(&x);
	}
}

static void fetch_rightly(void *argument)
{
	fetch_two(true);
}

/* A completion that came between the unlock and this is wiped out. */
static void fetch_wrongly(void *argument)
{
	fetch_two(false);
}

static void test_a_completion_made_anew_too_late(void **state)
{
	expect_found(fetch_rightly, bring_two, TEEQ_VERDICT_DONE);
	expect_found(fetch_wrongly, bring_two, TEEQ_VERDICT_DEADLOCK);
}

static void expect_item(void *argument)
{
	wait_for_completion(&x);
	WARN_ON(items == 0);
}

static void complete_first(void *argument)
{
	complete(&x);
	items = 1;
}

static void complete_last(void *argument)
{
	items = 1;
	complete(&x);
}

static void test_what_is_stored_behind_the_completion(void **state)
{
	expect_found(expect_item, complete_last, TEEQ_VERDICT_DONE);
	expect_found(expect_item, complete_first, TEEQ_VERDICT_VIOLATION);
}

static void publish(void *argument)
{
	DECLARE_COMPLETION_ONSTACK(own);

	mutex_lock(&mutex);
	published = &own;
	mutex_unlock(&mutex);
	wait_for_completion_killable(&own);
	mutex_lock(&mutex);
	published = NULL;
	mutex_unlock(&mutex);
}

/* Whoever waits for it may have given up, and its stack be somebody else's. */
static void complete_unlocked(void *argument)
{
	struct completion *found;

	mutex_lock(&mutex);
	found = published;
	mutex_unlock(&mutex);
	teeq_harness_signal("a", true);
	if (found)
		complete(found);
}

static void complete_locked(void *argument)
{
	teeq_harness_signal("a", true);
	mutex_lock(&mutex);
	if (published)
		complete(published);
	mutex_unlock(&mutex);
}

static void test_a_completion_that_is_gone(void **state)
{
	expect_found(publish, complete_locked, TEEQ_VERDICT_DONE);
	expect_said(publish, complete_unlocked, TEEQ_VERDICT_VIOLATION,
		    "b: complete() of what was not initialised, or is gone, after &mutex in "
		    "complete_unlocked() at tests/harness/test_races.c:");
}

static void wait_for_nothing(void *argument)
{
	struct completion *zeroed = kzalloc(sizeof(*zeroed), GFP_KERNEL);

	wait_for_completion(zeroed);
}

static void test_a_completion_that_was_not_initialised(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", wait_for_nothing);
	expect_violation(h, "a", "a: zeroed was not initialised, or is gone, in wait_for_nothing()");
	teeq_harness_free(h);
}

/* ------------------------------------------ sleeping ------------------------------------------ */

static void sleep_wrongly(void *argument)
{
	sleeper = current;
	if (items == 0) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}

static void sleep_rightly(void *argument)
{
	sleeper = current;
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (items == 0)
		schedule();
	__set_current_state(TASK_RUNNING);
}

static void wake_sleeper(void *argument)
{
	items = 1;
	if (sleeper)
		wake_up_process(sleeper);
}

static void test_a_wake_between_test_and_state(void **state)
{
	expect_found(sleep_rightly, wake_sleeper, TEEQ_VERDICT_DONE);
	expect_found(sleep_wrongly, wake_sleeper, TEEQ_VERDICT_DEADLOCK);
}

static void sleep_ten(void *argument)
{
	sleeper = current;
	msleep(10);
	WARN_ON(jiffies < 10);
}

static void test_a_nap_is_slept_to_its_end(void **state)
{
	expect_found(sleep_ten, wake_sleeper, TEEQ_VERDICT_DONE);
}

static void wait_for_both(void *argument)
{
	wait_event(queue, atomic_read(&pair[0]) && atomic_read(&pair[1]));
}

static void set_both(void *argument)
{
	atomic_set(&pair[1], 1);
	atomic_set(&pair[0], 1);
	wake_up(&queue);
}

static void wait_for_either(void *argument)
{
	wait_event(queue, atomic_read(&pair[0]) || atomic_read(&pair[1]));
}

static void set_first(void *argument)
{
	atomic_set(&pair[0], 1);
	wake_up(&queue);
}

/* A wake that comes while the condition is tested is not lost. */
static void test_a_condition_of_two_parts(void **state)
{
	expect_found(wait_for_both, set_both, TEEQ_VERDICT_DONE);
	expect_found(wait_for_either, set_first, TEEQ_VERDICT_DONE);
}

/* ------------------------------------------ counters ------------------------------------------ */

static void take_wrongly(void *argument)
{
	if (atomic_read(&left) > 0)
		WARN_ON(atomic_dec_return(&left) < 0);
}

static void take_rightly(void *argument)
{
	if (atomic_add_unless(&left, -1, 0))
		WARN_ON(atomic_read(&left) < 0);
}

static void take_under_lock(void *argument)
{
	mutex_lock(&mutex);
	take_wrongly(argument);
	mutex_unlock(&mutex);
}

static void test_a_counter_between_test_and_use(void **state)
{
	expect_found(take_rightly, take_rightly, TEEQ_VERDICT_DONE);
	expect_found(take_under_lock, take_under_lock, TEEQ_VERDICT_DONE);
	expect_found(take_wrongly, take_wrongly, TEEQ_VERDICT_VIOLATION);
}

/* ------------------------------------- under a lock, too -------------------------------------- */

/* What others see is seen at once, whatever the task holds. */
struct handed {
	struct mutex lock;
	struct completion done;
	wait_queue_head_t asleep;
	struct semaphore units;
	struct kref kref;
	bool given;
};

static struct handed *handed;

static void setup_handed(void *argument)
{
	setup(argument);
	handed = kzalloc(sizeof(*handed), GFP_KERNEL);
	mutex_init(&handed->lock);
	init_completion(&handed->done);
	init_waitqueue_head(&handed->asleep);
	sema_init(&handed->units, 0);
	kref_init(&handed->kref);
	kref_get(&handed->kref);
}

static void complete_inside(void *argument)
{
	mutex_lock(&handed->lock);
	complete(&handed->done);
	mutex_unlock(&handed->lock);
}

static void wait_and_free(void *argument)
{
	wait_for_completion(&handed->done);
	mutex_destroy(&handed->lock);
	kfree(handed);
}

static void up_inside(void *argument)
{
	mutex_lock(&handed->lock);
	up(&handed->units);
	mutex_unlock(&handed->lock);
}

static void down_and_free(void *argument)
{
	down(&handed->units);
	kfree(handed);
}

static void wake_inside(void *argument)
{
	mutex_lock(&handed->lock);
	WRITE_ONCE(handed->given, true);
	wake_up(&handed->asleep);
	mutex_unlock(&handed->lock);
}

static void sleep_and_free(void *argument)
{
	wait_event(handed->asleep, READ_ONCE(handed->given));
	kfree(handed);
}

static void free_handed(struct kref *kref)
{
	kfree(container_of(kref, struct handed, kref));
}

/* The other's reference may be the last one before this unlocks what it is in. */
static void put_inside(void *argument)
{
	mutex_lock(&handed->lock);
	kref_put(&handed->kref, free_handed);
	mutex_unlock(&handed->lock);
}

static void put_outside(void *argument)
{
	kref_put(&handed->kref, free_handed);
}

static void release_inside(void *argument)
{
	mutex_lock(&handed->lock);
	smp_store_release(&handed->given, true);
	mutex_unlock(&handed->lock);
}

static void poll_and_free(void *argument)
{
	while (!smp_load_acquire(&handed->given))
		msleep(1);
	kfree(handed);
}

static void expect_too_late(void (*giver)(void *), void (*taker)(void *), const char *what)
{
	struct teeq_harness *h = bench(setup_handed);
	struct teeq_harness_search_result result;

	add(h, "giver", giver);
	add(h, "taker", taker);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_false(result.exhausted);
	expect_explained(h, what);
	teeq_harness_free(h);
}
#define expect_too_late(...) FROM(expect_too_late(__VA_ARGS__))

static void test_what_is_handed_over_under_a_lock(void **state)
{
	expect_too_late(complete_inside, wait_and_free, "&handed->lock: is destroyed while it is locked");
	expect_too_late(up_inside, down_and_free, " of what has &handed->lock, which is locked since up_in");
	expect_too_late(wake_inside, sleep_and_free, " of what has &handed->lock, which is locked since");
	expect_too_late(put_inside, put_outside, " of what has &handed->lock, which is locked since put_");
	expect_too_late(release_inside, poll_and_free, " of what has &handed->lock, which is locked since");
}

/* The lock does not keep out who does not take it. */
static void look_twice(void *argument)
{
	mutex_lock(&mutex);
	WARN_ON(atomic_read(&left) != atomic_read(&left));
	mutex_unlock(&mutex);
}

static void change_unlocked(void *argument)
{
	atomic_set(&left, 2);
}

static void change_locked(void *argument)
{
	mutex_lock(&mutex);
	atomic_set(&left, 2);
	mutex_unlock(&mutex);
}

static void test_a_lock_that_one_side_takes(void **state)
{
	expect_found(look_twice, change_locked, TEEQ_VERDICT_DONE);
	expect_found(look_twice, change_unlocked, TEEQ_VERDICT_VIOLATION);
}

/* What is plain behind an unlock is its task's own step unless the unlock is a point. */
static void use_behind_the_unlock(void *argument)
{
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	WARN_ON(items == 1);
}

static void change_in_between(void *argument)
{
	mutex_lock(&mutex);
	items = 1;
	cond_resched();
	items = 0;
	mutex_unlock(&mutex);
}

static void expect_at(enum teeq_harness_points points, enum teeq_verdict verdict)
{
	struct teeq_harness_options options = { .name = "bench", .setup = setup, .points = points };
	struct teeq_harness *h = bench_with(&options);
	struct teeq_harness_search_result result;
	struct teeq_harness_result again;
	char *schedule;

	add(h, "a", use_behind_the_unlock);
	add(h, "b", change_in_between);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, verdict);
	schedule = teeq_harness_schedule(h);
	teeq_harness_free(h);
	/* A schedule brings its points along. */
	options.points = TEEQ_HARNESS_POINTS_SHARED;
	h = bench_with(&options);
	add(h, "a", use_behind_the_unlock);
	add(h, "b", change_in_between);
	assert_int_equal(teeq_harness_replay(h, schedule, NULL, &again, NULL), TEEQ_OK);
	assert_int_equal(again.verdict, verdict);
	if (verdict != TEEQ_VERDICT_DONE)
		assert_int_equal(again.event_hash, result.result.event_hash);
	free(schedule);
	teeq_harness_free(h);
}
#define expect_at(...) FROM(expect_at(__VA_ARGS__))

static void test_behind_an_unlock(void **state)
{
	expect_at(TEEQ_HARNESS_POINTS_SHARED, TEEQ_VERDICT_DONE);
	expect_at(TEEQ_HARNESS_POINTS_MODEL, TEEQ_VERDICT_DONE);
	expect_at(TEEQ_HARNESS_POINTS_UNLOCK, TEEQ_VERDICT_VIOLATION);
}

/* The last user frees what the other may still be unlocking. */
static struct box {
	struct mutex lock;
	int users;
} *box;

static void setup_box(void *argument)
{
	box = kzalloc(sizeof(*box), GFP_KERNEL);
	mutex_init(&box->lock);
	box->users = 2;
}

static void leave_box(void *argument)
{
	bool last;

	mutex_lock(&box->lock);
	last = --box->users == 0;
	mutex_unlock(&box->lock);
	if (last)
		kfree(box);
}

static void expect_box(enum teeq_harness_points points, enum teeq_verdict verdict)
{
	struct teeq_harness_options options = { .name = "box", .setup = setup_box, .points = points };
	struct teeq_harness *h = bench_with(&options);
	struct teeq_harness_search_result result;

	add(h, "a", leave_box);
	add(h, "b", leave_box);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, verdict);
	teeq_harness_free(h);
}
#define expect_box(...) FROM(expect_box(__VA_ARGS__))

static void test_inside_an_unlock(void **state)
{
	expect_box(TEEQ_HARNESS_POINTS_SHARED, TEEQ_VERDICT_DONE);
	expect_box(TEEQ_HARNESS_POINTS_UNLOCK, TEEQ_VERDICT_VIOLATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_completion_made_anew_too_late),
		cmocka_unit_test(test_what_is_stored_behind_the_completion),
		cmocka_unit_test(test_a_completion_that_is_gone),
		cmocka_unit_test(test_a_completion_that_was_not_initialised),
		cmocka_unit_test(test_a_wake_between_test_and_state),
		cmocka_unit_test(test_a_nap_is_slept_to_its_end),
		cmocka_unit_test(test_a_condition_of_two_parts),
		cmocka_unit_test(test_a_counter_between_test_and_use),
		cmocka_unit_test(test_what_is_handed_over_under_a_lock),
		cmocka_unit_test(test_a_lock_that_one_side_takes),
		cmocka_unit_test(test_behind_an_unlock),
		cmocka_unit_test(test_inside_an_unlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
