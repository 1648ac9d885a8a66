/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "teeq/report.h"

/* The only edge, or edge @index, of the world's graph as text. */
static void assert_edge(const struct story *s, size_t index, const char *expected)
{
	struct teeq_wait_graph graph;
	char text[512];

	assert_int_equal(teeq_wait_graph_new(s->model, s->world, &graph), TEEQ_OK);
	assert_true(index < graph.edge_count);
	teeq_wait_edge_text(s->model, s->world, &graph.edges[index], text, sizeof(text));
	assert_string_equal(text, expected);
	teeq_wait_graph_free(&graph);
}
#define assert_edge(...) FROM(assert_edge(__VA_ARGS__))

/* The graph in short: "edges 2, cycle 0 1, exhausted". */
static void assert_graph(const struct story *s, const char *expected)
{
	struct teeq_wait_graph graph;
	char text[256];
	int length;

	assert_int_equal(teeq_wait_graph_new(s->model, s->world, &graph), TEEQ_OK);
	length = snprintf(text, sizeof(text), "edges %zu, cycle", graph.edge_count);
	for (size_t i = 0; i < graph.cycle_count; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, " %zu",
				   graph.cycle[i]);
	snprintf(text + length, sizeof(text) - (size_t)length, "%s%s",
		 graph.exhausted ? ", exhausted" : "", graph.lost_wakeup ? ", lost" : "");
	assert_string_equal(text, expected);
	teeq_wait_graph_free(&graph);
}
#define assert_graph(...) FROM(assert_graph(__VA_ARGS__))

static void assert_report(const struct story *s, const struct teeq_result *result,
			  const char *replay, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(teeq_report_print(s->model, s->world, result, replay, out), TEEQ_OK);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}
#define assert_report(...) FROM(assert_report(__VA_ARGS__))

/* --------------------------------- two locks, taken crosswise --------------------------------- */

static const char *const two_locks[] = { "emmc", "regulator" };
static const char *const events[] = { "go" };
static const struct teeq_step emmc_first[] = { TEEQ_LOCK("emmc"), TEEQ_LOCK("regulator") };
static const struct teeq_step regulator_first[] = { TEEQ_LOCK("regulator"), TEEQ_LOCK("emmc") };
static const struct teeq_client_spec crosswise_clients[] = {
	{ .name = "a", .steps = emmc_first, .step_count = 2 },
	{ .name = "b", .steps = regulator_first, .step_count = 2 },
};
static const struct teeq_scenario crosswise = {
	.name = "crosswise",
	.thread_count = 1,
	.locks = two_locks,
	.lock_count = 2,
	.clients = crosswise_clients,
	.client_count = 2,
};

static void test_locks(void **state)
{
	struct story s = story_begin(&crosswise, "mainline");
	struct teeq_result result = {
		.verdict = TEEQ_VERDICT_DEADLOCK,
		.steps = 2,
		.event_hash = 0xabc,
	};

	assert_graph(&s, "edges 0, cycle");
	story_play(&s, "a:lock b:lock");
	assert_graph(&s, "edges 2, cycle 0 1");
	assert_edge(&s, 0, "a waits for lock regulator, which b holds");
	assert_edge(&s, 1, "b waits for lock emmc, which a holds");
	assert_report(&s, &result, "teeq replay x",
		      "deadlock after 2 steps, event hash 0000000000000abc\n"
		      "No call waits for a thread: the tasks wait for each other.\n"
		      "Finished: none. Not finished: a, b.\n"
		      "\n"
		      "Why nothing moves:\n"
		      "  a waits for lock regulator, which b holds\n"
		      "  b waits for lock emmc, which a holds\n"
		      "\n"
		      "The cycle:\n"
		      "  a waits for lock regulator, which b holds\n"
		      "  b waits for lock emmc, which a holds\n"
		      "\n"
		      "Threads of the secure world:\n"
		      "   0  FREE\n"
		      "\n"
		      "Call queue (free 1 of 1, system sessions 0), empty.\n"
		      "\n"
		      "replay: teeq replay x\n");
	story_end(&s);
}

static void test_own_lock(void **state)
{
	static const struct teeq_step twice[] = { TEEQ_LOCK("emmc"), TEEQ_LOCK("emmc") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = twice, .step_count = 2 },
	};
	struct teeq_scenario scenario = crosswise;
	struct story s;

	scenario.clients = clients;
	scenario.client_count = 1;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "a:lock");
	assert_graph(&s, "edges 1, cycle 0");
	assert_edge(&s, 0, "a waits for lock emmc, which it holds itself");
	story_end(&s);
}

