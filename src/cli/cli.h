/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <teeq/explore.h>
#include <teeq/model.h>
#include <teeq/policy.h>
#include <teeq/run.h>
#include <teeq/scenario.h>
#include <teeq/world.h>

#include "cli/color.h"
#include "cli/estimate.h"
#include "cli/pager.h"

/* Exit statuses. Part of the interface: scripts and CI rely on them. */
enum {
	CLI_OK = 0, /* the run finished, the property holds */
	CLI_FOUND = 1, /* a deadlock, a violation, a mismatch was found */
	CLI_BAD = 2, /* usage, bad input, or output that could not be written */
	CLI_LIMIT = 3, /* a limit was reached; nothing is claimed */
};

/* ---------------------------------------- subcommands ----------------------------------------- */

/* Each gets its own name as argv[0] and returns an exit status. */
int cli_run(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_explore(int argc, char **argv);
int cli_step(int argc, char **argv);
int cli_shrink(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_minimum(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_sweep(int argc, char **argv);
int cli_merge(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_new(int argc, char **argv);
int cli_conform(int argc, char **argv);
int cli_stress(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_diagnose(int argc, char **argv);
int cli_driver(int argc, char **argv);
/*
 * Whether the command line has --driver; then it is of a driver's own code, but for compare, which
 * sets drivers beside policies. Where the harness is not built there is none of what has to do with
 * drivers, and TEEQ_DRIVERS is not defined.
 */
bool cli_has_driver(int argc, char **argv);
int cli_drive(int argc, char **argv);
int cli_policies(int argc, char **argv);
int cli_show(int argc, char **argv);

/* ------------------------------------ messages and options ------------------------------------ */

/* One line on stderr. cli_usage() adds where help is. Both return CLI_BAD. */
int cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * Where somebody else says what is wrong, or a screen is drawn: from here on messages go to @text,
 * of @size bytes, of several the last; NULL: to stderr again.
 */
void cli_error_into(char *text, size_t size);
/* What messages and tables call the file of @path: "-" is standard input. */
const char *cli_input_name(const char *path);
/* The message of a library function that failed. */
int cli_failed(const char *what, enum teeq_status status, const struct teeq_error *error);

/*
 * getopt_long() with this command's manners: options and operands may be mixed, --help and
 * --version are answered, errors are printed. cli_next_option() returns an option's value, 0 at the
 * end, or -1 when the command is to return @status at once. Operands gather in @operands, which is
 * argv's own memory.
 */
struct cli_options {
	const char *command;
	const char *help;
	const struct option *options; /* must end with CLI_COMMON_OPTIONS */
	const char *short_options;    /* begins with "-:hV"; NULL: that is all */
	int argc;
	char **argv;
	char **operands;
	int operand_count;
	int status;
};
#define CLI_COMMON_OPTIONS                                                         \
	CLI_COLOR_OPTION, CLI_NO_PAGER_OPTION,                                     \
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, \
	{                                                                          \
		NULL, 0, NULL, 0                                                   \
	}
/*
 * Where a scenario file is read: values that are taken for those of the file. cli_next_option()
 * keeps them for cli_case_load(), and every command that is printed about the case repeats them.
 */
#define CLI_SET 0x7e7
#define CLI_SET_OPTION { "set", required_argument, NULL, CLI_SET }
#define CLI_SET_MAX    32
/* "KEY=VALUE". NULL, or what is wrong with it. */
const char *cli_set_add(const char *text);
/* One that is told elsewhere; its value stays the caller's. False: it cannot be one. */
bool cli_set_take(const struct teeq_scenario_change *change);
const struct teeq_scenario_change *cli_set_changes(size_t *count);
void cli_options_start(struct cli_options *options, int argc, char **argv,
		       const struct option *known, const char *help);
int cli_next_option(struct cli_options *options);
/* One file, and behind it a schedule where @schedule; false after a message. */
bool cli_takes_one_file(const struct cli_options *options, bool schedule);

/*
 * What somebody may have meant by a word that nobody knows: start, offer every word that there is,
 * and @nearest is the one, or NULL where none is near enough.
 */
struct cli_suggestion {
	const char *word;
	const char *nearest;
	size_t distance; /* what is not below it is too far */
};
void cli_suggestion_start(struct cli_suggestion *suggestion, const char *word);
void cli_suggestion_offer(struct cli_suggestion *suggestion, const char *candidate);

/* A decimal number in @min..@max. On failure the message is printed and false returned. */
bool cli_number(const char *command, const char *option, const char *text, uint64_t min,
		uint64_t max, uint64_t *value);
#define CLI_SIZE_MAX (UINT64_C(1) << 60)
/* A number of bytes from 1 that may end in K, M or G. As cli_number(). */
bool cli_size(const char *command, const char *option, const char *text, uint64_t *bytes);

/* What was printed so far is to be seen now. Where that fails, cli_end() says why. */
void cli_flush(void);
/* The end of the program: @status, or CLI_BAD after a message where not all could be printed. */
int cli_end(int status);

/* ------------------------------------------ inputs -------------------------------------------- */

/* A policy, and the shared object it came from: NULL for one that is built in. */
struct cli_policy {
	const struct teeq_policy *policy;
	const char *path;
};
/* By name, or from a shared object: a name with a slash, or one that ends in ".so". */
int cli_policy_load(const char *name, struct cli_policy *policy);

/* Those of --policy, which may be given several times. */
#define CLI_POLICIES_MAX 16
struct cli_policies {
	struct cli_policy list[CLI_POLICIES_MAX];
	size_t count;
};
/* False after a message. */
bool cli_policies_add(struct cli_policies *policies, const char *command, const char *name);
/* Where none was named: all that are built in. */
void cli_policies_settle(struct cli_policies *policies);

#define CLI_POLICY_MAX	   8 /* from shared objects, in one run of the command */
#define CLI_POLICY_SECONDS 10
/*
 * The same policy, by way of functions that note where it is: where one of them does not return for
 * CLI_POLICY_SECONDS, or for a second after an interruption, the command says which and ends with
 * CLI_LIMIT. NULL: there are too many, or no thread could be started to look.
 */
const struct teeq_policy *cli_guard(const struct teeq_policy *policy);
/* Not longer than @seconds, from 1: a budget of the user's. */
void cli_guard_patience(uint64_t seconds);

/* Whether one of that name is built in or was loaded; and which name is nearest to it. */
bool cli_policy_known(const char *name);
void cli_policy_suggest(const char *name, struct cli_suggestion *suggestion);

/* A scenario under a policy, ready to run; @changes: what is taken for what the file says. */
struct cli_case {
	const char *path;
	const struct teeq_scenario_change *changes;
	size_t change_count;
	struct cli_policy policy;
	struct teeq_scenario_file *file;
	struct teeq_model *model;
	struct teeq_world *world;
	bool warned;
};
/*
 * Load the file, with the warnings it is worth; then build the model for @policy, with a warning
 * for every expectation of a policy that nobody knows. Both print what is wrong. Free in any case.
 */
int cli_case_load(struct cli_case *c, const char *path);
/* The two halves of loading: without a word, and the words. */
enum teeq_status cli_case_read(struct cli_case *c, const char *path, struct teeq_error *error);
int cli_case_tell(const struct cli_case *c, enum teeq_status status,
		  const struct teeq_error *error);
int cli_case_build(struct cli_case *c, const struct cli_policy *policy);
void cli_case_free(struct cli_case *c);

/* ---------------------------------------- drivers --------------------------------------------- */

#define CLI_DRIVERS_MAX 4
/* Those that are set beside policies, with the paths that they were named by. */
struct cli_drivers {
	struct teeq_driver *list[CLI_DRIVERS_MAX];
	const char *paths[CLI_DRIVERS_MAX];
	size_t count;
};
/* One more; false after a message. To be freed in any case. */
bool cli_drivers_add(struct cli_drivers *drivers, const char *command, const char *path);
void cli_drivers_free(struct cli_drivers *drivers);
/*
 * A row for each: how the nearest failure of @c ends, by a search within the budgets of @search;
 * in JSON an object. *@limited is set where a budget ended one.
 */
int cli_drivers_compare(const struct cli_drivers *drivers, const struct cli_case *c,
			const struct teeq_explore_options *search, bool json, bool *limited);
/*
 * The tasks of a client that the option --client names; a message where there is none of that name.
 */
int cli_case_client(const struct cli_case *c, const char *command, const char *name,
		    uint64_t *tasks);
/* An expectation of a policy that is neither built in nor loaded, with what may have been meant. */
void cli_case_unknown_policy(const struct cli_case *c, const struct teeq_expect_spec *expect,
			     const char *what);

/* The text of a schedule: @argument itself, or what the file behind "@FILE" holds. To be freed. */
#define CLI_SCHEDULE_BYTES_MAX (64u << 20)
char *cli_schedule_text(const char *argument);
/*
 * Build the case's model for the policy that the schedule of @argument names, which @policy (may be
 * NULL) must agree with, and parse it into @schedule, which must be empty and is the caller's.
 */
int cli_case_schedule(struct cli_case *c, const char *command, const char *policy,
		      const char *argument, struct teeq_schedule *schedule);

/*
 * The loop at the end of @schedule, of the case's model, as teeq_find_loop() says; and the command
 * that explains the shortest schedule with that loop: to be freed, NULL: no memory.
 */
int cli_case_loop(const struct cli_case *c, const struct teeq_schedule *schedule,
		  struct teeq_loop *loop);
char *cli_loop_command(const struct cli_case *c, const struct teeq_schedule *schedule,
		       const struct teeq_loop *loop);

/* ----------------------------------------- running -------------------------------------------- */

enum cli_trace {
	CLI_TRACE_NONE,
	CLI_TRACE_TEXT,
	CLI_TRACE_JSON
};

struct exports;
struct shard;

/* How to print, common to run and replay; @schedule only for a replay. */
struct cli_request {
	const struct cli_case *c;
	const struct teeq_strategy *strategy; /* NULL: a replay */
	const struct teeq_schedule *schedule;
	struct teeq_pct pct; /* of strategy pct, whose argument it is */
	uint64_t seed;
	uint64_t step_max; /* 0: the default */
	uint64_t must_finish; /* see struct teeq_run_options */
	uint64_t run_count;
	unsigned int workers; /* for @run_count; 0: one */
	const struct shard *shard; /* of @run_count, which of them */
	enum cli_trace trace;
	bool check;
	bool json;
	const struct exports *exports; /* NULL: none */
};
int cli_execute(const struct cli_request *request); /* one run or replay */
/*
 * Its inner part, once from the initial state and without a word but the trace's, if @traced.
 * @record may be NULL. CLI_FOUND, after a message, when a replay does not fit.
 */
int cli_perform(const struct cli_request *request, bool traced, struct teeq_schedule *record,
		struct teeq_result *result);
/* What the sessions that asked to be system sessions before the run were answered. */
void cli_print_sessions(const struct teeq_model *model);
/* A schedule's text against the case's file; --policy (may be NULL) must agree with it. */
int cli_execute_schedule(struct cli_request *request, struct cli_case *c, const char *command,
			 const char *policy, const char *schedule);

/* Parse --trace's value. */
bool cli_trace_parse(const char *command, const char *text, enum cli_trace *trace);
/* Flags that do not go together; an event in JSON makes the result JSON as well. */
int cli_output_settle(const char *command, struct cli_request *request);

int cli_verdict_status(enum teeq_verdict verdict);
/* Whether it is pct, under whatever settings. */
bool cli_strategy_is_pct(const struct teeq_strategy *strategy);
/*
 * One line of the header: what one run of pct, of a model of so many tasks, finds for certain.
 * Nothing for other strategies.
 */
void cli_print_bound(const struct cli_request *request, size_t tasks);

/* ---------------------------------------- searching ------------------------------------------- */

/*
 * Looks after a search while it runs: lines of progress on stderr, and an end to it when the user
 * interrupts. One at a time. A second interruption ends the program.
 */
struct cli_watch {
	bool shown;
	bool terminal; /* one line, written over and over */
	bool written;  /* a line stands there */
	bool astray;   /* what waits says nothing of what is left: no bar, no estimate */
	double due;    /* seconds into the search, of the next line */
	struct estimate estimate;
};
/* @asked: show progress even where stderr is no terminal. */
void cli_watch_start(struct cli_watch *watch, bool asked);
/* For struct teeq_explore_options; @watch is its argument. */
bool cli_watch_keep_going(void *watch, const struct teeq_progress *progress);
void cli_watch_end(struct cli_watch *watch);
/* SIGINT or SIGTERM came since the last cli_watch_start(). */
bool cli_interrupted(void);

/* "12.3 MB", by powers of 1024. */
#define CLI_BYTES_TEXT 24
void cli_bytes_text(char text[CLI_BYTES_TEXT], uint64_t bytes);

/* ----------------------------------------- wording -------------------------------------------- */

/* Commands to repeat what was seen, quoted for a shell. To be freed; NULL: no memory. */
char *cli_replay_command(const struct cli_case *c, const char *schedule);
char *cli_explain_command(const struct cli_case *c, const char *schedule);
char *cli_run_command(const struct cli_request *request, uint64_t seed);
/* @client: whom it asks about; NULL: all. */
char *cli_explore_command(const struct cli_case *c, const char *client);

/* Whether the seed decides anything; NULL, a replay: no. */
bool cli_takes_seed(const struct teeq_strategy *strategy);

/* What a task or an event is about, by the kind of its action; NULL where it is about nothing. */
const char *cli_object_name(const struct teeq_model *model, enum teeq_action action,
			    uint16_t object);

#endif
