/* SPDX-License-Identifier: BSD-2-Clause */
#include "text_story.h"

#include "teeq/explore.h"
#include "teeq/report.h"

/*
 * How reports explain what surrounds the call queue. A test is a scenario, what happens in it, and
 * why nothing moves then: a line for each edge of the graph, and the cycle by the numbers of lines.
 */
static void assert_why(const struct story *s, const char *expected)
{
	struct teeq_wait_graph graph;
	char text[4096] = "", line[512];
	size_t length = 0;

	assert_int_equal(teeq_wait_graph_new(s->model, s->world, &graph), TEEQ_OK);
	for (size_t i = 0; i < graph.edge_count; i++) {
		teeq_wait_edge_text(s->model, s->world, &graph.edges[i], line, sizeof(line));
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s\n", line);
	}
	length += (size_t)snprintf(text + length, sizeof(text) - length, "cycle");
	for (size_t i = 0; i < graph.cycle_count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, " %zu",
					   graph.cycle[i]);
	assert_string_equal(text, expected);
	teeq_wait_graph_free(&graph);
}
#define assert_why(...) FROM(assert_why(__VA_ARGS__))

/* The whole report holds @part. */
static void assert_says(const struct story *s, const char *part)
{
	struct teeq_result result = { .verdict = teeq_world_verdict(s->model, s->world) };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(teeq_report_print(s->model, s->world, &result, NULL, out), TEEQ_OK);
	fclose(out);
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
	free(text);
}
#define assert_says(...) FROM(assert_says(__VA_ARGS__))

static void assert_text(const struct story *s, const char *expected)
{
	char text[512];

	teeq_event_text(s->model, &s->event, text, sizeof(text));
	assert_string_equal(text, expected);
}
#define assert_text(...) FROM(assert_text(__VA_ARGS__))

/* ---------------------------------- locks of the secure world --------------------------------- */

/* A call from its beginning up to the first stop of its thread. */
#define CALL(task) task ":enter " task ":smc " task ":secure "
/* A thread that found a lock taken goes to sleep in the normal world. */
#define SLEEP(task) task ":notif-wait/must-wait "

static void test_secure_locks_crosswise(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 3, locks: [a, b]}, commands: {"
		"ab: [{lock: a}, {lock: b}], ba: [{lock: b}, {lock: a}]}, clients: {"
		"x: {do: [{call: {command: ab}}]}, y: {do: [{call: {command: ba}}]}}}",
		"mainline");

	story_play(&s, CALL("x"));
	assert_text(&s, "secure: takes secure lock a; thread 0 goes on");
	story_play(&s, CALL("y") "x:secure ");
	assert_text(&s, "secure: wants secure lock b, which is taken; "
			"RPC CMD NOTIFICATION WAIT key 64, thread 0 suspended");
	story_play(&s, SLEEP("x"));
	assert_text(&s, "notif-wait key 64: must wait");
	story_play(&s, "y:secure " SLEEP("y"));
	assert_why(&s, "x waits for secure lock b, held by y's call ba, in thread 1\n"
		       "y waits for secure lock a, held by x's call ab, in thread 0\n"
		       "cycle 0 1");
	assert_says(&s, "No call waits for a thread: a lock of the secure world is not released.\n");
	assert_says(&s, "  x, in its call ab, waits for secure lock b, held by y's");
	story_end(&s);
}

static void test_readers(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 3, locks: [a]}, events: [never],"
		"commands: {read: [{read-lock: a}, {rpc: wait}], write: [{lock: a}]},"
		"services: {wait: {do: [{await: never}]}}, clients: {"
		"r: {count: 2, do: [{call: {command: read}}]},"
		"w: {do: [{call: {command: write}}]}}}",
		"mainline");

	story_play(&s, CALL("r.0") CALL("r.1") CALL("w") SLEEP("w"));
	assert_why(&s, "r.0 waits for event never, and nobody is left who would signal it\n"
		       "r.1 waits for event never, and nobody is left who would signal it\n"
		       "w waits for secure lock a, held by r.0's call read, in thread 0\n"
		       "w waits for secure lock a, held by r.1's call read, in thread 1\n"
		       "cycle");
	assert_says(&s, "  w, in its call write, waits for secure lock a, held by r.0's call read, "
			"in thread 0 and by r.1's call read, in thread 1\n");
	story_end(&s);
}

