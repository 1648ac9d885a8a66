/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual time. In a run the clock stands still while anybody can move, and then jumps to the next timer;
 * a search lets an armed timer fire at any point behind that.
 */

#include "stories/diary.h"
#include "teeq/abi.h"

/* ------------------------------------------ the clock ----------------------------------------- */

static void test_who_sleeps_less_wakes_first(void **state)
{
	diary_is("secure: {threads: 1}\n"
		 "clients:\n"
		 "  five: {do: [{sleep: 5}, {sleep: 3}]}\n"
		 "  seven: {do: [{sleep: 7}]}\n"
		 "  two: {do: [{sleep: 2}]}\n",
		 "sleep", "two:sleep five:sleep seven:sleep five:sleep");
}

/* Fifty calls take no time at all. */
static void test_the_clock_stands_still_while_anybody_moves(void **state)
{
	diary_is("secure: {threads: 1}\n"
		 "events: [worked]\n"
		 "clients:\n"
		 "  sleeper: {do: [{sleep: 1}]}\n"
		 "  worker: {do: [{repeat: {times: 50, do: [{call: {}}]}}, {signal: worked}]}\n"
		 "  watcher: {do: [{await: worked}]}\n",
		 "await sleep", "watcher:await sleeper:sleep");
}

/* Work takes time in the secure world, and a thread. */
static void test_work_holds_the_thread(void **state)
{
	static const char *const yaml = "secure: {threads: 1}\n"
					"commands: {long: [{work: 10}], short: [{work: 1}]}\n"
					"clients:\n"
					"  a: {do: [{call: {command: long}}]}\n"
					"  b: {stage: 2, do: [{call: {command: short}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working");
	assert_string_equal(story_contexts(&s), "A");
	story_end(&s);
	diary_is("secure: {threads: 2}\n"
		 "commands: {long: [{work: 10}], short: [{work: 4}]}\n"
		 "clients:\n"
		 "  a: {do: [{call: {command: long}}]}\n"
		 "  b: {do: [{call: {command: short}}, {sleep: 5}]}\n",
		 "leave sleep", "b:leave b:sleep a:leave");
}

/* TEE_Wait suspends the thread; a cancel of its session sets a flag, which wakes nobody. */
static void test_a_cancel_ends_no_suspension(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2}\n"
		"sessions: {s: {}}\n"
		"commands: {wait: [{suspend: 1000}]}\n"
		"clients:\n"
		"  a: {do: [{call: {command: wait, session: s}}]}\n"
		"  b: {do: [{sleep: 10}, {cancel: s}]}\n"
		"  c: {do: [{sleep: 500}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc");
	assert_string_equal(story_contexts(&s), "SF");
	story_end(&s);
	/* Each as long as it is. */
	diary_is(yaml, "sleep", "b:sleep c:sleep a:sleep");
}

/* ------------------------------------------ timeouts ------------------------------------------ */

#define PATIENT                                                                     \
	"secure: {threads: 1}\n"                                                    \
	"notifications: [ready]\n"                                                  \
	"commands: {patient: [{wait: {key: ready, timeout: 5}}, {wait: {key: ready, timeout: 5}}]}\n" \
	"clients:\n"                                                                \
	"  a: {do: [{call: {command: patient}}]}\n"

