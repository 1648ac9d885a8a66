/* SPDX-License-Identifier: BSD-2-Clause */
/* The rarer ways to wait. */
#include "bench.h"

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/wait.h>

static struct completion x;
static wait_queue_head_t queue;
static int tickets;

static void setup(void *argument)
{
	init_completion(&x);
	init_waitqueue_head(&queue);
	tickets = 0;
}

static void complete_it(void *argument)
{
	complete(&x);
}

/* The longest timeout is none, but what is left of it is no 0, which would say that it is over. */
static void wait_for_ever(void *argument)
{
	note("%d", wait_for_completion_timeout(&x, MAX_SCHEDULE_TIMEOUT) > 0);
	note("%d", wait_event_timeout(queue, tickets == 0, MAX_SCHEDULE_TIMEOUT) > 0);
	note("%d", wait_event_interruptible(queue, tickets == 0));
}

static void test_the_longest_timeout(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "w", wait_for_ever);
	add(h, "c", complete_it);
	expect(h, "c*3 w*4", TEEQ_VERDICT_DONE, "1 1 0");
	teeq_harness_free(h);
}

static DEFINE_MUTEX(outer);

static void take_ticket_in_mutex(void *argument)
{
	mutex_lock(&outer);
	wait_event_cmd(queue, tickets > 0, mutex_unlock(&outer), mutex_lock(&outer));
	tickets--;
	note("%d", teeq_kernel_mutex_is_locked(&outer));
	mutex_unlock(&outer);
}

static void give_ticket_in_mutex(void *argument)
{
	mutex_lock(&outer);
	tickets++;
	wake_up(&queue);
	mutex_unlock(&outer);
}

static void test_a_mutex_let_go_while_waiting(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "t", take_ticket_in_mutex);
	add(h, "g", give_ticket_in_mutex);
	expect(h, "t*3 g*4 t*2", TEEQ_VERDICT_DONE, "1");
	teeq_harness_free(h);
}

static void sleep_in_queue(void *argument)
{
	DECLARE_WAITQUEUE(entry, current);

	add_wait_queue(&queue, &entry);
	set_current_state(TASK_UNINTERRUPTIBLE);
	while (tickets == 0) {
		schedule();
		set_current_state(TASK_UNINTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	note("%d", waitqueue_active(&queue));
	remove_wait_queue(&queue, &entry);
	note("%d", waitqueue_active(&queue));
}

/* The first wake is in vain, and must not be the last. */
static void wake_twice(void *argument)
{
	wake_up(&queue);
	cond_resched();
	tickets = 1;
	wake_up(&queue);
}

static void test_a_queue_by_hand(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "s", sleep_in_queue);
	add(h, "w", wake_twice);
	expect(h, "s*3 w*3 s*2 w*3 s*5", TEEQ_VERDICT_DONE, "1 0");
	expect(h, "w*6 s*6", TEEQ_VERDICT_DONE, "1 0");
	expect(h, "w*3 s*2 w*3 s*4", TEEQ_VERDICT_DONE, "1 0");
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_timeout),
		cmocka_unit_test(test_a_mutex_let_go_while_waiting),
		cmocka_unit_test(test_a_queue_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
