/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_HARNESS_REAL_H
#define TESTS_HARNESS_REAL_H

/*
 * Programs around a driver's own sources, which scripts/real-driver.sh takes from a kernel tree. They
 * include the driver's headers, so they are compiled by that script only.
 */
#include <teeq/harness.h>

/* The static variables of tee_core.c become again what they are now before each run. core.c */
void real_core_restore(struct teeq_harness *h);

/* Tasks, as many as @names has up to NULL, and the command line. */
int real_main(const struct teeq_harness_options *options, const char *const *names,
	      void (*const *functions)(void *argument), int argc, char **argv);

#endif
