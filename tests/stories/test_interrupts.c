/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Non-secure interrupts, and how many processors there are: a thread that runs is suspended and resumed
 * at once, and in between the others may do what they like.
 */
#include "stories/secure_story.h"

static const char *const one_call = "secure: {threads: 1}\n"
				    "commands: {quick: [{interrupt: true}]}\n"
				    "clients:\n"
				    "  a: {do: [{call: {command: quick}}]}\n"
				    "  b: {do: [{call: {}}]}\n";

static void test_an_interrupt_is_an_rpc_that_asks_for_nothing(void **state)
{
	struct story s = yaml_story(one_call, "untracked");

	story_play(&s, CALLS("a") "a:secure/interrupted");
	assert_int_equal(s.event.ret.a[0], 0xffff0004);
	assert_int_equal(s.event.ret.a[3], 0);
	assert_string_equal(story_contexts(&s), "S");
	/* The thread is not free meanwhile. */
	story_play(&s, "b:enter/admitted b:smc/thread-limit");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, "a:smc/resumed");
	assert_int_equal(s.event.call.a[0], 0x32000003);
	assert_int_equal(s.event.call.a[3], 0);
	story_play(&s, LEAVES("a") "b:wait b:requeue b:smc/taken " LEAVES("b"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(one_call, "untracked"), TEEQ_VERDICT_DONE);
}

/* ------------------------------------- anywhere in a call ------------------------------------- */

/* Before the first instruction, and between an RPC's return and the end. */
static void test_an_interrupt_comes_anywhere(void **state)
{
	static const char *const yaml = "secure: {threads: 2}\n"
					"commands: {ask: [{rpc: nothing}]}\n"
					"services: {nothing: {}}\n"
					"clients: {a: {do: [{call: {command: ask}}]}}\n"
					"faults: {irq: {kind: interrupt, times: 2}}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_string_equal(story_enabled(&s), "a"); /* nothing runs that could be interrupted */
	story_play(&s, CALLS("a"));
	assert_string_equal(story_enabled(&s), "a irq");
	story_play(&s, "irq:fault a:secure/interrupted");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, RESUMES("a") "a:secure/rpc " RESUMES("a") "irq:fault a:secure/interrupted "
		       RESUMES("a"));
	assert_string_equal(story_enabled(&s), "a"); /* it came twice */
	story_play(&s, LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* However often they come, a call gets through; that they could go on for ever is no livelock. */
static void test_a_storm_of_interrupts(void **state)
{
	static const char *const storm = "secure: {threads: 1}\n"
					 "clients: {a: {count: 2, do: [{call: {}}]}}\n"
					 "faults: {irq: {kind: interrupt, times: always}}\n";
	struct story s = yaml_story(storm, "mainline");

	story_play(&s, CALLS("a.0"));
	for (int i = 0; i < 1000; i++)
		story_play(&s, "irq:fault a.0:secure/interrupted " RESUMES("a.0"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(storm, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_tally(storm, "mainline", 1000).count[TEEQ_VERDICT_DONE], 1000);
}

/* ----------------------------------------- processors ----------------------------------------- */

static const char *const two_cpus = "secure: {threads: 3}\n"
				    "cpus: 2\n"
				    "commands: {ask: [{rpc: nothing}]}\n"
				    "services: {nothing: {}}\n"
				    "clients: {a: {count: 3, do: [{call: {command: ask}}]}}\n";

static void test_a_context_runs_on_a_processor(void **state)
{
	struct story s = yaml_story(two_cpus, "mainline");

	story_play(&s, CALLS("a.0") "a.2:enter/admitted " CALLS("a.1"));
	assert_string_equal(story_contexts(&s), "AAF");
	assert_string_equal(story_enabled(&s), "a.0 a.1");
	story_play(&s, "a.1:secure/rpc");
	assert_string_equal(story_enabled(&s), "a.0 a.1 a.2");
	story_play(&s, "a.2:smc/taken");
	assert_string_equal(story_contexts(&s), "ASA");
	assert_string_equal(story_enabled(&s), "a.0 a.2"); /* a.1 cannot even resume */
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(two_cpus, "mainline"), TEEQ_VERDICT_DONE);
}

struct busiest {
	unsigned int active; /* at once, at most */
	unsigned int limit;  /* where nobody else may move */
	bool intruded;
};

static void watch(void *argument, const struct teeq_model *model, const struct teeq_world *world,
		  const struct teeq_event *event)
{
	struct busiest *busiest = argument;
	unsigned int active = 0;

	for (unsigned int i = 0; i < teeq_model_thread_count(model); i++) {
		struct teeq_context_view view;

		teeq_world_context(model, world, i, &view);
		active += view.state == TEEQ_CONTEXT_ACTIVE;
	}
	if (active > busiest->active)
		busiest->active = active;
	if (active == busiest->limit && event->action != TEEQ_ACTION_SMC &&
	    event->action != TEEQ_ACTION_SECURE)
		busiest->intruded = true;
}

static struct busiest watch_runs(const char *yaml)
{
	struct busiest busiest = { .limit = 2 };
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .on_event = watch,
					    .argument = &busiest };
	struct teeq_model *model = yaml_model(yaml, "mainline");
	struct teeq_tally tally;

	assert_int_equal(teeq_run_many(model, &options, 1000, 0, &tally), TEEQ_OK);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 1000);
	teeq_model_free(model);
	return busiest;
}
#define watch_runs(...) FROM(watch_runs(__VA_ARGS__))

