/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_PLURAL_H
#define FIELD_PLURAL_H

#include <stdint.h>

/* What follows a noun of which there are @count. */
static inline const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

#endif
