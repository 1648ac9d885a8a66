/* SPDX-License-Identifier: BSD-2-Clause */
/* Reference counts, memory, warnings: what does not wait. */
#include "bench.h"

#include <crypto/sha1.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/genalloc.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <ctype.h>

struct item {
	int number;
	struct list_head list;
};

static void test_bits(void **state)
{
	DECLARE_BITMAP(bits, 70) = { 0 };

	assert_false(test_and_set_bit(69, bits));
	assert_true(test_and_set_bit(69, bits));
	__set_bit(0, bits);
	assert_int_equal(find_first_zero_bit(bits, 70), 1);
	assert_int_equal(find_next_bit(bits, 70, 1), 69);
	assert_true(test_and_clear_bit(69, bits));
	assert_false(test_bit(69, bits));
	assert_int_equal(find_next_bit(bits, 70, 1), 70);
}

static void test_small_things(void **state)
{
	struct item item = { .number = 7 };
	int calls = 0;
	int shadow = 3;

	assert_ptr_equal(container_of(&item.list, struct item, list), &item);
	assert_true(IS_ERR(ERR_PTR(-ENOMEM)));
	assert_int_equal(PTR_ERR(ERR_PTR(-ENOMEM)), -ENOMEM);
	assert_false(IS_ERR(&item));
	assert_true(IS_ERR_OR_NULL(NULL));
	assert_int_equal(PTR_ERR_OR_ZERO(&item), 0);
	assert_int_equal(min(++calls, max(shadow, 2)), 1);
	assert_int_equal(calls, 1);
	assert_int_equal(clamp(9, 2, 5), 5);
	assert_int_equal(min_t(unsigned int, 1, -1), 1);
	assert_int_equal(ARRAY_SIZE(((int[]){ 1, 2, 3 })), 3);
	assert_int_equal(GENMASK(5, 4), 0x30);
	WRITE_ONCE(item.number, 8);
	assert_int_equal(READ_ONCE(item.number), 8);
}

static struct object {
	struct kref kref;
} *object;

static void release(struct kref *kref)
{
	note("released");
	kfree(container_of(kref, struct object, kref));
}

static void count_references(void *argument)
{
	object = kzalloc(sizeof(*object), GFP_KERNEL);
	kref_init(&object->kref);
	kref_get(&object->kref);
	note("%u", kref_read(&object->kref));
	note("%d", kref_put(&object->kref, release));
	note("%d", kref_put(&object->kref, release));
}

static struct mutex objects;

static void release_locked(struct kref *kref)
{
	note("released:%d", teeq_kernel_mutex_is_locked(&objects));
	mutex_unlock(&objects);
}

static void put_locked(void *argument)
{
	struct object counted;

	mutex_init(&objects);
	kref_init(&counted.kref);
	kref_get(&counted.kref);
	note("%d", kref_put_mutex(&counted.kref, release_locked, &objects));
	note("%d", kref_put_mutex(&counted.kref, release_locked, &objects));
	note("%d", teeq_kernel_mutex_is_locked(&objects));
}

static void test_a_last_reference_under_a_lock(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "l", put_locked);
	expect(h, "l*7", TEEQ_VERDICT_DONE, "0 released:1 1 0");
	teeq_harness_free(h);
}

static void revive(void *argument)
{
	struct kref dead = KREF_INIT(0);

	note("%d", kref_get_unless_zero(&dead));
	kref_get(&dead);
}

static void put_too_often(void *argument)
{
	struct kref dead = KREF_INIT(0);

	kref_put(&dead, release);
}

static void put_too_often_locked(void *argument)
{
	struct kref dead = KREF_INIT(0);

	mutex_init(&objects);
	kref_put_mutex(&dead, release_locked, &objects);
}

