/* SPDX-License-Identifier: BSD-2-Clause */
#include "interface.h"

#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "teeq/abi.h"

#define STEPS_MAX  200
#define STATES_MAX 200

/* What is NULL and must not be is refused. */
static void must_refuse(enum teeq_status status, bool missing)
{
	if (missing && status != TEEQ_EINPUT)
		found("NULL is not refused");
}

static void step(struct call *call, const struct teeq_model *m, struct teeq_world *w)
{
	struct teeq_event event;
	enum teeq_status status = teeq_world_step(m, w, call->a, OR_NULL(call, 2, &event));

	must_refuse(status, !m || !w);
	if (status == TEEQ_OK && !(call->nulls & 4))
		call->things->event = event;
}

static void run(struct call *call, const struct teeq_model *m, struct teeq_world *w)
{
	const struct teeq_run_options options = {
		.strategy = OR_NULL(call, 2, &teeq_strategy_random),
		.seed = call->a,
		.step_max = 1 + call->b % STEPS_MAX,
	};
	const struct teeq_run_options *passed = OR_NULL(call, 3, &options);
	struct teeq_result result;
	struct teeq_tally tally;

	must_refuse(teeq_run(m, w, passed, OR_NULL(call, 4, &result)),
		    !m || !w || !passed || !options.strategy || (call->nulls & 16));
	must_refuse(teeq_run_many(m, passed, call->a % 4, 0, OR_NULL(call, 4, &tally)),
		    !m || !passed || !options.strategy || (call->nulls & 16));
}

static void replay(struct call *call, const struct teeq_model *m, struct teeq_world *w)
{
	const struct teeq_run_options options = { .step_max = 10 };
	const struct teeq_run_options *passed = OR_NULL(call, 3, &options);
	struct teeq_schedule schedule = { 0 };
	struct teeq_schedule *choices = OR_NULL(call, 2, &schedule);
	struct teeq_error error;
	struct teeq_result result;

	must_refuse(teeq_schedule_add(choices, call->a), !choices);
	must_refuse(teeq_replay(m, w, choices, passed, OR_NULL(call, 4, &result),
				OR_NULL(call, 5, &error)),
		    !m || !w || !choices || !passed || (call->nulls & 16));
	free(teeq_schedule_print(m, choices));
	teeq_schedule_free(&schedule);
	teeq_schedule_free(NULL);
}

static void shrink(struct call *call, const struct teeq_model *m)
{
	struct teeq_schedule schedule = { 0 }, shrunk = { 0 };
	struct teeq_schedule *given = OR_NULL(call, 2, &schedule);
	const struct teeq_explore_options options = { .max_states = STATES_MAX };
	const struct teeq_explore_options *passed = OR_NULL(call, 4, &options);
	struct teeq_error error;
	struct teeq_no_return no_return;
	struct teeq_loop loop;

	teeq_schedule_add(&schedule, call->a);
	teeq_schedule_switches(given);
	must_refuse(teeq_shrink(m, given, OR_NULL(call, 3, &shrunk), OR_NULL(call, 5, &error)),
		    !m || !given || (call->nulls & 8));
	must_refuse(teeq_find_no_return(m, given, passed, OR_NULL(call, 3, &no_return),
				   OR_NULL(call, 5, &error)),
		    !m || !given || !passed || (call->nulls & 8));
	must_refuse(teeq_find_loop(m, given, OR_NULL(call, 3, &loop), OR_NULL(call, 5, &error)),
		    !m || !given || (call->nulls & 8));
	teeq_schedule_free(&schedule);
	teeq_schedule_free(&shrunk);
}

static void decide(struct call *call, const struct teeq_model *m)
{
	const struct teeq_decide_options options = {
		.search = { .max_states = STATES_MAX },
		.run_count = call->b % 4,
		.sample = call->b & 64,
	};
	const struct teeq_decide_options *passed = OR_NULL(call, 2, &options);
	struct teeq_decision decision;
	struct teeq_error error;
	enum teeq_status status = teeq_decide(m, (enum teeq_verdict)(call->a % 16), passed,
					      OR_NULL(call, 3, &decision), OR_NULL(call, 4, &error));

	must_refuse(status, !m || !passed || (call->nulls & 8) || call->a % 16 >= TEEQ_VERDICT_COUNT);
	if (status == TEEQ_OK || status == TEEQ_ELIMIT)
		teeq_schedule_free(&decision.schedule);
}

