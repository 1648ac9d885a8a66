/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only a bug can break is seen: here the bug is the test, which writes into a world in the midst of
 * a story. And where code leads: also back to its very beginning.
 */

#include "stories/secure_story.h"

#include "model/world.h"

/* a holds m in the secure world, and waits there; b and c wait for m. */
static const char *const three_at_a_lock = "secure: {threads: 3, locks: [m]}\n"
					   "events: [go]\n"
					   "commands: {hold: [{lock: m}, {rpc: wait}, {unlock: m}]}\n"
					   "services: {wait: {do: [{await: go}]}}\n"
					   "clients:\n"
					   "  a: {do: [{call: {command: hold}}]}\n"
					   "  b: {do: [{call: {command: hold}}]}\n"
					   "  c: {do: [{call: {command: hold}}, {signal: go}]}\n";

static struct story begin(void)
{
	struct story s = yaml_story(three_at_a_lock, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/rpc " CALLS("c") "c:secure/rpc");
	assert_null(world_broken(s.model, s.world));
	return s;
}
#define begin(...) FROM(begin(__VA_ARGS__))

static void test_a_call_in_no_context(void **state)
{
	struct story s = begin();

	world_task(s.model, s.world, 0)->levels[0].call.context = 3;
	assert_string_equal(world_broken(s.model, s.world), "a call is in no thread context");
	story_end(&s);
}

static void test_a_context_outside_of_the_secure_world(void **state)
{
	struct story s = begin();

	world_task(s.model, s.world, 2)->levels[0].call.state = CALL_LEAVE;
	assert_string_equal(world_broken(s.model, s.world),
			    "a call has a thread context where it is not in the secure world, or has none");
	story_end(&s);
}

static void test_a_call_that_is_in_no_list(void **state)
{
	struct story s = begin();

	world_callq(s.model, s.world, 0)->waiters[2].id = caller_id(0, 1);
	assert_string_equal(world_broken(s.model, s.world),
			    "a call waits that is in no list, or is in the list and does not");
	story_end(&s);
}

static void test_a_task_that_waits_for_no_rpc(void **state)
{
	struct story s = begin();

	assert_int_equal(world_task(s.model, s.world, 1)->wait, RPC_NOTIF_WAIT);
	world_task(s.model, s.world, 1)->wait = RPC_NOTHING;
	assert_string_equal(world_broken(s.model, s.world),
			    "a task waits for no RPC, or an RPC for nobody");
	world_task(s.model, s.world, 1)->wait = RPC_NOTIF_WAKE;
	assert_string_equal(world_broken(s.model, s.world),
			    "a task waits for a key that knows nothing of it");
	story_end(&s);
}

static void test_a_task_behind_the_code(void **state)
{
	struct story s = begin();

	world_task(s.model, s.world, 1)->levels[0].pc = (uint16_t)s.model->code_count;
	assert_string_equal(world_broken(s.model, s.world), "a task stands behind the code");
	story_end(&s);
}

static void test_a_list_with_a_gap(void **state)
{
	struct story s = begin();
	struct secure_lock *lock = world_secure_lock(s.model, s.world, 0);

	assert_int_equal(lock->waits[0].context, 2);
	assert_int_equal(lock->waits[1].context, 3);
	lock->waits[0].context = 3;
	assert_string_equal(world_broken(s.model, s.world), "a thread waits twice for a lock");
	lock->waits[0].context = 0;
	assert_string_equal(world_broken(s.model, s.world), "a list of waiters has a gap");
	story_end(&s);
}

static void test_a_head_that_is_not_zero(void **state)
{
	struct story s = begin();

	s.world->zero[1] = 1;
	assert_non_null(world_broken(s.model, s.world));
	story_end(&s);
}

/* The unlock of m is passed on, by the wakes behind it, or passes them over. */
static void test_where_an_unlock_leads(void **state)
{
	struct story s = begin();
	uint16_t next[SUCCESSOR_MAX];
	unsigned int pc = 0;

	while (s.model->code[pc].op != OP_SECURE_UNLOCK)
		pc++;
	assert_int_equal(instruction_successors(s.model->code, pc, next), 2);
	assert_int_equal(next[0], pc + 1);
	assert_int_equal(next[1], pc + 3);
	assert_int_equal(s.model->code[pc + 3].op, OP_END);
	assert_int_equal(instruction_successors(s.model->code, pc + 3, next), 0);
	story_end(&s);
}

/* A retry without end begins with the first instruction of all. */
static void test_a_jump_to_the_first_instruction(void **state)
{
	static const struct instruction code[] = { { .op = OP_WORK }, { .op = OP_GOTO }, { .op = OP_RAISE } };
	uint16_t next[SUCCESSOR_MAX];

	assert_int_equal(instruction_successors(code, 1, next), 1);
	assert_int_equal(next[0], 0);
	/* What fails with nobody to catch it ends there. */
	assert_int_equal(instruction_successors(code, 2, next), 0);
	assert_true(instruction_leads(code, 0, 1));
	assert_false(instruction_leads(code, 0, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_call_in_no_context),
		cmocka_unit_test(test_a_context_outside_of_the_secure_world),
		cmocka_unit_test(test_a_call_that_is_in_no_list),
		cmocka_unit_test(test_a_task_that_waits_for_no_rpc),
		cmocka_unit_test(test_a_task_behind_the_code),
		cmocka_unit_test(test_a_list_with_a_gap),
		cmocka_unit_test(test_a_head_that_is_not_zero),
		cmocka_unit_test(test_where_an_unlock_leads),
		cmocka_unit_test(test_a_jump_to_the_first_instruction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
