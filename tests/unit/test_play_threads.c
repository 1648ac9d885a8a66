/* SPDX-License-Identifier: BSD-2-Clause */
/* A model's tasks on threads: what can be played, when who begins, and one play from end to end. */
#include "story.h"

#include <pthread.h>

#include "teeq/play.h"
#include "teeq/scenario.h"

enum { STALL_MS = 60000 };

static struct teeq_model *model_of(const char *text)
{
	struct teeq_scenario_file *file;
	struct teeq_model *model = NULL;
	struct teeq_error error = { .text = "" };

	if (teeq_scenario_parse("test", text, strlen(text), &file, &error) != TEEQ_OK ||
	    teeq_model_new(teeq_scenario_tables(file), teeq_policy_find("mainline"), &model,
			   &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	teeq_scenario_free(file);
	return model;
}
#define model_of(...) FROM(model_of(__VA_ARGS__))

static void what_threads_do_not_know_is_refused(void **state)
{
	static const char *const texts[] = {
		"faults: {f: {kind: interrupt}}\nclients: {a: {do: [{call: {}}]}}\n",
		"cpus: 1\nclients: {a: {do: [{call: {}}]}}\n",
		"clients: {a: {do: [{call: {}}]}, b: {do: [{kill: a}]}}\n",
		"clients: {a: {do: [{start: tee-supplicant}]}}\n",
	};
	const struct teeq_play_options options = { .seed = 1 };

	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct teeq_play *play = NULL;
		struct teeq_error error = { .text = "" };
		struct teeq_model *model;
		char text[256];

		snprintf(text, sizeof(text), "teeq: 1\nname: refused\nsecure: {threads: 1}\n%s",
			 texts[i]);
		model = model_of(text);
		assert_int_equal(teeq_play_open(model, &options, &play, &error), TEEQ_EINPUT);
		assert_null(play);
		assert_string_equal(error.key, "refused");
		teeq_model_free(model);
	}
}

static void who_does_not_run_never_begins(void **state)
{
	struct teeq_model *model = model_of(
		"teeq: 1\nname: stages\nsecure: {threads: 1}\nsupplicant: {threads: 0}\n"
		"commands: {c: [{rpc: file}]}\nservices: {file: {by: supplicant}}\n"
		"clients: {a: {do: [{call: {command: c}}]}, b: {stage: 3, do: [{call: {}}]}}\n");

	assert_int_equal(teeq_play_stage(model, 0), 1);
	assert_int_equal(teeq_play_stage(model, 1), 3);
	assert_int_equal(teeq_play_stage(model, 2), 0);
	teeq_model_free(model);
}

/* One task may look at what it changes itself; where two do, it matters when. */
static void what_others_change_is_contested(void **state)
{
	static const struct {
		const char *clients;
		const char *contested;
	} cases[] = {
		{ "{a: {context: k, do: [{close: s}, {close-context: k}]}, "
		  "b: {do: [{call: {}}]}}", NULL },
		{ "{a: {context: k, do: [{close-context: k}]}, "
		  "b: {context: k, do: [{open: s}]}}", "s" },
		{ "{a: {do: [{setup: h}]}, b: {do: [{call: {session: t}}]}}", NULL },
		{ "{a: {do: [{setup: h}]}, b: {do: [{teardown: h}]}}", "h" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct teeq_model *model;
		const char *name;
		char text[512];

		snprintf(text, sizeof(text),
			 "teeq: 1\nname: looks\nsecure: {threads: 2}\ncontexts: [k]\n"
			 "sessions: {s: {context: k}, t: {}}\nchannels: {h: {session: t}}\n"
			 "clients: %s\n",
			 cases[i].clients);
		model = model_of(text);
		name = teeq_play_contested(model);
		if (cases[i].contested)
			assert_string_equal(name, cases[i].contested);
		else
			assert_null(name);
		teeq_model_free(model);
	}
}

struct part {
	struct teeq_play *play;
	struct teeq_rt_client *client;
	pthread_t thread;
};

static void *act(void *argument)
{
	struct part *part = argument;

	teeq_play_task(part->play, part->client);
	return NULL;
}

/* An unlock of what is not held ends the run of both, though one of them would wait for ever. */
static void a_violation_stops_the_run(void **state)
{
	const struct teeq_play_options options = { .pause_percent = 10, .seed = 1 };
	struct teeq_model *model = model_of(
		"teeq: 1\nname: wrong\nsecure: {threads: 1}\nlocks: [l]\nevents: [never]\n"
		"clients: {a: {do: [{call: {}}, {unlock: l}]}, b: {do: [{await: never}]}, "
		"c: {stage: 2, do: [{signal: never}]}}\n");
	struct teeq_error error = { .text = "" };
	struct part parts[2];
	struct teeq_play *play = NULL;

	assert_int_equal(teeq_play_open(model, &options, &play, &error), TEEQ_OK);
	assert_false(teeq_play_violated(play));
	for (unsigned int i = 0; i < LENGTH(parts); i++) {
		parts[i].play = play;
		parts[i].client = teeq_rt_begin(teeq_play_rt(play), i);
		assert_int_equal(pthread_create(&parts[i].thread, NULL, act, &parts[i]), 0);
	}
	/* Stuck, where it looks before the other one has woken. */
	assert_int_not_equal(teeq_rt_watch(teeq_play_rt(play), STALL_MS), TEEQ_RT_STALLED);
	for (unsigned int i = 0; i < LENGTH(parts); i++)
		pthread_join(parts[i].thread, NULL);
	assert_true(teeq_play_violated(play));
	teeq_play_close(play);
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_threads_do_not_know_is_refused),
		cmocka_unit_test(who_does_not_run_never_begins),
		cmocka_unit_test(what_others_change_is_contested),
		cmocka_unit_test(a_violation_stops_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
