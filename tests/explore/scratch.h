/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_SCRATCH_H
#define TESTS_EXPLORE_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory of the test's own, with one checkpoint in it. */
struct scratch {
	char directory[64];
	char path[96];
};

static inline int make_scratch(void **state)
{
	static struct scratch scratch;

	strcpy(scratch.directory, "/tmp/teeq-budget-XXXXXX");
	if (!mkdtemp(scratch.directory))
		return -1;
	snprintf(scratch.path, sizeof(scratch.path), "%s/checkpoint", scratch.directory);
	*state = &scratch;
	return 0;
}

static inline int remove_scratch(void **state)
{
	struct scratch *scratch = *state;

	unlink(scratch->path);
	return rmdir(scratch->directory);
}

static inline const char *path_of(void **state)
{
	struct scratch *scratch = *state;

	return scratch->path;
}

#endif