static void test_never_more_contexts_than_processors(void **state)
{
	static const char *const no_limit =
		"secure: {threads: 3}\n"
		"commands: {ask: [{rpc: nothing}]}\n"
		"services: {nothing: {}}\n"
		"clients: {a: {count: 3, do: [{call: {command: ask}}]}}\n";
	struct busiest busiest = watch_runs(two_cpus);

	assert_int_equal(busiest.active, 2);
	assert_false(busiest.intruded);
	busiest = watch_runs(no_limit);
	assert_int_equal(busiest.active, 3);
	assert_true(busiest.intruded);
}

/* ----------------------------------------- preemption ----------------------------------------- */

/*
 * In the normal world a task is preempted between any two of its actions, with one processor too. In
 * the secure world it takes an interrupt.
 */
static void test_a_task_is_preempted(void **state)
{
	static const char *const yaml = "secure: {threads: 2}\n"
					"cpus: 1\n"
					"clients:\n"
					"  a: {do: [{call: {}}]}\n"
					"  b: {do: [{call: {}}]}\n"
					"faults:\n"
					"  irq: {kind: interrupt}\n"
					"  oops: {kind: thread-lost}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:enter/admitted");
	assert_string_equal(story_enabled(&s), "a b oops");
	story_play(&s, "b:enter/admitted a:smc/taken");
	assert_string_equal(story_enabled(&s), "a irq");
	story_play(&s, "irq:fault a:secure/interrupted");
	assert_string_equal(story_enabled(&s), "a b oops");
	story_play(&s, "b:smc/taken " LEAVES("b") RESUMES("a") LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/*
 * Two locks in two orders: with one processor, x has given both back before y can run, unless an
 * interrupt comes between them.
 */
#define ORDERS                                                        \
	"secure: {threads: 2, locks: [a, b]}\n"                       \
	"commands:\n"                                                 \
	"  ab: [{lock: a}, {lock: b}, {unlock: b}, {unlock: a}]\n"    \
	"  ba: [{lock: b}, {lock: a}, {unlock: a}, {unlock: b}]\n"    \
	"clients:\n"                                                  \
	"  x: {do: [{call: {command: ab}}]}\n"                        \
	"  y: {do: [{call: {command: ba}}]}\n"

static void test_an_interrupt_between_two_locks(void **state)
{
	static const char *const calm = ORDERS "cpus: 1\n";
	static const char *const parallel = ORDERS "cpus: 2\n";
	static const char *const interrupted =
		ORDERS "cpus: 1\nfaults: {irq: {kind: interrupt}}\n";
	struct story s = yaml_story(interrupted, "mainline");

	story_play(&s, CALLS("x") "x:secure/working irq:fault x:secure/interrupted " CALLS("y")
		       "y:secure/working " SLEEPS("y") RESUMES("x") SLEEPS("x"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(interrupted, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(parallel, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(calm, "mainline"), TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_interrupt_is_an_rpc_that_asks_for_nothing),
		cmocka_unit_test(test_an_interrupt_comes_anywhere),
		cmocka_unit_test(test_a_storm_of_interrupts),
		cmocka_unit_test(test_a_context_runs_on_a_processor),
		cmocka_unit_test(test_never_more_contexts_than_processors),
		cmocka_unit_test(test_a_task_is_preempted),
		cmocka_unit_test(test_an_interrupt_between_two_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
