/* SPDX-License-Identifier: BSD-2-Clause */
#include "agree.h"

#include "judge.h"

#include "explore/canon.h"

static const enum teeq_verdict failures[] = {
	TEEQ_VERDICT_VIOLATION, TEEQ_VERDICT_LOST_WAKEUP, TEEQ_VERDICT_DEADLOCK,
	TEEQ_VERDICT_LIVELOCK,
};

/* What the naive explorer says. */
struct truth {
	struct naive naive;
	bool goes_round; /* only known where no end fails */
	size_t stranded;
	size_t stretch;
};

/* ------------------------------------- what is to be found ------------------------------------ */

/* The worst verdict of all ends; DONE where nothing fails. */
static enum teeq_verdict worst(const struct truth *truth)
{
	for (size_t i = 0; i < LENGTH(failures); i++)
		if (truth->naive.count[failures[i]])
			return failures[i];
	return truth->goes_round ? TEEQ_VERDICT_LIVELOCK : TEEQ_VERDICT_DONE;
}

/* Actions to the nearest end that fails. */
static uint32_t nearest(const struct naive *naive)
{
	uint32_t distance = UINT32_MAX;

	for (size_t i = 0; i < LENGTH(failures); i++)
		if (naive->count[failures[i]] && naive->distance[failures[i]] < distance)
			distance = naive->distance[failures[i]];
	return distance;
}

/* Names of tasks of one client, and of contexts. */
static const struct teeq_explore_options names_alone = {
	.without = TEEQ_WITHOUT_ORDER | TEEQ_WITHOUT_CLIENTS | TEEQ_WITHOUT_SPENT,
};

/* How many states are left when those that differ in names only are taken for one. */
static size_t count_forms(const struct teeq_model *model, const struct naive *naive)
{
	struct teeq_world *world = teeq_world_new(model), *form = teeq_world_new(model);
	uint8_t order[TEEQ_TASK_MAX];
	struct blocks forms;
	struct canon canon;
	size_t count;

	assert_true(canon_init(&canon, model, &names_alone));
	blocks_init(&forms, teeq_world_size(model));
	for (size_t i = 0; i < naive->states.count; i++) {
		memcpy(world, blocks_at(&naive->states, i), naive->states.size);
		canon_apply(&canon, form, world, order);
		blocks_add(&forms, form);
	}
	count = forms.count;
	blocks_free(&forms);
	canon_free(&canon);
	teeq_world_free(world);
	teeq_world_free(form);
	return count;
}

/* ---------------------------------------- judging --------------------------------------------- */

/* @length: of the shortest schedule there is. UINT32_MAX: there is none. */
static void judge_schedule(const struct subject *subject, const struct teeq_model *model,
			   const struct teeq_world *start,
			   const struct teeq_explore_result *result, uint32_t length)
{
	if (length == UINT32_MAX) {
		expect_equal(subject, "verdict", result->verdict, TEEQ_VERDICT_DONE);
		expect_equal(subject, "exhausted", result->exhausted, true);
		expect_equal(subject, "steps of no schedule", result->schedule.count, 0);
		return;
	}
	expect_replay(subject, model, start, &result->schedule, result->verdict);
	expect_text_replay(subject, model, start, &result->schedule, result->verdict);
	expect_equal(subject, "length of the schedule", result->schedule.count, length);
	expect_equal(subject, "known to be the shortest", result->shortest, true);
	expect_equal(subject, "violation is told", result->violation != NULL,
		     result->verdict == TEEQ_VERDICT_VIOLATION);
}

/* A schedule that leads into a cycle and once around: what it leads to can go on. */
static void judge_cycle(const struct subject *subject, const struct teeq_model *model,
			const struct teeq_explore_result *result)
{
	expect_equal(subject, "verdict", result->verdict, TEEQ_VERDICT_LIVELOCK);
	expect_replay(subject, model, NULL, &result->schedule, TEEQ_VERDICT_LIMIT);
}

/* Where nothing is left out, every number must be the same. */
static void judge_plain(const struct subject *subject, const struct teeq_explore_result *result,
			const struct truth *truth)
{
	const struct naive *naive = &truth->naive;

	expect_equal(subject, "states", result->states, naive->states.count);
	expect_equal(subject, "actions", result->actions, naive->transitions);
	expect_equal(subject, "depth", result->depth, naive->depth);
	for (unsigned int v = 0; v < TEEQ_VERDICT_LIVELOCK; v++)
		expect_equal(subject, teeq_verdict_name(v), result->count[v], naive->count[v]);
	expect_equal(subject, "stranded", result->stranded, truth->stranded);
}

static void judge_all(uint64_t seed, const struct teeq_model *model,
		      struct teeq_explore_options options, const struct truth *truth,
		      struct tally *tally)
{
	const struct naive *naive = &truth->naive;
	struct teeq_explore_result result;
	struct subject subject;