static void test_references(void **state)
{
	struct teeq_harness *l = bench(NULL);
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness *r = bench(NULL);
	struct teeq_harness *p = bench(NULL);

	add(h, "a", count_references);
	expect(h, "a*6", TEEQ_VERDICT_DONE, "2 0 released 1");
	add(r, "a", revive);
	expect_violation(r, "a*3", "raised from zero");
	assert_string_equal(notes, "0");
	add(p, "a", put_too_often);
	expect_violation(p, "a*2", "lowered below zero");
	add(l, "a", put_too_often_locked);
	expect_violation(l, "a*2", "lowered below zero");
	teeq_harness_free(l);
	teeq_harness_free(h);
	teeq_harness_free(r);
	teeq_harness_free(p);
}

/* ------------------------------------------- memory ------------------------------------------- */

static void leak(void *argument)
{
	char *lost = kzalloc(24, GFP_KERNEL);

	note("%d", lost[23]);
	kfree(kmalloc(8, GFP_KERNEL));
}

static void free_twice(void *argument)
{
	void *block = kmalloc(8, GFP_KERNEL);

	kfree(NULL);
	kfree(block);
	kfree(block);
}

static void free_foreign(void *argument)
{
	int foreign = 0;

	kfree(&foreign);
}

static void test_memory_is_followed(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness *d = bench(NULL);
	struct teeq_harness *f = bench(NULL);

	add(h, "a", leak);
	expect_violation(h, "a", "leak: 1 allocation is left; the first is 24 bytes by kzalloc in "
			 "leak() at tests/harness/test_kernel.c:");
	assert_string_equal(notes, "0");
	add(d, "a", free_twice);
	expect_violation(d, "a", "kfree of what is not allocated");
	add(f, "a", free_foreign);
	expect_violation(f, "a", "kfree of what is not allocated");
	teeq_harness_free(h);
	teeq_harness_free(d);
	teeq_harness_free(f);
}

static void allocate(void *argument)
{
	unsigned char *first = kmalloc_array(4, 2, GFP_KERNEL);
	unsigned char *second = kcalloc(2, 4, GFP_KERNEL);
	unsigned char *huge = kmalloc_array(SIZE_MAX / 2, 4, GFP_KERNEL);

	note("%d%d%d", !!first, !!second, !!huge);
	if (first)
		note("%x", first[7]);
	if (first && second) {
		memset(first, 5, 8);
		first = krealloc(first, 100, GFP_KERNEL);
		note("%d", first[7] + second[7]);
	}
	kfree(first);
	kfree(second);
}

static void test_an_allocation_may_fail(void **state)
{
	struct teeq_harness_run_options options = { .fail_at = 2 };
	struct teeq_harness_result result;
	struct teeq_harness *h = bench(NULL);

	add(h, "a", allocate);
	expect(h, "a", TEEQ_VERDICT_DONE, "110 a5 5");
	notes[0] = '\0';
	assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
	assert_string_equal(notes, "100 a5");
	teeq_harness_free(h);
}

/* ------------------------------------------ warnings ------------------------------------------ */

static void warn(void *argument)
{
	note("%d", WARN_ON(1 > 2));
	WARN(tolower('A') == 'a', "number %d", 17);
	note("not reached");
}

static void bug(void *argument)
{
	BUG_ON(argument == NULL);
}

static void test_warnings_end_the_run(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness *b = bench(NULL);

	add(h, "a", warn);
	expect_violation(h, "a", "a: WARN(tolower('A') == 'a'): number 17 in warn() at tests/");
	assert_string_equal(notes, "0");
	add(b, "a", bug);
	expect_violation(b, "a", "a: BUG_ON(argument == ");
	teeq_harness_free(h);
	teeq_harness_free(b);
}

static void log_note(void *argument, int level, const char *text)
{
	note("%d:%s", level, text);
}

static void print_some(void *argument)
{
	pr_err("one\n");
	pr_debug("%d\n", 2);
	printk(KERN_WARNING "three\n");
}

static void test_what_is_printed(void **state)
{
	struct teeq_harness_options options = { .name = "bench", .log = log_note };
	struct teeq_harness *h = bench_with(&options);

	add(h, "a", print_some);
	expect(h, "a", TEEQ_VERDICT_DONE, "3:one\n 7:2\n 4:three\n");
	teeq_harness_free(h);
}

