/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_FINDING_H
#define FUZZ_FINDING_H

#include "asserts/tell.h"

/* What was found first: TEEQ_EMISMATCH, or that the host or the caller failed; TEEQ_OK: nothing. */
struct finding {
	struct teeq_error error;
};

/* Note @what, unless something was noted before. Returns false, for a caller that gives up then. */
bool finding_note(struct finding *finding, const char *what);
/* Likewise: there is no memory to go on with. */
bool finding_no_memory(struct finding *finding);
/* Note where @text is anything but one line that begins with @path. */
void finding_error_line(struct finding *finding, const char *text, const char *path);

/*
 * The answer to what was asked about @tables of @scenario, and in @model, which may be NULL. Where
 * @schedule is there, how it went is told, too.
 */
struct teeq_test_answer finding_answer(const struct finding *finding,
				       struct teeq_test_scenario scenario,
				       const struct teeq_scenario *tables, struct teeq_model *model,
				       const struct teeq_schedule *schedule);

#endif
