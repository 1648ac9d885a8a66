/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What proves that nobody gets on any more: a cycle of waits, each of which nothing else would end; or
 * a knot, of several ways out that all lead back; or neither, where somebody else might have helped.
 */
#include "stories/secure_story.h"

/* "cycle of 2", or a line for each task of the knot, or "neither". */
static void assert_proof(const char *yaml, const char *policy, const char *expected)
{
	struct story s = yaml_story(yaml, policy);
	struct teeq_wait_graph graph;
	char text[1024] = "", line[256];
	size_t length = 0;

	story_finish(&s);
	assert_int_equal(teeq_world_enabled(s.model, s.world), 0);
	assert_int_equal(teeq_wait_graph_new(s.model, s.world, &graph), TEEQ_OK);
	if (graph.cycle_count > 0)
		length += (size_t)snprintf(text, sizeof(text), "cycle of %zu", graph.cycle_count);
	for (size_t i = 0; i < graph.knot_count; i++) {
		teeq_wait_need_text(s.model, &graph.knot[i], line, sizeof(line));
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
					   length > 0 ? "; " : "", line);
	}
	assert_string_equal(length > 0 ? text : "neither", expected);
	teeq_wait_graph_free(&graph);
	story_end(&s);
}
#define assert_proof(...) FROM(assert_proof(__VA_ARGS__))

/* Any user's thread would do for the agent; each user waits for the agent. */
#define CLOCK(threads, users)                                                             \
	"secure: {threads: " threads "}\n"                                                \
	"events: [clk]\n"                                                                 \
	"commands: {use: [{rpc: clock}], on: []}\n"                                       \
	"services: {clock: {do: [{await: clk}]}}\n"                                       \
	"clients:\n"                                                                      \
	"  user: {count: " users ", do: [{call: {command: use}}]}\n"                      \
	"  agent: {stage: 2, do: [{call: {command: on}}, {signal: clk}]}\n"

static void test_one_thread_is_a_cycle(void **state)
{
	assert_proof(CLOCK("1", "1"), "untracked", "cycle of 2");
}

static void test_any_of_two_threads_is_a_knot(void **state)
{
	assert_proof(CLOCK("2", "2"), "untracked",
		     "user.0 needs agent; user.1 needs agent; agent needs user.0 or user.1");
	/* Who sleeps behind them is not of it. */
	assert_proof(CLOCK("2", "3"), "mainline",
		     "user.0 needs agent; user.1 needs agent; agent needs user.0 or user.1");
}

/* One of two is lost: the other is the only way that is left. */
static void test_what_is_lost_is_no_way_out(void **state)
{
	assert_proof("secure: {threads: 2, lost: 1}\n"
		     "events: [clk]\n"
		     "commands: {use: [{rpc: clock}], on: []}\n"
		     "services: {clock: {do: [{await: clk}]}}\n"
		     "clients:\n"
		     "  user: {do: [{call: {command: use}}]}\n"
		     "  agent: {stage: 2, do: [{call: {command: on}}, {signal: clk}]}\n",
		     "untracked", "cycle of 2");
}

/* One of two who would signal waits for what nobody brings: it would have helped. */
static void test_a_way_that_leads_out(void **state)
{
	assert_proof("secure: {threads: 1}\nevents: [a, b, never]\n"
		     "clients:\n"
		     "  x: {do: [{await: a}, {signal: b}]}\n"
		     "  y: {do: [{await: b}, {signal: a}]}\n",
		     "mainline", "cycle of 2");
	assert_proof("secure: {threads: 1}\nevents: [a, b, never]\n"
		     "clients:\n"
		     "  x: {do: [{await: a}, {signal: b}]}\n"
		     "  y: {do: [{await: b}, {signal: a}]}\n"
		     "  z: {do: [{await: never}, {signal: a}]}\n",
		     "mainline", "neither");
	assert_proof("secure: {threads: 1}\nevents: [a, b, never]\n"
		     "clients:\n"
		     "  x: {do: [{await: a}, {signal: b}]}\n"
		     "  y: {do: [{await: b}, {signal: a}]}\n"
		     "  z: {do: [{await: b}, {signal: a}]}\n",
		     "mainline", "x needs y or z; y needs x; z needs x");
}

/* A kill ends a wait in user space, and none in a mutex. */
static void test_a_kill_is_a_way_out(void **state)
{
	assert_proof("secure: {threads: 1}\nevents: [a, b, never]\n"
		     "clients:\n"
		     "  x: {do: [{await: a}, {signal: b}]}\n"
		     "  y: {do: [{await: b}, {signal: a}]}\n"
		     "  z: {do: [{await: never}, {kill: x}]}\n",
		     "mainline", "neither");
	assert_proof("secure: {threads: 1}\nlocks: [a, b]\nbarriers: {both: 2}\n"
		     "events: [never]\n"
		     "clients:\n"
		     "  x: {do: [{lock: a}, {barrier: both}, {lock: b}]}\n"
		     "  y: {do: [{lock: b}, {barrier: both}, {lock: a}]}\n"
		     "  z: {do: [{await: never}, {kill: x}]}\n",
		     "mainline", "cycle of 2");
}

