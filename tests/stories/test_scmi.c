/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SCMI over OP-TEE: the transport's agent and its channels, the clocks and regulators behind them, and
 * an eMMC host that lives on those.
 */
#include "stories/yaml_story.h"

/* ----------------------------------------- a channel ------------------------------------------ */

#define CHANNEL(threads, faults) \
	"secure: {threads: " threads "}\n" \
	"contexts: [agent]\n" \
	"sessions: {scmi: {context: agent}}\n" \
	"commands: {get-channel: [], clock-on: []}\n" \
	"channels: {clocks: {session: scmi, config: get-channel}}\n" \
	"clients:\n" \
	"  probe: {context: agent, do: [setup: clocks, call: {session: scmi, command: clock-on},\n" \
	"                               teardown: clocks]}\n" faults

/* One call of whichever kind, from entry to exit. */
#define A_CALL(kind) "probe:enter/admitted@" kind " probe:smc probe:secure/exit probe:leave "
#define NO_CALL "probe:enter/refused=EINVAL "

/* v4 reserves first, so that all but what registers memory is by system calls; the reservation goes last. */
static void test_v4_sets_up_and_frees(void **state)
{
	struct story s = yaml_story(CHANNEL("2", ""), "v4");

	story_play(&s, "probe:reserve/ok probe:allocate/ok " A_CALL("normal")); /* memory */
	story_play(&s, A_CALL("system")); /* open */
	story_play(&s, A_CALL("system")); /* get-channel */
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, A_CALL("system")); /* clock-on */
	story_play(&s, A_CALL("system")); /* close */
	story_play(&s, A_CALL("normal")); /* memory */
	story_play(&s, "probe:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Mainline marks the session, once there is one; its close counts it out. */
static void test_mainline_sets_up_and_frees(void **state)
{
	struct story s = yaml_story(CHANNEL("2", ""), "mainline");

	story_play(&s, "probe:allocate/ok " A_CALL("normal") A_CALL("normal") "probe:reserve/ok "
		       A_CALL("system") A_CALL("system") A_CALL("system") "probe:unreserve/ok "
		       A_CALL("normal"));
	assert_int_equal(s.event.system_session_count, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Memory is registered by normal calls, also where the session is a system session already. */
static void test_memory_is_registered_by_normal_calls(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"sessions: {scmi: {}}\n"
		"channels: {clocks: {session: scmi}}\n"
		"clients: {probe: {do: [setup: clocks, setup: clocks]}}\n", "mainline");

	story_play(&s, "probe:allocate/ok " A_CALL("normal") A_CALL("normal") "probe:reserve/ok");
	assert_int_equal(s.event.system_session_count, 1);
	story_play(&s, "probe:allocate/ok " A_CALL("normal") NO_CALL A_CALL("normal"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* In static memory nothing is registered: the session is opened at once, and closed last. */
static void test_static_memory(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"sessions: {scmi: {}}\n"
		"channels: {clocks: {session: scmi, static-memory: true}}\n"
		"clients: {probe: {do: [setup: clocks, teardown: clocks]}}\n", "mainline");

	story_play(&s, "probe:allocate/ok " A_CALL("normal") "probe:reserve/ok " A_CALL("system")
		       "probe:unreserve/ok");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A message holds the channel's mutex from its sending until the answer was read. */
static void test_a_message_holds_the_mutex(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"locks: [mu]\n"
		"sessions: {scmi: {system: true}}\n"
		"channels: {clocks: {session: scmi, mutex: mu}}\n"
		"commands: {on: []}\n"
		"clients:\n"
		"  a: {do: [message: {channel: clocks, command: on}]}\n"
		"  b: {do: [message: {channel: clocks, command: on}]}\n", "mainline");

	story_play(&s, "a:lock a:enter@system a:smc");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, "a:secure a:leave b:lock b:enter@system b:smc b:secure b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Three calls where one was meant: the buffer is registered before it, and unregistered behind it. */
static void test_a_call_with_a_buffer(void **state)
{
	static const char yaml[] = "secure: {threads: 2}\nsessions: {scmi: {system: true}}\n"
				   "clients: {probe: {do: [call: {session: scmi, buffers: 1}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "probe:enter/admitted@normal");
	assert_int_equal(s.event.memory, TEEQ_MEMORY_REGISTER);
	story_play(&s, "probe:smc");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_RPC_ARG);
	story_play(&s, "probe:secure probe:leave " A_CALL("system") "probe:enter/admitted@normal");
	assert_int_equal(s.event.memory, TEEQ_MEMORY_UNREGISTER);
	story_play(&s, "probe:smc probe:secure probe:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
	/* Over FF-A memory is shared without a call of the queue. */
	s = yaml_story("abi: ffa\nsecure: {threads: 2}\n"
		       "clients: {probe: {do: [call: {buffers: 6}]}}\n", "mainline");
	story_play(&s, "probe:enter probe:smc probe:secure probe:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* One thread is all there is: a warning, and the channel works by normal calls. */
static void test_no_reservation_is_a_warning(void **state)
{
	struct story s = yaml_story(CHANNEL("1", ""), "v4");

	story_play(&s, "probe:reserve/refused=EINVAL");
	story_smc(&s, TEEQ_SMC_RESERVE_SYS_THREAD, TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	story_play(&s, "probe:allocate/ok " A_CALL("normal") A_CALL("normal") A_CALL("normal")
		       A_CALL("normal") A_CALL("normal") A_CALL("normal"));
	/* Nothing is held, so nothing is given back. */
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(CHANNEL("1", ""), "mainline");
	story_play(&s, "probe:allocate/ok " A_CALL("normal") A_CALL("normal")
		       "probe:reserve/refused=EINVAL " A_CALL("normal") A_CALL("normal")
		       A_CALL("normal") A_CALL("normal"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The set-up is a driver's: who is killed in it, or to be frozen, comes to its end, and then exits. */
static void test_signals_do_not_split_the_set_up(void **state)
{
	struct story s = yaml_story(CHANNEL("2", "  killer: {do: [kill: probe]}\n"), "v4");

	story_play(&s, "probe:reserve/ok killer:kill probe:allocate/ok " A_CALL("normal")
		       A_CALL("system") A_CALL("system") "probe:exit probe:unreserve/ok "
		       A_CALL("normal"));
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(CHANNEL("2", "  pm: {do: [freeze: probe]}\n"), "mainline");
	story_play(&s, "probe:allocate/ok pm:freeze/must-wait");
	assert_string_equal(story_enabled(&s), "probe");
	story_play(&s, A_CALL("normal") A_CALL("normal") "probe:reserve/ok " A_CALL("system"));
	assert_string_equal(story_enabled(&s), "pm");
	story_end(&s);
}

/* --------------------------------- every error path of the set-up ----------------------------- */

#define FAULT(kind) "faults: {bad: {kind: " kind "}}\n"

/* No memory: the reservation is given back. Nothing is left to be freed later. */
static void test_no_shared_memory(void **state)
{
	struct story s = yaml_story(CHANNEL("2", FAULT("no-memory")), "v4");

	story_play(&s, "probe:reserve/ok bad:fault probe:allocate/failed=ENOMEM probe:unreserve/ok "
		       NO_CALL);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
	/* Without a reservation there is nothing to undo. */
	s = yaml_story(CHANNEL("1", FAULT("no-memory")), "v4");
	story_play(&s, "probe:reserve/refused bad:fault probe:allocate/failed=ENOMEM " NO_CALL);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* No session: the memory goes, then the reservation. */
static void test_no_session(void **state)
{
	struct story s = yaml_story(CHANNEL("2", FAULT("open-fails")), "v4");

	story_play(&s, "probe:reserve/ok probe:allocate/ok " A_CALL("normal")
		       "probe:enter/admitted@system bad:fault probe:smc probe:secure probe:leave "
		       A_CALL("normal") "probe:unreserve/ok " NO_CALL);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(CHANNEL("2", FAULT("open-fails")), "mainline");
	story_play(&s, "probe:allocate/ok " A_CALL("normal") "probe:enter/admitted@normal bad:fault "
		       "probe:smc probe:secure probe:leave " A_CALL("normal") NO_CALL);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* No channel: the session is closed, the memory goes, then the reservation. */
static void test_no_channel(void **state)
{
	struct story s = yaml_story(CHANNEL("2", FAULT("call-fails")), "v4");

	story_play(&s, "probe:reserve/ok probe:allocate/ok " A_CALL("normal") A_CALL("system")
		       "probe:enter@system bad:fault probe:smc probe:secure/exit probe:leave "
		       "probe:enter/admitted@system");
	assert_string_equal(teeq_model_session_name(s.model, s.event.object), "scmi");
	story_play(&s, "probe:smc probe:secure probe:leave " A_CALL("normal") "probe:unreserve/ok "
		       NO_CALL);
	story_over(&s, TEEQ_VERDICT_DONE);
	/* In mainline the close gives the reservation back, before the memory goes. */
	s = yaml_story(CHANNEL("2", FAULT("call-fails")), "mainline");
	story_play(&s, "probe:allocate/ok " A_CALL("normal") A_CALL("normal") "probe:reserve/ok "
		       "probe:enter@system bad:fault probe:smc probe:secure/exit probe:leave "
		       A_CALL("system") "probe:unreserve/ok " A_CALL("normal") NO_CALL);
	assert_int_equal(teeq_world_callq(s.model, s.world)->system_session_count, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Whatever fails, whenever: nothing is left over. */
static void test_no_path_gets_stuck(void **state)
{
	static const char all[] = CHANNEL("2",
		"faults: {a: {kind: no-memory}, b: {kind: open-fails}, c: {kind: call-fails},\n"
		"         d: {kind: reserve-refused}, e: {kind: unreserve-fails}}\n");

	yaml_ends(all, "v4", TEEQ_VERDICT_DONE);
	yaml_ends(all, "mainline", TEEQ_VERDICT_DONE);
}

/* Two channels of one agent: with v4 a reservation each, and one is left when the other goes. */
static void test_two_channels(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 4}\n"
		"contexts: [agent]\n"
		"sessions: {one: {context: agent}, two: {context: agent}}\n"
		"channels: {clocks: {session: one}, supplies: {session: two}}\n"
		"clients:\n"
		"  probe: {do: [setup: clocks, setup: supplies, teardown: clocks,\n"
		"               call: {session: two}, close-context: agent]}\n",
		"v4");
	const char *setup = "probe:reserve/ok probe:allocate " A_CALL("normal") A_CALL("system");

	story_play(&s, setup);
	story_play(&s, setup);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 2);
	story_play(&s, A_CALL("system") A_CALL("normal") "probe:unreserve/ok " A_CALL("system"));
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	/* The agent goes with its context: the reservation first, so that the close is normal. */
	story_play(&s, "probe:unreserve/ok " A_CALL("normal"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ------------------------------------ an eMMC host behind it ---------------------------------- */

/* Its supply and its clock come from OP-TEE; whoever uses it does not know. */
#define HOST(clients) \
	"secure: {threads: 2}\n" \
	"contexts: [agent, user]\n" \
	"sessions: {scmi: {system: true, context: agent}}\n" \
	"commands: {supply-on: [], clock-on: [], clock-off: [], supply-off: [], read: [rpc: rpmb]}\n" \
	"services: {rpmb: {kind: rpmb, do: [power-on: emmc, power-off: emmc]}}\n" \
	"devices:\n" \
	"  emmc: {session: scmi, on: [supply-on, clock-on], off: [clock-off, supply-off]}\n" \
	"clients:\n" clients

static void host_call(struct story *s, const char *task, const char *command)
{
	static const char *const actions[] = { "enter/admitted@system", "smc", "secure/exit",
					       "leave" };
	char word[64];

	for (size_t i = 0; i < LENGTH(actions); i++) {
		snprintf(word, sizeof(word), "%s:%s", task, actions[i]);
		story_play(s, word);
		if (i == 0)
			assert_string_equal(teeq_model_command_name(s->model, s->event.command),
					    command);
	}
}
#define host_call(...) FROM(host_call(__VA_ARGS__))

/* The first user switches it on, the last one off; who comes in between finds it on. */
static void test_first_and_last_user(void **state)
{
	struct story s = yaml_story(
		HOST("  a: {context: user, do: [power-on: emmc, power-off: emmc]}\n"
		     "  b: {context: user, do: [power-on: emmc, power-off: emmc]}\n"),
		"mainline");

	story_play(&s, "a:lock");
	assert_string_equal(teeq_model_lock_name(s.model, s.event.object), "emmc");
	host_call(&s, "a", "supply-on");
	/* b waits for the device's mutex until it is all on. */
	assert_string_equal(story_enabled(&s), "a");
	host_call(&s, "a", "clock-on");
	story_play(&s, "b:lock a:lock b:lock");
	host_call(&s, "b", "clock-off");
	host_call(&s, "b", "supply-off");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* One user less than none is a mistake of the scenario, and is said. */
static void test_a_user_too_few(void **state)
{
	struct story s = yaml_story(HOST("  a: {do: [power-off: emmc]}\n"), "mainline");

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_VIOLATION);
	assert_non_null(strstr(teeq_world_check(s.model, s.world), "less than no user"));
	story_end(&s);
}

/* The RPMB needs the host, the host needs OP-TEE: both threads may wait for a third. */
static void test_the_rpmb_needs_its_host(void **state)
{
	static const char apps[] = HOST("  app: {count: 2, do: [call: {command: read}]}\n");
	struct story s = yaml_story(apps, "untracked");

	story_play(&s, "app.0:enter app.0:smc app.0:secure/rpc app.1:enter app.1:smc app.1:secure/rpc "
		       "app.0:rpc app.0:lock app.1:rpc app.0:enter/admitted "
		       "app.0:smc/thread-limit");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(apps, "mainline", TEEQ_VERDICT_DONE);
	yaml_ends(apps, "v4", TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_v4_sets_up_and_frees),
		cmocka_unit_test(test_mainline_sets_up_and_frees),
		cmocka_unit_test(test_memory_is_registered_by_normal_calls),
		cmocka_unit_test(test_static_memory),
		cmocka_unit_test(test_a_message_holds_the_mutex),
		cmocka_unit_test(test_a_call_with_a_buffer),
		cmocka_unit_test(test_no_reservation_is_a_warning),
		cmocka_unit_test(test_signals_do_not_split_the_set_up),
		cmocka_unit_test(test_no_shared_memory),
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_no_channel),
		cmocka_unit_test(test_no_path_gets_stuck),
		cmocka_unit_test(test_two_channels),
		cmocka_unit_test(test_first_and_last_user),
		cmocka_unit_test(test_a_user_too_few),
		cmocka_unit_test(test_the_rpmb_needs_its_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
