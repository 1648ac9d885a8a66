/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/log_reader.h"

/*
 * What ps prints, of Linux, busybox or crash: a line that names columns, then one of each task.
 * Only tee-supplicant's are taken: others without a stack say nothing.
 */

#define WORD_MAX 64

/* The word number @index of @text, parted by blanks; false: there are not so many. */
static bool ps_word(const char *text, unsigned int index, char word[WORD_MAX])
{
	size_t length;

	for (text += strspn(text, " >"); index > 0 && *text; index--) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	length = strcspn(text, " ");
	if (length == 0)
		return false;
	length = length < WORD_MAX ? length : WORD_MAX - 1;
	memcpy(word, text, length);
	word[length] = '\0';
	return true;
}

static bool is_one_of(const char *word, const char *const names[])
{
	for (; *names; names++)
		if (strcmp(word, *names) == 0)
			return true;
	return false;
}

bool ps_head(struct log_reader *reader, const char *text)
{
	static const char *const states[] = { "STAT", "S", "ST", NULL };
	static const char *const commands[] = { "COMMAND", "CMD", "COMM", "NAME", "ARGS", NULL };
	struct ps_columns found = { .seen = false };
	char word[WORD_MAX];
	bool state = false, command = false;

	if (!strstr(text, "PID"))
		return false;
	for (unsigned int i = 0; !command && i < 24 && ps_word(text, i, word); i++) {
		if (strcmp(word, "PID") == 0) {
			found.pid = i;
			found.seen = true;
		} else if (is_one_of(word, states)) {
			found.state = i;
			state = true;
		} else if (is_one_of(word, commands)) {
			found.command = i;
			command = true;
		}
	}
	if (!found.seen || !state || !command)
		return false;
	reader->ps = found;
	return true;
}

/* A state as the kernel has it: crash has two capital letters of its own. */
static char state_of(const char *word)
{
	static const struct {
		const char *word;
		char state;
	} of_crash[] = { { "UN", 'D' }, { "IN", 'S' }, { "RU", 'R' }, { "ST", 'T' },
			 { "TR", 't' }, { "ZO", 'Z' }, { "DE", 'X' } };

	for (size_t i = 0; i < sizeof(of_crash) / sizeof(of_crash[0]); i++)
		if (strcmp(word, of_crash[i].word) == 0)
			return of_crash[i].state;
	return word[0];
}

bool ps_row(struct log_reader *reader, const char *text, struct task_line *task)
{
	const struct ps_columns *ps = &reader->ps;
	char word[WORD_MAX];
	const char *name;

	*task = (struct task_line){ .kind = TASK_LINE_PROC };
	if (!ps->seen)
		return false;
	if (!ps_word(text, ps->pid, word) || !task_line_number(word, &task->pid) ||
	    !ps_word(text, ps->state, word)) {
		reader->ps.seen = false;
		return false;
	}
	task->state = state_of(word);
	if (!ps_word(text, ps->command, word))
		return false;
	name = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;
	name += *name == '[';
	memcpy(task->name, name, strcspn(name, "]"));
	return strncmp(name, "tee-supp", 8) == 0;
}
