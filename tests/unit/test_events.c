/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of a trace for what surrounds the call queue. */
#include "text_story.h"

#include "scenario/words.h"
#include "teeq/abi.h"
#include "teeq/report.h"

/* One step of @task, which may not stand where it is thought to: then the words differ. */
static void assert_step(struct story *s, const char *task, const char *expected)
{
	char text[512];

	assert_int_equal(teeq_world_step(s->model, s->world, story_task(s, task), &s->event),
			 TEEQ_OK);
	teeq_event_text(s->model, &s->event, text, sizeof(text));
	assert_string_equal(text, expected);
}
#define assert_step(...) FROM(assert_step(__VA_ARGS__))

static void test_rpcs(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 1}, notifications: [k],"
		"commands: {c: [{suspend: 3}, {notify: k}, {wait: k}, {interrupt: true},"
		"{work: 1}, {wait: {key: k, timeout: 2}}, {rpc: mem}]},"
		"services: {mem: {kind: shm-alloc}}, faults: {f: {kind: no-memory}},"
		"clients: {x: {do: [{call: {command: c}}]}}}", "v4");

	story_play(&s, "x:enter x:smc");
	assert_step(&s, "x", "secure: RPC CMD SUSPEND for 3 ticks, thread 0 suspended");
	assert_step(&s, "x", "sleep: over");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: RPC CMD NOTIFICATION SEND k (key 1), thread 0 suspended");
	assert_step(&s, "x", "notif-send k (key 1): remembered");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: RPC CMD NOTIFICATION WAIT k (key 1), thread 0 suspended");
	assert_step(&s, "x", "notif-wait k (key 1): sent already");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: RPC FOREIGN_INTR, thread 0 suspended");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: thread 0 goes on for 1 tick");
	assert_step(&s, "x", "secure: RPC CMD NOTIFICATION WAIT k (key 1), at most 2 ticks, "
			     "thread 0 suspended");
	assert_step(&s, "x", "notif-wait k (key 1): must wait");
	assert_step(&s, "x", "sleep: over");
	assert_step(&s, "x", "notif-wake k (key 1): failed, -ETIMEDOUT");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: RPC CMD SHM_ALLOC mem, thread 0 suspended");
	assert_step(&s, "f", "fault: the next allocation fails");
	assert_step(&s, "x", "rpc mem: failed, -ENOMEM");
	story_play(&s, "x:smc");
	assert_step(&s, "x", "secure: OK, thread 0 free");
	assert_step(&s, "x", "leave: the call failed");
	story_end(&s);
}

/* The interrupt thread; and that a key has one waiter only. */
static void test_notifications(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, secure: {threads: 3, bottom-half: w},"
				    "notifications: [j, k], commands: {c: [{wait: k}],"
				    "w: [{async: k}, {bottom-half: true}]}, clients: {"
				    "x: {count: 2, do: [{call: {command: c}}]},"
				    "y: {do: [{async: k}, {call: {command: w}}]}}}", "v4");

	story_play(&s, "x.0:enter x.0:smc x.0:secure x.0:notif-wait x.1:enter x.1:smc x.1:secure");
	assert_step(&s, "x.1", "notif-wait k (key 2): failed, -EBUSY, another waits for it");
	assert_step(&s, "y", "async k (key 2): interrupt raised");
	assert_step(&s, "optee-notif", "interrupt: GET_ASYNC_NOTIF_VALUE -> OK value=2, k (key 2) "
				       "to x.0");
	assert_step(&s, "x.0", "notif-wake k (key 2)");
	story_play(&s, "y:enter y:smc");
	assert_step(&s, "y", "secure: raises k (key 2); thread 2 goes on");
	assert_step(&s, "y", "secure: raises a bottom half; OK, thread 2 free");
	assert_step(&s, "optee-notif", "interrupt: GET_ASYNC_NOTIF_VALUE -> OK value=0 pending, "
				       "the bottom half");
	assert_step(&s, "optee-notif", "interrupt: GET_ASYNC_NOTIF_VALUE -> OK value=2, k (key 2): "
				       "remembered");
	assert_step(&s, "optee-bottom-half", "start");
	assert_step(&s, "optee-bottom-half", "enter w: admitted");
	story_end(&s);
}

static void test_supplicant(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 3}, supplicant: {threads: 0},"
		"commands: {c: [{rpc: f}]}, services: {f: {by: supplicant}}, clients: {"
		"x: {do: [{call: {command: c}}]},"
		"y: {supplicant-nowait: true, do: [{call: {command: c}}]},"
		"z: {do: [{kill: x}, {start: tee-supplicant}, {kill: tee-supplicant}]}}}", "v4");

	story_play(&s, "x:enter x:smc x:secure y:enter y:smc y:secure x:request");
	assert_step(&s, "y", "request f: failed, -ECOMM, tee-supplicant is not running");
	assert_step(&s, "z", "kill x");
	assert_step(&s, "x", "reply f: failed, -EINTR, a signal came while it waited");
	assert_step(&s, "z", "start-supplicant");
	assert_step(&s, "z", "kill tee-supplicant");
	story_end(&s);
}

