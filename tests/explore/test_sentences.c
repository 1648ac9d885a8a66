/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every sentence of a report against a second reading of what happened. Scenarios of the whole language
 * are run at random until nothing moves; the witness has seen the same events, and says for itself who
 * waits for what, who holds it, and who would still bring it.
 */
#include "story.h"

#include <inttypes.h>

#include "base/prng.h"
#include "contention.h"
#include "occurred.h"
#include "generate.h"
#include "generated_policy.h"
#include "sentences.h"
#include "teeq/report.h"
#include "teeq/scenario.h"

/*
 * Deadlocks in the ordinary test. TEEQ_SENTENCES=50000 asks for as many as that, TEEQ_SENTENCES_FROM=N for
 * scenarios from number N on.
 */
#define DEADLOCK_COUNT 20000
#define STEP_MAX 600
#define RUNS_OF_EACH 3
#define KNOT_SCENARIOS 4000
#define PROVED_EVERY 5 /* steps */

static const struct generator mechanisms = {
	.states = 20000, .mechanisms = true, .memory = true, .results = true,
};
/* Without such memory: few of them load a TA, and those stay as they are. */
static const struct generator alike = {
	.states = 20000, .mechanisms = true, .alike = true, .results = true,
};

struct subject {
	const struct teeq_scenario *scenario;
	struct teeq_model *model;
	struct teeq_world *world;
	struct witness *witness;
	struct features *features;
	char last[256]; /* what happened last */
	/* tasks of a cycle or a knot that was found on the way: they never finish */
	uint64_t proved;
	char *proof; /* the report that said so first */
};

static unsigned int any_of(struct prng *prng, uint64_t enabled)
{
	uint32_t skip = prng_below(prng, (uint32_t)__builtin_popcountll(enabled));

	while (skip-- > 0)
		enabled &= enabled - 1;
	return (unsigned int)__builtin_ctzll(enabled);
}

static char *report_of(const struct subject *subject, enum teeq_verdict verdict)
{
	struct teeq_result result = { .verdict = verdict };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(teeq_report_print(subject->model, subject->world, &result, NULL, out),
			 TEEQ_OK);
	fclose(out);
	return text;
}
#define report_of(...) FROM(report_of(__VA_ARGS__))

/*
 * Who is in a cycle or a knot while others still move. A fault is nobody's step: it may free them. Counted,
 * so that the test fails where there is none.
 */
static uint64_t proofs_on_the_way;

static void note_proved(struct subject *subject)
{
	struct teeq_wait_graph graph;
	uint64_t tasks = 0;

	if (subject->scenario->fault_count > 0)
		return;
	assert_int_equal(teeq_wait_graph_new(subject->model, subject->world, &graph), TEEQ_OK);
	for (size_t i = 0; i < graph.cycle_count; i++)
		tasks |= UINT64_C(1) << graph.edges[graph.cycle[i]].waiter;
	for (size_t i = 0; i < graph.knot_count; i++)
		tasks |= UINT64_C(1) << graph.knot[i].waiter;
	teeq_wait_graph_free(&graph);
	if (!(tasks & ~subject->proved))
		return;
	proofs_on_the_way++;
	subject->proved |= tasks;
	free(subject->proof);
	subject->proof = report_of(subject, TEEQ_VERDICT_LIMIT);
}
#define note_proved(...) FROM(note_proved(__VA_ARGS__))

static void check_proved(const struct subject *subject, uint64_t seed)
{
	uint64_t unfinished = teeq_world_unfinished(subject->model, subject->world);

	if ((subject->proved & ~unfinished) == 0)
		return;
	teeq_scenario_print(subject->scenario, stderr);
	fail_msg("seed %llu, policy %s: some have finished who were in a cycle or knot:\n%s",
		 (unsigned long long)seed, teeq_model_policy(subject->model)->name, subject->proof);
}
#define check_proved(...) FROM(check_proved(__VA_ARGS__))

enum ending {
	NOTHING_MOVES,
	AT_LIMIT, /* it was stopped in the middle */
	NO_END,
};