/* Who holds it is in no call any more, and in the end is no more. */
static void test_held_since_an_earlier_call(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 1, locks: [a]}, commands: {"
		"take: [{lock: a}], give: [{unlock: a}]}, clients: {"
		"x: {do: [{call: {command: take}}, {call: {command: give}}]},"
		"y: {do: [{call: {command: take}}]}}}",
		"untracked");

	story_play(&s, CALL("x") "x:leave " CALL("y") SLEEP("y") "x:enter x:smc/thread-limit");
	assert_why(&s, "x waits for a thread: thread 0 is held by y's call take, suspended in its RPC\n"
		       "y waits for secure lock a, held since an earlier call of x\n"
		       "cycle 0 1");
	assert_says(&s, "Exhaustion: no thread is free.\n"
			"Behind it: a lock of the secure world is not released.\n");
	story_end(&s);
}

static void test_held_by_who_has_finished(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 1, locks: [a]}, commands: {"
		"take: [{lock: a}]}, clients: {"
		"x: {count: 2, do: [{call: {command: take}}]}}}",
		"untracked");

	story_play(&s, CALL("x.0") "x.0:leave " CALL("x.1") SLEEP("x.1"));
	assert_why(&s, "x.1 waits for secure lock a, held since an earlier call of x.0, which has "
		       "finished\ncycle");
	story_end(&s);
}

/* The second turn of a loop finds what the first left behind. */
static void test_held_since_an_earlier_turn(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 1, locks: [a]}, commands: {"
		"c: [{repeat: {times: 2, do: [{lock: a}]}}]}, clients: {"
		"x: {do: [{call: {command: c}}]}}}",
		"untracked");

	story_play(&s, CALL("x") "x:secure " SLEEP("x"));
	assert_why(&s, "x waits for secure lock a, held by its own call c, in thread 0\ncycle 0");
	story_end(&s);
}

static void test_busy_ta(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2, tas: {fs: {}}}, events: [go],"
		"commands: {c: {ta: fs, do: [{rpc: wait}]}},"
		"services: {wait: {do: [{await: go}]}}, clients: {"
		"x: {count: 2, do: [{call: {command: c}}]}}}",
		"untracked");

	story_play(&s, CALL("x.0"));
	assert_text(&s, "secure: enters TA fs; RPC CMD wait, thread 0 suspended");
	story_play(&s, CALL("x.1") SLEEP("x.1"));
	assert_why(&s, "x.0 waits for event go, and nobody is left who would signal it\n"
		       "x.1 waits for TA fs, held by x.0's call c, in thread 0\ncycle");
	story_end(&s);
}

static void test_condition(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2, locks: [a], conditions: [c]},"
		"commands: {w: [{lock: a}, {cond-wait: {condition: c, lock: a}}],"
		"s: [{cond-signal: c}]}, events: [go], clients: {"
		"x: {do: [{call: {command: w}}]},"
		"y: {do: [{await: go}, {call: {command: s}}]}}}",
		"untracked");

	story_play(&s, CALL("x") "x:secure ");
	assert_text(&s, "secure: begins to wait for condition c; "
			"RPC CMD NOTIFICATION WAIT key 64, thread 0 suspended");
	story_play(&s, SLEEP("x"));
	assert_why(&s, "x waits for condition c, which y would signal\n"
		       "y waits for event go, and nobody is left who would signal it\ncycle");
	story_end(&s);
}

