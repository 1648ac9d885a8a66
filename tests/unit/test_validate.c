/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario may say, what it may not, and where the message points: every test changes one thing. */
#include "unit/base_scenario.h"

static void accepted(const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_scenario_validate(scenario, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	assert_int_equal(error.status, TEEQ_OK);
}
#define accepted(...) FROM(accepted(__VA_ARGS__))

static void refused(const struct teeq_scenario *scenario, const char *key, const char *text)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model = NULL;

	assert_int_equal(teeq_scenario_validate(scenario, &error), TEEQ_EINPUT);
	assert_string_equal(error.text, text);
	assert_string_equal(error.key, key);
	assert_int_equal(error.status, TEEQ_EINPUT);
	/* Building says the same, and makes nothing. */
	memset(&error, 0, sizeof(error));
	assert_int_equal(teeq_model_new(scenario, teeq_policy_at(0), &model, &error),
			 TEEQ_EINPUT);
	assert_string_equal(error.text, text);
	assert_null(model);
}
#define refused(...) FROM(refused(__VA_ARGS__))

/* ------------------------------------------ names --------------------------------------------- */

#define SIXTY_THREE "a23456789-123456789-123456789-123456789-123456789-123456789-123"

static void test_names_that_are_none(void **state)
{
	static const struct {
		const char *name;
		const char *text;
	} rows[] = {
		{ NULL, "a name is missing" },
		{ "", "'' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "A", "'A' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "1a", "'1a' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "-a", "'-a' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "a_b", "'a_b' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "a b", "'a b' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ "app.0", "'app.0' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
		{ SIXTY_THREE "4",
		  "'" SIXTY_THREE "4' is not a name: [a-z][a-z0-9-]*, at most 63 long" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *const names[] = { "emmc", rows[i].name };
		const struct teeq_barrier_spec barrier = { rows[i].name, 2 };
		const struct teeq_session_spec session = { .name = rows[i].name };
		const struct teeq_script_spec command = { .name = rows[i].name };
		const struct teeq_service_spec service = { .name = rows[i].name };
		const struct teeq_client_spec client = { .name = rows[i].name };
		struct teeq_scenario scenario;

		scenario = base, scenario.name = rows[i].name;
		refused(&scenario, "name", rows[i].text);
		scenario = base, scenario.locks = names, scenario.lock_count = 2;
		refused(&scenario, "locks[1]", rows[i].text);
		scenario = base, scenario.events = names, scenario.event_count = 2;
		refused(&scenario, "events[1]", rows[i].text);
		scenario = base, scenario.barriers = &barrier;
		refused(&scenario, "barriers", rows[i].text);
		scenario = base, scenario.sessions = &session;
		refused(&scenario, "sessions", rows[i].text);
		scenario = base, scenario.commands = &command, scenario.command_count = 1;
		refused(&scenario, "commands", rows[i].text);
		scenario = base, scenario.services = &service;
		refused(&scenario, "services", rows[i].text);
		scenario = base, scenario.clients = &client;
		refused(&scenario, "clients", rows[i].text);
	}
}

static void test_names_that_are_some(void **state)
{
	static const char *const names[] = { "a", "z9-", "a--b", SIXTY_THREE };

	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct teeq_client_spec client = { .name = names[i], .count = 64 };
		struct teeq_scenario scenario = base;
		struct teeq_model *model;
		char last[TEEQ_NAME_MAX + 4];

		scenario.name = names[i];
		scenario.clients = &client;
		model = story_model(&scenario, "mainline");
		snprintf(last, sizeof(last), "%s.63", names[i]);
		assert_string_equal(teeq_model_name(model), names[i]);
		assert_string_equal(teeq_model_task_name(model, 63), last);
		assert_int_equal(teeq_model_task_find(model, last), 63);
		teeq_model_free(model);
	}
}

static void test_names_declared_twice(void **state)
{
	static const char *const names[] = { "x", "y", "x" };
	static const struct teeq_barrier_spec barriers[] = { { "x", 1 }, { "x", 1 } };
	static const struct teeq_session_spec sessions[] = { { .name = "x" },
							     { .name = "x", .system = true } };
	static const struct teeq_script_spec commands[] = { { .name = "x" }, { .name = "x" } };
	static const struct teeq_service_spec services[] = { { .name = "x" }, { .name = "x" } };
	static const struct teeq_client_spec clients[] = { { .name = "x" }, { .name = "x" } };
	const char *text = "'x' is declared twice";
	struct teeq_scenario scenario;

	scenario = base, scenario.locks = names, scenario.lock_count = 3;
	refused(&scenario, "locks[2]", text);
	scenario = base, scenario.events = names, scenario.event_count = 3;
	refused(&scenario, "events[2]", text);
	scenario = base, scenario.barriers = barriers, scenario.barrier_count = 2;
	refused(&scenario, "barriers", text);
	scenario = base, scenario.sessions = sessions, scenario.session_count = 2;
	refused(&scenario, "sessions", text);
	scenario = base, scenario.commands = commands, scenario.command_count = 2;
	refused(&scenario, "commands", text);
	scenario = base, scenario.services = services, scenario.service_count = 2;
	refused(&scenario, "services", text);
	scenario = base, scenario.clients = clients, scenario.client_count = 2;
	refused(&scenario, "clients", text);
}

/* What no file can hold: its keys differ. */
static void test_an_error_caught_twice(void **state)
{
	const struct teeq_step call = { .kind = TEEQ_STEP_CALL, .name = base_commands[0].name };
	const struct teeq_handler handlers[] = { { .error = "busy" }, { .error = "busy" } };
	struct teeq_step step = { .kind = TEEQ_STEP_TRY,
				  .steps = &call,
				  .step_count = 1,
				  .handlers = handlers,
				  .handler_count = 1 };
	struct teeq_client_spec client = { .name = "x", .steps = &step, .step_count = 1 };
	struct teeq_scenario scenario = base;

	scenario.clients = &client;
	scenario.client_count = 1;
	accepted(&scenario);
	step.handler_count = 2;
	refused(&scenario, "clients.x.do[0].try.on-error", "'busy' is caught twice");
}

/* ------------------------------------------ ranges -------------------------------------------- */

static void test_numbers_out_of_range(void **state)
{
	struct teeq_barrier_spec barrier = { "all", 0 };
	struct teeq_client_spec client = base_clients[0];
	struct teeq_scenario scenario;

	scenario = base, scenario.thread_count = 0;
	refused(&scenario, "secure.threads", "0 is out of range: 1..16");
	scenario.thread_count = 17;
	refused(&scenario, "secure.threads", "17 is out of range: 1..16");
	scenario.thread_count = 16;
	accepted(&scenario);
	scenario = base, scenario.lost_count = 3;
	refused(&scenario, "secure.lost", "3 is out of range: 0..2");
	scenario.lost_count = 2;
	accepted(&scenario);
	scenario = base, scenario.static_system_count = 3;
	refused(&scenario, "secure.static-system", "3 is out of range: 0..2");
	scenario.static_system_count = 2;
	accepted(&scenario);
	scenario = base, scenario.abi = (enum teeq_abi)2;
	refused(&scenario, "abi", "2 is neither TEEQ_ABI_SMC nor TEEQ_ABI_FFA");

	scenario = base, scenario.barriers = &barrier;
	refused(&scenario, "barriers.all", "0 is out of range: 1..64");
	barrier.count = 65;
	refused(&scenario, "barriers.all", "65 is out of range: 1..64");
	barrier.count = 64;
	accepted(&scenario);

	scenario = base, scenario.clients = &client;
	client.count = 65;
	refused(&scenario, "clients.app.count", "65 is out of range: 1..64");
	client.count = UINT32_MAX;
	refused(&scenario, "clients.app.count", "4294967295 is out of range: 1..64");
	client.count = 64;
	accepted(&scenario);
	client.stage = 256;
	refused(&scenario, "clients.app.stage", "256 is out of range: 1..255");
	client.stage = 255;
	accepted(&scenario);
}

static void test_too_many_of_a_kind(void **state)
{
	struct teeq_scenario scenario;
	char text[80];

	scenario = base, scenario.lock_count = 17;
	refused(&scenario, "locks", "17 locks, at most 16 are possible");
	scenario = base, scenario.event_count = 65;
	refused(&scenario, "events", "65 events, at most 64 are possible");
	scenario = base, scenario.barrier_count = 17;
	refused(&scenario, "barriers", "17 barriers, at most 16 are possible");
	scenario = base, scenario.session_count = 65;
	refused(&scenario, "sessions", "65 sessions, at most 64 are possible");
	scenario = base, scenario.command_count = 513;
	refused(&scenario, "commands", "513 commands, at most 512 are possible");
	scenario = base, scenario.service_count = SIZE_MAX;
	snprintf(text, sizeof(text), "%zu services, at most 512 are possible", SIZE_MAX);
	refused(&scenario, "services", text);
	scenario = base, scenario.client_count = 65;
	refused(&scenario, "clients", "65 clients, at most 64 are possible");
	scenario = base, scenario.client_count = 0;
	refused(&scenario, "clients", "there is nobody to run: at least one client is needed");
}

/* The capacities themselves are possible, all at once. */
static void test_as_many_as_possible(void **state)
{
	static char text[TEEQ_COMMAND_MAX][8];
	static const char *names[TEEQ_COMMAND_MAX];
	static struct teeq_barrier_spec barriers[TEEQ_BARRIER_MAX];
	static struct teeq_session_spec sessions[TEEQ_SESSION_MAX];
	static struct teeq_script_spec commands[TEEQ_COMMAND_MAX];
	static struct teeq_service_spec services[TEEQ_SERVICE_MAX];
	static struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_scenario scenario = {
		.name = "full", .thread_count = 16,
		.locks = names, .lock_count = TEEQ_LOCK_MAX,
		.events = names, .event_count = TEEQ_EVENT_MAX,
		.barriers = barriers, .barrier_count = TEEQ_BARRIER_MAX,
		.sessions = sessions, .session_count = TEEQ_SESSION_MAX,
		.commands = commands, .command_count = TEEQ_COMMAND_MAX,
		.services = services, .service_count = TEEQ_SERVICE_MAX,
		.clients = clients, .client_count = TEEQ_CLIENT_MAX,
	};
	struct teeq_model *model;

	for (size_t i = 0; i < TEEQ_COMMAND_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "n%zu", i);
		names[i] = text[i];
		commands[i].name = services[i].name = text[i];
		if (i < TEEQ_BARRIER_MAX)
			barriers[i] = (struct teeq_barrier_spec){ text[i], 64 };
		if (i < TEEQ_SESSION_MAX)
			sessions[i].name = clients[i].name = text[i];
	}
	model = story_model(&scenario, "mainline");
	assert_int_equal(teeq_model_task_count(model), 64);
	assert_string_equal(teeq_model_lock_name(model, 15), "n15");
	assert_null(teeq_model_lock_name(model, 16));
	assert_string_equal(teeq_model_event_name(model, 63), "n63");
	assert_null(teeq_model_event_name(model, 64));
	assert_string_equal(teeq_model_barrier_name(model, 15), "n15");
	assert_null(teeq_model_barrier_name(model, 16));
	assert_string_equal(teeq_model_session_name(model, 63), "n63");
	assert_null(teeq_model_session_name(model, 64));
	assert_string_equal(teeq_model_command_name(model, 511), "n511");
	assert_null(teeq_model_command_name(model, 512));
	assert_string_equal(teeq_model_service_name(model, 511), "n511");
	assert_null(teeq_model_service_name(model, 512));
	assert_string_equal(teeq_model_task_name(model, 63), "n63");
	assert_null(teeq_model_task_name(model, 64));
	teeq_model_free(model);
}

