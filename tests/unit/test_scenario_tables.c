/* SPDX-License-Identifier: BSD-2-Clause */
/* Every key and every step of a scenario file, as tables; what a model makes of them is not asked. */
#include "unit/loaded_tables.h"

/* clang-format off */
static const char everything[] =
	"teeq: 1\n"
	"name: everything\n"
	"summary: Every key and every step.\n"
	"\n"
	"secure:\n"
	"  threads: 4\n"
	"  lost: 1\n"
	"  static-system: 2\n"
	"  rpc-arg: false\n"
	"  session-lock: false\n"
	"  locks: [fs, db]\n"
	"  conditions: [cv]\n"
	"  tas:\n"
	"    storage:\n"
	"      single-instance: true\n"
	"      keep-alive: true\n"
	"      load:\n"
	"        - work: 2\n"
	"    pta: {}\n"
	"  bottom-half: quick\n"
	"abi: ffa\n"
	"cpus: 2\n"
	"resched: false\n"
	"\n"
	"arguments:\n"
	"  slots: 42\n"
	"  full: private\n"
	"\n"
	"locks: [bus]\n"
	"events: [go]\n"
	"barriers: {b: 2}\n"
	"notifications: [done, late]\n"
	"contexts: [agent, tool]\n"
	"\n"
	"sessions:\n"
	"  scmi:\n"
	"    system: true\n"
	"    context: agent\n"
	"  tool:\n"
	"    context: tool\n"
	"  plain: {}\n"
	"\n"
	"commands:\n"
	"  quick: []\n"
	"  stored:\n"
	"    ta: storage\n"
	"    do:\n"
	"      - rpc: alloc\n"
	"  idle:\n"
	"    ta: pta\n"
	"    do: []\n"
	"  all:\n"
	"    - lock: fs\n"
	"    - read-lock: db\n"
	"    - cond-wait: {condition: cv, lock: fs, timeout: 7}\n"
	"    - cond-signal: cv\n"
	"    - cond-broadcast: cv\n"
	"    - unlock: fs\n"
	"    - wait: done\n"
	"    - wait: {key: late, timeout: 65535}\n"
	"    - notify: done\n"
	"    - async: late\n"
	"    - bottom-half: true\n"
	"    - invoke: stored\n"
	"    - open: stored\n"
	"    - close: stored\n"
	"    - suspend: 3\n"
	"    - suspend: {ticks: 65535, unmasked: true}\n"
	"    - work: 4\n"
	"    - interrupt: true\n"
	"    - repeat:\n"
	"        times: 2\n"
	"        do:\n"
	"          - wait: {key: done, timeout: 1}\n"
	"          - rpc: served\n"
	"    - retry:\n"
	"        times: always\n"
	"        do:\n"
	"          - rpc: served\n"
	"    - fail: storage-no-space\n"
	"\n"
	"services:\n"
	"  alloc:\n"
	"    by: supplicant\n"
	"    kind: shm-alloc\n"
	"    do:\n"
	"      - sleep: 1\n"
	"  served:\n"
	"    by: caller\n"
	"    do: []\n"
	"\n"
	"supplicant:\n"
	"  threads: 2\n"
	"  wait: interruptible\n"
	"\n"
	"guests:\n"
	"  near: {}\n"
	"  far:\n"
	"    threads: 2\n"
	"    call-limit: 2\n"
	"    thread-count: unknown\n"
	"    supplicant: false\n"
	"  third:\n"
	"    thread-count: 3\n"
	"\n"
	"channels:\n"
	"  scmi0:\n"
	"    session: scmi\n"
	"    config: quick\n"
	"    mutex: bus\n"
	"    static-memory: true\n"
	"  scmi1:\n"
	"    session: plain\n"
	"\n"
	"devices:\n"
	"  emmc:\n"
	"    session: scmi\n"
	"    \"on\": [quick, idle]\n"
	"    \"off\": [idle]\n"
	"  clock:\n"
	"    \"off\": [quick]\n"
	"  none: {}\n"
	"\n"
	"clients:\n"
	"  app:\n"
	"    count: 2\n"
	"    stage: 3\n"
	"    context: tool\n"
	"    supplicant-nowait: true\n"
	"    do:\n"
	"      - open: tool\n"
	"      - reserve: tool\n"
	"      - call: {command: all, session: tool, buffers: 2}\n"
	"      - call: {}\n"
	"      - cancel: tool\n"
	"      - release: tool\n"
	"      - close: tool\n"
	"      - close-context: tool\n"
	"      - lock: bus\n"
	"      - unlock: bus\n"
	"      - signal: go\n"
	"      - await: go\n"
	"      - barrier: b\n"
	"  driver:\n"
	"    guest: far\n"
	"    cpu: 2\n"
	"    priority: 99\n"
	"    do:\n"
	"      - sleep: 65535\n"
	"      - notify: done\n"
	"      - async: late\n"
	"      - bottom-half: true\n"
	"      - kill: app\n"
	"      - kill: tee-supplicant\n"
	"      - start: tee-supplicant\n"
	"      - freeze: app\n"
	"      - thaw: app\n"
	"      - shm-cache: disable\n"
	"      - shm-cache: enable\n"
	"      - shm-cache: probe\n"
	"      - driver: probe\n"
	"      - driver: remove\n"
	"      - driver: shutdown\n"
	"      - setup: scmi0\n"
	"      - teardown: scmi0\n"
	"      - message: {channel: scmi0, command: quick}\n"
	"      - power-on: emmc\n"
	"      - power-off: emmc\n"
	"      - open: {session: tool, command: idle}\n"
	"      - close: {session: tool, command: idle}\n"
	"      - poll: go\n"
	"      - try:\n"
	"          do:\n"
	"            - open: tool\n"
	"          on-error:\n"
	"            busy:\n"
	"              - sleep: 1\n"
	"            any: []\n"
	"      - retry:\n"
	"          times: 3\n"
	"          \"on\": eprobe-defer\n"
	"          do:\n"
	"            - call: {}\n"
	"          between:\n"
	"            - sleep: 2\n"
	"\n"
	"faults:\n"
	"  crash:\n"
	"    kind: supplicant-dies\n"
	"    guest: third\n"
	"  shot:\n"
	"    kind: client-killed\n"
	"    client: app\n"
	"    times: 15\n"
	"  dry:\n"
	"    kind: no-memory\n"
	"    times: always\n"
	"\n"
	"expect:\n"
	"  untracked: deadlock\n"
	"  mainline: done\n";
