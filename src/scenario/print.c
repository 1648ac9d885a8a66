/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables as a scenario file, laid out the way a person would. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/tree.h"
#include "teeq/scenario.h"

/* Words that this or an older version of YAML takes for something else than text. */
static bool is_reserved(const char *text)
{
	static const char *const words[] = { "yes", "no", "on", "off" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return word_of(text, strlen(text)) != WORD_TEXT;
}

/* Whether @text stands for itself without quotes; it may not when it could. */
static bool is_plain(const char *text)
{
	bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
	size_t size = strlen(text);

	if (!letter || is_reserved(text) || text[size - 1] == ' ' || text[size - 1] == ':')
		return false;
	for (size_t i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return !strstr(text, ": ") && !strstr(text, " #");
}

/* What no file can say (a C program can) becomes a question mark. */
static void put_text(FILE *out, const char *text)
{
	size_t size = strlen(text);

	if (is_plain(text)) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	while (size > 0) {
		uint32_t point = 0;
		size_t length = utf8_next(text, size, &point);

		if (length == 0 || !utf8_is_printable(point)) {
			fputc('?', out);
		} else {
			if (*text == '"' || *text == '\\')
				fputc('\\', out);
			fwrite(text, 1, length, out);
		}
		length += length == 0;
		text += length;
		size -= length;
	}
	fputc('"', out);
}

static void put_indent(FILE *out, unsigned int indent)
{
	fprintf(out, "%*s", (int)indent, "");
}

static void put_key(FILE *out, unsigned int indent, const char *key)
{
	put_indent(out, indent);
	put_text(out, key);
	fputc(':', out);
}

static const char *step_key(enum teeq_step_kind kind)
{
	/* clang-format off */
	static const char *const keys[] = {
		[TEEQ_STEP_CALL] = "call",       [TEEQ_STEP_LOCK] = "lock",
		[TEEQ_STEP_UNLOCK] = "unlock",   [TEEQ_STEP_AWAIT] = "await",
		[TEEQ_STEP_SIGNAL] = "signal",   [TEEQ_STEP_BARRIER] = "barrier",
		[TEEQ_STEP_RESERVE] = "reserve", [TEEQ_STEP_RELEASE] = "release",
		[TEEQ_STEP_OPEN] = "open",       [TEEQ_STEP_CLOSE] = "close",
		[TEEQ_STEP_REPEAT] = "repeat",   [TEEQ_STEP_RPC] = "rpc",
	};
	/* clang-format on */

	return keys[kind];
}

static void put_call(FILE *out, const struct teeq_step *step)
{
	fputs(" {", out);
	if (step->name) {
		fputs("command: ", out);
		put_text(out, step->name);
	}
	if (step->session) {
		fputs(step->name ? ", session: " : "session: ", out);
		put_text(out, step->session);
	}
	fputs("}\n", out);
}

static void put_steps(FILE *out, unsigned int indent, const struct teeq_step *steps, size_t count);

static void put_step(FILE *out, unsigned int indent, const struct teeq_step *step)
{
	put_indent(out, indent);
	fprintf(out, "- %s:", step_key(step->kind));
	if (step->kind == TEEQ_STEP_CALL) {
		put_call(out, step);
	} else if (step->kind == TEEQ_STEP_REPEAT) {
		fputc('\n', out);
		put_indent(out, indent + 4);
		fprintf(out, "times: %" PRIu32 "\n", step->times);
		put_key(out, indent + 4, "do");
		put_steps(out, indent + 6, step->steps, step->step_count);
	} else {
		fputc(' ', out);
		put_text(out, step->name ? step->name : step->session);
		fputc('\n', out);
	}
}

/* Behind "key:" on the same line. */
static void put_steps(FILE *out, unsigned int indent, const struct teeq_step *steps, size_t count)
{
	fputs(count > 0 ? "\n" : " []\n", out);
	for (size_t i = 0; i < count; i++)
		put_step(out, indent, &steps[i]);
}

static void put_head(FILE *out, const struct teeq_scenario *s)
{
	fputs("teeq: 1\nname: ", out);
	put_text(out, s->name);
	fputc('\n', out);
	if (s->summary && s->summary[0] != '\0') {
		fputs("summary: ", out);
		put_text(out, s->summary);
		fputc('\n', out);
	}
	fprintf(out, "\nsecure:\n  threads: %" PRIu32 "\n", s->thread_count);
	if (s->lost_count > 0)
		fprintf(out, "  lost: %" PRIu32 "\n", s->lost_count);
	if (s->static_system_count != 1)
		fprintf(out, "  static-system: %" PRIu32 "\n", s->static_system_count);
	if (s->abi == TEEQ_ABI_FFA)
		fputs("abi: ffa\n", out);
}

static void put_names(FILE *out, const char *key, const char *const *names, size_t count)
{
	if (count == 0)
		return;
	fprintf(out, "%s: [", key);
	for (size_t i = 0; i < count; i++) {
		fputs(i > 0 ? ", " : "", out);
		put_text(out, names[i]);
	}
	fputs("]\n", out);
}

static void put_objects(FILE *out, const struct teeq_scenario *s)
{
	if (s->lock_count + s->event_count + s->barrier_count > 0)
		fputc('\n', out);
	put_names(out, "locks", s->locks, s->lock_count);
	put_names(out, "events", s->events, s->event_count);
	for (size_t i = 0; i < s->barrier_count; i++) {
		fputs(i > 0 ? ", " : "barriers: {", out);
		put_text(out, s->barriers[i].name);
		fprintf(out, ": %" PRIu32, s->barriers[i].count);
	}
	fputs(s->barrier_count > 0 ? "}\n" : "", out);
	fputs(s->session_count > 0 ? "\nsessions:\n" : "", out);
	for (size_t i = 0; i < s->session_count; i++) {
		put_key(out, 2, s->sessions[i].name);
		fputs(s->sessions[i].system ? "\n    system: true\n" : " {}\n", out);
	}
}

static void put_scripts(FILE *out, const struct teeq_scenario *s)
{
	fputs(s->command_count > 0 ? "\ncommands:\n" : "", out);
	for (size_t i = 0; i < s->command_count; i++) {
		put_key(out, 2, s->commands[i].name);
		put_steps(out, 4, s->commands[i].steps, s->commands[i].step_count);
	}
	fputs(s->service_count > 0 ? "\nservices:\n" : "", out);
	for (size_t i = 0; i < s->service_count; i++) {
		put_key(out, 2, s->services[i].name);
		fputs("\n    by: caller\n    do:", out);
		put_steps(out, 6, s->services[i].steps, s->services[i].step_count);
	}
	fputs(s->client_count > 0 ? "\nclients:\n" : "", out);
	for (size_t i = 0; i < s->client_count; i++) {
		const struct teeq_client_spec *client = &s->clients[i];

		put_key(out, 2, client->name);
		fputc('\n', out);
		if (client->count > 1)
			fprintf(out, "    count: %" PRIu32 "\n", client->count);
		if (client->stage > 1)
			fprintf(out, "    stage: %" PRIu32 "\n", client->stage);
		fputs("    do:", out);
		put_steps(out, 6, client->steps, client->step_count);
	}
}

static void put_expectations(FILE *out, const struct teeq_scenario *s)
{
	fputs(s->expect_count > 0 ? "\nexpect:\n" : "", out);
	for (size_t i = 0; i < s->expect_count; i++) {
		put_key(out, 2, s->expects[i].policy);
		fprintf(out, " %s\n", teeq_verdict_name(s->expects[i].verdict));
	}
}

enum teeq_status teeq_scenario_print(const struct teeq_scenario *scenario, FILE *out)
{
	put_head(out, scenario);
	put_objects(out, scenario);
	put_scripts(out, scenario);
	put_expectations(out, scenario);
	return fflush(out) == 0 && !ferror(out) ? TEEQ_OK : TEEQ_EIO;
}
