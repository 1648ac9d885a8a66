/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processors: tasks that are bound to one, that have a priority there, that poll, and drivers that
 * resume an interrupted call before anybody else can run.
 */
#include "stories/yaml_story.h"

#include "teeq/report.h"

#define POLLER(priority) \
	"secure: {threads: 2}\n" \
	"cpus: 2\n" \
	"events: [ready]\n" \
	"clients:\n" \
	"  rt: {cpu: 1, priority: " priority ", do: [poll: ready, call: {}]}\n" \
	"  app: {cpu: 1, priority: 10, do: [call: {}, signal: ready]}\n"

#define CALLS(name) \
	name ":enter/admitted " name ":smc/taken " name ":secure/exit " name ":leave "

/* Who polls keeps those of a lower priority off its CPU, be it that they would do what it waits for. */
static void test_who_polls_starves_others(void **state)
{
	struct teeq_task_view view;
	struct story s = yaml_story(POLLER("50"), "mainline");

	assert_string_equal(story_enabled(&s), "");
	teeq_world_task(s.model, s.world, story_task(&s, "rt"), &view);
	assert_true(view.spins);
	assert_false(view.lacks_cpu);
	assert_int_equal(view.polled, 0);
	teeq_world_task(s.model, s.world, story_task(&s, "app"), &view);
	assert_true(view.lacks_cpu);
	story_over(&s, TEEQ_VERDICT_LIVELOCK);
	yaml_ends(POLLER("50"), "mainline", TEEQ_VERDICT_LIVELOCK);
}

