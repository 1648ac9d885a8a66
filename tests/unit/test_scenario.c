/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario files that are right: what they are made into, and that printing loses nothing. */
#include "story.h"

#include <dirent.h>

#include "teeq/scenario.h"
#include "unit/printed_tables.h"

static struct teeq_scenario_file *parse(const char *text)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_scenario_parse("x.yaml", text, strlen(text), &file, &error) != TEEQ_OK)
		fail_msg("%s\n%s", error.text, text);
	return file;
}
#define parse(...) FROM(parse(__VA_ARGS__))

static uint64_t digest(const struct teeq_scenario *scenario, const char *policy)
{
	struct teeq_model *model = story_model(scenario, policy);
	uint64_t value = teeq_model_digest(model);

	teeq_model_free(model);
	return value;
}
#define digest(...) FROM(digest(__VA_ARGS__))

static void assert_same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}
#define assert_same_text(...) FROM(assert_same_text(__VA_ARGS__))

/* Printed and read again, @scenario is the same model under every policy, and prints the same. */
static void assert_round_trip(const struct teeq_scenario *scenario)
{
	char *text = printed_tables(scenario);
	struct teeq_scenario_file *file = parse(text);
	const struct teeq_scenario *again = teeq_scenario_tables(file);
	char *text_again = printed_tables(again);

	for (size_t i = 0; teeq_policy_at(i); i++) {
		const char *policy = teeq_policy_at(i)->name;

		assert_int_equal(digest(scenario, policy), digest(again, policy));
	}
	assert_same_text(scenario->summary, again->summary);
	assert_int_equal(scenario->expect_count, again->expect_count);
	for (size_t i = 0; i < scenario->expect_count; i++) {
		assert_string_equal(scenario->expects[i].policy, again->expects[i].policy);
		assert_int_equal(scenario->expects[i].verdict, again->expects[i].verdict);
	}
	assert_string_equal(text, text_again);
	free(text_again);
	teeq_scenario_free(file);
	free(text);
}
#define assert_round_trip(...) FROM(assert_round_trip(__VA_ARGS__))

/* ------------------------------------------ examples ------------------------------------------ */

static void visit_example(const char *path, const char *name)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	const struct teeq_scenario *scenario;
	char wanted[TEEQ_NAME_MAX + 6];

	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	scenario = teeq_scenario_tables(file);
	snprintf(wanted, sizeof(wanted), "%s.yaml", scenario->name);
	assert_string_equal(wanted, name);
	assert_non_null(scenario->summary);
	assert_true(scenario->expect_count > 0);
	assert_round_trip(scenario);
	teeq_scenario_free(file);
}
#define visit_example(...) FROM(visit_example(__VA_ARGS__))

static void test_examples(void **state)
{
	static const char folder[] = TEEQ_SOURCE_DIR "/examples/scenarios";
	DIR *directory = opendir(folder);
	unsigned int count = 0;
	struct dirent *entry;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		size_t length = strlen(entry->d_name);
		char path[4096];

		if (length < 5 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		visit_example(path, entry->d_name);
		count++;
	}
	closedir(directory);
	assert_true(count >= 20);
}

/* A verdict read from a file is the verdict that random schedules find. */
static void test_flagship_means_what_it_says(void **state)
{
	struct teeq_scenario_file *file = NULL;
	const struct teeq_scenario *scenario;
	struct teeq_tally tally;

	assert_int_equal(teeq_scenario_load(TEEQ_SOURCE_DIR "/examples/scenarios/rpmb-scmi.yaml",
					    &file, NULL),
			 TEEQ_OK);
	scenario = teeq_scenario_tables(file);
	tally = story_tally(scenario, "untracked", 200, 0);
	assert_true(tally.count[TEEQ_VERDICT_DEADLOCK] > 0);
	tally = story_tally(scenario, "mainline", 200, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 200);
	teeq_scenario_free(file);
}

/* ------------------------------------------- tables ------------------------------------------- */

/* clang-format off */
static const char everything[] =
	"teeq: 1\n"
	"name: everything\n"
	"summary: Every key, once.\n"
	"\n"
	"secure:\n"
	"  threads: 3\n"
	"  lost: 1\n"
	"  static-system: 2\n"
	"abi: ffa\n"
	"\n"
	"locks: [emmc, clk]\n"
	"events: [go]\n"
	"barriers: {b: 2, c: 1}\n"
	"\n"
	"sessions:\n"
	"  scmi:\n"
	"    system: true\n"
	"  plain: {}\n"
	"\n"
	"commands:\n"
	"  write:\n"
	"    - rpc: rpmb\n"
	"    - repeat:\n"
	"        times: 2\n"
	"        do:\n"
	"          - rpc: nothing\n"
	"  on: []\n"
	"\n"
	"services:\n"
	"  rpmb:\n"
	"    by: caller\n"
	"    do:\n"
	"      - lock: emmc\n"
	"      - call: {command: \"on\", session: scmi}\n"
	"      - unlock: emmc\n"
	"  nothing:\n"
	"    by: caller\n"
	"    do: []\n"
	"\n"
	"clients:\n"
	"  app:\n"
	"    count: 2\n"
	"    stage: 3\n"
	"    do:\n"
	"      - open: plain\n"
	"      - reserve: plain\n"
	"      - call: {session: plain}\n"
	"      - call: {command: write}\n"
	"      - call: {}\n"
	"      - repeat:\n"
	"          times: 65535\n"
	"          do:\n"
	"            - barrier: b\n"
	"            - await: go\n"
	"      - release: plain\n"
	"      - close: plain\n"
	"  other:\n"
	"    do:\n"
	"      - signal: go\n"
	"\n"
	"expect:\n"
	"  untracked: deadlock\n"
	"  mainline: lost-wakeup\n";