/* ----------------------------------- events and barriers -------------------------------------- */

static void test_events(void **state)
{
	static const char *const names[] = { "go", "never" };
	static const struct teeq_step await_never[] = { TEEQ_AWAIT("never") };
	static const struct teeq_step await_go[] = { TEEQ_AWAIT("go"), TEEQ_SIGNAL("go") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = await_never, .step_count = 1 },
		{ .name = "b", .steps = await_go, .step_count = 2 },
	};
	static const struct teeq_scenario scenario = {
		.name = "events",
		.thread_count = 1,
		.events = names,
		.event_count = 2,
		.clients = clients,
		.client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");

	assert_graph(&s, "edges 2, cycle 1");
	assert_edge(&s, 0, "a waits for event never, and nobody is left who would signal it");
	assert_edge(&s, 1, "b waits for event go, which only it would signal itself, later");
	story_end(&s);
}

static void test_barrier(void **state)
{
	static const struct teeq_barrier_spec barriers[] = { { .name = "b", .count = 3 } };
	static const struct teeq_step arrive[] = { TEEQ_BARRIER("b") };
	static const struct teeq_step arrive_late[] = { TEEQ_AWAIT("go"), TEEQ_BARRIER("b") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "early", .count = 2, .steps = arrive, .step_count = 1 },
		{ .name = "late", .steps = arrive_late, .step_count = 2 },
	};
	struct teeq_scenario scenario = {
		.name = "barrier",
		.thread_count = 1,
		.events = events,
		.event_count = 1,
		.barriers = barriers,
		.barrier_count = 1,
		.clients = clients,
		.client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");

	story_play(&s, "early.0:start early.1:start");
	assert_graph(&s, "edges 3, cycle");
	assert_edge(&s, 1,
		    "early.1 waits at barrier b (2 of 3 arrived), "
		    "where late would still arrive");
	assert_edge(&s, 2, "late waits for event go, and nobody is left who would signal it");
	story_end(&s);

	scenario.client_count = 1;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "early.0:start early.1:start");
	assert_graph(&s, "edges 2, cycle");
	assert_edge(&s, 0,
		    "early.0 waits at barrier b (2 of 3 arrived), "
		    "and nobody is left who would arrive");
	story_end(&s);
}

/* --------------- two storage calls, each needing the regulator that is behind OP-TEE ----------- */

static const char *const emmc[] = { "emmc" };
static const struct teeq_session_spec scmi[] = { { .name = "scmi", .system = true } };
static const struct teeq_step storage_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ .name = "write", .steps = storage_steps, .step_count = 1 },
	{ .name = "regulator-on" },
};
static const struct teeq_step rpmb_steps[] = { TEEQ_LOCK("emmc"), TEEQ_CALL("regulator-on", "scmi"),
					       TEEQ_UNLOCK("emmc") };
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb", .steps = rpmb_steps, .step_count = 3 },
};
static const struct teeq_step app_steps[] = { TEEQ_CALL("write", NULL) };
static const struct teeq_client_spec app[] = {
	{ .name = "app", .count = 2, .steps = app_steps, .step_count = 1 },
};
static const struct teeq_scenario rpmb_scmi = {
	.name = "rpmb-scmi",
	.thread_count = 2,
	.locks = emmc,
	.lock_count = 1,
	.sessions = scmi,
	.session_count = 1,
	.commands = commands,
	.command_count = 2,
	.services = services,
	.service_count = 1,
	.clients = app,
	.client_count = 1,
};

