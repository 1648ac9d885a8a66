/* SPDX-License-Identifier: BSD-2-Clause */
/* What ends with its block. */
#include "bench.h"

#include <linux/cleanup.h>
#include <linux/errno.h>

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(lock);

static int guarded(bool early)
{
	guard(mutex)(&mutex);
	if (early)
		return teeq_kernel_mutex_is_locked(&mutex) ? -EINVAL : 0;
	note("%d", teeq_kernel_mutex_is_locked(&mutex));
	return 0;
}

static void use_guards(void *argument)
{
	int once = 0;

	note("%d", guarded(true) == -EINVAL);
	guarded(false);
	note("%d", teeq_kernel_mutex_is_locked(&mutex));
	scoped_guard(mutex, &mutex)
		note("%d", teeq_kernel_mutex_is_locked(&mutex) + once++);
	scoped_guard(spinlock_irqsave, &lock) {
		note("%d", teeq_kernel_spin_is_locked(&lock) + once++);
		if (once == 2)
			break;
	}
	note("%d%d", teeq_kernel_mutex_is_locked(&mutex), teeq_kernel_spin_is_locked(&lock));
}

static void sleep_in_guard(void *argument)
{
	guard(spinlock)(&lock);
	guarded(false);
}

static void test_guards(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "g", use_guards);
	add(h, "s", sleep_in_guard);
	expect(h, "g*5", TEEQ_VERDICT_LIMIT, "1 1 0 1 2 00");
	expect_violation(h, "s*2", "s: may sleep at &mutex, in guarded() at tests/harness/test_cleanup");
	teeq_harness_free(h);
}

static void *allocated(bool keep)
{
	void *block __free(kfree) = kzalloc(8, GFP_KERNEL);

	if (!keep)
		return NULL;
	return_ptr(block);
}

static void allocate(void *argument)
{
	void *block;

	note("%d", !allocated(false));
	block = allocated(true);
	note("%d", !!block);
	kfree(block);
}

static void leak(void *argument)
{
	note("%d", !!allocated(true));
}

static void test_memory_that_frees_itself(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness *leaking = bench(NULL);

	add(h, "a", allocate);
	expect(h, "a", TEEQ_VERDICT_DONE, "1 1");
	add(leaking, "l", leak);
	expect_violation(leaking, "l", "leak: 1 allocation is left; the first is 8 bytes by kzalloc in "
			 "allocated()");
	teeq_harness_free(h);
	teeq_harness_free(leaking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_memory_that_frees_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
