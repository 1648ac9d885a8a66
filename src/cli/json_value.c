/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/json_value.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/terminal.h"

json_t *cli_json_hex(uint64_t value)
{
	return json_sprintf("%016" PRIx64, value);
}

json_t *cli_json_number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

int cli_json_put(json_t *value)
{
	int failed;

	terminal_leave();
	failed = value ? json_dumpf(value, stdout, JSON_COMPACT) : -1;

	json_decref(value);
	if (!value)
		return cli_error("out of memory");
	fputc('\n', stdout);
	/* Output that cannot be written shows at the end of the program. */
	return failed && !ferror(stdout) ? cli_error("out of memory") : CLI_OK;
}

json_t *cli_json_text(const char *text)
{
	json_t *value = text ? json_string(text) : NULL;

	return value ? value : json_null();
}

json_t *cli_json_sessions(const struct teeq_model *model)
{
	json_t *list = json_array();
	const char *name;

	for (size_t i = 0; (name = teeq_model_session_name(model, i)) != NULL; i++) {
		bool asked = false;
		int answer = teeq_model_session_answer(model, i, &asked);

		if (asked)
			json_array_append_new(
				list, json_pack("{s:s,s:i}", "session", name, "answer", answer));
	}
	return list;
}
