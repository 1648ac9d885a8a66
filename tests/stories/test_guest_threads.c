/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests that have threads of their own in the secure world, beside others that share what is left: OP-TEE
 * built with CFG_NS_VIRTUALIZATION has its thread contexts once for each guest.
 */
#include "stories/yaml_story.h"

#include <stdlib.h>

#include "teeq/report.h"

#define CALLER(name, guest) \
	"  " name ": {guest: " guest ", do: [call: {command: work}]}\n"
#define TAKES(name) name ":enter/admitted " name ":smc/taken "
#define RETURNS(name) name ":secure/working " name ":secure/exit " name ":leave "

/* One thread that left and third share, and two of right's own. */
#define MIXED(clients) \
	"secure: {threads: 1, static-system: 0}\n" \
	"guests: {left: {}, right: {threads: 2}, third: {}}\n" \
	"commands: {work: [work: 1], asks: [rpc: go]}\n" \
	"services: {go: {do: [sleep: 1]}}\n" \
	"clients:\n" clients

static unsigned int state_of(const struct story *s, unsigned int context)
{
	struct teeq_context_view view;

	teeq_world_context(s->model, s->world, context, &view);
	return view.state;
}

static const struct teeq_callq *queue_of(const struct story *s, unsigned int guest)
{
	return teeq_world_guest_callq(s->model, s->world, guest);
}

/* Three contexts numbered through: the shared one, then right's; each driver is told of what it can have. */
static void test_who_has_which_threads(void **state)
{
	struct story s = yaml_story(MIXED(CALLER("a", "left")), "mainline");

	assert_int_equal(teeq_model_thread_count(s.model), 3);
	assert_int_equal(teeq_model_context_guest(s.model, 0), -1);
	assert_int_equal(teeq_model_context_guest(s.model, 1), 1);
	assert_int_equal(teeq_model_context_guest(s.model, 2), 1);
	assert_int_equal(teeq_model_context_guest(s.model, 3), -1);
	assert_int_equal(teeq_model_guest_threads(s.model, 0), 0);
	assert_int_equal(teeq_model_guest_threads(s.model, 1), 2);
	assert_int_equal(queue_of(&s, 0)->total_count, 1);
	assert_int_equal(queue_of(&s, 1)->total_count, 2);
	assert_int_equal(queue_of(&s, 2)->total_count, 1);
	assert_true(teeq_world_context_serves(s.model, s.world, 0, 0, false));
	assert_true(teeq_world_context_serves(s.model, s.world, 0, 2, false));
	assert_false(teeq_world_context_serves(s.model, s.world, 0, 1, true));
	assert_true(teeq_world_context_serves(s.model, s.world, 2, 1, false));
	assert_false(teeq_world_context_serves(s.model, s.world, 2, 2, true));
	story_end(&s);
}

/* Who shares is refused while right's threads are free, and right is served while the shared one is not. */
static void test_each_takes_from_its_own(void **state)
{
	struct story s = yaml_story(
		MIXED(CALLER("a", "left") CALLER("b", "right") CALLER("c", "third")),
		"mainline");

	story_play(&s, TAKES("a") "c:enter/admitted c:smc/thread-limit " TAKES("b"));
	assert_int_equal(state_of(&s, 0), TEEQ_CONTEXT_ACTIVE);
	assert_int_equal(state_of(&s, 1), TEEQ_CONTEXT_ACTIVE);
	assert_int_equal(state_of(&s, 2), TEEQ_CONTEXT_FREE);
	/* Nobody of third's own leaves: the shared thread comes free, and nobody says so. */
	story_play(&s, RETURNS("a") RETURNS("b"));
	assert_string_equal(story_enabled(&s), "");
	story_over(&s, TEEQ_VERDICT_LOST_WAKEUP);
}

/* Registers hold the number that a guest's own partition knows, also of the resume. */
static void test_registers_hold_the_guests_number(void **state)
{
	struct story s = yaml_story(
		MIXED("  a: {guest: right, count: 2, do: [call: {command: asks}]}\n"),
		"mainline");

	story_play(&s, "a.0:enter/admitted a.0:smc/taken a.1:enter/admitted a.1:smc/taken "
		       "a.1:secure/rpc");
	assert_int_equal(s.event.context, 2);
	assert_int_equal(s.event.ret.a[3], 1);
	story_play(&s, "a.1:sleep a.1:smc/resumed");
	assert_int_equal(s.event.context, 2);
	assert_int_equal(s.event.call.a[3], 1);
	assert_int_equal(state_of(&s, 2), TEEQ_CONTEXT_ACTIVE);
	story_end(&s);
}

#define EACH(clients) \
	"secure: {static-system: 1}\n" \
	"guests: {left: {threads: 1}, right: {threads: 2}}\n" \
	"commands: {work: [work: 1]}\n" \
	"clients:\n" clients

