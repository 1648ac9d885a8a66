/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a world: none is left over, a copy is the same world, and they are few. */
#include "story.h"
#include "model/world.h"
#include "unit/small_tables.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

static const char *const everything_locks[] = { "emmc" };
static const struct teeq_session_spec everything_sessions[] = { { .name = "scmi", .system = true },
								{ .name = "tpm" } };
static const struct teeq_step rpc_loop[] = { TEEQ_RPC("rpmb") };
static const struct teeq_step write_steps[] = { TEEQ_REPEAT(2, rpc_loop, 1) };
static const struct teeq_script_spec everything_commands[] = {
	{ .name = "write", .steps = write_steps, .step_count = 1 }
};
static const struct teeq_step rpmb_steps[] = { TEEQ_LOCK("emmc"), TEEQ_CALL(NULL, "scmi"),
					       TEEQ_UNLOCK("emmc") };
static const struct teeq_service_spec everything_services[] = {
	{ .name = "rpmb", .by = TEEQ_SERVED_BY_CALLER, .steps = rpmb_steps, .step_count = 3 },
};
static const struct teeq_step write_loop[] = { TEEQ_CALL("write", NULL), TEEQ_BARRIER("pair") };
static const struct teeq_step app_steps[] = { TEEQ_REPEAT(2, write_loop, 2), TEEQ_SIGNAL("go") };
static const struct teeq_step key_steps[] = {
	TEEQ_OPEN("tpm"), TEEQ_RESERVE("tpm"), TEEQ_CALL("write", "tpm"), TEEQ_AWAIT("go"),
	TEEQ_CLOSE("tpm"),
};
static const struct teeq_client_spec everything_clients[] = {
	{ .name = "app", .count = 2, .stage = 1, .steps = app_steps, .step_count = 2 },
	{ .name = "key", .count = 1, .stage = 1, .steps = key_steps, .step_count = 5 },
};
/* Something of everything. */
static const struct teeq_scenario everything = {
	.name = "everything", .thread_count = 3, .static_system_count = 1,
	.locks = everything_locks, .lock_count = 1, .events = go, .event_count = 1,
	.barriers = pair, .barrier_count = 1, .sessions = everything_sessions, .session_count = 2,
	.commands = everything_commands, .command_count = 1, .services = everything_services,
	.service_count = 1, .clients = everything_clients, .client_count = 2,
};

static unsigned int step_at_random(const struct teeq_model *model, struct teeq_world *world,
				   struct teeq_strategy_state *state)
{
	const struct teeq_strategy *random = &teeq_strategy_random;
	uint64_t enabled = teeq_world_enabled(model, world);
	unsigned int task = (unsigned int)random->pick(random, state, model, world, enabled);

	assert_int_equal(teeq_world_step(model, world, task, NULL), TEEQ_OK);
	assert_null(teeq_world_check(model, world));
	return task;
}
#define step_at_random(...) FROM(step_at_random(__VA_ARGS__))

/* From now on malloc() fills what it gives with @byte, where it can; 0: it does not. */
static void fill_memory(int byte)
{
#ifdef M_PERTURB
	mallopt(M_PERTURB, byte ? ~byte & 0xff : 0);
#endif
}

/* Worlds made of dirty memory, by models made of dirty memory, are equal step by step. */
static void test_no_byte_is_left_uninitialised(void **state)
{
	for (size_t i = 0; teeq_policy_at(i); i++) {
		const char *policy = teeq_policy_at(i)->name;
		struct story a, b;
		unsigned int steps = 0;

		fill_memory(0x55);
		a = story_begin(&everything, policy);
		fill_memory(0xaa);
		b = story_begin(&everything, policy);
		fill_memory(0);
		assert_bytes_equal(&a, &b);
		for (uint64_t seed = 0; seed < 20; seed++) {
			struct teeq_strategy_state choices = { { 0 } };

			memset(a.world, 0x55, teeq_world_size(a.model));
			memset(b.world, 0xaa, teeq_world_size(b.model));
			teeq_world_reset(a.model, a.world);
			teeq_world_reset(b.model, b.world);
			teeq_strategy_random.start(&teeq_strategy_random, a.model, &choices, seed);
			while (teeq_world_enabled(a.model, a.world)) {
				unsigned int task = step_at_random(a.model, a.world, &choices);

				teeq_world_step(b.model, b.world, task, NULL);
				assert_bytes_equal(&a, &b);
				steps++;
			}
		}
		assert_true(steps > 500);
		story_end(&a);
		story_end(&b);
	}
}

