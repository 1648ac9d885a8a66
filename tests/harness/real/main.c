/* SPDX-License-Identifier: BSD-2-Clause */
#include "real.h"

#include <stdio.h>

int real_main(const struct teeq_harness_options *options, const char *const *names,
	      void (*const *functions)(void *argument), int argc, char **argv)
{
	struct teeq_harness *h = NULL;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_new(options, &h, &error);

	for (int i = 0; names[i] && status == TEEQ_OK; i++)
		status = teeq_harness_task(h, names[i], functions[i], NULL, &error);
	if (status == TEEQ_OK)
		real_core_restore(h);
	if (status == TEEQ_OK)
		argc = teeq_harness_main(h, argc, argv);
	else
		fprintf(stderr, "%s: %s\n", error.key, error.text);
	teeq_harness_free(h);
	return status == TEEQ_OK ? argc : 2;
}