/* Where each has its own, no guest is ever refused for another one's calls: all ends well. */
static void test_no_guest_waits_for_another(void **state)
{
	for (size_t i = 0; teeq_policy_at(i); i++)
		yaml_ends("guests: {left: {threads: 2}, right: {threads: 2}}\n"
			  "commands: {work: [work: 1]}\n"
			  "clients:\n"
			  "  b: {guest: right, count: 3, do: [call: {command: work}]}\n"
			  "  a: {guest: left, do: [call: {command: work}]}\n",
			  teeq_policy_at(i)->name, TEEQ_VERDICT_DONE);
}

/* v1 sets the top of each guest's array aside; v4 reserves in the guest's own alone. */
static void test_threads_are_set_aside_in_each(void **state)
{
	struct story s = yaml_story(EACH("  a: {guest: left, do: [call: {}]}\n"
					 "  b: {guest: right, do: [call: {}]}\n"), "v1");

	assert_int_equal(teeq_world_guest_reserved(s.model, s.world, 0), 1);
	assert_int_equal(teeq_world_guest_reserved(s.model, s.world, 1), 1);
	assert_true(teeq_world_context_serves(s.model, s.world, 1, 1, false));
	assert_false(teeq_world_context_serves(s.model, s.world, 2, 1, false));
	assert_true(teeq_world_context_serves(s.model, s.world, 2, 1, true));
	story_play(&s, "a:enter/admitted a:smc/thread-limit b:enter/admitted b:smc/taken");
	assert_int_equal(s.event.context, 1);
	story_end(&s);
	s = yaml_story("secure: {}\n"
		       "guests: {left: {threads: 2}, right: {threads: 2}}\n"
		       "sessions: {scmi: {system: true, guest: right}}\n"
		       "clients: {b: {guest: right, do: [call: {session: scmi}]}}\n", "v4");
	assert_int_equal(teeq_world_guest_reserved(s.model, s.world, 0), 0);
	assert_int_equal(teeq_world_guest_reserved(s.model, s.world, 1), 1);
	story_play(&s, "b:enter/admitted@system b:smc/taken");
	assert_int_equal(s.event.context, 3);
	story_play(&s, "b:secure/exit b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A thread is lost from what the named guest's calls take. */
static void test_a_thread_is_lost_of_one_guest(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 1}\n"
		"guests: {left: {}, right: {threads: 1}}\n"
		"commands: {work: [work: 1]}\n"
		"clients:\n" CALLER("a", "left") CALLER("b", "right")
		"faults: {gone: {kind: thread-lost, guest: right}}\n", "untracked");

	story_play(&s, "gone:fault");
	assert_int_equal(s.event.context, 1);
	story_play(&s, "b:enter/admitted b:smc/thread-limit " TAKES("a") RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* The loop around the cache asks for the guest's own threads to be free. */
static void test_the_cache_is_the_guests_own(void **state)
{
	struct story s = yaml_story("secure: {rpc-arg: false}\n"
				    "guests: {left: {threads: 1}, right: {threads: 1}}\n"
				    "commands: {work: [work: 1]}\n"
				    "clients:\n" CALLER("a", "left")
				    "  b: {guest: right, do: [shm-cache: enable]}\n", "mainline");

	story_play(&s, TAKES("a") "b:enter/admitted b:smc/ok b:leave " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A guest whose thread is taken for ever is named, although others have threads free. */
static void test_the_report_says_whose_threads(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 1}\n"
		"guests: {left: {}, right: {threads: 1}}\n"
		"commands: {nests: [rpc: again], none: []}\n"
		"services: {again: {do: [call: {command: none}]}}\n"
		"clients:\n"
		"  b: {guest: right, do: [call: {command: nests}]}\n", "untracked");

	story_play(&s, "b:enter/admitted b:smc/taken b:secure/rpc b:enter/admitted b:smc/thread-limit");
	assert_string_equal(story_enabled(&s), "");
	story_says(&s, "Exhaustion: no thread of guest right is free.");
	story_says(&s, "Threads of the secure world:\n   0  FREE\n");
	story_says(&s, "Threads of the secure world, of guest right alone:\n   1  SUSPENDED");
	story_says(&s, "thread 1 is held by");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_has_which_threads),
		cmocka_unit_test(test_each_takes_from_its_own),
		cmocka_unit_test(test_registers_hold_the_guests_number),
		cmocka_unit_test(test_no_guest_waits_for_another),
		cmocka_unit_test(test_threads_are_set_aside_in_each),
		cmocka_unit_test(test_a_thread_is_lost_of_one_guest),
		cmocka_unit_test(test_the_cache_is_the_guests_own),
		cmocka_unit_test(test_the_report_says_whose_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
