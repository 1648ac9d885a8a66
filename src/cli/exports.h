/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPORTS_H
#define CLI_EXPORTS_H

#include <teeq/diagnose.h>

#include "cli/cli.h"

/*
 * A run as a file for another program: a browser,
 * Mermaid, Graphviz, Perfetto, a trace viewer of ITF.
 */
enum export_kind {
	EXPORT_HTML,
	EXPORT_MERMAID,
	EXPORT_DOT,
	EXPORT_PERFETTO,
	EXPORT_ITF,
	EXPORT_COUNT
};

#define EXPORT_OPTION 0x6e00
/* Of a run that is written state by state. */
#define EXPORT_STEP_MAX 20000
#define EXPORT_OPTIONS                                                                    \
	{ "html", required_argument, NULL, EXPORT_OPTION + EXPORT_HTML },                 \
		{ "mermaid", required_argument, NULL, EXPORT_OPTION + EXPORT_MERMAID },   \
		{ "dot", required_argument, NULL, EXPORT_OPTION + EXPORT_DOT },           \
		{ "perfetto", required_argument, NULL, EXPORT_OPTION + EXPORT_PERFETTO }, \
	{                                                                                 \
		"itf", required_argument, NULL, EXPORT_OPTION + EXPORT_ITF                \
	}
#define EXPORT_HELP                                                                     \
	"  --html OUT      the run as one page for a browser, which needs no network\n" \
	"  --mermaid OUT   as a sequence diagram of Mermaid\n"                          \
	"  --dot OUT       who waits for whom in the end, as a graph of Graphviz\n"     \
	"  --perfetto OUT  as JSON for the Perfetto UI; a step takes a microsecond\n"   \
	"  --itf OUT       as a trace of states in ITF, the JSON of Apalache and Quint\n"

struct exports {
	const char *path[EXPORT_COUNT]; /* NULL: not asked for */
};

/*
 * What is exported: a run of the case by @schedule.
 *
 * @replay      the command that makes it again; may be NULL
 * @end         how it ended, of which a replay does not see that it could go round for ever
 * @must_finish whom it was asked about, see struct teeq_explore_options
 * @diagnosis   what teeq explain found; NULL: the step of no return is looked for, within bounds
 */
struct export_run {
	const struct cli_case *c;
	const struct teeq_schedule *schedule;
	const char *replay;
	const struct teeq_result *end;
	uint64_t must_finish;
	const struct teeq_diagnosis *diagnosis;
};

static inline bool exports_has(int option)
{
	return option >= EXPORT_OPTION && option < EXPORT_OPTION + EXPORT_COUNT;
}
bool exports_any(const struct exports *exports);
void exports_read(struct exports *exports, int option, const char *path);
/*
 * Whether all of them may be written; @input is what is read. CLI_OK, or CLI_BAD after a message.
 */
int exports_check(const struct exports *exports, const char *input);
/* Whether none of them is @path, another output, or NULL. CLI_OK, or CLI_BAD after a message. */
int exports_apart(const struct exports *exports, const char *path);
/* Say of each that it is not written, as there is no counterexample. */
void exports_none(const struct exports *exports);
int exports_write(const struct exports *exports, const struct export_run *run);

/* One kind each: as cli_output_replace() calls it, with a struct export_made. */
int export_page(FILE *out, const void *made);
int export_perfetto(FILE *out, const void *made);
int export_itf(FILE *out, const void *made);

#endif
