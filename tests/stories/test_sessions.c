/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TEE contexts and their sessions: opened, used, cancelled, closed, and what is closed for them.
 */
#include "stories/yaml_story.h"

/* ----------------------------------- one session from open to close --------------------------- */

static const char lifecycle[] =
	"secure: {threads: 2}\n"
	"sessions: {s: {}}\n"
	"commands: {work: []}\n"
	"clients:\n"
	"  app:\n"
	"    do: [open: s, reserve: s, call: {session: s, command: work}, cancel: s, close: s]\n";

static void test_open_invoke_cancel_close(void **state)
{
	struct story s = yaml_story(lifecycle, "mainline");

	/* Opening is a normal call always; there is nothing yet that could be a system session. */
	story_play(&s, "app:enter/admitted@normal app:smc/taken app:secure/exit app:leave "
		       "app:reserve/ok=none");
	assert_int_equal(s.event.system_session_count, 1);
	/* From then on it makes system calls: invoke, cancel, and even its own close. */
	story_play(&s, "app:enter/admitted@system app:smc/taken app:secure/exit app:leave "
		       "app:enter/admitted@system app:smc/taken app:secure/exit app:leave "
		       "app:enter/admitted@system app:smc/taken app:secure/exit app:leave");
	/* Only when the close call has left is it counted out. */
	assert_int_equal(s.event.system_session_count, 1);
	story_play(&s, "app:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Where nothing is tracked nobody becomes a system session, and all of it is normal. */
static void test_without_system_sessions(void **state)
{
	struct story s = yaml_story(lifecycle, "untracked");

	story_play(&s, "app:enter@normal app:smc app:secure app:leave app:reserve/refused=EINVAL "
		       "app:enter@normal app:smc app:secure app:leave "
		       "app:enter@normal app:smc app:secure app:leave "
		       "app:enter@normal app:smc app:secure app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ------------------------------------------ what goes wrong ----------------------------------- */

/* Calls in a session that is not open end before they began: no SMC, no place in the queue. */
static void test_a_closed_session_is_no_session(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "sessions: {s: {}}\n"
				    "clients:\n"
				    "  app:\n"
				    "    do: [call: {session: s}, cancel: s, close: s, reserve: s, "
				    "release: s, open: s, open: s, close: s, close: s]\n",
				    "mainline");

	story_play(&s, "app:enter/refused=EINVAL app:enter/refused=EINVAL app:enter/refused=EINVAL "
		       "app:reserve/refused=EINVAL app:unreserve/refused=EINVAL");
	assert_string_equal(story_waiters(&s), "");
	story_play(&s, "app:enter/admitted app:smc app:secure app:leave app:enter/refused=EINVAL "
		       "app:enter/admitted app:smc app:secure app:leave app:enter/refused=EINVAL");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A session's number means nothing in somebody else's context, whatever is asked of it. */
static void test_a_foreign_session_is_no_session(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2}\n"
		"contexts: [ours, theirs]\n"
		"sessions: {s: {context: ours}}\n"
		"clients:\n"
		"  thief:\n"
		"    context: theirs\n"
		"    do: [call: {session: s}, cancel: s, reserve: s, release: s, close: s]\n"
		"  owner: {stage: 2, context: ours, do: [call: {session: s}]}\n";
	static const char *const policies[] = { "mainline", "v4" };

	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct story s = yaml_story(yaml, policies[i]);

		story_play(&s, "thief:enter/refused=EINVAL thief:enter/refused=EINVAL "
			       "thief:reserve/refused=EINVAL thief:unreserve/refused=EINVAL "
			       "thief:enter/refused=EINVAL "
			       "owner:enter/admitted owner:smc owner:secure owner:leave");
		story_over(&s, TEEQ_VERDICT_DONE);
	}
}

/* The TA refuses: the call was made and answered, and there is no session. */
static void test_an_open_that_fails(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "sessions: {s: {}}\n"
				    "clients: {app: {do: [open: s, call: {session: s}]}}\n"
				    "faults: {busy: {kind: open-fails}}\n",
				    "mainline");

	story_play(&s, "app:enter/admitted busy:fault app:smc/taken app:secure/exit app:leave "
		       "app:enter/refused=EINVAL");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ----------------------------------- a close counts out, and wakes ---------------------------- */

#define MEETING \
	"secure: {threads: 2}\n" \
	"barriers: {both: 2}\n" \
	"sessions: {s: {system: true}}\n" \
	"commands: {meet: [rpc: meet]}\n" \
	"services: {meet: {do: [barrier: both]}}\n" \
	"clients:\n" \
	"  a: {do: [call: {command: meet}]}\n" \
	"  b: {do: [call: {command: meet}]}\n"

static const char never_closing[] = MEETING;
static const char closing[] = MEETING "  owner: {stage: 2, do: [close: s]}\n";

/* While s is a system session one thread is kept back, and b has to wait for that. */
static void test_counting_out_wakes(void **state)
{
	struct story s = yaml_story(closing, "mainline");

	story_play(&s, "a:enter/admitted a:smc a:secure/rpc b:enter/must-wait "
		       "owner:enter/admitted@system owner:smc owner:secure owner:leave");
	/* The leave woke a, which is in the list too and has no use for it. */
	assert_string_equal(story_woken(&s), "a");
	story_play(&s, "owner:unreserve/ok");
	assert_string_equal(story_woken(&s), "b");
	story_play(&s, "b:wait b:requeue b:recheck/admitted b:smc b:secure/rpc");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Were it never closed, they would not meet. */
static void test_without_the_close(void **state)
{
	struct story s = yaml_story(never_closing, "mainline");

	story_play(&s, "a:enter/admitted a:smc a:secure/rpc b:enter/must-wait");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(never_closing, "mainline", TEEQ_VERDICT_DEADLOCK);
	yaml_ends(closing, "mainline", TEEQ_VERDICT_DONE);
}

/* -------------------------------------- a context is released --------------------------------- */

static const char releasing[] =
	"secure: {threads: 4}\n"
	"contexts: [agent]\n"
	"sessions:\n"
	"  one: {system: true, context: agent}\n"
	"  two: {context: agent}\n"
	"  three: {system: true, context: agent}\n"
	"clients:\n"
	"  app:\n"
	"    context: agent\n"
	"    do: [close: two, close-context: agent, call: {session: one}, call: {session: three}]\n";

/* The last one first; the one that is closed already is not closed again. */
static void test_release_closes_what_is_open(void **state)
{
	struct story s = yaml_story(releasing, "mainline");

	story_play(&s, "app:enter@normal app:smc app:secure app:leave app:enter/admitted@system");
	assert_string_equal(teeq_model_session_name(s.model, s.event.object), "three");
	story_play(&s, "app:smc app:secure app:leave app:unreserve/ok app:enter/admitted@system");
	assert_string_equal(teeq_model_session_name(s.model, s.event.object), "one");
	story_play(&s, "app:smc app:secure app:leave app:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_play(&s, "app:enter/refused=EINVAL app:enter/refused=EINVAL");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* With v4 the context holds the reservations: they go first, so the closes are normal calls. */
static void test_release_returns_reservations(void **state)
{
	struct story s = yaml_story(releasing, "v4");

	assert_int_equal(teeq_world_reserved(s.model, s.world), 2);
	story_play(&s, "app:enter@system app:smc app:secure app:leave app:unreserve/ok "
		       "app:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_play(&s, "app:enter@normal app:smc app:secure app:leave "
		       "app:enter@normal app:smc app:secure app:leave "
		       "app:enter/refused=EINVAL app:enter/refused=EINVAL");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A killed client's context is released when it exits, not before its call has come back. */
static void test_a_killed_client_is_released(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"contexts: [mine]\n"
		"sessions: {s: {system: true, context: mine}}\n"
		"clients:\n"
		"  app: {context: mine, do: [call: {session: s}, call: {session: s}]}\n"
		"  killer: {do: [kill: app]}\n",
		"mainline");

	story_play(&s, "app:enter/admitted app:smc/taken killer:kill app:secure/exit app:leave "
		       "app:exit app:enter/admitted@system app:smc app:secure app:leave "
		       "app:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The context of two tasks is not taken from the other when one of them is gone. */
static void test_the_last_one_releases(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "contexts: [ours]\n"
				    "sessions: {s: {context: ours}}\n"
				    "clients:\n"
				    "  app: {count: 2, context: ours, do: [call: {session: s}]}\n"
				    "  killer: {do: [kill: app]}\n",
				    "mainline");

	story_play(&s, "app.0:enter/admitted killer:kill app.1:exit app.0:smc "
		       "app.0:secure/working app.0:secure/exit app.0:leave app.0:enter/admitted");
	assert_string_equal(teeq_model_session_name(s.model, s.event.object), "s");
	story_play(&s, "app.0:smc app.0:secure/working app.0:secure/exit app.0:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A close that has left the queue has its session still to count out: no signal comes in between. */
static void test_a_kill_does_not_split_a_close(void **state)
{
	static const char yaml[] = "secure: {threads: 2}\n"
				   "sessions: {s: {system: true}}\n"
				   "clients:\n"
				   "  app: {do: [close: s]}\n"
				   "  killer: {do: [kill: app]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter/admitted@system app:smc app:secure app:leave killer:kill "
		       "app:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* -------------------------------------------- cancel ------------------------------------------ */

static const char cancelling[] =
	"secure: {threads: 2}\n"
	"sessions: {s: {}}\n"
	"commands: {nap: [suspend: 1000]}\n"
	"clients:\n"
	"  app: {do: [call: {session: s, command: nap}]}\n"
	"  impatient: {stage: 1, do: [cancel: s]}\n";

/* A cancel is a call of its own, needs a thread of its own, and leaves the sleeper where it is. */
static void test_a_cancel_ends_no_sleep(void **state)
{
	struct story s = yaml_story(cancelling, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc impatient:enter/admitted impatient:smc/taken "
		       "impatient:secure/exit impatient:leave app:sleep app:smc/resumed "
		       "app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* With one thread, which sleeps, it comes too late. */
static void test_a_cancel_without_a_thread(void **state)
{
	struct story s = yaml_story("secure: {threads: 1}\n"
				    "sessions: {s: {}}\n"
				    "commands: {nap: [suspend: 1000]}\n"
				    "clients:\n"
				    "  app: {do: [call: {session: s, command: nap}]}\n"
				    "  impatient: {do: [cancel: s]}\n",
				    "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc impatient:enter/must-wait app:sleep "
		       "app:smc/resumed app:secure/exit app:leave impatient:wait impatient:requeue "
		       "impatient:recheck/admitted impatient:smc impatient:secure impatient:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_invoke_cancel_close),
		cmocka_unit_test(test_without_system_sessions),
		cmocka_unit_test(test_a_closed_session_is_no_session),
		cmocka_unit_test(test_a_foreign_session_is_no_session),
		cmocka_unit_test(test_an_open_that_fails),
		cmocka_unit_test(test_counting_out_wakes),
		cmocka_unit_test(test_without_the_close),
		cmocka_unit_test(test_release_closes_what_is_open),
		cmocka_unit_test(test_release_returns_reservations),
		cmocka_unit_test(test_a_killed_client_is_released),
		cmocka_unit_test(test_the_last_one_releases),
		cmocka_unit_test(test_a_kill_does_not_split_a_close),
		cmocka_unit_test(test_a_cancel_ends_no_sleep),
		cmocka_unit_test(test_a_cancel_without_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
