/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "field/log_reader.h"

/* The first failure is kept, and nothing more is read. Always false. */
bool log_failed(struct log_reader *reader, enum teeq_status status, const char *format, ...)
{
	va_list arguments;
	char text[128];

	if (reader->status != TEEQ_OK)
		return false;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	reader->status = status == TEEQ_ENOMEM ?
				 error_nomem(reader->error) :
				 error_set(reader->error, status, reader->path, "%s", text);
	return false;
}

uint32_t log_symbol(struct log_reader *reader, const char *text)
{
	uint32_t symbol = symbols_add(reader->log->symbols, text, LOG_SYMBOLS_MAX);

	if (symbol != UINT32_MAX)
		return symbol;
	if (symbols_count(reader->log->symbols) >= LOG_SYMBOLS_MAX)
		log_failed(reader, TEEQ_EINPUT,
			   "more than %d names of tasks, functions and locks; that is the limit",
			   LOG_SYMBOLS_MAX);
	else
		log_failed(reader, TEEQ_ENOMEM, "out of memory");
	return 0;
}

/* Room for one more behind @count items. */
bool log_grow(struct log_reader *reader, void **items, size_t count, size_t size, size_t max,
	      const char *what)
{
	size_t capacity = 16;
	void *more;

	if (count >= max)
		return log_failed(reader, TEEQ_EINPUT, "more than %zu %s; that is the limit", max,
				  what);
	if (count > 0 && (count < 16 || (count & (count - 1)) != 0))
		return true;
	while (capacity <= count)
		capacity *= 2;
	more = realloc(*items, capacity * size);
	if (!more)
		return log_failed(reader, TEEQ_ENOMEM, "out of memory");
	*items = more;
	return true;
}

const char *log_name(const struct log *log, uint32_t symbol)
{
	return symbols_text(log->symbols, symbol);
}
