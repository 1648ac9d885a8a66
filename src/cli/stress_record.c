/* SPDX-License-Identifier: BSD-2-Clause */
/* A round as a recording: what teeq conform reads, see tests/recordings/README.md. */
#include <stdlib.h>

#include "cli/output.h"
#include "cli/stress.h"

/* A line of more would be longer than readers take. */
enum {
	RECORD_MAX = 20000,
};

static void stress_record_put_text(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

/* The scenario as the text of a scenario file. */
static int put_scenario(const struct teeq_scenario *scenario, FILE *out)
{
	enum teeq_status status = TEEQ_ENOMEM;
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (memory) {
		status = teeq_scenario_print(scenario, memory);
		if (fclose(memory) != 0)
			status = TEEQ_ENOMEM;
	}
	if (status == TEEQ_OK)
		stress_record_put_text(text, out);
	free(text);
	return status == TEEQ_OK ? CLI_OK : CLI_BAD;
}

/* ---------------------------------------- the steps ------------------------------------------- */

static const char *stress_record_outcome_word(const struct teeq_event *event)
{
	static const char *const words[TEEQ_OUTCOME_COUNT] = {
		[TEEQ_OUTCOME_TAKEN] = "alloc",	       [TEEQ_OUTCOME_RESUMED] = "resume",
		[TEEQ_OUTCOME_THREAD_LIMIT] = "limit", [TEEQ_OUTCOME_RPC] = "rpc",
		[TEEQ_OUTCOME_EXIT] = "exit",	       [TEEQ_OUTCOME_WORKING] = "working",
		[TEEQ_OUTCOME_INTERRUPTED] = "interrupted",
		[TEEQ_OUTCOME_BUSY] = "busy",	       [TEEQ_OUTCOME_AGAIN] = "again",
		[TEEQ_OUTCOME_OK] = "ok",	       [TEEQ_OUTCOME_REFUSED] = "refused",
	};
	bool at_smc = event->action == TEEQ_ACTION_SMC || event->action == TEEQ_ACTION_SECURE;

	return at_smc ? words[event->outcome] : NULL;
}

static void put_waiters(const struct teeq_callq *q, FILE *out)
{
	fputs(",\"waiters\":[", out);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		fprintf(out, "%s[%u,%u,%d]", i > 0 ? "," : "", caller.task, caller.level,
			(q->waiters[i].flags & TEEQ_WAITER_DONE) != 0);
	}
	fputc(']', out);
}

static void stress_record_put_step(const struct cli_case *c, const struct teeq_event *event,
				   FILE *out)
{
	const struct teeq_callq *q = teeq_world_callq(c->model, c->world);

	fprintf(out, "{\"task\":%u,\"at\":\"%s\"", event->task,
		teeq_action_name((enum teeq_action)event->action));
	if (stress_record_outcome_word(event))
		fprintf(out, ",\"smc\":\"%s\"", stress_record_outcome_word(event));
	fprintf(out, ",\"free\":%d,\"system_sessions\":%u", (int)q->free_count,
		q->system_session_count);
	put_waiters(q, out);
	fputs(",\"owners\":[", out);
	for (unsigned int i = 0; i < teeq_model_thread_count(c->model); i++) {
		struct teeq_context_view view;

		teeq_world_context(c->model, c->world, i, &view);
		fprintf(out, "%s%d", i > 0 ? "," : "", view.owned ? view.owner.task : -1);
	}
	fputs("]}", out);
}

/* The threads' actions, made again: that they are the model's has been seen. */
static void stress_record_put_steps(const struct stress_round *round, FILE *out)
{
	const struct cli_case *c = round->c;

	teeq_world_reset(c->model, c->world);
	fputs(",\"steps\":[", out);
	for (size_t i = 0; i < round->schedule.count; i++) {
		struct teeq_event event;

		if (teeq_world_step(c->model, c->world, round->schedule.tasks[i], &event) !=
		    TEEQ_OK)
			break;
		fputs(i > 0 ? "," : "", out);
		stress_record_put_step(c, &event, out);
	}
	fputc(']', out);
}

/* ---------------------------------------- the line -------------------------------------------- */

static void put_end(const struct stress_round *round, FILE *out)
{
	const struct cli_case *c = round->c;
	uint64_t blocked = teeq_world_unfinished(c->model, c->world);
	const char *comma = "";

	fprintf(out, ",\"outcome\":\"%s\",\"blocked\":[", blocked ? "deadlock" : "done");
	for (unsigned int i = 0; blocked; i++, blocked >>= 1) {
		struct teeq_task_view view;

		if (!(blocked & 1))
			continue;
		teeq_world_task(c->model, c->world, i, &view);
		fprintf(out, "%s[%u,\"%s\"]", comma, i, teeq_action_name(view.action));
		comma = ",";
	}
	fputs("]}\n", out);
}

static int put_recording(FILE *out, const void *argument)
{
	const struct stress_round *round = argument;

	fprintf(out, "{\"id\":0,\"driver\":\"teeq-rt-%s\",\"scenario\":",
		teeq_model_policy(round->c->model)->name);
	if (put_scenario(teeq_scenario_tables(round->c->file), out) != CLI_OK)
		return CLI_BAD;
	stress_record_put_steps(round, out);
	put_end(round, out);
	return CLI_OK;
}

int stress_record(const struct stress_round *round, const char *path)
{
	if (round->verdict != TEEQ_VERDICT_DONE && round->verdict != TEEQ_VERDICT_DEADLOCK &&
	    round->verdict != TEEQ_VERDICT_LOST_WAKEUP && round->verdict != TEEQ_VERDICT_LIVELOCK)
		return cli_error("%s: not written: a recording has no word for the verdict %s",
				 path, teeq_verdict_name(round->verdict));
	if (round->schedule.count > RECORD_MAX)
		return cli_error("%s: not written: the round has more than %d actions", path,
				 RECORD_MAX);
	return cli_output_replace(path, put_recording, round);
}
