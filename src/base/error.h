/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "teeq/status.h"

/* Fill @error (may be NULL) and return @status, so that a failure is one statement. */
enum teeq_status error_set(struct teeq_error *error, enum teeq_status status, const char *key,
			   const char *format, ...) __attribute__((format(printf, 4, 5)));
enum teeq_status error_nomem(struct teeq_error *error);
/* TEEQ_EINPUT: a pointer is NULL that must not be; @names: those that it may be. */
enum teeq_status error_null(struct teeq_error *error, const char *names);

#endif
