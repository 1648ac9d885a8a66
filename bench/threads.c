/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a call costs on real threads, beside the bare thing that it is made of on the same machine.
 * Uncontended, there is a secure thread for each client, and the bare thing is the four mutex
 * sections of a call. Contended, whoever has a secure thread gives the processor away once while it
 * has it, so that others come and must sleep; the bare thing is a semaphore of a mutex and a
 * condition variable, used in the same way. Wall-clock nanoseconds for one call, over all threads;
 * the two in turns, medians. usage: threads [CALLS]
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "teeq/threads.h"

/* Sections of a call that does not wait: two under the queue's mutex, two under the pool's lock. */
enum {
	SECTIONS = 4,
	CLIENT_MAX = 16,
	ROUNDS = 5,
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static unsigned long calls_each;

/* -------------------------------------- the bare things --------------------------------------- */

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static volatile unsigned long touched[2];

static void *bare_sections(void *argument)
{
	for (unsigned long i = 0; i < calls_each * SECTIONS; i++) {
		unsigned int which = (i + 1) / 2 % 2; /* queue, pool, pool, queue */

		pthread_mutex_lock(&locks[which]);
		touched[which]++;
		pthread_mutex_unlock(&locks[which]);
	}
	return argument;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static unsigned int free_count;
static unsigned long bare_waits;

static void *bare_semaphore(void *argument)
{
	for (unsigned long i = 0; i < calls_each; i++) {
		pthread_mutex_lock(&gate);
		bare_waits += free_count == 0;
		while (free_count == 0)
			pthread_cond_wait(&freed, &gate);
		free_count--;
		pthread_mutex_unlock(&gate);
		sched_yield();
		pthread_mutex_lock(&gate);
		free_count++;
		pthread_cond_signal(&freed);
		pthread_mutex_unlock(&gate);
	}
	return argument;
}

static double bare(void *(*body)(void *), unsigned int clients, unsigned int count)
{
	pthread_t thread[CLIENT_MAX];
	double start = now();

	free_count = count;
	bare_waits = 0;
	for (unsigned int i = 0; i < clients; i++)
		if (pthread_create(&thread[i], NULL, body, NULL) != 0)
			exit(2);
	for (unsigned int i = 0; i < clients; i++)
		pthread_join(thread[i], NULL);
	return (now() - start) * 1e9 / ((double)clients * (double)calls_each);
}

/* ---------------------------------------- the threads ----------------------------------------- */

/* Whoever has a secure thread is asked, by an RPC, to give the processor away; or it just calls. */
static const struct teeq_step rpc = { .kind = TEEQ_STEP_RPC, .name = "yield" };
static const struct teeq_step yield = { .kind = TEEQ_STEP_CODE };
static const struct teeq_script_spec commands[] = {
	{ .name = "plain" },
	{ .name = "holding", .steps = &rpc, .step_count = 1 },
};
static const struct teeq_service_spec service = { .name = "yield", .steps = &yield, .step_count = 1 };
static const struct teeq_step call_steps[] = {
	{ .kind = TEEQ_STEP_CALL, .name = "plain" },
	{ .kind = TEEQ_STEP_CALL, .name = "holding" },
};
static const struct teeq_step client_code = { .kind = TEEQ_STEP_CODE, .steps = call_steps,
					      .step_count = 2 };
static unsigned int command;

static void code(void *argument, struct teeq_threads *threads, unsigned int task, int called)
{
	(void)argument;
	if (called >= 0) {
		sched_yield();
		return;
	}
	for (unsigned long i = 0; i < calls_each; i++)
		if (teeq_threads_do(threads, task, command, NULL) != TEEQ_OK)
			break;
}

struct member {
	struct teeq_threads *threads;
	unsigned int task;
};

static void *act(void *argument)
{
	const struct member *member = argument;

	teeq_threads_task(member->threads, member->task);
	return NULL;
}

static struct teeq_model *model_for(unsigned int clients, unsigned int secure_threads)
{
	const struct teeq_client_spec client = { .name = "c", .count = clients,
						 .steps = &client_code, .step_count = 1 };
	const struct teeq_scenario scenario = {
		.name = "bench", .thread_count = secure_threads, .argument_slots = CLIENT_MAX,
		.commands = commands, .command_count = 2, .services = &service,
		.service_count = 1, .clients = &client, .client_count = 1,
	};
	struct teeq_model *model = NULL;

	if (teeq_model_new(&scenario, teeq_policy_find("repaired"), &model, NULL) != TEEQ_OK)
		exit(2);
	return model;
}

static double runtime(unsigned int clients, unsigned int secure_threads,
		      struct teeq_threads_stats *stats)
{
	const struct teeq_threads_options options = { .code = code };
	struct teeq_model *model = model_for(clients, secure_threads);
	struct member members[CLIENT_MAX];
	pthread_t thread[CLIENT_MAX];
	struct teeq_threads *threads = NULL;
	double start, seconds;

	if (teeq_threads_new(model, &options, &threads, NULL) != TEEQ_OK)
		exit(2);
	start = now();
	for (unsigned int i = 0; i < clients; i++) {
		members[i] = (struct member){ threads, i };
		if (pthread_create(&thread[i], NULL, act, &members[i]) != 0)
			exit(2);
	}
	if (teeq_threads_watch(threads, 0) != TEEQ_VERDICT_DONE)
		exit(1);
	for (unsigned int i = 0; i < clients; i++)
		pthread_join(thread[i], NULL);
	seconds = now() - start;
	teeq_threads_stats(threads, stats);
	teeq_threads_free(threads);
	teeq_model_free(model);
	return seconds * 1e9 / (double)stats->calls;
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

static void bench(unsigned int clients, unsigned int secure_threads)
{
	bool contended = secure_threads < clients;
	double call_ns[ROUNDS], bare_ns[ROUNDS], call_waits[ROUNDS], waits[ROUNDS], over[ROUNDS];
	double calls = (double)clients * (double)calls_each;

	command = contended;
	for (int i = 0; i < ROUNDS; i++) {
		struct teeq_threads_stats stats;

		bare_ns[i] =
			bare(contended ? bare_semaphore : bare_sections, clients, secure_threads);
		waits[i] = (double)bare_waits / calls;
		call_ns[i] = runtime(clients, secure_threads, &stats);
		call_waits[i] = (double)stats.waits / calls;
		over[i] = call_ns[i] - bare_ns[i];
	}
	printf("%7u %7u %10.0f %8.0f %6.2f %8.0f %6.2f %9.0f\n", clients, secure_threads,
	       1e9 / median(call_ns), median(call_ns), median(call_waits), median(bare_ns),
	       median(waits), median(over));
}

int main(int argc, char **argv)
{
	unsigned long calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 400000;

	printf("%7s %7s %10s %8s %6s %8s %6s %9s\n", "clients", "threads", "calls/s", "ns/call",
	       "waits", "bare", "waits", "overhead");
	for (unsigned int clients = 1; clients <= CLIENT_MAX; clients *= 2) {
		calls_each = calls / clients;
		bench(clients, clients);
	}
	for (unsigned int clients = 2; clients <= CLIENT_MAX; clients *= 2) {
		calls_each = calls / clients / 8;
		bench(clients, clients / 2);
	}
	calls_each = calls / CLIENT_MAX / 8;
	bench(CLIENT_MAX, 2);
	return 0;
}
