/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_FOUND_H
#define FUZZ_FOUND_H

#include "teeq/status.h"

/* Say what was found, and abort. */
_Noreturn void found(const char *what);
/* Likewise, unless the text of @error is one line that begins with @path. */
void found_wrong_error(const struct teeq_error *error, const char *path);

#endif