	options.all = true;
	subject = subject_of(seed, model, &options);
	result = explore(&subject, model, &options);
	expect_equal(&subject, "exhausted", result.exhausted, true);
	expect_equal(&subject, "worst verdict", result.verdict, worst(truth));
	for (unsigned int v = 0; v < TEEQ_VERDICT_LIVELOCK; v++)
		expect_equal(&subject, teeq_verdict_name(v), result.count[v] > 0,
			     naive->count[v] > 0);
	if (truth->goes_round)
		judge_cycle(&subject, model, &result);
	else
		judge_schedule(&subject, model, NULL, &result,
			       result.verdict == TEEQ_VERDICT_DONE ?
				       UINT32_MAX : naive->distance[result.verdict]);
	if (options.no_reduction)
		expect_equal(&subject, "stranded stretch", result.stranded_stretch, truth->stretch);
	if (options.no_symmetry && options.no_reduction)
		judge_plain(&subject, &result, truth);
	else if (options.no_reduction && (options.without & TEEQ_WITHOUT_ORDER))
		expect_equal(&subject, "states", result.states, count_forms(model, naive));
	teeq_schedule_free(&result.schedule);
	if (!options.no_symmetry && !options.no_reduction && options.without == 0)
		tally->states_with_all = result.states;
	if (options.without && !options.no_reduction) {
		unsigned int part = (unsigned int)__builtin_ctz(options.without);

		tally->judged_without[part]++;
		tally->shrunk_by[part] += result.states > tally->states_with_all;
	}
	if (options.without)
		return;
	tally->shrunk_by_symmetry += options.no_reduction && result.states < naive->states.count;
	tally->shrunk_by_reduction += options.no_symmetry && result.states < naive->states.count;
}

static void judge_first(uint64_t seed, const struct teeq_model *model,
			struct teeq_explore_options options, const struct truth *truth)
{
	struct subject subject = subject_of(seed, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	if (truth->goes_round)
		judge_cycle(&subject, model, &result);
	else
		judge_schedule(&subject, model, NULL, &result, nearest(&truth->naive));
	teeq_schedule_free(&result.schedule);
}

/* ------------------------------------ about one client ---------------------------------------- */

static uint64_t tasks_of(const struct teeq_model *model, int client)
{
	uint64_t tasks = 0;

	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		if (teeq_model_task_client(model, i) == client)
			tasks |= UINT64_C(1) << i;
	return tasks;
}

/* Whether one client always finishes, whatever becomes of the others. */
static void judge_client(uint64_t seed, const struct teeq_model *model, uint64_t tasks,
			 const struct truth *truth, struct tally *tally)
{
	uint32_t distance[TEEQ_VERDICT_COUNT];
	enum teeq_verdict wanted = TEEQ_VERDICT_DONE;

	naive_ends_of(&truth->naive, model, tasks, distance);
	for (size_t i = LENGTH(failures); i-- > 0;)
		if (distance[failures[i]] != UINT32_MAX)
			wanted = failures[i];
	if (wanted == TEEQ_VERDICT_DONE && naive_goes_round(&truth->naive, model, tasks))
		wanted = TEEQ_VERDICT_LIVELOCK;
	tally->asked++;
	tally->spared += wanted == TEEQ_VERDICT_DONE && worst(truth) != TEEQ_VERDICT_DONE;
	for (unsigned int i = 0; i < 4; i++) {
		const struct teeq_explore_options options = {
			.no_symmetry = i & 1, .no_reduction = i & 2, .all = true,
			.must_finish = tasks,
		};
		struct subject subject = subject_of(seed, model, &options);
		struct teeq_explore_result result = explore(&subject, model, &options);

		expect_equal(&subject, "verdict about a client", result.verdict, wanted);
		for (unsigned int v = 0; v < TEEQ_VERDICT_LIVELOCK; v++)
			expect_equal(&subject, teeq_verdict_name(v), result.count[v] > 0,
				     distance[v] != UINT32_MAX);
		if (result.cycle)
			judge_cycle(&subject, model, &result);
		else
			judge_schedule(&subject, model, NULL, &result,
				       wanted == TEEQ_VERDICT_DONE ? UINT32_MAX :
								     distance[wanted]);
		teeq_schedule_free(&result.schedule);
	}
}

/* How long its first task can be kept waiting. */
static void judge_watch(uint64_t seed, const struct teeq_model *model, uint64_t tasks,
			const struct truth *truth, struct tally *tally)
{
	size_t stretch;
	size_t states = naive_waiting(&truth->naive, model, (unsigned int)__builtin_ctzll(tasks),
				      &stretch);

	tally->kept_waiting += stretch > 3 && stretch < SIZE_MAX;
	for (unsigned int i = 0; i < 2; i++) {
		const struct teeq_explore_options options = {
			.no_symmetry = i, .no_reduction = true, .all = true,
			.must_finish = tasks, .watch = tasks & -tasks,
		};
		struct subject subject = subject_of(seed, model, &options);
		struct teeq_explore_result result = explore(&subject, model, &options);

		expect_equal(&subject, "longest wait", result.longest_wait, stretch);
		if (options.no_symmetry)
			expect_equal(&subject, "states of waiting", result.waiting, states);
		expect_equal(&subject, "stranded, not asked", result.stranded, 0);
		teeq_schedule_free(&result.schedule);
	}
}

static void find_truth(struct truth *truth, const struct teeq_model *model, size_t state_max)
{
	struct teeq_world *start = teeq_world_new(model);

	*truth = (struct truth){ .goes_round = false };
	naive_explore(&truth->naive, model, start, state_max ? state_max : AGREE_STATE_MAX, NULL);
	teeq_world_free(start);
	if (truth->naive.too_large)
		return;
	truth->stranded = naive_stranded(&truth->naive, model, &truth->stretch);
	if (worst(truth) == TEEQ_VERDICT_DONE)
		truth->goes_round = naive_goes_round(&truth->naive, model, UINT64_MAX);
}

static void count_truth(struct tally *tally, const struct truth *truth)
{
	tally->models++;
	tally->states += truth->naive.states.count;
	tally->skipped += truth->naive.too_large;
	tally->stranded += truth->stranded > 0;
	tally->stranded_endlessly += truth->stretch == SIZE_MAX;
	for (unsigned int v = 0; v < TEEQ_VERDICT_LIVELOCK; v++)
		tally->endings[v] += truth->naive.count[v] > 0;
	tally->endings[TEEQ_VERDICT_LIVELOCK] +=
		truth->goes_round || truth->naive.count[TEEQ_VERDICT_LIVELOCK] > 0;
}

/* With those reductions: all ends, and the first. */
static void judge_with(uint64_t seed, const struct teeq_model *model, struct teeq_explore_options options,
		       const struct truth *truth, struct tally *tally)
{
	options.exact = seed & 1;
	judge_all(seed, model, options, truth, tally);
	options.exact = !options.exact;
	judge_first(seed, model, options, truth);
}

/* All together, each half alone, none; all but one; and names alone, whose forms can be counted. */
static void judge_settings(uint64_t seed, const struct teeq_model *model, const struct truth *truth,
			   struct tally *tally)
{
	struct teeq_explore_options names = names_alone;

