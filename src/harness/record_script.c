/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scripts of a recording's tasks, worked out from what they were seen to do; and where a
 * recording is cut, as no script can say that.
 */
#include "harness/record.h"

#include <stdarg.h>
#include <stdio.h>

char recorder_plain(char c)
{
	return c == '"' || c == '\\' || (unsigned char)c < ' ' ? '?' : c;
}

void recorder_cut(struct recorder *r, const char *format, ...)
{
	va_list arguments;

	if (r->cut[0])
		return;
	va_start(arguments, format);
	vsnprintf(r->cut, sizeof(r->cut), format, arguments);
	va_end(arguments);
	for (char *c = r->cut; *c; c++)
		*c = recorder_plain(*c);
}

static struct text *item(struct recorder *r, unsigned int task)
{
	struct text *text = &r->scripts[task].text;

	if (text->size > 0 && !text->failed && text->bytes[text->size - 1] != '[')
		text_add(text, ",");
	return text;
}

/* False: nothing more can be opened. */
static bool open_one(struct recorder *r, unsigned int task, char what)
{
	struct script *script = &r->scripts[task];

	if (script->open_count >= OPEN_MAX) {
		recorder_cut(r, "more than %d calls inside each other", TEEQ_CALL_DEPTH_MAX);
		return false;
	}
	script->open[script->open_count++] = what;
	return true;
}

static void close_one(struct recorder *r, unsigned int task, char what)
{
	struct script *script = &r->scripts[task];

	if (script->open_count == 0 || script->open[script->open_count - 1] != what) {
		recorder_cut(r, "task %s leaves the queue or resumes out of order",
			     r->h->tasks[task].name);
		return;
	}
	script->open_count--;
	text_add(&script->text, what == 'c' ? "]}}" : "]");
}

void script_enter(struct recorder *r, unsigned int task, bool system)
{
	if (r->scripts[task].call_count >= TEEQ_CALL_DEPTH_MAX) {
		recorder_cut(r, "more than %d calls inside each other", TEEQ_CALL_DEPTH_MAX);
		return;
	}
	if (!open_one(r, task, 'c'))
		return;
	text_add(item(r, task), "{\"call\":{\"system\":%s,\"rpcs\":[", system ? "true" : "false");
	r->scripts[task].call_count++;
}

void script_leave(struct recorder *r, unsigned int task)
{
	close_one(r, task, 'c');
	r->scripts[task].call_count -= r->scripts[task].call_count > 0;
}

void script_rpc(struct recorder *r, unsigned int task)
{
	if (open_one(r, task, 'r'))
		text_add(item(r, task), "[");
}

void script_resume(struct recorder *r, unsigned int task)
{
	close_one(r, task, 'r');
}

void script_lock(struct recorder *r, unsigned int task, unsigned int lock)
{
	text_add(item(r, task), "{\"lock\":%u}", lock);
}

void script_word(struct recorder *r, unsigned int task, const char *word)
{
	text_add(item(r, task), "{\"%s\":true}", word);
}

bool script_other(struct recorder *r, unsigned int task)
{
	const struct script *script = &r->scripts[task];

	if (script->open_count > 0 && script->open[script->open_count - 1] == 'c')
		return false;
	script_word(r, task, "other");
	return true;
}

void script_settle(struct recorder *r, unsigned int task)
{
	struct script *script = &r->scripts[task];

	for (unsigned int i = 0; i < script->pending_count; i++)
		text_add(item(r, task), "{\"unlock\":%u}", script->pending[i]);
	script->pending_count = 0;
}

void script_close(struct recorder *r, unsigned int task)
{
	struct script *script = &r->scripts[task];

	while (script->open_count > 0)
		close_one(r, task, script->open[script->open_count - 1]);
}
