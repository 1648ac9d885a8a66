/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/doing.h"

#include <string.h>

static enum command_result do_help(struct doing *d)
{
	fputs(COMMAND_HELP, d->out);
	return COMMAND_DONE;
}

static enum command_result do_quit(struct doing *d)
{
	(void)d;
	return COMMAND_QUIT;
}

/* ------------------------------------------ commands ------------------------------------------ */

/* @min, @max: how many words may follow; WHOLE_LINE: the rest of the line, as it is. */
#define WHOLE_LINE -1
static const struct {
	const char *name;
	int min, max;
	enum command_result (*run)(struct doing *d);
} step_commands[] = {
	{ "move", 1, 2, do_move },
	{ "forward", 0, 1, do_forward },
	{ "back", 0, 1, do_back },
	{ "goto", 1, 1, do_goto },
	{ "start", 0, 0, do_start },
	{ "end", 0, 0, do_end },
	{ "lost", 0, 0, do_lost },
	{ "next", 1, WHOLE_LINE, do_next },
	{ "previous", 1, WHOLE_LINE, do_previous },
	{ "break", 1, WHOLE_LINE, do_break },
	{ "breaks", 0, 0, do_breaks },
	{ "delete", 1, 1, do_delete },
	{ "run", 0, 2, do_run },
	{ "cut", 0, 0, do_cut },
	{ "show", 0, 0, do_show },
	{ "trace", 0, 0, do_trace },
	{ "report", 0, 0, do_report },
	{ "schedule", 0, 0, do_schedule },
	{ "save", 1, WHOLE_LINE, do_save },
	{ "expect", 1, WHOLE_LINE, do_expect },
	{ "help", 0, 0, do_help },
	{ "quit", 0, 0, do_quit },
};
#define STEP_COMMANDS (sizeof(step_commands) / sizeof(step_commands[0]))

static enum command_result command_unknown(struct doing *d, const char *name)
{
	struct cli_suggestion suggestion;

	cli_suggestion_start(&suggestion, name);
	for (size_t i = 0; i < STEP_COMMANDS; i++)
		cli_suggestion_offer(&suggestion, step_commands[i].name);
	return command_wrong(d, "unknown command '%s'%s%s%s", name,
			     suggestion.nearest ? ": did you mean " : "; 'help' lists them",
			     suggestion.nearest ? suggestion.nearest : "",
			     suggestion.nearest ? "?" : "");
}

/* Split @rest, which is written into, where the command takes words. */
static bool command_take_words(struct doing *d, char *rest, size_t index)
{
	int most = step_commands[index].max;
	const char *word;

	if (most == WHOLE_LINE) {
		d->count = *rest != '\0';
		most = 1;
	} else {
		while ((word = strtok_r(rest, " \t", &rest)) && d->count++ < most)
			d->words[d->count - 1] = word;
	}
	if (d->count >= step_commands[index].min && d->count <= most)
		return true;
	command_wrong(d, d->count > most ? "%s: that is too much; 'help' says what it takes" :
					   "%s: something is missing; 'help' says what it takes",
		      step_commands[index].name);
	return false;
}

enum command_result command_do(struct stepper *stepper, const char *line, FILE *out)
{
	struct doing d = { .stepper = stepper, .s = &stepper->s, .out = out };
	size_t length = strlen(line);
	char copy[CONDITION_TEXT];
	char *name, *rest = copy;

	stepper->why[0] = '\0';
	while (length > 0 && strchr(" \t\r\n", line[length - 1]))
		length--;
	if (length >= sizeof(copy))
		return command_wrong(&d, "longer than %zu characters", sizeof(copy) - 1);
	memcpy(copy, line, length);
	copy[length] = '\0';
	name = strtok_r(rest, " \t", &rest);
	if (!name || name[0] == '#')
		return COMMAND_DONE;
	rest += strspn(rest, " \t");
	d.rest = rest;
	for (size_t i = 0; i < STEP_COMMANDS; i++)
		if (strcmp(name, step_commands[i].name) == 0)
			return command_take_words(&d, rest, i) ? step_commands[i].run(&d) :
								 COMMAND_WRONG;
	return command_unknown(&d, name);
}
