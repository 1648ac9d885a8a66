/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands with --driver: a kernel's own code in place of a policy. */
#include "cli/driver/drive.h"

#include <stdlib.h>
#include <string.h>

enum { CHECK_STATES_DEFAULT = 1000000 };

static const char help_text[] =
	"usage: teeq run --driver FILE.so [OPTION]... SCENARIO\n"
	"       teeq replay --driver FILE.so SCENARIO SCHEDULE\n"
	"       teeq explore --driver FILE.so [OPTION]... SCENARIO\n"
	"       teeq check --driver FILE.so [OPTION]... SCENARIO...\n"
	"       teeq conform --driver FILE.so [OPTION]... SCENARIO...\n"
	"       teeq explain --driver FILE.so [OPTION]... SCENARIO [SCHEDULE]\n"
	"       teeq shrink --driver FILE.so [OPTION]... SCENARIO [SCHEDULE]\n"
	"       teeq stress --driver FILE.so [OPTION]... SCENARIO\n"
	"\n"
	"The driver's own code, as 'teeq driver build' compiled it, in place of a policy: it boots, and the\n"
	"scenario's clients enter by its files and functions.\n"
	"\n"
	"  --strategy S     run: round-robin (default), random (default with --seed or --runs) or pct\n"
	"  --seed N         run, conform: the first seed (default 1)\n"
	"  --runs N         run, conform: so many, with seeds counting up; check: where a search is cut\n"
	"                   (default 1000); explore --search schedules: at most (default 10000000);\n"
	"                   explain, shrink: so many of each thing tried (default 1000);\n"
	"                   stress: so many (default 1000)\n"
	"  --depth D        run: pct: one more than the changes (default 3)\n"
	"  --preemptions N  explore, check: schedules that leave a task that could go on N times at\n"
	"                   most (default: any number); explain, shrink: of their search (default 2)\n"
	"  --steps N        of a run, at most\n"
	"  --search S       explore, check: every state, in breadth (default): the shortest schedule that\n"
	"                   fails; in depth: the first met; explore: or every schedule from the boot on:\n"
	"                   schedules\n"
	"  --max-states N   explore, check: stop at N states (check: default 1000000)\n"
	"  --max-memory SIZE  likewise, before the tables are larger: 512M, 4G (default 2G)\n"
	"  --max-seconds S  likewise, after S seconds\n"
	"  --client NAME    explore: does this client always finish, whatever becomes of the others?\n"
	"  --policy P       conform: the policy that the driver is said to have (default: that of its\n"
	"                   version)\n"
	"  --boot WHEN      all but conform and stress: apart (default): before the run; alone: as the first\n"
	"                   task; beside: as a task, and processes come in as soon as they can\n"
	"  --remove WHEN    likewise: never (default); end: when all clients are gone; beside: at any moment.\n"
	"                   What the driver has not given back then is told\n"
	"  --points WHAT    likewise: switch tasks at the points of the model (default), of what is shared, or\n"
	"                   behind unlocks as well: model, shared, unlock\n"
	"  --max-key N      likewise: the largest key of a notification that the secure world says that it\n"
	"                   has, 1 to 255 (default 255)\n"
	"  --answer-ahead   likewise: tee-supplicant answers a request that it was not given yet, before the\n"
	"                   one that it was\n"
	"  --fail N         run, replay: thing N that the tasks want of the kernel is refused: memory, a device\n"
	"                   that is added, an interrupt, a property, user memory and so on\n"
	"  --starve         run: each of these is refused in turn, in --runs runs at random each (default\n"
	"                   20), and all that breaks is told\n"
	"  --trace text     run, replay, conform: one line for each step\n"
	"  --other FILE.so  explain: whether another driver fails, too\n"
	"  --clients        shrink: leave out clients, too, and write the smaller scenario\n"
	"  --out FILE       with --clients, and needed there: to that file\n"
	"  --json           the result as JSON: one object; of check and conform, one for each file, and\n"
	"                   then the sums\n"
	"  --color WHEN     auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager       do not page what is longer than the screen\n"
	"  --help           this text\n"
	"\n"
	"exit status: 0 done, nothing found, or all agree; 1 something was found; 2 bad usage or input;\n"
	"3 a limit was reached, and nothing is claimed\n";

