/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Searches that count preemptions, and directed ones, against enumerations that leave out nothing. TEEQ_SEEDS
 * asks for more of the generated scenarios.
 */
#include "judge.h"

#include <limits.h>
#include <stdlib.h>

#include "agree.h"
#include "generate.h"
#include "generated_policy.h"
#include "seeds.h"

#define SEED_COUNT 240
#define SEED_FIRST 70000
#define STATES_MAX 60000

static const struct generator kinds[] = {
	{ .states = 900, .mechanisms = true, .results = true },
	{ .states = 2500, .no_mistakes = true },
	{ .states = 900, .alike = true },
	{ .states = 500, .mechanisms = true, .memory = true },
};

static uint64_t seed_count(void)
{
	const char *asked = getenv("TEEQ_SEEDS");

	return asked ? strtoull(asked, NULL, 10) : SEED_COUNT;
}

/* ------------------------------------------ naively ------------------------------------------- */

/*
 * States with who moved last behind them, those with the fewest preemptions first: @level begins the ones
 * being expanded, @next holds what has one more.
 */
struct counting {
	const struct teeq_model *model;
	struct blocks states;
	struct blocks next;
	unsigned int fewest[TEEQ_VERDICT_COUNT]; /* of the ends of each kind; UINT_MAX: there is none */
	uint64_t most; /* preemptions that make a difference */
};

#define NOBODY 0xff

static bool is_fault(const struct teeq_model *model, unsigned int task)
{
	return task >= model->first_fault;
}

/* Whether @last, who moved last, could go on at once where @task moves instead. */
static bool is_preempted(const struct teeq_model *model, const struct teeq_world *world,
			 unsigned int last, unsigned int task)
{
	uint64_t enabled = teeq_world_enabled(model, world);

	if (last == NOBODY || last == task || is_fault(model, task))
		return false;
	return (enabled & ~world_timed(model, world, enabled)) >> last & 1;
}

static void try_all(struct counting *counting, size_t index, unsigned int preemptions,
		    unsigned char *from, unsigned char *to)
{
	const struct teeq_model *model = counting->model;
	size_t size = teeq_world_size(model);
	struct teeq_world *world = (struct teeq_world *)(void *)from;
	enum teeq_verdict verdict;
	uint64_t enabled;

	memcpy(from, blocks_at(&counting->states, index), size + 1);
	verdict = teeq_world_verdict(model, world);
	if (verdict != TEEQ_VERDICT_LIMIT) {
		if (preemptions < counting->fewest[verdict])
			counting->fewest[verdict] = preemptions;
		return;
	}
	enabled = teeq_world_enabled(model, world);
	for (unsigned int task = 0; task < teeq_model_task_count(model); task++) {
		if (!(enabled >> task & 1))
			continue;
		memcpy(to, from, size + 1);
		teeq_world_step(model, (struct teeq_world *)(void *)to, task, NULL);
		naive_forget(model, (struct teeq_world *)(void *)to);
		if (!is_fault(model, task))
			to[size] = (unsigned char)task;
		blocks_add(is_preempted(model, world, from[size], task) ? &counting->next :
									   &counting->states, to);
	}
}

/* Returns false where there are too many states. */
static bool count_naively(struct counting *counting, const struct teeq_model *model)
{
	size_t size = teeq_world_size(model), done = 0;
	unsigned char *from = naive_need(malloc(size + 1)), *to = naive_need(malloc(size + 1));

	*counting = (struct counting){ .model = model };
	memset(counting->fewest, 0xff, sizeof(counting->fewest));
	blocks_init(&counting->states, size + 1);
	memcpy(from, model->initial, size);
	from[size] = NOBODY;
	blocks_add(&counting->states, from);
	for (unsigned int preemptions = 0;
	     done < counting->states.count && counting->states.count < STATES_MAX; preemptions++) {
		blocks_init(&counting->next, size + 1);
		counting->most = preemptions;
		for (; done < counting->states.count && done < STATES_MAX; done++)
			try_all(counting, done, preemptions, from, to);
		for (size_t i = 0; i < counting->next.count; i++)
			blocks_add(&counting->states, blocks_at(&counting->next, i));
		blocks_free(&counting->next);
	}
	free(from);
	free(to);
	return counting->states.count < STATES_MAX;
}

/* ----------------------------------------- judging -------------------------------------------- */

struct counts {
	unsigned int models, skipped, ends[TEEQ_VERDICT_COUNT], preempted, bounded;
};

/* Make the choices of @schedule again, and count. */
static unsigned int count_along(const struct teeq_model *model, const struct teeq_schedule *schedule)
{
	struct teeq_world *world = naive_need(teeq_world_new(model));
	unsigned int last = NOBODY, count = 0;

	for (size_t i = 0; i < schedule->count; i++) {
		unsigned int task = schedule->tasks[i];

		count += is_preempted(model, world, last, task);
		assert_int_equal(teeq_world_step(model, world, task, NULL), TEEQ_OK);
		if (!is_fault(model, task))
			last = task;
	}
	teeq_world_free(world);
	return count;
}
#define count_along(...) FROM(count_along(__VA_ARGS__))

