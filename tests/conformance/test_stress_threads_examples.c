/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every example on real threads, against the model: a test of its own, as each is started by a command.
 */
#include "story.h"

#include <glob.h>

#include "conformance/scratch.h"
#include "conformance/stress_command.h"
#include "teeq/scenario.h"

enum { ROUNDS_OF_EACH = 3 };

static bool expects(const struct teeq_scenario *scenario, const char *policy,
		    enum teeq_verdict verdict)
{
	bool found = false;

	for (size_t i = 0; i < scenario->expect_count; i++)
		found |= strcmp(scenario->expects[i].policy, policy) == 0 &&
			 scenario->expects[i].verdict == verdict;
	return found;
}

/* What goes round for ever has no end, but for the user's patience. */
static void give_up(const char *path, const char *policy)
{
	static struct output output;
	char arguments[640];

	snprintf(arguments, sizeof(arguments), "stress '%s' --policy %s --seconds 1", path, policy);
	run_command(&output, arguments);
	if (output.status != 0 && output.status != 1 && output.status != 3)
		fail_msg("%s: status %d:\n%s", arguments, output.status, output.text);
	if (strstr(output.text, "threads and model differ"))
		fail_msg("%s:\n%s", arguments, output.text);
}
#define give_up(...) FROM(give_up(__VA_ARGS__))

/*
 * Of all pairs of a file and a policy: the optimised build takes each, each other build a share of its
 * own, in which every policy comes up (see tests/CMakeLists.txt).
 */
static bool is_ours(size_t file, size_t policy)
{
	return (file + policy) % TEEQ_SEED_SHARES == TEEQ_SEED_SHARE;
}

/* No hang where the file says that there is none. */
static void stress_as_expected(const char *path, size_t number)
{
	struct teeq_scenario_file *file;
	struct teeq_error error;

	assert_int_equal(teeq_scenario_load(path, &file, &error), TEEQ_OK);
	for (size_t i = 0; teeq_policy_at(i); i++) {
		const char *policy = teeq_policy_at(i)->name;
		const struct teeq_scenario *tables = teeq_scenario_tables(file);
		/* A recording has no word for a violation. */
		bool breaks = expects(tables, policy, TEEQ_VERDICT_VIOLATION);
		int status;

		if (!is_ours(number, i))
			continue;
		if (expects(tables, policy, TEEQ_VERDICT_LIVELOCK)) {
			give_up(path, policy);
			continue;
		}
		status = breaks ? stress(path, policy, ROUNDS_OF_EACH, "") :
				  stress_and_conform(path, policy, ROUNDS_OF_EACH);
		if (status != 0 && expects(tables, policy, TEEQ_VERDICT_DONE))
			fail_msg("%s under %s: threads got stuck", path, policy);
	}
	teeq_scenario_free(file);
}
#define stress_as_expected(...) FROM(stress_as_expected(__VA_ARGS__))

static void every_example_under_every_policy(void **state)
{
	glob_t found;

	assert_int_equal(glob(TEEQ_SOURCE_DIR "/examples/scenarios/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		stress_as_expected(found.gl_pathv[i], i);
	assert_true(found.gl_pathc > 100);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_under_every_policy),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