/* Until nothing moves, or for @limit steps. */
static enum ending run(struct subject *subject, struct prng *prng, unsigned int limit)
{
	uint64_t enabled;

	subject->proved = 0;
	teeq_world_reset(subject->model, subject->world);
	if (subject->witness) {
		witness_begin(subject->witness, subject->scenario, subject->model);
		features_begin(subject->features, subject->scenario);
	}
	for (unsigned int step = 0; step < STEP_MAX; step++) {
		struct teeq_event event;

		enabled = teeq_world_enabled(subject->model, subject->world);
		if (!enabled && subject->witness)
			witness_end(subject->witness);
		if (!enabled)
			return NOTHING_MOVES;
		if (step == limit) {
			witness_cut(subject->witness);
			return AT_LIMIT;
		}
		assert_int_equal(teeq_world_step(subject->model, subject->world,
						 any_of(prng, enabled), &event), TEEQ_OK);
		if (teeq_world_check(subject->model, subject->world))
			return NO_END;
		teeq_event_text(subject->model, &event, subject->last, sizeof(subject->last));
		if (subject->witness) {
			witness_see(subject->witness, &event);
			features_see(subject->features, subject->witness, &event);
		}
		if (subject->witness && (subject->witness->broken || subject->witness->beyond))
			return NO_END;
		if (step % PROVED_EVERY == 0)
			note_proved(subject);
	}
	return NO_END;
}
#define run(...) FROM(run(__VA_ARGS__))

/* What would have to be written into a file to have it again. */
static void print_scenario(const struct subject *subject)
{
	teeq_scenario_print(subject->scenario, stderr);
}

/* Returns whether it was a deadlock, or the like. */
static bool judge(struct subject *subject, struct prng *prng, uint64_t seed,
		  struct sentences *sentences)
{
	unsigned int limit = prng_below(prng, 8) > 0 ? STEP_MAX : 1 + prng_below(prng, 60);
	enum ending ending = run(subject, prng, limit);
	enum teeq_verdict verdict;
	char *report;

	if (subject->witness->broken) {
		print_scenario(subject);
		fail_msg("seed %llu, policy %s: the witness lost its way at %s",
			 (unsigned long long)seed, teeq_model_policy(subject->model)->name,
			 subject->last);
	}
	check_proved(subject, seed);
	verdict = teeq_world_verdict(subject->model, subject->world);
	if (ending == NO_END ||
	    (ending == NOTHING_MOVES && verdict != TEEQ_VERDICT_DEADLOCK &&
	     verdict != TEEQ_VERDICT_LOST_WAKEUP && verdict != TEEQ_VERDICT_LIVELOCK))
		return false;
	report = report_of(subject, verdict);
	if (!sentences_check(sentences, subject->witness, subject->world, report,
			     ending == AT_LIMIT)) {
		print_scenario(subject);
		fail_msg("seed %llu, policy %s: a wrong sentence.\n%s\nin:\n%s",
			 (unsigned long long)seed, teeq_model_policy(subject->model)->name,
			 sentences->wrong, report);
	}
	free(report);
	features_count(subject->features);
	return ending == NOTHING_MOVES;
}
#define judge(...) FROM(judge(__VA_ARGS__))

static unsigned int judge_scenario(const struct teeq_scenario *scenario, uint64_t seed,
				   struct sentences *sentences, struct features *features)
{
	static struct witness witness;
	struct subject subject = { .scenario = scenario, .witness = &witness,
				   .features = features };
	unsigned int deadlocks = 0;
	struct prng prng;

	prng_seed(&prng, seed, 0x73656e74);
	subject.model = story_model(scenario, generated_policy(scenario, seed));
	subject.world = teeq_world_new(subject.model);
	assert_non_null(subject.world);
	for (unsigned int i = 0; i < RUNS_OF_EACH; i++)
		deadlocks += judge(&subject, &prng, seed, sentences);
	free(subject.proof);
	teeq_world_free(subject.world);
	teeq_model_free(subject.model);
	return deadlocks;
}
#define judge_scenario(...) FROM(judge_scenario(__VA_ARGS__))

static unsigned int judge_seed(uint64_t seed, struct sentences *sentences,
			       struct features *features)
{
	static struct generated generated;
	static struct contention contention;

