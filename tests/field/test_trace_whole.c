/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings that were right until something happened to them, a thousand, each by its number; what the
 * export for Perfetto is made of; histograms and the order of times against what is too simple to be wrong.
 */
#include "story.h"

#include <fcntl.h>

#include "damage.h"
#include "trace_whole.h"
#include "teeq/scenario.h"

enum {
	DAMAGED_COUNT = 1000,
};

static const char *const forms[] = {
	"tracefs",
	"tracefs-hidden",
	"tracefs-fields",
	"tracefs-noirq",
	"tracefs-tgid",
	"latency",
	"tracefs-counter",
	"tracefs-old",
	"verbose",
	"bare",
	"raw",
	"pipe",
	"trace-cmd",
	"trace-cmd-fields",
	"trace-cmd-latency",
	"trace-cmd-diff",
	"trace-cmd-stacks",
	"perf",
	"perf-task",
	"perf-callchain",
	"probes",
};
#define FORM_COUNT (sizeof(forms) / sizeof(forms[0]))

static void read_form(struct damaged *d, const char *form)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.txt", form);
	damaged_read(d, "traces", name);
}

static void damage_form(struct damaged *d, uint64_t number)
{
	static const char *const pieces[] = {
		"ffff0005",
		"32000013",
		"32000003",
		"CPU:1 [LOST 7 EVENTS]\n",
		"# tracer: nop\n",
		"##### CPU 2 buffer started ####\n",
		"\n",
		"99999999999999999999",
		"(",
		")",
		"-1 [000]",
		"optee_invoke_fn_end: param=0 ret (1, 0, 0, 0)\n",
		"\377\0\001",
		"[65536]",
		"000.0000001:",
	};

	prng_seed(&d->prng, number, 14);
	read_form(d, forms[number % FORM_COUNT]);
	damage(d, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

/* What can be written as a scenario can be read as one. */
static const char *wrong_scenario(const struct whole *whole)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { 0 };
	char path[] = "/tmp/teeq-trace-XXXXXX";
	int descriptor;
	enum teeq_status status;

	if (!whole->yaml)
		return NULL;
	descriptor = mkstemp(path);
	if (descriptor < 0)
		return "no temporary file";
	if (write(descriptor, whole->yaml, strlen(whole->yaml)) != (ssize_t)strlen(whole->yaml))
		return "a temporary file that cannot be written";
	close(descriptor);
	status = teeq_scenario_load(path, &file, &error);
	unlink(path);
	if (status != TEEQ_OK)
		fprintf(stderr, "%s\n%s", error.text, whole->yaml);
	teeq_scenario_free(file);
	return status == TEEQ_OK ? NULL : "a scenario that is none";
}

static void test_damaged(void **state)
{
	uint64_t complaints = 0, gaps = 0, scenarios = 0, fine = 0;

	for (uint64_t number = 0; number < DAMAGED_COUNT; number++) {
		static struct damaged d;
		struct whole *whole;
		const char *wrong;

		damage_form(&d, number);
		whole = whole_read(d.text, d.size, number % 3 == 0 ? 2 : 0);
		assert_non_null(whole);
		wrong = whole_wrong_counts(whole);
		if (!wrong)
			wrong = whole_wrong_export(whole);
		if (!wrong)
			wrong = wrong_scenario(whole);
		if (wrong)
			fail_msg("recording %llu: %s", (unsigned long long)number, wrong);
		complaints += whole->trace.calls.complaint_count > 0;
		gaps += trace_has_gaps(&whole->trace);
		scenarios += whole->yaml != NULL;
		fine += trace_judge(&whole->trace, 1000000000) == TRACE_VERDICT_FINE;
		whole_free(whole);
	}
	print_message("%llu with complaints, %llu with gaps, %llu scenarios, %llu fine\n",
		      (unsigned long long)complaints, (unsigned long long)gaps,
		      (unsigned long long)scenarios, (unsigned long long)fine);
	/* What never happens is not tried. */
	assert_true(complaints > 300);
	assert_true(gaps > 10);
	assert_true(scenarios > 500);
	assert_true(fine > 100);
}

/* Every form, as it is: the export is in order, and all its slices nest. */
static void test_export(void **state)
{
	for (size_t i = 0; i < FORM_COUNT; i++) {
		static struct damaged d;
		struct whole *whole;

		read_form(&d, forms[i]);
		assert_true(d.size > 0);
		whole = whole_read(d.text, d.size, 2);
		assert_non_null(whole);
		assert_null(whole_wrong_counts(whole));
		assert_null(whole_wrong_export(whole));
		assert_int_equal(whole->trace.calls.complaint_count, 0);
		whole_free(whole);
	}
}

static int compare_numbers(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Percentiles against those of a sorted list: never less, and at most 1/64 more. */
static void test_histogram(void **state)
{
	static const unsigned int percents[] = { 1, 10, 50, 90, 99, 100 };
	static struct trace_histogram histogram;
	static uint64_t values[5000];
	struct prng prng;

	prng_seed(&prng, 1, 2);
	for (size_t i = 0; i < 5000; i++) {
		values[i] = ((uint64_t)prng_next(&prng) << 32 | prng_next(&prng)) >>
			    prng_below(&prng, 64);
		trace_histogram_add(&histogram, values[i]);
	}
	qsort(values, 5000, sizeof(values[0]), compare_numbers);
	assert_int_equal(histogram.count, 5000);
	assert_true(histogram.min == values[0] && histogram.max == values[4999]);
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		uint64_t exact = values[50 * percents[i] - 1];
		uint64_t told = trace_histogram_at(&histogram, percents[i]);

		assert_true(told >= exact);
		assert_true(told - exact <= exact / 64);
	}
}

/* Whatever comes within the window comes out by its time, and equal times as they came. */
static void test_order(void **state)
{
	static struct trace_order order;
	const struct trace_ordered *taken;
	uint64_t last = 0, last_line = 0, count = 0;
	struct prng prng;

	trace_order_start(&order);
	prng_seed(&prng, 3, 4);
	for (uint64_t line = 1; line <= 10000; line++) {
		struct trace_ordered *place;

		if (trace_order_is_full(&order)) {
			taken = trace_order_take(&order);
			assert_true(taken->event.time > last ||
				    (taken->event.time == last && taken->event.line > last_line));
			last = taken->event.time;
			last_line = taken->event.line;
			count++;
		}
		place = trace_order_place(&order);
		place->event = (struct trace_event){ .line = line };
		place->event.time = line / 4 + prng_below(&prng, 500);
		trace_order_put(&order);
	}
	while ((taken = trace_order_take(&order))) {
		assert_true(taken->event.time > last ||
			    (taken->event.time == last && taken->event.line > last_line));
		last = taken->event.time;
		last_line = taken->event.line;
		count++;
	}
	assert_int_equal(count, 10000);
	assert_int_equal(order.too_late, 0);
	assert_true(order.swapped > 1000);
}

/* A task for each line, and calls inside of each other: there is an end to what is kept. */
static void test_bounds(void **state)
{
	struct trace *trace = calloc(1, sizeof(*trace));
	char line[200];

	assert_non_null(trace);
	assert_int_equal(trace_start(trace, NULL), TEEQ_OK);
	for (unsigned int i = 0; i < TRACE_TASK_MAX + 1000; i++) {
		snprintf(
			line, sizeof(line),
			"x-%u [000] ..... %u.000000: optee_invoke_fn_begin: param=0 (32000013, 0, 0, 0, 0, 0, 0, 0)",
			i + 1, i + 1);
		trace_line(trace, line, strlen(line), i + 1);
	}
	for (unsigned int i = 0; i < 100; i++) {
		snprintf(
			line, sizeof(line),
			"x-1 [000] ..... 900000.%06u: optee_invoke_fn_end: param=0 ret (ffff0005, 0, 0, 0)",
			2 * i);
		trace_line(trace, line, strlen(line), i + 1);
		snprintf(
			line, sizeof(line),
			"x-1 [000] ..... 900000.%06u: optee_invoke_fn_begin: param=0 (32000013, 0, 0, 0, 0, 0, 0, 0)",
			2 * i + 1);
		trace_line(trace, line, strlen(line), i + 1);
	}
	assert_int_equal(trace_finish(trace), TEEQ_OK);
	assert_true(trace->calls.full);
	assert_int_equal(trace->calls.task_count, TRACE_TASK_MAX);
	assert_int_equal(trace->calls.unknown, 1000);
	assert_true(trace->calls.complaints_of[TRACE_COMPLAINT_NESTED] > 0);
	trace_free(trace);
	free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_export),	  cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_histogram), cmocka_unit_test(test_order),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
