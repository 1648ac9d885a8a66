/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests of a hypervisor: each with a driver and a queue of its own, before one secure world.
 */
#include "stories/yaml_story.h"

#include "teeq/report.h"

#define TWO(threads, options, clients) \
	"secure: {threads: " threads "}\n" \
	"guests: {left: {" options "}, right: {" options "}}\n" \
	"notifications: [ready]\n" \
	"commands: {work: [work: 1], waits: [wait: ready]}\n" \
	"clients:\n" clients

#define CALLER(name, guest) \
	"  " name ": {guest: " guest ", do: [call: {command: work}]}\n"
#define TAKES(name) name ":enter/admitted " name ":smc/taken "
#define RETURNS(name) name ":secure/working " name ":secure/exit " name ":leave "

static const struct teeq_callq *queue_of(const struct story *s, const char *task)
{
	return teeq_world_guest_callq(s->model, s->world,
				      teeq_model_task_guest(s->model, story_task(s, task)));
}
#define queue_of(...) FROM(queue_of(__VA_ARGS__))

/* Who is refused because of another guest is woken by nobody: that one's exit sees its own queue only. */
static void test_nobody_wakes_across_guests(void **state)
{
	struct story s = yaml_story(
		TWO("1", "", CALLER("a", "left") CALLER("b", "right")), "mainline");

	story_play(&s, TAKES("a") "b:enter/admitted b:smc/thread-limit");
	assert_int_equal(queue_of(&s, "a")->free_count, 0);
	assert_int_equal(queue_of(&s, "b")->free_count, 0);
	assert_int_equal(queue_of(&s, "b")->waiter_count, 1);
	story_play(&s, RETURNS("a"));
	assert_string_equal(story_enabled(&s), "");
	story_over(&s, TEEQ_VERDICT_LOST_WAKEUP);
}

