/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "cli/output.h"
#include "cli/terminal.h"

/*
 * What CI servers read: JUnit's XML, a test case for each expectation; the kernel's test anything
 * protocol; and SARIF, of those that were not met. They say how many there are before the first, or
 * are one value, so that rows are kept until all are known.
 */

static FILE *rows_open(struct check_rows *rows)
{
	if (!rows->out)
		rows->out = open_memstream(&rows->text, &rows->size);
	return rows->out;
}

/* Why not everything was checked that is named. */
static const char *check_broke_off(const struct checker *checker)
{
	return checker->status == CLI_LIMIT ? "interrupted" : "bad input";
}

/* --------------------------------------------- JUnit ------------------------------------------ */

static void put_case(FILE *out, const struct check_line *line)
{
	fprintf(out, "%s: %s%s%s", line->policy, line->client ? line->client : "",
		line->client ? ": " : "", line->expected);
}

static void add_junit(FILE *out, const struct check_line *line)
{
	bool failed = strcmp(line->word, "FAIL") == 0;

	fputs("  <testcase classname=\"", out);
	cli_put_xml(out, line->file);
	fputs("\" name=\"", out);
	put_case(out, line);
	fputs("\">", out);
	if (failed || strcmp(line->word, "ok") != 0) {
		fprintf(out, "<%s message=\"found: ", failed ? "failure" : "skipped");
		cli_put_xml(out, *line->found ? line->found : "nothing");
		fputs(failed ? "\">" : ", undecided\">", out);
		cli_put_xml(out, line->see ? line->see : "");
		fprintf(out, "</%s>", failed ? "failure" : "skipped");
	}
	fputs("</testcase>\n", out);
}

static void put_rows(FILE *out, const struct check_rows *rows)
{
	if (rows->size > 0)
		fwrite(rows->text, 1, rows->size, out);
}

/* A file that is none, or a check that was ended early, is an error of the suite. */
static int write_junit(FILE *out, const void *argument)
{
	const struct checker *checker = argument;
	unsigned int errors = checker->status != CLI_OK;

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		" <testsuite name=\"teeq check\" tests=\"%" PRIu64 "\" failures=\"%" PRIu64
		"\" errors=\"%u\" skipped=\"%" PRIu64 "\">\n",
		checker->count + errors, checker->failed, errors,
		checker->limited + checker->unproven);
	put_rows(out, &checker->junit_rows);
	if (errors)
		fprintf(out,
			"  <testcase classname=\"teeq check\" name=\"everything\"><error "
			"message=\"%s\"/></testcase>\n",
			check_broke_off(checker));
	fputs(" </testsuite>\n</testsuites>\n", out);
	return CLI_OK;
}

/* --------------------------------------------- KTAP ------------------------------------------- */

/* In one line, of characters that every reader knows. */
static void put_ktap(FILE *out, const char *text, char least)
{
	for (; *text; text++)
		fputc(*text >= least && *text < 0x7f ? *text : '_', out);
}

static void add_ktap(FILE *out, const struct checker *checker, const struct check_line *line)
{
	bool failed = strcmp(line->word, "FAIL") == 0;

	if (line->see) {
		fprintf(out, "# found %s, see: ", line->found);
		put_ktap(out, line->see, ' ');
		fputc('\n', out);
	}
	fprintf(out, "%sok %" PRIu64 " ", failed ? "not " : "", checker->count);
	/* What is behind a '#' is a directive. */
	for (const char *c = line->file; *c; c++)
		fputc(*c > ' ' && *c != '#' && *c < 0x7f ? *c : '_', out);
	fputc(' ', out);
	put_case(out, line);
	fputs(!failed && strcmp(line->word, "ok") != 0 ? " # SKIP undecided\n" : "\n", out);
}

/* --------------------------------------------- SARIF ------------------------------------------ */

void check_expect_key(char key[CHECK_KEY_MAX], const char *policy, const char *client)
{
	snprintf(key, CHECK_KEY_MAX, "expect.%s.%s", policy, client ? client : "everybody");
}

/* What was met is no finding. */
static void add_sarif(struct sarif *sarif, const struct check_line *line)
{
	bool failed = strcmp(line->word, "FAIL") == 0;
	char key[CHECK_KEY_MAX];
	struct sarif_finding finding = { .rule = failed ? "expectation-failed" :
							  "expectation-undecided",
					 .path = line->file, .line = line->line, .key = key };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!sarif->path || strcmp(line->word, "ok") == 0)
		return;
	check_expect_key(key, line->policy, line->client);
	out = open_memstream(&text, &size);
	if (out) {
		put_case(out, line);
		fprintf(out, " is expected, and found: %s%s", *line->found ? line->found : "nothing",
			failed ? "" : ", undecided");
		if (line->see)
			fprintf(out, ". To see it: %s", line->see);
	}
	if (out && fclose(out) == 0) {
		finding.text = text;
		sarif_add(sarif, &finding);
	} else {
		sarif->failed = true;
	}
	free(text);
}

/* ---------------------------------------------- all ------------------------------------------- */

int check_outputs_settle(const char *junit, const char *sarif, const struct cli_options *options)
{
	int status = cli_output_apart(junit, sarif);

	for (int i = 0; i < options->operand_count && status == CLI_OK; i++) {
		if (junit)
			status = cli_output_check(junit, options->operands[i]);
		if (sarif && status == CLI_OK)
			status = cli_output_check(sarif, options->operands[i]);
	}
	return status;
}

int check_export_row(struct checker *checker, const struct check_line *line)
{
	if ((checker->junit && !rows_open(&checker->junit_rows)) ||
	    (checker->ktap && !rows_open(&checker->ktap_rows)))
		return cli_failed(line->file, TEEQ_ENOMEM, NULL);
	if (checker->junit)
		add_junit(checker->junit_rows.out, line);
	if (checker->ktap)
		add_ktap(checker->ktap_rows.out, checker, line);
	add_sarif(&checker->sarif, line);
	return CLI_OK;
}

static bool rows_close(struct check_rows *rows)
{
	bool good = !rows->out || fclose(rows->out) == 0;

	rows->out = NULL;
	return good;
}

/* Where nothing could be read, what is there of another check stays. */
static bool is_written(const struct checker *checker)
{
	return checker->count > 0 || checker->status != CLI_BAD;
}

int check_export_end(struct checker *checker)
{
	bool good = rows_close(&checker->junit_rows);
	int status = CLI_OK, ended;

	good = rows_close(&checker->ktap_rows) && good;
	if (!good)
		status = cli_failed("check", TEEQ_ENOMEM, NULL);
	if (status == CLI_OK && checker->ktap) {
		terminal_leave();
		printf("KTAP version 1\n1..%" PRIu64 "\n", checker->count);
		put_rows(stdout, &checker->ktap_rows);
		if (checker->status != CLI_OK)
			printf("Bail out! %s\n", check_broke_off(checker));
	}
	if (status == CLI_OK && checker->junit && is_written(checker))
		status = cli_output_replace(checker->junit, write_junit, checker);
	/* What could not be read is a finding. */
	ended = sarif_end(&checker->sarif, checker->status == CLI_OK);
	if (status == CLI_OK)
		status = ended;
	free(checker->junit_rows.text);
	free(checker->ktap_rows.text);
	return status;
}
