/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: what a line becomes, and what is said about a line that is not right. */
#include "story.h"

#include "teeq/policy.h"
#include "teeq/recording.h"
#include "teeq/scenario.h"

#define RECORDINGS TEEQ_SOURCE_DIR "/tests/recordings/"

/* A file with this content, which exists while the test runs. */
struct scratch {
	char path[32];
};

static struct scratch scratch_write(const char *text, size_t size)
{
	struct scratch scratch = { .path = "/tmp/teeq-recording-XXXXXX" };
	int file = mkstemp(scratch.path);

	assert_true(file >= 0);
	while (size > 0) {
		ssize_t written = write(file, text, size);

		assert_true(written > 0);
		text += written;
		size -= (size_t)written;
	}
	close(file);
	return scratch;
}
#define scratch_write(...) FROM(scratch_write(__VA_ARGS__))

static struct teeq_recordings *open_reader(const char *path)
{
	struct teeq_recordings *reader = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_recordings_new(path, &reader, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	return reader;
}
#define open_reader(...) FROM(open_reader(__VA_ARGS__))

static const struct teeq_recording *next(struct teeq_recordings *reader)
{
	const struct teeq_recording *recording = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_recordings_next(reader, &recording, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	return recording;
}
#define next(...) FROM(next(__VA_ARGS__))

/* ------------------------------------- the measured files ------------------------------------- */

static void visit_file(const char *path, const char *driver, bool counts, unsigned int deadlocks)
{
	struct teeq_recordings *reader = open_reader(path);
	const struct teeq_recording *r;
	unsigned int count = 0;

	for (; (r = next(reader)); count++) {
		char name[32];

		snprintf(name, sizeof(name), "recording-%u", count);
		assert_string_equal(r->scenario.name, name);
		assert_string_equal(r->driver, driver);
		assert_int_equal(teeq_recordings_line(reader), count + 1);
		assert_true(r->step_count > 0);
		assert_int_equal(r->deadlock, r->blocked_count > 0);
		for (size_t i = 0; i < r->step_count; i++)
			assert_int_equal(r->steps[i].has_counters, counts);
		deadlocks -= r->deadlock;
	}
	assert_int_equal(count, 300);
	assert_int_equal(deadlocks, 0);
	teeq_recordings_free(reader);
}
#define visit_file(...) FROM(visit_file(__VA_ARGS__))

static void test_measured_files(void **state)
{
	visit_file(RECORDINGS "linux-6.1.jsonl", "linux-6.1", false, 152);
	visit_file(RECORDINGS "linux-6.12.jsonl", "linux-6.12", true, 177);
}

/* ------------------------------------------ one line ------------------------------------------ */

/* clang-format off */
/* Two tasks with everything that a script may hold. The tests below break it in one place each. */
static const char line[] =
	"{\"id\": 7, \"driver\": \"linux-6.12\", \"threads\": 2, \"tracking\": true, "
	"\"system_sessions\": 2, \"tasks\": ["
	"[{\"call\": {\"system\": true, \"rpcs\": [[], [{\"lock\": 1}, "
	"{\"call\": {\"system\": false, \"rpcs\": []}}, {\"unlock\": 1}]]}}], "
	"[{\"reserve\": true}, {\"reserve\": true}, {\"unreserve\": true}, {\"reserve\": true}, "
	"{\"unreserve\": true}, {\"unreserve\": true}]], "
	"\"steps\": ["
	"{\"task\": 0, \"at\": \"enter\", \"free\": 1, \"system_sessions\": 2, "
	"\"waiters\": [[0, 0, 0]], \"owners\": [-1, -1]}, "
	"{\"task\": 0, \"at\": \"smc\", \"smc\": \"alloc\", "
	"\"waiters\": [[0, 0, 1], [1, 7, 0]], \"owners\": [0, -1]}, "
	"{\"task\": 0, \"at\": \"secure\", \"smc\": \"rpc\", \"waiters\": [], \"owners\": [0, 1]}, "
	"{\"task\": 1, \"at\": \"sysref\", \"free\": -1, \"system_sessions\": 3, "
	"\"waiters\": [], \"owners\": [0, -1]}], "
	"\"outcome\": \"deadlock\", \"blocked\": [[0, \"nlock\"], [1, \"wait\"]]}";
/* clang-format on */

static void check_scripts(const struct teeq_scenario *s)
{
	const struct teeq_step *reserves = s->clients[1].steps;

	assert_int_equal(s->client_count, 2);
	assert_string_equal(s->clients[0].name, "t0");
	assert_string_equal(s->clients[0].steps[0].name, "c0");
	assert_string_equal(s->clients[0].steps[0].session, "r0");
	assert_int_equal(s->command_count, 2);
	assert_int_equal(s->commands[0].step_count, 2);
	assert_string_equal(s->commands[0].steps[0].name, "s0");
	assert_string_equal(s->commands[0].steps[1].name, "s1");
	assert_int_equal(s->service_count, 2);
	assert_int_equal(s->services[0].step_count, 0);
	assert_int_equal(s->services[1].step_count, 3);
	assert_int_equal(s->services[1].steps[0].kind, TEEQ_STEP_LOCK);
	assert_string_equal(s->services[1].steps[0].name, "l1");
	assert_string_equal(s->services[1].steps[1].name, "c1");
	assert_null(s->services[1].steps[1].session);
	assert_int_equal(s->services[1].steps[2].kind, TEEQ_STEP_UNLOCK);
	assert_int_equal(s->lock_count, 2);
	/* What a task holds at once are different sessions; what it gave back may come again. */
	assert_int_equal(s->session_count, 4);
	assert_true(s->sessions[1].system);
	assert_false(s->sessions[2].system);
	assert_string_equal(reserves[0].session, "t1-a");
	assert_string_equal(reserves[1].session, "t1-b");
	assert_int_equal(reserves[2].kind, TEEQ_STEP_RELEASE);
	assert_string_equal(reserves[2].session, "t1-b");
	assert_string_equal(reserves[3].session, "t1-b");
	assert_string_equal(reserves[4].session, "t1-b");
	assert_string_equal(reserves[5].session, "t1-a");
}
#define check_scripts(...) FROM(check_scripts(__VA_ARGS__))

static void check_steps(const struct teeq_recording *r)
{
	assert_int_equal(r->step_count, 4);
	assert_int_equal(r->steps[0].action, TEEQ_ACTION_ENTER);
	assert_int_equal(r->steps[0].outcome, TEEQ_OUTCOME_OK);
	assert_true(r->steps[0].has_counters);
	assert_int_equal(r->steps[0].free_count, 1);
	assert_int_equal(r->steps[0].system_session_count, 2);
	assert_false(r->steps[1].has_counters);
	assert_int_equal(r->steps[1].outcome, TEEQ_OUTCOME_TAKEN);
	assert_int_equal(r->steps[1].waiter_count, 2);
	assert_int_equal(r->steps[1].waiters[0].done, 1);
	assert_int_equal(r->steps[1].waiters[1].task, 1);
	assert_int_equal(r->steps[1].waiters[1].level, 7);
	assert_int_equal(r->steps[1].owners[0], 0);
	assert_int_equal(r->steps[1].owners[1], -1);
	assert_int_equal(r->steps[2].outcome, TEEQ_OUTCOME_RPC);
	assert_int_equal(r->steps[3].action, TEEQ_ACTION_RESERVE);
	assert_true(r->steps[3].sysref);
	assert_false(r->steps[2].sysref);
	assert_int_equal(r->steps[3].free_count, -1);
	assert_true(r->deadlock);
	assert_int_equal(r->blocked_count, 2);
	assert_int_equal(r->blocked[0].action, TEEQ_ACTION_LOCK);
	assert_int_equal(r->blocked[1].task, 1);
	assert_int_equal(r->blocked[1].action, TEEQ_ACTION_WAIT);
}
#define check_steps(...) FROM(check_steps(__VA_ARGS__))

static void test_what_a_line_becomes(void **state)
{
	struct scratch scratch = scratch_write(line, strlen(line));
	struct teeq_recordings *reader = open_reader(scratch.path);
	const struct teeq_recording *r = next(reader);

	assert_non_null(r);
	assert_string_equal(r->scenario.name, "recording-7");
	assert_string_equal(r->driver, "linux-6.12");
	assert_int_equal(r->scenario.thread_count, 2);
	assert_int_equal(r->scenario.abi, TEEQ_ABI_SMC);
	check_scripts(&r->scenario);
	check_steps(r);
	assert_null(next(reader));
	assert_null(next(reader));
	teeq_recordings_free(reader);
	unlink(scratch.path);
}

/* What the model has no step for: a wait of one's own, and an end that is not told. */
static const char other_line[] =
	"{\"id\": 1, \"driver\": \"linux-6.12\", \"threads\": 1, \"tracking\": true, \"system_sessions\": 0, "
	"\"tasks\": [[{\"call\": {\"system\": false, \"rpcs\": []}}, {\"other\": true}], []], \"steps\": ["
	"{\"task\": 1, \"at\": \"other\", \"what\": \"&done\", \"waiters\": [], \"owners\": [-1]}, "
	"{\"task\": 0, \"at\": \"enter\", \"waiters\": [[0, 0, 0]], \"owners\": [-1]}, "
	"{\"task\": 0, \"at\": \"smc\", \"smc\": \"alloc\", \"waiters\": [[0, 0, 0]], \"owners\": [0]}, "
	"{\"task\": 1, \"at\": \"other\", \"what\": \"&more\", \"waiters\": [[0, 0, 0]], \"owners\": [0]}, "
	"{\"task\": 0, \"at\": \"secure\", \"smc\": \"exit\", \"waiters\": [[0, 0, 0]], \"owners\": [-1]}, "
	"{\"task\": 0, \"at\": \"leave\", \"waiters\": [], \"owners\": [-1]}], "
	"\"outcome\": \"deadlock\", \"blocked\": [[0, \"other\"]]}\n";

static enum teeq_status conform_line(const char *text, size_t *compared, const char **cut,
				     struct teeq_error *error)
{
	static char why[64];
	struct scratch scratch = scratch_write(text, strlen(text));
	struct teeq_recordings *reader = open_reader(scratch.path);
	const struct teeq_recording *r = next(reader);
	enum teeq_status status;

	assert_non_null(r);
	status = teeq_conform(r, teeq_policy_find("mainline"), compared, error);
	snprintf(why, sizeof(why), "%s", r->cut ? r->cut : "");
	*cut = r->cut ? why : NULL;
	teeq_recordings_free(reader);
	unlink(scratch.path);
	return status;
}
#define conform_line(...) FROM(conform_line(__VA_ARGS__))

static void expect_conform(const char *from, const char *to, enum teeq_status status, size_t steps,
			   const char *key)
{
	const char *place = strstr(other_line, from), *cut;
	struct teeq_error error = { .key = "" };
	size_t compared = 0;
	char text[2048];

	assert_non_null(place);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(place - other_line), other_line, to,
		 place + strlen(from));
	assert_int_equal(conform_line(text, &compared, &cut, &error), status);
	assert_int_equal(compared, steps);
	assert_string_equal(error.key, key);
	assert_int_equal(cut != NULL, strstr(text, "\"cut\"") != NULL);
}
#define expect_conform(...) FROM(expect_conform(__VA_ARGS__))

static void test_what_the_model_has_no_step_for(void **state)
{
	expect_conform("", "", TEEQ_OK, 6, "");
	/* What is passed over must have changed nothing. */
	expect_conform("\"&more\", \"waiters\": [[0, 0, 0]]", "\"&more\", \"waiters\": [[0, 0, 1]]",
		       TEEQ_EMISMATCH, 3, "step 3: waiters[0]");
	expect_conform("\"&done\", \"waiters\": [], \"owners\": [-1]",
		       "\"&done\", \"waiters\": [], \"owners\": [1]", TEEQ_EMISMATCH, 0,
		       "step 0: owners[0]");
	/* Who is left must be where the script says, */
	expect_conform(", {\"other\": true}", "", TEEQ_EMISMATCH, 6, "step 6: outcome");
	expect_conform("\"deadlock\", \"blocked\": [[0, \"other\"]]", "\"done\", \"blocked\": []",
		       TEEQ_EMISMATCH, 6, "step 6: outcome");
	/* unless nobody says how it went on. */
	expect_conform("\"deadlock\", \"blocked\": [[0, \"other\"]]",
		       "\"cut\", \"cut\": \"a signal\", \"blocked\": []", TEEQ_OK, 6, "");
}

/* ----------------------------------------- bad lines ------------------------------------------ */

/* clang-format off */
#define AT "enter, wait, requeue, recheck, smc, secure, leave, started, nlock, sysref, other"

/* Write @to for the first @from of the line above; the message begins behind "PATH:1: ". */
static const struct {
	const char *from;
	const char *to;
	const char *message;
} bad[] = {
	{ "{\"id\"", "[\"id\"", "not JSON: ']' expected near ':', at byte 6" },
	{ "{\"id\"", "{\"id\": 1, \"id\"", "not JSON: duplicate object key near '\"id\"', at byte 14" },
	{ "\"id\": 7, ", "", "id: found nothing, expected a whole number 0..1000000000" },
	{ "7", "-1", "id: found -1, expected a whole number 0..1000000000" },
	{ "7", "7.0", "id: found a fraction, expected a whole number 0..1000000000" },
	{ "7", "99999999999999999999", "not JSON: too big integer near '99999999999999999999', at "
				       "byte 27" },
	{ "7", "7, \"extra\\u001b\": 1", "unknown key \"extra\\x1b\", allowed: id, driver, threads, "
					 "tracking, system_sessions, tasks, steps, outcome, cut, "
					 "blocked" },
	{ "\"linux-6.12\"", "612", "driver: found 612, expected text of 1..63 characters" },
	{ "\"linux-6.12\"", "\"\"", "driver: found \"\", expected text of 1..63 characters" },
	{ "\"threads\": 2", "\"threads\": 0", "threads: found 0, expected a whole number 1..16" },
	{ "\"threads\": 2", "\"threads\": 17", "threads: found 17, expected a whole number 1..16" },
	{ "\"threads\": 2", "\"threads\": 3", "steps[0].owners: found a list of 2, expected a list "
					      "of 3" },
	{ "true", "1", "tracking: found 1, expected true or false" },
	{ "\"system_sessions\": 2", "\"system_sessions\": 65", "system_sessions: found 65, expected "
							      "a whole number 0..64" },
	{ "\"system_sessions\": 2", "\"system_sessions\": 63", "tasks[1][1].reserve: more than 64 "
							      "system sessions" },
	{ "\"system_sessions\": 2", "\"system_sessions\": 0",
	  "tasks[0][0].call.system: found true, but system_sessions is 0: there is no such session" },
	{ "[[{\"call\"", "[{\"call\"", "not JSON: string or '}' expected near '[', at byte 213" },
	{ "\"tasks\": [", "\"tasks\": [{}, ", "tasks[0]: found an object, expected a list of "
					      "0..65535" },
	{ "{\"call\": {\"system\": true", "{\"call\": {\"sys\": true",
	  "tasks[0][0].call: unknown key \"sys\", allowed: system, rpcs" },
	{ "{\"call\": {\"system\": true", "{\"call\": {\"system\": null",
	  "tasks[0][0].call.system: found null, expected true or false" },
	{ "{\"call\": {\"system\": true, ", "{\"lock\": 1, \"call\": {\"system\": true, ",
	  "tasks[0][0]: found an object, expected an object of exactly one key" },
	{ "[{\"lock\": 1}", "[{}", "tasks[0][0].call.rpcs[1][0]: found an object, expected an object "
				   "of exactly one key" },
	{ "[{\"lock\": 1}", "[{\"loc\": 1}", "tasks[0][0].call.rpcs[1][0]: unknown key \"loc\", "
					     "allowed: call, lock, unlock, reserve, unreserve, "
					     "other" },
	{ "[{\"lock\": 1}", "[{\"other\": 1}", "tasks[0][0].call.rpcs[1][0].other: found 1, expected "
					       "true" },
	{ "[{\"lock\": 1}", "[{\"lock\": 16}", "tasks[0][0].call.rpcs[1][0].lock: found 16, expected "
					       "a whole number 0..15" },
	{ "[{\"lock\": 1}", "[3", "tasks[0][0].call.rpcs[1][0]: found 3, expected an object" },
	{ "[[], [{", "[{}, [{", "tasks[0][0].call.rpcs[0]: found an object, expected a list of "
				"0..65534" },
	{ "{\"reserve\": true}", "{\"reserve\": false}", "tasks[1][0].reserve: found false, expected "
							"true" },
	{ "{\"reserve\": true}", "{\"unreserve\": true}", "tasks[1][0].unreserve: nothing is reserved "
							 "by this task" },
	{ "{\"task\": 0", "{\"task\": 2", "steps[0].task: found 2, expected a whole number 0..1" },
	{ "{\"task\": 0", "{\"taks\": 0", "steps[0]: unknown key \"taks\", allowed: task, at, smc, "
					  "free, system_sessions, waiters, owners, what" },
	{ "\"at\": \"enter\"", "\"at\": \"other\"", "steps[0].what: found nothing, expected text of "
						   "1..63 characters" },
	{ "\"at\": \"enter\"", "\"at\": \"enter\", \"what\": \"x\"", "steps[0].what: found \"x\", expected no "
								  "such key but at other" },
	{ "\"at\": \"enter\"", "\"at\": \"lock\"", "steps[0].at: found \"lock\", expected one of " AT },
	{ "\"at\": \"enter\"", "\"at\": \"secure\"", "steps[0].smc: found nothing, expected one of "
						    "rpc, exit" },
	{ "\"smc\": \"alloc\", ", "", "steps[1].smc: found nothing, expected one of alloc, resume, "
				      "limit" },
	{ "\"alloc\"", "\"exit\"", "steps[1].smc: found \"exit\", expected one of alloc, resume, "
				   "limit" },
	{ "\"at\": \"smc\"", "\"at\": \"leave\"", "steps[1].smc: found \"alloc\", expected no such key "
						 "but at smc and secure" },
	{ "\"free\": 1", "\"free\": \"1\"", "steps[0].free: found \"1\", expected a whole number "
					    "-1000000..1000000" },
	{ "\"free\": 1, ", "", "steps[0].free: found nothing, expected a whole number "
			       "-1000000..1000000" },
	{ "[[0, 0, 0]]", "[[0, 0]]", "steps[0].waiters[0]: found a list of 2, expected a list of 3" },
	{ "[[0, 0, 0]]", "[[0, 8, 0]]", "steps[0].waiters[0][1]: found 8, expected a whole number "
					"0..7" },
	{ "[[0, 0, 0]]", "[[0, 0, 2]]", "steps[0].waiters[0][2]: found 2, expected a whole number "
					"0..1" },
	{ "[[0, 0, 0]]", "[[-1, 0, 0]]", "steps[0].waiters[0][0]: found -1, expected a whole number "
					 "0..1" },
	{ "[[0, 0, 0]]", "null", "steps[0].waiters: found null, expected a list of 0..16" },
	{ "[-1, -1]", "[-2, -1]", "steps[0].owners[0]: found -2, expected a whole number -1..1" },
	{ "[-1, -1]", "[-1, 4294967295]", "steps[0].owners[1]: found 4294967295, expected a whole "
					  "number -1..1" },
	{ "\"deadlock\"", "\"done\"", "blocked: found a list of 2, expected a list of 0" },
	{ "\"deadlock\"", "\"hang\"", "outcome: found \"hang\", expected one of done, deadlock, cut" },
	{ "\"deadlock\"", "\"deadlock\", \"cut\": \"x\"", "cut: found \"x\", expected no such key but where "
							"the outcome is cut" },
	{ "\"deadlock\"", "\"cut\"", "cut: found nothing, expected text of 1..200 characters" },
	{ "\"deadlock\"", "\"cut\", \"cut\": \"x\"", "blocked: found a list of 2, expected a list of 0" },
	{ "[0, \"nlock\"]", "[0, \"sleep\"]", "blocked[0][1]: found \"sleep\", expected one of " AT },
	{ "[0, \"nlock\"], ", "[0, \"wait\"], [0, \"wait\"], ", "blocked: found a list of 3, expected "
								"a list of 1..2" },
};
/* clang-format on */

static void assert_line_refused(const char *text, size_t size, unsigned int number,
				const char *message)
{
	struct scratch scratch = scratch_write(text, size);
	struct teeq_recordings *reader = open_reader(scratch.path);
	const struct teeq_recording *recording = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	char expected[480];

	snprintf(expected, sizeof(expected), "%s:%u: %s", scratch.path, number, message);
	while (teeq_recordings_next(reader, &recording, &error) == TEEQ_OK)
		if (!recording)
			fail_msg("expected '%s', found no error", message);
	assert_int_equal(error.status, TEEQ_EINPUT);
	assert_string_equal(error.text, expected);
	assert_null(recording);
	/* There is no way on after that. */
	assert_int_equal(teeq_recordings_next(reader, &recording, NULL), TEEQ_EINPUT);
	teeq_recordings_free(reader);
	unlink(scratch.path);
}
#define assert_line_refused(...) FROM(assert_line_refused(__VA_ARGS__))

static void test_every_message(void **state)
{
	for (size_t i = 0; i < LENGTH(bad); i++) {
		const char *place = strstr(line, bad[i].from);
		char text[2048];

		if (!place)
			fail_msg("the line has no '%s'", bad[i].from);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(place - line), line, bad[i].to,
			 place + strlen(bad[i].from));
		assert_line_refused(text, strlen(text), 1, bad[i].message);
	}
}