/* Where any signal ends the wait for tee-supplicant, the freezer's does, too. */
#define ABSENT(wait, third)                                                               \
	"secure: {threads: 2}\nsupplicant: {threads: 0, wait: " wait "}\n"                \
	"events: [a, never]\ncommands: {ask: [{rpc: r}]}\n"                               \
	"services: {r: {by: supplicant}}\n"                                               \
	"clients:\n"                                                                      \
	"  x: {do: [{call: {command: ask}}, {signal: a}]}\n"                              \
	"  y: {do: [{await: a}, {start: tee-supplicant}]}\n"                              \
	"  z: {do: [{await: never}" third "]}\n"

static void test_the_freezer_is_a_way_out(void **state)
{
	assert_proof(ABSENT("interruptible", ""), "mainline", "cycle of 2");
	assert_proof(ABSENT("interruptible", ", {freeze: x}"), "mainline", "neither");
	assert_proof(ABSENT("killable", ", {freeze: x}"), "mainline", "cycle of 2");
	assert_proof(ABSENT("killable", ", {kill: x}"), "mainline", "neither");
}

/* The thread of an interrupt gets no signal: whom somebody would kill is nobody for it. */
static void test_a_thread_of_the_kernel_is_not_killed(void **state)
{
	assert_proof("secure: {threads: 2, locks: [m], bottom-half: k}\n"
		     "supplicant: {threads: 0}\n"
		     "notifications: [n]\n"
		     "commands:\n"
		     "  k: [{lock: m}, {rpc: r}, {unlock: m}]\n"
		     "  c: [{lock: m}, {unlock: m}]\n"
		     "services: {r: {by: supplicant}}\n"
		     "clients:\n"
		     "  z: {do: [{bottom-half: true}]}\n"
		     "  y: {stage: 2, do: [{call: {command: c}}, {kill: tee-supplicant}]}\n",
		     "mainline", "neither");
}

/* A writer needs every reader, and one that waits for it is enough. */
static void test_every_reader_is_needed(void **state)
{
	assert_proof("secure: {threads: 3, locks: [m]}\nevents: [written, never]\n"
		     "commands: {read: [{read-lock: m}, {rpc: wait}, {unlock: m}],\n"
		     "  hold: [{read-lock: m}, {rpc: stuck}, {unlock: m}],\n"
		     "  write: [{lock: m}, {unlock: m}]}\n"
		     "services: {wait: {do: [{await: written}]}, stuck: {do: [{await: never}]}}\n"
		     "clients:\n"
		     "  r: {do: [{call: {command: read}}]}\n"
		     "  h: {do: [{call: {command: hold}}]}\n"
		     "  w: {stage: 2, do: [{call: {command: write}}, {signal: written}]}\n",
		     "mainline", "cycle of 2");
}

/* Two of three would still be enough: which of them, is open. */
static void test_some_of_several(void **state)
{
	assert_proof("secure: {threads: 1}\nbarriers: {met: 3}\nevents: [go]\n"
		     "clients:\n"
		     "  x: {do: [{barrier: met}, {signal: go}]}\n"
		     "  y: {count: 3, do: [{await: go}, {barrier: met}]}\n",
		     "mainline",
		     "x needs 2 of y.0, y.1 and y.2; y.1 needs x; y.2 needs x");
	assert_proof("secure: {threads: 1}\nbarriers: {met: 3}\nevents: [go]\n"
		     "clients:\n"
		     "  x: {do: [{barrier: met}, {signal: go}]}\n"
		     "  y: {count: 2, do: [{await: go}, {barrier: met}]}\n",
		     "mainline", "cycle of 2");
}

/* A mutex of the secure world that another call may release need not come from its holder. */
static void test_others_may_release(void **state)
{
#define KEPT(more)                                                                         \
	"secure: {threads: 3, locks: [m]}\nevents: [a, never]\n"                           \
	"commands: {take: [{lock: m}], give: [{unlock: m}]}\n"                             \
	"clients:\n"                                                                       \
	"  x: {do: [{call: {command: take}}, {await: a}]}\n"                               \
	"  y: {stage: 2, do: [{call: {command: take}}, {signal: a}]}\n" more

	assert_proof(KEPT(""), "mainline", "cycle of 2");
	assert_proof(KEPT("  z: {do: [{await: never}, {call: {command: give}}]}\n"), "mainline",
		     "neither");
}

static void test_nobody_at_all(void **state)
{
	assert_proof("secure: {threads: 1}\nevents: [never]\n"
		     "clients:\n  x: {do: [{await: never}]}\n", "mainline", "neither");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_thread_is_a_cycle),
		cmocka_unit_test(test_any_of_two_threads_is_a_knot),
		cmocka_unit_test(test_what_is_lost_is_no_way_out),
		cmocka_unit_test(test_a_way_that_leads_out),
		cmocka_unit_test(test_a_kill_is_a_way_out),
		cmocka_unit_test(test_the_freezer_is_a_way_out),
		cmocka_unit_test(test_a_thread_of_the_kernel_is_not_killed),
		cmocka_unit_test(test_every_reader_is_needed),
		cmocka_unit_test(test_some_of_several),
		cmocka_unit_test(test_others_may_release),
		cmocka_unit_test(test_nobody_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
