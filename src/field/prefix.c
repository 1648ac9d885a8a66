/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "field/prefix.h"

#define SECOND	   INT64_C(1000000)
#define PREFIX_MAX 8 /* of one line */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* At most nine digits; NULL where none stands there. */
static const char *number(const char *at, int64_t *value)
{
	const char *from = at;

	for (*value = 0; is_digit(*at) && at - from < 9; at++)
		*value = *value * 10 + (*at - '0');
	return at > from && !is_digit(*at) ? at : NULL;
}

/* Digits of a second, of which six count. */
static const char *fraction(const char *at, int64_t *micro)
{
	int64_t unit = SECOND / 10;

	for (*micro = 0; is_digit(*at); at++, unit /= 10)
		*micro += unit * (*at - '0');
	return at;
}

/* "22:32:38", with a fraction or without. */
static const char *clock_time(const char *at, int64_t *micro)
{
	int64_t hour, minute, second, part = 0;

	at = number(at, &hour);
	if (!at || *at != ':' || !(at = number(at + 1, &minute)) || *at != ':' ||
	    !(at = number(at + 1, &second)) || hour > 23 || minute > 59 || second > 60)
		return NULL;
	if ((*at == '.' || *at == ',') && is_digit(at[1]))
		at = fraction(at + 1, &part);
	*micro = ((hour * 60 + minute) * 60 + second) * SECOND + part;
	return at;
}

/* "2026-11-29", as days whose differences are right but for the ends of months. */
static const char *date(const char *at, int64_t *days)
{
	int64_t year, month, day;

	at = number(at, &year);
	if (!at || year < 1970 || year > 9999 || *at != '-' || !(at = number(at + 1, &month)) ||
	    *at != '-' || !(at = number(at + 1, &day)) || month > 12 || day > 31)
		return NULL;
	*days = (year * 12 + month) * 31 + day;
	return at;
}

/* "2026-11-29T22:32:38.123+0100" */
static const char *date_and_time(const char *at, int64_t *micro)
{
	int64_t days, part;

	at = date(at, &days);
	if (!at || (*at != 'T' && *at != ' ') || !(at = clock_time(at + 1, &part)))
		return NULL;
	*micro = days * 86400 * SECOND + part;
	if (*at == 'Z')
		return at + 1;
	if (*at == '+' || (*at == '-' && is_digit(at[1])))
		at += 1 + strspn(at + 1, "0123456789:");
	return at;
}