static void test_lines_are_counted(void **state)
{
	char text[8192];
	struct scratch scratch;
	struct teeq_recordings *reader;

	snprintf(text, sizeof(text), "\n%s\r\n \t\n%s\n{\n", line, line);
	assert_line_refused(text, strlen(text), 5,
			    "not JSON: string or '}' expected near end of "
			    "file, at byte 1");
	snprintf(text, sizeof(text), "\n%s\r\n \t\n%s", line, line);
	scratch = scratch_write(text, strlen(text));
	reader = open_reader(scratch.path);
	assert_non_null(next(reader));
	assert_int_equal(teeq_recordings_line(reader), 2);
	assert_non_null(next(reader));
	assert_int_equal(teeq_recordings_line(reader), 4);
	assert_null(next(reader));
	teeq_recordings_free(reader);
	unlink(scratch.path);
}

static void test_what_is_no_text(void **state)
{
	assert_line_refused("{\"id\": \0}", 9, 1,
			    "not JSON: invalid token near end of file, at byte "
			    "8");
	assert_line_refused("{\"a\xff\": 1}", 9, 1,
			    "not JSON: unable to decode byte 0xff near '\"a', at byte 3");
	assert_line_refused("{\"\x1b\": 1}", 8, 1,
			    "not JSON: control character 0x1b near '\"', at byte 2");
}

