/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_DOING_H
#define CLI_STEP_DOING_H

#include "cli/step/command.h"

/* A command while it is done: its arguments are words, or the rest of the line as it is. */
struct doing {
	struct stepper *stepper;
	struct step *s;
	const char *rest;
	const char *words[2];
	int count;
	FILE *out;
};

/* Says in the stepper what is wrong, and returns COMMAND_WRONG. */
enum command_result command_wrong(struct doing *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The argument at @index as a number; @otherwise where there is none. False: it is none. */
bool command_number(struct doing *d, int index, uint64_t otherwise, uint64_t *number);
/* A line about a step that was made. */
void say_step(struct doing *d, size_t step);
/* Where it stands, after a command that went there. */
enum command_result say_place(struct doing *d);

/* The result of a move, with what is wrong where it is none; @who was to move. */
enum command_result command_moved(struct doing *d, enum step_moved moved, const char *who);

/* The commands, each by its name; what they tell, where they go, what they stop at. */
enum command_result do_show(struct doing *d);
enum command_result do_trace(struct doing *d);
enum command_result do_report(struct doing *d);
enum command_result do_schedule(struct doing *d);
enum command_result do_save(struct doing *d);
enum command_result do_move(struct doing *d);
enum command_result do_forward(struct doing *d);
enum command_result do_back(struct doing *d);
enum command_result do_goto(struct doing *d);
enum command_result do_start(struct doing *d);
enum command_result do_end(struct doing *d);
enum command_result do_cut(struct doing *d);
enum command_result do_lost(struct doing *d);
enum command_result do_next(struct doing *d);
enum command_result do_previous(struct doing *d);
enum command_result do_break(struct doing *d);
enum command_result do_breaks(struct doing *d);
enum command_result do_delete(struct doing *d);
enum command_result do_run(struct doing *d);
enum command_result do_expect(struct doing *d);

#endif
