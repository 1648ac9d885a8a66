/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "teeq/report.h"

static bool quote_is_plain(const char *word)
{
	return *word && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789_-./:=@%+,")] == '\0';
}

void teeq_put_word(FILE *out, const char *word)
{
	if (!out || !word)
		return;
	if (quote_is_plain(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

void teeq_put_path(FILE *out, const char *path)
{
	if (!out || !path)
		return;
	if (path[0] == '-' && path[1] != '\0')
		fputs("./", out);
	teeq_put_word(out, path);
}
