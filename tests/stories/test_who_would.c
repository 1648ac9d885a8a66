/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who would signal, send, release or arrive: those that can still come to it on their own way, all of
 * them, and nobody else. Each story ends where nothing moves, with what a report says then.
 */
#include "model/world.h"
#include "stories/secure_story.h"

static void assert_ends(const char *yaml, const char *policy, const char *why)
{
	struct story s = yaml_story(yaml, policy);

	story_finish(&s);
	assert_why(&s, why);
	story_end(&s);
}
#define assert_ends(...) FROM(assert_ends(__VA_ARGS__))

/* Behind a condition wait the code jumps; what lies behind that is reached all the same. */
#define BEHIND                                                                           \
	"secure: {threads: 3, locks: [m], conditions: [c]}\n"                            \
	"notifications: [ready]\n"                                                       \
	"events: [never]\n"                                                              \
	"commands:\n"                                                                    \
	"  w: [{lock: m}, {cond-wait: {condition: c, lock: m}}, {unlock: m}, "           \
	"{notify: ready}]\n"                                                             \
	"  r: [{wait: ready}]\n"                                                         \
	"clients:\n"

static void test_behind_a_condition_wait(void **state)
{
	assert_ends(BEHIND "  a: {do: [{call: {command: w}}]}\n"
			   "  b: {stage: 2, do: [{call: {command: r}}]}\n",
		    "mainline",
		    "a waits for condition c, and nobody is left who would signal it\n"
		    "b waits for notification ready (key 1), which a would send\ncycle of 0");
	assert_ends(BEHIND "  a: {do: [{await: never}, {call: {command: w}}]}\n"
			   "  b: {do: [{call: {command: r}}]}\n",
		    "mainline",
		    "a waits for event never, and nobody is left who would signal it\n"
		    "b waits for notification ready (key 1), which a would send\ncycle of 0");
}

/* In its last turn a loop is not turned again; before that it is. */
static void test_the_last_turn_of_a_loop(void **state)
{
	assert_ends("secure: {threads: 1}\nevents: [go, again, never]\nclients:\n"
		    "  a: {do: [{repeat: {times: 2, do: [{signal: again}, {await: go}]}}]}\n"
		    "  b: {do: [{await: never}, {signal: go}]}\n",
		    "mainline",
		    "a waits for event go, which b would signal\n"
		    "b waits for event never, and nobody is left who would signal it\ncycle of 0");
	assert_ends("secure: {threads: 1}\nevents: [go]\nbarriers: {all: 2}\nclients:\n"
		    "  a: {do: [{repeat: {times: 2, do: [{barrier: all}]}}]}\n"
		    "  b: {do: [{barrier: all}]}\n",
		    "mainline",
		    "a waits at barrier all (1 of 2 arrived), and nobody is left who would arrive\n"
		    "cycle of 0");
}

/* Killed in a call, it leaves that, and does not come to what its script has behind it. */
static void test_a_killed_client_goes_no_further(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2}\n"
		"events: [go, now, later]\n"
		"commands: {c: [{rpc: stuck}]}\n"
		"services: {stuck: {do: [{await: go}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: c}}, {signal: now}, {sleep: 1}, {signal: later}]}\n"
		"  b: {stage: 2, do: [{kill: a}, {await: later}]}\n"
		"  d: {stage: 2, do: [{await: now}]}\n";

	assert_ends(yaml, "mainline",
		    "a waits for event go, and nobody is left who would signal it\n"
		    "b waits for event later, and nobody is left who would signal it\n"
		    "d waits for event now, which a would signal\ncycle of 0");
}

/* With a mutex in its hands it goes on to where that is given back. */
static void test_a_killed_client_with_a_mutex(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2}\n"
		"locks: [m]\n"
		"events: [go, inside, outside]\n"
		"clients:\n"
		"  a: {do: [{lock: m}, {await: go}, {sleep: 1}, {signal: inside}, {unlock: m}, "
		"{sleep: 1}, {signal: outside}]}\n"
		"  b: {stage: 2, do: [{kill: a}, {await: inside}]}\n"
		"  d: {stage: 2, do: [{await: outside}]}\n";

	assert_ends(yaml, "mainline",
		    "a waits for event go, and nobody is left who would signal it\n"
		    "b waits for event inside, which a would signal\n"
		    "d waits for event outside, and nobody is left who would signal it\ncycle of 0");
}

