/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of a sweep as a page for a browser: whole in one file, words and signs beside colours,
 * and the commands that show the failures.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/sweep.h"

#define REPLAYS_MAX 500

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--line:#8a8a94;--good:#d9f2d9;"
	"--dead:#ffc9c4;--lost:#ffdfb0;--broken:#f3c6f0;--unknown:#e4e4ea}\n"
	"@media screen and (prefers-color-scheme:dark){:root{--ink:#e6e6ea;--paper:#17171b;--line:#777783;"
	"--good:#1f4d29;--dead:#7a2626;--lost:#6b4310;--broken:#5e2a5c;--unknown:#3a3a44}}\n"
	"body{margin:1rem auto;padding:0 1rem;max-width:110rem;color:var(--ink);"
	"background:var(--paper);font:15px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.3rem}h2{font-size:1rem}\n"
	".wide{overflow-x:auto}.wide:focus-visible{outline:3px solid var(--line)}\n"
	"table{border-collapse:collapse}\n"
	"th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;"
	"white-space:nowrap;font-variant-numeric:tabular-nums}\n"
	"td small{display:block}\n"
	"td.done{background:var(--good)}td.deadlock{background:var(--dead);border-width:3px}\n"
	"td.lost-wakeup{background:var(--lost);border:3px dashed var(--line)}\n"
	"td.violation,td.livelock{background:var(--broken);border:4px double var(--line)}\n"
	"td.none,td.undecided{background:var(--unknown)}\n"
	"code{overflow-wrap:anywhere}\n"
	"@media print{*{-webkit-print-color-adjust:exact;"
	"print-color-adjust:exact}.wide{overflow:visible}}\n";

static const char *class_of(const struct sweep_cell *cell)
{
	const char *word = sweep_word(cell);

	return *word == '?' ? "undecided" : *word == '-' ? "none" : word;
}

static void put_cell(FILE *out, const struct sweep_cell *cell)
{
	const char *class = class_of(cell);
	bool fails = cell->schedule != NULL;

	fprintf(out, "<td class=\"%s\">", class);
	if (strcmp(class, "none") == 0)
		fputs("&#8211; <small>not possible</small>", out);
	else if (strcmp(class, "undecided") == 0)
		fputs("? <small>undecided</small>", out);
	else if (fails)
		fprintf(out, "&#10007; %s <small>%zu steps</small>", class, cell->trial.steps);
	else
		fprintf(out, "&#10003; %s <small>%" PRIu64 " states</small>", class,
			cell->trial.states);
	fputs("</td>", out);
}

static void put_columns(FILE *out, const struct sweep *sweep)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];

	fputs("<thead><tr><th scope=\"col\">policy</th>", out);
	for (size_t i = 0; i + 1 < sweep->range_count; i++) {
		fputs("<th scope=\"col\">", out);
		sweep_put_key(sweep->ranges[i].key, out);
		fputs("</th>", out);
	}
	for (uint32_t n = last->from; n <= last->to; n++) {
		fputs("<th scope=\"col\">", out);
		sweep_put_key(last->key, out);
		fprintf(out, " %" PRIu32 "</th>", n);
	}
	fputs("</tr></thead>\n", out);
}

static void put_row(FILE *out, const struct sweep *sweep, size_t first, size_t length)
{
	uint32_t numbers[SWEEP_RANGE_MAX];

	fprintf(out, "<tr><th scope=\"row\">%s</th>",
		sweep_place(sweep, first, numbers)->policy->name);
	for (size_t i = 0; i + 1 < sweep->range_count; i++)
		fprintf(out, "<th scope=\"row\">%" PRIu32 "</th>", numbers[i]);
	for (size_t i = 0; i < length; i++)
		put_cell(out, &sweep->cells[first + i]);
	fputs("</tr>\n", out);
}

static void put_table(FILE *out, const struct sweep *sweep)
{
	size_t length = sweep_length(&sweep->ranges[sweep->range_count - 1]);

	fputs("<p id=\"signs\">How the nearest failure of each combination ends. &#10003; no schedule "
	      "fails, by so many states; &#10007; the failure, by its steps; ? a budget "
	      "or an interruption ended the search; &#8211; the scenario is not possible like "
	      "that.</p>\n"
	      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"the table\">\n"
	      "<table aria-describedby=\"signs\">\n", out);
	put_columns(out, sweep);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < sweep->cell_count; i += length)
		put_row(out, sweep, i, length);
	fputs("</tbody></table></div>\n", out);
}

/* False: no memory. */
static bool put_replay(FILE *out, const struct sweep *sweep, size_t index)
{
	char *replay = sweep_replay(sweep, index);

	if (!replay)
		return false;
	fprintf(out, "<li>%s: <code>", sweep_word(&sweep->cells[index]));
	cli_put_xml(out, replay);
	fputs("</code></li>\n", out);
	free(replay);
	return true;
}

static bool put_replays(FILE *out, const struct sweep *sweep)
{
	size_t told = 0, failing = 0;

	for (size_t i = 0; i < sweep->cell_count; i++)
		failing += sweep->cells[i].schedule != NULL;
	if (failing == 0)
		return true;
	fputs("<h2>The failures, step by step</h2>\n<ol>\n", out);
	for (size_t i = 0; i < sweep->cell_count && told < REPLAYS_MAX; i++) {
		if (!sweep->cells[i].schedule)
			continue;
		if (!put_replay(out, sweep, i))
			return false;
		told++;
	}
	fputs("</ol>\n", out);
	if (told < failing)
		fprintf(out, "<p>%zu more are left out here; --json has all.</p>\n",
			failing - told);
	return true;
}

int sweep_page(FILE *out, const void *argument)
{
	const struct sweep *sweep = argument;

	fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>teeq sweep: ", out);
	cli_put_xml(out, sweep->path);
	fprintf(out, "</title>\n<style>\n%s</style></head>\n<body>\n<h1>teeq sweep: ", style);
	cli_put_xml(out, sweep->path);
	fputs("</h1>\n", out);
	if (sweep->client) {
		fputs("<p>Asked about client ", out);
		cli_put_xml(out, sweep->client);
		fputs(", whatever becomes of the others.</p>\n", out);
	}
	put_table(out, sweep);
	if (!put_replays(out, sweep))
		return CLI_BAD;
	fputs("</body></html>\n", out);
	return CLI_OK;
}
