/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/json_value.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

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

/* How long the character at @text is; 0 where none begins. */
static size_t character_length(const char *text)
{
	for (size_t length = 1; length <= 4 && text[length - 1]; length++) {
		json_t *value = json_stringn(text, length);
		bool valid = value != NULL;

		json_decref(value);
		if (valid)
			return length;
	}
	return 0;
}

/* With U+FFFD for each byte that is of no character; NULL: no memory. */
static json_t *mended_text(const char *text)
{
	json_t *value = NULL;
	char *mended = NULL;
	size_t size;
	FILE *out = open_memstream(&mended, &size);

	while (out && *text) {
		size_t length = character_length(text);

		if (length > 0)
			fwrite(text, 1, length, out);
		else
			fputs("\xef\xbf\xbd", out);
		text += length > 0 ? length : 1;
	}
	if (out && fclose(out) == 0)
		value = json_string(mended);
	free(mended);
	return value;
}

json_t *cli_json_text(const char *text)
{
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	return value ? value : mended_text(text);
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
