/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model on real threads: what the caller's own code sees, and what whoever watches sees. How often
 * threads race is up to the machine; what is asserted here holds however they do.
 */
#include "story.h"

#include <pthread.h>
#include <stdatomic.h>

#include "teeq/report.h"
#include "teeq/scenario.h"
#include "teeq/threads.h"

enum { STALL_MS = 60000, TOLD_MAX = 2048 };

/* ----------------------------------------- the crowd ------------------------------------------ */

/* A model on threads, and what is told of it. */
struct crowd {
	struct teeq_model *model;
	struct teeq_threads *threads;
	pthread_t members[TEEQ_TASK_MAX];
	void (*play)(struct crowd *crowd, unsigned int task);  /* a client's code */
	void (*serve)(struct crowd *crowd, unsigned int task); /* a service's */
	enum teeq_status status; /* of the last step of the code */
	int result;
	atomic_int flag;
	pthread_mutex_t lock;
	char told[TOLD_MAX];
};

struct member {
	struct crowd *crowd;
	unsigned int task;
};

static void tell(void *argument, const struct teeq_event *event)
{
	struct crowd *crowd = argument;
	size_t length;

	pthread_mutex_lock(&crowd->lock);
	length = strlen(crowd->told);
	snprintf(crowd->told + length, TOLD_MAX - length, "%s%u:%s/%s", length > 0 ? " " : "",
		 event->level, teeq_action_name((enum teeq_action)event->action),
		 teeq_outcome_name((enum teeq_outcome)event->outcome));
	pthread_mutex_unlock(&crowd->lock);
}

static void run_code(void *argument, struct teeq_threads *threads, unsigned int task, int service)
{
	struct crowd *crowd = argument;

	assert_ptr_equal(threads, crowd->threads);
	if (service < 0 && crowd->play)
		crowd->play(crowd, task);
	if (service >= 0 && crowd->serve)
		crowd->serve(crowd, task);
}