/* The same in one guest ends well: the exit wakes who sleeps. */
static void test_in_one_guest_an_exit_wakes(void **state)
{
	struct story s = yaml_story(TWO("1", "thread-count: unknown",
					CALLER("a", "left") CALLER("b", "left")), "mainline");

	story_play(&s, TAKES("a") "b:enter/admitted b:smc/thread-limit " RETURNS("a")
		       "b:wait b:requeue b:smc/taken " RETURNS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Each counts all that it was told of: together more than there is. */
static void test_each_counts_what_it_was_told(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"guests: {left: {}, right: {thread-count: 1}, third: {thread-count: unknown}}\n"
		"clients:\n" "  a: {guest: left, do: [call: {}]}\n"
		"  b: {guest: right, do: [call: {}]}\n"
		"  c: {guest: third, do: [call: {}]}\n", "mainline");

	assert_int_equal(queue_of(&s, "a")->total_count, 2);
	assert_int_equal(queue_of(&s, "b")->total_count, 1);
	assert_int_equal(queue_of(&s, "c")->total_count, 0);
	story_end(&s);
}

/* With limits that add up to what there is, nobody is refused because of another guest. */
static void test_a_limit_is_the_guests_own(void **state)
{
	struct story s = yaml_story(
		TWO("2", "call-limit: 1", CALLER("a", "left") CALLER("b", "left")
					   CALLER("c", "right")), "mainline");

	story_play(&s, TAKES("a") "b:enter/admitted b:smc/thread-limit");
	assert_int_equal(teeq_world_guest_calls(s.model, s.world, 0), 1);
	assert_int_equal(teeq_world_guest_calls(s.model, s.world, 1), 0);
	story_smc(&s, TEEQ_SMC_CALL_WITH_REGD_ARG, TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	story_play(&s, TAKES("c") RETURNS("a") "b:wait b:requeue b:smc/taken " RETURNS("b")
		       RETURNS("c"));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* v1 sets one aside, so that what is left is less than the limits. */
	for (size_t i = 0; teeq_policy_at(i); i++)
		yaml_ends(TWO("2", "call-limit: 1", CALLER("a", "left") CALLER("b", "left")
						    CALLER("c", "right")),
			  teeq_policy_at(i)->name,
			  strcmp(teeq_policy_at(i)->name, "v1") == 0 ? TEEQ_VERDICT_LOST_WAKEUP :
								       TEEQ_VERDICT_DONE);
}

/* A thread is free, but not for this guest: the report blames the limit, and not a thread. */
static void test_a_report_names_the_limit(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"guests: {left: {call-limit: 1}, right: {}}\n"
		"events: [go]\n"
		"commands: {asks: [rpc: need]}\n"
		"services: {need: {by: caller, do: [await: go]}}\n"
		"clients:\n"
		"  a: {guest: left, do: [call: {command: asks}]}\n"
		"  b: {guest: left, do: [call: {}, signal: go]}\n", "mainline");
	struct teeq_wait_graph graph;

	story_play(&s, "a:enter/admitted a:smc/taken a:secure/rpc b:enter/admitted "
		       "b:smc/thread-limit");
	story_says(&s, "Limit: a guest has as many calls in the secure world as it may.\n");
	story_says(&s, "  b in guest left, in its call, waits for guest left's limit of 1 call: "
		       "a's call asks is in the secure world\n");
	story_says(&s, "The cycle:\n"
		       "  a waits for event go, which b would signal\n"
		       "  b waits for guest left's limit of 1 call: a's call asks is in the secure "
		       "world\n");
	assert_int_equal(teeq_wait_graph_new(s.model, s.world, &graph), TEEQ_OK);
	assert_int_equal(graph.edge_count, 2);
	assert_int_equal(graph.edges[1].kind, TEEQ_WAIT_LIMIT);
	assert_string_equal(teeq_wait_kind_name(TEEQ_WAIT_LIMIT), "limit");
	assert_string_equal(teeq_wait_edge_object(s.model, &graph.edges[1]), "left");
	assert_int_equal(graph.edges[1].holder, 0);
	teeq_wait_graph_free(&graph);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

#define MUTEX \
	"secure: {threads: 2, locks: [fs]}\n" \
	"guests: {left: {}, right: {}}\n" \
	"commands: {write: [lock: fs, interrupt: true, unlock: fs]}\n" \
	"clients:\n" \
	"  a: {guest: left, do: [call: {command: write}]}\n" \
	"  b: {guest: right, do: [call: {command: write}]}\n"

/*
 * A mutex that threads of two guests share: the unlock sends its notification by an RPC of its own call,
 * which goes to the driver of its own guest, where nobody waits for it.
 */
static void test_a_wake_goes_to_the_wrong_guest(void **state)
{
	struct teeq_secure_wait_view wait;
	struct story s = yaml_story(MUTEX, "mainline");

	story_play(&s, TAKES("a") "a:secure/interrupted " TAKES("b")
		       "b:secure/rpc b:notif-wait/must-wait "
		       "a:smc/resumed a:secure/rpc a:notif-send a:smc/resumed a:secure/exit a:leave");
	assert_string_equal(story_enabled(&s), "");
	assert_true(teeq_world_secure_wait(s.model, s.world, 1, &wait));
	assert_true(wait.chosen);
	assert_int_equal(wait.strayed, 0);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

#define THREE \
	"secure: {threads: 2, locks: [fs]}\n" \
	"guests: {left: {}, middle: {}, right: {}}\n" \
	"commands: {write: [lock: fs, interrupt: true, unlock: fs]}\n" \
	"clients:\n" \
	"  a: {guest: left, do: [call: {command: write}]}\n" \
	"  b: {guest: right, do: [call: {command: write}, call: {command: write}]}\n"

#define HOLDS(name) TAKES(name) name ":secure/interrupted "
#define WAITS(name) TAKES(name) name ":secure/rpc "
#define SENDS(name) name ":smc/resumed " name ":secure/rpc "
#define ENDS(name) name ":smc/resumed " name ":secure/exit " name ":leave "
/* b asks again whether it was told; what went to the guest on the left stays with the driver there. */
#define LEAVES_A_KEY \
	HOLDS("a") WAITS("b") SENDS("a") "a:notif-send f:fault b:notif-wait/failed " ENDS("a") \
	"b:smc/resumed b:secure/interrupted b:smc/resumed b:secure/exit b:leave "

static struct teeq_secure_wait_view chosen_wait(const struct story *s)
{
	struct teeq_secure_wait_view wait;

	assert_true(teeq_world_secure_wait(s->model, s->world, 1, &wait));
	assert_true(wait.chosen);
	return wait;
}
#define chosen_wait(...) FROM(chosen_wait(__VA_ARGS__))

/* A wake that went astray before, for who had the thread then, says nothing of the next one. */
static void test_the_last_wake_counts(void **state)
{
	struct story s = yaml_story(
		THREE "  c: {guest: middle, do: [call: {command: write}]}\n"
		      "faults: {f: {kind: notif-wait-fails}}\n", "mainline");

	story_play(&s, LEAVES_A_KEY HOLDS("c") WAITS("b") "b:notif-wait/must-wait " SENDS("c"));
	assert_int_equal(chosen_wait(&s).strayed, 1);
	assert_true(chosen_wait(&s).straying);
	story_says(&s,
		   "b in guest right, in its call write, waits for secure lock fs, which is free, "
		   "but the wake is on its way to guest middle, where nobody waits for it\n");
	story_play(&s, "c:notif-send " ENDS("c"));
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(chosen_wait(&s).strayed, 1);
	assert_false(chosen_wait(&s).straying);
	story_says(&s, "b in guest right, in its call write, waits for secure lock fs, which is free, "
		       "but the wake went to guest middle, where nobody waits for it\n");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* Nor does it keep one from arriving: the next is sent in the waiter's own guest. */
static void test_a_wake_in_its_own_guest_arrives(void **state)
{
	struct story s = yaml_story(
		THREE "  c: {guest: right, do: [call: {command: write}]}\n"
		      "faults: {f: {kind: notif-wait-fails}}\n", "mainline");

	story_play(&s, LEAVES_A_KEY HOLDS("c") WAITS("b") SENDS("c"));
	assert_int_equal(chosen_wait(&s).strayed, -1);
	story_play(&s, "c:notif-send ");
	assert_int_equal(chosen_wait(&s).strayed, -1);
	story_play(&s, ENDS("c") "b:notif-wait/ok b:smc/resumed b:secure/interrupted " ENDS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Notifications are the driver's: one of the same name in another guest is another one. */
static void test_notifications_are_the_guests_own(void **state)
{
	struct story s = yaml_story(
		TWO("2", "", "  a: {guest: left, do: [call: {command: waits}]}\n"
			     "  b: {guest: right, do: [notify: ready]}\n"),
		"mainline");

	story_play(&s, TAKES("a") "a:secure/rpc a:notif-wait/must-wait b:notif-send");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

#define SUPPLICANTS \
	"secure: {threads: 2}\n" \
	"supplicant: {threads: 1}\n" \
	"guests: {left: {}, right: {supplicant: false}}\n" \
	"commands: {read: [rpc: file]}\n" \
	"services: {file: {by: supplicant}}\n" \
	"clients:\n" \
	"  a: {guest: left, do: [call: {command: read}]}\n" \
	"  b: {guest: right, do: [call: {command: read}]}\n" \
	"  starter: {guest: right, stage: 2, do: [start: tee-supplicant]}\n"

/* Each has its own tee-supplicant, or none yet. */
static void test_each_has_its_own_supplicant(void **state)
{
	struct story s = yaml_story(SUPPLICANTS, "mainline");

	story_play(&s, TAKES("b") "b:secure/rpc b:request");
	assert_string_equal(story_enabled(&s), "a");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_RUNS);
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 1),
			 TEEQ_SUPPLICANT_ABSENT);
	story_play(&s, TAKES("a") "a:secure/rpc a:request left-tee-supplicant:receive "
		       "left-tee-supplicant:answer a:reply a:smc/resumed a:secure/exit a:leave "
		       "starter:start-supplicant right-tee-supplicant:receive "
		       "right-tee-supplicant:answer b:reply b:smc/resumed b:secure/exit b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A new one waits for the device of its own guest, whatever there is in the others. */
static void test_a_new_supplicant_waits_in_its_own_guest(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"supplicant: {threads: 1}\n"
		"guests: {left: {}, right: {}}\n"
		"notifications: [never]\n"
		"services: {memory: {by: supplicant, kind: shm-alloc}}\n"
		"commands: {keeps: [rpc: memory, wait: never]}\n"
		"clients:\n"
		"  b: {guest: right, do: [call: {command: keeps}]}\n"
		"  starter: {guest: right, do: [kill: tee-supplicant, start: tee-supplicant]}\n",
		"mainline");

	story_play(&s, TAKES("b") "b:secure/rpc b:request right-tee-supplicant:receive "
		       "right-tee-supplicant:answer b:reply b:smc/resumed b:secure/rpc "
		       "b:notif-wait/must-wait starter:kill");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_RUNS);
	story_says(&s, "starter in guest right waits to start tee-supplicant: it was killed, and its device is held "
		       "open by memory that it allocated for b's call keeps\n");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* A session is known to the driver that opened it: elsewhere each step in it is refused. */
static void test_a_session_is_the_guests_own(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"guests: {left: {}, right: {}}\n"
		"sessions: {scmi: {system: true, guest: right}}\n"
		"clients:\n"
		"  a: {guest: left, do: [call: {session: scmi}, release: scmi]}\n"
		"  b: {guest: right, do: [call: {session: scmi}]}\n", "mainline");

	assert_int_equal(queue_of(&s, "a")->system_session_count, 0);
	assert_int_equal(queue_of(&s, "b")->system_session_count, 1);
	story_play(&s, "a:enter/refused=EINVAL a:unreserve/refused=EINVAL "
		       "b:enter/admitted@system b:smc/taken b:secure/exit b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* What nothing says of a guest leaves no trace: the same model, and the same schedules. */
static void test_one_guest_changes_nothing(void **state)
{
	struct story with = yaml_story("secure: {threads: 1}\nguests: {only: {}}\n"
				       "clients: {a: {count: 2, do: [call: {}]}}\n", "mainline");
	struct story without = yaml_story("secure: {threads: 1}\n"
					  "clients: {a: {count: 2, do: [call: {}]}}\n", "mainline");

	assert_int_equal(teeq_world_size(with.model), teeq_world_size(without.model));
	assert_int_equal(teeq_model_guest_count(without.model), 1);
	assert_null(teeq_model_guest_name(without.model, 0));
	assert_string_equal(teeq_model_guest_name(with.model, 0), "only");
	story_end(&with);
	story_end(&without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_wakes_across_guests),
		cmocka_unit_test(test_in_one_guest_an_exit_wakes),
		cmocka_unit_test(test_each_counts_what_it_was_told),
		cmocka_unit_test(test_a_limit_is_the_guests_own),
		cmocka_unit_test(test_a_report_names_the_limit),
		cmocka_unit_test(test_a_wake_goes_to_the_wrong_guest),
		cmocka_unit_test(test_the_last_wake_counts),
		cmocka_unit_test(test_a_wake_in_its_own_guest_arrives),
		cmocka_unit_test(test_notifications_are_the_guests_own),
		cmocka_unit_test(test_each_has_its_own_supplicant),
		cmocka_unit_test(test_a_new_supplicant_waits_in_its_own_guest),
		cmocka_unit_test(test_a_session_is_the_guests_own),
		cmocka_unit_test(test_one_guest_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
