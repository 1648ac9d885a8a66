/* SPDX-License-Identifier: BSD-2-Clause */
/* A round as a recording: what teeq conform reads, see tests/recordings/README.md. */
#include <stdlib.h>

#include "cli/output.h"
#include "cli/stress.h"

/* A line of more would be longer than readers take. */
enum {
	RECORD_MAX = 20000,
};

static void put_text(const char *text, FILE *out)
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
		put_text(text, out);
	free(text);
	return status == TEEQ_OK ? CLI_OK : CLI_BAD;
}

/* ---------------------------------------- the steps ------------------------------------------- */

/* The state that a recording shows after every step, put together from both locks' sections. */
struct shown {
	const struct teeq_callq *q; /* NULL: nothing has happened there yet */
	int16_t owners[TEEQ_CONTEXT_MAX];
	unsigned int context_count;
};

static const char *outcome_word(const struct stress_entry *entry)
{
	static const char *const words[TEEQ_OUTCOME_COUNT] = {
		[TEEQ_OUTCOME_TAKEN] = "alloc",	       [TEEQ_OUTCOME_RESUMED] = "resume",
		[TEEQ_OUTCOME_THREAD_LIMIT] = "limit", [TEEQ_OUTCOME_RPC] = "rpc",
		[TEEQ_OUTCOME_EXIT] = "exit",	       [TEEQ_OUTCOME_WORKING] = "working",
		[TEEQ_OUTCOME_INTERRUPTED] = "interrupted",
		[TEEQ_OUTCOME_BUSY] = "busy",	       [TEEQ_OUTCOME_AGAIN] = "again",
	};
	bool fast = entry->action == TEEQ_ACTION_SMC && entry->outcome == TEEQ_OUTCOME_OK;

	return fast ? "ok" : words[entry->outcome];
}

static void put_waiters(const struct teeq_callq *q, FILE *out)
{
	fputs(",\"waiters\":[", out);
	for (unsigned int i = 0; q && i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		fprintf(out, "%s[%u,%u,%d]", i > 0 ? "," : "", caller.task, caller.level,
			(q->waiters[i].flags & TEEQ_WAITER_DONE) != 0);
	}
	fputc(']', out);
}

static void put_step(const struct stress_entry *entry, const struct shown *shown, FILE *out)
{
	fprintf(out, "{\"task\":%u,\"at\":\"%s\"", entry->task, teeq_action_name(entry->action));
	if (outcome_word(entry))
		fprintf(out, ",\"smc\":\"%s\"", outcome_word(entry));
	if (shown->q)
		fprintf(out, ",\"free\":%d,\"system_sessions\":%u", (int)shown->q->free_count,
			shown->q->system_session_count);
	put_waiters(shown->q, out);
	fputs(",\"owners\":[", out);
	for (unsigned int i = 0; i < shown->context_count; i++)
		fprintf(out, "%s%d", i > 0 ? "," : "", shown->owners[i]);
	fputs("]}", out);
}

static void put_history(const struct stress_history *history, FILE *out)
{
	struct shown shown = { .context_count = history->context_count };

	for (unsigned int i = 0; i < shown.context_count; i++)
		shown.owners[i] = -1;
	fputs(",\"steps\":[", out);
	for (size_t i = 0; i < history->count; i++) {
		const struct stress_entry *entry = history->ordered[i];

		if (entry->is_queue)
			shown.q = stress_entry_queue(history, entry);
		else if (entry->size > 0)
			stress_entry_contexts(history, entry, shown.owners);
		fputs(i > 0 ? "," : "", out);
		put_step(entry, &shown, out);
	}
	fputc(']', out);
}

/* ---------------------------------------- the line -------------------------------------------- */

static const char *wait_word(enum teeq_rt_wait_kind kind)
{
	static const char *const words[] = {
		[TEEQ_RT_WAIT_LOCK] = "lock",	    [TEEQ_RT_WAIT_EVENT] = "await",
		[TEEQ_RT_WAIT_BARRIER] = "barrier", [TEEQ_RT_WAIT_THREAD] = "wait",
		[TEEQ_RT_WAIT_WAKE] = "wait",	    [TEEQ_RT_WAIT_REPLY] = "reply",
		[TEEQ_RT_WAIT_KEY] = "notif-wake",
		[TEEQ_RT_WAIT_REQUEST] = NULL, /* it has nothing to do, which is no wait */
	};

	return words[kind];
}

static void put_end(const struct stress_round *round, FILE *out)
{
	bool done = round->verdict == TEEQ_VERDICT_DONE;
	const char *comma = "";

	fprintf(out, ",\"outcome\":\"%s\",\"blocked\":[", done ? "done" : "deadlock");
	for (unsigned int i = 0; !done && i < teeq_model_task_count(round->c->model); i++) {
		if (!wait_word(round->waits[i]))
			continue;
		fprintf(out, "%s[%u,\"%s\"]", comma, i, wait_word(round->waits[i]));
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
	put_history(round->history, out);
	put_end(round, out);
	return CLI_OK;
}

int stress_record(const struct stress_round *round, const char *path)
{
	if (round->verdict != TEEQ_VERDICT_DONE && round->verdict != TEEQ_VERDICT_DEADLOCK &&
	    round->verdict != TEEQ_VERDICT_LOST_WAKEUP)
		return cli_error("%s: not written: a recording has no word for the verdict %s",
				 path, teeq_verdict_name(round->verdict));
	if (!stress_history_order(round->history, teeq_model_task_count(round->c->model)) ||
	    round->history->count > RECORD_MAX)
		return cli_error("%s: not written: the round has more than %d actions", path,
				 RECORD_MAX);
	return cli_output_replace(path, put_recording, round);
}
