/* SPDX-License-Identifier: BSD-2-Clause */
/* One assertion, ASSERTION, with cmocka where CMOCKA is defined, a framework of its own with OWN, or none. */
#ifdef CMOCKA
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#endif
#ifdef OWN
#include <stdio.h>

static int failures;
#define TEEQ_TEST_FAIL(text, file, line) (failures += fprintf(stderr, "own: %s:%d: %s", file, line, text))
#endif

#include <teeq/test.h>

static const struct teeq_scenario board = {
	.name = "board",
	.thread_count = 1,
	TEEQ_COMMANDS({ .name = "write", TEEQ_DO(TEEQ_RPC("rpmb")) }),
	TEEQ_SERVICES({ .name = "rpmb", TEEQ_DO(TEEQ_CALL(NULL, NULL)) }),
	TEEQ_CLIENTS({ .name = "app", TEEQ_DO(TEEQ_CALL("write", NULL)) }),
};

#ifdef CMOCKA
static void test(void **state)
{
	(void)state;
	(void)board;
	ASSERTION;
}

static void test_behind(void **state)
{
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test), cmocka_unit_test(test_behind) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	(void)board;
	ASSERTION;
#ifdef OWN
	return failures > 0;
#endif
}
#endif
