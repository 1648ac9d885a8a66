/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/json_value.h"

static const char help[] =
	"usage: teeq conform [OPTION]... RECORDING.jsonl...\n"
	"\n"
	"Make the choices of each recording in a model of the same policy, and compare the queue,\n"
	"its waiters and the threads after every step with what the real driver did.\n"
	"\n"
	"  --policy P      instead of the policy that belongs to the recording's driver\n"
	"                  (linux-6.1: untracked, linux-6.12: mainline, teeq-rt-P: P)\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq conform --driver SO --help'\n"
	"  --json          each mismatch as one JSON object, and then one for each file\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "json", no_argument, NULL, 'j' },
	CLI_COMMON_OPTIONS,
};

/* More of them would say nothing new. */
#define MISMATCHES_SHOWN 10

struct conformity {
	const char *path;
	const struct teeq_policy *policy; /* NULL: by the recording's driver */
	struct teeq_recordings *reader;
	bool json;
	uint64_t count;
	uint64_t matched;
	uint64_t steps;
	uint64_t passed; /* steps that the model has none for */
	uint64_t cut;    /* recordings whose end was not compared */
	char why[200];   /* the first of them */
};

static const struct teeq_policy *policy_of_driver(const char *driver)
{
	static const struct {
		const char *driver;
		const char *policy;
	} drivers[] = {
		{ "linux-6.1", "untracked" },
		{ "linux-6.12", "mainline" },
	};

	/* What teeq stress writes. */
	if (driver && strncmp(driver, "teeq-rt-", 8) == 0)
		return teeq_policy_find(driver + 8);
	for (size_t i = 0; driver && i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(driver, drivers[i].driver) == 0)
			return teeq_policy_find(drivers[i].policy);
	return NULL;
}

static void print_mismatch(const struct conformity *conformity, const struct teeq_error *error)
{
	if (conformity->count - conformity->matched > MISMATCHES_SHOWN)
		return;
	if (conformity->json) {
		cli_json_put(json_pack("{s:o,s:I,s:s,s:s}", "file", cli_json_text(conformity->path),
				       "line",
				       (json_int_t)teeq_recordings_line(conformity->reader), "key",
				       error->key, "text", error->text));
		return;
	}
	printf("%s:%zu: %s: %s\n", conformity->path, teeq_recordings_line(conformity->reader),
	       error->key, error->text);
}

/* What was recorded and could not be compared: it must not look as if it had been. */
static void note_gaps(struct conformity *conformity, const struct teeq_recording *recording,
		      size_t compared)
{
	for (size_t i = 0; i < compared; i++)
		if (recording->steps[i].what) {
			conformity->passed++;
			conformity->steps--;
		}
	if (recording->cut && conformity->cut++ == 0)
		snprintf(conformity->why, sizeof(conformity->why), "%s", recording->cut);
}

static int compare(struct conformity *conformity, const struct teeq_recording *recording)
{
	const struct teeq_policy *policy = conformity->policy;
	struct teeq_error error = { 0 };
	enum teeq_status status;
	size_t compared = 0;

	if (!policy)
		policy = policy_of_driver(recording->driver);
	if (!policy)
		return cli_error("%s:%zu: driver: no policy is known for '%s': name one with "
				 "--policy",
				 conformity->path, teeq_recordings_line(conformity->reader),
				 recording->driver ? recording->driver : "");
	status = teeq_conform(recording, policy, &compared, &error);
	conformity->count++;
	conformity->steps += compared;
	note_gaps(conformity, recording, compared);
	if (status == TEEQ_OK)
		conformity->matched++;
	else if (status == TEEQ_EMISMATCH)
		print_mismatch(conformity, &error);
	else
		return cli_error("%s:%zu: %s%s%s", conformity->path,
				 teeq_recordings_line(conformity->reader), error.key,
				 error.key[0] ? ": " : "",
				 status == TEEQ_ENOMEM ? "out of memory" : error.text);
	return CLI_OK;
}

static int compare_all(struct conformity *conformity)
{
	const struct teeq_recording *recording;
	struct teeq_error error = { 0 };

	for (;;) {
		enum teeq_status status =
			teeq_recordings_next(conformity->reader, &recording, &error);

		if (status == TEEQ_ENOMEM)
			return cli_failed(conformity->path, status, &error);
		if (status != TEEQ_OK)
			return cli_error("%s", error.text);
		if (!recording)
			return CLI_OK;
		if (compare(conformity, recording) != CLI_OK)
			return CLI_BAD;
	}
}

static int cli_conform_sum_up(const struct conformity *conformity)
{
	uint64_t wrong = conformity->count - conformity->matched;

	if (conformity->count == 0)
		return cli_error("%s: holds no recording", conformity->path);
	if (conformity->json) {
		int status = cli_json_put(json_pack(
			"{s:o,s:I,s:I,s:I}", "file", cli_json_text(conformity->path), "recordings",
			(json_int_t)conformity->count, "matched", (json_int_t)conformity->matched,
			"steps", (json_int_t)conformity->steps));

		return status == CLI_OK && wrong > 0 ? CLI_FOUND : status;
	}
	if (wrong > MISMATCHES_SHOWN)
		printf("%s: and %llu more that do not match\n", conformity->path,
		       (unsigned long long)(wrong - MISMATCHES_SHOWN));
	printf("%s: %llu of %llu recordings match, %llu steps\n", conformity->path,
	       (unsigned long long)conformity->matched, (unsigned long long)conformity->count,
	       (unsigned long long)conformity->steps);
	if (conformity->passed > 0)
		printf("%s: %llu steps more were passed over: waits that the model has no step for\n",
		       conformity->path, (unsigned long long)conformity->passed);
	if (conformity->cut > 0)
		printf("%s: the end of %llu was not compared, of the first as: %s\n",
		       conformity->path, (unsigned long long)conformity->cut, conformity->why);
	return wrong > 0 ? CLI_FOUND : CLI_OK;
}

static int conform_file(const char *path, const struct teeq_policy *policy, bool json)
{
	struct conformity conformity = { .path = cli_input_name(path), .policy = policy,
					 .json = json };
	struct teeq_error error = { 0 };
	enum teeq_status status = teeq_recordings_new(path, &conformity.reader, &error);
	int result;

	if (status == TEEQ_ENOMEM)
		return cli_failed(conformity.path, status, &error);
	if (status != TEEQ_OK)
		return cli_error("%s", error.text);
	result = compare_all(&conformity);
	if (result == CLI_OK)
		result = cli_conform_sum_up(&conformity);
	teeq_recordings_free(conformity.reader);
	return result;
}

int cli_conform(int argc, char **argv)
{
	struct cli_policy policy = { 0 };
	struct cli_options options;
	int worst = CLI_OK;
	bool json = false;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		json |= option == 'j';
		if (option == 'p' && cli_policy_load(optarg, &policy) != CLI_OK)
			return CLI_BAD;
	}
	if (option < 0)
		return options.status;
	if (options.operand_count == 0)
		return cli_usage(argv[0], "no file of recordings is named");
	for (int i = 0; i < options.operand_count; i++) {
		int status = conform_file(options.operands[i], policy.policy, json);

		worst = status > worst ? status : worst;
	}
	return worst;
}
