/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys, names and steps, the way they stand in a scenario file. */
#include "scenario/print.h"

#include <inttypes.h>
#include <string.h>

#include "scenario/tree.h"
#include "scenario/words.h"

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
static bool print_steps_is_plain(const char *text)
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
void put_text(FILE *out, const char *text)
{
	size_t size = strlen(text);

	if (print_steps_is_plain(text)) {
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

void put_indent(FILE *out, unsigned int indent)
{
	fprintf(out, "%*s", (int)indent, "");
}

void put_key(FILE *out, unsigned int indent, const char *key)
{
	put_indent(out, indent);
	put_text(out, key);
	fputc(':', out);
}

void put_name(FILE *out, unsigned int indent, const char *key, const char *name)
{
	if (!name)
		return;
	put_key(out, indent, key);
	fputc(' ', out);
	put_text(out, name);
	fputc('\n', out);
}

void put_names(FILE *out, unsigned int indent, const char *key, const char *const *names,
	       size_t count)
{
	if (count == 0)
		return;
	put_key(out, indent, key);
	for (size_t i = 0; i < count; i++) {
		fputs(i > 0 ? ", " : " [", out);
		put_text(out, names[i]);
	}
	fputs("]\n", out);
}

/* ------------------------------------------- steps -------------------------------------------- */

/* What stands behind a step's key, and which members of the step it comes from. */
enum form {
	FORM_TRUE, /* the key says it all */
	FORM_NAME,
	FORM_SESSION,
	FORM_TICKS, /* @times */
	FORM_SWITCH, /* @times: disable, enable, probe */
	FORM_DRIVER, /* @times: what is done to the driver */
	FORM_SUSPEND, /* @times, and whether it is unmasked */
	FORM_CALL, /* a command, a session and buffers, each if it is there */
	FORM_MESSAGE, /* a channel, and a command if it is there */
	FORM_OPEN, /* a session, a command, or both */
	FORM_WAIT, /* a key, and @times if there is an end */
	FORM_COND_WAIT, /* a condition and a lock */
	FORM_REPEAT,
	FORM_TRY,
	FORM_RETRY,
};

struct step_form {
	const char *key;
	enum form form;
};

static const struct step_form *step_form(const struct teeq_step *step)
{
	/* clang-format off */
	static const struct step_form forms[TEEQ_STEP_KIND_COUNT] = {
		[TEEQ_STEP_CALL] = { "call", FORM_CALL },
		[TEEQ_STEP_LOCK] = { "lock", FORM_NAME },
		[TEEQ_STEP_UNLOCK] = { "unlock", FORM_NAME },
		[TEEQ_STEP_AWAIT] = { "await", FORM_NAME },
		[TEEQ_STEP_SIGNAL] = { "signal", FORM_NAME },
		[TEEQ_STEP_BARRIER] = { "barrier", FORM_NAME },
		[TEEQ_STEP_RESERVE] = { "reserve", FORM_SESSION },
		[TEEQ_STEP_RELEASE] = { "release", FORM_SESSION },
		[TEEQ_STEP_OPEN] = { "open", FORM_OPEN },
		[TEEQ_STEP_CLOSE] = { "close", FORM_OPEN },
		[TEEQ_STEP_REPEAT] = { "repeat", FORM_REPEAT },
		[TEEQ_STEP_RPC] = { "rpc", FORM_NAME },
		[TEEQ_STEP_SLEEP] = { "sleep", FORM_TICKS },
		[TEEQ_STEP_KILL] = { "kill", FORM_NAME },
		[TEEQ_STEP_START] = { "start", FORM_NAME },
		[TEEQ_STEP_FREEZE] = { "freeze", FORM_NAME },
		[TEEQ_STEP_THAW] = { "thaw", FORM_NAME },
		[TEEQ_STEP_CANCEL] = { "cancel", FORM_SESSION },
		[TEEQ_STEP_CLOSE_CONTEXT] = { "close-context", FORM_NAME },
		[TEEQ_STEP_SHM_CACHE] = { "shm-cache", FORM_SWITCH },
		[TEEQ_STEP_DRIVER] = { "driver", FORM_DRIVER },
		[TEEQ_STEP_SETUP] = { "setup", FORM_NAME },
		[TEEQ_STEP_TEARDOWN] = { "teardown", FORM_NAME },
		[TEEQ_STEP_MESSAGE] = { "message", FORM_MESSAGE },
		[TEEQ_STEP_POWER_ON] = { "power-on", FORM_NAME },
		[TEEQ_STEP_POWER_OFF] = { "power-off", FORM_NAME },
		[TEEQ_STEP_NOTIFY] = { "notify", FORM_NAME },
		[TEEQ_STEP_ASYNC] = { "async", FORM_NAME },
		[TEEQ_STEP_READ_LOCK] = { "read-lock", FORM_NAME },
		[TEEQ_STEP_WAIT] = { "wait", FORM_WAIT },
		[TEEQ_STEP_COND_WAIT] = { "cond-wait", FORM_COND_WAIT },
		[TEEQ_STEP_COND_SIGNAL] = { "cond-signal", FORM_NAME },
		[TEEQ_STEP_COND_BROADCAST] = { "cond-broadcast", FORM_NAME },
		[TEEQ_STEP_INVOKE] = { "invoke", FORM_NAME },
		[TEEQ_STEP_SUSPEND] = { "suspend", FORM_SUSPEND },
		[TEEQ_STEP_WORK] = { "work", FORM_TICKS },
		[TEEQ_STEP_FAIL] = { "fail", FORM_NAME },
		[TEEQ_STEP_TRY] = { "try", FORM_TRY },
		[TEEQ_STEP_RETRY] = { "retry", FORM_RETRY },
		[TEEQ_STEP_INTERRUPT] = { "interrupt", FORM_TRUE },
		[TEEQ_STEP_POLL] = { "poll", FORM_NAME },
	};
	/* clang-format on */
	static const struct step_form bottom_half = { "bottom-half", FORM_TRUE };
	static const struct step_form unknown = { "?", FORM_TRUE };

	if (step->kind == TEEQ_STEP_ASYNC && !step->name)
		return &bottom_half;
	return (unsigned int)step->kind < TEEQ_STEP_KIND_COUNT ? &forms[step->kind] : &unknown;
}

/* "{KEY: NAME, KEY: NAME}", without those that are NULL. */
static void put_pair(FILE *out, const char *first_key, const char *first, const char *second_key,
		     const char *second)
{
	fputc('{', out);
	if (first) {
		fprintf(out, "%s: ", first_key);
		put_text(out, first);
	}
	if (second) {
		fprintf(out, first ? ", %s: " : "%s: ", second_key);
		put_text(out, second);
	}
	fputc('}', out);
}

static void put_call(FILE *out, const struct teeq_step *step)
{
	if (step->times == 0) {
		put_pair(out, "command", step->name, "session", step->session);
		return;
	}
	fputc('{', out);
	if (step->name) {
		fputs("command: ", out);
		put_text(out, step->name);
		fputs(", ", out);
	}
	if (step->session) {
		fputs("session: ", out);
		put_text(out, step->session);
		fputs(", ", out);
	}
	fprintf(out, "buffers: %" PRIu32 "}", step->times);
}

static void put_wait(FILE *out, const struct teeq_step *step)
{
	if (step->times == 0) {
		put_text(out, step->name);
		return;
	}
	fputs("{key: ", out);
	put_text(out, step->name);
	fprintf(out, ", timeout: %" PRIu32 "}", step->times);
}

static void put_cond_wait(FILE *out, const struct teeq_step *step)
{
	fputs("{condition: ", out);
	put_text(out, step->name);
	fputs(", lock: ", out);
	put_text(out, step->session);
	if (step->times > 0)
		fprintf(out, ", timeout: %" PRIu32, step->times);
	fputc('}', out);
}

static void put_value(FILE *out, enum form form, const struct teeq_step *step)
{
	switch (form) {
	case FORM_NAME:
		put_text(out, step->name);
		break;
	case FORM_SESSION:
		put_text(out, step->session);
		break;
	case FORM_TICKS:
		fprintf(out, "%" PRIu32, step->times);
		break;
	case FORM_SUSPEND:
		fprintf(out, step->unmasked ? "{ticks: %" PRIu32 ", unmasked: true}" : "%" PRIu32,
			step->times);
		break;
	case FORM_SWITCH:
		fputs(word_at(words_switches, step->times), out);
		break;
	case FORM_DRIVER:
		fputs(word_at(words_driver_steps, step->times), out);
		break;
	case FORM_CALL:
		put_call(out, step);
		break;
	case FORM_MESSAGE:
		put_pair(out, "channel", step->session, "command", step->name);
		break;
	case FORM_OPEN:
		if (step->name && step->session)
			put_pair(out, "session", step->session, "command", step->name);
		else
			put_text(out, step->name ? step->name : step->session);
		break;
	case FORM_WAIT:
		put_wait(out, step);
		break;
	case FORM_COND_WAIT:
		put_cond_wait(out, step);
		break;
	default:
		fputs("true", out);
	}
}

static void put_repeat(FILE *out, unsigned int indent, const struct teeq_step *step)
{
	fputc('\n', out);
	put_indent(out, indent);
	fprintf(out, "times: %" PRIu32 "\n", step->times);
	put_key(out, indent, "do");
	put_steps(out, indent + 2, step->steps, step->step_count);
}

static void put_try(FILE *out, unsigned int indent, const struct teeq_step *step)
{
	fputc('\n', out);
	put_key(out, indent, "do");
	put_steps(out, indent + 2, step->steps, step->step_count);
	put_key(out, indent, "on-error");
	fputc('\n', out);
	for (size_t i = 0; i < step->handler_count; i++) {
		const struct teeq_handler *handler = &step->handlers[i];

		put_key(out, indent + 2, handler->error ? handler->error : "any");
		put_steps(out, indent + 4, handler->steps, handler->step_count);
	}
}

static void put_retry(FILE *out, unsigned int indent, const struct teeq_step *step)
{
	fputc('\n', out);
	put_indent(out, indent);
	if (step->times == 0)
		fputs("times: always\n", out);
	else
		fprintf(out, "times: %" PRIu32 "\n", step->times);
	put_name(out, indent, "on", step->name);
	put_key(out, indent, "do");
	put_steps(out, indent + 2, step->steps, step->step_count);
	if (step->handler_count == 0)
		return;
	put_key(out, indent, "between");
	put_steps(out, indent + 2, step->handlers[0].steps, step->handlers[0].step_count);
}

static void print_steps_put_step(FILE *out, unsigned int indent, const struct teeq_step *step)
{
	const struct step_form *form = step_form(step);

	put_indent(out, indent);
	fprintf(out, "- %s:", form->key);
	if (form->form == FORM_REPEAT) {
		put_repeat(out, indent + 4, step);
		return;
	}
	if (form->form == FORM_TRY || form->form == FORM_RETRY) {
		(form->form == FORM_TRY ? put_try : put_retry)(out, indent + 4, step);
		return;
	}
	fputc(' ', out);
	put_value(out, form->form, step);
	fputc('\n', out);
}

void put_steps(FILE *out, unsigned int indent, const struct teeq_step *steps, size_t count)
{
	fputs(count > 0 ? "\n" : " []\n", out);
	for (size_t i = 0; i < count; i++)
		print_steps_put_step(out, indent, &steps[i]);
}