static void test_a_wait_is_answered_or_over(void **state)
{
	struct story s = yaml_story(PATIENT "  b: {do: [{sleep: 7}, {notify: ready}]}\n",
				    "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc a:notif-wait/must-wait");
	/* The first one runs out; what came too late for it is there for the second. */
	story_play(&s, "a:sleep a:notif-wake/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_ETIMEDOUT);
	story_play(&s, "b:start b:sleep b:notif-send " RESUMES("a") "a:secure/rpc a:notif-wait/ok "
		       RESUMES("a") LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Four ticks are less than five; after seven the first wait is over, and the second has begun. */
static void test_the_clock_decides_a_timeout(void **state)
{
	diary_is(PATIENT "  b: {do: [{sleep: 4}, {notify: ready}, {sleep: 4}, {notify: ready}]}\n",
		 "notif-send notif-wake", "b:notif-send a:notif-wake b:notif-send a:notif-wake");
	diary_is(PATIENT "  b: {do: [{sleep: 7}, {notify: ready}]}\n",
		 "notif-send notif-wake", "a:notif-wake! b:notif-send a:notif-wake");
	diary_is(PATIENT, "notif-wake", "a:notif-wake! a:notif-wake!");
}

/* Without a timeout nothing ends the wait but the notification. */
static void test_a_wait_without_an_end(void **state)
{
	static const char *const yaml =
		"secure: {threads: 1}\n"
		"notifications: [ready]\n"
		"commands: {patient: [{wait: ready}]}\n"
		"clients:\n"
		"  a: {do: [{call: {command: patient}}]}\n"
		"  b: {do: [{sleep: 3}]}\n";

	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(PATIENT, "mainline"), TEEQ_VERDICT_DONE);
}

/* ----------------------------------------- the explorer --------------------------------------- */

/*
 * A signal a hundred ticks after the start: in every run somebody waits for it by then. A machine may
 * be slower than that, and the search says what happens then.
 */
static void test_a_search_does_not_trust_the_clock(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m], conditions: [full]}\n"
		"commands:\n"
		"  get: [{lock: m}, {cond-wait: {condition: full, lock: m}}, {unlock: m}]\n"
		"  put: [{lock: m}, {cond-signal: full}, {unlock: m}]\n"
		"clients:\n"
		"  get: {do: [{call: {command: get}}]}\n"
		"  put: {do: [{sleep: 100}, {call: {command: put}}]}\n";

	assert_int_equal(yaml_tally(yaml, "mainline", 1000).count[TEEQ_VERDICT_DONE], 1000);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* An armed timer may fire at once, and one that is not armed not at all. */
static void test_a_timer_may_fire_as_soon_as_it_is_armed(void **state)
{
	struct story s = yaml_story("secure: {threads: 1}\n"
				    "events: [go]\n"
				    "clients:\n"
				    "  a: {do: [{await: go}, {sleep: 65535}]}\n"
				    "  b: {do: [{signal: go}]}\n", "mainline");

	assert_string_equal(story_enabled(&s), "b");
	story_play(&s, "b:start");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, "a:await a:sleep");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* ------------------------------------ time passes for everybody ------------------------------- */

/*
 * One processor, which works for ten ticks: whoever sleeps cannot move meanwhile, but its time passes.
 * At tick ten, five is over, and twelve has two left: less than the three that five sleeps then.
 */
static void test_time_passes_while_every_processor_works(void **state)
{
	diary_is("secure: {threads: 1}\n"
		 "cpus: 1\n"
		 "events: [slept]\n"
		 "commands: {long: [{rpc: wait}, {work: 10}]}\n"
		 "services: {wait: {do: [{await: slept}]}}\n"
		 "clients:\n"
		 "  a: {do: [{call: {command: long}}]}\n"
		 "  five: {do: [{sleep: 1}, {signal: slept}, {sleep: 5}, {sleep: 3}]}\n"
		 "  twelve: {do: [{sleep: 13}]}\n",
		 "sleep", "five:sleep five:sleep twelve:sleep five:sleep");
}

/* A frozen sleeper's time passes too: it goes on as soon as it is thawed. */
static void test_time_passes_for_the_frozen(void **state)
{
	diary_is("secure: {threads: 1}\n"
		 "clients:\n"
		 "  a: {do: [{sleep: 5}]}\n"
		 "  pm: {stage: 2, do: [{freeze: a}, {sleep: 20}, {thaw: a}, {sleep: 1}]}\n",
		 "sleep", "a:sleep pm:sleep pm:sleep");
	diary_is("secure: {threads: 1}\n"
		 "events: [ready]\n"
		 "clients:\n"
		 "  a: {do: [{signal: ready}, {sleep: 5}]}\n"
		 "  pm: {do: [{await: ready}, {freeze: a}, {sleep: 20}, {thaw: a}, {sleep: 1}]}\n",
		 "sleep", "pm:sleep a:sleep pm:sleep");
}

/* Work that was interrupted is not done: b's nine ticks are over before a's ten, interrupts or not. */
static void test_an_interrupt_does_not_end_work(void **state)
{
	static const char *const yaml = "secure: {threads: 1}\n"
					"commands: {long: [{work: 10}]}\n"
					"clients:\n"
					"  a: {do: [{call: {command: long}}]}\n"
					"  b: {do: [{sleep: 9}]}\n"
					"faults: {irq: {kind: interrupt, times: 3}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working irq:fault a:secure/interrupted " RESUMES("a")
		       "a:secure/exit");
	story_end(&s);
	diary_is(yaml, "leave sleep", "b:sleep a:leave");
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

static void no_start(const struct teeq_strategy *strategy, const struct teeq_model *model,
		     struct teeq_strategy_state *state, uint64_t seed)
{
}

static int first_or_last(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		     const struct teeq_model *model, const struct teeq_world *world,
		     uint64_t enabled)
{
	return enabled & 1 ? 0 : 63 - __builtin_clzll(enabled);
}

/* Nor does an interrupt wait for the end of work: it is taken before b's one tick is over. */
static void test_an_interrupt_is_taken_at_once(void **state)
{
	static const struct teeq_strategy in_turn = { .name = "in-turn", .start = no_start,
						      .pick = first_or_last };
	static const char *const yaml = "secure: {threads: 1}\n"
					"commands: {long: [{work: 10}]}\n"
					"clients:\n"
					"  a: {do: [{call: {command: long}}]}\n"
					"  b: {do: [{sleep: 1}]}\n"
					"faults: {irq: {kind: interrupt}}\n";
	struct diary diary = { .actions = "fault secure sleep" };
	const struct teeq_run_options options = { .strategy = &in_turn,
						  .on_event = write_down, .argument = &diary };
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_result result;

	assert_int_equal(teeq_run(s.model, s.world, &options, &result), TEEQ_OK);
	assert_string_equal(diary.text, "a:secure irq:fault a:secure b:sleep a:secure");
	story_end(&s);
}

static void test_as_many_sleepers_as_there_may_be_tasks(void **state)
{
	static const char *const yaml = "secure: {threads: 1}\n"
					"clients: {a: {count: 64, do: [{sleep: 2}, {sleep: 3}]}}\n";

	assert_int_equal(yaml_tally(yaml, "mainline", 10).count[TEEQ_VERDICT_DONE], 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_sleeps_less_wakes_first),
		cmocka_unit_test(test_the_clock_stands_still_while_anybody_moves),
		cmocka_unit_test(test_work_holds_the_thread),
		cmocka_unit_test(test_a_cancel_ends_no_suspension),
		cmocka_unit_test(test_a_wait_is_answered_or_over),
		cmocka_unit_test(test_the_clock_decides_a_timeout),
		cmocka_unit_test(test_a_wait_without_an_end),
		cmocka_unit_test(test_a_search_does_not_trust_the_clock),
		cmocka_unit_test(test_a_timer_may_fire_as_soon_as_it_is_armed),
		cmocka_unit_test(test_time_passes_while_every_processor_works),
		cmocka_unit_test(test_time_passes_for_the_frozen),
		cmocka_unit_test(test_an_interrupt_does_not_end_work),
		cmocka_unit_test(test_an_interrupt_is_taken_at_once),
		cmocka_unit_test(test_as_many_sleepers_as_there_may_be_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