/* clang-format on */

/* The kinds of the steps, in their order. */
static void assert_kinds(const struct teeq_step *steps, size_t count,
			 const enum teeq_step_kind *kinds, size_t kind_count)
{
	assert_int_equal(count, kind_count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(steps[i].kind, kinds[i]);
}
#define assert_kinds(...) FROM(assert_kinds(__VA_ARGS__))

static void test_secure(void **state)
{
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_scenario *s = &tables->scenario;

	assert_int_equal(s->secure_lock_count, 2);
	assert_string_equal(s->secure_locks[0], "fs");
	assert_string_equal(s->secure_locks[1], "db");
	assert_int_equal(s->condition_count, 1);
	assert_string_equal(s->conditions[0], "cv");
	assert_int_equal(s->ta_count, 2);
	assert_string_equal(s->tas[0].name, "storage");
	assert_true(s->tas[0].single_instance);
	assert_true(s->tas[0].keep_alive);
	assert_int_equal(s->tas[0].load_count, 1);
	assert_int_equal(s->tas[0].load[0].kind, TEEQ_STEP_WORK);
	assert_int_equal(s->tas[1].load_count, 0);
	assert_string_equal(s->tas[1].name, "pta");
	assert_false(s->tas[1].single_instance);
	assert_string_equal(s->bottom_half, "quick");
	assert_true(s->lacks_rpc_arg);
	assert_true(s->lacks_session_lock);
	assert_int_equal(s->cpu_count, 2);
	assert_int_equal(s->argument_slots, 42);
	assert_int_equal(s->argument_full, TEEQ_ARGUMENT_PRIVATE);
	unload(tables);
}

static void test_objects(void **state)
{
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_scenario *s = &tables->scenario;

	assert_int_equal(s->lock_count, 1);
	assert_string_equal(s->locks[0], "bus");
	assert_int_equal(s->notification_count, 2);
	assert_string_equal(s->notifications[1], "late");
	assert_int_equal(s->context_count, 2);
	assert_string_equal(s->contexts[0].name, "agent");
	assert_string_equal(s->contexts[1].name, "tool");
	assert_int_equal(s->session_count, 3);
	assert_true(s->sessions[0].system);
	assert_string_equal(s->sessions[0].context, "agent");
	assert_false(s->sessions[1].system);
	assert_string_equal(s->sessions[1].context, "tool");
	assert_null(s->sessions[2].context);
	unload(tables);
}

static void test_surroundings(void **state)
{
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_scenario *s = &tables->scenario;

	assert_int_equal(s->supplicant_threads, 2);
	assert_int_equal(s->supplicant_wait, TEEQ_SUPPLICANT_INTERRUPTIBLE);
	assert_int_equal(s->channel_count, 2);
	assert_string_equal(s->channels[0].name, "scmi0");
	assert_string_equal(s->channels[0].session, "scmi");
	assert_string_equal(s->channels[0].config, "quick");
	assert_string_equal(s->channels[0].mutex, "bus");
	assert_true(s->channels[0].static_memory);
	assert_null(s->channels[1].config);
	assert_null(s->channels[1].mutex);
	assert_false(s->channels[1].static_memory);
	assert_int_equal(s->device_count, 3);
	assert_string_equal(s->devices[0].name, "emmc");
	assert_string_equal(s->devices[0].session, "scmi");
	assert_int_equal(s->devices[0].on_count, 2);
	assert_string_equal(s->devices[0].on[1], "idle");
	assert_int_equal(s->devices[0].off_count, 1);
	assert_string_equal(s->devices[0].off[0], "idle");
	assert_null(s->devices[1].session);
	assert_int_equal(s->devices[1].on_count, 0);
	assert_int_equal(s->devices[2].off_count, 0);
	assert_int_equal(s->fault_count, 3);
	assert_string_equal(s->faults[0].name, "crash");
	assert_int_equal(s->faults[0].kind, TEEQ_FAULT_SUPPLICANT_DIES);
	assert_int_equal(s->faults[0].times, 1);
	assert_null(s->faults[0].client);
	assert_int_equal(s->faults[1].kind, TEEQ_FAULT_CLIENT_KILLED);
	assert_string_equal(s->faults[1].client, "app");
	assert_int_equal(s->faults[1].times, TEEQ_FAULT_TIMES_MAX);
	assert_int_equal(s->faults[2].times, TEEQ_FAULT_ALWAYS);
	unload(tables);
}

static void test_command_steps(void **state)
{
	static const enum teeq_step_kind kinds[] = {
		TEEQ_STEP_LOCK,	       TEEQ_STEP_READ_LOCK,	 TEEQ_STEP_COND_WAIT,
		TEEQ_STEP_COND_SIGNAL, TEEQ_STEP_COND_BROADCAST, TEEQ_STEP_UNLOCK,
		TEEQ_STEP_WAIT,	       TEEQ_STEP_WAIT,		 TEEQ_STEP_NOTIFY,
		TEEQ_STEP_ASYNC,       TEEQ_STEP_ASYNC,		 TEEQ_STEP_INVOKE,
		TEEQ_STEP_OPEN,	       TEEQ_STEP_CLOSE,		 TEEQ_STEP_SUSPEND,
		TEEQ_STEP_SUSPEND,     TEEQ_STEP_WORK,		 TEEQ_STEP_INTERRUPT,
		TEEQ_STEP_REPEAT,      TEEQ_STEP_RETRY,		 TEEQ_STEP_FAIL,
	};
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_script_spec *commands = tables->scenario.commands;
	const struct teeq_step *steps = commands[3].steps;

	assert_int_equal(tables->scenario.command_count, 4);
	assert_null(commands[0].ta);
	assert_string_equal(commands[1].ta, "storage");
	assert_int_equal(commands[1].step_count, 1);
	assert_string_equal(commands[1].steps[0].name, "alloc");
	assert_string_equal(commands[2].ta, "pta");
	assert_int_equal(commands[2].step_count, 0);
	assert_kinds(steps, commands[3].step_count, kinds, LENGTH(kinds));
	assert_string_equal(steps[1].name, "db");
	assert_string_equal(steps[2].name, "cv");
	assert_string_equal(steps[2].session, "fs");
	assert_int_equal(steps[2].times, 7);
	assert_string_equal(steps[6].name, "done");
	assert_int_equal(steps[6].times, 0);
	assert_string_equal(steps[7].name, "late");
	assert_int_equal(steps[7].times, 65535);
	assert_string_equal(steps[9].name, "late");
	assert_null(steps[10].name);
	assert_string_equal(steps[11].name, "stored");
	assert_string_equal(steps[12].name, "stored");
	assert_null(steps[12].session);
	assert_string_equal(steps[13].name, "stored");
	assert_null(steps[13].session);
	assert_int_equal(steps[14].times, 3);
	assert_false(steps[14].unmasked);
	assert_int_equal(steps[15].times, 65535);
	assert_true(steps[15].unmasked);
	assert_int_equal(steps[16].times, 4);
	assert_int_equal(steps[18].steps[0].kind, TEEQ_STEP_WAIT);
	assert_int_equal(steps[18].steps[0].times, 1);
	assert_int_equal(steps[19].times, 0);
	assert_int_equal(steps[19].handler_count, 0);
	assert_string_equal(steps[20].name, "storage-no-space");
	unload(tables);
}

static void test_client_steps(void **state)
{
	static const enum teeq_step_kind kinds[] = {
		TEEQ_STEP_SLEEP,    TEEQ_STEP_NOTIFY,	 TEEQ_STEP_ASYNC,     TEEQ_STEP_ASYNC,
		TEEQ_STEP_KILL,	    TEEQ_STEP_KILL,	 TEEQ_STEP_START,     TEEQ_STEP_FREEZE,
		TEEQ_STEP_THAW,	    TEEQ_STEP_SHM_CACHE, TEEQ_STEP_SHM_CACHE, TEEQ_STEP_SHM_CACHE,
		TEEQ_STEP_DRIVER,   TEEQ_STEP_DRIVER,	 TEEQ_STEP_DRIVER,    TEEQ_STEP_SETUP,
		TEEQ_STEP_TEARDOWN, TEEQ_STEP_MESSAGE,	 TEEQ_STEP_POWER_ON,  TEEQ_STEP_POWER_OFF,
		TEEQ_STEP_OPEN,	    TEEQ_STEP_CLOSE,	 TEEQ_STEP_POLL,      TEEQ_STEP_TRY,
		TEEQ_STEP_RETRY,
	};
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_client_spec *app = &tables->scenario.clients[0];
	const struct teeq_step *steps = tables->scenario.clients[1].steps;

	assert_string_equal(app->context, "tool");
	assert_true(app->supplicant_nowait);
	assert_int_equal(app->steps[4].kind, TEEQ_STEP_CANCEL);
	assert_string_equal(app->steps[4].session, "tool");
	assert_int_equal(app->steps[7].kind, TEEQ_STEP_CLOSE_CONTEXT);
	assert_string_equal(app->steps[7].name, "tool");
	assert_null(app[1].context);
	assert_false(app[1].supplicant_nowait);
	assert_kinds(steps, app[1].step_count, kinds, LENGTH(kinds));
	assert_string_equal(steps[20].session, "tool");
	assert_string_equal(steps[20].name, "idle");
	assert_string_equal(steps[21].session, "tool");
	assert_string_equal(steps[21].name, "idle");
	assert_int_equal(steps[0].times, 65535);
	assert_string_equal(steps[2].name, "late");
	assert_null(steps[3].name);
	assert_string_equal(steps[4].name, "app");
	assert_string_equal(steps[5].name, TEEQ_SUPPLICANT_NAME);
	assert_string_equal(steps[6].name, TEEQ_SUPPLICANT_NAME);
	assert_int_equal(steps[9].times, 0);
	assert_int_equal(steps[10].times, 1);
	assert_int_equal(steps[11].times, 2);
	assert_int_equal(steps[12].times, TEEQ_DRIVER_PROBE);
	assert_int_equal(steps[14].times, TEEQ_DRIVER_SHUTDOWN);
	assert_string_equal(steps[15].name, "scmi0");
	assert_string_equal(steps[17].session, "scmi0");
	assert_string_equal(steps[17].name, "quick");
	assert_string_equal(steps[19].name, "emmc");
	assert_int_equal(steps[23].handler_count, 2);
	assert_string_equal(steps[23].handlers[0].error, "busy");
	assert_int_equal(steps[23].handlers[0].steps[0].kind, TEEQ_STEP_SLEEP);
	assert_null(steps[23].handlers[1].error);
	assert_int_equal(steps[24].times, 3);
	assert_string_equal(steps[24].name, "eprobe-defer");
	assert_int_equal(steps[24].handlers[0].steps[0].times, 2);
	unload(tables);
}

static void note_kinds(const struct teeq_step *steps, size_t count, bool *seen)
{
	for (size_t i = 0; i < count; i++) {
		seen[steps[i].kind] = true;
		note_kinds(steps[i].steps, steps[i].step_count, seen);
	}
}

/* Printing and loading are each other's reverse, and no kind of step was forgotten above. */
static void test_nothing_is_lost(void **state)
{
	struct tables *tables = load(everything, sizeof(everything) - 1);
	const struct teeq_scenario *s = &tables->scenario;
	char *text = printed_tables(s);
	bool seen[TEEQ_STEP_KIND_COUNT] = { false };

	assert_string_equal(text, everything);
	assert_round_trip(s);
	for (size_t i = 0; i < s->command_count; i++)
		note_kinds(s->commands[i].steps, s->commands[i].step_count, seen);
	for (size_t i = 0; i < s->service_count; i++)
		note_kinds(s->services[i].steps, s->services[i].step_count, seen);
	for (size_t i = 0; i < s->client_count; i++)
		note_kinds(s->clients[i].steps, s->clients[i].step_count, seen);
	for (size_t i = 0; i < TEEQ_STEP_KIND_COUNT; i++)
		if (!seen[i])
			fail_msg("no step of kind %zu in everything", i);
	free(text);
	unload(tables);
}

/* One character is another: a message, or tables that print and load again. */
static void test_damage(void **state)
{
	static const char odd[] = "x0 :{]\n\xff";
	char text[sizeof(everything)];
	unsigned int count = 0;

	for (size_t i = 0; i < sizeof(everything) - 1; i++) {
		struct teeq_error error = { .status = TEEQ_OK };
		struct tables *tables;

		memcpy(text, everything, sizeof(everything));
		text[i] = odd[i % (sizeof(odd) - 1)];
		tables = try_load(text, sizeof(text) - 1, &error);
		if (!tables) {
			count++;
			continue;
		}
		assert_round_trip(&tables->scenario);
		unload(tables);
	}
	assert_in_range(count, 1, sizeof(everything) - 2);
}

static void test_what_is_left_out(void **state)
{
	static const char text[] = "{teeq: 1, name: n, secure: {threads: 2}, clients: {a: {}},"
				   " services: {s: {}}, faults: {f: {kind: interrupt}},"
				   " supplicant: {threads: 0}}";
	struct tables *tables = load(text, sizeof(text) - 1);
	const struct teeq_scenario *s = &tables->scenario;

	assert_int_equal(s->cpu_count, 0);
	assert_int_equal(s->argument_slots, 0);
	assert_int_equal(s->argument_full, TEEQ_ARGUMENT_LOCKED);
	assert_int_equal(s->secure_lock_count + s->condition_count + s->ta_count, 0);
	assert_null(s->bottom_half);
	assert_int_equal(s->notification_count + s->context_count, 0);
	assert_int_equal(s->supplicant_threads, 0);
	assert_int_equal(s->supplicant_wait, TEEQ_SUPPLICANT_KILLABLE);
	assert_int_equal(s->channel_count + s->device_count, 0);
	assert_int_equal(s->services[0].by, TEEQ_SERVED_BY_CALLER);
	assert_int_equal(s->services[0].kind, TEEQ_RPC_KIND_OTHER);
	assert_null(s->clients[0].context);
	assert_false(s->clients[0].supplicant_nowait);
	assert_int_equal(s->faults[0].times, 1);
	assert_round_trip(s);
	unload(tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secure),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_surroundings),
		cmocka_unit_test(test_command_steps),
		cmocka_unit_test(test_client_steps),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_what_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