	for (unsigned int i = 0; i < 4; i++)
		judge_with(seed, model,
			   (struct teeq_explore_options){ .no_symmetry = i & 1, .no_reduction = i & 2 }, truth,
			   tally);
	for (unsigned int part = 0; part < AGREE_WITHOUT; part++)
		if (tally->each || part == seed % AGREE_WITHOUT)
			judge_with(seed, model,
				   (struct teeq_explore_options){ .without = UINT32_C(1) << part }, truth, tally);
	names.no_reduction = true;
	judge_with(seed, model, names, truth, tally);
}

void (agree_judge)(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
		 struct tally *tally)
{
	struct teeq_model *model = story_model(scenario, policy);
	struct truth truth;

	find_truth(&truth, model, tally->state_max);
	count_truth(tally, &truth);
	if (!truth.naive.too_large) {
		uint64_t tasks = tasks_of(model, (int)(seed % scenario->client_count));

		judge_settings(seed, model, &truth, tally);
		judge_client(seed, model, tasks, &truth, tally);
		judge_watch(seed, model, tasks, &truth, tally);
	}
	naive_free(&truth.naive);
	teeq_model_free(model);
}

/* Look for one kind of end only, from @start. */
static void judge_goal(uint64_t seed, const struct teeq_model *model,
		       const struct teeq_world *start, enum teeq_verdict goal,
		       const struct naive *naive)
{
	for (unsigned int i = 0; i < 4; i++) {
		const struct teeq_explore_options options = {
			.no_symmetry = i & 1, .no_reduction = i & 2, .from = start,
			.goal = 1u << goal,
		};
		struct subject subject = subject_of(seed, model, &options);
		struct teeq_explore_result result = explore(&subject, model, &options);

		if (naive->count[goal])
			expect_equal(&subject, "verdict", result.verdict, goal);
		judge_schedule(&subject, model, start, &result,
			       naive->count[goal] ? naive->distance[goal] : UINT32_MAX);
		teeq_schedule_free(&result.schedule);
	}
}

/* From a state that is some random steps away from the initial one. */
void (agree_judge_goals)(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
		       unsigned int found[TEEQ_VERDICT_COUNT])
{
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random, .seed = seed, .step_max = 1 + seed % 12,
	};
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_world *start = teeq_world_new(model);
	struct teeq_result run;
	enum teeq_status status;
	struct naive naive;

	status = teeq_run(model, start, &options, &run);
	assert_int_equal(status, run.verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : TEEQ_OK);
	naive_explore(&naive, model, start, AGREE_STATE_MAX, NULL);
	for (unsigned int v = 0; v <= TEEQ_VERDICT_VIOLATION && !naive.too_large; v++) {
		judge_goal(seed, model, start, (enum teeq_verdict)v, &naive);
		found[v] += naive.count[v] > 0;
	}
	naive_free(&naive);
	teeq_world_free(start);
	teeq_model_free(model);
}
