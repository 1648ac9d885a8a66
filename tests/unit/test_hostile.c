/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small files that mean a lot of work: there are far more ways through what scripts call and invoke
 * than anybody could walk. Each is accepted or refused, by a limit that is named, after work that
 * its size bounds; what were walked way by way would not come to an end here.
 */
#include "story.h"

#include "model/model.h"
#include "teeq/scenario.h"

enum {
	TEXT_MAX = 1 << 16
};

struct text {
	char bytes[TEXT_MAX];
	size_t length;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text->bytes + text->length, TEXT_MAX - text->length, format, arguments);
	va_end(arguments);
	assert_true(length >= 0 && (size_t)length < TEXT_MAX - text->length);
	text->length += (size_t)length;
}
#define add(...) FROM(add(__VA_ARGS__))

static void begin(struct text *text)
{
	text->length = 0;
	add(text, "teeq: 1\nname: hostile\nsecure: {threads: 2}\n");
	add(text, "clients: {a: {do: [{call: {command: k0}}]}}\n");
}
#define begin(...) FROM(begin(__VA_ARGS__))

/* @count times "{@before@number@after}". */
static void add_steps(struct text *text, unsigned int count, const char *before,
		      unsigned int number, const char *after)
{
	for (unsigned int i = 0; i < count; i++)
		add(text, "%s{%s%u%s}", i ? ", " : "", before, number, after);
}
#define add_steps(...) FROM(add_steps(__VA_ARGS__))

static void refused(const struct text *text, const char *message)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	assert_int_equal(teeq_scenario_parse("x.yaml", text->bytes, text->length, &file, &error),
			 TEEQ_EINPUT);
	assert_string_equal(error.text, message);
}
#define refused(...) FROM(refused(__VA_ARGS__))

