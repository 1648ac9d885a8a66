/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <linux/mutex.h>

static int secure(void *argument, const struct teeq_harness_secure_call *call,
		  struct teeq_smc_regs *regs)
{
	if (call->visit < call->call.a[2]) {
		regs->a[1] = 100 + call->visit;
		return TEEQ_SMC_RPC_CMD;
	}
	return TEEQ_HARNESS_EXIT;
}

static struct teeq_smc_regs issue(uint64_t a0, uint64_t a2, uint64_t a3)
{
	struct teeq_smc_regs regs = { .a = { a0, 0, a2, a3 } };

	teeq_harness_smc(&regs, &regs);
	return regs;
}

static void call_with_rpcs(uint64_t count)
{
	struct teeq_smc_regs ret = issue(TEEQ_SMC_CALL_WITH_ARG, count, 0);

	note("%s%llx", teeq_smc_is_rpc((uint32_t)ret.a[0]) ? "rpc" : "ret",
	     (unsigned long long)(ret.a[0] & 0xffff));
	while (teeq_smc_is_rpc((uint32_t)ret.a[0])) {
		note("%llu/%llu", (unsigned long long)ret.a[1], (unsigned long long)ret.a[3]);
		ret = issue(TEEQ_SMC_CALL_RETURN_FROM_RPC, 0, ret.a[3]);
	}
	note("%llx", (unsigned long long)ret.a[0]);
}

static void plain(void *argument)
{
	call_with_rpcs(0);
}

static void with_two_rpcs(void *argument)
{
	call_with_rpcs(2);
}

static struct teeq_harness *secured(unsigned int thread_count)
{
	struct teeq_harness_options options = { .name = "bench",
						.secure = secure,
						.thread_count = thread_count };

	return bench_with(&options);
}
#define secured(...) FROM(secured(__VA_ARGS__))

static void test_a_call_and_its_rpcs(void **state)
{
	struct teeq_harness *h = secured(2);

	add(h, "a", with_two_rpcs);
	expect(h, "a*7", TEEQ_VERDICT_DONE, "rpc5 100/0 101/0 0");
	teeq_harness_free(h);
}

static void test_the_lowest_free_thread_is_taken(void **state)
{
	struct teeq_harness *h = secured(2);

	add(h, "a", plain);
	add(h, "b", with_two_rpcs);
	expect(h, "a*2 b*3 a b*4", TEEQ_VERDICT_DONE, "rpc5 100/1 ret0 0 101/1 0");
	teeq_harness_free(h);
}

static void test_no_thread_is_free(void **state)
{
	struct teeq_harness *h = secured(1);

	add(h, "a", plain);
	add(h, "b", plain);
	/* b is refused between a's smc and secure. */
	expect(h, "a*2 b*2 a", TEEQ_VERDICT_DONE, "ret1 1 ret0 0");
	expect(h, "a*3 b*3", TEEQ_VERDICT_DONE, "ret0 0 ret0 0");
	teeq_harness_free(h);
}

static void resume_nothing(void *argument)
{
	note("%llx", (unsigned long long)issue(TEEQ_SMC_CALL_RETURN_FROM_RPC, 0, 1).a[0]);
	note("%llu", (unsigned long long)issue(TEEQ_SMC_GET_THREAD_COUNT, 0, 0).a[1]);
}

static void test_answers_at_once(void **state)
{
	struct teeq_harness *h = secured(3);
	struct teeq_harness *none = secured(0);

	add(h, "a", resume_nothing);
	expect(h, "a*2", TEEQ_VERDICT_DONE, "3 3");
	add(none, "a", plain);
	expect_violation(none, "a", "the harness has no secure threads");
	teeq_harness_free(h);
	teeq_harness_free(none);
}

static void observe_nothing(void *argument, struct teeq_harness_view *view)
{
	view->mutex = NULL;
}

/* What the format has no word for ends a recording. */
static void test_recordings_that_cannot_be(void **state)
{
	struct teeq_harness_run_options options = { .record = true };
	struct teeq_harness_result result;
	struct teeq_error error;
	struct teeq_harness *h = secured(2);
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	add(h, "a", resume_nothing);
	assert_int_equal(teeq_harness_run(h, NULL, &result), TEEQ_OK);
	assert_int_equal(teeq_harness_write(h, 0, stderr, &error), TEEQ_EINPUT);
	assert_string_equal(error.text, "the last run was not recorded");
	teeq_harness_observe(h, "bench", observe_nothing, NULL);
	assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(teeq_harness_write(h, 0, out, &error), TEEQ_OK);
	fclose(out);
	assert_non_null(strstr(text, ",\"steps\":[],\"outcome\":\"cut\",\"cut\":\"task a makes an SMC that "
				     "the secure world refuses\",\"blocked\":[]}\n"));
	free(text);
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_call_and_its_rpcs),
		cmocka_unit_test(test_the_lowest_free_thread_is_taken),
		cmocka_unit_test(test_no_thread_is_free),
		cmocka_unit_test(test_answers_at_once),
		cmocka_unit_test(test_recordings_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
