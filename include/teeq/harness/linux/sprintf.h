/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SPRINTF_H
#define TEEQ_LINUX_SPRINTF_H

#include <stdarg.h>
#include <stdio.h>

#include <linux/types.h>

/* As snprintf(), but what was written is counted, not what would have been. */
static inline int scnprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static inline int scnprintf(char *to, size_t size, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(to, size, format, arguments);
	va_end(arguments);
	if (size == 0 || length < 0)
		return 0;
	return (size_t)length < size ? length : (int)size - 1;
}

/* Into the page that a file of sysfs is read by. */
#define sysfs_emit(buffer, ...) scnprintf(buffer, 4096, __VA_ARGS__)

#endif