/* A signal without the lock held: the waiter waits for an unlock that does not come. */
static void test_condition_signalled_without_its_lock(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2, locks: [a], conditions: [c]},"
		"commands: {w: [{lock: a}, {cond-wait: {condition: c, lock: a}}],"
		"s: [{cond-signal: c}]}, clients: {"
		"x: {do: [{call: {command: w}}]},"
		"y: {do: [{call: {command: s}}]}}}",
		"untracked");

	story_play(&s, CALL("x") "x:secure " SLEEP("x") CALL("y") "y:leave");
	assert_why(&s, "x waits for secure lock a, which is free, until it is released once more, and "
		       "nobody is left who would do it\ncycle");
	story_end(&s);
}

/* ---------------------------------------- notifications --------------------------------------- */

static void test_notification(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 1}, notifications: [go, never],"
		"commands: {w: [{wait: go}], n: [{wait: never}]}, clients: {"
		"x: {do: [{call: {command: w}}]},"
		"y: {do: [{call: {command: n}}, {notify: go}]}}}",
		"untracked");

	story_play(&s, CALL("x") SLEEP("x") "y:enter y:smc/thread-limit");
	assert_why(&s, "x waits for notification go (key 1), which y would send\n"
		       "y waits for a thread: thread 0 is held by x's call w, suspended in its RPC\n"
		       "cycle 0 1");
	assert_says(&s, "Behind it: a notification is not sent.\n");
	story_end(&s);
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

#define SUPPLICANT(threads, wait, service, more)                                             \
	"{teeq: 1, name: t, secure: {threads: 4}, supplicant: {threads: " threads ", wait: " \
	wait "}, commands: {c: [{rpc: f}]}, events: [go], services: {f: {by: supplicant, do: [" \
	service "]}}, clients: {x: {count: 2, do: [{call: {command: c}}]}" more "}}"

static void test_supplicant_not_running(void **state)
{
	struct story s = text_story(SUPPLICANT("0", "killable", "", ", u: {do: [{await: go}, "
					       "{start: tee-supplicant}]}"),
				    "mainline");

	story_play(&s, CALL("x.0") "x.0:request ");
	assert_text(&s, "request f: queued for tee-supplicant");
	story_play(&s, CALL("x.1") "x.1:request ");
	assert_why(&s, "x.0 waits for tee-supplicant to take its request f: it is not running, which u "
		       "would start\n"
		       "x.1 waits for tee-supplicant to take its request f: it is not running, which u "
		       "would start\n"
		       "u waits for event go, and nobody is left who would signal it\ncycle");
	story_end(&s);
}

static void test_supplicant_busy(void **state)
{
	struct story s = text_story(SUPPLICANT("1", "killable", "{await: go}", ""), "mainline");

	story_play(&s, CALL("x.0") "x.0:request " CALL("x.1") "x.1:request tee-supplicant:receive");
	assert_text(&s, "receive f from x.0");
	assert_why(&s, "x.0 waits for tee-supplicant's answer to f, on which tee-supplicant works\n"
		       "x.1 waits for tee-supplicant to take its request f: tee-supplicant serves x.0\n"
		       "tee-supplicant waits for event go, and nobody is left who would signal it\n"
		       "cycle");
	assert_says(&s, "No call waits for a thread: tee-supplicant does not answer.\n");
	assert_says(&s, "  tee-supplicant, serving x.0, waits for event go");
	story_end(&s);
}

