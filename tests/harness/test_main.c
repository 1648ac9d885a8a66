/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line around a harness. */
#include "bench.h"

#include <sys/wait.h>
#include <unistd.h>

#include <linux/bug.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* The program "bench @words" around @h; returns its exit status, and what it printed in @said. */
static int command(struct teeq_harness *h, const char *words, char said[static 4096])
{
	char text[256], *arguments[8] = { "bench" };
	int count = 1, ends[2], status;
	size_t length = 0;
	ssize_t got;

	snprintf(text, sizeof(text), "%s", words);
	for (char *word = strtok(text, " "); word && count < 7; word = strtok(NULL, " "))
		arguments[count++] = word;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	if (fork() == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		status = teeq_harness_main(h, count, arguments);
		fflush(stdout);
		_exit(status);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + length, 4095 - length)) > 0)
		length += (size_t)got;
	said[length] = '\0';
	close(ends[0]);
	wait(&status);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
#define command(...) FROM(command(__VA_ARGS__))

static void expect_command(struct teeq_harness *h, const char *words, int status, const char *text)
{
	char said[4096];
	int found = command(h, words, said);

	if (found != status || !strstr(said, text))
		fail_msg("'%s': status %d, expected %d with '%s', found '%s'", words, found, status,
			 text, said);
}
#define expect_command(...) FROM(expect_command(__VA_ARGS__))

static void no_trouble(void *argument)
{
	cond_resched();
}

static void test_words(void **state)
{
	struct teeq_harness *h = bench(NULL);
	static const char *const wrong[] = {
		"", "--points", "--points here search", "walk", "random x", "random 1 2 3", "random -1", "search x", "replay",
		"replay a b", "search 1 2 3", "random 99999999999999999999",
	};

	add(h, "a", no_trouble);
	add(h, "b", no_trouble);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_command(h, wrong[i], 2, "usage: bench [--points WHERE] WORD");
	expect_command(h, "--help", 0, "usage: bench [--points WHERE] WORD");
	expect_command(h, "random", 0, "1000 runs, 4000 steps: all done\n");
	expect_command(h, "random 5 17", 0, "5 runs, 20 steps: all done\n");
	expect_command(h, "pct 5 2", 0, "5 runs, 20 steps: all done\n");
	expect_command(h, "search", 0, "6 runs, 24 steps, exhausted: no schedule fails\n");
	expect_command(h, "search 0", 0, "2 runs, 8 steps, exhausted: no schedule with at most 0 "
		       "preemptions fails\n");
	expect_command(h, "search", 0, "\n  of 2 tasks, switched at what is shared, also under locks; no "
		       "allocation fails, and a timeout ends only when nobody can move\n");
	expect_command(h, "--points model search", 0, "switched at the model's points: under a lock,");
	expect_command(h, "--points unlock search", 0, "also under locks, and behind unlocks;");
	expect_command(h, "starve 5", 0, "no task allocates memory\n");
	expect_command(h, "replay nonsense", 2, "bench: schedule: found 'nonsense'");
	expect_command(h, "record 5", 2, "bench: recording: the last run was not recorded");
	teeq_harness_free(h);
}

static void never_ends(void *argument)
{
	while (true)
		cpu_relax();
}

static void test_a_limit_claims_nothing(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", never_ends);
	expect_command(h, "random", 3, "run 1, seed 0: limit after 100000 steps\n");
	expect_command(h, "search", 3, "1 runs, 100000 steps, 1 of them cut; not exhausted: nothing");
	teeq_harness_free(h);
}

/* Two allocations; what happens when the second fails was forgotten. */
static void forgets_to_check(void *argument)
{
	int *first = kzalloc(sizeof(*first), GFP_KERNEL);
	int *second;

	if (!first)
		return;
	second = kzalloc(sizeof(*second), GFP_KERNEL);
	cond_resched();
	WARN_ON(!second);
	kfree(second);
	kfree(first);
}

static void test_every_allocation_fails_once(void **state)
{
	struct teeq_harness *h = bench(NULL);
	char said[4096], again[4096];
	const char *replay;

	add(h, "a", forgets_to_check);
	expect_command(h, "random", 0, "all done");
	assert_int_equal(command(h, "starve", said), 1);
	assert_non_null(strstr(said, "allocation 2 fails, seed 0: violation after 2 steps\n"
				     "  a: WARN_ON(!second) in forgets_to_check() at"));
	replay = strstr(said, "\nreplay: bench replay 'harness:2:bench:");
	assert_non_null(replay);
	assert_non_null(strstr(replay, " a*2' 2\n"));
	assert_int_equal(command(h, "starve", again), 1);
	/* A sanitizer may begin with a line of its own. */
	assert_string_equal(strstr(said, "allocation 2"), strstr(again, "allocation 2"));
	teeq_harness_free(h);
}

static int runs_before;

/* What a static variable of the code under test might do. */
static void change_with_time(void *argument)
{
	if (++runs_before > 2)
		cond_resched();
	WARN_ON(runs_before == 5);
}

static void test_what_does_not_come_again(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", change_with_time);
	expect_command(h, "random 4", 1, "bench: the same choices led elsewhere");
	expect_command(h, "random 6", 1, "bench: the same choices led elsewhere");
	expect_command(h, "random 2", 1, "bench: the same choices led elsewhere");
	add(h, "b", no_trouble);
	runs_before = 0;
	expect_command(h, "search", 1, "the same choices led elsewhere");
	runs_before = 0;
	assert_int_equal(teeq_harness_restore(h, &runs_before, sizeof(runs_before)), TEEQ_OK);
	expect_command(h, "random 6", 0, "6 runs, 18 steps: all done\n");
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_a_limit_claims_nothing),
		cmocka_unit_test(test_every_allocation_fails_once),
		cmocka_unit_test(test_what_does_not_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