static void open_crowd(struct crowd *crowd, const struct teeq_scenario *scenario,
		       const char *policy, unsigned int pause_percent)
{
	const struct teeq_threads_options options = {
		.pause_percent = pause_percent, .seed = 1, .record = true, .on_event = tell,
		.code = run_code, .argument = crowd,
	};
	struct teeq_error error = { .text = "" };

	crowd->model = story_model(scenario, policy);
	pthread_mutex_init(&crowd->lock, NULL);
	if (teeq_threads_new(crowd->model, &options, &crowd->threads, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
}
#define open_crowd(...) FROM(open_crowd(__VA_ARGS__))

static void *act(void *argument)
{
	struct member *member = argument;

	teeq_threads_task(member->crowd->threads, member->task);
	free(member);
	return NULL;
}

static void begin(struct crowd *crowd)
{
	for (unsigned int i = 0; i < teeq_model_task_count(crowd->model); i++) {
		struct member *member = malloc(sizeof(*member));

		assert_non_null(member);
		*member = (struct member){ crowd, i };
		assert_int_equal(pthread_create(&crowd->members[i], NULL, act, member), 0);
	}
}
#define begin(...) FROM(begin(__VA_ARGS__))

/* What it came to is a run of the model, if it is over. */
static void end(struct crowd *crowd)
{
	struct teeq_error error = { .text = "" };

	teeq_threads_stop(crowd->threads);
	for (unsigned int i = 0; i < teeq_model_task_count(crowd->model); i++)
		pthread_join(crowd->members[i], NULL);
	if (teeq_threads_compare(crowd->threads, NULL, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	teeq_threads_free(crowd->threads);
	teeq_model_free(crowd->model);
	pthread_mutex_destroy(&crowd->lock);
}
#define end(...) FROM(end(__VA_ARGS__))

static void assert_explained(const struct crowd *crowd, enum teeq_verdict verdict, const char *text)
{
	const struct teeq_result result = { .verdict = verdict };
	char *said = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&said, &size);

	assert_non_null(out);
	assert_int_equal(teeq_report_print(crowd->model, teeq_threads_world(crowd->threads), &result,
					   NULL, out), TEEQ_OK);
	fclose(out);
	if (!strstr(said, text))
		fail_msg("expected '%s' in:\n%s", text, said);
	free(said);
}
#define assert_explained(...) FROM(assert_explained(__VA_ARGS__))

static void assert_does(struct crowd *crowd, unsigned int task, unsigned int step, int expected)
{
	int result = 1;

	assert_int_equal(teeq_threads_do(crowd->threads, task, step, &result), TEEQ_OK);
	assert_int_equal(result, expected);
}
#define assert_does(...) FROM(assert_does(__VA_ARGS__))

/* ------------------------------------------ calls --------------------------------------------- */

/* One call, whose RPC is served by code, which makes another in session scmi. */
static const struct teeq_step outer_can[] = { { .kind = TEEQ_STEP_CALL, .name = "outer" } };
static const struct teeq_step inner_can[] = { { .kind = TEEQ_STEP_CALL, .session = "scmi" } };
static const struct teeq_step outer_code = { .kind = TEEQ_STEP_CODE, .steps = outer_can,
					     .step_count = 1 };
static const struct teeq_step inner_code = { .kind = TEEQ_STEP_CODE, .steps = inner_can,
					     .step_count = 1 };
static const struct teeq_step outer_steps[] = { { .kind = TEEQ_STEP_RPC, .name = "serve" } };
static const struct teeq_script_spec nested_commands[] = {
	{ .name = "outer", .steps = outer_steps, .step_count = 1 },
};
static const struct teeq_service_spec nested_services[] = {
	{ .name = "serve", .steps = &inner_code, .step_count = 1 },
};
static const struct teeq_session_spec nested_sessions[] = { { .name = "scmi", .system = true } };
static const struct teeq_client_spec nested_clients[] = {
	{ .name = "a", .steps = &outer_code, .step_count = 1 },
};

static struct teeq_scenario nested(uint32_t threads)
{
	return (struct teeq_scenario){
		.name = "nested", .thread_count = threads, .argument_slots = 64,
		.sessions = nested_sessions, .session_count = 1,
		.commands = nested_commands, .command_count = 1,
		.services = nested_services, .service_count = 1,
		.clients = nested_clients, .client_count = 1,
	};
}

static void play_first(struct crowd *crowd, unsigned int task)
{
	crowd->status = teeq_threads_do(crowd->threads, task, 0, &crowd->result);
}

static void serve_first(struct crowd *crowd, unsigned int task)
{
	(void)teeq_threads_do(crowd->threads, task, 0, NULL);
}

static void a_call_is_told_action_by_action(void **state)
{
	const struct teeq_scenario scenario = nested(2);
	struct crowd crowd = { .play = play_first, .serve = serve_first, .result = 1 };
	struct teeq_threads_stats stats;

	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DONE);
	assert_int_equal(crowd.status, TEEQ_OK);
	assert_int_equal(crowd.result, 0);
	assert_string_equal(crowd.told,
			    "0:enter/admitted 0:smc/taken 0:secure/rpc "
			    "1:enter/admitted 1:smc/taken 1:secure/exit 1:leave/ok 1:start/ok "
			    "0:smc/resumed 0:secure/exit 0:leave/ok 0:start/ok");
	teeq_threads_stats(crowd.threads, &stats);
	assert_int_equal(stats.calls, 2);
	assert_int_equal(stats.actions, 12);
	assert_int_equal(stats.waits, 0);
	end(&crowd);
}

static void a_call_inside_the_only_thread_hangs(void **state)
{
	const struct teeq_scenario scenario = nested(1);
	struct crowd crowd = { .play = play_first, .serve = serve_first };

	open_crowd(&crowd, &scenario, "untracked", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DEADLOCK);
	assert_explained(&crowd, TEEQ_VERDICT_DEADLOCK, "Exhaustion: no thread is free.");
	assert_explained(&crowd, TEEQ_VERDICT_DEADLOCK,
			 "waits for a thread: thread 0 is held by its own call outer, suspended in "
			 "its RPC");
	end(&crowd);
	assert_int_equal(crowd.status, TEEQ_ELIMIT);
}

/* A thread of tee-supplicant runs code, too; a request has its kind and its way. */
static void tee_supplicant_may_be_code(void **state)
{
	static const struct teeq_service_spec services[] = {
		{ .name = "serve", .by = TEEQ_SERVED_BY_SUPPLICANT, .steps = &inner_code,
		  .step_count = 1 },
	};
	struct teeq_scenario scenario = nested(2);
	struct crowd crowd = { .play = play_first, .serve = serve_first, .result = 1 };

	scenario.services = services;
	scenario.supplicant_threads = 2;
	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DONE);
	end(&crowd);
	assert_int_equal(crowd.result, 0);
	assert_non_null(strstr(crowd.told, "0:request/ok 0:receive/ok 1:enter/admitted"));
	assert_non_null(strstr(crowd.told, "0:answer/ok 0:reply/ok 0:smc/resumed"));
}

/* ----------------------------------------- sessions ------------------------------------------- */

enum { INVOKE, OPEN, CLOSE, RESERVE, RELEASE, STEP_COUNT };

static void play_sessions(struct crowd *crowd, unsigned int task)
{
	assert_does(crowd, task, INVOKE, -TEEQ_ABI_EINVAL); /* closed */
	assert_does(crowd, task, CLOSE, -TEEQ_ABI_EINVAL);
	assert_does(crowd, task, RELEASE, -TEEQ_ABI_EINVAL); /* nothing reserved */
	assert_does(crowd, task, OPEN, 0);
	assert_does(crowd, task, OPEN, -TEEQ_ABI_EINVAL); /* open already */
	assert_does(crowd, task, RESERVE, 0);
	assert_does(crowd, task, INVOKE, 0);
	assert_int_equal(teeq_threads_do(crowd->threads, task, STEP_COUNT, NULL), TEEQ_EINPUT);
	assert_does(crowd, task, CLOSE, 0);
}

static void sessions_open_reserve_and_close(void **state)
{
	static const struct teeq_step can[STEP_COUNT] = {
		[INVOKE] = { .kind = TEEQ_STEP_CALL, .session = "late" },
		[OPEN] = { .kind = TEEQ_STEP_OPEN, .session = "late" },
		[CLOSE] = { .kind = TEEQ_STEP_CLOSE, .session = "late" },
		[RESERVE] = { .kind = TEEQ_STEP_RESERVE, .session = "late" },
		[RELEASE] = { .kind = TEEQ_STEP_RELEASE, .session = "late" },
	};
	static const struct teeq_step code = { .kind = TEEQ_STEP_CODE, .steps = can,
					       .step_count = STEP_COUNT };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = &code, .step_count = 1 },
	};
	static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true },
							     { .name = "late" } };
	static const char *const policies[] = { "mainline", "v4" };

	for (size_t i = 0; i < LENGTH(policies); i++) {
		const struct teeq_scenario scenario = {
			.name = "sessions", .thread_count = 4, .argument_slots = 64,
			.sessions = sessions, .session_count = 2,
			.clients = clients, .client_count = 1,
		};
		struct crowd crowd = { .play = play_sessions };
		const struct teeq_world *world;

		open_crowd(&crowd, &scenario, policies[i], 10);
		begin(&crowd);
		assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DONE);
		/* Only scmi is left; v4 counts in the secure world. */
		world = teeq_threads_world(crowd.threads);
		assert_int_equal(teeq_world_callq(crowd.model, world)->system_session_count, i == 0);
		assert_int_equal(teeq_world_reserved(crowd.model, world), i == 1);
		end(&crowd);
	}
}

