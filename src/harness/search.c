/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every schedule within the bounds, depth first. There is no state to copy, so each run starts from
 * the beginning, makes the choices of the last one up to the deepest that has an alternative left,
 * takes that, and then goes on with whoever moved last.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/harness.h"

/*
 * One choice of the run. @hash: of all that had happened before it. @preemptions: how often the run
 * had left a task that could go on, before this choice.
 */
struct choice {
	uint64_t hash;
	uint64_t enabled;
	uint64_t tried;
	uint32_t preemptions;
	uint8_t task;
};

struct search {
	const struct teeq_harness *h;
	struct choice *choices;
	size_t count;    /* of the run at hand so far */
	size_t prefix;   /* choices that are made again */
	size_t capacity;
	uint32_t preemption_max;
	struct choice *noted; /* of the first run whose locks make a cycle that did not strike */
	size_t noted_count;
	bool no_memory;
	bool diverged;
};

static bool grow(struct search *s)
{
	size_t capacity = s->capacity ? 2 * s->capacity : 256;
	struct choice *choices = realloc(s->choices, capacity * sizeof(*choices));

	s->no_memory = !choices;
	if (!choices)
		return false;
	s->choices = choices;
	s->capacity = capacity;
	return true;
}

static bool preempts(const struct search *s, size_t i, unsigned int task)
{
	unsigned int last = i > 0 ? s->choices[i - 1].task : task;

	return task != last && (s->choices[i].enabled >> last & 1);
}

static int choose(void *argument, uint64_t enabled)
{
	struct search *s = argument;
	size_t i = s->count;
	struct choice *choice;

	if (i == s->capacity && !grow(s))
		return -1;
	choice = &s->choices[i];
	if (i < s->prefix) {
		s->diverged = choice->enabled != enabled ||
			      choice->hash != s->h->result.event_hash;
		if (s->diverged)
			return -1;
	} else {
		unsigned int last = i > 0 ? s->choices[i - 1].task : 0;

		*choice = (struct choice){ .hash = s->h->result.event_hash,
					   .enabled = enabled };
		if (!(enabled >> last & 1))
			last = (unsigned int)__builtin_ctzll(enabled);
		choice->task = (uint8_t)last;
		choice->tried = UINT64_C(1) << choice->task;
		if (i > 0)
			choice->preemptions = s->choices[i - 1].preemptions +
					      preempts(s, i - 1, s->choices[i - 1].task);
	}
	s->count++;
	return choice->task;
}

static bool allowed(const struct search *s, size_t i, unsigned int task)
{
	const struct choice *choice = &s->choices[i];

	return (choice->enabled & ~choice->tried) >> task & 1 &&
	       (s->preemption_max == TEEQ_HARNESS_UNBOUNDED ||
		choice->preemptions + preempts(s, i, task) <= s->preemption_max);
}

/* The next run's choices; false: there is none. */
static bool advance(struct search *s)
{
	while (s->count > 0) {
		size_t i = s->count - 1;
		struct choice *choice = &s->choices[i];

		for (unsigned int task = 0; task < TEEQ_TASK_MAX; task++) {
			if (!allowed(s, i, task))
				continue;
			choice->task = (uint8_t)task;
			choice->tried |= UINT64_C(1) << task;
			s->prefix = s->count;
			s->count = 0;
			return true;
		}
		s->count--;
	}
	return false;
}

static bool failed(enum teeq_verdict verdict)
{
	return verdict != TEEQ_VERDICT_DONE && verdict != TEEQ_VERDICT_LIMIT;
}

static enum teeq_status led_elsewhere(struct teeq_error *error, uint64_t run, size_t step)
{
	return error_set(error, TEEQ_EMISMATCH, "search",
			 "run %llu, step %zu: the same choices led "
			 "elsewhere: the code depends on what an earlier run left, or on something "
			 "outside",
			 (unsigned long long)run, step);
}

/*
 * Locks in two orders are a deadlock that may strike in a later run, and that one is the better
 * example. Where it does not, the first run that had both orders is told.
 */
