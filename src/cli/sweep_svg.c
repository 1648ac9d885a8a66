/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of a sweep as one picture, for pages and slides: a box for each combination, whose word
 * and frame say what its colour says.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/output.h"
#include "cli/sweep.h"

enum {
	SVG_LETTER = 8, /* how wide one is at most */
	SVG_ROW = 40,
	SVG_COLUMN = 112,
	SVG_MARGIN = 12,
};

static const char svg_style[] =
	"text{font:13px system-ui,sans-serif;fill:#1b1b1f}.number{font-size:11px}"
	".title{font-weight:bold}rect{stroke:#8a8a94}.paper{fill:#fff;stroke:none}"
	".done{fill:#d9f2d9}.deadlock{fill:#ffc9c4;stroke-width:3}"
	".lost-wakeup{fill:#ffdfb0;stroke-width:3;stroke-dasharray:6 3}"
	".violation,.livelock{fill:#f3c6f0;stroke-width:3;stroke-dasharray:2 2}"
	".unknown{fill:#e4e4ea}";

/* Where the boxes begin: behind the longest name of a row. */
static size_t svg_left(const struct sweep *sweep)
{
	uint32_t numbers[SWEEP_RANGE_MAX];
	size_t longest = strlen("policy");

	for (size_t i = 0; i < sweep->cell_count; i++) {
		size_t length = strlen(sweep_place(sweep, i, numbers)->policy->name);

		longest = length > longest ? length : longest;
	}
	for (size_t i = 0; i + 1 < sweep->range_count; i++)
		longest += strlen(sweep->ranges[i].key) + 12;
	return SVG_MARGIN + SVG_LETTER * (longest + 2);
}

/* "mainline, app 2": a row, by its first combination. */
static void svg_put_row_name(FILE *out, const struct sweep *sweep, size_t first, size_t y)
{
	uint32_t numbers[SWEEP_RANGE_MAX];

	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"%zu\">%s", SVG_MARGIN, y + 24,
		sweep_place(sweep, first, numbers)->policy->name);
	for (size_t i = 0; i + 1 < sweep->range_count; i++) {
		fputs(", ", out);
		sweep_put_key(sweep->ranges[i].key, out);
		fprintf(out, " %" PRIu32, numbers[i]);
	}
	fputs("</text>\n", out);
}

static void svg_put_cell(FILE *out, const struct sweep_cell *cell, size_t x, size_t y)
{
	const char *word = sweep_word(cell);
	bool known = *word != '?' && *word != '-';

	fprintf(out, "<rect class=\"%s\" x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\"/>",
		known ? word : "unknown", x + 2, y + 2, SVG_COLUMN - 4, SVG_ROW - 4);
	fprintf(out, "<text x=\"%zu\" y=\"%zu\">%s</text>", x + 8, y + 18,
		known	     ? word :
		*word == '?' ? "undecided" :
			       "not possible");
	if (cell->schedule)
		fprintf(out, "<text class=\"number\" x=\"%zu\" y=\"%zu\">%zu steps</text>", x + 8,
			y + 32, cell->trial.steps);
	else if (known)
		fprintf(out,
			"<text class=\"number\" x=\"%zu\" y=\"%zu\">%" PRIu64 " states</text>",
			x + 8, y + 32, cell->trial.states);
	fputc('\n', out);
}

static void svg_put_columns(FILE *out, const struct sweep *sweep, size_t left, size_t y)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];

	for (uint32_t n = last->from; n <= last->to; n++) {
		fprintf(out, "<text class=\"title\" x=\"%zu\" y=\"%zu\">",
			left + (size_t)(n - last->from) * SVG_COLUMN + 8, y);
		sweep_put_key(last->key, out);
		fprintf(out, " %" PRIu32 "</text>\n", n);
	}
}

int sweep_svg(FILE *out, const void *argument)
{
	const struct sweep *sweep = argument;
	size_t length = sweep_length(&sweep->ranges[sweep->range_count - 1]);
	size_t left = svg_left(sweep), top = 64;
	size_t wide = left + length * SVG_COLUMN + SVG_MARGIN;
	size_t high = top + sweep->cell_count / length * SVG_ROW + SVG_MARGIN;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %zu %zu\" "
		"width=\"%zu\" height=\"%zu\">\n<title>teeq sweep: ",
		wide, high, wide, high);
	cli_put_xml(out, sweep->path);
	fprintf(out, "</title>\n<style>%s</style>\n<rect class=\"paper\" width=\"%zu\" height=\"%zu\"/>\n",
		svg_style, wide, high);
	fprintf(out, "<text class=\"title\" x=\"%d\" y=\"24\">", SVG_MARGIN);
	cli_put_xml(out, sweep->path);
	if (sweep->client) {
		fputs(": client ", out);
		cli_put_xml(out, sweep->client);
	}
	fputs("</text>\n", out);
	svg_put_columns(out, sweep, left, top - 12);
	for (size_t i = 0; i < sweep->cell_count; i++) {
		size_t y = top + i / length * SVG_ROW;

		if (i % length == 0)
			svg_put_row_name(out, sweep, i, y);
		svg_put_cell(out, &sweep->cells[i], left + i % length * SVG_COLUMN, y);
	}
	fputs("</svg>\n", out);
	return CLI_OK;
}