static void test_too_many_tasks(void **state)
{
	static const struct teeq_client_spec clients[] = { { .name = "a", .count = 40 },
							   { .name = "b", .count = 24 },
							   { .name = "c" } };
	struct teeq_scenario scenario = base;

	scenario.clients = clients;
	scenario.client_count = 2;
	accepted(&scenario);
	scenario.client_count = 3;
	refused(&scenario, "clients.c", "more than 64 tasks in all");
	scenario.client_count = 2;
	scenario.supplicant_threads = 1;
	refused(&scenario, "clients", "more than 64 tasks in all, with those of tee-supplicant, "
				      "of notifications, and faults");
}

static void test_names_of_other_tasks(void **state)
{
	static const char *const keys[] = { "n" };
	static const struct teeq_step raise[] = {
		{ .kind = TEEQ_STEP_ASYNC, .name = "n" },
	};
	static const struct teeq_fault_spec faults[] = {
		{ .name = "optee-notif", .kind = TEEQ_FAULT_THREAD_LOST, .times = 1 },
	};
	struct teeq_client_spec clients[] = { { .name = "a", .steps = raise, .step_count = 1 } };
	struct teeq_scenario scenario = base;

	scenario.notifications = keys;
	scenario.notification_count = 1;
	scenario.clients = clients;
	scenario.client_count = 1;
	accepted(&scenario);
	scenario.faults = faults;
	scenario.fault_count = 1;
	refused(&scenario, "faults.optee-notif", "'optee-notif' is the name of another task");
	scenario.fault_count = 0;
	clients[0].name = "optee-notif";
	refused(&scenario, "clients.optee-notif", "'optee-notif' is the name of another task");
}

