/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_DRIVER_DRIVE_H
#define CLI_DRIVER_DRIVE_H

#include <jansson.h>

#include <teeq/harness/driver/command.h>

#include "cli/cli.h"

/*
 * A command line with --driver, read.
 *
 * @given        which of the options below were there
 * @preemptions  a run leaves a task that could go on so often at most
 */
enum {
	DRIVE_SEED = 1,
	DRIVE_RUNS = 2,
	DRIVE_STRATEGY = 4,
	DRIVE_PREEMPTIONS = 8,
	DRIVE_STEPS = 16,
	DRIVE_POLICY = 32,
	DRIVE_TRACE = 64,
	DRIVE_DEPTH = 128,
	DRIVE_FAIL = 256,
	DRIVE_STARVE = 512,
	DRIVE_CLIENTS = 1024,
	DRIVE_BUDGET = 2048, /* or the kind of search */
	DRIVE_BOOT = 4096,
	DRIVE_REMOVE = 8192,
	DRIVE_POINTS = 16384,
	DRIVE_CLIENT = 65536,
	DRIVE_WORLD = 32768, /* what the secure world says, or tee-supplicant does */
};

enum drive_search {
	DRIVE_SEARCH_BREADTH,
	DRIVE_SEARCH_DEPTH,
	DRIVE_SEARCH_SCHEDULES,
};
/* Steps of a run, where many are made to find something out. */
enum { DRIVE_INQUIRY_STEPS = 20000 };

struct drive_line {
	const char *command;
	const char *driver_path;
	const char *policy;
	const char *other_path; /* explain: another driver */
	const char *out; /* shrink: the smaller scenario */
	const char *client; /* explore: about this one alone; NULL: about all */
	const struct teeq_strategy *strategy;
	uint64_t seed;
	uint64_t runs;
	uint64_t steps;
	uint64_t preemptions;
	uint64_t depth;
	uint64_t fail; /* which allocation of the tasks fails, from 1; 0: none does */
	uint64_t max_states; /* of a search by states, as the others; 0: no budget */
	uint64_t max_memory;
	uint64_t max_seconds;
	enum drive_search search;
	struct teeq_drive_options drive;
	unsigned int given;
	bool json;
	struct cli_options options;
};

/* The words of --boot, --remove and --points. */
extern const char *const drive_boots[TEEQ_DRIVE_BOOT_COUNT];
extern const char *const drive_removes[TEEQ_DRIVE_REMOVE_COUNT];
extern const char *const drive_points[TEEQ_HARNESS_POINTS_COUNT];

/* A scenario file with the driver, ready to run. */
struct drive_case {
	const struct drive_line *line;
	const char *path;
	struct teeq_scenario_file *file;
	struct teeq_driver *driver;
	struct teeq_drive *drive;
	struct teeq_harness *h;
};

/* ---- case.c ---- */
/* CLI_OK, or CLI_BAD after a message, which says why where the scenario cannot be run. */
int drive_case_load(struct drive_case *c, const struct drive_line *line, struct teeq_driver *driver,
		    const char *path);
void drive_case_free(struct drive_case *c);
/*
 * How the last run ended, and the command that makes it again; in JSON as an object. @all: also
 * where it was done.
 */
int drive_report(const struct drive_case *c, const struct teeq_harness_result *result, bool all);
/* The same, of a run in which allocation @fail failed. */
int drive_report_failing(const struct drive_case *c, const struct teeq_harness_result *result,
			 uint64_t fail);
int drive_status(enum teeq_verdict verdict);
/* A run or a search was made, be it that its budget ran out. */
bool drive_ran(enum teeq_status status);

/* A run could not be made. */
int drive_failed(const struct drive_case *c, enum teeq_status status);
/*
 * What went wrong with @what. CLI_FOUND where the code went elsewhere than it should, or CLI_BAD.
 */
int drive_tell_failure(const char *what, enum teeq_status status, const struct teeq_error *error);

/* Which scenario, and which driver; in JSON each object says it. */
void drive_print_head(const struct drive_case *c);
/* The verdicts that there were, and a line's end. */
void drive_print_counts(const uint64_t counts[TEEQ_VERDICT_COUNT]);
/*
 * The command that makes a run of the scenario in @path again. @fail: what is refused in it; 0:
 * nothing.
 */
void drive_put_replay(FILE *out, const struct drive_case *c, const char *path, uint64_t fail,
		      const char *schedule);
/* That, and a line's end. */
void drive_print_replay(const struct drive_case *c, const char *path, uint64_t fail,
			const char *schedule);

/* ---- json.c ---- */
/* Which scenario, and which driver. */
json_t *drive_json_head(const struct drive_case *c);
/* What ended a search, or null. */
json_t *drive_json_limit(enum teeq_harness_budget budget);
/* A text that is written to a stream. False, and NULL: no memory. */
struct drive_json_writing {
	FILE *out;
	char *text;
	size_t size;
};
bool drive_json_begin_text(struct drive_json_writing *w);
json_t *drive_json_end_text(struct drive_json_writing *w);
/* As drive_put_replay(). */
json_t *drive_json_replay(const struct drive_case *c, const char *path, uint64_t fail,
			  const char *schedule);
/* How the last run ended, into @object. */
void drive_json_run(json_t *object, const struct drive_case *c,
		    const struct teeq_harness_result *result, uint64_t fail);
/* Both. */
json_t *drive_json_report(const struct drive_case *c, const struct teeq_harness_result *result,
			  uint64_t fail);
json_t *drive_json_verdicts(const uint64_t counts[TEEQ_VERDICT_COUNT]);

/* ---- explore.c ---- */
struct teeq_harness_explore_options drive_explore_options(const struct drive_line *line);
/* " within the bound on preemptions", or nothing. */
const char *drive_bound_text(const struct drive_case *c);
/* Not so where a search by states finds that from no state a way leads to an end. */
static inline bool drive_has_run(const struct teeq_harness_result *found)
{
	return found->verdict != TEEQ_VERDICT_LIVELOCK || found->steps > 0;
}
/* What ended a search; nothing where that was its end. */
void drive_print_budget(const struct drive_case *c, enum teeq_harness_budget budget);

/* ---- run.c ---- */
int drive_run(struct drive_case *c);
int drive_starve(struct drive_case *c);
int drive_replay(struct drive_case *c, const char *schedule);
int drive_explore(struct drive_case *c);
int drive_stress(struct drive_case *c);
int drive_check(const struct drive_line *line, struct teeq_driver *driver);
int drive_conform(const struct drive_line *line, struct teeq_driver *driver);
/* @schedule NULL: the first that fails. */
int drive_explain(const struct drive_line *line, struct teeq_driver *driver, const char *path,
		  const char *schedule);
int drive_shrink(const struct drive_line *line, struct teeq_driver *driver, const char *path,
		 const char *schedule);
/* How much explain and shrink try. */
struct teeq_drive_budget drive_budget(const struct drive_line *line);
/* CLI_BAD, after a message: @result and @tried as of teeq_drive_find(). */
int drive_nothing_found(const char *path, const struct teeq_drive_budget *budget,
			const struct teeq_harness_result *result,
			const struct teeq_drive_tried *tried);

#endif
