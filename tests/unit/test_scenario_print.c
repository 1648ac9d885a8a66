/* SPDX-License-Identifier: BSD-2-Clause */
/* What is printed of tables that no file made, and of what the page about scenario files shows. */
#include "unit/loaded_tables.h"

/* ----------------------------------- tables without a file ------------------------------------ */

static const struct teeq_client_spec nobody[] = { { .name = "a", .count = 1, .stage = 1 } };
static const struct teeq_scenario bare = {
	.name = "bare",
	.thread_count = 1,
	.clients = nobody,
	.client_count = 1,
};

/* Every value of every enumeration has a word of its own. */
static void test_words(void **state)
{
	struct teeq_scenario scenario = bare;
	struct teeq_service_spec services[2 * TEEQ_RPC_KIND_COUNT] = { { 0 } };
	struct teeq_fault_spec faults[TEEQ_FAULT_KIND_COUNT] = { { 0 } };
	char names[2 * TEEQ_RPC_KIND_COUNT + TEEQ_FAULT_KIND_COUNT][8];

	for (size_t i = 0; i < LENGTH(names); i++)
		snprintf(names[i], sizeof(names[i]), "n%zu", i);
	for (size_t i = 0; i < LENGTH(services); i++) {
		services[i].name = names[i];
		services[i].by = i % 2 ? TEEQ_SERVED_BY_SUPPLICANT : TEEQ_SERVED_BY_CALLER;
		services[i].kind = (enum teeq_rpc_kind)(i / 2);
	}
	for (size_t i = 0; i < LENGTH(faults); i++) {
		faults[i].name = names[LENGTH(services) + i];
		faults[i].kind = (enum teeq_fault_kind)i;
		faults[i].client = i == TEEQ_FAULT_CLIENT_KILLED ? "a" : NULL;
		faults[i].times = (uint32_t)i + 1;
	}
	scenario.services = services;
	scenario.service_count = LENGTH(services);
	scenario.faults = faults;
	scenario.fault_count = LENGTH(faults);
	for (int wait = TEEQ_SUPPLICANT_KILLABLE; wait <= TEEQ_SUPPLICANT_UNINTERRUPTIBLE; wait++) {
		scenario.supplicant_wait = (enum teeq_supplicant_wait)wait;
		for (scenario.supplicant_threads = 0; scenario.supplicant_threads < 9;
		     scenario.supplicant_threads += 4)
			assert_round_trip(&scenario);
	}
}

/* Names that need quotes get them wherever names stand. */
static void test_names_that_need_quotes(void **state)
{
	static const char *const names[] = { "null", "true", "on" };
	static const struct teeq_context_spec contexts[] = { { "off" }, { "false" } };
	static const struct teeq_session_spec sessions[] = { { .name = "no", .context = "off" } };
	static const struct teeq_step load[] = { TEEQ_TICKS(TEEQ_STEP_WORK, 2) };
	static const struct teeq_ta_spec tas[] = {
		{ .name = "null" },
		{ .name = "yes", .single_instance = true, .keep_alive = true, .load = load,
		  .load_count = 1 },
	};
	static const struct teeq_step secure[] = {
		TEEQ_STEP_OF(TEEQ_STEP_WAIT, "null"),
		{ .kind = TEEQ_STEP_WAIT, .name = "true", .times = 7 },
		{ .kind = TEEQ_STEP_COND_WAIT, .name = "on", .session = "null" },
		TEEQ_TICKS(TEEQ_STEP_WORK, 1),
	};
	static const struct teeq_script_spec commands[] = {
		{ .name = "on", .ta = "null", .steps = secure, .step_count = LENGTH(secure) },
	};
	static const struct teeq_channel_spec channels[] = { { .name = "true", .session = "no",
							      .config = "on" } };
	static const struct teeq_device_spec devices[] = { { "on", "no", names, 3, names, 2 } };
	static const struct teeq_step steps[] = { TEEQ_STEP_OF(TEEQ_STEP_KILL, "null") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "null",
		  .count = 1,
		  .stage = 1,
		  .context = "false",
		  .steps = steps,
		  .step_count = 1 },
	};
	static const struct teeq_fault_spec faults[] = {
		{ .name = "no", .kind = TEEQ_FAULT_CLIENT_KILLED, .client = "null", .times = 2 },
	};
	static const struct teeq_scenario scenario = {
		.name = "null",
		.thread_count = 1,
		.bottom_half = "on",
		.secure_locks = names,
		.secure_lock_count = 3,
		.conditions = names,
		.condition_count = 3,
		.notifications = names,
		.notification_count = 3,
		.tas = tas,
		.ta_count = 2,
		.contexts = contexts,
		.context_count = 2,
		.sessions = sessions,
		.session_count = 1,
		.commands = commands,
		.command_count = 1,
		.channels = channels,
		.channel_count = 1,
		.devices = devices,
		.device_count = 1,
		.clients = clients,
		.client_count = 1,
		.faults = faults,
		.fault_count = 1,
	};

	assert_round_trip(&scenario);
}

