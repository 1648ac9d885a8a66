/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/sweep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/budget.h"
#include "cli/json_value.h"
#include "cli/output.h"

static const char help[] =
	"usage: teeq sweep [OPTION]... FILE\n"
	"\n"
	"Search the scenario of FILE exhaustively once for each combination of numbers, and print a\n"
	"table of how the nearest failure ends: 'done' where no schedule fails, '?' where a budget\n"
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
	"  --resume FILE        take what FILE holds from earlier sweeps, and add to it what is\n"
	"                       decided, at once: after an interruption the same command goes on\n"
	"  --shard K/N          do the K-th of N parts of the searches, for teeq merge; with --json\n"
	"  --csv                a line for each combination, for spreadsheets\n"
	"  --json               a JSON object for each combination\n"
	"  --html OUT           a file of the table as a page for a browser, too\n"
	"  --svg OUT            a file of the table as a picture, too\n"
	"  --set KEY=VALUE      as if FILE said so; may be given several times\n"
	"  --color WHEN         auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager           do not page what is longer than the screen\n"
	"  --help               this text\n"
	"  --version            the version\n"
	"\n"
	"exit status: 0 everything was decided, whatever it came to, 2 bad usage or input, 3 a budget\n"
	"or an interruption ended a search\n";

enum {
	THREADS = 256,
	CLIENTS,
	RANGE,
	CSV,
	HTML,
	SVG,
	RESUME
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, THREADS },
	{ "clients", required_argument, NULL, CLIENTS },
	{ "range", required_argument, NULL, RANGE },
	{ "policy", required_argument, NULL, 'p' },
	{ "client", required_argument, NULL, 'c' },
	{ "csv", no_argument, NULL, CSV },
	{ "json", no_argument, NULL, 'j' },
	{ "html", required_argument, NULL, HTML },
	{ "svg", required_argument, NULL, SVG },
	{ "resume", required_argument, NULL, RESUME },
	{ "shard", required_argument, NULL, SHARD_OPTION },
	BUDGET_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

/* ----------------------------------------- concluding ----------------------------------------- */

static bool is_undecided(const struct sweep_cell *cell)
{
	return !cell->tried || cell->trial.ruling == TEEQ_UNDECIDED;
}

/* A slip of the pen, most likely. */
static int check_possible(const struct sweep *sweep)
{
	size_t impossible = 0;

	while (impossible < sweep->cell_count && sweep->cells[impossible].why)
		impossible++;
	if (impossible < sweep->cell_count)
		return CLI_OK;
	return cli_error("%s: no combination is possible: %s", cli_input_name(sweep->path),
			 sweep->cells[0].why);
}

int sweep_conclude(const struct sweep *sweep)
{
	int status = check_possible(sweep);
	bool limited = false;

	if (status == CLI_OK)
		status = sweep_print(sweep);
	if (status == CLI_OK && sweep->html)
		status = cli_output_replace(sweep->html, sweep_page, sweep);
	if (status == CLI_OK && sweep->svg)
		status = cli_output_replace(sweep->svg, sweep_svg, sweep);
	for (size_t i = 0; i < sweep->cell_count; i++)
		limited |= sweep_has(sweep, i) && is_undecided(&sweep->cells[i]);
	return status == CLI_OK && limited ? CLI_LIMIT : status;
}

/* As one part of several: the others may be possible where nothing here is. */
static int conclude_part(const struct sweep *sweep)
{
	uint64_t rows = shard_size(&sweep->shard, sweep->cell_count);
	bool complete = true, limited = false;
	int status = sweep_print(sweep);

	for (size_t i = 0; i < sweep->cell_count; i++) {
		complete &= !sweep_has(sweep, i) || sweep->cells[i].tried;
		limited |= sweep_has(sweep, i) && is_undecided(&sweep->cells[i]);
	}
	if (status == CLI_OK)
		status = shard_put_end(&sweep->shard, rows, complete && !cli_interrupted(), NULL);
	return status == CLI_OK && limited ? CLI_LIMIT : status;
}

/* What all parts have in common. */
static json_t *sweep_work_of(const struct sweep *sweep, const struct cli_case *c)
{
	json_t *ranges = json_array();

	for (size_t i = 0; i < sweep->range_count; i++)
		json_array_append_new(ranges,
				      json_pack("{s:s,s:i,s:i}", "key", sweep->ranges[i].key,
						"from", (int)sweep->ranges[i].from, "to",
						(int)sweep->ranges[i].to));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "input", shard_input(c), "set",
			 shard_changes(), "policies", shard_policies(&sweep->policies), "client",
			 cli_json_text(sweep->client), "ranges", ranges, "budgets",
			 shard_budgets(&sweep->search));
}

