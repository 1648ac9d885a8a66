/* SPDX-License-Identifier: BSD-2-Clause */
/* Code that ends the program, which then says what happened and how to have it again. */
#include "bench.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* Not a tail call, and not to be seen through. */
static noinline int deeper(int depth)
{
	volatile char frame[1024];

	frame[depth & 1023] = 1;
	return depth > 0 ? deeper(depth - 1) + frame[depth & 1023] : 0;
}

static void recurse(void *argument)
{
	deeper(1000000);
}

/* Its first access lies far below the end of the stack. */
static void large_frame(void *argument)
{
	volatile char frame[512 * 1024];
	/* Volatile, or a compiler that sees it would keep nothing of the frame but that byte. */
	volatile size_t first = 0;

	frame[first] = 1;
	if (frame[first] != 1)
		schedule();
}

/* How a crash at 16, and one at the poison of a list, are told: s390x tells the page alone. */
#ifdef __s390x__
#define AT_NOTHING "crashed at address 0x0"
#define AT_POISON  AT_NOTHING
#else
#define AT_NOTHING "crashed at address 0x10"
#define AT_POISON  "touched 0x100: an entry that was deleted from its list"
#endif

static void touch_nothing(void *argument)
{
	int *volatile nothing = (int *)16;

	*nothing = 1;
}

struct entry {
	struct list_head list;
};

static void go_on_from_deleted(void *argument)
{
	LIST_HEAD(head);
	struct list_head *volatile next;
	struct entry entry;

	list_add(&entry.list, &head);
	list_del(&entry.list);
	/* Volatile, or a compiler that sees it all would not look there. */
	next = entry.list.next;
	while (READ_ONCE(next->next) != &head)
		schedule();
}

static void loop(void *argument)
{
	volatile int flag = 0;

	cond_resched();
	while (!flag)
		;
}

static void hang(void *argument)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	schedule();
}

static void look_at_nothing(void *argument, struct teeq_harness_view *view)
{
	int *volatile nothing = (int *)16;

	view->free_count = *nothing;
}

static void (*observe)(void *argument, struct teeq_harness_view *view);
static uint64_t fail_at;

/* A run of @function in a process of its own; returns its status, and what it said in @said. */
static int run_apart(void (*function)(void *), char said[static 4096])
{
	size_t length = 0;
	ssize_t got;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct teeq_harness_options options = { .name = "bench", .loop_seconds = 1 };
		struct teeq_harness *h = bench_with(&options);
		const struct teeq_harness_run_options run = { .fail_at = fail_at };
		const struct rlimit no_core = { 0, 0 };
		struct teeq_harness_result result;

		setrlimit(RLIMIT_CORE, &no_core);
		/* cmocka's would go on with the next test. */
		signal(SIGSEGV, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		add(h, "bad", function);
		if (observe)
			teeq_harness_observe(h, "bench", observe, NULL);
		teeq_harness_run(h, &run, &result);
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + length, 4095 - length)) > 0)
		length += (size_t)got;
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}
#define run_apart(...) FROM(run_apart(__VA_ARGS__))

/* The last words must have @line, and after it the schedule @moves. */
static void expect_words(void (*function)(void *), int status, const char *line, const char *moves)
{
	char said[4096];
	int found = run_apart(function, said);
	const char *replay = strstr(said, "\nreplay: 'harness:2:bench:");

	if (!strstr(said, line) || !replay || !strstr(replay, moves))
		fail_msg("found '%s'", said);
	assert_true(WIFEXITED(found));
	assert_int_equal(WEXITSTATUS(found), status);
}
#define expect_words(...) FROM(expect_words(__VA_ARGS__))

static void test_a_stack_that_overflows(void **state)
{
	expect_words(recurse, 1, "teeq-harness: bench: step 0: bad overflowed its stack of 262144 "
		     "bytes, since its last point, start\n", " bad'\n");
	expect_words(large_frame, 1, "teeq-harness: bench: step 0: bad overflowed its stack", " bad'");
}

static void test_memory_that_is_not_there(void **state)
{
	expect_words(touch_nothing, 1, "teeq-harness: bench: step 0: bad " AT_NOTHING ", since ",
		     " bad'");
	expect_words(go_on_from_deleted, 1, "teeq-harness: bench: step 1: bad " AT_POISON ", since",
		     " bad*2'");
}

static void use_unchecked(void *argument)
{
	int *second;

	kfree(kzalloc(1, GFP_KERNEL));
	second = kzalloc(64, GFP_KERNEL);
	second[4] = 1;
	kfree(second);
}

static void test_an_allocation_that_nobody_checked(void **state)
{
	fail_at = 2;
	expect_words(use_unchecked, 1, "teeq-harness: bench: step 0: bad " AT_NOTHING ", ",
		     " bad' 2\n");
	fail_at = 0;
}

static void test_looking_at_what_is_not_there(void **state)
{
	observe = look_at_nothing;
	expect_words(hang, 1, "teeq-harness: bench: step 1: what looks on from outside of tasks "
		     AT_NOTHING "\n", " bad'");
	observe = NULL;
}

static void test_a_loop_without_a_point(void **state)
{
#ifdef __SANITIZE_THREAD__
	/* It holds signals back until the code calls something that it knows. */
	skip();
#endif
	expect_words(loop, 3, "teeq-harness: bench: step 1: bad came to no point for 1 s of processor "
		     "time, since its last point, cond_resched(), in loop() at tests/harness/test_crash.c:",
		     " bad*2'\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_stack_that_overflows),
		cmocka_unit_test(test_memory_that_is_not_there),
		cmocka_unit_test(test_an_allocation_that_nobody_checked),
		cmocka_unit_test(test_looking_at_what_is_not_there),
		cmocka_unit_test(test_a_loop_without_a_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