static void diagnose(struct call *call)
{
	const struct teeq_scenario *tables =
		OR_NULL(call, 0, teeq_scenario_tables(call->things->file));
	const struct teeq_policy *policy = OR_NULL(call, 1, call->things->policy);
	struct teeq_schedule schedule = { 0 };
	struct teeq_schedule *given = OR_NULL(call, 2, &schedule);
	const struct teeq_explore_options options = { .max_states = STATES_MAX };
	const struct teeq_explore_options *passed = OR_NULL(call, 4, &options);
	struct teeq_shrunk shrunk = { .rough = false };
	struct teeq_diagnosis diagnosis = { .undecided = false };
	struct teeq_error error;

	teeq_schedule_add(&schedule, call->a);
	must_refuse(teeq_shrink_scenario(tables, policy, given, call->b & 1, passed,
					 OR_NULL(call, 3, &shrunk), OR_NULL(call, 5, &error)),
		    !tables || !policy || !given || (call->nulls & 8));
	must_refuse(teeq_diagnose(tables, policy, given, NULL, passed,
				  OR_NULL(call, 3, &diagnosis), OR_NULL(call, 5, &error)),
		    !tables || !policy || !given || !passed || (call->nulls & 8));
	teeq_ruling_name((enum teeq_ruling)call->a);
	teeq_shrunk_free(&shrunk);
	teeq_diagnosis_free(&diagnosis);
	teeq_shrunk_free(NULL);
	teeq_diagnosis_free(NULL);
	teeq_schedule_free(&schedule);
}

/* What is made with what was passed may be drawn. */
static void draw(struct call *call, const struct teeq_model *m,
		 const struct teeq_explore_options *passed)
{
	struct teeq_states states = { 0 };
	struct teeq_states *given = OR_NULL(call, 5, &states);
	struct teeq_error error;
	FILE *out = fopen("/dev/null", "w");

	must_refuse(teeq_states_new(m, passed, given, OR_NULL(call, 4, &error)),
		    !m || !passed || !given);
	if (out) {
		must_refuse(teeq_export_states(m, given, out), !m || !given);
		must_refuse(teeq_export_states(m, given, NULL), true);
		fclose(out);
	}
	teeq_states_free(given);
	teeq_states_free(NULL);
}

static void explore(struct call *call, const struct teeq_model *m)
{
	const struct teeq_explore_options options = {
		.search = (enum teeq_search)(call->a % 4),
		.workers = call->b,
		.max_states = STATES_MAX,
		.goal = call->a,
		.from = OR_NULL(call, 1, call->things->world),
		.max_seconds = call->b == 255 ? -1 : 0,
		.checkpoint_to = call->nulls & 128 ? "" : NULL,
		.resume_from = call->nulls & 64 ? "" : NULL,
	};
	const struct teeq_explore_options *passed = OR_NULL(call, 2, &options);
	struct teeq_explore_result result;
	struct teeq_error error;
	enum teeq_status status;

	/* Threads are not what this is about. */
	if (call->b > 2 && call->b <= TEEQ_WORKER_MAX)
		return;
	status = teeq_explore(m, passed, OR_NULL(call, 3, &result), OR_NULL(call, 4, &error));
	must_refuse(status, !m || !passed || (call->nulls & 8));
	if (status == TEEQ_OK || status == TEEQ_ELIMIT)
		teeq_schedule_free(&result.schedule);
	draw(call, m, passed);
}

static void build(struct call *call)
{
	const struct teeq_scenario *tables = teeq_scenario_tables(call->things->file);
	struct teeq_policy nameless = *call->things->policy;
	const struct teeq_policy *policy = OR_NULL(call, 1, call->things->policy);
	struct teeq_model *model = NULL;
	struct teeq_error error = { .text = "" };
	struct teeq_error *told = OR_NULL(call, 3, &error);
	enum teeq_status status;

	nameless.name = NULL;
	if (call->nulls & 16)
		policy = &nameless;
	tables = OR_NULL(call, 0, tables);
	status = teeq_model_new(tables, policy, OR_NULL(call, 2, &model), told);
	must_refuse(status, !tables || !policy || !policy->name || (call->nulls & 4));
	if (status == TEEQ_EINPUT && told && !(told->key[0] && told->text[0]))
		found("a refusal without a word");
	must_refuse(teeq_scenario_validate(tables, told), !tables);
	teeq_model_free(model);
	teeq_model_free(NULL);
}

static void files(struct call *call)
{
	static const char text[] = "{teeq: 1, name: n, secure: {threads: 1}, clients: {a: {}}}";
	const char *passed = OR_NULL(call, 1, text);
	struct teeq_scenario_file *file = NULL, *other = NULL;
	struct teeq_recordings *reader = NULL;
	const struct teeq_recording *recording;
	struct teeq_scenario_remark remark;
	struct teeq_error error;

	must_refuse(teeq_scenario_parse(OR_NULL(call, 0, "x"), passed, sizeof(text) - 1,
					OR_NULL(call, 2, &file), OR_NULL(call, 3, &error)),
		    (call->nulls & 7) != 0);
	must_refuse(teeq_scenario_load(OR_NULL(call, 0, "/nowhere/x"), OR_NULL(call, 2, &other),
				       OR_NULL(call, 3, &error)),
		    (call->nulls & 5) != 0);
	must_refuse(teeq_recordings_new(OR_NULL(call, 0, "/dev/null"), OR_NULL(call, 2, &reader),
					OR_NULL(call, 3, &error)),
		    (call->nulls & 5) != 0);
	teeq_recordings_line(reader);
	must_refuse(teeq_recordings_next(reader, OR_NULL(call, 4, &recording),
					 OR_NULL(call, 3, &error)),
		    !reader || (call->nulls & 16));
	teeq_recordings_free(reader);
	teeq_scenario_tables(file);
	teeq_scenario_line(file, OR_NULL(call, 5, "clients.a"));
	teeq_scenario_warning(file, call->a);
	teeq_scenario_remark_at(file, call->a, OR_NULL(call, 6, &remark));
	teeq_scenario_free(file);
	teeq_scenario_free(NULL);
}