static void test_supplicant_killed(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 4},"
		"commands: {c: [{rpc: m}, {rpc: f}]},"
		"services: {m: {by: supplicant, kind: shm-alloc}, f: {by: supplicant}},"
		"supplicant: {threads: 1, wait: uninterruptible},"
		"clients: {x: {count: 2, do: [{call: {command: c}}]},"
		"k: {do: [{kill: tee-supplicant}, {kill: x}, {start: tee-supplicant}]}}}",
		"mainline");

	story_play(&s, CALL("x.0") "x.0:request tee-supplicant:receive tee-supplicant:answer x.0:reply "
		       "x.0:smc x.0:secure x.0:request " CALL("x.1") "x.1:request "
		       "tee-supplicant:receive k:kill k:kill tee-supplicant:answer/failed");
	assert_text(&s, "answer to x.0: not given, tee-supplicant was killed");
	assert_why(&s, "x.0 waits for tee-supplicant's answer to f: it was killed, and its device is "
		       "held open by memory that it allocated for its own call c; no signal ends the "
		       "wait\n"
		       "x.1 waits for tee-supplicant to take its request m: it was killed, and its "
		       "device is held open by memory that it allocated for x.0's call c; no signal "
		       "ends the wait\n"
		       "k waits to start tee-supplicant: it was killed, and its device is held open by "
		       "memory that it allocated for x.0's call c\ncycle 0");
	assert_says(&s, "  x.0 (killed), in its call c, waits");
	story_end(&s);
}

static void test_supplicant_killed_in_the_kernel(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2}, locks: [l], events: [go],"
		"commands: {c: [{rpc: f}]},"
		"services: {f: {by: supplicant, do: [{lock: l}, {unlock: l}]}},"
		"supplicant: {threads: 1}, clients: {x: {do: [{call: {command: c}}]},"
		"h: {do: [{lock: l}, {await: go}]},"
		"k: {do: [{kill: tee-supplicant}, {kill: x}, {start: tee-supplicant}]}}}",
		"mainline");

	story_play(&s, "h:lock " CALL("x") "x:request tee-supplicant:receive k:kill k:kill "
		       "x:reply/failed x:smc x:secure x:leave");
	assert_why(&s, "h waits for event go, and nobody is left who would signal it\n"
		       "k waits to start tee-supplicant: it was killed, and tee-supplicant, still in "
		       "the kernel, keeps its device open\n"
		       "tee-supplicant waits for lock l, which h holds\ncycle");
	story_end(&s);
}

/* Its only thread asks for what its only thread would serve. */
static void test_supplicant_waits_for_itself(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2}, supplicant: {threads: 1},"
		"commands: {c: [{rpc: f}], d: [{rpc: g}]},"
		"services: {f: {by: supplicant, do: [{call: {command: d}}]},"
		"g: {by: supplicant}}, clients: {x: {do: [{call: {command: c}}]}}}",
		"mainline");

	story_play(&s, CALL("x") "x:request tee-supplicant:receive " CALL("tee-supplicant")
		       "tee-supplicant:request");
	assert_why(&s, "x waits for tee-supplicant's answer to f, on which tee-supplicant works\n"
		       "tee-supplicant waits for tee-supplicant to take its request g: it itself "
		       "serves x\ncycle 1");
	story_end(&s);
}