/* What it asks tee-supplicant for is done by that, also where the request is queued already. */
static void test_through_tee_supplicant(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3}\n"
		"events: [go, done]\n"
		"commands: {block: [{rpc: slow}], tell: [{rpc: quick}]}\n"
		"services:\n"
		"  slow: {by: supplicant, do: [{await: go}]}\n"
		"  quick: {by: supplicant, do: [{sleep: 1}, {signal: done}]}\n"
		"supplicant: {threads: 1}\n"
		"clients:\n"
		"  a: {do: [{call: {command: block}}]}\n"
		"  b: {stage: 2, do: [{call: {command: tell}}]}\n"
		"  d: {stage: 3, do: [{await: done}]}\n";

	assert_ends(yaml, "mainline",
		    "a waits for tee-supplicant's answer to slow, on which tee-supplicant works\n"
		    "b waits for tee-supplicant to take its request quick: tee-supplicant serves a\n"
		    "d waits for event done, which b (through tee-supplicant) would signal\n"
		    "tee-supplicant waits for event go, and nobody is left who would signal it\n"
		    "cycle of 0");
}

/* Who starts it waits for the end of the one that runs; a client that would kill it is named. */
static void test_who_would_kill_tee_supplicant(void **state)
{
#define STARTS                                                         \
	"secure: {threads: 1}\nevents: [never]\n"                      \
	"supplicant: {threads: 1}\nclients:\n"                         \
	"  a: {do: [{start: tee-supplicant}]}\n"

	assert_ends(STARTS, "mainline",
		    "a waits to start tee-supplicant: it runs already, and nobody is left who would "
		    "kill it\ncycle of 0");
	assert_ends(STARTS "  b: {do: [{await: never}, {kill: tee-supplicant}]}\n", "mainline",
		    "a waits to start tee-supplicant: it runs already, which b would kill\n"
		    "b waits for event never, and nobody is left who would signal it\ncycle of 0");
}

/* The signal came without the lock: the next who releases it would tell the waiter, by any unlock. */
static void test_who_would_release_it_once_more(void **state)
{
#define SIGNALLED                                                                       \
	"secure: {threads: 3, locks: [m], conditions: [c, d]}\n"                        \
	"events: [never]\n"                                                             \
	"commands:\n"                                                                   \
	"  get: [{lock: m}, {cond-wait: {condition: c, lock: m}}, {unlock: m}]\n"       \
	"  bare: [{cond-signal: c}]\n"                                                  \
	"  next: [{cond-wait: {condition: d, lock: m}}]\n"                              \
	"clients:\n"                                                                    \
	"  a: {do: [{call: {command: get}}]}\n"                                         \
	"  b: {stage: 2, do: [{call: {command: bare}}]}\n"

	assert_ends(SIGNALLED, "mainline",
		    "a waits for secure lock m, which is free, until it is released once more, which "
		    "only it would do itself, later\ncycle of 1");
	assert_ends(SIGNALLED "  e: {do: [{await: never}, {call: {command: next}}]}\n",
		    "mainline",
		    "a waits for secure lock m, which is free, until it is released once more, which "
		    "it would do itself, later\n"
		    "a waits for secure lock m, which is free, until it is released once more, which "
		    "e would do\n"
		    "e waits for event never, and nobody is left who would signal it\ncycle of 0");
}

/* A service that sets a channel up does not come round to the beginning of anything. */
static void test_a_channel_is_no_jump(void **state)
{
	assert_ends("secure: {threads: 1, locks: [m], conditions: [c]}\n"
		    "sessions: {s: {}}\nchannels: {h: {session: s}}\n"
		    "commands: {k: [{cond-signal: c}, {lock: m}, "
		    "{cond-wait: {condition: c, lock: m}}, {unlock: m}, {rpc: r}]}\n"
		    "services: {r: {do: [{setup: h}, {teardown: h}]}}\n"
		    "clients: {a: {do: [{call: {command: k}}]}}\n",
		    "mainline",
		    "a waits for condition c, and nobody is left who would signal it\ncycle of 0");
}

/* Who is frozen before the queue has made no call, and none is told of it. */
static void test_frozen_before_the_call(void **state)
{
	static const char *const yaml =
		"secure: {threads: 1}\ncommands: {k: []}\nclients:\n"
		"  a: {do: [{call: {command: k}}]}\n  b: {do: [{freeze: a}]}\n";
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_result result = { .verdict = TEEQ_VERDICT_DEADLOCK };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	story_play(&s, "b:freeze/must-wait b:freeze/ok");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(teeq_report_print(s.model, s.world, &result, NULL, out), TEEQ_OK);
	fclose(out);
	assert_non_null(strstr(text, "\n  a is frozen, and nobody is left who would thaw it\n"));
	free(text);
	story_end(&s);
}