/* At the same priority tasks take turns: polling changes nothing, and is no step. */
static void test_who_polls_lets_equals_run(void **state)
{
	struct story s = yaml_story(POLLER("10"), "mainline");

	assert_string_equal(story_enabled(&s), "app");
	story_play(&s, CALLS("app"));
	story_play(&s, "rt:poll/ok " CALLS("rt"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* One of a higher priority that can run is first; one that sleeps is in nobody's way. */
static void test_a_higher_priority_comes_first(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "cpus: 1\n"
				    "clients:\n"
				    "  rt: {cpu: 1, priority: 50, do: [sleep: 3, call: {}]}\n"
				    "  app: {cpu: 1, do: [call: {}]}\n", "mainline");

	/* A script that begins with a sleep has a step before it. */
	assert_string_equal(story_enabled(&s), "rt");
	story_play(&s, "rt:start app:enter/admitted rt:sleep");
	assert_string_equal(story_enabled(&s), "rt");
	story_play(&s, CALLS("rt"));
	assert_string_equal(story_enabled(&s), "app");
	story_play(&s, "app:smc/taken app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The secure world has the CPU that its caller is bound to; those of another one go on. */
static void test_the_secure_world_has_one_cpu(void **state)
{
	struct story s = yaml_story("secure: {threads: 3}\n"
				    "cpus: 2\n"
				    "clients:\n"
				    "  a: {cpu: 1, do: [call: {}]}\n"
				    "  b: {cpu: 1, priority: 99, do: [call: {}]}\n"
				    "  c: {cpu: 2, do: [call: {}]}\n"
				    "  d: {do: [call: {}]}\n", "mainline");

	story_play(&s, "b:enter/admitted b:smc/taken");
	assert_string_equal(story_enabled(&s), "b c d");
	story_play(&s, "c:enter/admitted c:smc/taken");
	assert_string_equal(story_enabled(&s), "b c");
	story_play(&s, "b:secure/exit");
	assert_string_equal(story_enabled(&s), "b c d");
	story_end(&s);
}

/* In a run, those whose time is over at once wake by their priorities, whatever is drawn. */
static void test_alarms_at_one_time(void **state)
{
	struct story s = yaml_story("secure: {threads: 1}\n"
				    "cpus: 1\n"
				    "clients:\n"
				    "  low: {cpu: 1, priority: 1, do: [sleep: 1]}\n"
				    "  high: {cpu: 1, priority: 2, do: [sleep: 1]}\n", "mainline");
	struct teeq_schedule schedule = { 0 };
	struct teeq_run_options options = { .strategy = &teeq_strategy_random,
					    .record = &schedule };
	struct teeq_result result;

	for (; options.seed < 64; options.seed++) {
		teeq_world_reset(s.model, s.world);
		schedule.count = 0;
		assert_int_equal(teeq_run(s.model, s.world, &options, &result), TEEQ_OK);
		assert_int_equal(schedule.count, 4);
		assert_int_equal(schedule.tasks[2], story_task(&s, "high"));
		assert_int_equal(schedule.tasks[3], story_task(&s, "low"));
	}
	teeq_schedule_free(&schedule);
	story_over(&s, TEEQ_VERDICT_DONE);
}

#define LONG(resched, priority) \
	"secure: {threads: 2}\n" \
	"cpus: 1\n" \
	"resched: " resched "\n" \
	"events: [ready]\n" \
	"commands: {long: [poll: ready], other: [interrupt: true]}\n" \
	"clients:\n" \
	"  ca: {cpu: 1, priority: " priority ", do: [call: {command: long}]}\n" \
	"  driver: {cpu: 1, do: [signal: ready]}\n"

/* An interrupt that is answered with a resume at once lets nobody run who would end the call. */
static void test_a_driver_that_does_not_yield(void **state)
{
	struct teeq_task_view view;
	struct story s = yaml_story(LONG("false", "0"), "mainline");

	story_play(&s, "ca:enter/admitted ca:smc/taken ca:secure/interrupted");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_POLL);
	assert_string_equal(story_enabled(&s), "");
	teeq_world_task(s.model, s.world, story_task(&s, "ca"), &view);
	assert_true(view.keeps_cpu);
	assert_true(view.spins);
	story_over(&s, TEEQ_VERDICT_LIVELOCK);
}

static void test_a_driver_that_yields(void **state)
{
	struct story s = yaml_story(LONG("true", "0"), "mainline");

	story_play(&s, "ca:enter/admitted ca:smc/taken ca:secure/interrupted");
	assert_string_equal(story_enabled(&s), "driver");
	story_play(&s, "driver:start ca:smc/resumed ca:secure/exit ca:leave");
	assert_int_equal(s.event.action, TEEQ_ACTION_LEAVE);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* To yield helps nobody who is less urgent than the caller. */
static void test_nobody_yields_to_a_lower_priority(void **state)
{
	struct story s = yaml_story(LONG("true", "20"), "mainline");

	story_play(&s, "ca:enter/admitted ca:smc/taken ca:secure/interrupted");
	assert_string_equal(story_enabled(&s), "");
	story_over(&s, TEEQ_VERDICT_LIVELOCK);
}

/* An interrupt of a call that needs nobody is a delay: the CPU is kept until the resume, and then on. */
static void test_an_interrupt_without_yielding(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "cpus: 1\n"
				    "resched: false\n"
				    "commands: {work: [interrupt: true]}\n"
				    "clients:\n"
				    "  a: {do: [call: {command: work}]}\n"
				    "  b: {do: [call: {}]}\n", "mainline");

	story_play(&s, "a:enter/admitted a:smc/taken a:secure/interrupted");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, "a:smc/resumed a:secure/exit");
	assert_string_equal(story_enabled(&s), "a b");
	story_end(&s);
}

/* Without a CPU that anybody would be kept off, who polls is in nobody's way. */
static void test_polls_without_processors(void **state)
{
	static const char polls[] =
		"secure: {threads: 1}\n"
		"events: [one, two]\n"
		"commands: {wait: [poll: one]}\n"
		"clients:\n"
		"  a: {do: [call: {command: wait}]}\n"
		"  b: {do: [poll: two]}\n"
		"  c: {do: [signal: one, signal: two]}\n";
	struct story s = yaml_story(polls, "mainline");

	for (size_t i = 0; teeq_policy_at(i); i++)
		yaml_ends(polls, teeq_policy_at(i)->name,
			  strcmp(teeq_policy_at(i)->name, "v9") == 0 ? TEEQ_VERDICT_DEADLOCK :
			  strcmp(teeq_policy_at(i)->name, "v1") == 0 ? TEEQ_VERDICT_DEADLOCK :
								       TEEQ_VERDICT_DONE);
	story_play(&s, "a:enter/admitted c:start a:smc/taken a:secure/exit");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_POLLED);
	story_play(&s, "b:poll a:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Who has not begun yet makes no choice of a search that begins while another keeps the only CPU. */
static void test_a_search_begins_where_a_cpu_is_kept(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "cpus: 1\n"
				    "events: [ready]\n"
				    "clients:\n"
				    "  late: {do: [signal: ready]}\n"
				    "  app: {do: [call: {}]}\n", "mainline");
	const struct teeq_explore_options options = {
		.from = s.world, .goal = 1u << TEEQ_VERDICT_DONE,
	};
	struct teeq_explore_result result;

	story_play(&s, "app:enter/admitted app:smc/taken");
	assert_string_equal(story_enabled(&s), "app");
	assert_int_equal(teeq_explore(s.model, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	assert_int_equal(result.schedule.count, 3);
	assert_int_equal(result.schedule.tasks[0], story_task(&s, "app"));
	teeq_schedule_free(&result.schedule);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_polls_starves_others),
		cmocka_unit_test(test_who_polls_lets_equals_run),
		cmocka_unit_test(test_a_higher_priority_comes_first),
		cmocka_unit_test(test_alarms_at_one_time),
		cmocka_unit_test(test_the_secure_world_has_one_cpu),
		cmocka_unit_test(test_a_driver_that_does_not_yield),
		cmocka_unit_test(test_a_driver_that_yields),
		cmocka_unit_test(test_nobody_yields_to_a_lower_priority),
		cmocka_unit_test(test_an_interrupt_without_yielding),
		cmocka_unit_test(test_polls_without_processors),
		cmocka_unit_test(test_a_search_begins_where_a_cpu_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