static const struct option known[] = {
	{ "driver", required_argument, NULL, 'x' },
	{ "strategy", required_argument, NULL, 's' },
	{ "seed", required_argument, NULL, 'd' },
	{ "runs", required_argument, NULL, 'r' },
	{ "preemptions", required_argument, NULL, 'P' },
	{ "steps", required_argument, NULL, 'n' },
	{ "trace", required_argument, NULL, 't' },
	{ "policy", required_argument, NULL, 'p' },
	{ "depth", required_argument, NULL, 'D' },	 { "fail", required_argument, NULL, 'F' },
	{ "starve", no_argument, NULL, 'S' },
	{ "other", required_argument, NULL, 'O' },
	{ "client", required_argument, NULL, 'C' },
	{ "clients", no_argument, NULL, 'c' },
	{ "out", required_argument, NULL, 'o' },
	{ "search", required_argument, NULL, 'E' },
	{ "max-states", required_argument, NULL, 'N' },
	{ "max-memory", required_argument, NULL, 'M' },
	{ "max-seconds", required_argument, NULL, 'T' },
	{ "boot", required_argument, NULL, 'B' },
	{ "remove", required_argument, NULL, 'R' },
	{ "points", required_argument, NULL, 'W' },
	{ "json", no_argument, NULL, 'j' },
	{ "max-key", required_argument, NULL, 'K' },
	{ "answer-ahead", no_argument, NULL, 'A' },
	CLI_COMMON_OPTIONS,
};

/* ---------------------------------------- the command line ------------------------------------ */

static bool read_trace(struct drive_line *line)
{
	if (strcmp(optarg, "none") == 0)
		return true;
	line->given |= DRIVE_TRACE;
	if (strcmp(optarg, "text") == 0)
		return true;
	cli_usage(line->command, "--trace: '%s' is not text or none", optarg);
	return false;
}

static bool drive_read_number(struct drive_line *line, int option)
{
	static const struct {
		int option;
		const char *name;
		unsigned int given;
		uint64_t max;
	} numbers[] = {
		{ 'd', "--seed", DRIVE_SEED, UINT64_MAX },
		{ 'r', "--runs", DRIVE_RUNS, UINT64_MAX },
		{ 'n', "--steps", DRIVE_STEPS, TEEQ_SCHEDULE_MAX },
		{ 'P', "--preemptions", DRIVE_PREEMPTIONS, UINT32_MAX - 1 },
		{ 'D', "--depth", DRIVE_DEPTH, TEEQ_PCT_DEPTH_MAX },
		{ 'F', "--fail", DRIVE_FAIL, UINT32_MAX },
		{ 'N', "--max-states", DRIVE_BUDGET, UINT32_MAX - 1 },
		{ 'T', "--max-seconds", DRIVE_BUDGET, 1000000000 },
		{ 'K', "--max-key", DRIVE_WORLD, 255 },
	};
	uint64_t *const values[] = { &line->seed, &line->runs, &line->steps, &line->preemptions,
				     &line->depth, &line->fail, &line->max_states,
				     &line->max_seconds, &line->drive.max_key };
	size_t i = 0;

	while (numbers[i].option != option)
		i++;
	line->given |= numbers[i].given;
	return cli_number(line->command, numbers[i].name, optarg,
			  option == 'd' || option == 'P' ? 0 : 1, numbers[i].max, values[i]);
}

/* Which of @count words the option's argument is. */
static bool drive_read_word(struct drive_line *line, const char *name, const char *const *words,
		      int count, int *value)
{
	for (*value = 0; *value < count; (*value)++)
		if (strcmp(optarg, words[*value]) == 0)
			return true;
	cli_usage(line->command, "%s: '%s' is not %s, %s or %s", name, optarg, words[0], words[1],
		  words[2]);
	return false;
}