/* ------------------------------------------ hangs --------------------------------------------- */

enum { LOCK_EMMC, LOCK_CLOCK, UNLOCK_EMMC, MEET, AWAIT, SIGNAL };

static const char *const locks[] = { "emmc", "clock" };
static const char *const events[] = { "go" };
static const struct teeq_barrier_spec barriers[] = { { "meet", 2 } };
static const struct teeq_step can_wait[] = {
	[LOCK_EMMC] = { .kind = TEEQ_STEP_LOCK, .name = "emmc" },
	[LOCK_CLOCK] = { .kind = TEEQ_STEP_LOCK, .name = "clock" },
	[UNLOCK_EMMC] = { .kind = TEEQ_STEP_UNLOCK, .name = "emmc" },
	[MEET] = { .kind = TEEQ_STEP_BARRIER, .name = "meet" },
	[AWAIT] = { .kind = TEEQ_STEP_AWAIT, .name = "go" },
	[SIGNAL] = { .kind = TEEQ_STEP_SIGNAL, .name = "go" },
};
static const struct teeq_step wait_code = { .kind = TEEQ_STEP_CODE, .steps = can_wait,
					    .step_count = LENGTH(can_wait) };
static const struct teeq_client_spec waiting[] = {
	{ .name = "a", .steps = &wait_code, .step_count = 1 },
	{ .name = "b", .steps = &wait_code, .step_count = 1 },
	{ .name = "late", .stage = 2, .steps = &wait_code, .step_count = 1 },
};

