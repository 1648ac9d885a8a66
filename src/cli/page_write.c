/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/page_write.h"

#include <stdlib.h>

#include "cli/page_parts.h"

/* In a page no '<' may stand in it, or it could end the element that it is in. */
static bool page_put_json(json_t *data, FILE *out)
{
	char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;

	for (const char *c = text; c && *c; c++) {
		if (*c == '<')
			fputs("\\u003c", out);
		else
			fputc(*c, out);
	}
	free(text);
	return text != NULL;
}

static void page_put(const struct page_part *part, FILE *out)
{
	fwrite(part->bytes, 1, part->size, out);
}

bool page_write(json_t *data, FILE *out)
{
	bool good;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>teeq</title>\n<style>\n",
	      out);
	page_put(&page_style, out);
	fputs("</style>\n</head>\n<body>\n", out);
	page_put(&page_body, out);
	fputs("<script type=\"application/json\" id=\"data\">", out);
	good = page_put_json(data, out);
	fputs("</script>\n<script>\n", out);
	page_put(&page_lanes, out);
	page_put(&page_script, out);
	fputs("</script>\n</body>\n</html>\n", out);
	return good;
}