static void test_orphaned_request(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 3}, supplicant: {threads: 1},"
		"commands: {c: [{rpc: f}]}, services: {f: {by: supplicant}}, clients: {"
		"x: {do: [{call: {command: c}}, {call: {}}]}},"
		"faults: {die: {kind: client-killed, client: x}}}", "v4");

	story_play(&s, "x:enter x:smc x:secure x:request tee-supplicant:receive");
	assert_step(&s, "die", "fault: x is killed");
	story_play(&s, "x:reply/failed");
	assert_step(&s, "tee-supplicant", "answer: nobody waits for it any more");
	story_play(&s, "x:smc x:secure x:leave");
	assert_step(&s, "x", "exit: killed");
	story_end(&s);
}

static void test_faults(void **state)
{
	struct story s = text_story(
		"{teeq: 1, name: t, secure: {threads: 3}, contexts: [k], sessions: {"
		"s: {context: k}}, channels: {h: {session: s}}, clients: {x: {context: k,"
		"do: [{setup: h}, {release: s}]}}, faults: {"
		"lose: {kind: thread-lost}, keep: {kind: unreserve-fails}}}", "v4");

	assert_step(&s, "lose", "fault: thread 0 is lost");
	assert_step(&s, "x", "reserve s: RESERVE_SYS_THREAD -> OK, 0");
	assert_step(&s, "x", "allocate shared memory");
	story_play(&s, "x:enter x:smc x:secure x:leave x:enter x:smc x:secure x:leave");
	assert_step(&s, "keep", "fault: the next unreserve fails");
	assert_step(&s, "x", "unreserve s: UNRESERVE_SYS_THREAD -> UNKNOWN_FUNCTION, -EINVAL, the "
			     "driver warns");
	story_end(&s);
}

static void test_every_fault_has_words(void **state)
{
	for (unsigned int kind = 0; words_fault_kinds[kind]; kind++) {
		char yaml[256], text[256];
		struct story s;

		snprintf(yaml, sizeof(yaml),
			 "{teeq: 1, name: t, secure: {threads: 1}, faults: {f: {kind: %s%s}},"
			 "supplicant: {threads: 1}, clients: {x: {do: [{call: {}}]}}}",
			 words_fault_kinds[kind],
			 kind == TEEQ_FAULT_CLIENT_KILLED ? ", client: x" : "");
		s = text_story(yaml, "v4");
		s.event = (struct teeq_event){ .action = TEEQ_ACTION_FAULT,
					       .task = (uint8_t)story_task(&s, "f"),
					       .context = TEEQ_NO_CONTEXT,
					       .peer = TEEQ_NO_TASK };
		teeq_event_text(s.model, &s.event, text, sizeof(text));
		assert_int_equal(strncmp(text, "fault: ", 7), 0);
		assert_true(strlen(text) > 7);
		assert_null(strpbrk(text, "(?"));
		story_end(&s);
	}
}

static void test_sleep_and_freeze(void **state)
{
	struct story s = text_story("{teeq: 1, name: t, secure: {threads: 1}, clients: {"
				    "x: {do: [{call: {}}, {sleep: 7}]},"
				    "y: {do: [{freeze: x}, {thaw: x}]}}}", "v4");

	story_play(&s, "x:enter");
	assert_step(&s, "y", "freeze x: asked for");
	story_play(&s, "x:smc x:secure x:leave");
	assert_step(&s, "y", "freeze x: frozen");
	assert_step(&s, "y", "thaw x");
	assert_step(&s, "x", "sleep: over after 7 ticks");
	story_end(&s);
}

/* Whoever prints a text does not look first whether it is one; and where there is no room, none is taken. */
static void test_what_is_asked_of_nothing_is_empty(void **state)
{
	const struct teeq_smc_regs regs = { { TEEQ_SMC_CALL_WITH_ARG } };
	char texts[5][8];

	(void)state;
	memset(texts, 'x', sizeof(texts));
	assert_int_equal(teeq_event_text(NULL, NULL, texts[0], 8), 0);
	assert_int_equal(teeq_wait_edge_text(NULL, NULL, NULL, texts[1], 8), 0);
	assert_int_equal(teeq_wait_need_text(NULL, NULL, texts[2], 8), 0);
	assert_int_equal(teeq_smc_decode_call(NULL, texts[3], 8), 0);
	assert_int_equal(teeq_smc_decode_return(0, NULL, texts[4], 8), 0);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(texts[i], "");
	memset(texts, 'x', sizeof(texts));
	assert_int_equal(teeq_event_text(NULL, NULL, texts[0], 0), 0);
	assert_int_equal(teeq_smc_decode_call(NULL, texts[0], 0), 0);
	assert_int_equal(texts[0][0], 'x');
	assert_int_equal(teeq_smc_decode_call(NULL, NULL, 8), 0);
	assert_true(teeq_smc_decode_call(&regs, NULL, 8) > 0);
	assert_true(teeq_smc_decode_return(0, &regs, NULL, 8) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rpcs),
		cmocka_unit_test(test_notifications),
		cmocka_unit_test(test_supplicant),
		cmocka_unit_test(test_orphaned_request),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_every_fault_has_words),
		cmocka_unit_test(test_sleep_and_freeze),
		cmocka_unit_test(test_what_is_asked_of_nothing_is_empty),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
