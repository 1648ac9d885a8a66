/* SPDX-License-Identifier: BSD-2-Clause */
#include "found.h"

#include <stdio.h>
#include <stdlib.h>

void found(const char *what)
{
	fprintf(stderr, "finding: %s\n", what);
	abort();
}
