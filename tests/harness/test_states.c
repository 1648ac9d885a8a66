/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The search by states against the one by schedules, which knows nothing of states: small programs
 * that chance wrote end in the same ways under both, with and without a bound on preemptions, and
 * what fails is found by as few steps as can be.
 */
#include "bench.h"

#include <inttypes.h>

#include <teeq/limits.h>

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

enum {
	TASKS = 3,
	OPS = 4,
	LOCKS = 2
};

/*
 * What a step of a program does. The locks it takes it gives back in the next step but one, or at
 * its end.
 */
enum op {
	OP_LOCK,
	OP_UNLOCK,
	OP_SPIN,
	OP_ADD,
	OP_WRITE,
	OP_COMPLETE,
	OP_WAIT,
	OP_ALLOCATE,
	OP_POINT,
	OP_WAKE,
	OP_SLEEP,
	OP_COUNT
};

struct step {
	enum op op;
	unsigned int object;
};

/* What tasks share. One piece, named to teeq_harness_restore(). */
struct shared {
	struct mutex mutexes[LOCKS];
	spinlock_t spin;
	atomic_t counter;
	struct completion completions[LOCKS];
	wait_queue_head_t queue;
	int *block;
	int flag;
	int written;
	int history;
};

static struct step programs[TASKS][OPS];
static unsigned int task_count;
static struct shared shared;
static uint64_t op_counts[OP_COUNT];

/* ---- what chance writes ---- */

static uint64_t chance_state;

static unsigned int chance(unsigned int below)
{
	chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(chance_state >> 33) % below;
}

static void write_programs(uint64_t seed)
{
	chance_state = seed * UINT64_C(0x9e3779b97f4a7c15);
	task_count = 2 + chance(2);
	for (unsigned int i = 0; i < task_count; i++)
		for (unsigned int k = 0; k < OPS; k++) {
			programs[i][k] = (struct step){ (enum op)chance(OP_COUNT), chance(LOCKS) };
			op_counts[programs[i][k].op]++;
		}
}

/* ---- a task ---- */

static void set_up(void *argument)
{
	(void)argument;
	for (unsigned int i = 0; i < LOCKS; i++) {
		mutex_init(&shared.mutexes[i]);
		init_completion(&shared.completions[i]);
	}
	spin_lock_init(&shared.spin);
	init_waitqueue_head(&shared.queue);
	atomic_set(&shared.counter, 0);
	shared.block = kzalloc(sizeof(*shared.block), GFP_KERNEL);
	shared.flag = shared.written = shared.history = 0;
}

/* Each way to end has a number of its own. */
static uint64_t outcomes[4096];
static size_t outcome_count;

static void tear_down(void *argument)
{
	uint64_t outcome = (uint64_t)(unsigned int)shared.history << 32 |
			   (uint64_t)(unsigned int)(shared.written * 64 + *shared.block);

	(void)argument;
	kfree(shared.block);
	for (size_t i = 0; i < outcome_count; i++)
		if (outcomes[i] == outcome)
			return;
	if (outcome_count < sizeof(outcomes) / sizeof(outcomes[0]))
		outcomes[outcome_count++] = outcome;
}

static void remember(unsigned int task)
{
	shared.history = (shared.history * 4 + (int)task + 1) % 100003;
}

static void take_and_give(unsigned int task, struct mutex *mutex)
{
	mutex_lock(mutex);
	remember(task);
	mutex_unlock(mutex);
}

static void allocate(unsigned int task)
{
	int *block = kmalloc(sizeof(*block) * (1 + task), GFP_KERNEL);

	if (!block)
		return;
	*block = shared.written;
	cond_resched();
	shared.written += *block + 1;
	kfree(block);
}

static void do_step(unsigned int task, const struct step *step, bool *holds)
{
	struct mutex *mutex = &shared.mutexes[step->object];

	switch (step->op) {
	case OP_LOCK:
		if (holds[step->object])
			return;
		mutex_lock(mutex);
		holds[step->object] = true;
		remember(task);
		break;
	case OP_UNLOCK:
		if (holds[step->object])
			mutex_unlock(mutex);
		else
			take_and_give(task, mutex);
		holds[step->object] = false;
		break;
	case OP_SPIN:
		spin_lock(&shared.spin);
		++*shared.block;
		spin_unlock(&shared.spin);
		break;
	case OP_ADD:
		shared.written = shared.written * 3 + atomic_inc_return(&shared.counter);
		break;
	case OP_WRITE:
		shared.written = (int)task + 1;
		break;
	case OP_COMPLETE:
		complete(&shared.completions[step->object]);
		break;
	case OP_WAIT:
		wait_for_completion(&shared.completions[step->object]);
		break;
	case OP_ALLOCATE:
		allocate(task);
		break;
	case OP_WAKE:
		shared.flag = 1;
		wake_up(&shared.queue);
		break;
	case OP_SLEEP:
		wait_event(shared.queue, shared.flag);
		break;
	default:
		cond_resched();
		break;
	}
}

static void run_program(void *argument)
{
	const struct step *steps = argument;
	unsigned int task = (unsigned int)((steps - programs[0]) / OPS);
	bool holds[LOCKS] = { false };

	for (unsigned int k = 0; k < OPS; k++)
		do_step(task, &steps[k], holds);
	for (unsigned int i = 0; i < LOCKS; i++)
		if (holds[i])
			mutex_unlock(&shared.mutexes[i]);
}

/* ---- both searches ---- */

