/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* A fuzzer's memory is limited, and it waits for the answer. */
enum {
	TOLD_STATES = 20000,
	TOLD_BYTES = 64 << 20
};

bool finding_note(struct finding *finding, const char *what)
{
	if (finding->error.status == TEEQ_OK)
		error_set(&finding->error, TEEQ_EMISMATCH, "", "%s", what);
	return false;
}

bool finding_no_memory(struct finding *finding)
{
	if (finding->error.status == TEEQ_OK)
		error_set(&finding->error, TEEQ_ENOMEM, "", "out of memory");
	return false;
}

void finding_error_line(struct finding *finding, const char *text, const char *path)
{
	if (strncmp(text, path, strlen(path)) != 0 || strlen(text) < strlen(path) + 4)
		finding_note(finding, "a message does not begin with the file");
	if (strpbrk(text, "\n\r"))
		finding_note(finding, "a message is more than one line");
}

/* What cannot be replayed is no less a finding: then there are only the choices. */
static void tell_choices(struct asked *asked, const struct teeq_schedule *schedule)
{
	const struct teeq_explore_options budget = { .max_states = TOLD_STATES,
						     .max_memory_bytes = TOLD_BYTES };
	char *text = teeq_schedule_print(asked->model, schedule);

	if (text)
		fprintf(asked->out, "choices: '%s'\n\n", text);
	free(text);
	if (tell_schedule(asked, schedule, &budget) != TEEQ_OK)
		fprintf(asked->out, "they cannot be made again: %s\n", asked->error.text);
}

static enum teeq_test_outcome tell_finding(struct asked *asked, struct teeq_model *model,
					   const struct teeq_schedule *schedule)
{
	asked->model = model;
	tell_head(asked, TEEQ_TEST_FAILS);
	fprintf(asked->out, "%s\n", asked->error.text);
	if (model && schedule)
		tell_choices(asked, schedule);
	asked->model = NULL; /* stays the caller's */
	return TEEQ_TEST_FAILS;
}

struct teeq_test_answer finding_answer(const struct finding *finding,
				       struct teeq_test_scenario scenario,
				       const struct teeq_scenario *tables, struct teeq_model *model,
				       const struct teeq_schedule *schedule)
{
	struct teeq_test_answer answer = { TEEQ_TEST_HOLDS, NULL };
	struct asked asked;

	if (finding->error.status == TEEQ_OK)
		return answer;
	answer.outcome = TEEQ_TEST_BAD;
	if (!tell_start(&asked, scenario))
		return answer;
	asked.tables = tables;
	asked.error = finding->error;
	if (finding->error.status == TEEQ_EMISMATCH)
		answer.outcome = tell_finding(&asked, model, schedule);
	else
		tell_bad(&asked, finding->error.status);
	return tell_answer(&asked, answer.outcome);
}
