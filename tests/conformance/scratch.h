/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_SCRATCH_H
#define TESTS_CONFORMANCE_SCRATCH_H

#include <stdlib.h>
#include <unistd.h>

/* A folder of the tests' own, in which they work; when they are over it must be empty. */
static inline int scratch_enter(void **state)
{
	static char scratch[] = "/tmp/teeq-test-XXXXXX";

	(void)state;
	return mkdtemp(scratch) && chdir(scratch) == 0 ? 0 : -1;
}

static inline int scratch_leave(void **state)
{
	char scratch[256];

	(void)state;
	return getcwd(scratch, sizeof(scratch)) && chdir("/") == 0 ? rmdir(scratch) : -1;
}

#endif
