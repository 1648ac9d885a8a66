/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is used beside its bounds or its time: the run ends there, and says whose it was. */
#include "bench.h"

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/wait.h>

/* AddressSanitizer sees the same, in its own way: the program ends with its report. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNGUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNGUARDED 1
#endif
#endif
#ifndef UNGUARDED
#define UNGUARDED 0
#endif

struct object {
	struct mutex mutex;
	struct completion done;
	struct semaphore units;
	wait_queue_head_t queue;
	long value;
};

static struct object *object;
static struct mutex outer;
static s64 *numbers;
static volatile s64 sink;
static size_t count, place;

static void setup(void *argument)
{
	object = kzalloc(sizeof(*object), GFP_KERNEL);
	mutex_init(&object->mutex);
	mutex_init(&outer);
	init_completion(&object->done);
	sema_init(&object->units, 0);
	init_waitqueue_head(&object->queue);
}

static void free_object(void *argument)
{
	mutex_lock(&outer);
	kfree(object);
	mutex_unlock(&outer);
}

static void write_object(void *argument)
{
	mutex_lock(&outer);
	object->value = 1;
	mutex_unlock(&outer);
}

static void read_object(void *argument)
{
	mutex_lock(&outer);
	sink = object->value;
	mutex_unlock(&outer);
}

static void lock_object(void *argument)
{
	mutex_lock(&outer);
	mutex_lock(&object->mutex);
	mutex_unlock(&object->mutex);
	mutex_unlock(&outer);
}

static void add_to_queue(void *argument)
{
	DECLARE_WAITQUEUE(entry, current);

	mutex_lock(&outer);
	add_wait_queue(&object->queue, &entry);
	remove_wait_queue(&object->queue, &entry);
	mutex_unlock(&outer);
}

static void expect_freed(void (*user)(void *), const char *who)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness_search_result found;

	add(h, "user", user);
	add(h, "freer", free_object);
	assert_int_equal(teeq_harness_search(h, NULL, &found, NULL), TEEQ_OK);
	assert_int_equal(found.result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_false(found.exhausted);
	expect_explained(h, "user: uses freed memory: byte ");
	expect_explained(h, " by kzalloc in setup() at tests/harness/test_memory.c:");
	expect_explained(h, ", freed by freer in free_object() at tests/harness/test_memory.c:");
	expect_explained(h, who);
	/* The harness is as good as new. */
	expect(h, "user freer", TEEQ_VERDICT_LIMIT, "");
	teeq_harness_free(h);
}
#define expect_freed(...) FROM(expect_freed(__VA_ARGS__))

static void test_freed_memory(void **state)
{
	if (UNGUARDED)
		skip();
	expect_freed(write_object, "since its last point, &outer, in write_object()");
	expect_freed(read_object, "since its last point, &outer, in read_object()");
	expect_freed(lock_object, "since its last point, &outer, in lock_object()");
	expect_freed(add_to_queue, "since its last point, add_wait_queue()");
}

/* ------------------------------------------- bounds ------------------------------------------- */

static void use_numbers(void *argument)
{
	numbers = kmalloc(count * sizeof(*numbers), GFP_KERNEL);
	numbers[place] = 7;
	kfree(numbers);
}

static void read_numbers(void *argument)
{
	numbers = kcalloc(count, sizeof(*numbers), GFP_KERNEL);
	sink = numbers[place];
	kfree(numbers);
}

static void expect_bounds(void (*task)(void *), size_t wanted, size_t at, const char *said)
{
	struct teeq_harness *h = bench(NULL);

	count = wanted;
	place = at;
	add(h, "a", task);
	if (said)
		expect_violation(h, "a", said);
	else
		expect(h, "a", TEEQ_VERDICT_DONE, "");
	teeq_harness_free(h);
}
#define expect_bounds(...) FROM(expect_bounds(__VA_ARGS__))

static void test_the_bounds_of_memory(void **state)
{
	if (UNGUARDED)
		skip();
	expect_bounds(use_numbers, 1, 0, NULL);
	expect_bounds(use_numbers, 1, 1, "a: runs over the end: byte 8 of 8 by kmalloc in use_numbers()");
	expect_bounds(read_numbers, 1, 1, "a: runs over the end: byte 8 of 8 by kcalloc in read_numbers()");
	expect_bounds(use_numbers, 3, (size_t)-1, "kfree in use_numbers() at tests/harness/test_memory.c:");
	expect_bounds(use_numbers, 3, (size_t)-1, " of 24 bytes by kmalloc in use_numbers() at");
	/* More than a page. */
	expect_bounds(read_numbers, 5000, 4999, NULL);
	expect_bounds(read_numbers, 5000, 5000, "a: runs over the end: byte 40000 of 40000 by kcalloc");
}

static void write_behind(void *argument)
{
	char *bytes = kmalloc(5, GFP_KERNEL);

	bytes[5] = 0;
	kfree(bytes);
}

static void test_what_the_alignment_leaves(void **state)
{
	struct teeq_harness *h;

	if (UNGUARDED)
		skip();
	h = bench(NULL);
	add(h, "a", write_behind);
	expect_violation(h, "a", "of 5 bytes by kmalloc in write_behind() at");
	expect_violation(h, "a", ": somebody wrote beside them");
	teeq_harness_free(h);
}

/* More blocks than there are slots: they get maps of their own, and some of those are reused. */
static void allocate_many(void *argument)
{
	for (int i = 0; i < 14000; i++) {
		long *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);

		*fresh = i;
		kfree(fresh);
	}
	numbers = kzalloc(sizeof(*numbers), GFP_KERNEL);
	kfree(numbers);
	cond_resched();
	if (count)
		numbers[0] = 1;
}

static void test_many_blocks(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", allocate_many);
	count = 0;
	for (int i = 0; i < 2; i++)
		expect(h, "a*2", TEEQ_VERDICT_DONE, "");
	teeq_harness_free(h);
}

/* ------------------------------------- who would come too late -------------------------------- */

static void free_now(void *argument)
{
	kfree(object);
}

static void wait_in_object(void *argument)
{
	wait_for_completion(&object->done);
}

static void down_in_object(void *argument)
{
	down(&object->units);
}

static void hold_object(void *argument)
{
	mutex_lock(&object->mutex);
	cond_resched();
	mutex_unlock(&object->mutex);
}

static void expect_waiting(void (*user)(void *), const char *words, const char *said)
{
	struct teeq_harness *h = bench(setup);

	add(h, "user", user);
	add(h, "freer", free_now);
	expect_violation(h, words, said);
	expect_violation(h, words, "freer: kfree in free_now() at tests/harness/test_memory.c:");
	teeq_harness_free(h);
}
#define expect_waiting(...) FROM(expect_waiting(__VA_ARGS__))

static void test_what_is_freed_while_others_wait(void **state)
{
	expect_waiting(wait_in_object, "user freer",
		       " of what has &object->done, which user waits for in wait_in_object()");
	expect_waiting(down_in_object, "user freer",
		       " of what has &(&object->units)->units, which user waits for in");
	expect_waiting(hold_object, "user freer",
		       " of what has &object->mutex, which user waits for in hold_object()");
	expect_waiting(hold_object, "user*2 freer",
		       " of what has &object->mutex, which is locked since hold_object()");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freed_memory),
		cmocka_unit_test(test_the_bounds_of_memory),
		cmocka_unit_test(test_what_the_alignment_leaves),
		cmocka_unit_test(test_many_blocks),
		cmocka_unit_test(test_what_is_freed_while_others_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