static bool drive_read_choice(struct drive_line *line, int option)
{
	static const char *const searches[] = { [DRIVE_SEARCH_BREADTH] = "breadth",
						[DRIVE_SEARCH_DEPTH] = "depth",
						[DRIVE_SEARCH_SCHEDULES] = "schedules" };
	bool read;
	int value;

	if (option == 'E') {
		line->given |= DRIVE_BUDGET;
		read = drive_read_word(line, "--search", searches, 3, &value);
		line->search = (enum drive_search)value;
	} else if (option == 'B') {
		line->given |= DRIVE_BOOT;
		read = drive_read_word(line, "--boot", drive_boots, TEEQ_DRIVE_BOOT_COUNT, &value);
		line->drive.boot = (enum teeq_drive_boot)value;
	} else if (option == 'R') {
		line->given |= DRIVE_REMOVE;
		read = drive_read_word(line, "--remove", drive_removes, TEEQ_DRIVE_REMOVE_COUNT,
				       &value);
		line->drive.remove = (enum teeq_drive_remove)value;
	} else {
		line->given |= DRIVE_POINTS;
		read = drive_read_word(line, "--points", drive_points, TEEQ_HARNESS_POINTS_COUNT,
				       &value);
		line->drive.points = (enum teeq_harness_points)value;
	}
	return read;
}

static bool read_option(struct drive_line *line, int option)
{
	switch (option) {
	case 'M':
		line->given |= DRIVE_BUDGET;
		return cli_size(line->command, "--max-memory", optarg, &line->max_memory);
	case 'S':
		line->given |= DRIVE_STARVE;
		return true;
	case 'j':
		line->json = true;
		return true;
	case 'A':
		line->given |= DRIVE_WORLD;
		line->drive.answers_ahead = true;
		return true;
	case 'O':
		line->other_path = optarg;
		return true;
	case 'C':
		line->given |= DRIVE_CLIENT;
		line->client = optarg;
		return true;
	case 'c':
		line->given |= DRIVE_CLIENTS;
		return true;
	case 'o':
		line->out = optarg;
		return true;
	case 'B':
	case 'E':
	case 'R':
	case 'W':
		return drive_read_choice(line, option);
	case 'x':
		line->driver_path = optarg;
		return true;
	case 'p':
		line->policy = optarg;
		line->given |= DRIVE_POLICY;
		return true;
	case 't':
		return read_trace(line);
	case 's':
		line->given |= DRIVE_STRATEGY;
		line->strategy = teeq_strategy_find(optarg);
		if (!line->strategy)
			cli_usage(line->command,
				  "--strategy: '%s' is not round-robin, random or "
				  "pct",
				  optarg);
		return line->strategy != NULL;
	default:
		return drive_read_number(line, option);
	}
}

/* ------------------------------------------ the commands -------------------------------------- */

static int on_one_file(struct drive_line *line, struct teeq_driver *driver)
{
	bool replays = strcmp(line->command, "replay") == 0;
	struct drive_case c;
	char *schedule = NULL;
	int status;

	if (line->options.operand_count != (replays ? 2 : 1))
		return cli_usage(line->command, replays ? "expected a scenario and a schedule" :
							  "expected one scenario");
	if (replays && !(schedule = cli_schedule_text(line->options.operands[1])))
		return CLI_BAD;
	status = drive_case_load(&c, line, driver, line->options.operands[0]);
	if (status == CLI_OK && replays)
		status = drive_replay(&c, schedule);
	else if (status == CLI_OK && strcmp(line->command, "stress") == 0)
		status = drive_stress(&c);
	else if (status == CLI_OK && strcmp(line->command, "explore") == 0)
		status = drive_explore(&c);
	else if (status == CLI_OK)
		status = drive_run(&c);
	drive_case_free(&c);
	free(schedule);
	return status;
}

/* With a schedule, or with the first that fails. */
static int on_failure(const struct drive_line *line, struct teeq_driver *driver)
{
	const struct cli_options *options = &line->options;
	char *schedule = NULL;
	int status;

	if (options->operand_count < 1 || options->operand_count > 2)
		return cli_usage(line->command,
				 "expected a scenario, and a schedule if there is one");
	if (options->operand_count == 2 && !(schedule = cli_schedule_text(options->operands[1])))
		return CLI_BAD;
	if (strcmp(line->command, "explain") == 0)
		status = drive_explain(line, driver, options->operands[0], schedule);
	else
		status = drive_shrink(line, driver, options->operands[0], schedule);
	free(schedule);
	return status;
}