/* A thread that is set aside for good is nobody's, and no session that is counted out gives it free. */
static void test_what_is_set_aside_for_good(void **state)
{
	assert_ends("secure: {threads: 1, static-system: 1}\nsessions: {s: {}}\n"
		    "commands: {k: []}\nclients:\n"
		    "  a: {do: [{call: {command: k}}]}\n  b: {do: [{close: s}]}\n",
		    "v1",
		    "a waits for a thread: what is free is kept back, and nobody is left who would give "
		    "more\n"
		    "b waits for a thread: what is free is kept back, and nobody is left who would give "
		    "more\ncycle of 0");
}

/* A script of thousands of steps, in which a loop is turned: each step is looked at twice at most. */
static void test_a_long_script_is_looked_at_once(void **state)
{
	enum { STEPS = 3000 };
	char yaml[64 * 1024] = "secure: {threads: 1}\nevents: [go, never, other]\nclients:\n"
			       "  a: {do: [{repeat: {times: 2, do: [{await: go}";
	size_t length = strlen(yaml);
	uint64_t visited = 0;
	struct story s;

	for (unsigned int i = 0; i < STEPS; i++)
		length += (size_t)snprintf(yaml + length, sizeof(yaml) - length, ", {await: go}");
	snprintf(yaml + length, sizeof(yaml) - length, "]}}, {signal: other}]}\n");
	s = yaml_story(yaml, "mainline");
	story_finish(&s);
	assert_int_equal(future_may(s.model, s.world, 0, TEEQ_EFFECT_SIGNAL, 1, &visited),
			 TEEQ_MAY_NOT);
	assert_in_range(visited, STEPS, 2 * (STEPS + 10));
	assert_int_equal(future_may(s.model, s.world, 0, TEEQ_EFFECT_SIGNAL, 2, &visited),
			 TEEQ_MAY_ITSELF);
	assert_in_range(visited, 2 * STEPS, 6 * (STEPS + 10));
	story_end(&s);
}

static enum teeq_may may(const struct story *s, const char *task, enum teeq_effect effect)
{
	return teeq_world_may(s->model, s->world, story_task(s, task), effect, 0);
}
#define may(...) FROM(may(__VA_ARGS__))

static void move(const struct story *s, const char *task)
{
	assert_int_equal(teeq_world_step(s->model, s->world, story_task(s, task), NULL), TEEQ_OK);
}
#define move(...) FROM(move(__VA_ARGS__))

/* The call of a bottom half leaves the queue in the end, and that wakes somebody: who asks for one would. */
static void test_who_asks_for_a_bottom_half_gives_a_wake(void **state)
{
	struct story s = yaml_story("secure: {threads: 1}\nevents: [go, never]\nclients:\n"
				    "  a: {do: [{await: go}, {bottom-half: true}]}\n"
				    "  b: {do: [{await: never}]}\n"
				    "  c: {do: [{signal: go}]}\n", "mainline");

	assert_int_equal(may(&s, "a", TEEQ_EFFECT_WAKE), TEEQ_MAY_BY_BOTTOM_HALF);
	assert_int_equal(may(&s, "b", TEEQ_EFFECT_WAKE), TEEQ_MAY_NOT);
	assert_int_equal(may(&s, "optee-notif", TEEQ_EFFECT_WAKE), TEEQ_MAY_NOT);
	move(&s, "c");
	move(&s, "a");
	move(&s, "a");
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_WAKE), TEEQ_MAY_NOT);
	assert_int_equal(may(&s, "optee-notif", TEEQ_EFFECT_WAKE), TEEQ_MAY_BY_BOTTOM_HALF);
	/* The interrupt has told the thread, and does not come to it any more. */
	move(&s, "optee-notif");
	assert_int_equal(may(&s, "optee-notif", TEEQ_EFFECT_WAKE), TEEQ_MAY_NOT);
	assert_int_equal(may(&s, "optee-bottom-half", TEEQ_EFFECT_WAKE), TEEQ_MAY_ITSELF);
	story_end(&s);
}

/* Whose exit closes the sessions of its TEE context would count them out, while somebody may yet kill it. */
#define DYING "secure: {threads: 2}\ncontexts: [x]\nevents: [go, never]\n"          \
	      "sessions: {s: {system: true, context: x}}\nclients:\n"               \
	      "  a: {context: x, do: [{await: never}]}\n"

