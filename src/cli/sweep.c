/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/sweep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/budget.h"

static const char help[] =
	"usage: teeq sweep [OPTION]... FILE\n"
	"\n"
	"Search the scenario of FILE exhaustively once for each combination of numbers, and print a\n"
	"table of how it ends at worst: 'done' where no schedule ends otherwise, '?' where a budget\n"
	"ended the search, '-' where the scenario is not possible like that.\n"
	"\n"
	"  --threads A..B       threads of the secure world\n"
	"  --clients NAME=A..B  tasks of a client; may be given several times\n"
	"  --range KEY=A..B     any other number of the file: secure.static-system=0..3; may be given\n"
	"                       several times. The last range makes the columns\n"
	"  --policy P           a name that 'teeq policies' lists, or the path of a shared object that\n"
	"                       holds one; may be given several times (default mainline)\n"
	"  --client NAME        ask whether this client always finishes, whatever becomes of others\n"
	"  --max-states N       states of each search at most (default 2000000)\n"
	"  --max-memory SIZE    memory of each search at most: 512M, 4G (default 1G)\n"
	"  --max-seconds S      seconds of each search at most (default: any number)\n"
	"  --workers N          searches at a time, 1 to 64 (default 1); what is printed does not\n"
	"                       depend on it\n"
	"  --csv                a line for each combination, for spreadsheets\n"
	"  --json               a JSON object for each combination\n"
	"  --set KEY=VALUE      as if FILE said so; may be given several times\n"
	"  --help               this text\n"
	"  --version            the version\n"
	"\n"
	"exit status: 0 everything was decided, whatever it came to, 2 bad usage or input, 3 a budget\n"
	"or an interruption ended a search\n";

enum {
	THREADS = 256,
	CLIENTS,
	RANGE,
	CSV
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, THREADS },
	{ "clients", required_argument, NULL, CLIENTS },
	{ "range", required_argument, NULL, RANGE },
	{ "policy", required_argument, NULL, 'p' },
	{ "client", required_argument, NULL, 'c' },
	{ "csv", no_argument, NULL, CSV },
	{ "json", no_argument, NULL, 'j' },
	BUDGET_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

/* ----------------------------------------- searching ------------------------------------------ */

static bool sweep_keep_going(void *argument, const struct teeq_progress *progress)
{
	const struct sweep *sweep = argument;

	(void)progress;
	return !cli_interrupted() && atomic_load(&sweep->failed) == TEEQ_OK;
}

static enum teeq_status sweep_search(struct sweep *sweep, const struct teeq_model *model,
				     struct sweep_cell *cell, struct teeq_error *error)
{
	struct teeq_explore_options options = sweep->search;
	struct teeq_explore_result result;
	enum teeq_status status;

	options.must_finish = teeq_model_tasks_of(model, sweep->client);
	options.keep_going = sweep_keep_going;
	options.argument = sweep;
	status = teeq_explore(model, &options, &result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	teeq_trial_take(&cell->trial, &result);
	if (cell->trial.ruling == TEEQ_STILL_FAILS)
		cell->schedule = teeq_schedule_print(model, &result.schedule);
	status = cell->trial.ruling == TEEQ_STILL_FAILS && !cell->schedule ? TEEQ_ENOMEM : TEEQ_OK;
	teeq_schedule_free(&result.schedule);
	return status;
}

static enum teeq_status sweep_try(struct sweep *sweep, size_t index, struct teeq_error *error)
{
	struct teeq_scenario_change changes[SWEEP_CHANGE_MAX];
	struct sweep_cell *cell = &sweep->cells[index];
	char texts[SWEEP_RANGE_MAX][16];
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, index, numbers);
	size_t count = sweep_changes(sweep, numbers, texts, changes);
	struct teeq_scenario_file *file = NULL;
	struct teeq_model *model = NULL;
	enum teeq_status status =
		teeq_scenario_load_changed(sweep->path, changes, count, &file, error);

	if (status == TEEQ_OK)
		status = teeq_model_new(teeq_scenario_tables(file), policy->policy, &model, error);
	cell->tried = true;
	cell->trial.ruling = TEEQ_NOT_POSSIBLE;
	if (status == TEEQ_OK)
		status = sweep_search(sweep, model, cell, error);
	else if (status == TEEQ_EINPUT && (cell->why = strdup(error->text)))
		status = TEEQ_OK;
	teeq_model_free(model);
	teeq_scenario_free(file);
	return status;
}