/* clang-format on */

static void test_what_a_file_is_made_into(void **state)
{
	struct teeq_scenario_file *file = parse(everything);
	const struct teeq_scenario *s = teeq_scenario_tables(file);
	const struct teeq_client_spec *app;

	assert_string_equal(s->name, "everything");
	assert_string_equal(s->summary, "Every key, once.");
	assert_int_equal(s->thread_count, 3);
	assert_int_equal(s->lost_count, 1);
	assert_int_equal(s->static_system_count, 2);
	assert_int_equal(s->abi, TEEQ_ABI_FFA);
	assert_int_equal(s->lock_count, 2);
	assert_string_equal(s->locks[1], "clk");
	assert_int_equal(s->event_count, 1);
	assert_int_equal(s->barrier_count, 2);
	assert_string_equal(s->barriers[1].name, "c");
	assert_int_equal(s->barriers[0].count, 2);
	assert_int_equal(s->session_count, 2);
	assert_true(s->sessions[0].system);
	assert_false(s->sessions[1].system);
	assert_int_equal(s->command_count, 2);
	assert_int_equal(s->commands[0].steps[0].kind, TEEQ_STEP_RPC);
	assert_int_equal(s->commands[0].steps[1].times, 2);
	assert_string_equal(s->commands[0].steps[1].steps[0].name, "nothing");
	assert_int_equal(s->commands[1].step_count, 0);
	assert_string_equal(s->services[0].steps[1].session, "scmi");
	assert_int_equal(s->client_count, 2);
	app = &s->clients[0];
	assert_int_equal(app->count, 2);
	assert_int_equal(app->stage, 3);
	assert_int_equal(app->step_count, 8);
	assert_int_equal(app->steps[0].kind, TEEQ_STEP_OPEN);
	assert_string_equal(app->steps[1].session, "plain");
	assert_null(app->steps[4].name);
	assert_null(app->steps[4].session);
	assert_int_equal(app->steps[5].steps[0].kind, TEEQ_STEP_BARRIER);
	assert_int_equal(s->clients[1].stage, 1);
	assert_int_equal(s->expect_count, 2);
	assert_int_equal(s->expects[1].verdict, TEEQ_VERDICT_LOST_WAKEUP);
	teeq_scenario_free(file);
}

static void test_what_is_left_out(void **state)
{
	struct teeq_scenario_file *file =
		parse("{teeq: 1, name: n, secure: {threads: 2}, clients: {a: {}}}");
	const struct teeq_scenario *s = teeq_scenario_tables(file);

	assert_null(s->summary);
	assert_int_equal(s->lost_count, 0);
	assert_int_equal(s->static_system_count, 1);
	assert_int_equal(s->abi, TEEQ_ABI_SMC);
	assert_int_equal(s->clients[0].count, 1);
	assert_int_equal(s->clients[0].stage, 1);
	assert_int_equal(s->clients[0].step_count, 0);
	assert_int_equal(s->expect_count, 0);
	assert_round_trip(s);
	teeq_scenario_free(file);
}

/* A file written the way the printer writes comes back as it was. */
static void test_printing(void **state)
{
	struct teeq_scenario_file *file = parse(everything);
	const char *name = strstr(everything, "\n  on:");
	char *text = printed_tables(teeq_scenario_tables(file));
	size_t before = (size_t)(name - everything);

	/* But for the one name that older YAML takes for a truth value: it gets quotes. */
	assert_memory_equal(text, everything, before);
	assert_memory_equal(text + before, "\n  \"on\":", 8);
	assert_string_equal(text + before + 8, name + 6);
	assert_round_trip(teeq_scenario_tables(file));
	free(text);
	teeq_scenario_free(file);
}

#define TAIL "secure: {threads: 1}\nclients: {a: {}}\n"

static void assert_summary(const char *yaml, const char *summary)
{
	char text[512];
	struct teeq_scenario_file *file;

	snprintf(text, sizeof(text), "teeq: 1\nname: n\nsummary: %s\n" TAIL, yaml);
	file = parse(text);
	assert_string_equal(teeq_scenario_tables(file)->summary, summary);
	assert_round_trip(teeq_scenario_tables(file));
	teeq_scenario_free(file);
}
#define assert_summary(...) FROM(assert_summary(__VA_ARGS__))

