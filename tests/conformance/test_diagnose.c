/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a C program gets from teeq/diagnose.h is what the command prints: of some scenarios under
 * some policies every expectation, every smaller scenario and every change, value by value.
 */
#include "story.h"

#include <jansson.h>

#include "conformance/scratch.h"
#include "teeq/diagnose.h"
#include "teeq/scenario.h"

enum {
	STATES = 3000,
	RUNS = 100,
};

static const char *const files[] = {
	"rpmb-scmi", "idle-slot",      "nested-system-small", "single-thread",
	"busy-ta",   "session-shared", "system-buffer",	      "flagship-wide",
};
static const char *const policies[] = { "untracked", "v9", "mainline" };

/* A scenario under a policy, and how to ask the command about it. */
struct subject {
	char path[512];
	const struct teeq_policy *policy;
	struct teeq_scenario_file *file;
	const struct teeq_scenario *tables;
	struct teeq_model *model;
};

static void load(struct subject *s, const char *name, const char *policy)
{
	struct teeq_error error = { .text = "" };

	snprintf(s->path, sizeof(s->path), "%s/examples/scenarios/%s.yaml", TEEQ_SOURCE_DIR, name);
	if (teeq_scenario_load(s->path, &s->file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	s->policy = teeq_policy_find(policy);
	s->tables = teeq_scenario_tables(s->file);
	s->model = story_model(s->tables, policy);
}
#define load(...) FROM(load(__VA_ARGS__))

static void unload(struct subject *s)
{
	teeq_model_free(s->model);
	teeq_scenario_free(s->file);
}

/* The command's first line of output, which must be JSON. To be given back. */
static json_t *ask(const char *arguments)
{
	char command[2048];
	json_error_t error;
	json_t *answer;
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s", TEEQ_COMMAND, arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	answer = json_loadf(pipe, JSON_DISABLE_EOF_CHECK, &error);
	if (!answer)
		fail_msg("%s: %s", command, error.text);
	while (fgetc(pipe) != EOF)
		;
	pclose(pipe);
	return answer;
}
#define ask(...) FROM(ask(__VA_ARGS__))

static void assert_number(const json_t *object, const char *key, uint64_t value)
{
	const json_t *found = json_object_get(object, key);

	if (!json_is_integer(found) || (uint64_t)json_integer_value(found) != value)
		fail_msg("%s: the command says %lld, the library %llu", key,
			 (long long)json_integer_value(found), (unsigned long long)value);
}
#define assert_number(...) FROM(assert_number(__VA_ARGS__))

static void assert_text(const json_t *object, const char *key, const char *value)
{
	const char *found = json_string_value(json_object_get(object, key));

	if (!found || strcmp(found, value) != 0)
		fail_msg("%s: the command says '%s', the library '%s'", key,
			 found ? found : "(nothing)", value);
}
#define assert_text(...) FROM(assert_text(__VA_ARGS__))

/* A failing schedule, also in the file "schedule"; false: none is found. */
static bool find_failure(const struct subject *s, bool random, struct teeq_schedule *schedule)
{
	struct teeq_explore_options search = { .max_states = 50000 };
	struct teeq_explore_result found;
	struct teeq_tally tally;
	struct teeq_run_options run = { .strategy = &teeq_strategy_random, .seed = 1 };
	uint32_t failures = TEEQ_GOAL_FAILURES;
	char *text;
	FILE *out;

	if (random) {
		struct teeq_world *world = teeq_world_new(s->model);
		struct teeq_result result;

		assert_int_equal(teeq_run_many(s->model, &run, 1000, failures, &tally), TEEQ_OK);
		run.seed += tally.runs - 1;
		run.record = schedule;
		teeq_run(s->model, world, &run, &result);
		teeq_world_free(world);
		if (!(failures >> result.verdict & 1))
			return false;
	} else {
		teeq_explore(s->model, &search, &found, NULL);
		*schedule = found.schedule;
		if (!(failures >> found.verdict & 1))
			return false;
	}
	text = teeq_schedule_print(s->model, schedule);
	out = fopen("schedule", "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	free(text);
	return true;
}
#define find_failure(...) FROM(find_failure(__VA_ARGS__))

/* ------------------------------------------ check --------------------------------------------- */

static void compare_decision(const json_t *row, const struct teeq_decision *decision,
			     enum teeq_status status)
{
	static const char *const by[] = { "exhausted", "found", "sampled" };
	const json_t *ends = json_object_get(row, "ends");
	const char *result = decision->good ? "ok" : "FAIL";

	assert_text(row, "decided", by[decision->by]);
	assert_text(row, "result", status == TEEQ_ELIMIT ? "undecided" : result);
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		if (decision->count[v] > 0)
			assert_number(ends, teeq_verdict_name((enum teeq_verdict)v),
				      decision->count[v]);
	if (decision->seen)
		assert_text(row, "found", teeq_verdict_name(decision->verdict));
	if (decision->by != TEEQ_DECIDED_SAMPLED)
		assert_number(row, "states", decision->states);
	else if (decision->seen)
		assert_number(row, "seed", decision->seed);
	if (decision->by == TEEQ_DECIDED_FOUND)
		assert_number(row, "steps", decision->schedule.count);
}
#define compare_decision(...) FROM(compare_decision(__VA_ARGS__))

static void check(const struct subject *s, uint64_t states)
{
	struct teeq_decide_options options = {
		.run_count = RUNS,
		.search = { .max_states = states, .max_memory_bytes = TEEQ_DIAGNOSE_BYTES },
	};
	struct teeq_decision decision;
	char arguments[1024];
	json_t *row;

	snprintf(arguments, sizeof(arguments),
		 "check '%s' --policy %s --json --max-states %llu --runs %d", s->path,
		 s->policy->name, (unsigned long long)states, RUNS);
	row = ask(arguments);
	for (size_t i = 0; i < s->tables->expect_count; i++) {
		enum teeq_status status;

		if (strcmp(s->tables->expects[i].policy, s->policy->name) != 0)
			continue;
		status = teeq_decide(s->model, s->tables->expects[i].verdict, &options, &decision,
				     NULL);
		assert_true(status == TEEQ_OK || status == TEEQ_ELIMIT);
		compare_decision(row, &decision, status);
		teeq_schedule_free(&decision.schedule);
	}
	json_decref(row);
}
#define check(...) FROM(check(__VA_ARGS__))

/* Decided by a search, and by random schedules alone. */
static void expectations_are_decided_alike(void **state)
{
	for (size_t i = 0; i < LENGTH(files); i++)
		for (size_t j = 0; j < LENGTH(policies); j++) {
			struct subject s;

			load(&s, files[i], policies[j]);
			assert_true(s.tables->expect_count > 0);
			check(&s, STATES);
			check(&s, 3);
			unload(&s);
		}
}

/* ------------------------------------------ shrink -------------------------------------------- */

static void compare_tables(const struct teeq_shrunk *shrunk)
{
	static char theirs[1 << 16], ours[1 << 16];
	FILE *out = tmpfile(), *in = fopen("small.yaml", "r");

	assert_non_null(out);
	assert_non_null(in);
	assert_int_equal(teeq_scenario_print(shrunk->scenario, out), TEEQ_OK);
	rewind(out);
	ours[fread(ours, 1, sizeof(ours) - 1, out)] = '\0';
	theirs[fread(theirs, 1, sizeof(theirs) - 1, in)] = '\0';
	assert_string_equal(ours, theirs);
	fclose(in);
	fclose(out);
}
#define compare_tables(...) FROM(compare_tables(__VA_ARGS__))

static void compare_shrunk(const struct subject *s, const json_t *answer,
			   const struct teeq_shrunk *shrunk, bool clients)
{
	const json_t *after = json_object_get(answer, "after");
	char *text = teeq_schedule_print(shrunk->model, &shrunk->schedule);

	assert_text(answer, "schedule", text);
	free(text);
	assert_number(after, "steps", shrunk->schedule.count);
	assert_number(after, "switches", teeq_schedule_switches(&shrunk->schedule));
	assert_text(after, "verdict", teeq_verdict_name(shrunk->end.verdict));
	assert_text(json_object_get(answer, "before"), "verdict",
		    teeq_verdict_name(shrunk->before.verdict));
	if (shrunk->shortest > 0)
		assert_number(answer, "shortest", shrunk->shortest);
	else
		assert_true(json_is_null(json_object_get(answer, "shortest")));
	if (clients) {
		const json_t *list = json_object_get(answer, "left_out");
		size_t next = 0;

		for (unsigned int i = 0; i < teeq_model_task_count(s->model); i++)
			if (shrunk->left_out >> i & 1)
				assert_string_equal(json_string_value(json_array_get(list, next++)),
						    teeq_model_task_name(s->model, i));
		assert_int_equal(json_array_size(list), next);
		compare_tables(shrunk);
	}
}
#define compare_shrunk(...) FROM(compare_shrunk(__VA_ARGS__))

static void shrink(const struct subject *s, const struct teeq_schedule *schedule, bool clients)
{
	struct teeq_explore_options search = { .max_states = TEEQ_DIAGNOSE_STATES,
					       .max_memory_bytes = UINT64_C(512) << 20 };
	struct teeq_shrunk shrunk;
	char arguments[1024];
	json_t *answer;
	enum teeq_status status = teeq_shrink_scenario(s->tables, s->policy, schedule, clients,
						       &search, &shrunk, NULL);

	assert_true(status == TEEQ_OK || (status == TEEQ_ELIMIT && shrunk.shortest == 0));
	snprintf(arguments, sizeof(arguments), "shrink '%s' @schedule --json %s", s->path,
		 clients ? "--clients --out small.yaml" : "");
	answer = ask(arguments);
	compare_shrunk(s, answer, &shrunk, clients);
	json_decref(answer);
	teeq_shrunk_free(&shrunk);
	remove("small.yaml");
}
#define shrink(...) FROM(shrink(__VA_ARGS__))

static void smaller_scenarios_are_the_same(void **state)
{
	size_t failures = 0;

	for (size_t i = 0; i + 1 < LENGTH(files); i++)
		for (size_t j = 0; j < LENGTH(policies); j++) {
			struct teeq_schedule schedule = { 0 };
			struct subject s;

			load(&s, files[i], policies[j]);
			if (find_failure(&s, true, &schedule)) {
				failures++;
				shrink(&s, &schedule, false);
				shrink(&s, &schedule, true);
			}
			teeq_schedule_free(&schedule);
			unload(&s);
		}
	assert_true(failures >= 12);
}

/* ------------------------------------------ explain ------------------------------------------- */

static void compare_trial(const json_t *object, const struct teeq_trial *trial)
{
	assert_text(object, "verdict",
		    trial->ruling == TEEQ_STILL_FAILS ? teeq_verdict_name(trial->verdict) :
							teeq_ruling_name(trial->ruling));
	assert_number(object, "states", trial->states);
	if (trial->ruling == TEEQ_STILL_FAILS)
		assert_number(object, "steps", trial->steps);
}
#define compare_trial(...) FROM(compare_trial(__VA_ARGS__))

static void compare_change(const json_t *row, const struct teeq_diagnosis *diagnosis,
			   const struct teeq_change *change)
{
	const json_t *elsewhere = json_object_get(row, "elsewhere");
	size_t next = 0;

	assert_text(row, "change", change->text);
	compare_trial(row, &change->trial);
	if (change->answer != 0)
		assert_int_equal(json_integer_value(json_object_get(row, "answer")),
				 change->answer);
	for (size_t i = 0; i < diagnosis->variant_count; i++) {
		const json_t *object = json_array_get(elsewhere, next);

		if (!(change->tried >> i & 1))
			continue;
		next++;
		compare_trial(object, &change->elsewhere[i]);
		if (diagnosis->variants[i].client) {
			assert_text(object, "client", diagnosis->variants[i].client);
			assert_number(object, "count", diagnosis->variants[i].count);
		} else {
			assert_non_null(json_object_get(object, "file"));
		}
	}
	assert_int_equal(json_array_size(elsewhere), next);
}
#define compare_change(...) FROM(compare_change(__VA_ARGS__))

static void compare_no_return(const json_t *answer, const struct teeq_diagnosis *diagnosis)
{
	const json_t *no_return = json_object_get(answer, "step_of_no_return");

	assert_int_equal(json_is_object(no_return), diagnosis->no_return_known);
	if (!diagnosis->no_return_known)
		return;
	assert_int_equal(json_is_true(json_object_get(no_return, "from_start")),
			 diagnosis->no_return.from_start);
	if (diagnosis->no_return.from_start)
		return;
	assert_number(no_return, "step", diagnosis->no_return.step);
	assert_text(no_return, "text", diagnosis->no_return_text);
	assert_int_equal(json_array_size(json_object_get(no_return, "rescues")),
			 __builtin_popcountll(diagnosis->no_return.rescues));
}
#define compare_no_return(...) FROM(compare_no_return(__VA_ARGS__))

/* @whole: the scenario itself, as the one that it was made of. */
static void explain(const struct subject *s, const struct teeq_schedule *schedule, bool whole)
{
	struct teeq_explore_options search = { .max_states = STATES,
					       .max_memory_bytes = TEEQ_DIAGNOSE_BYTES };
	struct teeq_diagnosis diagnosis;
	char arguments[2048];
	json_t *answer, *changes;
	enum teeq_status status = teeq_diagnose(s->tables, s->policy, schedule,
						whole ? s->tables : NULL, &search, &diagnosis,
						NULL);

	assert_int_equal(status, diagnosis.undecided ? TEEQ_ELIMIT : TEEQ_OK);
	snprintf(arguments, sizeof(arguments),
		 "explain '%s' @schedule --json --max-states %d %s %s", s->path, STATES,
		 whole ? "--whole" : "", whole ? s->path : "");
	answer = ask(arguments);
	changes = json_object_get(answer, "changes");
	assert_text(answer, "verdict", teeq_verdict_name(diagnosis.end.verdict));
	assert_number(answer, "steps", diagnosis.end.steps);
	compare_no_return(answer, &diagnosis);
	assert_int_equal(json_array_size(changes), diagnosis.change_count);
	for (size_t i = 0; i < diagnosis.change_count; i++)
		compare_change(json_array_get(changes, i), &diagnosis, &diagnosis.changes[i]);
	json_decref(answer);
	teeq_diagnosis_free(&diagnosis);
}
#define explain(...) FROM(explain(__VA_ARGS__))

static void what_would_have_helped_is_the_same(void **state)
{
	size_t failures = 0;

	for (size_t i = 0; i < LENGTH(files); i++)
		for (size_t j = 0; j < LENGTH(policies); j++) {
			struct teeq_schedule schedule = { 0 };
			struct subject s;

			load(&s, files[i], policies[j]);
			if (find_failure(&s, false, &schedule)) {
				failures++;
				explain(&s, &schedule, i % 2 == 0);
			}
			teeq_schedule_free(&schedule);
			unload(&s);
		}
	assert_true(failures >= 15);
}

/* --------------------------------------------- main ------------------------------------------- */

static int leave_scratch(void **state)
{
	remove("schedule");
	return scratch_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expectations_are_decided_alike),
		cmocka_unit_test(smaller_scenarios_are_the_same),
		cmocka_unit_test(what_would_have_helped_is_the_same),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, scratch_enter, leave_scratch);
}
