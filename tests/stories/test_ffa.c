/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same driver over FF-A: it is told no number of threads, so nothing is tracked and nobody is a
 * system session; and what goes to and fro are direct messages.
 */
#include "stories/yaml_story.h"

#include "teeq/report.h"

#define FFA(threads, clients) \
	"abi: ffa\n" \
	"secure: {threads: " threads "}\n" \
	"events: [go]\n" \
	"sessions: {scmi: {}}\n" \
	"commands: {waits: [rpc: go], irq: [interrupt: true]}\n" \
	"services: {go: {do: [await: go]}}\n" \
	"clients:\n" clients

/* What the last action sent and got: w3, and w4 of an answer. */
static void sends(const struct story *s, uint32_t what)
{
	assert_true(s->event.has_call);
	assert_int_equal(s->event.call.a[0], TEEQ_FFA_MSG_SEND_DIRECT_REQ);
	assert_int_equal(s->event.call.a[3], what);
}
#define sends(...) FROM(sends(__VA_ARGS__))

static void gets(const struct story *s, uint32_t error, uint32_t what)
{
	assert_true(s->event.has_ret);
	assert_int_equal(s->event.ret.a[0], TEEQ_FFA_MSG_SEND_DIRECT_RESP);
	assert_int_equal(s->event.ret.a[3], error);
	assert_int_equal(s->event.ret.a[4], what);
}
#define gets(...) FROM(gets(__VA_ARGS__))

/* What a trace says of the last action. */
static void says(const struct story *s, const char *expected)
{
	char text[256];

	teeq_event_text(s->model, &s->event, text, sizeof(text));
	assert_string_equal(text, expected);
}
#define says(...) FROM(says(__VA_ARGS__))

/* ------------------------------------- the course of a call ----------------------------------- */

