/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/cli.h"

/* A longer word is no mistyped option or name: nothing is suggested for it. */
#define WORD_MAX 40

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to put in, take out, replace, or change with their neighbours. */
static size_t suggest_distance(const char *a, const char *b)
{
	size_t table[WORD_MAX + 1][WORD_MAX + 1];
	size_t height = strlen(a), width = strlen(b);

	if (height > WORD_MAX || width > WORD_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= height; i++) {
		for (size_t j = 0; j <= width; j++) {
			size_t least = i + j;

			if (i > 0 && j > 0)
				least = smallest(table[i - 1][j] + 1, table[i][j - 1] + 1,
						 table[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				least = smallest(least, table[i - 2][j - 2] + 1, least);
			table[i][j] = least;
		}
	}
	return table[height][width];
}

void cli_suggestion_start(struct cli_suggestion *suggestion, const char *word)
{
	size_t length = strlen(word);

	/*
	 * In a short word, two letters more or less make
	 * any other: then only one may differ, or none.
	 */
	*suggestion = (struct cli_suggestion){
		.word = word,
		.distance = length < 3 ? 1 : length < 6 ? 2 : 3,
	};
}

void cli_suggestion_offer(struct cli_suggestion *suggestion, const char *candidate)
{
	size_t found = suggest_distance(suggestion->word, candidate);

	if (found >= suggestion->distance)
		return;
	suggestion->distance = found;
	suggestion->nearest = candidate;
}
