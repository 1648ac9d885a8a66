/* SPDX-License-Identifier: BSD-2-Clause */
/* What a model tells of its scenario, and its digest. */
#include "unit/base_scenario.h"

/* ------------------------------------------- the model ---------------------------------------- */

static void test_what_a_model_tells(void **state)
{
	struct teeq_model *model = story_model(&base, "mainline");
	bool asked;

	assert_string_equal(teeq_model_name(model), "base");
	assert_ptr_equal(teeq_model_policy(model), teeq_policy_find("mainline"));
	assert_int_equal(teeq_model_thread_count(model), 2);
	assert_int_equal(teeq_model_task_count(model), 2);
	assert_string_equal(teeq_model_task_name(model, 1), "app.1");
	assert_int_equal(teeq_model_task_find(model, "app.1"), 1);
	assert_int_equal(teeq_model_task_find(model, "app"), -1);
	assert_int_equal(teeq_model_last_stage(model), 1);
	assert_int_equal(teeq_model_session_answer(model, 0, &asked), 0);
	assert_true(asked);
	assert_int_equal(teeq_model_session_answer(model, 1, &asked), 0);
	assert_false(asked);
	teeq_model_free(model);
	model = story_model(&base, "untracked");
	assert_int_equal(teeq_model_session_answer(model, 0, &asked), -22);
	teeq_model_free(model);
	teeq_model_free(NULL);
}

static void test_the_tables_need_not_outlive_the_model(void **state)
{
	char name[] = "app", lock[] = "emmc";
	const char *locks[] = { lock };
	struct teeq_client_spec client = base_clients[0];
	struct teeq_scenario scenario = base;
	struct teeq_model *model;

	client.name = name;
	scenario.clients = &client;
	scenario.locks = locks;
	model = story_model(&scenario, "mainline");
	memset(name, 'x', 3);
	memset(lock, 'x', 4);
	assert_string_equal(teeq_model_task_name(model, 0), "app.0");
	assert_string_equal(teeq_model_lock_name(model, 0), "emmc");
	teeq_model_free(model);
}

static void test_verdicts_have_names(void **state)
{
	static const char *const names[] = { "done", "deadlock", "lost-wakeup", "violation",
					     "livelock", "limit" };

	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++) {
		assert_string_equal(teeq_verdict_name((enum teeq_verdict)i), names[i]);
		assert_int_equal(teeq_verdict_find(names[i]), i);
	}
	assert_null(teeq_verdict_name(TEEQ_VERDICT_COUNT));
	assert_int_equal(teeq_verdict_find("Done"), -1);
}

/* ------------------------------------------- digest ------------------------------------------- */

static uint64_t digest(const struct teeq_scenario *scenario, const char *policy)
{
	struct teeq_model *model = story_model(scenario, policy);
	uint64_t value = teeq_model_digest(model);

	teeq_model_free(model);
	return value;
}
#define digest(...) FROM(digest(__VA_ARGS__))

static uint64_t seen[64];
static size_t seen_count;

static void is_new(const struct teeq_scenario *scenario, const char *policy)
{
	uint64_t value = digest(scenario, policy);

	for (size_t i = 0; i < seen_count; i++)
		if (seen[i] == value)
			fail_msg("the variants %zu and %zu have one digest", i, seen_count);
	assert_true(seen_count < LENGTH(seen));
	seen[seen_count++] = value;
}
#define is_new(...) FROM(is_new(__VA_ARGS__))

