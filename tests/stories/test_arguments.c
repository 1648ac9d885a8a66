/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message arguments. A call has a slot of a page from before it enters the queue until it has left it;
 * who finds none registers another page by a call, with the mutex held that everybody needs for that.
 */
#include "stories/yaml_story.h"
#include "teeq/report.h"

#define SLOTS(slots, more, clients) \
	"secure: {threads: 2}\n" \
	"arguments: {slots: " slots more "}\n" \
	"events: [clk]\n" \
	"sessions: {scmi: {system: true}, plain: {}}\n" \
	"commands: {use: [rpc: clk], on: []}\n" \
	"services: {clk: {do: [await: clk]}}\n" \
	"clients:\n" clients

#define USER(name) "  " name ": {do: [call: {command: use}]}\n"
#define AGENT "  agent: {do: [call: {session: scmi, command: on}, signal: clk]}\n"

static struct teeq_arguments_view arguments_of(const struct story *s)
{
	struct teeq_arguments_view view = { .owner = -2 };

	assert_true(teeq_world_arguments(s->model, s->world, 0, &view));
	return view;
}
#define arguments_of(...) FROM(arguments_of(__VA_ARGS__))

static void has(const struct story *s, unsigned int used, unsigned int capacity, int owner)
{
	struct teeq_arguments_view view = arguments_of(s);

	assert_int_equal(view.used, used);
	assert_int_equal(view.capacity, capacity);
	assert_int_equal(view.owner, owner);
}
#define has(...) FROM(has(__VA_ARGS__))

/* As many calls as slots: there is nothing to run out of, and nothing to be seen. */
static void test_enough_slots(void **state)
{
	struct story s = yaml_story(SLOTS("3", "", USER("a") USER("b") AGENT), "mainline");
	struct teeq_arguments_view view;

	assert_false(teeq_world_arguments(s.model, s.world, 0, &view));
	story_play(&s, "a:enter/admitted");
	story_end(&s);
}

/* Ten in a page of 4 KiB: 384 bytes each. Eleven callers are one too many. */
static void test_ten_in_a_page(void **state)
{
	static const char ten[] = "secure: {threads: 2}\nclients: {a: {count: 10, do: [call: {}]}}\n";
	static const char eleven[] = "secure: {threads: 2}\n"
				     "clients: {a: {count: 11, do: [call: {}]}}\n";
	struct story s = yaml_story(ten, "mainline");
	struct teeq_arguments_view view;

	assert_false(teeq_world_arguments(s.model, s.world, 0, &view));
	story_end(&s);
	s = yaml_story(eleven, "mainline");
	has(&s, 0, 4096 / (32 + 6 * 32 + 32 + 4 * 32), -1);
	story_end(&s);
}

/* From before the queue to behind it. */
static void test_a_slot_is_had_and_given_back(void **state)
{
	struct story s = yaml_story(
		SLOTS("1", "", "  a: {do: [call: {}]}\n  b: {do: [call: {}]}\n"),
		"mainline");

	story_play(&s, "a:get-arg/ok");
	has(&s, 1, 1, -1);
	story_play(&s, "a:enter/admitted a:smc a:secure/exit a:leave");
	has(&s, 1, 1, -1);
	story_play(&s, "a:free-arg");
	has(&s, 0, 1, -1);
	story_play(&s, "b:get-arg/ok b:enter b:smc b:secure b:leave b:free-arg");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The whole way of a page: a normal call of private memory, in the place of the call it is for. */
static void test_a_page_is_registered(void **state)
{
	struct story s = yaml_story(SLOTS("1", "", "  a: {do: [call: {}]}\n"
					  "  b: {do: [call: {session: scmi}]}\n"), "mainline");

	story_play(&s, "a:get-arg b:get-arg/must-wait");
	has(&s, 1, 1, 1);
	story_play(&s, "b:enter/admitted@normal");
	assert_string_equal(story_waiters(&s), "b");
	assert_int_equal(s.event.memory, TEEQ_MEMORY_PAGE);
	story_play(&s, "b:smc/taken");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_RPC_ARG);
	story_play(&s, "b:secure/exit b:leave/ok");
	has(&s, 2, 2, -1);
	story_play(&s, "b:enter/admitted@system");
	assert_int_equal(s.event.memory, TEEQ_MEMORY_NONE);
	story_play(&s, "b:smc");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_REGD_ARG);
	story_play(&s, "b:secure b:leave b:free-arg a:enter a:smc a:secure a:leave a:free-arg");
	has(&s, 0, 2, -1);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Nobody looks for a slot meanwhile, and nobody gives one back. */
