/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_line.h"

void trace_scan_blanks(struct trace_scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		scan->at++;
}

bool trace_scan_text(struct trace_scan *scan, const char *text)
{
	size_t size = strlen(text);

	if ((size_t)(scan->end - scan->at) < size || memcmp(scan->at, text, size) != 0)
		return false;
	scan->at += size;
	return true;
}

bool trace_scan_decimal(struct trace_scan *scan, uint64_t *value)
{
	const char *at = scan->at;
	uint64_t number = 0;

	for (; at < scan->end && *at >= '0' && *at <= '9'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (at == scan->at)
		return false;
	scan->at = at;
	*value = number;
	return true;
}

static int scan_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool trace_scan_hex(struct trace_scan *scan, uint64_t *value)
{
	const char *at = scan->at;
	uint64_t number = 0;
	const char *first;

	if (scan->end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
		at += 2;
	first = at;
	for (; at < scan->end; at++) {
		int digit = scan_digit(*at);

		if (digit < 0)
			break;
		if (number >> 60)
			return false;
		number = number << 4 | (uint64_t)digit;
	}
	if (at == first)
		return false;
	scan->at = at;
	*value = number;
	return true;
}

bool trace_scan_find(struct trace_scan *scan, const char *text)
{
	size_t size = strlen(text);
	const char *at = scan->at;

	while ((size_t)(scan->end - at) >= size) {
		at = memchr(at, text[0], (size_t)(scan->end - at) - size + 1);
		if (!at)
			return false;
		if (memcmp(at, text, size) == 0) {
			scan->at = at + size;
			return true;
		}
		at++;
	}
	return false;
}

bool trace_scan_time(struct trace_scan *scan, uint64_t *time, bool *fraction)
{
	struct trace_scan scan_copy = *scan;
	uint64_t seconds, part = 0;
	unsigned int digits = 0;

	if (!trace_scan_decimal(&scan_copy, &seconds))
		return false;
	*fraction = scan_copy.at < scan_copy.end && *scan_copy.at == '.';
	if (!*fraction) {
		*time = seconds;
		*scan = scan_copy;
		return true;
	}
	scan_copy.at++;
	for (; scan_copy.at < scan_copy.end && *scan_copy.at >= '0' && *scan_copy.at <= '9';
	     scan_copy.at++)
		if (digits < 9) {
			part = part * 10 + (uint64_t)(*scan_copy.at - '0');
			digits++;
		}
	if (digits == 0 || seconds > UINT64_MAX / 1000000000 - 1)
		return false;
	for (; digits < 9; digits++)
		part *= 10;
	*time = seconds * 1000000000 + part;
	*scan = scan_copy;
	return true;
}