/* What tee-supplicant runs may make calls, with RPCs of their own: its client is not forgotten. */
static void test_supplicant_calls(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 2}, supplicant: {threads: 1},"
		"commands: {c: [{rpc: f}], t: [{rpc: time}]},"
		"services: {f: {by: supplicant, do: [{call: {command: t}}]},"
		"time: {kind: get-time}}, clients: {x: {do: [{call: {command: c}}]}}}",
		"mainline");

	story_play(&s, CALL("x") "x:request tee-supplicant:receive " CALL("tee-supplicant"));
	assert_text(&s, "secure: RPC CMD GET_TIME time, thread 1 suspended");
	story_play(&s, "tee-supplicant:rpc tee-supplicant:smc tee-supplicant:secure "
		       "tee-supplicant:leave tee-supplicant:answer");
	assert_text(&s, "answer to x");
	story_play(&s, "x:reply/ok x:smc x:secure/exit x:leave");
	assert_int_equal(teeq_world_verdict(s.model, s.world), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_freeze(void **state)
{
	struct story s = text_story(
		SUPPLICANT("1", "killable", "", ", z: {do: [{freeze: tee-supplicant},"
			   "{freeze: x}, {thaw: tee-supplicant}, {thaw: x}]}"),
		"mainline");

	story_play(&s, CALL("x.0") "z:freeze z:freeze x.0:request z:freeze");
	assert_text(&s, "freeze x: asked for");
	assert_why(&s, "x.0 waits for tee-supplicant to take its request f: tee-supplicant is frozen\n"
		       "x.1 is frozen, until z would thaw it\n"
		       "z waits until x is frozen: x.0 is still in the kernel\n"
		       "tee-supplicant is frozen, until z would thaw it\ncycle 0 3 2");
	story_end(&s);
}

/* ---------------------------------- all threads, CPUs, devices -------------------------------- */

/* EBUSY: nothing is lost while a thread is in use, whatever the queue would admit. */
static void test_shm_cache(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, secure: {threads: 2, rpc-arg: false},"
				    "events: [go],"
				    "commands: {c: [{rpc: w}]}, services: {w: {do: [{await: go}]}},"
				    "clients: {x: {do: [{call: {command: c}}]},"
				    "off: {do: [{shm-cache: disable}]}}}",
				    "untracked");
	unsigned int off = story_task(&s, "off");

	story_play(&s, CALL("x") "off:enter off:smc/busy");
	assert_text(&s, "smc: DISABLE_SHM_CACHE -> EBUSY, must wait");
	assert_false(teeq_world_sleeps_in_vain(s.model, s.world, off));
	assert_int_equal(teeq_world_verdict(s.model, s.world), TEEQ_VERDICT_DEADLOCK);
	assert_why(&s, "x waits for event go, and nobody is left who would signal it\n"
		       "off waits until no thread is in use: thread 0 is held by x\ncycle");
	story_end(&s);
}

static void test_shm_cache_wakes(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, secure: {threads: 1, rpc-arg: false},"
				    "commands: {c: [{work: 1}]},"
				    "clients: {x: {do: [{call: {command: c}}]},"
				    "off: {do: [{shm-cache: disable}]}}}",
				    "untracked");
	unsigned int off = story_task(&s, "off");

	story_play(&s, CALL("x") "off:enter off:smc/busy x:secure/exit");
	/* Every thread is free: if x did not wake it, that would be a loss. */
	assert_true(teeq_world_sleeps_in_vain(s.model, s.world, off));
	story_play(&s, "x:leave off:wait off:requeue off:smc/again");
	assert_text(&s, "smc: DISABLE_SHM_CACHE -> OK cookie=0x1, once more");
	story_play(&s, "off:smc/ok");
	assert_text(&s, "smc: DISABLE_SHM_CACHE -> ENOTAVAIL");
	story_end(&s);
}

static void test_cpus(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, cpus: 1, secure: {threads: 2}, clients: {"
				    "x: {count: 2, do: [{call: {}}]}}}",
				    "untracked");

	story_play(&s, "x.0:enter x.1:enter x.0:smc");
	assert_why(&s, "x.1 waits for a CPU: every one runs the secure world, for x.0's call\ncycle");
	story_end(&s);
}

static void test_device(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, secure: {threads: 1}, sessions: {scmi: {}},"
				    "commands: {on: [], w: [{rpc: rpmb}]},"
				    "services: {rpmb: {do: [{power-on: emmc}]}},"
				    "channels: {link: {session: scmi}},"
				    "devices: {emmc: {session: scmi, on: [on], off: [on]}},"
				    "clients: {x: {do: [{call: {command: w}}]},"
				    "y: {do: [{power-on: emmc}]}}}",
				    "untracked");

	story_play(&s, CALL("x") "x:lock x:enter x:smc/thread-limit");
	assert_why(&s, "x waits for a thread: thread 0 is held by its own call w, suspended in its RPC\n"
		       "y waits for device emmc, which x is switching\ncycle 0");
	assert_says(&s, "  x, switching device emmc, in its nested call on over channel link, waits for");
	story_end(&s);
}

/* --------------------------------------- every example ---------------------------------------- */