static void test_the_mutex_is_held(void **state)
{
	struct story s = yaml_story(SLOTS("1", "", "  a: {do: [call: {}]}\n  b: {do: [call: {}]}\n"
					  "  c: {do: [call: {}]}\n"), "mainline");

	story_play(&s, "a:get-arg a:enter a:smc a:secure a:leave b:get-arg/must-wait");
	assert_string_equal(story_enabled(&s), "b");
	story_play(&s, "b:enter b:smc b:secure b:leave");
	assert_string_equal(story_enabled(&s), "a b c");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* A session that the driver does not know is refused before that. */
static void test_a_refusal_needs_no_slot(void **state)
{
	struct story s = yaml_story(
		SLOTS("1", "", "  a: {do: [call: {}]}\n  b: {do: [call: {}]}\n"
		      "  c: {do: [open: plain, close: plain, call: {session: plain}]}\n"),
		"mainline");

	story_play(&s, "c:get-arg c:enter c:smc c:secure c:leave c:free-arg "
		       "c:get-arg c:enter c:smc c:secure c:leave c:free-arg "
		       "a:get-arg b:get-arg/must-wait c:enter/refused=EINVAL");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Eight steps: one thread is kept back for the agent, and the agent waits for a mutex. */
static void test_the_reserved_thread_is_of_no_use(void **state)
{
	static const char yaml[] = SLOTS("2", "", USER("a") USER("b") USER("c") AGENT);
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_wait_graph graph;
	char text[256];

	story_play(&s, "a:get-arg b:get-arg c:get-arg/must-wait a:enter/admitted a:smc a:secure/rpc "
		       "b:enter/must-wait c:enter/must-wait");
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(teeq_world_callq(s.model, s.world)->free_count, 1);
	assert_int_equal(teeq_wait_graph_new(s.model, s.world, &graph), TEEQ_OK);
	assert_int_equal(graph.cycle_count, 3);
	teeq_wait_edge_text(s.model, s.world, &graph.edges[graph.edge_count - 1], text,
			    sizeof(text));
	assert_string_equal(text, "agent waits for the argument cache's mutex, which c holds while "
				  "it registers a page by a call");
	teeq_wait_graph_free(&graph);
	story_end(&s);
	for (size_t i = 0; teeq_policy_at(i); i++)
		yaml_ends(yaml, teeq_policy_at(i)->name, TEEQ_VERDICT_DEADLOCK);
}

/* Neither change alone mends it; both together do, and so does not registering at all. */
static void test_what_mends_it(void **state)
{
#define MENDED(full) SLOTS("2", ", full: " full, USER("a") USER("b") USER("c") AGENT)
	yaml_ends(MENDED("locked-as-caller"), "mainline", TEEQ_VERDICT_DEADLOCK);
	yaml_ends(MENDED("unlocked"), "mainline", TEEQ_VERDICT_DEADLOCK);
	yaml_ends(MENDED("unlocked-as-caller"), "mainline", TEEQ_VERDICT_DONE);
	yaml_ends(MENDED("private"), "mainline", TEEQ_VERDICT_DONE);
}

/* Without the mutex others come in between, and a page more is registered than is needed. */
static void test_two_pages_at_once(void **state)
{
	struct story s = yaml_story(
		SLOTS("1", ", full: unlocked", "  a: {do: [call: {}]}\n"
		      "  b: {do: [call: {}]}\n  c: {do: [call: {}]}\n"), "untracked");

	story_play(&s, "a:get-arg/ok b:get-arg/must-wait c:get-arg/must-wait b:enter c:enter b:smc "
		       "c:smc b:secure c:secure b:leave b:get-arg/taken c:leave c:get-arg/taken");
	has(&s, 3, 3, -1);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Its address is all that the secure world gets to know; with v4 such a call cannot be a system call. */
static void test_private_memory(void **state)
{
	static const char yaml[] = SLOTS("1", ", full: private", "  a: {do: [call: {}]}\n"
					 "  b: {do: [call: {session: scmi}]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:get-arg/ok b:get-arg/taken b:enter/admitted@system b:smc");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_RPC_ARG);
	story_end(&s);
	s = yaml_story(yaml, "v4");
	story_play(&s, "a:get-arg/ok b:get-arg/taken b:enter/admitted@normal b:smc");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_RPC_ARG);
	story_end(&s);
}

/* Where memory is shared without a call, or its address is said, a page may still not be had. */
static void test_no_call_is_needed(void **state)
{
#define FULL(first) first \
	"clients: {a: {do: [call: {}]}, b: {do: [call: {}]}}\n" \
	"faults: {none: {kind: no-memory}}\n"
	static const char *const yamls[] = {
		FULL("abi: ffa\nsecure: {threads: 2}\narguments: {slots: 1}\n"),
		FULL("secure: {threads: 2, rpc-arg: false}\n"),
	};

	for (size_t i = 0; i < LENGTH(yamls); i++) {
		struct story s = yaml_story(yamls[i], "mainline");

		story_play(&s, "a:get-arg/ok b:get-arg/taken");
		has(&s, 2, 2, -1);
		story_end(&s);
		s = yaml_story(yamls[i], "mainline");
		story_play(&s, "a:get-arg none:fault b:get-arg/failed=ENOMEM");
		assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
		story_end(&s);
	}
}

/* It returns before it has counted its session out: a thread is kept back for nobody. */
static void test_a_close_without_memory(void **state)
{
	static const char yaml[] = SLOTS("1", "", "  a: {do: [call: {}]}\n  b: {do: [close: scmi]}\n")
				   "faults: {none: {kind: no-memory}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:get-arg none:fault b:get-arg/failed=ENOMEM a:enter a:smc a:secure a:leave "
		       "a:free-arg");
	assert_int_equal(teeq_world_callq(s.model, s.world)->system_session_count, 1);
	assert_null(teeq_world_check(s.model, s.world));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* With v4 the TEE context gives it back. */
	s = yaml_story(yaml, "v4");
	story_play(&s, "a:get-arg none:fault b:get-arg/failed=ENOMEM b:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* The slot goes back before the session is counted out, so that waits for the mutex, too. */
static void test_a_close_waits_for_the_mutex(void **state)
{
	struct story s = yaml_story(
		SLOTS("1", "", "  a: {do: [close: scmi]}\n  b: {do: [call: {}]}\n"),
		"mainline");

	story_play(&s, "a:get-arg a:enter@system a:smc a:secure a:leave b:get-arg/must-wait");
	assert_string_equal(story_enabled(&s), "b");
	assert_int_equal(teeq_world_callq(s.model, s.world)->system_session_count, 1);
	story_play(&s, "b:enter b:smc b:secure b:leave a:free-arg a:unreserve");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Who waits for the mutex is not ended by a signal; who has not come to it is. */
static void test_signals(void **state)
{
	static const char yaml[] = SLOTS("1", "", "  a: {do: [call: {}]}\n  b: {do: [call: {}]}\n"
					 "  c: {do: [call: {}]}\n  k: {do: [kill: c]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:get-arg b:get-arg/must-wait k:kill");
	assert_string_equal(story_enabled(&s), "a b");
	story_play(&s, "b:enter b:smc b:secure b:leave c:exit");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enough_slots),
		cmocka_unit_test(test_ten_in_a_page),
		cmocka_unit_test(test_a_slot_is_had_and_given_back),
		cmocka_unit_test(test_a_page_is_registered),
		cmocka_unit_test(test_the_mutex_is_held),
		cmocka_unit_test(test_a_refusal_needs_no_slot),
		cmocka_unit_test(test_the_reserved_thread_is_of_no_use),
		cmocka_unit_test(test_what_mends_it),
		cmocka_unit_test(test_two_pages_at_once),
		cmocka_unit_test(test_private_memory),
		cmocka_unit_test(test_no_call_is_needed),
		cmocka_unit_test(test_a_close_without_memory),
		cmocka_unit_test(test_a_close_waits_for_the_mutex),
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
