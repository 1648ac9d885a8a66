/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#include "base/prng.h"
#include "teeq/run.h"

/*
 * Schedules as they never were: cut, flipped, repeated, with numbers that are too large. Each is
 * refused with a message, or it is a schedule, and then it can be replayed to wherever it fits.
 */
static const struct teeq_step app_steps[] = { TEEQ_CALL(NULL, NULL), TEEQ_CALL(NULL, NULL) };
static const struct teeq_client_spec clients[] = {
	{ .name = "app", .count = 3, .stage = 1, .steps = app_steps, .step_count = 2 }
};
static const struct teeq_scenario scenario = {
	.name = "three", .thread_count = 2, .clients = clients, .client_count = 1,
};

static struct teeq_model *model;
static struct teeq_world *world;

static int set_up(void **state)
{
	struct teeq_error error;

	(void)state;
	if (teeq_model_new(&scenario, teeq_policy_find("mainline"), &model, &error) != TEEQ_OK)
		return -1;
	world = teeq_world_new(model);
	return world ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	teeq_world_free(world);
	teeq_model_free(model);
	return 0;
}

/* A whole run, as text. */
static char *good_text(uint64_t seed)
{
	struct teeq_schedule schedule = { 0 };
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random, .seed = seed, .record = &schedule,
	};
	struct teeq_result result;
	char *text;

	teeq_world_reset(model, world);
	assert_int_equal(teeq_run(model, world, &options, &result), TEEQ_OK);
	text = teeq_schedule_print(model, &schedule);
	assert_non_null(text);
	teeq_schedule_free(&schedule);
	return text;
}
#define good_text(...) FROM(good_text(__VA_ARGS__))

static const char *const poison[] = {
	"*999999999", "*1000000000", "*0", "*", "**2", "app.3", "app.", "app.0*-1", "\t\n", "teeq:1:",
	":", "*18446744073709551616", "app.0*999999999 app.1*999999999",
};

/* @text becomes longer by at most 64 characters, for which there is room. */
static void mutilate(char *text, struct prng *prng)
{
	size_t length = strlen(text);
	size_t at = prng_below(prng, (uint32_t)length + 1);
	const char *word;

	switch (prng_below(prng, 4)) {
	case 0:
		text[at] = '\0';
		break;
	case 1:
		if (at < length)
			text[at] = (char)(text[at] ^ (1 << prng_below(prng, 8)));
		break;
	case 2:
		memmove(text + at / 2, text + at, length - at + 1);
		break;
	default:
		word = poison[prng_below(prng, sizeof(poison) / sizeof(poison[0]))];
		memmove(text + at + strlen(word), text + at, length - at + 1);
		memcpy(text + at, word, strlen(word));
		break;
	}
}

static void assert_one_line(const char *text)
{
	assert_true(strlen(text) > 0);
	for (; *text; text++)
		assert_true(*text >= ' ' && *text <= '~');
}
#define assert_one_line(...) FROM(assert_one_line(__VA_ARGS__))

/* Returns whether it was accepted. */
static bool try_text(const char *text)
{
	struct teeq_error error = { .text = "" };
	const struct teeq_run_options options = { .strategy = NULL };
	struct teeq_schedule schedule = { 0 };
	struct teeq_result result;
	enum teeq_status status = teeq_schedule_parse(model, text, &schedule, &error);

	if (status != TEEQ_OK) {
		assert_int_equal(status, TEEQ_EINPUT);
		assert_one_line(error.text);
		assert_null(schedule.tasks);
		return false;
	}
	assert_true(schedule.count <= TEEQ_SCHEDULE_MAX);
	teeq_world_reset(model, world);
	status = teeq_replay(model, world, &schedule, &options, &result, &error);
	if (status != TEEQ_OK) {
		assert_int_equal(status, TEEQ_EMISMATCH);
		assert_one_line(error.text);
	}
	teeq_schedule_free(&schedule);
	return true;
}
#define try_text(...) FROM(try_text(__VA_ARGS__))

static void mutilated_schedules_are_refused_or_replayed(void **state)
{
	unsigned int accepted = 0, refused = 0;
	struct prng prng;

	(void)state;
	prng_seed(&prng, 1, 0);
	for (unsigned int i = 0; i < 1500; i++) {
		char *good = good_text(i);
		char *text = malloc(strlen(good) + 4 * 64);

		assert_non_null(text);
		strcpy(text, good);
		assert_true(try_text(text));
		for (unsigned int j = 0; j <= i % 3; j++)
			mutilate(text, &prng);
		if (try_text(text))
			accepted++;
		else
			refused++;
		free(text);
		free(good);
	}
	assert_in_range(accepted, 50, 1400);
	assert_true(refused > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutilated_schedules_are_refused_or_replayed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
