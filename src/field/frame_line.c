/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "field/frame_line.h"

static const char hex_digits[] = "0123456789abcdefABCDEF";

static const char *blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* "[<ffffffc0007b07a0>]"; NULL: not that. */
static const char *address(const char *at)
{
	size_t digits;

	if (at[0] != '[' || at[1] != '<')
		return NULL;
	at += 2;
	if (at[0] == '0' && at[1] == 'x')
		at += 2;
	digits = strspn(at, hex_digits);
	/* Addresses may be taken out of a log: "[<>]". */
	return at[digits] == '>' && at[digits + 1] == ']' ? at + digits + 2 : NULL;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '$';
}

static const char *symbol(const char *at, struct frame_name *name)
{
	size_t length = 0;

	while (name_char(at[length]))
		length++;
	if (length == 0 || (at[0] >= '0' && at[0] <= '9') || at[0] == '.')
		return NULL;
	memcpy(name->function, at, length < FRAME_LINE_NAME_MAX ? length : FRAME_LINE_NAME_MAX);
	name->function[length < FRAME_LINE_NAME_MAX ? length : FRAME_LINE_NAME_MAX] = '\0';
	return at + length;
}

/* "+0x74/0x9c" or "+0x74", with which @name gets its offset. */
static const char *offset(const char *at, struct frame_name *name)
{
	size_t digits;

	if (strncmp(at, "+0x", 3) != 0)
		return NULL;
	at += 3;
	digits = strspn(at, hex_digits);
	if (digits == 0 || digits > 16)
		return NULL;
	name->offset = 0;
	for (size_t i = 0; i < digits; i++) {
		char c = at[i] | 0x20;

		name->offset = name->offset << 4 |
			       (uint32_t)(c <= '9' ? at[i] - '0' : c - 'a' + 10);
	}
	at += digits;
	if (at[0] == '/' && at[1] == '0' && at[2] == 'x') {
		digits = strspn(at + 3, hex_digits);
		return digits ? at + 3 + digits : NULL;
	}
	return at;
}

/* Behind a function: "[module]", "[module 0123abcd]", "(P)"; nothing else may stand there. */
static bool rest_is_fine(const char *at)
{
	for (at = blanks(at); *at; at = blanks(at)) {
		char close = *at == '[' ? ']' : ')';
		const char *end;

		if (*at != '[' && *at != '(')
			return false;
		end = strchr(at, close);
		if (!end)
			return false;
		at = end + 1;
	}
	return true;
}

/* "(show_stack) from [<c005ba38>] (sched_show_task+0xa4/0xfc)", behind an address. */
static bool arm_old(const char *at, struct frame_line *line)
{
	if (*at++ != '(' || !(at = symbol(at, &line->callee)))
		return false;
	if (*at == '+' && !(at = offset(at, &line->callee)))
		return false;
	if (strncmp(at, ") from ", 7) != 0)
		return false;
	at = blanks(at + 7);
	at = address(at);
	if (!at)
		return false;
	at = blanks(at);
	if (*at++ != '(' || !(at = symbol(at, &line->function)) ||
	    !(at = offset(at, &line->function)))
		return false;
	/* The bracket may hold a module: "(f+0x1/0x2 [optee])". */
	at = blanks(at);
	if (*at == '[')
		at = strchr(at, ']') ? strchr(at, ']') + 1 : "";
	line->has_callee = true;
	return *at == ')' && rest_is_fine(at + 1);
}

/* "show_stack from sched_show_task+0xa4/0xfc" */
static bool arm_new(const char *at, struct frame_line *line)
{
	at = symbol(at, &line->callee);
	if (!at)
		return false;
	if (*at == '+' && !(at = offset(at, &line->callee)))
		return false;
	at = blanks(at);
	if (*at == '[' && (at = strchr(at, ']')) != NULL)
		at = blanks(at + 1);
	if (!at || strncmp(at, "from ", 5) != 0 ||
	    !(at = symbol(blanks(at + 5), &line->function)) || !(at = offset(at, &line->function)))
		return false;
	line->has_callee = true;
	return rest_is_fine(at);
}

/* "#3 [ffff80008a5bbc40] optee_cq_wait_init at ffff800080c1d2a8 [optee]", as crash has it. */
static bool crash(const char *at, struct frame_line *line)
{
	size_t digits;

	at += 1 + strspn(at + 1, "0123456789");
	at = blanks(at);
	if (*at++ != '[')
		return false;
	digits = strspn(at, hex_digits);
	if (digits < 8 || at[digits] != ']' ||
	    !(at = symbol(blanks(at + digits + 1), &line->function)))
		return false;
	at += strcspn(at, " \t");
	if (strncmp(at, " at ", 4) != 0)
		return false;
	at += 4;
	digits = strspn(at, hex_digits);
	/* Where in the function it is, crash says only when asked; the address is as good. */
	line->function.offset = (uint32_t)strtoull(at, NULL, 16);
	return digits >= 8 && rest_is_fine(at + digits);
}

/* "0xffff8000bffc1000", the whole of the line. */
static bool bare(const char *at, struct frame_line *line)
{
	size_t digits;

	if (at[0] != '0' || at[1] != 'x')
		return false;
	digits = strspn(at + 2, hex_digits);
	line->address = digits > 0 && rest_is_fine(at + 2 + digits);
	return line->address;
}

static bool plain(const char *at, struct frame_line *line)
{
	if (at[0] == '?' && at[1] == ' ') {
		line->function.uncertain = true;
		at = blanks(at + 1);
		if (bare(at, line))
			return true;
	}
	at = symbol(at, &line->function);
	return at && (at = offset(at, &line->function)) && rest_is_fine(at);
}

/* "RIP: 0010:func+0x1/0x2", where an interrupt met the kernel. */
static const char *instruction_pointer(const char *at)
{
	static const char *const heads[] = { "RIP: 0010:", "RIP: e030:" };

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strncmp(at, heads[i], strlen(heads[i])) == 0)
			return blanks(at + strlen(heads[i]));
	return NULL;
}

bool frame_line_parse(const char *text, struct frame_line *line)
{
	const char *at = blanks(text), *next;

	*line = (struct frame_line){ .has_callee = false };
	if ((next = instruction_pointer(at)) != NULL)
		return plain(next, line);
	if (*at == '#')
		return crash(at, line);
	next = address(at);
	if (next) {
		line->proc = strncmp(at, "[<0>]", 5) == 0 ||
			     strncmp(at, "[<0000000000000000>]", 20) == 0;
		at = blanks(next);
		if (*at == '(')
			return arm_old(at, line);
		if (bare(at, line))
			return true;
		return plain(at, line);
	}
	if (bare(at, line) || plain(at, line))
		return true;
	*line = (struct frame_line){ .has_callee = false };
	return arm_new(at, line);
}