/* The instructions that all its scripts become. */
static size_t accepted(const struct text *text)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model;
	size_t count;

	if (teeq_scenario_parse("x.yaml", text->bytes, text->length, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	model = story_model(teeq_scenario_tables(file), "mainline");
	count = model->code_count;
	teeq_model_free(model);
	teeq_scenario_free(file);
	return count;
}
#define accepted(...) FROM(accepted(__VA_ARGS__))

/* Commands k0 to k@depth, each of which invokes the next @width times; the last does @last. */
static void write_invokes(struct text *text, unsigned int width, unsigned int depth,
			  const char *last)
{
	begin(text);
	add(text, "commands:\n");
	for (unsigned int i = 0; i < depth; i++) {
		add(text, "  k%u: [", i);
		add_steps(text, width, "invoke: k", i + 1, "");
		add(text, "]\n");
	}
	add(text, "  k%u: [%s]\n", depth, last);
}
#define write_invokes(...) FROM(write_invokes(__VA_ARGS__))

/* 30^7 invokes of nothing; and of something. */
static void test_invokes_of_invokes(void **state)
{
	static struct text text;
	size_t least, most;

	write_invokes(&text, 30, 7, "");
	refused(&text,
		"x.yaml:6: commands.k0[0].invoke[0].invoke[0].invoke[2].invoke[10].invoke[11]."
		"invoke[16].invoke: more than 65535 steps in all");
	/* 2 + 4 + ... + 128 of them are a few. */
	write_invokes(&text, 2, 7, "");
	least = accepted(&text);
	write_invokes(&text, 2, 7, "work: 1");
	most = accepted(&text);
	/* The body of kN stands in those before it 2^(7 - N) times: 1 + 2 + ... + 128 in all. */
	assert_int_equal(most - least, 255);
	write_invokes(&text, 2, 9, "");
	refused(&text, "x.yaml:6: commands.k0[0].invoke[0].invoke[0].invoke[0].invoke[0].invoke[0]."
		       "invoke[0].invoke[0].invoke[0].invoke: commands invoke each other deeper "
		       "than 8");
}

/* Whether a repeat lets others move is asked of all that it invokes, however deep. */
static void test_repeats_of_invokes(void **state)
{
	static struct text text;

	write_invokes(&text, 20, 7, "");
	add(&text, "  spin: [{repeat: {times: 65535, do: [{repeat: {times: 65535, do: [");
	add(&text, "{invoke: k0}]}}]}}]\n");
	/* Of these steps an invoke of k4 is 8421, of k5 421, of k6 21 and of k7 1. */
	refused(&text, "x.yaml:6: commands.k0[0].invoke[0].invoke[0].invoke[7].invoke[15].invoke[12]."
		       "invoke[15].invoke: more than 65535 steps in all");
	/* Deeper than repeats may nest, and nothing in it. */
	write_invokes(&text, 1, 6, "");
	add(&text, "  spin: [{repeat: {times: 65535, do: [{repeat: {times: 65535, do: [");
	add(&text, "{invoke: k0}]}}]}}]\n");
	refused(&text,
		"x.yaml:13: commands.spin[0].repeat: nothing in it takes time: a call, a lock "
		"or an rpc is missing");
	write_invokes(&text, 1, 6, "work: 1");
	add(&text, "  spin: [{repeat: {times: 65535, do: [{repeat: {times: 65535, do: [");
	add(&text, "{invoke: k0}]}}]}}]\n");
	assert_true(accepted(&text) < 100);
}

/* A command that invokes itself, inside a repeat or not. */
static void test_rings(void **state)
{
	static struct text text;

	begin(&text);
	add(&text, "commands:\n  k0: [{invoke: k1}]\n  k1: [{invoke: k0}]\n");
	refused(&text, "x.yaml:6: commands.k0[0].invoke[0].invoke[0].invoke[0].invoke[0].invoke[0]."
		       "invoke[0].invoke[0].invoke[0].invoke: commands invoke each other deeper "
		       "than 8");
	begin(&text);
	add(&text, "commands:\n  k0: [{repeat: {times: 2, do: [{invoke: k1}]}}]\n");
	add(&text, "  k1: [{invoke: k0}]\n");
	refused(&text,
		"x.yaml:6: commands.k0[0].repeat: nothing in it takes time: a call, a lock or "
		"an rpc is missing");
}

/* Services s0 to s@depth and the commands that they call, each @width times; the last calls @last. */
static void write_services(struct text *text, unsigned int width, unsigned int depth,
			   const char *last)
{
	begin(text);
	add(text, "commands:\n");
	for (unsigned int i = 0; i <= depth; i++) {
		add(text, "  k%u: [", i);
		add_steps(text, width, "rpc: s", i, "");
		add(text, "]\n");
	}
	add(text, "services:\n");
	for (unsigned int i = 0; i < depth; i++) {
		add(text, "  s%u: {do: [", i);
		add_steps(text, width, "call: {command: k", i + 1, "}");
		add(text, "]}\n");
	}
	add(text, "  s%u: {do: [%s]}\n", depth, last);
}
#define write_services(...) FROM(write_services(__VA_ARGS__))

static void test_services_that_call_again(void **state)
{
	static struct text text;

	/* 7 levels of commands and services with 30 steps and an end each, and nothing else. */
	write_services(&text, 30, 7, "");
	assert_true(accepted(&text) < 8 * 31 + 7 * 31 + 50);
	write_services(&text, 30, 7, "{call: {command: k0}}");
	refused(&text, "x.yaml:6: commands.k0: services that call again nest deeper than 8 calls");
	write_services(&text, 30, 8, "");
	refused(&text, "x.yaml:14: commands.k8: services that call again nest deeper than 8 calls");
}

/* One step that is many: the sessions of a context, the commands of a device. */
static void test_steps_that_are_many(void **state)
{
	static struct text text;

	begin(&text);
	add(&text, "commands: {k0: []}\nsessions: {s: {}}\n");
	add(&text, "devices: {d: {session: s, off: [], on: [k0");
	for (unsigned int i = 0; i < 5000; i++)
		add(&text, ", k0");
	add(&text, "]}}\nservices: {x: {do: [");
	for (unsigned int i = 0; i < 20; i++)
		add(&text, "{power-on: d}, ");
	add(&text, "]}}\n");
	refused(&text, "x.yaml:8: services.x.do[13].power-on: more than 65535 steps in all");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_invokes_of_invokes),
		cmocka_unit_test(test_repeats_of_invokes),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_services_that_call_again),
		cmocka_unit_test(test_steps_that_are_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