static struct teeq_scenario waits(size_t clients)
{
	return (struct teeq_scenario){
		.name = "waits", .thread_count = 2, .locks = locks, .lock_count = 2,
		.events = events, .event_count = 1, .barriers = barriers, .barrier_count = 1,
		.clients = waiting, .client_count = clients,
	};
}

static void play_crosswise(struct crowd *crowd, unsigned int task)
{
	assert_int_equal(teeq_threads_do(crowd->threads, task, task, NULL), TEEQ_OK);
	assert_int_equal(teeq_threads_do(crowd->threads, task, MEET, NULL), TEEQ_OK);
	assert_int_equal(teeq_threads_do(crowd->threads, task, 1 - task, NULL), TEEQ_ELIMIT);
}

static void two_locks_crosswise_hang(void **state)
{
	const struct teeq_scenario scenario = waits(2);
	struct crowd crowd = { .play = play_crosswise };
	struct teeq_task_view view;

	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DEADLOCK);
	teeq_world_task(crowd.model, teeq_threads_world(crowd.threads), 1, &view);
	assert_int_equal(view.action, TEEQ_ACTION_LOCK);
	assert_int_equal(view.object, 0);
	assert_explained(&crowd, TEEQ_VERDICT_DEADLOCK, "a waits for lock clock, which b holds");
	assert_explained(&crowd, TEEQ_VERDICT_DEADLOCK, "b waits for lock emmc, which a holds");
	end(&crowd);
}

static void play_stages(struct crowd *crowd, unsigned int task)
{
	assert_does(crowd, task, task == 2 ? SIGNAL : AWAIT, 0);
}

/* The first two are stuck when the third begins. */
static void a_later_stage_gets_them_going(void **state)
{
	const struct teeq_scenario scenario = waits(3);
	struct crowd crowd = { .play = play_stages };

	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DONE);
	end(&crowd);
}

static void play_busy(struct crowd *crowd, unsigned int task)
{
	while (atomic_load(&crowd->flag) == 0)
		;
}

/* Only the caller's own code can hold the watchdog up to its time. */
static void code_that_does_not_come_back_stalls(void **state)
{
	const struct teeq_scenario scenario = waits(1);
	struct crowd crowd = { .play = play_busy };

	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, 1), TEEQ_VERDICT_LIMIT);
	atomic_store(&crowd.flag, 1);
	assert_int_equal(teeq_threads_watch(crowd.threads, 0), TEEQ_VERDICT_DONE);
	end(&crowd);
}

static void play_wrong(struct crowd *crowd, unsigned int task)
{
	int result;

	if (task == 0)
		crowd->status = teeq_threads_do(crowd->threads, task, UNLOCK_EMMC, &result);
	else
		assert_int_equal(teeq_threads_do(crowd->threads, task, AWAIT, &result), TEEQ_ELIMIT);
}

/* An unlock of what is not held ends the run of both, though one of them would wait for ever. */
static void a_violation_stops_the_run(void **state)
{
	const struct teeq_scenario scenario = waits(2);
	struct crowd crowd = { .play = play_wrong };

	open_crowd(&crowd, &scenario, "mainline", 10);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_VIOLATION);
	assert_string_equal(teeq_world_check(crowd.model, teeq_threads_world(crowd.threads)),
			    "a task unlocked a mutex that it does not hold");
	end(&crowd);
	assert_int_equal(crowd.status, TEEQ_ELIMIT);
}

/* ------------------------------------------ misuse -------------------------------------------- */

static bool always(void *argument)
{
	return true;
}

static void what_is_given_up_claims_nothing(void **state)
{
	const struct teeq_scenario scenario = nested(2);
	const struct teeq_threads_options options = { .gives_up = always };
	struct crowd crowd = { .model = story_model(&scenario, "mainline") };
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_threads_new(crowd.model, &options, &crowd.threads, &error), TEEQ_OK);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_LIMIT);
	pthread_join(crowd.members[0], NULL);
	teeq_threads_free(crowd.threads);
	teeq_model_free(crowd.model);
}

