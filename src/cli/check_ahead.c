/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct check_ahead {
	const struct checker *checker;
	atomic_size_t next; /* the first file that nobody has taken */
	atomic_bool over;   /* nobody wants to know any more */
	struct cli_watch watch;
	pthread_mutex_t mutex; /* protects @decided of the files */
	pthread_cond_t decided;
	unsigned int thread_count;
	pthread_t threads[TEEQ_WORKER_MAX];
};

static bool ahead_goes_on(void *argument, const struct teeq_progress *progress)
{
	const struct check_ahead *ahead = argument;

	(void)progress;
	return !atomic_load(&ahead->over) && !cli_interrupted();
}

/* What cannot be built is left to whoever prints, and says why. */
static void decide_one(struct check_ahead *ahead, struct check_file *file, size_t number)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(file->c.file);
	const struct teeq_expect_spec *expect = &scenario->expects[number];
	struct teeq_model *model = NULL;
	struct cli_policy policy;

	if (!check_is_here(ahead->checker, file, number) || !cli_policy_known(expect->policy) ||
	    !check_choose_policy(ahead->checker, expect->policy, &policy) ||
	    teeq_model_new(scenario, policy.policy, &model, NULL) != TEEQ_OK)
		return;
	check_decide(ahead->checker, model, expect, ahead_goes_on, ahead, &file->answers[number]);
	teeq_model_free(model);
}

static void *decide_files(void *argument)
{
	struct check_ahead *ahead = argument;
	size_t at;

	while ((at = atomic_fetch_add(&ahead->next, 1)) < ahead->checker->file_count) {
		struct check_file *file = &ahead->checker->files[at];

		for (size_t i = 0; i < file->count && ahead_goes_on(ahead, NULL); i++)
			decide_one(ahead, file, i);
		pthread_mutex_lock(&ahead->mutex);
		file->decided = true;
		pthread_cond_broadcast(&ahead->decided);
		pthread_mutex_unlock(&ahead->mutex);
	}
	return NULL;
}

static bool read_files(struct checker *checker, char *const *paths)
{
	for (size_t i = 0; i < checker->file_count; i++) {
		struct check_file *file = &checker->files[i];

		check_read_file(checker, file, paths[i]);
		if (file->status != TEEQ_OK)
			continue;
		file->answers = calloc(file->count + 1, sizeof(*file->answers));
		if (!file->answers)
			return false;
	}
	return true;
}

struct check_ahead *check_ahead_start(struct checker *checker, char *const *paths)
{
	struct check_ahead *ahead = calloc(1, sizeof(*ahead));
	unsigned int workers;

	if (!ahead || !read_files(checker, paths)) {
		free(ahead);
		cli_failed("check", TEEQ_ENOMEM, NULL);
		return NULL;
	}
	ahead->checker = checker;
	pthread_mutex_init(&ahead->mutex, NULL);
	pthread_cond_init(&ahead->decided, NULL);
	cli_watch_start(&ahead->watch, false);
	workers = checker->options.search.workers;
	checker->options.search.workers = 1;
	while (ahead->thread_count < workers &&
	       pthread_create(&ahead->threads[ahead->thread_count], NULL, decide_files, ahead) == 0)
		ahead->thread_count++;
	/* Without any this one does it all. */
	if (ahead->thread_count == 0)
		decide_files(ahead);
	return ahead;
}

void check_ahead_wait(struct check_ahead *ahead, const struct check_file *file)
{
	pthread_mutex_lock(&ahead->mutex);
	while (!file->decided)
		pthread_cond_wait(&ahead->decided, &ahead->mutex);
	pthread_mutex_unlock(&ahead->mutex);
}

void check_ahead_end(struct check_ahead *ahead)
{
	atomic_store(&ahead->over, true);
	for (unsigned int i = 0; i < ahead->thread_count; i++)
		pthread_join(ahead->threads[i], NULL);
	cli_watch_end(&ahead->watch);
	pthread_cond_destroy(&ahead->decided);
	pthread_mutex_destroy(&ahead->mutex);
	free(ahead);
}
