/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <linux/list.h>
#include <linux/sched.h>

struct item {
	int number;
	struct list_head list;
};

static void print(const struct list_head *head, char text[static 32])
{
	const struct item *at;

	text[0] = '\0';
	list_for_each_entry(at, head, list)
		snprintf(text + strlen(text), 8, "%d", at->number);
	list_for_each_entry_reverse(at, head, list)
		snprintf(text + strlen(text), 8, "%d", at->number);
}

#define assert_list(head, expected)                \
	do {                                       \
		print(head, text);                 \
		assert_string_equal(text, expected); \
	} while (0)

static void test_lists(void **state)
{
	struct item items[] = { { .number = 0 }, { .number = 1 }, { .number = 2 }, { .number = 3 } };
	struct item *at, *next;
	LIST_HEAD(head);
	LIST_HEAD(second);
	char text[32];

	assert_true(list_empty(&head));
	assert_null(list_first_entry_or_null(&head, struct item, list));
	list_add_tail(&items[1].list, &head);
	assert_true(list_is_singular(&head));
	list_add_tail(&items[2].list, &head);
	list_add(&items[0].list, &head);
	assert_list(&head, "012210");
	list_move_tail(&items[0].list, &head);
	assert_list(&head, "120021");
	assert_ptr_equal(list_first_entry(&head, struct item, list), &items[1]);
	assert_ptr_equal(list_next_entry(&items[1], list), &items[2]);
	assert_true(list_is_last(&items[0].list, &head));
	list_replace(&items[2].list, &items[3].list);
	assert_list(&head, "130031");
	list_for_each_entry_safe(at, next, &head, list)
		if (at->number == 3)
			list_del_init(&at->list);
	assert_list(&head, "1001");
	assert_true(list_empty(&items[3].list));
	list_add(&items[3].list, &second);
	list_splice_tail_init(&head, &second);
	assert_true(list_empty(&head));
	assert_list(&second, "310013");
	list_del(&items[1].list);
	assert_ptr_equal(items[1].list.next, LIST_POISON1);
	assert_list(&second, "3003");
}

static void delete_twice(void *argument)
{
	LIST_HEAD(head);
	struct list_head entry;

	list_add(&entry, &head);
	list_del(&entry);
	list_del(&entry);
}

static void add_twice(void *argument)
{
	LIST_HEAD(head);
	struct list_head entry;

	list_add_tail(&entry, &head);
	list_add_tail(&entry, &head);
}

/* An entry whose memory was used again while it was in a list. */
static void overwrite_entry(void *argument)
{
	LIST_HEAD(head);
	struct list_head first, second;

	list_add_tail(&first, &head);
	list_add_tail(&second, &head);
	INIT_LIST_HEAD(&first);
	list_move(&second, &head);
}

static struct list_head shared;

static void set_up_list(void *argument)
{
	INIT_LIST_HEAD(&shared);
}

static void stay_behind(void *argument)
{
	struct list_head mine;

	list_add(&mine, &shared);
	cond_resched();
}

static void come_after(void *argument)
{
	struct list_head mine;

	list_add_tail(&mine, &shared);
	list_del(&mine);
}

/* The entry of a task that has returned lies on a stack that is not there any more. */
static void test_an_entry_on_a_stack_that_is_gone(void **state)
{
	struct teeq_harness *h = bench(set_up_list);

	add(h, "s", stay_behind);
	add(h, "c", come_after);
	expect(h, "s c s", TEEQ_VERDICT_DONE, "");
	expect_violation(h, "s*2 c", "c: list_add_tail(): the list is corrupt");
	teeq_harness_free(h);
}

static void test_lists_are_checked(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "d", delete_twice);
	add(h, "a", add_twice);
	add(h, "o", overwrite_entry);
	expect_violation(h, "d", "d: list_del(): the entry was deleted before in delete_twice() at "
			 "tests/harness/test_lists.c:");
	expect_violation(h, "a", "a: list_add_tail(): the list is corrupt, or has the entry already");
	expect_violation(h, "o", "o: list_move(): the list is corrupt: the entry's neighbours "
			 "disagree in overwrite_entry()");
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_lists_are_checked),
		cmocka_unit_test(test_an_entry_on_a_stack_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