/* What no file can say is printed as what no file may hold. */
static void test_tables_that_are_wrong(void **state)
{
	static const struct teeq_step steps[] = { { .kind = TEEQ_STEP_KIND_COUNT } };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = steps, .step_count = 1 },
	};
	static const struct teeq_fault_spec faults[] = {
		{ .name = "f", .kind = TEEQ_FAULT_KIND_COUNT, .times = 1 },
	};
	struct teeq_scenario scenario = bare;
	char *text;

	scenario.clients = clients;
	scenario.faults = faults;
	scenario.fault_count = 1;
	text = printed_tables(&scenario);
	assert_non_null(strstr(text, "      - ?: true\n"));
	assert_non_null(strstr(text, "    kind: ?\n"));
	free(text);
}

/* ------------------------------------------ the page ------------------------------------------ */

static const char *next_example(const char *text, const char **end)
{
	static const char open[] = "```yaml\n";
	const char *begin = strstr(text, open);

	if (!begin)
		return NULL;
	begin += sizeof(open) - 1;
	*end = strstr(begin, "```\n");
	assert_non_null(*end);
	return begin;
}
#define next_example(...) FROM(next_example(__VA_ARGS__))

/* What the page about scenario files shows are scenario files. */
static void test_page(void **state)
{
	FILE *file = fopen(TEEQ_SOURCE_DIR "/docs/scenarios.md", "r");
	static char page[1 << 18];
	const char *example = page, *end = page;
	unsigned int count = 0;
	size_t size;

	assert_non_null(file);
	size = fread(page, 1, sizeof(page) - 1, file);
	fclose(file);
	assert_in_range(size, 1, sizeof(page) - 2);
	for (; (example = next_example(end, &end)); count++) {
		struct tables *tables = load(example, (size_t)(end - example));

		assert_round_trip(&tables->scenario);
		unload(tables);
	}
	assert_true(count >= 2);
}

static uint64_t digest_of(const char *text)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error;
	uint64_t digest = 0;

	assert_int_equal(teeq_scenario_parse("file", text, strlen(text), &file, &error), TEEQ_OK);
	assert_int_equal(teeq_scenario_digest(teeq_scenario_tables(file), &digest), TEEQ_OK);
	teeq_scenario_free(file);
	return digest;
}
#define digest_of(...) FROM(digest_of(__VA_ARGS__))

/* What a file says has a digest, not how it says it. */
static void test_digest(void **state)
{
	const uint64_t digest = digest_of("teeq: 1\nname: a\nsecure: {threads: 2}\n"
					  "clients: {c: {do: [{call: {}}]}}\n");

	assert_int_equal(digest_of("teeq: 1\nname: a\n# words\nsecure:\n  threads: 2\n"
				   "clients:\n  c:\n    count: 1\n    do:\n    - call: {}\n"),
			 digest);
	assert_int_not_equal(digest_of("teeq: 1\nname: a\nsecure: {threads: 3}\n"
				       "clients: {c: {do: [{call: {}}]}}\n"), digest);
	assert_int_not_equal(digest_of("teeq: 1\nname: a\nsecure: {threads: 2}\n"
				       "clients: {c: {do: [{call: {}}]}}\n"
				       "expect: {mainline: done}\n"), digest);
	assert_int_equal(teeq_scenario_digest(NULL, NULL), TEEQ_EINPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_names_that_need_quotes),
		cmocka_unit_test(test_tables_that_are_wrong),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