static void test_summaries(void **state)
{
	assert_summary("plain words", "plain words");
	assert_summary("\"a: b # c\"", "a: b # c");
	assert_summary("'- it''s'", "- it's");
	assert_summary("\"back\\\\slash and \\\"quotes\\\"\"", "back\\slash and \"quotes\"");
	assert_summary("'12'", "12");
	assert_summary("'true'", "true");
	assert_summary("'null'", "null");
	assert_summary("'ends in a colon:'", "ends in a colon:");
	assert_summary("' spaces '", " spaces ");
	assert_summary("'{braces}'", "{braces}");
	assert_summary("Gr\xc3\xbc\xc3\x9f"
		       "e \xe2\x9c\x93",
		       "Gr\xc3\xbc\xc3\x9f"
		       "e \xe2\x9c\x93");
	assert_summary("\"\\xe4\"", "\xc3\xa4");
	assert_summary(">\n  folded into\n  one line", "folded into one line");
}

/* Words that YAML reads as something else are names where they are quoted. */
static void test_names_that_need_quotes(void **state)
{
	struct teeq_scenario_file *file =
		parse("teeq: 1\nname: 'null'\nlocks: ['true', on, 'false']\n" TAIL);
	const struct teeq_scenario *s = teeq_scenario_tables(file);

	assert_string_equal(s->name, "null");
	assert_string_equal(s->locks[1], "on");
	assert_round_trip(s);
	teeq_scenario_free(file);
}

/* Tables that no file was read for. What a file cannot say is not printed as it is. */
static void test_printing_tables(void **state)
{
	static const struct teeq_step turn[] = { TEEQ_LOCK("l"), TEEQ_UNLOCK("l") };
	static const struct teeq_step script[] = { TEEQ_REPEAT(3, turn, 2), TEEQ_CALL(NULL, NULL) };
	static const char *const locks[] = { "l" };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = script, .step_count = 2 },
	};
	struct teeq_scenario scenario = {
		.name = "tables",
		.thread_count = 1,
		.locks = locks,
		.lock_count = 1,
		.clients = clients,
		.client_count = 1,
	};
	char *text = printed_tables(&scenario);

	assert_string_equal(text, "teeq: 1\nname: tables\n\nsecure:\n  threads: 1\n"
				  "  static-system: 0\n\nlocks: [l]\n\nclients:\n  a:\n    do:\n"
				  "      - repeat:\n          times: 3\n          do:\n"
				  "            - lock: l\n            - unlock: l\n"
				  "      - call: {}\n");
	free(text);
	assert_round_trip(&scenario);
	scenario.summary = "two\nlines \xff";
	text = printed_tables(&scenario);
	assert_non_null(strstr(text, "summary: \"two?lines ?\"\n"));
	free(text);
}

static void test_printing_to_a_full_disk(void **state)
{
	struct teeq_scenario_file *file = parse(everything);
	FILE *full = fopen("/dev/full", "w");

	if (full) {
		assert_int_equal(teeq_scenario_print(teeq_scenario_tables(file), full), TEEQ_EIO);
		fclose(full);
	}
	teeq_scenario_free(file);
}

/* The largest script there may be: one more step, and the model has no room for it. */
static void test_a_long_script(void **state)
{
	static const char head[] = "teeq: 1\nname: n\nsecure: {threads: 1}\nevents: [e]\n"
				   "clients:\n a:\n  do:\n";
	static const char step[] = "  - await: e\n";
	size_t size = sizeof(head) + 65535 * (sizeof(step) - 1);
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	char *text = malloc(size);
	char *end = text;

	assert_non_null(text);
	end += sprintf(end, "%s", head);
	/* As many as still fit into a file when they are printed with their indentation. */
	for (unsigned int i = 0; i < 60000; i++)
		end += sprintf(end, "%s", step);
	file = parse(text);
	assert_int_equal(teeq_scenario_tables(file)->clients[0].step_count, 60000);
	assert_round_trip(teeq_scenario_tables(file));
	teeq_scenario_free(file);
	file = NULL;
	for (unsigned int i = 60000; i < 65535; i++)
		end += sprintf(end, "%s", step);
	assert_int_equal(teeq_scenario_parse("x", text, strlen(text), &file, &error), TEEQ_EINPUT);
	assert_non_null(strstr(error.text, "more than 65535 steps in all"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_flagship_means_what_it_says),
		cmocka_unit_test(test_what_a_file_is_made_into),
		cmocka_unit_test(test_what_is_left_out),
		cmocka_unit_test(test_printing),
		cmocka_unit_test(test_summaries),
		cmocka_unit_test(test_names_that_need_quotes),
		cmocka_unit_test(test_printing_tables),
		cmocka_unit_test(test_printing_to_a_full_disk),
		cmocka_unit_test(test_a_long_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