static int drive_perform(struct drive_line *line)
{
	struct teeq_error error = { .key = "" };
	struct teeq_driver *driver = NULL;
	enum teeq_status status = teeq_driver_new(line->driver_path, &driver, &error);
	int result;

	if (status != TEEQ_OK)
		return cli_failed(line->driver_path, status, &error);
	if (teeq_driver_is_for_threads(driver) != (strcmp(line->command, "stress") == 0)) {
		teeq_driver_free(driver);
		return cli_error("%s: teeq stress takes drivers that were built with --threads or "
				 "--sanitize thread, and nothing else does",
				 line->driver_path);
	}
	if (strcmp(line->command, "check") == 0)
		result = drive_check(line, driver);
	else if (strcmp(line->command, "conform") == 0)
		result = drive_conform(line, driver);
	else if (strcmp(line->command, "explain") == 0 || strcmp(line->command, "shrink") == 0)
		result = on_failure(line, driver);
	else
		result = on_one_file(line, driver);
	teeq_driver_free(driver);
	return result;
}

bool cli_has_driver(int argc, char **argv)
{
	if (strcmp(argv[0], "compare") == 0)
		return false;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--driver") == 0 || strncmp(argv[i], "--driver=", 9) == 0)
			return true;
	return false;
}

static const char driver_commands[] =
	"run, replay, explore, check, conform, explain, shrink and stress";

/* Whether the word is in the sentence. */
static bool drive_is_one_of(const char *word, const char *words)
{
	size_t length = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') &&
		    (at[length] == '\0' || at[length] == ',' || at[length] == ' '))
			return true;
		at += length;
	}
	return false;
}

static bool drive_go_together(const struct drive_line *line)
{
	static const struct {
		unsigned int given;
		const char *commands, *text;
	} rules[] = {
		{ DRIVE_POLICY, "conform",
		  "--driver and --policy do not go together: the driver is the policy" },
		{ DRIVE_BUDGET, "explore, check",
		  "--search and budgets of one go with explore and check" },
		{ DRIVE_CLIENT, "explore", "--client goes with explore" },
		{ DRIVE_BOOT | DRIVE_REMOVE | DRIVE_POINTS,
		  "run, replay, explore, check, explain, shrink",
		  "--boot, --remove and --points go with run, replay, explore, check, explain and "
		  "shrink: a model has no boot, no removal and no points but its own, and runs on "
		  "threads begin with the boot" },
		{ DRIVE_WORLD, "run, replay, explore, check, explain, shrink",
		  "--max-key and --answer-ahead go with run, replay, explore, check, explain and "
		  "shrink" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((line->given & rules[i].given) &&
		    !drive_is_one_of(line->command, rules[i].commands)) {
			cli_usage(line->command, "%s", rules[i].text);
			return false;
		}
	if (line->search == DRIVE_SEARCH_SCHEDULES && strcmp(line->command, "check") == 0) {
		cli_usage("check", "it decides by states: --search is breadth or depth");
		return false;
	}
	if (line->json && (line->given & DRIVE_TRACE)) {
		cli_usage(line->command, "--trace text and --json do not go together");
		return false;
	}
	return true;
}

int cli_drive(int argc, char **argv)
{
	struct drive_line line = { .command = argv[0],
				   .seed = 1,
				   .depth = 3,
				   .drive = { .points = TEEQ_HARNESS_POINTS_MODEL } };
	int option;

	if (!drive_is_one_of(argv[0], driver_commands))
		return cli_usage(argv[0], "--driver goes with %s", driver_commands);
	cli_options_start(&line.options, argc, argv, known, help_text);
	while ((option = cli_next_option(&line.options)) > 0)
		if (!read_option(&line, option))
			return CLI_BAD;
	if (option < 0)
		return line.options.status;
	if (strcmp(argv[0], "check") == 0 && !line.max_states)
		line.max_states = CHECK_STATES_DEFAULT;
	return drive_go_together(&line) ? drive_perform(&line) : CLI_BAD;
}