static void *sweep_work(void *argument)
{
	struct sweep *sweep = argument;
	size_t index;

	while (sweep_keep_going(sweep, NULL) &&
	       (index = atomic_fetch_add(&sweep->next, 1)) < sweep->cell_count) {
		struct teeq_error error = { .text = "" };
		enum teeq_status status = sweep_try(sweep, index, &error);

		if (status == TEEQ_OK)
			continue;
		pthread_mutex_lock(&sweep->lock);
		if (atomic_load(&sweep->failed) == TEEQ_OK)
			sweep->error = error;
		atomic_store(&sweep->failed, (int)status);
		pthread_mutex_unlock(&sweep->lock);
	}
	return NULL;
}

/* This thread is one of the workers; where no more can be started, fewer do. */
static void sweep_run(struct sweep *sweep)
{
	pthread_t threads[TEEQ_WORKER_MAX];
	struct cli_watch watch;
	unsigned int count = 1;

	cli_watch_start(&watch, false);
	while (count < sweep->workers &&
	       pthread_create(&threads[count], NULL, sweep_work, sweep) == 0)
		count++;
	sweep_work(sweep);
	for (unsigned int i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	cli_watch_end(&watch);
}

static int sweep_conclude(const struct sweep *sweep)
{
	bool limited = false;
	size_t impossible = 0;
	int status;

	if (atomic_load(&sweep->failed) != TEEQ_OK)
		return cli_failed(sweep->path, (enum teeq_status)atomic_load(&sweep->failed),
				  &sweep->error);
	while (impossible < sweep->cell_count && sweep->cells[impossible].why)
		impossible++;
	/* A slip of the pen, most likely. */
	if (impossible == sweep->cell_count)
		return cli_error("%s: no combination is possible: %s", cli_input_name(sweep->path),
				 sweep->cells[0].why);
	status = sweep_print(sweep);
	for (size_t i = 0; i < sweep->cell_count; i++)
		limited |= !sweep->cells[i].tried || sweep->cells[i].trial.ruling == TEEQ_UNDECIDED;
	return status == CLI_OK && limited ? CLI_LIMIT : status;
}

/* The file as it is, so that what is wrong with it is told once, and no range is of nobody. */
static int sweep_check(const struct sweep *sweep)
{
	struct cli_case c;
	uint64_t tasks;
	int status = cli_case_load(&c, sweep->path);

	if (status == CLI_OK && sweep->client) {
		status = cli_case_build(&c, &sweep->policies.list[0]);
		if (status == CLI_OK)
			status = cli_case_client(&c, "sweep", sweep->client, &tasks);
	}
	for (size_t i = 0; i < sweep->range_count && status == CLI_OK; i++)
		if (strncmp(sweep->ranges[i].key, "clients.", 8) == 0 &&
		    teeq_scenario_line(c.file, sweep->ranges[i].key) ==
			    teeq_scenario_line(c.file, "clients"))
			status = cli_usage("sweep", "%s: there is no such client in %s",
					   sweep->ranges[i].key, sweep->path);
	cli_case_free(&c);
	return status;
}

static int sweep_file(struct sweep *sweep)
{
	int status = sweep_check(sweep);

	if (status != CLI_OK)
		return status;
	sweep->cells = calloc(sweep->cell_count, sizeof(*sweep->cells));
	if (!sweep->cells)
		return cli_failed(sweep->path, TEEQ_ENOMEM, NULL);
	pthread_mutex_init(&sweep->lock, NULL);
	sweep_run(sweep);
	status = sweep_conclude(sweep);
	pthread_mutex_destroy(&sweep->lock);
	for (size_t i = 0; i < sweep->cell_count; i++) {
		free(sweep->cells[i].why);
		free(sweep->cells[i].schedule);
	}
	free(sweep->cells);
	return status;
}

/* -------------------------------------- command line ------------------------------------------ */

/* "A..B", or one number. */
static bool read_bounds(struct sweep_range *range, const char *option, const char *text)
{
	char first[16];
	size_t length = strcspn(text, ".");
	const char *second = text;
	uint64_t from = 0, to = 0;

	if (strncmp(text + length, "..", 2) == 0)
		second = text + length + 2;
	else
		length = strlen(text);
	snprintf(first, sizeof(first), "%.*s", (int)length, text);
	if (length >= sizeof(first) ||
	    !cli_number("sweep", option, first, 0, SWEEP_NUMBER_MAX, &from) ||
	    !cli_number("sweep", option, second, from, SWEEP_NUMBER_MAX, &to))
		return false;
	range->from = (uint32_t)from;
	range->to = (uint32_t)to;
	return true;
}

/* Another one; NULL after a message. */
static struct sweep_range *add_range(struct sweep *sweep, const char *option)
{
	if (sweep->range_count < SWEEP_RANGE_MAX)
		return &sweep->ranges[sweep->range_count++];
	cli_usage("sweep", "%s: more than %d ranges", option, SWEEP_RANGE_MAX);
	return NULL;
}

/* Its key is what stands before the '=' in @text, between @before and @behind. */
static bool read_range(struct sweep *sweep, const char *option, const char *before,
		       const char *behind, const char *text)
{
	struct sweep_range *range = add_range(sweep, option);
	size_t length = strcspn(text, "=");

	if (!range)
		return false;
	if (text[length] != '=' || length == 0 ||
	    strlen(before) + length + strlen(behind) >= SWEEP_KEY_SIZE)
		return cli_usage("sweep", "%s: '%s' is not NAME=A..B", option, text) == CLI_OK;
	snprintf(range->key, sizeof(range->key), "%s%.*s%s", before, (int)length, text, behind);
	return read_bounds(range, option, text + length + 1);
}

static bool read_threads(struct sweep *sweep, const char *text)
{
	struct sweep_range *range = add_range(sweep, "--threads");

	if (!range)
		return false;
	snprintf(range->key, sizeof(range->key), "secure.threads");
	return read_bounds(range, "--threads", text);
}

static bool sweep_read_option(struct sweep *sweep, int option)
{
	uint64_t number = 0;

	switch (option) {
	case THREADS:
		return read_threads(sweep, optarg);
	case CLIENTS:
		return read_range(sweep, "--clients", "clients.", ".count", optarg);
	case RANGE:
		return read_range(sweep, "--range", "", "", optarg);
	case BUDGET_WORKERS:
		if (!cli_number("sweep", "--workers", optarg, 1, TEEQ_WORKER_MAX, &number))
			return false;
		sweep->workers = (unsigned int)number;
		return true;
	case CSV:
		sweep->form = SWEEP_CSV;
		return true;
	case 'j':
		sweep->form = SWEEP_JSON;
		return true;
	case 'p':
		return cli_policies_add(&sweep->policies, "sweep", optarg);
	case 'c':
		sweep->client = optarg;
		return true;
	default:
		return budget_read("sweep", option, optarg, &sweep->search);
	}
}

static int sweep_settle(struct sweep *sweep, const struct cli_options *options)
{
	if (!cli_takes_one_file(options, false))
		return CLI_BAD;
	sweep->path = options->operands[0];
	if (strcmp(sweep->path, "-") == 0)
		return cli_usage("sweep", "standard input can be read only once: name a file");
	if (sweep->range_count == 0)
		return cli_usage("sweep", "no range is named: --threads 1..8, --clients app=1..6");
	if (sweep->policies.count == 0 && !cli_policies_add(&sweep->policies, "sweep", "mainline"))
		return CLI_BAD;
	sweep->cell_count = sweep->policies.count;
	for (size_t i = 0; i < sweep->range_count; i++) {
		sweep->cell_count *= sweep_length(&sweep->ranges[i]);
		if (sweep->cell_count > SWEEP_CELL_MAX)
			return cli_usage("sweep", "more than %d combinations", SWEEP_CELL_MAX);
	}
	return CLI_OK;
}

int cli_sweep(int argc, char **argv)
{
	struct sweep sweep = { .workers = 1 };
	struct cli_options options;
	int option;

	budget_start(&sweep.search);
	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!sweep_read_option(&sweep, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (sweep_settle(&sweep, &options) != CLI_OK)
		return CLI_BAD;
	return sweep_file(&sweep);
}
