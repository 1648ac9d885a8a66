/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/lost.h"

#include <stdio.h>

char *lost_text(const struct teeq_model *model, const struct teeq_no_return *no_return)
{
	const char *before = "; there ";
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (no_return->from_start)
		fputs("Every schedule of this scenario fails: there is no such step.", out);
	else if (no_return->way_out)
		fputs("There is none: something leads out to the very end.", out);
	else
		fprintf(out, "Step %zu, by %s: whatever comes behind it fails", no_return->step,
			teeq_model_task_name(model, no_return->task));
	for (unsigned int i = 0; i < teeq_model_task_count(model); i++) {
		if (!(no_return->rescues >> i & 1))
			continue;
		fprintf(out, "%s%s", before, teeq_model_task_name(model, i));
		before = " or ";
	}
	if (!no_return->from_start && !no_return->way_out)
		fputs(no_return->rescues ?
			      " could have moved instead, and all could have ended well." :
			      "; nobody could have moved instead.",
		      out);
	fclose(out);
	return text;
}