/* --------------------------------------- dangling names --------------------------------------- */

static void test_names_of_nothing(void **state)
{
	static const struct {
		struct teeq_step step;
		const char *key;
		const char *text;
	} rows[] = {
		{ TEEQ_CALL("off", NULL), "clients.app.do[1].call.command",
		  "'off' is not declared among the commands" },
		{ TEEQ_CALL(NULL, "rpmb"), "clients.app.do[1].call.session",
		  "'rpmb' is not declared among the sessions" },
		{ TEEQ_LOCK("go"), "clients.app.do[1].lock",
		  "'go' is not declared among the locks" },
		{ TEEQ_UNLOCK("x"), "clients.app.do[1].unlock",
		  "'x' is not declared among the locks" },
		{ TEEQ_LOCK(NULL), "clients.app.do[1].lock", "the name of the lock is missing" },
		{ TEEQ_AWAIT("emmc"), "clients.app.do[1].await",
		  "'emmc' is not declared among the events" },
		{ TEEQ_SIGNAL(NULL), "clients.app.do[1].signal",
		  "the name of the event is missing" },
		{ TEEQ_BARRIER("go"), "clients.app.do[1].barrier",
		  "'go' is not declared among the barriers" },
		{ TEEQ_RESERVE("x"), "clients.app.do[1].reserve",
		  "'x' is not declared among the sessions" },
		{ TEEQ_RELEASE(NULL), "clients.app.do[1].release",
		  "the name of the session is missing" },
		{ TEEQ_OPEN("x"), "clients.app.do[1].open",
		  "'x' is not declared among the sessions" },
		{ TEEQ_CLOSE("x"), "clients.app.do[1].close",
		  "'x' is not declared among the sessions" },
		{ TEEQ_RPC("rpmb"), "clients.app.do[1].rpc", "a step of a command only" },
		{ { .kind = (enum teeq_step_kind)99 }, "clients.app.do[1]",
		  "99 is not a kind of step" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct teeq_step steps[] = { TEEQ_CALL(NULL, NULL), rows[i].step };
		struct teeq_scenario scenario = with_client(steps, 2);

		refused(&scenario, rows[i].key, rows[i].text);
	}
}

static void test_steps_out_of_place(void **state)
{
	static const struct teeq_step misplaced[] = {
		TEEQ_CALL(NULL, NULL), TEEQ_AWAIT("go"),
		TEEQ_SIGNAL("go"), TEEQ_BARRIER("all"), TEEQ_RESERVE("scmi"),
		TEEQ_RELEASE("scmi"), TEEQ_OPEN("scmi"), TEEQ_CLOSE("scmi"),
	};
	static const char *const keys[] = {
		"call", "await", "signal", "barrier", "reserve", "release",
		"open", "close",
	};
	static const struct teeq_step rpc[] = { TEEQ_RPC("rpmb") };
	const struct teeq_service_spec service = { .name = "rpmb", .steps = rpc, .step_count = 1 };
	struct teeq_scenario scenario;

	for (size_t i = 0; i < LENGTH(misplaced); i++) {
		char key[80];

		scenario = with_command(&misplaced[i], 1);
		snprintf(key, sizeof(key), "commands.write[0].%s", keys[i]);
		refused(&scenario, key, "a step of a client or a service only");
	}
	scenario = base, scenario.services = &service;
	refused(&scenario, "services.rpmb.do[0].rpc", "a step of a command only");
}

static void test_services(void **state)
{
	static const struct teeq_step unknown[] = { TEEQ_RPC("rpmb"), TEEQ_RPC("x") };
	struct teeq_service_spec service = { .name = "rpmb", .by = (enum teeq_server)7 };
	struct teeq_scenario scenario = with_command(unknown, 2);

	refused(&scenario, "commands.write[1].rpc", "'x' is not declared among the services");
	scenario = base, scenario.services = &service;
	refused(&scenario, "services.rpmb", "by: 7 is not a server");
}

/* -------------------------------------------- repeat ------------------------------------------ */

static void test_repeat(void **state)
{
	static const struct teeq_step one[] = { TEEQ_CALL(NULL, NULL) };
	static const struct teeq_step idle[] = { TEEQ_SIGNAL("go"), TEEQ_UNLOCK("emmc") };
	static const struct teeq_step wrong[] = { TEEQ_CALL(NULL, NULL), TEEQ_AWAIT("x") };
	static const struct teeq_step fifth[] = { TEEQ_CALL(NULL, NULL), TEEQ_REPEAT(2, one, 1) };
	static const struct teeq_step four = TEEQ_REPEAT(2, fifth, 2);
	static const struct teeq_step fourth = TEEQ_REPEAT(2, fifth, 1);
	static const struct teeq_step three = TEEQ_REPEAT(2, &four, 1);
	static const struct teeq_step two = TEEQ_REPEAT(2, &three, 1);
	static const struct teeq_step third = TEEQ_REPEAT(2, &fourth, 1);
	static const struct teeq_step second = TEEQ_REPEAT(2, &third, 1);
	static const struct teeq_step idle_twice = TEEQ_REPEAT(2, idle, 2);
	static const struct {
		struct teeq_step step;
		const char *key; /* NULL: accepted */
		const char *text;
	} rows[] = {
		{ TEEQ_REPEAT(1, one, 1), NULL, NULL },
		{ TEEQ_REPEAT(65535, one, 1), NULL, NULL },
		{ TEEQ_REPEAT(1, NULL, 0), NULL, NULL },
		{ TEEQ_REPEAT(0, one, 1), "clients.app.do[0].repeat.times",
		  "0 is out of range: 1..65535" },
		{ TEEQ_REPEAT(65536, one, 1), "clients.app.do[0].repeat.times",
		  "65536 is out of range: 1..65535" },
		{ TEEQ_REPEAT(3, idle, 2), "clients.app.do[0].repeat",
		  "nothing in it takes time: a call, a lock or an rpc is missing" },
		{ TEEQ_REPEAT(3, &idle_twice, 1), "clients.app.do[0].repeat",
		  "nothing in it takes time: a call, a lock or an rpc is missing" },
		{ TEEQ_REPEAT(3, wrong, 2), "clients.app.do[0].repeat.do[1].await",
		  "'x' is not declared among the events" },
		{ TEEQ_REPEAT(3, &second, 1), NULL, NULL },
		{ TEEQ_REPEAT(3, &two, 1),
		  "clients.app.do[0].repeat.do[0].repeat.do[0].repeat.do[0].repeat.do[1].repeat",
		  "repeats nest deeper than 4" },
	};
	static const struct teeq_step rpc_wrong[] = { TEEQ_RPC("rpmb"), TEEQ_CALL(NULL, NULL) };
	static const struct teeq_step in_command[] = { TEEQ_REPEAT(3, rpc_wrong, 2) };
	struct teeq_scenario scenario;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		scenario = with_client(&rows[i].step, 1);
		if (rows[i].key)
			refused(&scenario, rows[i].key, rows[i].text);
		else
			accepted(&scenario);
	}
	scenario = with_command(in_command, 1);
	refused(&scenario, "commands.write[0].repeat.do[1].call",
		"a step of a client or a service only");
}

