/* SPDX-License-Identifier: BSD-2-Clause */
#include "found.h"

#include <stdio.h>
#include <stdlib.h>

#include "fuzz/finding.h"

void found(const char *what)
{
	fprintf(stderr, "finding: %s\n", what);
	abort();
}

void found_wrong_error(const struct teeq_error *error, const char *path)
{
	struct finding finding = { .error.status = TEEQ_OK };

	finding_error_line(&finding, error->text, path);
	if (finding.error.status != TEEQ_OK)
		found(finding.error.text);
}
