/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

static const struct teeq_step app_steps[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_client_spec clients[] = {
	{ .name = "app", .count = 2, .stage = 1, .steps = app_steps, .step_count = 1 },
	{ .name = "scmi", .count = 1, .stage = 1, .steps = app_steps, .step_count = 1 },
};
static const struct teeq_scenario scenario = {
	.name = "small", .thread_count = 2, .clients = clients, .client_count = 2,
};

static struct teeq_model *model;

static int begin(void **state)
{
	model = story_model(&scenario, "mainline");
	return 0;
}

static int end(void **state)
{
	teeq_model_free(model);
	return 0;
}

/* "teeq:1:mainline:DIGEST" and @choices. */
static const char *line(const char *choices)
{
	static char text[256];

	snprintf(text, sizeof(text), "teeq:1:mainline:%016llx%s",
		 (unsigned long long)teeq_model_digest(model), choices);
	return text;
}

static void accepted(const char *text, const char *digits)
{
	struct teeq_schedule schedule = { 0 };
	struct teeq_error error;

	if (teeq_schedule_parse(model, text, &schedule, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	assert_int_equal(schedule.count, strlen(digits));
	for (size_t i = 0; i < schedule.count; i++)
		assert_int_equal(schedule.tasks[i], digits[i] - '0');
	teeq_schedule_free(&schedule);
	assert_null(schedule.tasks);
	assert_int_equal(schedule.count, 0);
}
#define accepted(...) FROM(accepted(__VA_ARGS__))

static void refused(const char *text, const char *message)
{
	struct teeq_schedule schedule = { 0 };
	struct teeq_error error;

	assert_int_equal(teeq_schedule_parse(model, text, &schedule, &error), TEEQ_EINPUT);
	assert_string_equal(error.text, message);
	assert_string_equal(error.key, "schedule");
	assert_int_equal(error.status, TEEQ_EINPUT);
	assert_null(schedule.tasks);
	assert_int_equal(schedule.count, 0);
}
#define refused(...) FROM(refused(__VA_ARGS__))

static void test_printing_packs(void **state)
{
	static const uint8_t choices[] = { 0, 0, 0, 1, 2, 2, 0 };
	struct teeq_schedule schedule = { 0 };
	char *text;

	text = teeq_schedule_print(model, &schedule);
	assert_string_equal(text, line(""));
	free(text);
	for (size_t i = 0; i < LENGTH(choices); i++)
		assert_int_equal(teeq_schedule_add(&schedule, choices[i]), TEEQ_OK);
	text = teeq_schedule_print(model, &schedule);
	assert_string_equal(text, line(" app.0*3 app.1 scmi*2 app.0"));
	accepted(text, "0001220");
	free(text);
	teeq_schedule_free(&schedule);
}

static void test_parsing_takes_any_packing(void **state)
{
	accepted(line(""), "");
	accepted(line(" app.0 app.0*1 app.0*2"), "0000");
	accepted(line("\n\tscmi*10\r\n"), "2222222222");
}

static void test_parsing_passes_over_blanks_before(void **state)
{
	char text[512];

	snprintf(text, sizeof(text), "\n \t%s\n", line(" app.1"));
	accepted(text, "1");
}

static void test_a_long_schedule_goes_round(void **state)
{
	struct teeq_schedule schedule = { 0 }, again = { 0 };
	struct teeq_error error;
	char *text;

	for (unsigned int i = 0; i < 10000; i++)
		assert_int_equal(teeq_schedule_add(&schedule, i * i % 7 % 3), TEEQ_OK);
	text = teeq_schedule_print(model, &schedule);
	assert_int_equal(teeq_schedule_parse(model, text, &again, &error), TEEQ_OK);
	assert_int_equal(again.count, 10000);
	assert_memory_equal(again.tasks, schedule.tasks, 10000);
	free(text);
	teeq_schedule_free(&schedule);
	teeq_schedule_free(&again);
}

#define BEGINS "expected a schedule, which begins with 'teeq:1:POLICY:DIGEST'"
#define DIGITS "expected 'teeq:1:POLICY:DIGEST' with a digest of 16 hexadecimal digits"
#define SIXTY "123456789-123456789-123456789-123456789-123456789-123456789-"

static void test_what_is_no_schedule(void **state)
{
	refused("", "found '', " BEGINS);
	refused("teeq:2:mainline:0123456789abcdef", "found 'teeq:2:mainline:0123456789abcdef', "
						    BEGINS);
	refused("scenario.yaml app.0", "found 'scenario.yaml', " BEGINS);
	refused("\x01" "a\xff", "found '?a?', " BEGINS);
	refused(SIXTY "1", "found '" SIXTY "...', " BEGINS);
	refused(SIXTY, "found '" SIXTY "', " BEGINS);
	refused("teeq:1:", "found 'teeq:1:', " DIGITS);
	refused("teeq:1:mainline", "found 'teeq:1:mainline', " DIGITS);
	refused("teeq:1:mainline:0123456789abcde", "found 'teeq:1:mainline:0123456789abcde', "
						   DIGITS);
	refused("teeq:1:mainline:0123456789abcdef0",
		"found 'teeq:1:mainline:0123456789abcdef0', " DIGITS);
	refused("teeq:1:mainline:0123456789ABCDEF",
		"found 'teeq:1:mainline:0123456789ABCDEF', " DIGITS);
	refused("teeq:1:main:line:0123456789abcdef",
		"found 'teeq:1:main:line:0123456789abcdef', " DIGITS);
}

static void test_somebody_elses_schedule(void **state)
{
	char message[256];

	refused("teeq:1:v9:0123456789abcdef app.0",
		"it was made under policy 'v9', this model is under 'mainline'");
	refused("teeq:1:main:0123456789abcdef",
		"it was made under policy 'main', this model is under 'mainline'");
	snprintf(message, sizeof(message), "it belongs to a model with digest 0123456789abcdef, "
		 "this one has %016llx: the scenario has changed since",
		 (unsigned long long)teeq_model_digest(model));
	refused("teeq:1:mainline:0123456789abcdef app.0", message);
}

static void test_wrong_choices(void **state)
{
	static const char *const times[] = { "app.0*", "app.0*0", "app.0*03", "app.0*x",
					     "app.0*1x", "app.0*-1", "app.0*1*2",
					     "app.0*1234567890" };

	refused(line(" app"), "step 0: 'app' is no task of scenario small");
	refused(line(" app.0*3 app.2"), "step 3: 'app.2' is no task of scenario small");
	refused(line(" *3"), "step 0: '' is no task of scenario small");
	for (size_t i = 0; i < LENGTH(times); i++) {
		char choices[64], message[128];

		snprintf(choices, sizeof(choices), " scmi %s", times[i]);
		snprintf(message, sizeof(message), "step 1: '%s' is not TASK or TASK*TIMES",
			 times[i]);
		refused(line(choices), message);
	}
	refused(line(" app.0*100000001"), "more than 100000000 steps");
	refused(line(" app.0*5 app.0*99999996"), "more than 100000000 steps");
}

static void test_the_policy_of_a_schedule(void **state)
{
	struct teeq_error error;
	char policy[8];

	assert_int_equal(teeq_schedule_policy(" teeq:1:v9:0123456789abcdef app.7", policy,
					      sizeof(policy), &error), TEEQ_OK);
	assert_string_equal(policy, "v9");
	assert_int_equal(teeq_schedule_policy("teeq:1:mainline:0123456789abcdef", policy,
					      sizeof(policy), &error), TEEQ_OK);
	assert_string_equal(policy, "mainlin");
	assert_int_equal(teeq_schedule_policy("teeq:1:v9:0123456789abcdef", NULL, 0, &error),
			 TEEQ_OK);
	assert_int_equal(teeq_schedule_policy("v9", policy, sizeof(policy), &error), TEEQ_EINPUT);
	assert_string_equal(error.text, "found 'v9', " BEGINS);
	assert_string_equal(policy, "mainlin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printing_packs),
		cmocka_unit_test(test_parsing_takes_any_packing),
		cmocka_unit_test(test_parsing_passes_over_blanks_before),
		cmocka_unit_test(test_a_long_schedule_goes_round),
		cmocka_unit_test(test_what_is_no_schedule),
		cmocka_unit_test(test_somebody_elses_schedule),
		cmocka_unit_test(test_wrong_choices),
		cmocka_unit_test(test_the_policy_of_a_schedule),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
