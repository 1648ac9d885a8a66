/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "core/requests.h"

enum { CALLERS = 4 };

static union {
	struct requests requests;
	unsigned char bytes[sizeof(struct requests) + CALLERS];
} room;

static struct requests *begin(void)
{
	memset(&room, 0, sizeof(room));
	requests_add(&room.requests, 2);
	requests_add(&room.requests, 0);
	requests_add(&room.requests, 3);
	return &room.requests;
}

static void test_the_oldest_is_taken(void **state)
{
	struct requests *requests = begin();

	assert_int_equal(requests_take(requests), 2);
	requests_add(requests, 1);
	assert_int_equal(requests_take(requests), 0);
	assert_int_equal(requests_take(requests), 3);
	assert_int_equal(requests_take(requests), 1);
	assert_int_equal(requests->count, 0);
}

/* Wherever it stands, one's own goes, and the others keep their order. */
static void test_ones_own_is_withdrawn(void **state)
{
	struct requests *requests = begin();

	assert_true(requests_withdraw(requests, 0));
	assert_false(requests_withdraw(requests, 0));
	assert_false(requests_withdraw(requests, 1));
	assert_int_equal(requests_take(requests), 2);
	assert_false(requests_withdraw(requests, 2));
	assert_int_equal(requests_take(requests), 3);
	requests = begin();
	assert_true(requests_withdraw(requests, 3));
	assert_int_equal(requests_take(requests), 2);
	assert_int_equal(requests_take(requests), 0);
}

/* Nothing is left behind of what was there. */
static void test_equal_queues_are_equal_bytes(void **state)
{
	static const unsigned char nothing[sizeof(room)];
	struct requests *requests = begin();

	requests_take(requests);
	requests_withdraw(requests, 3);
	requests_take(requests);
	assert_memory_equal(&room, nothing, sizeof(room));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_oldest_is_taken),
		cmocka_unit_test(test_ones_own_is_withdrawn),
		cmocka_unit_test(test_equal_queues_are_equal_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