/* Three clients of 30,000 steps are more than 65,535. */
static void test_too_many_steps(void **state)
{
	static struct teeq_step steps[30000];
	struct teeq_client_spec clients[3] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };
	struct teeq_scenario scenario = base;
	struct teeq_error error;

	for (size_t i = 0; i < LENGTH(steps); i++)
		steps[i] = (struct teeq_step)TEEQ_SIGNAL("go");
	for (size_t i = 0; i < 3; i++) {
		clients[i].steps = steps;
		clients[i].step_count = LENGTH(steps);
	}
	scenario.clients = clients;
	scenario.client_count = 2;
	accepted(&scenario);
	scenario.client_count = 3;
	assert_int_equal(teeq_scenario_validate(&scenario, &error), TEEQ_EINPUT);
	assert_string_equal(error.text, "more than 65535 steps in all");
	assert_memory_equal(error.key, "clients.c.do[", 13);
	clients[0].steps = NULL;
	refused(&scenario, "clients.a", "30000 steps, at most 65535 are possible");
}

/* ------------------------------------------- depth -------------------------------------------- */

static void test_services_that_never_end(void **state)
{
	static const struct teeq_step again[] = { TEEQ_CALL("write", NULL) };
	const struct teeq_service_spec service = { .name = "rpmb", .steps = again,
						   .step_count = 1 };
	struct teeq_scenario scenario = base;

	scenario.services = &service;
	refused(&scenario, "commands.write",
		"services that call again nest deeper than 8 calls");
}