/* One kind of end: found with as few preemptions as there can be, and not with less. */
static void judge_verdict(uint64_t seed, const struct counting *counting, enum teeq_verdict verdict,
			  struct counts *counts)
{
	const struct teeq_model *model = counting->model;
	unsigned int fewest = counting->fewest[verdict];
	struct teeq_explore_options options = {
		.search = TEEQ_SEARCH_PREEMPTIONS, .goal = 1u << verdict,
		.preemptions_max = TEEQ_PREEMPTIONS_MAX, .exact = seed & 1,
		.no_reduction = seed % 5 == 0, .no_symmetry = seed % 7 == 0,
	};
	struct subject subject = subject_of(seed, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	if (fewest == UINT_MAX) {
		expect_equal(&subject, "exhausted without the end", result.exhausted, true);
		expect_equal(&subject, "covered", result.covered, TEEQ_PREEMPTIONS_MAX + 1);
		return;
	}
	expect_equal(&subject, "verdict", result.verdict, verdict);
	expect_equal(&subject, "preemptions", result.preemptions, fewest);
	expect_equal(&subject, "covered at least", result.covered >= fewest, true);
	expect_equal(&subject, "along the schedule", count_along(model, &result.schedule), fewest);
	expect_text_replay(&subject, model, NULL, &result.schedule, verdict);
	teeq_schedule_free(&result.schedule);
	counts->ends[verdict]++;
	if (fewest == 0)
		return;
	counts->preempted++;
	options.preemptions_max = fewest - 1;
	result = explore(&subject, model, &options);
	expect_equal(&subject, "verdict below the bound", result.verdict, TEEQ_VERDICT_LIMIT);
	expect_equal(&subject, "exhausted below it", result.exhausted, false);
	expect_equal(&subject, "covered below it", result.covered, fewest);
}
#define judge_verdict(...) FROM(judge_verdict(__VA_ARGS__))

/* With the bound that makes the last difference all states are found; with one less, they are not. */
static void judge_bound(uint64_t seed, const struct counting *counting, struct counts *counts)
{
	struct teeq_explore_options options = {
		.search = TEEQ_SEARCH_PREEMPTIONS, .all = true, .no_reduction = true,
		.no_symmetry = true, .exact = true, .preemptions_max = TEEQ_PREEMPTIONS_MAX,
	};
	struct subject subject = subject_of(seed, counting->model, &options);
	struct teeq_explore_result result = explore(&subject, counting->model, &options);

	expect_equal(&subject, "states", result.states, counting->states.count);
	expect_equal(&subject, "exhausted", result.exhausted, true);
	teeq_schedule_free(&result.schedule);
	if (counting->most == 0)
		return;
	options.preemptions_max = (unsigned int)counting->most - 1;
	result = explore(&subject, counting->model, &options);
	expect_equal(&subject, "exhausted with less", result.exhausted, false);
	expect_equal(&subject, "fewer states", result.states < counting->states.count, true);
	teeq_schedule_free(&result.schedule);
	counts->bounded++;
}
#define judge_bound(...) FROM(judge_bound(__VA_ARGS__))

static void test_the_fewest_preemptions(void **state)
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(seed_count());
	struct counts counts = { .models = 0 };

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		struct counting counting;
		struct teeq_model *model;

		generate(&generated, &kinds[seed % 4], SEED_FIRST + seed);
		model = story_model(&generated.scenario, generated_policy(&generated.scenario, seed));
		counts.models++;
		if (count_naively(&counting, model)) {
			judge_bound(seed, &counting, &counts);
			for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
				if (v != TEEQ_VERDICT_LIMIT && v != TEEQ_VERDICT_LIVELOCK)
					judge_verdict(seed, &counting, (enum teeq_verdict)v, &counts);
		} else {
			counts.skipped++;
		}
		blocks_free(&counting.states);
		teeq_model_free(model);
	}
	print_message("%u models, %u skipped; ends: %u done, %u deadlock, %u lost wake-up, %u violation; "
		      "%u need a preemption; %u bounded\n", counts.models, counts.skipped,
		      counts.ends[TEEQ_VERDICT_DONE], counts.ends[TEEQ_VERDICT_DEADLOCK],
		      counts.ends[TEEQ_VERDICT_LOST_WAKEUP], counts.ends[TEEQ_VERDICT_VIOLATION],
		      counts.preempted, counts.bounded);
	assert_true(counts.skipped <= 3 + counts.models / 10);
	assert_true(counts.preempted > 0 && counts.bounded > counts.models / 4);
}

/* A directed search visits what any search does, and what it finds on the way is real. */
static void test_directions_leave_out_nothing(void **state)
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(seed_count());

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		struct teeq_explore_options options = { .all = true };
		struct teeq_explore_result breadth, directed;
		struct teeq_model *model;
		struct subject subject = { .text = "" };

		generate(&generated, &kinds[seed % 4], SEED_FIRST + seed);
		model = story_model(&generated.scenario, generated_policy(&generated.scenario, seed));
		breadth = explore(&subject, model, &options);
		options.search = TEEQ_SEARCH_DIRECTED;
		subject = subject_of(seed, model, &options);
		directed = explore(&subject, model, &options);
		expect_equal(&subject, "states", directed.states, breadth.states);
		expect_equal(&subject, "actions", directed.actions, breadth.actions);
		expect_equal(&subject, "stranded", directed.stranded, breadth.stranded);
		for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
			expect_equal(&subject, teeq_verdict_name(v), directed.count[v], breadth.count[v]);
		teeq_schedule_free(&directed.schedule);
		options.all = false;
		directed = explore(&subject, model, &options);
		expect_equal(&subject, "an end found", directed.verdict == TEEQ_VERDICT_DONE,
			     breadth.verdict == TEEQ_VERDICT_DONE);
		if (directed.verdict != TEEQ_VERDICT_DONE && !directed.cycle)
			expect_text_replay(&subject, model, NULL, &directed.schedule, directed.verdict);
		expect_equal(&subject, "called the shortest", directed.shortest, false);
		teeq_schedule_free(&breadth.schedule);
		teeq_schedule_free(&directed.schedule);
		teeq_model_free(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_fewest_preemptions),
		cmocka_unit_test(test_directions_leave_out_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
