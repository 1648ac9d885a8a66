/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold of the board: as its file says it, and with one application more, as tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <teeq/test.h>

static void test_todays_driver(void **state)
{
	(void)state;
	TEEQ_ASSERT_NEVER_HANGS("board.yaml", "mainline");
}

/* The kernel that was shipped with it, and the schedule that a customer's board met. */
static void test_driver_before_6_8(void **state)
{
	(void)state;
	TEEQ_ASSERT_HANGS("board.yaml", "untracked", TEEQ_VERDICT_DEADLOCK);
	TEEQ_ASSERT_REPLAYS("board.yaml", SCHEDULE, TEEQ_VERDICT_DEADLOCK);
}

static const struct teeq_scenario three = {
	.name = "three",
	.thread_count = 2,
	TEEQ_LOCKS("emmc"),
	TEEQ_SESSIONS({ .name = "scmi", .system = true }),
	TEEQ_COMMANDS({ .name = "storage-write", TEEQ_DO(TEEQ_RPC("rpmb")) },
		      { .name = "regulator-on" }),
	TEEQ_SERVICES({ .name = "rpmb",
			TEEQ_DO(TEEQ_LOCK("emmc"), TEEQ_CALL("regulator-on", "scmi"),
				TEEQ_UNLOCK("emmc")) }),
	TEEQ_CLIENTS({ .name = "app", .count = 3, TEEQ_DO(TEEQ_CALL("storage-write", NULL)) }),
};

static void test_one_application_more(void **state)
{
	(void)state;
	TEEQ_ASSERT_NEVER_HANGS(&three, "mainline", .max_states = 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_todays_driver),
		cmocka_unit_test(test_driver_before_6_8),
		cmocka_unit_test(test_one_application_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