/* Command c0 asks for service s0, which calls c1, and so on: @count commands, the last is empty. */
struct chain {
	char names[2][10][3];
	struct teeq_step rpcs[10], calls[10], first;
	struct teeq_script_spec commands[10];
	struct teeq_service_spec services[10];
	struct teeq_client_spec client;
	struct teeq_scenario scenario;
};

static void chain(struct chain *c, size_t count, bool backwards)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < count; i++) {
		size_t at = backwards ? count - 1 - i : i;

		c->names[0][i][0] = 'c';
		c->names[1][i][0] = 's';
		c->names[0][i][1] = c->names[1][i][1] = (char)('0' + i);
		c->rpcs[i] = (struct teeq_step)TEEQ_RPC(c->names[1][i]);
		c->calls[i] = (struct teeq_step)TEEQ_CALL(c->names[0][i + 1], NULL);
		c->commands[at] = (struct teeq_script_spec){ .name = c->names[0][i],
							     .steps = &c->rpcs[i],
							     .step_count = i + 1 < count };
		c->services[at] = (struct teeq_service_spec){
			.name = c->names[1][i], .steps = &c->calls[i], .step_count = i + 1 < count
		};
	}
	c->first = (struct teeq_step)TEEQ_CALL("c0", NULL);
	c->client = (struct teeq_client_spec){ .name = "app", .steps = &c->first,
					       .step_count = 1 };
	c->scenario = (struct teeq_scenario){
		.name = "chain", .thread_count = 16, .commands = c->commands,
		.command_count = count, .services = c->services, .service_count = count,
		.clients = &c->client, .client_count = 1,
	};
}