static void test_who_may_yet_be_killed_closes_its_sessions(void **state)
{
	struct story s = yaml_story(DYING "  b: {do: [{kill: a}]}\n  c: {do: [{await: go}]}\n",
				    "mainline");

	assert_int_equal(may(&s, "a", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_ITSELF);
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_WAKE), TEEQ_MAY_ITSELF);
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_SIGNAL), TEEQ_MAY_NOT);
	assert_int_equal(may(&s, "b", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_NOT);
	move(&s, "b");
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_ITSELF);
	story_end(&s);

	/* It may come to the kill; or nobody does. */
	s = yaml_story(DYING "  b: {do: [{await: go}, {kill: a}]}\n", "mainline");
	story_finish(&s);
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_ITSELF);
	story_end(&s);
	s = yaml_story(DYING "  b: {do: [{await: go}, {kill: b}]}\n", "mainline");
	story_finish(&s);
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_NOT);
	story_end(&s);
	/* A fault that has still to strike. */
	s = yaml_story(DYING "  b: {do: [{await: go}]}\n"
			     "faults: {f: {kind: client-killed, client: a}}\n", "mainline");
	assert_int_equal(may(&s, "a", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_ITSELF);
	assert_int_equal(may(&s, "b", TEEQ_EFFECT_COUNT_OUT), TEEQ_MAY_NOT);
	story_end(&s);
}

/* Who dies is in the kernel: it is frozen neither before the first session is closed nor behind it. */
static void test_who_dies_is_not_frozen(void **state)
{
	struct story s = yaml_story(DYING "  b: {do: [{kill: a}, {freeze: a}]}\n", "mainline");

	story_play(&s, "b:kill a:exit b:freeze/must-wait");
	assert_false(teeq_world_enabled(s.model, s.world) >> story_task(&s, "b") & 1);
	assert_true(teeq_world_enabled(s.model, s.world) >> story_task(&s, "a") & 1);
	story_finish(&s);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* With v4 the secure world counts reservations, for all guests that share its threads. */
#define RESERVED(release)                                                                      \
	"secure: {threads: 2}\nlocks: [l]\nevents: [never, go, on]\nguests: {g0: {}, g1: {}}\n" \
	"sessions: {s: {guest: g0}}\ncommands: {k: [], h: [{rpc: r}]}\n"                      \
	"services: {r: {by: caller, do: [{signal: on}, {lock: l}, {unlock: l}]}}\nclients:\n" \
	"  a: {guest: g0, do: [{reserve: s}, {await: never}" release "]}\n"                    \
	"  b: {guest: g1, stage: 2, do: [{lock: l}, {signal: go}, {await: on}, "               \
	"{call: {command: k}}, {unlock: l}]}\n"                                               \
	"  c: {guest: g1, stage: 2, do: [{await: go}, {call: {command: h}}]}\n"

static void assert_cycle(const char *yaml, size_t cycle)
{
	struct story s = yaml_story(yaml, "v4");
	struct teeq_wait_graph graph;

	story_finish(&s);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(teeq_wait_graph_new(s.model, s.world, &graph), TEEQ_OK);
	assert_int_equal(graph.cycle_count, cycle);
	assert_int_equal(graph.knot_count, 0);
	teeq_wait_graph_free(&graph);
	story_end(&s);
}
#define assert_cycle(...) FROM(assert_cycle(__VA_ARGS__))

static void test_a_reservation_of_another_guest(void **state)
{
	assert_cycle(RESERVED(""), 2);
	assert_cycle(RESERVED(", {release: s}"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_behind_a_condition_wait),
		cmocka_unit_test(test_the_last_turn_of_a_loop),
		cmocka_unit_test(test_a_killed_client_goes_no_further),
		cmocka_unit_test(test_a_killed_client_with_a_mutex),
		cmocka_unit_test(test_through_tee_supplicant),
		cmocka_unit_test(test_who_would_kill_tee_supplicant),
		cmocka_unit_test(test_who_would_release_it_once_more),
		cmocka_unit_test(test_a_channel_is_no_jump),
		cmocka_unit_test(test_frozen_before_the_call),
		cmocka_unit_test(test_what_is_set_aside_for_good),
		cmocka_unit_test(test_a_long_script_is_looked_at_once),
		cmocka_unit_test(test_who_asks_for_a_bottom_half_gives_a_wake),
		cmocka_unit_test(test_who_may_yet_be_killed_closes_its_sessions),
		cmocka_unit_test(test_who_dies_is_not_frozen),
		cmocka_unit_test(test_a_reservation_of_another_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