/* The file as it is, so that what is wrong with it is told once, and no range is of nobody. */
static int sweep_check(struct sweep *sweep)
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
	if (status == CLI_OK)
		sweep->work = sweep_work_of(sweep, &c);
	cli_case_free(&c);
	return status;
}

static int sweep_file(struct sweep *sweep)
{
	int status = CLI_OK;

	sweep->cells = calloc(sweep->cell_count, sizeof(*sweep->cells));
	if (!sweep->cells)
		status = cli_failed(sweep->path, TEEQ_ENOMEM, NULL);
	if (status == CLI_OK)
		status = sweep_check(sweep);
	if (status == CLI_OK)
		status = sweep_resume(sweep);
	if (status == CLI_OK)
		status = shard_put_head(&sweep->shard, "sweep", json_incref(sweep->work));
	if (status == CLI_OK)
		status = sweep_run(sweep);
	if (status == CLI_OK)
		status = sweep->shard.count > 0 ? conclude_part(sweep) : sweep_conclude(sweep);
	sweep_free(sweep);
	return status;
}

void sweep_free(struct sweep *sweep)
{
	for (size_t i = 0; sweep->cells && i < sweep->cell_count; i++) {
		json_decref(sweep->cells[i].kept);
		free(sweep->cells[i].why);
		free(sweep->cells[i].schedule);
	}
	free(sweep->cells);
	json_decref(sweep->work);
	if (sweep->keep)
		fclose(sweep->keep);
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
		return cli_usage("sweep", "%s: '%.60s%s' is not NAME=A..B", option, text,
				 strlen(text) > 60 ? "..." : "") == CLI_OK;
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

static bool choose_form(struct sweep *sweep, enum sweep_form form)
{
	if (sweep->form != SWEEP_TEXT && sweep->form != form)
		return cli_usage("sweep", "--csv and --json do not go together") == CLI_OK;
	sweep->form = form;
	return true;
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
	case 'j':
		return choose_form(sweep, option == CSV ? SWEEP_CSV : SWEEP_JSON);
	case HTML:
		sweep->html = optarg;
		return true;
	case SVG:
		sweep->svg = optarg;
		return true;
	case RESUME:
		sweep->resume = optarg;
		return true;
	case SHARD_OPTION:
		return shard_read("sweep", optarg, &sweep->shard);
	case 'p':
		return cli_policies_add(&sweep->policies, "sweep", optarg);
	case 'c':
		sweep->client = optarg;
		return true;
	default:
		return budget_read("sweep", option, optarg, &sweep->search);
	}
}

/* A number has one range, and nothing besides. */
static int check_keys(const struct sweep *sweep)
{
	size_t count;
	const struct teeq_scenario_change *changes = cli_set_changes(&count);

	for (size_t i = 0; i < sweep->range_count; i++) {
		const char *key = sweep->ranges[i].key;

		for (size_t j = 0; j < i; j++)
			if (strcmp(sweep->ranges[j].key, key) == 0)
				return cli_usage("sweep", "%s: has two ranges", key);
		for (size_t j = 0; j < count; j++)
			if (strcmp(changes[j].key, key) == 0)
				return cli_usage("sweep", "%s: has a range, and --set", key);
	}
	return CLI_OK;
}

/* What is written to is looked at before the work. */
static int check_output(const struct sweep *sweep, const char *option, const char *path)
{
	if (!path)
		return CLI_OK;
	if (cli_output_is_same(path, sweep->resume))
		return cli_usage("sweep", "%s: is named for %s and --resume", path, option);
	if (sweep->shard.count > 0)
		return cli_usage("sweep", "%s shows all: it goes with teeq merge, not with "
					  "--shard", option);
	return cli_output_check(path, sweep->path);
}

static int check_outputs(const struct sweep *sweep)
{
	if (cli_output_is_same(sweep->html, sweep->svg))
		return cli_usage("sweep", "%s: is named for --html and --svg", sweep->html);
	if (check_output(sweep, "--html", sweep->html) != CLI_OK ||
	    check_output(sweep, "--svg", sweep->svg) != CLI_OK)
		return CLI_BAD;
	return sweep->resume ? cli_output_check(sweep->resume, sweep->path) : CLI_OK;
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
	if (check_keys(sweep) != CLI_OK ||
	    shard_settle("sweep", &sweep->shard, sweep->form == SWEEP_JSON) != CLI_OK)
		return CLI_BAD;
	return check_outputs(sweep);
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