/* FIPS 180-4's own examples, and where the padding takes a block of its own. */
static void test_sha1(void **state)
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	};
	u8 hash[SHA1_DIGEST_SIZE];
	char text[2 * SHA1_DIGEST_SIZE + 1];
	struct sha1_ctx ctx;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sha1_init(&ctx);
		sha1_update(&ctx, (const u8 *)rows[i].text, strlen(rows[i].text));
		sha1_final(&ctx, hash);
		for (unsigned int j = 0; j < SHA1_DIGEST_SIZE; j++)
			snprintf(text + 2 * j, 3, "%02x", hash[j]);
		assert_string_equal(text, rows[i].hash);
	}
}

/* Memory by types, parts of a pool that has no other address, and pieces in a table. */
static void use_what_is_new(void *argument)
{
	struct item *one = kzalloc_obj(*one), *some = kzalloc_objs(struct item, 3, GFP_ATOMIC);
	struct gen_pool *pool = gen_pool_create(PAGE_SHIFT, -1);
	unsigned long first, second;
	struct sg_table table;
	struct scatterlist *at;
	int i, found = 0;

	note("%d %d", one->number, some[2].number);
	assert_int_equal(gen_pool_add(pool, 16 * PAGE_SIZE, 3 * PAGE_SIZE, -1), 0);
	first = gen_pool_alloc(pool, PAGE_SIZE);
	second = gen_pool_alloc(pool, 2 * PAGE_SIZE);
	note("%lu %lu %lu", first / PAGE_SIZE, second / PAGE_SIZE, gen_pool_alloc(pool, 1));
	gen_pool_free(pool, first, PAGE_SIZE);
	gen_pool_free(pool, second, 2 * PAGE_SIZE);
	gen_pool_destroy(pool);
	assert_int_equal(sg_alloc_table(&table, 2, GFP_KERNEL), 0);
	for_each_sgtable_sg(&table, at, i)
		found += sg_page(at) == NULL;
	note("%d of %d", found, i);
	sg_free_table(&table);
	kfree(one);
	kfree(some);
}

static void test_memory_by_types(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", use_what_is_new);
	expect(h, "a", TEEQ_VERDICT_DONE, "0 0 16 17 0 2 of 2");
	teeq_harness_free(h);
}

static void print_lines_without_ends(void *argument)
{
	pr_info("one");
	pr_info("two, ");
	pr_cont("three\n");
	pr_info("four");
}

static void test_a_line_ends_where_the_next_begins(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness_result result;
	char *text = NULL;
	size_t size = 0;
	struct teeq_harness_run_options options = { .trace = open_memstream(&text, &size) };

	assert_non_null(options.trace);
	add(h, "a", print_lines_without_ends);
	assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
	fclose(options.trace);
	assert_string_equal(text, "    0 a start; returns\n"
				  "      > one\n      > two, three\n      > four\n");
	free(text);
	teeq_harness_free(h);
}

static void test_atomics(void **state)
{
	atomic_t v = ATOMIC_INIT(1);

	assert_int_equal(atomic_inc_return(&v), 2);
	assert_int_equal(atomic_cmpxchg(&v, 5, 9), 2);
	assert_int_equal(atomic_xchg(&v, 1), 2);
	assert_true(atomic_dec_and_test(&v));
	assert_false(atomic_inc_not_zero(&v));
}

MODULE_LICENSE("Dual BSD/GPL");

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_small_things),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_a_last_reference_under_a_lock),
		cmocka_unit_test(test_memory_is_followed),
		cmocka_unit_test(test_an_allocation_may_fail),
		cmocka_unit_test(test_warnings_end_the_run),
		cmocka_unit_test(test_sha1),
		cmocka_unit_test(test_memory_by_types),
		cmocka_unit_test(test_what_is_printed),
		cmocka_unit_test(test_a_line_ends_where_the_next_begins),
		cmocka_unit_test(test_atomics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
