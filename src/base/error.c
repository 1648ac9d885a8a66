/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

enum teeq_status error_set(struct teeq_error *error, enum teeq_status status, const char *key,
			   const char *format, ...)
{
	va_list arguments;

	if (!error)
		return status;
	error->status = status;
	snprintf(error->key, sizeof(error->key), "%s", key);
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return status;
}

enum teeq_status error_nomem(struct teeq_error *error)
{
	return error_set(error, TEEQ_ENOMEM, "", "out of memory");
}

enum teeq_status error_null(struct teeq_error *error, const char *names)
{
	return error_set(error, TEEQ_EINPUT, names, "NULL, where something must be pointed to");
}