static void note_order(struct search *s)
{
	if (s->noted || s->no_memory)
		return;
	s->noted = malloc(s->count * sizeof(*s->noted));
	s->no_memory = !s->noted;
	if (s->noted)
		memcpy(s->noted, s->choices, s->count * sizeof(*s->noted));
	s->noted_count = s->count;
}

/* Make the run again that was noted: it is what was found. */
static enum teeq_status repeat_noted(struct teeq_harness *h, struct search *s,
				     const struct teeq_harness_run_options *run,
				     struct teeq_harness_search_result *result,
				     struct teeq_error *error)
{
	struct chooser chooser = { choose, s };

	free(s->choices);
	s->choices = s->noted;
	s->capacity = s->prefix = s->noted_count;
	s->noted = NULL;
	s->count = 0;
	if (harness_execute(h, run, h->options.points, &chooser, &result->result) != TEEQ_OK ||
	    s->no_memory)
		return error_nomem(error);
	result->runs++;
	result->steps += result->result.steps;
	return h->order_found ? TEEQ_OK : led_elsewhere(error, result->runs, s->count);
}

/* Where runs differ beyond what the next one repeats, only the first one again shows it. */
static enum teeq_status repeat_first(struct teeq_harness *h, struct search *s,
				     const struct teeq_harness_run_options *run,
				     uint64_t first_hash, struct teeq_error *error)
{
	struct chooser chooser = { choose, s };
	struct teeq_harness_result result;

	s->count = s->prefix = 0;
	if (harness_execute(h, run, h->options.points, &chooser, &result) != TEEQ_OK ||
	    s->no_memory)
		return error_nomem(error);
	return result.event_hash == first_hash ? TEEQ_OK : led_elsewhere(error, 1, s->count);
}

static enum teeq_status run_all(struct teeq_harness *h, struct search *s,
				const struct teeq_harness_search_options *options,
				struct teeq_harness_search_result *result, struct teeq_error *error)
{
	uint64_t run_max = options->run_max ? options->run_max : TEEQ_HARNESS_RUN_MAX_DEFAULT;
	struct teeq_harness_run_options run = { .step_max = options->step_max };
	struct chooser chooser = { choose, s };
	uint64_t first_hash = 0;
	enum teeq_status status;

	do {
		if (result->runs >= run_max)
			return s->noted ? repeat_noted(h, s, &run, result, error) : TEEQ_OK;
		status = harness_execute(h, &run, h->options.points, &chooser, &result->result);
		if (status == TEEQ_ENOMEM || s->no_memory)
			return error_nomem(error);
		if (status != TEEQ_OK)
			return error_set(error, status, "search", "another run of this thread is "
					 "not over");
		first_hash = result->runs++ > 0 ? first_hash : result->result.event_hash;
		result->steps += result->result.steps;
		result->cut += result->result.verdict == TEEQ_VERDICT_LIMIT;
		if (s->diverged || s->count < s->prefix)
			return led_elsewhere(error, result->runs, s->count);
		if (h->order_found)
			note_order(s);
		else if (failed(result->result.verdict))
			return TEEQ_OK;
	} while (advance(s));
	if (s->noted)
		return repeat_noted(h, s, &run, result, error);
	status = repeat_first(h, s, &run, first_hash, error);
	result->exhausted = status == TEEQ_OK && result->cut == 0;
	return status;
}

enum teeq_status teeq_harness_search(struct teeq_harness *h,
				     const struct teeq_harness_search_options *options,
				     struct teeq_harness_search_result *result,
				     struct teeq_error *error)
{
	struct teeq_harness_search_options none = { .preemption_max = TEEQ_HARNESS_UNBOUNDED };
	struct search s = { .h = h };
	enum teeq_status status;

	if (!h || !result)
		return error_null(error, "harness, result");
	if (!options)
		options = &none;
	s.preemption_max = options->preemption_max;
	*result = (struct teeq_harness_search_result){ 0 };
	status = run_all(h, &s, options, result, error);
	free(s.choices);
	free(s.noted);
	if (status == TEEQ_OK && !result->exhausted && !failed(result->result.verdict))
		return error_set(error, TEEQ_ELIMIT, "search",
				 "%" PRIu64 " runs were made, %" PRIu64 " of them cut",
				 result->runs, result->cut);
	return status;
}
