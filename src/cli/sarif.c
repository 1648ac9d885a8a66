/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/sarif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/status.h>

#include "cli/json_value.h"
#include "cli/output.h"

/* @text: what it means; @help: what to do about it. */
static const struct {
	const char *id, *level, *text, *help;
} rules[] = {
	{ "expectation-failed", "error",
	  "What a scenario expects of a policy is not what its schedules come to.",
	  "The command in the message shows it; teeq explain says of a failing schedule when it "
	  "was lost, and what would have helped." },
	{ "expectation-undecided", "warning",
	  "Whether an expectation is met was not decided within the budgets.",
	  "Raise --max-states and --max-memory, or make the scenario smaller." },
	{ "unreadable", "error", "A scenario file could not be read, or is not one.",
	  "The message says what was found in that line and what is allowed there." },
	{ "client-never-finishes", "warning", "A client comes to its end in no schedule.",
	  "teeq explore --client shows where it stops." },
	{ "session-refused", "warning", "A policy refuses what is to be a system session.",
	  "Calls of such a session are normal ones: give OP-TEE more threads, or choose another "
	  "policy." },
	{ "unused", "warning", "Something is declared and never used.",
	  "Take it out, or name it where it was meant." },
	{ "kept-lock", "warning", "A script ends with a lock held that nobody else unlocks.",
	  "Add the step that unlocks it." },
	{ "no-supplicant", "warning", "tee-supplicant is asked, and none is declared.",
	  "Declare one: supplicant: {threads: 1}. {threads: 0} says that there is none on purpose." },
	{ "shared-by-guests", "warning", "Guests share what each of them would have.",
	  "Declare one for each guest." },
	{ "idle-fault", "warning", "A fault has no place where it could strike.",
	  "Take it out, or add the step that it is about." },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static size_t rule_index(const char *id)
{
	size_t i = 0;

	while (i + 1 < RULES && strcmp(rules[i].id, id) != 0)
		i++;
	return i;
}

/* ------------------------------------------- places ------------------------------------------- */

/* A path as a reference that a URI may be: of a relative one, relative. To be freed. */
static char *path_uri(const char *path)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while (strncmp(path, "./", 2) == 0)
		path += 1 + strspn(path + 1, "/");
	if (path[0] == '/')
		fputs("file://", out);
	for (; *path; path++)
		fprintf(out, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static json_t *sarif_place(const struct sarif_finding *finding)
{
	bool input = strcmp(finding->path, cli_input_name("-")) == 0;
	char *uri = input ? NULL : path_uri(finding->path);
	json_t *file = input ? json_pack("{s:{s:s}}", "description", "text", "standard input") :
			       json_pack("{s:s}", "uri", uri);
	json_t *place = json_pack("{s:o}", "artifactLocation", file);

	free(uri);
	if (finding->line > 0)
		json_object_set_new(
			place, "region",
			json_pack("{s:o}", "startLine", cli_json_number(finding->line)));
	return json_pack("{s:o}", "physicalLocation", place);
}

/* ------------------------------------------ findings ------------------------------------------ */

void sarif_add(struct sarif *sarif, const struct sarif_finding *finding)
{
	size_t rule = rule_index(finding->rule);
	json_t *result;

	if (!sarif->path)
		return;
	if (!sarif->results)
		sarif->results = json_array();
	result = json_pack("{s:s,s:i,s:s,s:{s:o},s:[o]}", "ruleId", rules[rule].id, "ruleIndex",
			   (int)rule, "level", rules[rule].level, "message", "text",
			   cli_json_text(finding->text), "locations", sarif_place(finding));
	if (finding->key[0])
		json_object_set_new(result, "partialFingerprints",
				    json_pack("{s:s}", "key/v1", finding->key));
	sarif->failed |= json_array_append_new(sarif->results, result) != 0;
}

void sarif_add_unreadable(struct sarif *sarif, const char *path, const char *message)
{
	struct sarif_finding finding = {
		.rule = "unreadable", .path = cli_input_name(path), .key = "", .text = message
	};
	size_t length = strlen(finding.path);

	if (strncmp(message, finding.path, length) == 0 && message[length] == ':')
		finding.line = strtoul(message + length + 1, NULL, 10);
	sarif_add(sarif, &finding);
}

/* --------------------------------------------- file ------------------------------------------- */

static json_t *all_rules(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < RULES; i++)
		json_array_append_new(list,
				      json_pack("{s:s,s:{s:s},s:{s:s},s:{s:s},s:{s:s}}", "id",
						rules[i].id, "shortDescription", "text",
						rules[i].text, "fullDescription", "text",
						rules[i].text, "help", "text", rules[i].help,
						"defaultConfiguration", "level", rules[i].level));
	return list;
}

struct sarif_log {
	const struct sarif *sarif;
	bool complete;
};

static int write_log(FILE *out, const void *argument)
{
	const struct sarif_log *log = argument;
	json_t *results = log->sarif->results;
	json_t *tool = json_pack("{s:{s:s,s:s,s:o}}", "driver", "name", "teeq", "semanticVersion",
				 teeq_version(), "rules", all_rules());
	json_t *run = json_pack("{s:o,s:[{s:b}],s:s,s:o}", "tool", tool, "invocations",
				"executionSuccessful", log->complete, "columnKind",
				"unicodeCodePoints", "results",
				results ? json_incref(results) : json_array());
	json_t *whole = json_pack("{s:s,s:s,s:[o]}", "$schema",
				  "https://json.schemastore.org/sarif-2.1.0.json", "version",
				  "2.1.0", "runs", run);
	int failed = whole ? json_dumpf(whole, out, JSON_INDENT(1)) : -1;

	json_decref(whole);
	fputc('\n', out);
	return failed && !ferror(out) ? CLI_BAD : CLI_OK;
}

int sarif_end(struct sarif *sarif, bool complete)
{
	const struct sarif_log log = { sarif, complete };
	int status = CLI_OK;

	if (sarif->failed)
		status = cli_failed(sarif->path, TEEQ_ENOMEM, NULL);
	else if (sarif->path)
		status = cli_output_replace(sarif->path, write_log, &log);
	json_decref(sarif->results);
	sarif->results = NULL;
	return status;
}