static void test_messages(void **state)
{
	struct story s = yaml_story(
		FFA("1", "  app: {do: [call: {command: waits}, call: {command: irq}]}\n"
		    "  user: {do: [signal: go]}\n"),
		"mainline");

	story_play(&s, "app:enter/admitted app:smc/taken");
	sends(&s, TEEQ_FFA_CALL_WITH_ARG);
	story_play(&s, "app:secure/rpc");
	gets(&s, TEEQ_FFA_SUCCESS, TEEQ_FFA_RETURN_RPC_CMD);
	assert_int_equal(s.event.ret.a[7], 0);
	story_play(&s, "user:start app:await app:smc/resumed");
	sends(&s, TEEQ_FFA_CALL_RESUME);
	assert_int_equal(s.event.call.a[7], 0);
	story_play(&s, "app:secure/exit");
	gets(&s, TEEQ_FFA_SUCCESS, TEEQ_FFA_RETURN_DONE);
	story_play(&s, "app:leave app:enter app:smc app:secure/interrupted");
	gets(&s, TEEQ_FFA_SUCCESS, TEEQ_FFA_RETURN_INTERRUPT);
	story_play(&s, "app:smc/resumed app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ---------------------------------------- no thread count ------------------------------------- */

/* Everybody is admitted; there is no room for a system session under any policy that needs to count. */
static void test_nothing_is_tracked(void **state)
{
	static const char *const policies[] = { "untracked", "v4", "v7", "v8", "v10", "mainline",
						"repaired" };
	static const char yaml[] = FFA("2", "  app: {count: 3, do: [reserve: scmi, call: {}]}\n");

	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct story s = yaml_story(yaml, policies[i]);

		assert_int_equal(teeq_world_callq(s.model, s.world)->total_count, 0);
		story_play(&s, "app.0:reserve/refused=EINVAL app.0:enter/admitted@normal "
			       "app.1:reserve/refused=EINVAL app.1:enter/admitted@normal "
			       "app.2:reserve/refused=EINVAL app.2:enter/admitted@normal");
		assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
		story_end(&s);
	}
}

/* --------------------------------------------- busy ------------------------------------------- */

/* Out of threads, it says busy; the caller waits, and sends the same message again. */
static void test_busy_instead_of_thread_limit(void **state)
{
	struct story s = yaml_story(
		FFA("1", "  a: {do: [call: {}]}\n  b: {do: [call: {}]}\n"), "mainline");
	struct teeq_smc_regs first;

	story_play(&s, "a:enter/admitted a:smc/taken b:enter/admitted b:smc/thread-limit");
	first = s.event.call;
	sends(&s, TEEQ_FFA_CALL_WITH_ARG);
	gets(&s, TEEQ_FFA_ERROR_BUSY, 0);
	story_play(&s, "a:secure/exit a:leave");
	assert_string_equal(story_woken(&s), "b");
	story_play(&s, "b:wait b:requeue b:smc/taken");
	assert_memory_equal(&s.event.call, &first, sizeof(first));
	story_play(&s, "b:secure/exit b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* No thread is kept back for what everybody waits for. */
static void test_exhaustion(void **state)
{
	static const char clients[] = "  user: {count: 2, do: [call: {command: waits}]}\n"
				      "  scmi: {stage: 2, do: [call: {session: scmi}, signal: go]}\n";
	char text[512];
	struct story s;

	snprintf(text, sizeof(text), "%s%s", FFA("2", ""), clients);
	s = yaml_story(text, "mainline");
	story_play(&s, "user.0:enter user.0:smc user.0:secure user.1:enter user.1:smc user.1:secure "
		       "scmi:enter/admitted scmi:smc/thread-limit");
	gets(&s, TEEQ_FFA_ERROR_BUSY, 0);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(text, "mainline", TEEQ_VERDICT_DEADLOCK);
	snprintf(text, sizeof(text), "%s%s", FFA("3", ""), clients);
	yaml_ends(text, "mainline", TEEQ_VERDICT_DONE);
}

/* ------------------------------------- a resume is no new call -------------------------------- */

#define REFUSED FFA("2", "  app: {do: [call: {command: irq}]}\n" \
			 "  next: {stage: 2, do: [call: {}]}\n") \
		"faults: {refused: {kind: resume-refused}}\n"

/* Busy as the answer to a resume is an error: the driver does not wait, the thread is lost. */
static void test_a_resume_that_is_busy(void **state)
{
	struct story s = yaml_story(REFUSED, "mainline");
	struct teeq_context_view context;

	story_play(&s, "app:enter app:smc/taken app:secure/interrupted refused:fault "
		       "app:smc/refused");
	sends(&s, TEEQ_FFA_CALL_RESUME);
	gets(&s, TEEQ_FFA_ERROR_BUSY, 0);
	says(&s, "smc: FFA_RESUME thread 0: BUSY, the call is given up");
	story_play(&s, "app:leave");
	teeq_world_context(s.model, s.world, 0, &context);
	assert_int_equal(context.state, TEEQ_CONTEXT_SUSPENDED);
	assert_false(context.owned);
	/* The next call gets the other thread. */
	story_play(&s, "next:enter/admitted next:smc/taken");
	assert_int_equal(s.event.context, 1);
	story_play(&s, "next:secure/exit next:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
	yaml_ends(REFUSED, "mainline", TEEQ_VERDICT_DONE);
}

/* The same over SMC, and with one thread there is none left. */
static void test_the_thread_is_lost(void **state)
{
	static const char yaml[] = "secure: {threads: 1}\n"
				   "commands: {irq: [interrupt: true]}\n"
				   "clients: {app: {do: [call: {command: irq}, call: {}]}}\n"
				   "faults: {refused: {kind: resume-refused}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter app:smc app:secure/interrupted refused:fault app:smc/refused");
	story_smc(&s, TEEQ_SMC_CALL_RETURN_FROM_RPC, TEEQ_SMC_RETURN_ERESUME);
	says(&s, "smc: RETURN_FROM_RPC thread 0: ERESUME, the call is given up");
	story_play(&s, "app:leave app:enter/admitted app:smc/thread-limit");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(yaml, "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* ------------------------------------ what there is otherwise --------------------------------- */

/* What arrives without a thread is the framework's: OP-TEE is not asked for values. */
static void test_notifications_are_the_frameworks(void **state)
{
	struct story s = yaml_story("abi: ffa\n"
				    "secure: {threads: 1, bottom-half: quick}\n"
				    "notifications: [ready]\n"
				    "commands: {quick: []}\n"
				    "clients: {hw: {do: [async: ready, bottom-half: true]}}\n",
				    "mainline");

	story_play(&s, "hw:async optee-notif:interrupt");
	assert_false(s.event.has_call || s.event.has_ret);
	says(&s, "interrupt: ready (key 1): remembered");
	story_play(&s, "hw:async optee-notif:interrupt");
	says(&s, "interrupt: the bottom half");
	story_play(&s, "optee-bottom-half:start optee-bottom-half:enter/admitted@normal "
		       "optee-bottom-half:smc/taken");
	sends(&s, TEEQ_FFA_CALL_WITH_ARG);
	story_play(&s, "optee-bottom-half:secure/exit optee-bottom-half:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_nothing_is_tracked),
		cmocka_unit_test(test_busy_instead_of_thread_limit),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_a_resume_that_is_busy),
		cmocka_unit_test(test_the_thread_is_lost),
		cmocka_unit_test(test_notifications_are_the_frameworks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