/* 1..12, or 0. */
static int64_t month_name(const char *at)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (strncmp(at, months + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* "Nov 29 22:32:38" */
static const char *month_and_time(const char *at, int64_t *micro)
{
	int64_t month = month_name(at), day, part;

	if (month == 0 || at[3] != ' ')
		return NULL;
	at += 3;
	at += strspn(at, " ");
	at = number(at, &day);
	if (!at || day > 31 || *at != ' ' || !(at = clock_time(at + 1, &part)))
		return NULL;
	*micro = (month * 31 + day) * 86400 * SECOND + part;
	return at;
}

/*
 * "kernel: ", "systemd[1]: ", behind a host, and what busybox has between ("kern.warn"), or not;
 * NULL: nothing of that sort. Other words with a colon are the kernel's own ("INFO:", "sysrq:").
 */
static const char *host_and_program(const char *at)
{
	for (int word = 0; word < 3; word++) {
		size_t length = strcspn(at, " \t");

		if ((length == 7 && strncmp(at, "kernel:", 7) == 0) ||
		    (length > 2 && strncmp(at + length - 2, "]:", 2) == 0))
			return at + length;
		if (length == 0 || at[length] == '\0')
			return NULL;
		at += length + strspn(at + length, " \t");
	}
	return NULL;
}

/* "   12.345678" or "12.345678@0", as between brackets. */
static const char *kernel_time(const char *at, int64_t *micro)
{
	int64_t second, part;

	at += strspn(at, " ");
	at = number(at, &second);
	if (!at || *at != '.' || !is_digit(at[1]))
		return NULL;
	at = fraction(at + 1, &part);
	if (*at == '@' && is_digit(at[1]))
		at += 1 + strspn(at + 1, "0123456789");
	*micro = second * SECOND + part;
	return at;
}

/* "    T123", "C0" */
static const char *caller_of(const char *at, uint32_t *caller)
{
	int64_t value;
	char kind;

	at += strspn(at, " ");
	kind = *at;
	if ((kind != 'T' && kind != 'C') || !(at = number(at + 1, &value)))
		return NULL;
	*caller = (uint32_t)value * 2 + (kind == 'C') + 1;
	return at;
}

/* "Sun Nov 29 22:32:38 2026", as dmesg -T has it. */
static const char *named_day(const char *at, int64_t *micro)
{
	int64_t year;

	if (strlen(at) < 4 || at[3] != ' ' || !(at = month_and_time(at + 4, micro)))
		return NULL;
	if (*at != ' ' || !(at = number(at + 1, &year)))
		return NULL;
	return at;
}

static const char *bracketed(const char *at, struct log_line *line)
{
	const char *end;

	if (*at++ != '[')
		return NULL;
	if ((end = kernel_time(at, &line->time)) != NULL ||
	    (end = caller_of(at, &line->caller)) != NULL ||
	    (end = date_and_time(at, &line->wall)) != NULL ||
	    (end = clock_time(at, &line->wall)) != NULL ||
	    (end = named_day(at, &line->wall)) != NULL) {
		end += strspn(end, " ");
		return *end == ']' ? end + 1 : NULL;
	}
	return NULL;
}

/* "<6>" */
static const char *level(const char *at)
{
	int64_t value;

	return *at == '<' && (at = number(at + 1, &value)) && value < 192 && *at == '>' ? at + 1 :
											  NULL;
}

/* "kern  :info  : ", as dmesg -x has it. */
static const char *facility(const char *at)
{
	static const char *const names[] = { "kern", "user", "daemon", "syslog" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);
		const char *next = at + length;

		if (strncmp(at, names[i], length) != 0)
			continue;
		next += strspn(next, " ");
		if (*next++ != ':')
			continue;
		next += strspn(next, "abcdefghijklmnopqrstuvwxyz");
		next += strspn(next, " ");
		if (*next == ':')
			return next + 1;
	}
	return NULL;
}

/* "(2)[123:kworker/2:1]", as some vendors have it, with a dash before it or not. */
static const char *processor_and_task(const char *at)
{
	int64_t value;

	at += *at == '-';
	if (*at != '(' || !(at = number(at + 1, &value)) || *at != ')' || at[1] != '[' ||
	    !(at = number(at + 2, &value)) || *at != ':')
		return NULL;
	at = strchr(at, ']');
	return at ? at + 1 : NULL;
}

/* "/proc/67/stack:[<0>]...", as grep prints it. */
static const char *proc_file(const char *at, uint32_t *pid)
{
	static const char stack[] = "/stack:";
	int64_t value;

	if (strncmp(at, "/proc/", 6) != 0 || !(at = number(at + 6, &value)))
		return NULL;
	if (strncmp(at, "/task/", 6) == 0 && !(at = number(at + 6, &value)))
		return NULL;
	if (strncmp(at, stack, sizeof(stack) - 1) != 0 || at[sizeof(stack) - 1] == '\0')
		return NULL;
	*pid = (uint32_t)value;
	return at + sizeof(stack) - 1;
}

static const char *syslog(const char *at, struct log_line *line)
{
	const char *next = month_and_time(at, &line->wall), *program;

	if (!next)
		next = date_and_time(at, &line->wall);
	if (!next)
		next = clock_time(at, &line->wall);
	if (!next || (*next != ' ' && *next != '\t' && *next != '>' && *next != '|'))
		return NULL;
	next += strspn(next, " \t>|");
	program = host_and_program(next);
	return program ? program : next;
}

/* "11-29 22:32:38.123     0     0 W         : ", as Android's logcat has it. */
static const char *logcat(const char *at, struct log_line *line)
{
	int64_t month, day, part, value;

	if (!(at = number(at, &month)) || *at != '-' || !(at = number(at + 1, &day)) ||
	    *at != ' ' || month > 12 || day > 31 || !(at = clock_time(at + 1, &part)))
		return NULL;
	for (int word = 0; word < 2; word++) {
		at += strspn(at, " ");
		if (!(at = number(at, &value)) || *at != ' ')
			return NULL;
	}
	at += strspn(at, " ");
	if (!strchr("VDIWEF", *at) || *at == '\0' || at[1] != ' ')
		return NULL;
	at = strstr(at + 1, ": ");
	if (at)
		line->wall = (month * 31 + day) * 86400 * SECOND + part;
	return at ? at + 2 : NULL;
}

/* "board kernel: " behind a time, as journald has it; "kernel: " alone. */
static const char *of_kernel(const char *at, const struct log_line *line)
{
	static const char kernel[] = "kernel: ";
	size_t host = strcspn(at, " ");

	if (strncmp(at, kernel, sizeof(kernel) - 1) == 0)
		return at + sizeof(kernel) - 1;
	if (line->time == LOG_TIME_NONE || at[host] == '\0' ||
	    strncmp(at + host + 1, kernel, sizeof(kernel) - 1) != 0)
		return NULL;
	return at + host + sizeof(kernel);
}

static const char *one(const char *at, struct log_line *line)
{
	const char *next;

	if ((next = bracketed(at, line)) != NULL || (next = level(at)) != NULL ||
	    (next = processor_and_task(at)) != NULL ||
	    (next = proc_file(at, &line->proc_pid)) != NULL || (next = facility(at)) != NULL ||
	    (next = logcat(at, line)) != NULL || (next = of_kernel(at, line)) != NULL)
		return next;
	return syslog(at, line);
}

/*
 * What terminals understand and nobody wants in a log:
 * escape sequences, and whatever is not ASCII text.
 */
static void clean(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		if (from[0] == 0x1b && from[1] == '[') {
			from += 2;
			from += strspn(from, "0123456789;?");
			from += *from != '\0';
			continue;
		}
		if ((unsigned char)*from >= 0x7f)
			*to++ = '?';
		else
			*to++ = (unsigned char)*from < ' ' ? ' ' : *from;
		from++;
	}
	*to = '\0';
}

void prefix_strip(char *text, struct log_line *line)
{
	*line = (struct log_line){ .time = LOG_TIME_NONE, .wall = LOG_TIME_NONE };
	clean(text);
	line->text = text + strspn(text, " ");
	for (int i = 0; i < PREFIX_MAX; i++) {
		const char *next = one(line->text, line);

		if (!next)
			break;
		line->text += next - line->text;
		line->text += strspn(line->text, " ");
	}
	for (size_t length = strlen(line->text); length > 0 && line->text[length - 1] == ' ';)
		line->text[--length] = '\0';
}