static void test_bounds(void **state)
{
	size_t size = TEEQ_RECORDING_BYTES_MAX + 1;
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, '7', size);
	assert_line_refused(text, size, 1, "longer than 16 MiB, the most that is allowed");
	memset(text, '[', size);
	assert_line_refused(text, size - 1, 1,
			    "more than 1000000 lists and objects or 2000000 "
			    "commas");
	assert_line_refused(text, 1000000, 1,
			    "not JSON: maximum parsing depth reached near '[', at "
			    "byte 2049");
	memset(text, ',', size);
	assert_line_refused(text, size - 1, 1,
			    "more than 1000000 lists and objects or 2000000 "
			    "commas");
	free(text);
}

static void test_files(void **state)
{
	struct teeq_recordings *reader = NULL;
	const struct teeq_recording *recording = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	assert_int_equal(teeq_recordings_new("no/such.jsonl", &reader, &error), TEEQ_EIO);
	assert_string_equal(error.text, "no/such.jsonl: cannot open: No such file or directory");
	assert_null(reader);
	reader = open_reader("/");
	assert_int_equal(teeq_recordings_next(reader, &recording, &error), TEEQ_EIO);
	assert_string_equal(error.text, "/: cannot read: Is a directory");
	teeq_recordings_free(reader);
	teeq_recordings_free(NULL);
	reader = open_reader("/dev/null");
	assert_null(next(reader));
	teeq_recordings_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measured_files),	cmocka_unit_test(test_what_a_line_becomes),
		cmocka_unit_test(test_what_the_model_has_no_step_for),
		cmocka_unit_test(test_every_message),	cmocka_unit_test(test_lines_are_counted),
		cmocka_unit_test(test_what_is_no_text), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
