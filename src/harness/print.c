/* SPDX-License-Identifier: BSD-2-Clause */
/* WARN() and printk(). */
#include <stdio.h>
#include <string.h>

#include "harness/harness.h"

enum { TEXT_BYTES = 1024, LEVEL_DEFAULT = 4, LEVEL_CONTINUED = -1 };

void teeq_kernel_warn(const struct teeq_site *site, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	teeq_harness_violation("%s%s%s in %s() at %s:%d", site->object, text[0] ? ": " : "", text,
			       site->function, site->file, site->line);
}

/* "%pUb" is a UUID, byte by byte; what is before and behind it is for snprintf(). */
static int format_uuid(char *to, size_t size, const char *format, const char *at, va_list arguments)
{
	const uint8_t *uuid = va_arg(arguments, const uint8_t *);
	int length = snprintf(to, size, "%.*s", (int)(at - format), format);

	for (int i = 0; i < 16 && length >= 0 && (size_t)length + 4 < size; i++)
		length += snprintf(to + length, size - (size_t)length, "%s%02x",
				   i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
	if (length >= 0 && (size_t)length < size)
		length += snprintf(to + length, size - (size_t)length, "%s", at + strlen("%pUb"));
	return length;
}

int teeq_kernel_format(char *to, size_t size, const char *format, ...)
{
	const char *uuid = strstr(format, "%pUb");
	va_list arguments;
	int length;

	va_start(arguments, format);
	if (uuid && strchr(format, '%') == uuid)
		length = format_uuid(to, size, format, uuid, arguments);
	else
		length = vsnprintf(to, size, format, arguments);
	va_end(arguments);
	return length;
}

int teeq_kernel_print(int level, const char *format, ...)
{
	struct teeq_harness *h = harness_active;
	char text[TEXT_BYTES];
	const char *at = text;
	va_list arguments;
	int length;

	if (!h || h->in_vain || !(h->options.log || h->trace))
		return 0;
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (level < 0)
		level = LEVEL_DEFAULT;
	/* printk() has the level in front of its text, or that it goes on with the line before. */
	if (at[0] == '\001' && (at[1] == 'c' || (at[1] >= '0' && at[1] <= '7'))) {
		level = at[1] == 'c' ? LEVEL_CONTINUED : at[1] - '0';
		at += 2;
	}
	if (h->trace)
		trace_print(h, at, level == LEVEL_CONTINUED);
	if (h->options.log)
		h->options.log(h->options.argument, level, at);
	return length;
}
