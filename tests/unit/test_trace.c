/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "teeq/report.h"

/* Two system sessions, one inside a call of the other, and a normal call. */
static const char *const locks[] = { "emmc" };
static const struct teeq_session_spec two_sessions[] = {
	{ .name = "key", .system = true },
	{ .name = "scmi", .system = true },
};
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ .name = "write", .steps = write_steps, .step_count = 1 },
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
	.locks = locks,
	.lock_count = 1,
	.sessions = two_sessions,
	.session_count = 2,
	.commands = commands,
	.command_count = 1,
	.services = serve,
	.service_count = 1,
	.clients = nested_clients,
	.client_count = 2,
};

static void trace_into(FILE *out, struct story *s, const char *words)
{
	char word[128];
	int length;

	teeq_trace_head(s->model, out);
	for (unsigned int step = 0; sscanf(words, "%127s%n", word, &length) == 1; step++) {
		story_word(s, word);
		s->event.step = step;
		teeq_trace_event(s->model, &s->event, out);
		words += length;
	}
}
#define trace_into(...) FROM(trace_into(__VA_ARGS__))

static void assert_trace(struct story *s, const char *words, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	trace_into(out, s, words);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}
#define assert_trace(...) FROM(assert_trace(__VA_ARGS__))

static void test_trace(void **state)
{
	struct story s = story_begin(&nested, "mainline");

	assert_trace(
		&s,
		"normal:enter key:enter key:smc normal:smc key:secure key:enter normal:secure "
		"normal:leave",
		"  step  task    free sys list  key                                     normal\n"
		"     0  normal     1   2    1                                          enter: admitted\n"
		"     1  key        0   2    2  enter write, system: admitted\n"
		"     2  key        0   2    2  smc: CALL_WITH_REGD_ARG -> thread 0\n"
		"     3  normal     0   2    2                                          "
		"smc: CALL_WITH_REGD_ARG -> thread 1\n"
		"     4  key        0   2    2  secure: RPC CMD rpmb, thread 0 suspended\n"
		"     5  key        0   2    3  > enter, system: must wait (free 0)\n"
		"     6  normal     0   2    3                                          "
		"secure: OK, thread 1 free\n"
		"     7  normal     1   2    2                                          "
		"leave: wakes key\n");
	story_end(&s);
}

/* So many that columns would not fit on any screen: the names in front must do. */
static void test_trace_of_many(void **state)
{
	static const struct teeq_client_spec clients[] = {
		{ .name = "app", .count = 64, .steps = normal_steps, .step_count = 1 },
	};
	struct teeq_scenario scenario = nested;
	struct story s;

	scenario.argument_slots = 64;
	scenario.clients = clients;
	scenario.client_count = 1;
	s = story_begin(&scenario, "untracked");
	assert_trace(&s, "app.63:enter app.0:enter app.63:smc",
		     "  step  task    free sys list\n"
		     "     0  app.63     -   -    1  enter: admitted\n"
		     "     1  app.0      -   -    2  enter: admitted\n"
		     "     2  app.63     -   -    2  smc: CALL_WITH_REGD_ARG -> thread 0\n");
	story_end(&s);
}

static void test_event_text_is_cut(void **state)
{
	static const struct teeq_step lock_steps[] = { TEEQ_LOCK("emmc") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = lock_steps, .step_count = 1 },
	};
	struct teeq_scenario scenario = nested;
	char text[6] = "xxxxx";
	struct story s;

	scenario.clients = clients;
	scenario.client_count = 1;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "a:lock");
	assert_int_equal(teeq_event_text(s.model, &s.event, NULL, 0), strlen("lock emmc"));
	assert_int_equal(teeq_event_text(s.model, &s.event, text, sizeof(text)),
			 strlen("lock emmc"));
	assert_string_equal(text, "lock ");
	story_end(&s);
}

/* Words for events that the stories above do not come to. */
static void test_event_words(void **state)
{
	struct story s = story_begin(&nested, "mainline");
	struct teeq_event event = {
		.action = TEEQ_ACTION_RESERVE,
		.outcome = TEEQ_OUTCOME_REFUSED,
		.result = -22,
	};
	char text[128];

	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "reserve key: -EINVAL");

	event.has_call = true;
	event.has_ret = true;
	event.call.a[0] = TEEQ_SMC_RESERVE_SYS_THREAD;
	event.ret.a[0] = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "reserve key: RESERVE_SYS_THREAD -> ETHREAD_LIMIT, -EINVAL");

	event = (struct teeq_event){ .action = TEEQ_ACTION_UNRESERVE, .woken_count = 9 };
	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "unreserve key: 0, wakes key, key, key, key, key, "
				  "key, key, key and 1 more");

	event = (struct teeq_event){ .action = TEEQ_ACTION_LEAVE, .woken_count = 1 };
	event.woken[0] = (struct teeq_caller){ .task = 1, .level = 2 };
	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "leave: wakes >>normal");

	event = (struct teeq_event){ .action = TEEQ_ACTION_REQUEUE };
	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "requeue: to the tail");

	event = (struct teeq_event){ .action = TEEQ_ACTION_LOCK, .object = TEEQ_NO_OBJECT };
	teeq_event_text(s.model, &event, text, sizeof(text));
	assert_string_equal(text, "lock ?");
	story_end(&s);
}

static void test_errno_names(void **state)
{
	assert_string_equal(teeq_errno_name(0), "0");
	assert_string_equal(teeq_errno_name(-22), "-EINVAL");
	assert_string_equal(teeq_errno_name(-16), "-EBUSY");
	assert_null(teeq_errno_name(22));
	assert_null(teeq_errno_name(-4096));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trace),
		cmocka_unit_test(test_trace_of_many),
		cmocka_unit_test(test_event_text_is_cut),
		cmocka_unit_test(test_event_words),
		cmocka_unit_test(test_errno_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