	if (seed % 2 > 0) {
		contention_make(&contention, seed);
		return judge_scenario(&contention.scenario, seed, sentences, features);
	}
	generate(&generated, seed % 8 ? &mechanisms : &alike, seed);
	return judge_scenario(&generated.scenario, seed, sentences, features);
}
#define judge_seed(...) FROM(judge_seed(__VA_ARGS__))

/*
 * A close that has left the queue, and still counts its system session out: by which somebody is woken.
 */
static void test_what_was_wrong_once(void **state)
{
	static const uint64_t seeds[] = { 41009260 };
	static struct sentences sentences;
	static struct features features;

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		assert_true(judge_seed(seeds[i], &sentences, &features) > 0);
}

static uint64_t asked(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 10) : otherwise;
}

static void test_every_sentence_is_true(void **state)
{
	static struct sentences sentences;
	static struct features features;
	uint64_t count = asked("TEEQ_SENTENCES", DEADLOCK_COUNT), deadlocks = 0;
	uint64_t from = asked("TEEQ_SENTENCES_FROM", 0), seed = from;

	for (; deadlocks < count; seed++)
		deadlocks += judge_seed(seed, &sentences, &features);
	print_message("%" PRIu64 " scenarios, %" PRIu64 " deadlocks, %" PRIu64 " lines, of which %"
		      PRIu64 " could not be judged\n", seed - from, deadlocks, sentences.lines,
		      sentences.skipped);
	for (unsigned int i = 0; i < SENTENCE_COUNT; i++)
		print_message("%8" PRIu64 " %s\n", sentences.count[i], sentence_names[i]);
	print_message("%8" PRIu64 " cycles and knots while others moved\n", proofs_on_the_way);
	for (unsigned int i = 0; i < FEATURE_COUNT; i++)
		print_message("%8" PRIu64 " runs: %s\n", features.count[i], feature_names[i]);
	/* A few scenarios that are asked for need not say everything, nor do others what is rare. */
	if (count < DEADLOCK_COUNT)
		return;
	assert_true(sentences.skipped < sentences.lines / 20);
	assert_true(proofs_on_the_way > 0);
	if (from > 0)
		return;
	for (unsigned int i = 0; i < SENTENCE_COUNT; i++)
		if (sentences.count[i] == 0)
			fail_msg("no sentence of this kind: %s", sentence_names[i]);
	for (unsigned int i = 0; i < FEATURE_COUNT; i++)
		if (features.count[i] == 0)
			fail_msg("no run of this kind: %s", feature_names[i]);
}

/*
 * Of the rest of the language, guests, channels and slots that run out among it, no sentence is judged
 * here; but that nobody finishes who was in a cycle or a knot.
 */
static void test_who_is_in_a_knot_stays_there(void **state)
{
	static const struct generator everything = { .states = 20000,
						     .mechanisms = true,
						     .memory = true };
	static struct generated generated;
	uint64_t before = proofs_on_the_way, from = asked("TEEQ_SENTENCES_FROM", 0);

	(void)state;
	for (uint64_t seed = from; seed < from + KNOT_SCENARIOS; seed++) {
		struct subject subject = { .scenario = &generated.scenario };
		struct prng prng;

		generate(&generated, &everything, seed);
		prng_seed(&prng, seed, 0x6b6e6f74);
		subject.model =
			story_model(&generated.scenario,
				    generated_policy(&generated.scenario, seed));
		subject.world = teeq_world_new(subject.model);
		assert_non_null(subject.world);
		for (unsigned int i = 0; i < RUNS_OF_EACH; i++) {
			run(&subject, &prng, STEP_MAX);
			check_proved(&subject, seed);
		}
		free(subject.proof);
		teeq_world_free(subject.world);
		teeq_model_free(subject.model);
	}
	print_message("%" PRIu64 " cycles and knots while others moved\n",
		      proofs_on_the_way - before);
	assert_true(proofs_on_the_way > before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_in_a_knot_stays_there),
		cmocka_unit_test(test_what_was_wrong_once),
		cmocka_unit_test(test_every_sentence_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