static void options_are_checked(void **state)
{
	const struct teeq_scenario scenario = nested(2);
	const struct teeq_threads_options options = { .pause_percent = 101 }, none = { .seed = 0 };
	struct teeq_model *model = story_model(&scenario, "mainline");
	struct teeq_schedule schedule = { 0 };
	struct teeq_threads *threads = NULL;
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_threads_new(model, &options, &threads, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "pause_percent");
	assert_string_equal(error.text, "found 101, expected 0..100");
	assert_int_equal(teeq_threads_new(NULL, &none, &threads, &error), TEEQ_EINPUT);
	assert_null(threads);
	assert_int_equal(teeq_threads_new(model, &none, &threads, &error), TEEQ_OK);
	assert_int_equal(teeq_threads_do(threads, 1, 0, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_threads_do(threads, 0, 1, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_threads_compare(threads, &schedule, &error), TEEQ_OK);
	assert_int_equal(schedule.count, 0);
	teeq_threads_task(threads, 1);
	teeq_threads_free(threads);
	teeq_threads_free(NULL);
	teeq_model_free(model);
}

static void play_unrecorded(struct crowd *crowd, unsigned int task)
{
	assert_does(crowd, task, SIGNAL, 0);
}

static void what_was_not_recorded_is_not_compared(void **state)
{
	const struct teeq_scenario scenario = waits(1);
	struct crowd crowd = { .play = play_unrecorded,
			       .model = story_model(&scenario, "mainline") };
	const struct teeq_threads_options options = { .code = run_code, .argument = &crowd };
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_threads_new(crowd.model, &options, &crowd.threads, &error), TEEQ_OK);
	begin(&crowd);
	assert_int_equal(teeq_threads_watch(crowd.threads, STALL_MS), TEEQ_VERDICT_DONE);
	pthread_join(crowd.members[0], NULL);
	assert_int_equal(teeq_threads_compare(crowd.threads, NULL, &error), TEEQ_ELIMIT);
	assert_string_equal(error.text, "nothing was recorded");
	teeq_threads_free(crowd.threads);
	teeq_model_free(crowd.model);
}

/* ------------------------------------------- load --------------------------------------------- */

enum { CALLS_EACH = 40 };

static void play_calls(struct crowd *crowd, unsigned int task)
{
	enum teeq_status status = TEEQ_OK;

	for (unsigned int i = 0; i < CALLS_EACH && status == TEEQ_OK; i++)
		status = teeq_threads_do(crowd->threads, task, task % 4 == 3, NULL);
}

/* Plain calls, some of a system session. Old policies have traps even there; repaired has none. */
static void nobody_is_left_behind(void **state)
{
	static const struct teeq_step can[] = { { .kind = TEEQ_STEP_CALL },
						{ .kind = TEEQ_STEP_CALL, .session = "scmi" } };
	static const struct teeq_step code = { .kind = TEEQ_STEP_CODE, .steps = can,
					       .step_count = 2 };

	for (size_t i = 0; teeq_policy_at(i); i++) {
		for (unsigned int clients = 2; clients <= 16; clients *= 2) {
			const struct teeq_client_spec all = { .name = "c", .count = clients,
							      .steps = &code, .step_count = 1 };
			struct teeq_scenario scenario = nested(2);
			struct crowd crowd = { .play = play_calls };
			struct teeq_threads_stats stats;
			enum teeq_verdict verdict;

			scenario.clients = &all;
			open_crowd(&crowd, &scenario, teeq_policy_at(i)->name, 10);
			begin(&crowd);
			verdict = teeq_threads_watch(crowd.threads, STALL_MS);
			assert_int_not_equal(verdict, TEEQ_VERDICT_LIMIT);
			if (strcmp(teeq_policy_at(i)->name, "repaired") == 0)
				assert_int_equal(verdict, TEEQ_VERDICT_DONE);
			teeq_threads_stop(crowd.threads);
			teeq_threads_stats(crowd.threads, &stats);
			if (verdict == TEEQ_VERDICT_DONE)
				assert_int_equal(stats.calls, clients * CALLS_EACH);
			end(&crowd);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_told_action_by_action),
		cmocka_unit_test(a_call_inside_the_only_thread_hangs),
		cmocka_unit_test(tee_supplicant_may_be_code),
		cmocka_unit_test(sessions_open_reserve_and_close),
		cmocka_unit_test(two_locks_crosswise_hang),
		cmocka_unit_test(a_later_stage_gets_them_going),
		cmocka_unit_test(code_that_does_not_come_back_stalls),
		cmocka_unit_test(a_violation_stops_the_run),
		cmocka_unit_test(what_is_given_up_claims_nothing),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(what_was_not_recorded_is_not_compared),
		cmocka_unit_test(nobody_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
