/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "field/task_line.h"

static const char states[] = "RSDTtXZxKWPNI";

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits of a pid or a count; NULL where none are, or too many. */
static const char *digits(const char *at, uint32_t *value)
{
	const char *from = at;

	for (*value = 0; digit(*at) && at - from < 9; at++)
		*value = *value * 10 + (uint32_t)(*at - '0');
	return at > from && !digit(*at) ? at : NULL;
}

static void set_name(struct task_line *line, const char *from, size_t length)
{
	while (length > 0 && from[length - 1] == ' ')
		length--;
	if (length > TASK_NAME_MAX)
		length = TASK_NAME_MAX;
	memcpy(line->name, from, length);
	line->name[length] = '\0';
}

/* "NAME:PID", which ends before @end; a name may have colons. */
static bool name_and_pid(const char *from, const char *end, char between, struct task_line *line)
{
	const char *colon = end;
	uint32_t pid;

	while (colon > from && colon[-1] != between)
		colon--;
	if (colon - from < 2 || digits(colon, &pid) != end)
		return false;
	line->pid = pid;
	set_name(line, from, (size_t)(colon - 1 - from));
	return true;
}

static bool owner_line(const char *from, const char *what, struct task_line *line)
{
	const char *owner = strstr(what, "owned by task ");
	struct task_line other = { .pid = 0 };
	size_t length;

	if (!name_and_pid(from, what, ':', line))
		return false;
	line->kind = TASK_LINE_OWNER;
	if (!owner)
		return true;
	owner += strlen("owned by task ");
	length = strlen(owner);
	while (length > 0 && !digit(owner[length - 1]))
		length--;
	if (name_and_pid(owner, owner + length, ':', &other))
		line->owner = other.pid;
	return true;
}

/* "INFO: task NAME:PID blocked for more than N seconds." */
static bool hung_line(const char *text, struct task_line *line)
{
	const char *from = strstr(text, "INFO: task "), *what, *more;

	if (!from)
		return false;
	from += strlen("INFO: task ");
	what = strstr(from, " is blocked on ");
	if (what)
		return owner_line(from, what, line);
	what = strstr(from, " blocked ");
	more = what ? strstr(what, "for more than ") : NULL;
	if (!more || !name_and_pid(from, what, ':', line))
		return false;
	line->kind = TASK_LINE_HUNG;
	(void)digits(more + strlen("for more than "), &line->seconds);
	return true;
}

/* "pid:67", with blanks behind the colon or not. */
static bool labelled(const char *text, const char *label, uint32_t *value)
{
	const char *at = strstr(text, label);

	if (!at)
		return false;
	at += strlen(label);
	return digits(at + strspn(at, " "), value) != NULL;
}

/* "task:NAME state:D stack:0 pid:67 tgid:67 ppid:1 flags:0x00000004" */
static bool new_head(const char *text, struct task_line *line)
{
	const char *name = text + 5, *state = NULL;

	if (strncmp(text, "task:", 5) != 0)
		return false;
	for (const char *at = strstr(name, " state:"); at; at = strstr(at + 1, " state:"))
		state = at;
	if (!state || !strchr(states, state[7]) || !state[7] ||
	    !labelled(state, " pid:", &line->pid))
		return false;
	(void)labelled(state, " tgid:", &line->tgid);
	line->state = state[7];
	line->on_cpu = strncmp(state + 8, "  running task", 14) == 0;
	set_name(line, name, (size_t)(state - name));
	line->kind = TASK_LINE_TASK;
	return true;
}

struct word {
	const char *from;
	size_t length;
};

/* The last word of @text before @end. */
static struct word last_word(const char *text, const char *end)
{
	const char *from;

	while (end > text && end[-1] == ' ')
		end--;
	for (from = end; from > text && from[-1] != ' ';)
		from--;
	return (struct word){ from, (size_t)(end - from) };
}

static bool word_number(struct word word, uint32_t *value)
{
	return word.length > 0 && digits(word.from, value) == word.from + word.length;
}

static bool is_hex(struct word word)
{
	return word.length >= 8 && strspn(word.from, "0123456789abcdef") >= word.length;
}

static bool same_word(struct word word, const char *text)
{
	return word.length == strlen(text) && strncmp(word.from, text, word.length) == 0;
}

/* A state, and the free stack that may stick to it: "D", "I15016". */
static bool is_state(struct word word)
{
	if (word.length == 0 || !memchr(states, word.from[0], sizeof(states) - 1))
		return false;
	for (size_t i = 1; i < word.length; i++)
		if (!digit(word.from[i]))
			return false;
	return true;
}