/* Whoever cannot move is said to wait for something, and all words are known. */
static void assert_complete(const struct teeq_model *model, const struct teeq_world *world)
{
	uint64_t left = teeq_world_unfinished(model, world), said = 0;
	struct teeq_wait_graph graph;
	char text[512];

	assert_int_equal(teeq_wait_graph_new(model, world, &graph), TEEQ_OK);
	for (size_t i = 0; i < graph.edge_count; i++) {
		said |= UINT64_C(1) << graph.edges[i].waiter;
		teeq_wait_edge_text(model, world, &graph.edges[i], text, sizeof(text));
		if (strchr(text, '?') || !strstr(text, " waits ") == !strstr(text, " is frozen, "))
			fail_msg("%s: '%s'", teeq_model_name(model), text);
	}
	teeq_wait_graph_free(&graph);
	for (unsigned int i = 0; left >> i; i++)
		if ((left & ~said) >> i & 1 &&
		    teeq_model_task_kind(model, i) != TEEQ_TASK_FAULT)
			fail_msg("%s: nothing is said of %s", teeq_model_name(model),
				 teeq_model_task_name(model, i));
}
#define assert_complete(...) FROM(assert_complete(__VA_ARGS__))

static void explain_ends(const struct teeq_scenario *scenario, const struct teeq_policy *policy)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random };
	struct story s = story_begin(scenario, policy->name);

	for (options.seed = 1; options.seed <= 20; options.seed++) {
		struct teeq_result result;

		teeq_world_reset(s.model, s.world);
		assert_int_equal(teeq_run(s.model, s.world, &options, &result), TEEQ_OK);
		if (result.verdict != TEEQ_VERDICT_DONE)
			assert_complete(s.model, s.world);
	}
	story_end(&s);
}
#define explain_ends(...) FROM(explain_ends(__VA_ARGS__))

static void test_field_reports(void **state)
{
	static const char *const names[] = {
		"1176-mutex-across-calls", "2005-no-answer",	  "2080-page-tables",
		"2761-wake-before-sleep",  "4438-watchdog",	  "4478-open-session",
		"4581-frozen-first",	   "480-lock-order",	  "5221-shutdown",
		"6226-panic",		   "7042-interruptible-wait", "70b0d6b0a199-unkillable",
		"72-ocall",		   "922-no-supplicant",	  "adf752af454e-crash-kernel",
	};
	const struct teeq_policy *policy;
	struct teeq_error error = { 0 };
	char path[512];

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct teeq_scenario_file *file = NULL;

		snprintf(path, sizeof(path), TEEQ_SOURCE_DIR "/examples/scenarios/field-%s.yaml",
			 names[i]);
		if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
			fail_msg("%s", error.text);
		for (size_t j = 0; (policy = teeq_policy_at(j)); j++)
			explain_ends(teeq_scenario_tables(file), policy);
		teeq_scenario_free(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secure_locks_crosswise),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_held_since_an_earlier_call),
		cmocka_unit_test(test_held_by_who_has_finished),
		cmocka_unit_test(test_held_since_an_earlier_turn),
		cmocka_unit_test(test_busy_ta),
		cmocka_unit_test(test_condition),
		cmocka_unit_test(test_condition_signalled_without_its_lock),
		cmocka_unit_test(test_notification),
		cmocka_unit_test(test_supplicant_not_running),
		cmocka_unit_test(test_supplicant_busy),
		cmocka_unit_test(test_supplicant_killed),
		cmocka_unit_test(test_supplicant_killed_in_the_kernel),
		cmocka_unit_test(test_supplicant_waits_for_itself),
		cmocka_unit_test(test_supplicant_calls),
		cmocka_unit_test(test_freeze),
		cmocka_unit_test(test_shm_cache),
		cmocka_unit_test(test_shm_cache_wakes),
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_field_reports),
	};

	return cmocka_run_group_tests_name("waits", tests, NULL, NULL);
}