static void test_exhaustion(void **state)
{
	struct story s = story_begin(&rpmb_scmi, "untracked");
	struct teeq_result result = { .verdict = TEEQ_VERDICT_DEADLOCK, .steps = 9 };

	story_play(&s, "app.0:enter app.1:enter app.0:smc/taken app.1:smc/taken app.0:secure/rpc "
		       "app.1:secure/rpc app.0:lock app.0:enter app.0:smc/thread-limit");
	assert_graph(&s, "edges 3, cycle 1 2, exhausted");
	assert_edge(&s, 0,
		    "app.0 waits for a thread: thread 0 is held by its own call write, "
		    "suspended in its RPC");
	assert_report(
		&s, &result, NULL,
		"deadlock after 9 steps, event hash 0000000000000000\n"
		"Exhaustion: no thread is free.\n"
		"Finished: none. Not finished: app.0, app.1.\n"
		"\n"
		"Why nothing moves:\n"
		"  app.0, in its nested call regulator-on, waits for a thread: thread 0 is held by "
		"itself, thread 1 is held by app.1\n"
		"  app.1, in its call write, waits for lock emmc, which app.0 holds\n"
		"\n"
		"The cycle:\n"
		"  app.0 waits for a thread: thread 1 is held by app.1's call write, suspended in "
		"its RPC\n"
		"  app.1 waits for lock emmc, which app.0 holds\n"
		"\n"
		"Threads of the secure world:\n"
		"   0  SUSPENDED  app.0    call write\n"
		"   1  SUSPENDED  app.1    call write\n"
		"\n"
		"Call queue (threads not tracked, system sessions 0), head first:\n"
		"  app.0    call write                active\n"
		"  app.1    call write                active\n"
		"  >app.0   nested call regulator-on  asleep\n");
	story_end(&s);
}

/* With one thread only, that it is one's own is the whole story. */
static void test_own_thread(void **state)
{
	struct teeq_scenario scenario = rpmb_scmi;
	struct story s;

	scenario.thread_count = 1;
	s = story_begin(&scenario, "untracked");
	story_play(&s, "app.0:enter app.0:smc app.0:secure app.0:lock app.0:enter "
		       "app.0:smc/thread-limit");
	assert_graph(&s, "edges 1, cycle 0, exhausted");
	story_end(&s);
}

static void test_lost_thread(void **state)
{
	struct teeq_scenario scenario = rpmb_scmi;
	struct story s;

	scenario.lost_count = 2;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "app.0:enter/admitted app.0:smc/thread-limit");
	assert_graph(&s, "edges 2, cycle, exhausted");
	assert_edge(&s, 1, "app.0 waits for a thread: thread 1 is lost, suspended for ever");
	story_end(&s);
}

/* v9 keeps a thread back always: with one thread nobody is ever admitted. */
static void test_kept_back(void **state)
{
	struct teeq_scenario scenario = rpmb_scmi;
	struct story s;

	scenario.thread_count = 1;
	s = story_begin(&scenario, "v9");
	story_play(&s, "app.0:enter/must-wait app.1:enter/must-wait");
	assert_graph(&s, "edges 2, cycle");
	assert_edge(&s, 0,
		    "app.0 waits for a thread: what is free is kept back, and nobody is left "
		    "who would give more");
	story_end(&s);
}

/* -------------------------------------- absorbed wake ----------------------------------------- */