/* "xtest D ffffffc000086a74 0 5699 5696 0x00000000", "test_ca R running 0 1485 1481 0x00000003" */
static bool old_head(const char *text, struct task_line *line)
{
	struct word word = last_word(text, text + strlen(text));
	uint32_t number;

	if (word.length < 3 || word.from[0] != '0' || word.from[1] != 'x' ||
	    strspn(word.from + 2, "0123456789abcdef") + 2 != word.length)
		return false;
	word = last_word(text, word.from);
	if (!word_number(word, &number))
		return false;
	word = last_word(text, word.from);
	if (!word_number(word, &line->pid))
		return false;
	word = last_word(text, word.from);
	if (word_number(word, &number))
		word = last_word(text, word.from);
	if (same_word(word, "task"))
		word = last_word(text, word.from);
	line->on_cpu = same_word(word, "running");
	if (line->on_cpu || is_hex(word))
		word = last_word(text, word.from);
	if (!is_state(word) || word.from == text)
		return false;
	line->state = word.from[0];
	set_name(line, text, (size_t)(word.from - text));
	line->kind = TASK_LINE_TASK;
	return line->name[0] != '\0';
}

/* "CPU: 3 PID: 2005 Comm: testApp Not tainted 4.14.78", "CPU: 0 UID: 0 PID: 1 Comm: init" */
static bool cpu_head(const char *text, struct task_line *line)
{
	const char *name = strstr(text, " Comm: "), *end = NULL;
	static const char *const ends[] = { " Not tainted", " Tainted:", " Kdump:" };

	if (strncmp(text, "CPU: ", 5) != 0 || !name || !labelled(text, " PID: ", &line->pid))
		return false;
	name += 7;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const char *at = strstr(name, ends[i]);

		if (at && (!end || at < end))
			end = at;
	}
	set_name(line, name, end ? (size_t)(end - name) : strlen(name));
	line->state = 'R';
	line->on_cpu = true;
	line->kind = TASK_LINE_CPU;
	return true;
}

/* "BUG: soft lockup - CPU#1 stuck for 22s! [xtest:6042]" */
static bool lockup_line(const char *text, struct task_line *line)
{
	const char *at = strstr(text, "soft lockup - CPU#"), *stuck, *name, *end;

	if (!at || !(stuck = strstr(at, "stuck for ")) || !(name = strchr(stuck, '[')) ||
	    !(end = strrchr(name, ']')) || !name_and_pid(name + 1, end, ':', line))
		return false;
	(void)digits(stuck + strlen("stuck for "), &line->seconds);
	line->state = 'R';
	line->on_cpu = true;
	line->kind = TASK_LINE_LOCKUP;
	return true;
}

/* Whatever names the file, as "==> /proc/67/stack <==" or "# cat /proc/67/task/70/stack". */
static bool proc_head(const char *text, struct task_line *line)
{
	const char *at = strstr(text, "/proc/");
	uint32_t pid, task;

	if (!at || !(at = digits(at + 6, &pid)))
		return false;
	task = pid;
	if (strncmp(at, "/task/", 6) == 0 && !(at = digits(at + 6, &task)))
		return false;
	if (strncmp(at, "/stack", 6) != 0 || isalnum((unsigned char)at[6]))
		return false;
	line->kind = TASK_LINE_PROC;
	line->pid = task;
	line->tgid = task == pid ? 0 : pid;
	return true;
}

/* "3 locks held by init/1:" */
static bool held_head(const char *text, struct task_line *line)
{
	const char *at = digits(text, &line->count), *end;

	if (!at || strncmp(at, " lock", 5) != 0)
		return false;
	at += at[5] == 's' ? 6 : 5;
	if (strncmp(at, " held by ", 9) != 0)
		return false;
	at += 9;
	end = at + strlen(at);
	while (end > at && !digit(end[-1]))
		end--;
	if (!name_and_pid(at, end, '/', line))
		return false;
	line->kind = TASK_LINE_HELD;
	return true;
}

/* "PID: 501  TASK: ffff0000c3f60000  CPU: 1  COMMAND: "cl"", as crash has it. */
static bool crash_head(const char *text, struct task_line *line)
{
	const char *name = strstr(text, " COMMAND: \""), *end;

	if (strncmp(text, "PID: ", 5) != 0 || !name || !labelled(text, "PID: ", &line->pid) ||
	    !strstr(text, " TASK: "))
		return false;
	name += strlen(" COMMAND: \"");
	end = strrchr(name, '"');
	if (!end)
		return false;
	set_name(line, name, (size_t)(end - name));
	line->kind = TASK_LINE_PROC;
	return true;
}

bool task_line_number(const char *text, uint32_t *value)
{
	const char *end = digits(text, value);

	return end && *end == '\0';
}

bool task_line_parse(const char *text, struct task_line *line)
{
	static bool (*const parsers[])(const char *, struct task_line *) = {
		hung_line, new_head,  cpu_head,	  lockup_line,
		held_head, proc_head, crash_head, old_head,
	};

	for (size_t i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++) {
		*line = (struct task_line){ .state = '?' };
		if (parsers[i](text, line))
			return true;
	}
	*line = (struct task_line){ .state = '?' };
	return false;
}
