/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_COMMAND_H
#define CLI_STEP_COMMAND_H

#include <stdio.h>

#include "cli/step/travel.h"

/*
 * A session as commands see it; the screen and a line of text give the same ones.
 *
 * @script   where commands are read from, "-" for standard input; it is not written over
 * @breaks   where a run stops
 * @why      of the last command: what is wrong with it, or what was expected and is not so
 */
struct stepper {
	struct step s;
	const char *script;
	struct condition breaks[TRAVEL_STOPS];
	size_t break_count;
	char why[CONDITION_TEXT + STEP_TEXT_MAX];
};

enum command_result {
	COMMAND_DONE,
	COMMAND_QUIT,
	COMMAND_UNMET, /* "expect", and it is not so: see @why */
	COMMAND_WRONG, /* it is no command, or cannot be done here: see @why */
};
/* One line: a command and its arguments. What it has to say goes to @out, in whole lines. */
enum command_result command_do(struct stepper *stepper, const char *line, FILE *out);

/* What there is, a line each. */
#define COMMAND_HELP \
	"  move TASK [COUNT]       let a task move; the schedule's rest is dropped where it differs\n" \
	"  forward [COUNT]         on along the schedule\n" \
	"  back [COUNT]            back\n" \
	"  goto STEP               stand behind so many steps\n" \
	"  start                   behind none of them\n" \
	"  end                     behind all of them\n" \
	"  lost                    before the step of no return of a schedule that fails\n" \
	"  next OBJECT             on along the schedule to the next change of a task, a lock, ...\n" \
	"  previous OBJECT         back to the last one\n" \
	"  break CONDITION         where 'run' stops: 'free = 0', 'app.1 asleep', 'any does smc',\n" \
	"                          'lock emmc is held', 'queue changes', with 'not' and 'and'\n" \
	"  breaks                  list them\n" \
	"  delete NUMBER           one of them\n" \
	"  run [STRATEGY [SEED]]   on along the schedule, then as the strategy has it (round-robin)\n" \
	"  cut                     drop what lies ahead\n" \
	"  show                    the state, and what each task would do next\n" \
	"  trace                   the steps made so far\n" \
	"  report                  who waits for whom, as at the end of a run\n" \
	"  schedule                all of it, as other commands take it\n" \
	"  save FILE               write the schedule\n" \
	"  expect CONDITION        fail where it does not hold: for scripts\n" \
	"  quit                    leave\n"

/* "step 3 of 9", and how the run has ended there. */
void command_place(const struct step *s, char text[STEP_TEXT_MAX]);

#endif