static void test_digest_of_the_tables(void **state)
{
	static const char *const names[] = { "mmc", "emmc" };
	static const char *const both[] = { "emmc", "mmc" };
	static const char *const events[] = { "go", "stop" };
	static const struct teeq_barrier_spec barriers[] = { { "all", 3 }, { "some", 2 } };
	static const struct teeq_session_spec sessions[] = { { .name = "scmi" },
							     { .name = "tpm", .system = true } };
	struct teeq_script_spec commands[] = { base_commands[0], base_commands[1],
					       { .name = "o" } };
	struct teeq_service_spec services[] = { base_services[0], { .name = "fs" } };
	struct teeq_client_spec clients[] = { base_clients[0], { .name = "b" } };
	struct teeq_scenario v;

	seen_count = 0;
	for (size_t i = 0; teeq_policy_at(i); i++)
		is_new(&base, teeq_policy_at(i)->name);
	v = base, v.name = "other", is_new(&v, "mainline");
	v = base, v.thread_count = 3, is_new(&v, "mainline");
	v = base, v.lost_count = 1, is_new(&v, "mainline");
	v = base, v.static_system_count = 1, is_new(&v, "mainline");
	v = base, v.abi = TEEQ_ABI_FFA, is_new(&v, "mainline");
	v = base, v.locks = names, v.lock_count = 2, is_new(&v, "mainline");
	v = base, v.locks = both, v.lock_count = 2, is_new(&v, "mainline");
	v = base, v.events = events, v.event_count = 2, is_new(&v, "mainline");
	v = base, v.barriers = barriers, is_new(&v, "mainline");
	v.barrier_count = 2, is_new(&v, "mainline");
	v = base, v.sessions = sessions, is_new(&v, "mainline");
	v.session_count = 2, is_new(&v, "mainline");
	v = base, v.commands = commands, v.command_count = 3, is_new(&v, "mainline");
	commands[2].name = "p", is_new(&v, "mainline");
	v = base, v.services = services, v.service_count = 2, is_new(&v, "mainline");
	for (int kind = TEEQ_RPC_KIND_OTHER + 1; kind < TEEQ_RPC_KIND_COUNT; kind++)
		services[0].kind = (enum teeq_rpc_kind)kind, is_new(&v, "mainline");
	v = base, v.clients = clients, v.client_count = 2, is_new(&v, "mainline");
	clients[1].stage = 2, is_new(&v, "mainline");
	clients[1].count = 2, is_new(&v, "mainline");
	clients[1].name = "c", is_new(&v, "mainline");
	assert_int_equal(seen_count, 9 + 19 + TEEQ_RPC_KIND_COUNT - 1);
}

static void test_digest_of_the_scripts(void **state)
{
	static const struct teeq_step call[] = { TEEQ_CALL(NULL, NULL) };
	static const struct teeq_step rpc[] = { TEEQ_RPC("rpmb") };
	const struct teeq_step scripts[] = {
		TEEQ_CALL(NULL, NULL), TEEQ_CALL("write", NULL), TEEQ_CALL("on", NULL),
		TEEQ_CALL(NULL, "scmi"), TEEQ_CALL("on", "scmi"), TEEQ_LOCK("emmc"),
		TEEQ_UNLOCK("emmc"), TEEQ_AWAIT("go"), TEEQ_SIGNAL("go"), TEEQ_BARRIER("all"),
		TEEQ_RESERVE("scmi"), TEEQ_RELEASE("scmi"), TEEQ_OPEN("scmi"),
		TEEQ_CLOSE("scmi"), TEEQ_REPEAT(2, call, 1), TEEQ_REPEAT(3, call, 1),
	};
	const struct teeq_step commands[] = { TEEQ_RPC("rpmb"), TEEQ_REPEAT(2, rpc, 1),
					      TEEQ_REPEAT(3, rpc, 1) };
	struct teeq_scenario v;

	seen_count = 0;
	for (size_t i = 0; i < LENGTH(scripts); i++) {
		v = with_client(&scripts[i], 1);
		is_new(&v, "mainline");
	}
	v = with_client(scripts, 2);
	is_new(&v, "mainline");
	v = with_client(NULL, 0);
	is_new(&v, "mainline");
	v = with_command(NULL, 0);
	is_new(&v, "mainline");
	for (size_t i = 0; i < LENGTH(commands); i++) {
		v = with_command(&commands[i], 1);
		is_new(&v, "mainline");
	}
	assert_int_equal(seen_count, 16 + 3 + 3);
}

static void test_digest_of_what_does_not_matter(void **state)
{
	static const struct teeq_expect_spec expects[] = { { "mainline", TEEQ_VERDICT_DONE, NULL } };
	struct teeq_client_spec client = base_clients[0];
	struct teeq_scenario scenario = base;
	uint64_t value = digest(&base, "mainline");

	scenario.summary = "Something else.";
	scenario.expects = expects;
	scenario.expect_count = 1;
	assert_int_equal(digest(&scenario, "mainline"), value);
	/* A stage left out is stage 1. */
	client.stage = 1;
	scenario.clients = &client;
	assert_int_equal(digest(&scenario, "mainline"), value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_model_tells),
		cmocka_unit_test(test_the_tables_need_not_outlive_the_model),
		cmocka_unit_test(test_verdicts_have_names),
		cmocka_unit_test(test_digest_of_the_tables),
		cmocka_unit_test(test_digest_of_the_scripts),
		cmocka_unit_test(test_digest_of_what_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