static struct teeq_harness *make(void)
{
	static const char *const names[TASKS] = { "a", "b", "c" };
	const struct teeq_harness_options options = { .setup = set_up, .teardown = tear_down };
	struct teeq_harness *h = bench_with(&options);

	for (unsigned int i = 0; i < task_count; i++)
		assert_int_equal(teeq_harness_task(h, names[i], run_program, programs[i], NULL),
				 TEEQ_OK);
	assert_int_equal(teeq_harness_restore(h, &shared, sizeof(shared)), TEEQ_OK);
	return h;
}
#define make(...) FROM(make(__VA_ARGS__))

static int by_number(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

struct ways {
	enum teeq_verdict verdict;
	bool exhausted;
	uint64_t steps;
	size_t count;
	uint64_t outcomes[sizeof(outcomes) / sizeof(outcomes[0])];
};

static void take_outcomes(struct ways *ways, const struct teeq_harness_result *result,
			  bool exhausted)
{
	ways->verdict = result->verdict;
	ways->steps = result->steps;
	ways->exhausted = exhausted;
	ways->count = outcome_count;
	qsort(outcomes, outcome_count, sizeof(outcomes[0]), by_number);
	memcpy(ways->outcomes, outcomes, sizeof(outcomes));
	memset(outcomes, 0, sizeof(outcomes));
	outcome_count = 0;
}

static bool search_schedules(uint32_t bound, uint64_t step_max, struct ways *ways)
{
	const struct teeq_harness_search_options options = { .preemption_max = bound,
							     .step_max = step_max,
							     .run_max = 4000 };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = make();
	enum teeq_status status = teeq_harness_search(h, &options, &result, NULL);

	take_outcomes(ways, &result.result, result.exhausted);
	teeq_harness_free(h);
	return status == TEEQ_OK;
}
#define search_schedules(...) FROM(search_schedules(__VA_ARGS__))

static void search_states(uint32_t bound, bool depth_first, struct ways *ways)
{
	const struct teeq_harness_explore_options options = { .preemption_max = bound,
							      .depth_first = depth_first };
	struct teeq_harness_explore_result result;
	struct teeq_error error = { .text = "" };
	struct teeq_harness *h = make();

	if (teeq_harness_explore(h, &options, &result, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	take_outcomes(ways, &result.result, result.exhausted);
	teeq_harness_free(h);
}
#define search_states(...) FROM(search_states(__VA_ARGS__))

static bool is_failure(enum teeq_verdict verdict)
{
	return verdict != TEEQ_VERDICT_DONE && verdict != TEEQ_VERDICT_LIMIT;
}

/* No schedule of fewer steps fails. */
static void check_shortest(uint32_t bound, uint64_t steps)
{
	static struct ways shorter;

	search_schedules(bound, steps - 1, &shorter);
	if (is_failure(shorter.verdict))
		fail_msg("a failure of %" PRIu64 " steps, and states found one of %" PRIu64,
			 shorter.steps, steps);
}
#define check_shortest(...) FROM(check_shortest(__VA_ARGS__))

static uint64_t failures, ends_compared;

static void compare(uint64_t seed, uint32_t bound)
{
	static struct ways naive, broad, deep;

	if (!search_schedules(bound, 0, &naive))
		return;
	search_states(bound, false, &broad);
	search_states(bound, true, &deep);
	if (is_failure(naive.verdict) != is_failure(broad.verdict) ||
	    is_failure(naive.verdict) != is_failure(deep.verdict))
		fail_msg("seed %" PRIu64 ", bound %" PRIu32
			 ": %s by schedules, %s in breadth, %s in "
			 "depth",
			 seed, bound, teeq_verdict_name(naive.verdict),
			 teeq_verdict_name(broad.verdict), teeq_verdict_name(deep.verdict));
	if (is_failure(naive.verdict)) {
		failures++;
		check_shortest(bound, broad.steps);
		return;
	}
	assert_true(naive.exhausted && broad.exhausted && deep.exhausted);
	assert_true(naive.count < sizeof(outcomes) / sizeof(outcomes[0]));
	ends_compared += naive.count;
	if (naive.count != broad.count || naive.count != deep.count ||
	    memcmp(naive.outcomes, broad.outcomes, sizeof(naive.outcomes)) != 0 ||
	    memcmp(naive.outcomes, deep.outcomes, sizeof(naive.outcomes)) != 0)
		fail_msg("seed %" PRIu64 ", bound %" PRIu32
			 ": %zu ways to end by schedules, %zu in "
			 "breadth, %zu in depth",
			 seed, bound, naive.count, broad.count, deep.count);
}
#define compare(...) FROM(compare(__VA_ARGS__))

static void test_states_end_as_schedules(void **state)
{
	static const uint32_t bounds[] = { 0, 1, 2, TEEQ_HARNESS_UNBOUNDED };

	(void)state;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		write_programs(seed);
		for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
			compare(seed, bounds[i]);
	}
	print_message("%" PRIu64 " failures, %" PRIu64 " ways to end\n", failures, ends_compared);
	assert_true(failures > 20 && ends_compared > 500);
	for (unsigned int op = 0; op < OP_COUNT; op++)
		assert_true(op_counts[op] > 0);
}

static bool is_possible(void)
{
	const struct teeq_harness_options options = { .name = "any" };
	struct teeq_harness *h = NULL;
	bool possible = teeq_harness_new(&options, &h, NULL) == TEEQ_OK &&
			teeq_harness_can_explore(h);

	teeq_harness_free(h);
	return possible;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states_end_as_schedules),
	};

	if (!is_possible()) {
		print_message("states are not copied here\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
