/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_STORY_H
#define TESTS_STORY_H

/*
 * What the tests share. cmocka wants the first headers before its own.
 *
 * A story is a model and its world. It is told in words of the form TASK:ACTION, one for each atomic
 * action, and each word is checked against what happened. A word may say more, in this order: how it
 * went (/OUTCOME), with which error (=ERROR), and in a call of which kind (@system, @normal):
 *
 *	story_play(&s, "a:enter/admitted@system a:smc/taken b:enter/refused=EINVAL");
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "teeq/abi.h"
#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/world.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* @function(@argument) must end in a failed CHECK whose message holds @message. */
static inline void assert_aborts(void (*function)(void *argument), void *argument,
				 const char *message)
{
	char said[1024] = "";
	size_t length = 0;
	ssize_t got;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit no_core = { 0, 0 };

		setrlimit(RLIMIT_CORE, &no_core);
		dup2(ends[1], STDERR_FILENO);
		function(argument);
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
		length += (size_t)got;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(said, message))
		fail_msg("expected an abort that says '%s', found status %#x and '%s'", message,
			 (unsigned int)status, said);
}

struct story {
	struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_event event; /* the last one */
	char text[512];          /* of the last story_*() that returns one */
};

static inline struct teeq_model *story_model(const struct teeq_scenario *scenario,
					     const char *policy)
{
	struct teeq_model *model = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	assert_non_null(teeq_policy_find(policy));
	if (teeq_model_new(scenario, teeq_policy_find(policy), &model, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return model;
}

/* Any policy, by number. */
static inline const char *story_policy(uint64_t number)
{
	unsigned int count = 0;

	while (teeq_policy_at(count))
		count++;
	return teeq_policy_at((unsigned int)(number % count))->name;
}

static inline struct story story_begin(const struct teeq_scenario *scenario, const char *policy)
{
	struct story s = { .model = story_model(scenario, policy) };

	s.world = teeq_world_new(s.model);
	assert_non_null(s.world);
	return s;
}

static inline void story_end(struct story *s)
{
	teeq_world_free(s->world);
	teeq_model_free(s->model);
}

static inline unsigned int story_task(const struct story *s, const char *name)
{
	int task = teeq_model_task_find(s->model, name);

	if (task < 0)
		fail_msg("no task '%s'", name);
	return (unsigned int)task;
}

/* "EINVAL" of 22, and so on. */
static inline const char *story_error(int error)
{
	switch (error) {
	case 0: return "none";
	case TEEQ_ABI_EBUSY:
		return "EBUSY";
	case TEEQ_ABI_ECOMM:
		return "ECOMM";
	case TEEQ_ABI_EINTR:
		return "EINTR";
	case TEEQ_ABI_EINVAL:
		return "EINVAL";
	case TEEQ_ABI_ENOMEM:
		return "ENOMEM";
	case TEEQ_ABI_ETIMEDOUT:
		return "ETIMEDOUT";
	default: return "another";
	}
}

/* What the last action was like, as far as @word says it. */
static inline void story_compare(const struct story *s, const char *word)
{
	const struct teeq_event *event = &s->event;
	char said[24] = "";
	const char *tail = strchr(word, ':');
	const char *outcome = teeq_outcome_name((enum teeq_outcome)event->outcome);
	const char *action = teeq_action_name((enum teeq_action)event->action);

	if (sscanf(tail, ":%23[a-z-]", said) != 1 || strcmp(said, action) != 0)
		fail_msg("'%s': found %s/%s", word, action, outcome);
	if ((tail = strchr(word, '/')) && (sscanf(tail, "/%23[a-z-]", said) != 1 ||
					   strcmp(said, outcome) != 0))
		fail_msg("'%s': found %s/%s", word, action, outcome);
	if ((tail = strchr(word, '=')) && (sscanf(tail, "=%23[A-Za-z]", said) != 1 ||
					   strcmp(said, story_error(-event->result)) != 0))
		fail_msg("'%s': found error %s", word, story_error(-event->result));
	if ((tail = strchr(word, '@')) &&
	    strcmp(tail, event->system ? "@system" : "@normal") != 0)
		fail_msg("'%s': found %s", word, event->system ? "@system" : "@normal");
}
#define story_compare(...) FROM(story_compare(__VA_ARGS__))

/* One word of a story. */
static inline void story_word(struct story *s, const char *word)
{
	const char *broken;
	char name[80];

	if (sscanf(word, "%79[^:]:", name) != 1 || !strchr(word, ':'))
		fail_msg("'%s' is not TASK:ACTION", word);
	if (teeq_world_step(s->model, s->world, story_task(s, name), &s->event) != TEEQ_OK)
		fail_msg("'%s': the task cannot move", word);
	story_compare(s, word);
	broken = teeq_world_check(s->model, s->world);
	if (broken)
		fail_msg("'%s': %s", word, broken);
}

static inline void story_play(struct story *s, const char *words)
{
	char word[128];
	int length;

	while (sscanf(words, "%127s%n", word, &length) == 1) {
		story_word(s, word);
		words += length;
	}
}

/* A text of a list of tasks and callers, "a b b^1": ^1 is the call inside the first one's RPC. */
static inline void story_put(struct story *s, unsigned int task, unsigned int level)
{
	size_t length = strlen(s->text);

	length += (size_t)snprintf(s->text + length, sizeof(s->text) - length, "%s%s",
				   length ? " " : "", teeq_model_task_name(s->model, task));
	if (level > 0)
		snprintf(s->text + length, sizeof(s->text) - length, "^%u", level);
}

/* Who can move. */
static inline const char *story_enabled(struct story *s)
{
	uint64_t enabled = teeq_world_enabled(s->model, s->world);

	s->text[0] = '\0';
	for (unsigned int i = 0; i < teeq_model_task_count(s->model); i++)
		if (enabled >> i & 1)
			story_put(s, i, 0);
	return s->text;
}

/* Whom the last action woke. */
static inline const char *story_woken(struct story *s)
{
	s->text[0] = '\0';
	for (unsigned int i = 0; i < s->event.woken_count; i++)
		story_put(s, s->event.woken[i].task, s->event.woken[i].level);
	return s->text;
}

/* The list of waiters, head first; * marks a completion that is done. */
static inline const char *story_waiters(struct story *s)
{
	const struct teeq_callq *q = teeq_world_callq(s->model, s->world);

	s->text[0] = '\0';
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		story_put(s, caller.task, caller.level);
		if (q->waiters[i].flags & TEEQ_WAITER_DONE)
			strcat(s->text, "*");
	}
	return s->text;
}

static inline enum teeq_verdict story_verdict(const struct story *s)
{
	return teeq_world_verdict(s->model, s->world);
}

/* Run on to the end, taking turns. */
static inline enum teeq_verdict story_finish(struct story *s)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_round_robin };
	struct teeq_result result;

	assert_int_equal(teeq_run(s->model, s->world, &options, &result), TEEQ_OK);
	return result.verdict;
}

/* How @count random runs from seed 0 end. */
static inline struct teeq_tally story_tally(const struct teeq_scenario *scenario,
					    const char *policy, uint64_t count, uint32_t stop_at)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_tally tally;
	enum teeq_status status;

	status = teeq_run_many(model, &options, count, stop_at, &tally);
	assert_int_equal(status, tally.count[TEEQ_VERDICT_LIMIT] ? TEEQ_ELIMIT : TEEQ_OK);
	teeq_model_free(model);
	return tally;
}

/* What fails in these is told with the line of the test. */
#define assert_aborts(...) FROM(assert_aborts(__VA_ARGS__))
#define story_begin(...) FROM(story_begin(__VA_ARGS__))
#define story_finish(...) FROM(story_finish(__VA_ARGS__))
#define story_model(...) FROM(story_model(__VA_ARGS__))
#define story_play(...) FROM(story_play(__VA_ARGS__))
#define story_tally(...) FROM(story_tally(__VA_ARGS__))
#define story_task(...) FROM(story_task(__VA_ARGS__))
#define story_word(...) FROM(story_word(__VA_ARGS__))

#endif