static void test_eight_calls_deep(void **state)
{
	struct chain c;

	for (int backwards = 0; backwards <= 1; backwards++) {
		struct story s;

		chain(&c, 8, backwards);
		s = story_begin(&c.scenario, "mainline");
		for (unsigned int depth = 1; depth < 8; depth++)
			story_play(&s, "app:enter app:smc app:secure/rpc");
		story_play(&s, "app:enter app:smc app:secure/exit");
		assert_int_equal(s.event.level, 7);
		assert_int_equal(s.event.context, 7);
		assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
		story_end(&s);
	}
	chain(&c, 9, false);
	refused(&c.scenario, "commands.c8", "services that call again nest deeper than 8 calls");
	chain(&c, 9, true);
	refused(&c.scenario, "commands.c0", "services that call again nest deeper than 8 calls");
}

/* ------------------------------------------ expects ------------------------------------------- */

static void test_expectations(void **state)
{
	struct teeq_expect_spec expects[] = { { "mainline", TEEQ_VERDICT_DONE, NULL },
					      { "someone-elses", TEEQ_VERDICT_DEADLOCK, NULL } };
	struct teeq_scenario scenario = base;

	scenario.expects = expects;
	scenario.expect_count = 2;
	accepted(&scenario);
	expects[1].policy = "mainline";
	refused(&scenario, "expect.mainline", "the policy is named twice");
	expects[1].client = base.clients[0].name;
	accepted(&scenario);
	expects[0].client = base.clients[0].name;
	refused(&scenario, "expect.mainline", "the client is named twice");
	expects[0].client = "nobody";
	refused(&scenario, "expect.mainline.nobody",
		"'nobody' is not declared among the clients");
	expects[0].client = NULL;
	expects[1].policy = "Mine";
	refused(&scenario, "expect", "'Mine' is not a name: [a-z][a-z0-9-]*, at most 63 long");
	expects[1] = (struct teeq_expect_spec){ "v9", TEEQ_VERDICT_COUNT, NULL };
	refused(&scenario, "expect.v9", "6 is not a verdict");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_that_are_none),
		cmocka_unit_test(test_names_that_are_some),
		cmocka_unit_test(test_names_declared_twice),
		cmocka_unit_test(test_an_error_caught_twice),
		cmocka_unit_test(test_numbers_out_of_range),
		cmocka_unit_test(test_too_many_of_a_kind),
		cmocka_unit_test(test_as_many_as_possible),
		cmocka_unit_test(test_too_many_tasks),
		cmocka_unit_test(test_names_of_other_tasks),
		cmocka_unit_test(test_names_of_nothing),
		cmocka_unit_test(test_steps_out_of_place),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_too_many_steps),
		cmocka_unit_test(test_services_that_never_end),
		cmocka_unit_test(test_eight_calls_deep),
		cmocka_unit_test(test_expectations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
