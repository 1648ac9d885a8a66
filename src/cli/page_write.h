/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PAGE_WRITE_H
#define CLI_PAGE_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/*
 * One page for a browser: style, body and scripts are those of src/cli/page; what they show is
 * @data, in the middle of it. Its keys:
 *
 * "title", "headline", "summary", "report"   texts, of which the first two are needed
 * "tasks", "events", "states", "pool"        the lanes; see export_run.h and page_pack.h
 * and of a run more, as src/cli/export_page.c writes them
 *
 * False where @data is NULL, or is not text; errors of @out are left to ferror().
 */
bool page_write(json_t *data, FILE *out);

#endif
