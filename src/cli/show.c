/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/json_value.h"
#include "cli/terminal.h"

static const char help[] =
	"usage: teeq show [OPTION]... FILE\n"
	"\n"
	"Print the scenario of FILE as teeq understood it, as a scenario file again: every default\n"
	"filled in that a file can say, what is empty left out, every comment gone. It loads to an\n"
	"equal model.\n"
	"\n"
	"  --json          the file as text, with its warnings, in one JSON object\n"
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = { { "json", no_argument, NULL, 'j' },
				       CLI_SET_OPTION,
				       CLI_COMMON_OPTIONS };

static json_t *warnings(const struct teeq_scenario_file *file)
{
	json_t *list = json_array();
	const char *line;

	for (size_t i = 0; (line = teeq_scenario_warning(file, i)); i++)
		json_array_append_new(list, cli_json_text(line));
	return list;
}

static int show_json(const struct cli_case *c)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(c->file);
	enum teeq_status status = TEEQ_ENOMEM;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int result;

	if (out) {
		status = teeq_scenario_print_whole(scenario, out);
		status = fclose(out) == 0 ? status : TEEQ_ENOMEM;
	}
	if (status == TEEQ_OK)
		result = cli_json_put(json_pack("{s:s,s:o,s:o,s:o}", "scenario", scenario->name,
						"file", cli_json_text(cli_input_name(c->path)), "warnings",
						warnings(c->file), "text", cli_json_text(text)));
	else
		result = cli_failed(c->path, TEEQ_ENOMEM, NULL);
	free(text);
	return result;
}

int cli_show(int argc, char **argv)
{
	struct cli_options options;
	enum teeq_status status;
	struct cli_case c;
	bool json = false;
	int option, result;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		json = true;
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, false))
		return CLI_BAD;
	result = cli_case_load(&c, options.operands[0]);
	if (result == CLI_OK && json) {
		result = show_json(&c);
	} else if (result == CLI_OK) {
		pager_start();
		terminal_leave();
		status = teeq_scenario_print_whole(teeq_scenario_tables(c.file), stdout);
		/* Output that cannot be written shows at the end of the program. */
		if (status != TEEQ_OK && status != TEEQ_EIO)
			result = cli_failed(c.path, status, NULL);
	}
	cli_case_free(&c);
	return result;
}