static void print(struct call *call)
{
	const struct teeq_scenario *tables = teeq_scenario_tables(call->things->file);
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	const struct teeq_world *w = OR_NULL(call, 1, call->things->world);
	const struct teeq_result result = { .verdict = TEEQ_VERDICT_DEADLOCK };
	FILE *out = OR_NULL(call, 2, call->things->out);
	const struct teeq_result *passed = OR_NULL(call, 3, &result);

	tables = OR_NULL(call, 0, tables);
	must_refuse(teeq_scenario_print(tables, out), !tables || !out);
	must_refuse(teeq_scenario_print_whole(tables, out), !tables || !out);
	must_refuse(teeq_report_print(m, w, passed, OR_NULL(call, 4, "teeq"), out),
		    !m || !w || !passed || !out);
}

static void schedules(struct call *call, const struct teeq_model *m)
{
	const char *text = OR_NULL(call, 1, "teeq:1:mainline:0000000000000000 a");
	struct teeq_schedule schedule = { 0 };
	struct teeq_error error;
	char policy[8];

	must_refuse(teeq_schedule_policy(text, OR_NULL(call, 2, policy), call->a % sizeof(policy),
					 OR_NULL(call, 3, &error)),
		    !text || ((call->nulls & 4) && call->a % sizeof(policy) > 0));
	must_refuse(teeq_schedule_parse(m, text, OR_NULL(call, 2, &schedule),
					OR_NULL(call, 3, &error)),
		    !m || !text || (call->nulls & 4));
	teeq_schedule_free(&schedule);
	teeq_pct_bound(OR_NULL(call, 4, (&(struct teeq_pct){ call->a, call->b })), call->a);
}

static void worlds(struct call *call, const struct teeq_model *m)
{
	struct teeq_world *world = teeq_world_new(m);

	teeq_world_copy(m, OR_NULL(call, 1, world), OR_NULL(call, 2, call->things->world));
	teeq_world_reset(m, OR_NULL(call, 3, world));
	teeq_world_free(world);
	teeq_world_free(NULL);
	must_refuse(teeq_conform(NULL, OR_NULL(call, 1, call->things->policy), NULL, NULL), true);
}

static void registers(struct call *call)
{
	struct teeq_smc_regs regs = { { call->a, call->b, call->a, call->b, 0, 0, 0, 0 } }, to;
	const struct teeq_smc_regs *passed = OR_NULL(call, 0, &regs);
	char text[32];

	teeq_smc_decode_call(passed, OR_NULL(call, 1, text), call->b % sizeof(text));
	teeq_smc_decode_return(call->a, passed, OR_NULL(call, 1, text), call->b % sizeof(text));
	teeq_ffa_from_call(passed, OR_NULL(call, 2, &to));
	teeq_ffa_from_return(passed, OR_NULL(call, 2, &to));
	teeq_ffa_is_message(passed);
	teeq_ffa_message_name(passed);
	teeq_smc_is_rpc(call->a);
	teeq_smc_rpc_func(call->a);
	teeq_smc_function_name(call->a);
	teeq_smc_return_name(call->a);
	teeq_smc_rpc_name(call->a);
	teeq_rpc_command_name(call->a);
	teeq_rpc_notification_name(call->a);
	teeq_smc_capability_name(call->a);
}

bool interface_runs(struct call *call, unsigned int function)
{
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	struct teeq_world *w = OR_NULL(call, 1, call->things->world);

	switch (function) {
	case 0:
		step(call, m, w);
		return true;
	case 1:
		run(call, m, w);
		return true;
	case 2:
		replay(call, m, w);
		return true;
	case 3:
		shrink(call, m);
		return true;
	case 4:
		explore(call, m);
		return true;
	case 5:
		build(call);
		return true;
	case 6:
		files(call);
		return true;
	case 7:
		print(call);
		return true;
	case 8:
		schedules(call, m);
		return true;
	case 9:
		worlds(call, m);
		return true;
	case 10:
		registers(call);
		return true;
	case 11:
		decide(call, m);
		return true;
	case 12:
		diagnose(call);
		return true;
	default:
		return false;
	}
}
