/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every rank of MPI searches generated scenarios and those of the corpus, alone and with the others:
 * what they come to together is what each comes to alone. What is too large to be searched by each is
 * left to tests/mpi/command.sh.
 */
#include "explore/judge.h"

#include <dirent.h>
#include <mpi.h>
#include <stdlib.h>

#include "explore/models.h"
#include "mpi/peers.h"
#include "teeq/scenario.h"

#define STATES_MAX 3000

static const struct teeq_peers *peers;
static unsigned int judged, failing, cycles;

static void judge(uint64_t number, const struct teeq_model *model, bool all)
{
	struct teeq_explore_options options = { .all = all, .max_states = STATES_MAX };
	struct subject subject = subject_of(number, model, &options);
	struct teeq_explore_result alone, together;

	if (teeq_explore(model, &options, &alone, NULL) == TEEQ_OK) {
		options.peers = peers;
		together = explore(&subject, model, &options);
		expect_same_together(&subject, model, &together, &alone, peers->rank);
		judged++;
		failing += alone.verdict != TEEQ_VERDICT_DONE;
		cycles += alone.cycle;
		teeq_schedule_free(&together.schedule);
	}
	teeq_schedule_free(&alone.schedule);
}
#define judge(...) FROM(judge(__VA_ARGS__))

static void test_generated(void **state)
{
	static const char *const policies[] = { "mainline", "v4", "untracked", "repaired", "v7" };

	for (uint64_t seed = 0; seed < 60; seed++) {
		struct teeq_model *model = model_generated(seed, policies[seed % LENGTH(policies)]);

		judge(seed, model, seed % 2 == 0);
		teeq_model_free(model);
	}
	assert_in_range(failing, 5, 55);
}

/* Under each third policy, the next file under the next: every policy has its turn. */
static void judge_file(unsigned int number, const char *path)
{
	struct teeq_scenario_file *file;
	struct teeq_error error = { .text = "" };

	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	for (size_t i = number % 3; teeq_policy_at(i); i += 3) {
		struct teeq_model *model;

		if (teeq_model_new(teeq_scenario_tables(file), teeq_policy_at(i), &model, &error) !=
		    TEEQ_OK)
			fail_msg("%s: %s", path, error.text);
		judge(number, model, false);
		teeq_model_free(model);
	}
	teeq_scenario_free(file);
}
#define judge_file(...) FROM(judge_file(__VA_ARGS__))

static int is_scenario(const struct dirent *entry)
{
	return strstr(entry->d_name, ".yaml") != NULL;
}

static void test_corpus(void **state)
{
	static const char folder[] = TEEQ_SOURCE_DIR "/examples/scenarios";
	struct dirent **entries;
	int count = scandir(folder, &entries, is_scenario, alphasort);

	judged = failing = cycles = 0;
	assert_in_range(count, 100, 1000);
	for (int i = 0; i < count; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		judge_file((unsigned int)i, path);
		free(entries[i]);
	}
	free(entries);
	assert_true(judged > 2 * (unsigned int)count);
	assert_true(failing > 50);
	assert_true(cycles > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated),
		cmocka_unit_test(test_corpus),
	};
	int failed;

	MPI_Init(&argc, &argv);
	peers = peers_open();
	failed = peers ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	/* Whoever failed does not come to where the others wait. */
	if (failed)
		MPI_Abort(MPI_COMM_WORLD, 1);
	peers_close();
	MPI_Finalize();
	return 0;
}