/*
 * The hash of a state decides which of two ways of one length a search reports, so it does not depend
 * on how a machine stores numbers.
 */
static void test_hashes_are_the_same_everywhere(void **state)
{
	struct story s = story_begin(&everything, "v4"), other = story_begin(&everything, "v4");
	struct teeq_strategy_state choices = { { 0 } };
	size_t size = teeq_world_size(s.model);

	teeq_strategy_random.start(&teeq_strategy_random, s.model, &choices, 3);
	for (unsigned int i = 0; i < 30; i++) {
		step_at_random(s.model, s.world, &choices);
		teeq_world_copy(s.model, other.world, s.world);
		world_swap(s.model, other.world);
		assert_memory_not_equal(other.world, s.world, size);
		world_swap(s.model, other.world);
		assert_memory_equal(other.world, s.world, size);
	}
	assert_int_equal(world_hash(s.model, s.world, size), UINT64_C(0x905b30f8d6a28bf0));
	story_end(&s);
	story_end(&other);
}

/* Back to a snapshot, and the same way again. */
static void test_a_snapshot_is_a_copy(void **state)
{
	struct story s = story_begin(&everything, "mainline"), early, late;
	struct teeq_strategy_state choices = { { 0 } }, remembered;

	early = story_begin(&everything, "mainline");
	late = story_begin(&everything, "mainline");
	teeq_strategy_random.start(&teeq_strategy_random, s.model, &choices, 1);
	for (unsigned int i = 0; i < 30; i++)
		step_at_random(s.model, s.world, &choices);
	teeq_world_copy(s.model, early.world, s.world);
	remembered = choices;
	for (unsigned int i = 0; i < 30; i++)
		step_at_random(s.model, s.world, &choices);
	teeq_world_copy(s.model, late.world, s.world);
	assert_memory_not_equal(early.world, late.world, teeq_world_size(s.model));
	teeq_world_copy(s.model, s.world, early.world);
	choices = remembered;
	for (unsigned int i = 0; i < 30; i++)
		step_at_random(s.model, s.world, &choices);
	assert_bytes_equal(&s, &late);
	story_end(&s);
	story_end(&early);
	story_end(&late);
}

/* Two ways that commute end in the same bytes: who finished leaves nothing behind. */
static void test_what_is_over_leaves_no_trace(void **state)
{
	static const struct teeq_client_spec clients[] = { CLIENT("a", 1, one_call),
							   CLIENT("b", 1, one_call) };
	const struct teeq_scenario scenario = { .name = "two", .thread_count = 2,
						.clients = clients, .client_count = 2 };
	struct story ab = story_begin(&scenario, "mainline"), ba;

	ba = story_begin(&scenario, "mainline");
	story_play(&ab, "a:enter a:smc a:secure a:leave b:enter b:smc b:secure b:leave");
	story_play(&ba, "b:enter a:enter a:smc b:smc b:secure b:leave a:secure a:leave");
	assert_bytes_equal(&ab, &ba);
	story_end(&ab);
	story_end(&ba);
}

/* Four threads and eight clients, whose calls nest two deep. */
static void test_a_world_is_small(void **state)
{
	static const struct teeq_step write[] = { TEEQ_CALL("write", NULL) };
	static const struct teeq_client_spec eight = { .name = "t", .count = 8, .steps = write,
						       .step_count = 1 };
	struct teeq_scenario scenario = everything;
	struct teeq_model *model;

	scenario.thread_count = 4;
	scenario.argument_slots = 16;
	scenario.clients = &eight;
	scenario.client_count = 1;
	model = story_model(&scenario, "mainline");
	assert_in_range(teeq_world_size(model), 1, 310);
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_byte_is_left_uninitialised),
		cmocka_unit_test(test_hashes_are_the_same_everywhere),
		cmocka_unit_test(test_a_snapshot_is_a_copy),
		cmocka_unit_test(test_what_is_over_leaves_no_trace),
		cmocka_unit_test(test_a_world_is_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