static const struct teeq_session_spec two_sessions[] = {
	{ .name = "key", .system = true },
	{ .name = "scmi", .system = true },
};
static const struct teeq_step serve_steps[] = { TEEQ_CALL(NULL, "scmi") };
static const struct teeq_service_spec serve[] = {
	{ .name = "rpmb", .steps = serve_steps, .step_count = 1 },
};
static const struct teeq_step key_steps[] = { TEEQ_CALL("write", "key") };
static const struct teeq_step normal_steps[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_client_spec nested_clients[] = {
	{ .name = "key", .steps = key_steps, .step_count = 1 },
	{ .name = "normal", .steps = normal_steps, .step_count = 1 },
};
static const struct teeq_scenario nested = {
	.name = "nested",
	.thread_count = 2,
	.sessions = two_sessions,
	.session_count = 2,
	.commands = commands,
	.command_count = 1,
	.services = serve,
	.service_count = 1,
	.clients = nested_clients,
	.client_count = 2,
};

static void test_absorbed_wake(void **state)
{
	struct story s = story_begin(&nested, "mainline");
	struct teeq_result result = { .verdict = TEEQ_VERDICT_LOST_WAKEUP, .steps = 8 };

	story_play(&s, "normal:enter/admitted key:enter/admitted key:smc normal:smc key:secure/rpc "
		       "key:enter/must-wait normal:secure/exit normal:leave");
	assert_graph(&s, "edges 1, cycle 0, lost");
	assert_report(
		&s, &result, NULL,
		"lost-wakeup after 8 steps, event hash 0000000000000000\n"
		"Lost wake-up: thread 1 is free, and key's nested call would get it if "
		"somebody woke it;\n"
		"the wake was absorbed by key's call write, which does not sleep.\n"
		"Finished: normal. Not finished: key.\n"
		"\n"
		"Why nothing moves:\n"
		"  key, in its nested call (system), waits for a wake, which its own call write "
		"absorbed without being asleep\n"
		"\n"
		"The cycle:\n"
		"  key waits for a wake, which its own call write absorbed without being asleep\n"
		"\n"
		"Threads of the secure world:\n"
		"   0  SUSPENDED  key       call write\n"
		"   1  FREE\n"
		"\n"
		"Call queue (free 1 of 2, system sessions 2), head first:\n"
		"  key       call write   active, system, admitted, completion done\n"
		"  >key      nested call  asleep, system\n");
	story_end(&s);
}

/* Who consumed the wake has gone: nobody is there to be named. */
static void test_vanished_wake(void **state)
{
	struct teeq_wait_edge edge = {
		.waiter = 0,
		.waiter_level = 1,
		.kind = TEEQ_WAIT_WAKE,
		.context = TEEQ_NO_CONTEXT,
		.holder = -1,
	};
	struct story s = story_begin(&nested, "mainline");
	char text[128];

	teeq_wait_edge_text(s.model, s.world, &edge, text, sizeof(text));
	assert_string_equal(text, "key waits for a wake, and nobody is left who would give it");
	story_end(&s);
}

/* As snprintf() has it: what would fit is told, and no buffer is touched where there is none. */
static void test_text_without_a_buffer(void **state)
{
	struct teeq_wait_edge edge = { .kind = TEEQ_WAIT_WAKE, .holder = -1 };
	struct teeq_wait_need need = { .waiter = 0 };
	struct story s = story_begin(&nested, "mainline");
	static const size_t sizes[] = { 0, 1, 128 };
	char text[512];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t size = sizes[i];

		assert_int_equal(teeq_wait_edge_text(s.model, s.world, &edge, NULL, size),
				 teeq_wait_edge_text(s.model, s.world, &edge, text, sizeof(text)));
		assert_int_equal(teeq_wait_need_text(s.model, &need, NULL, size),
				 teeq_wait_need_text(s.model, &need, text, sizeof(text)));
		assert_int_equal(teeq_event_text(s.model, &s.event, NULL, size),
				 teeq_event_text(s.model, &s.event, text, sizeof(text)));
	}
	story_end(&s);
}

/* ------------------------------------------ verdicts ------------------------------------------ */

static void test_other_verdicts(void **state)
{
	struct story s = story_begin(&crosswise, "mainline");
	struct teeq_result result = { .verdict = TEEQ_VERDICT_DONE, .steps = 1, .event_hash = 1 };

	assert_report(&s, &result, NULL, "done after 1 step, event hash 0000000000000001\n");
	result = (struct teeq_result){
		.verdict = TEEQ_VERDICT_VIOLATION,
		.violation = "something broke",
	};
	assert_report(&s, &result, NULL,
		      "violation after 0 steps, event hash 0000000000000000\n"
		      "broken: something broke\n"
		      "Finished: none. Not finished: a, b.\n"
		      "\n"
		      "Threads of the secure world:\n"
		      "   0  FREE\n"
		      "\n"
		      "Call queue (free 1 of 1, system sessions 0), empty.\n");
	result = (struct teeq_result){ .verdict = TEEQ_VERDICT_LIMIT };
	story_play(&s, "a:lock b:lock");
	assert_report(&s, &result, NULL,
		      "limit after 0 steps, event hash 0000000000000000\n"
		      "Tasks could still move, and of those nothing is claimed. Those of the cycle "
		      "below never get on, unless a fault strikes.\n"
		      "Finished: none. Not finished: a, b.\n"
		      "\n"
		      "Who cannot move:\n"
		      "  a waits for lock regulator, which b holds\n"
		      "  b waits for lock emmc, which a holds\n"
		      "\n"
		      "The cycle:\n"
		      "  a waits for lock regulator, which b holds\n"
		      "  b waits for lock emmc, which a holds\n"
		      "\n"
		      "Threads of the secure world:\n"
		      "   0  FREE\n"
		      "\n"
		      "Call queue (free 1 of 1, system sessions 0), empty.\n");
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_locks),	       cmocka_unit_test(test_own_lock),
		cmocka_unit_test(test_events),	       cmocka_unit_test(test_barrier),
		cmocka_unit_test(test_exhaustion),     cmocka_unit_test(test_own_thread),
		cmocka_unit_test(test_lost_thread),    cmocka_unit_test(test_kept_back),
		cmocka_unit_test(test_absorbed_wake),  cmocka_unit_test(test_vanished_wake),
		cmocka_unit_test(test_other_verdicts), cmocka_unit_test(test_text_without_a_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
