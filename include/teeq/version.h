/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_VERSION_H
#define TEEQ_VERSION_H

#include <teeq/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the headers compiled against; the build system reads it from these three lines. */
#define TEEQ_VERSION_MAJOR 0
#define TEEQ_VERSION_MINOR 1
#define TEEQ_VERSION_PATCH 0

/*
 * The version of the library that runs, as "major.minor.patch". It may differ from the macros above
 * where libteeq is shared. The string is static: do not free it. Callable from any thread, any time.
 */
TEEQ_API const char *teeq_version(void);

#ifdef __cplusplus
}
#endif

#endif
