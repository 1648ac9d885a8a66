/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sweep decided goes to a file at once, from which a later one takes it up again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/parts.h"
#include "cli/sweep.h"

/* Rows that decide nothing are looked at again; so is what is no row of this sweep left out. */
static void keep_known(struct sweep *sweep, json_t *row)
{
	bool good = true;
	const char *ruling = part_text(row, "ruling", &good);
	size_t cell;

	if (!good || !sweep_find_row(sweep, row, &cell) || !sweep_has(sweep, cell) ||
	    (strcmp(ruling, teeq_ruling_name(TEEQ_RULED_OUT)) != 0 &&
	     strcmp(ruling, teeq_ruling_name(TEEQ_STILL_FAILS)) != 0))
		return;
	json_decref(sweep->cells[cell].kept);
	sweep->cells[cell].kept = json_incref(row);
}

/* *@end: behind the last whole line. One that was cut is done again. */
static int read_rows(struct sweep *sweep, FILE *file, off_t *end)
{
	char *line = NULL;
	size_t size = 0, number = 0;
	int status = CLI_OK;
	ssize_t length;

	*end = 0;
	while (status == CLI_OK && (length = getline(&line, &size, file)) > 0 &&
	       line[length - 1] == '\n') {
		json_t *row = json_loadb(line, (size_t)length, 0, NULL);

		number++;
		if (json_object_get(row, "ruling"))
			keep_known(sweep, row);
		else
			status = cli_error("%s:%zu: is no row of teeq sweep --json", sweep->resume,
					   number);
		json_decref(row);
		*end += length;
	}
	free(line);
	return status;
}

int sweep_resume(struct sweep *sweep)
{
	off_t end = 0;
	int status = CLI_OK;

	if (!sweep->resume)
		return CLI_OK;
	sweep->keep = fopen(sweep->resume, "a+");
	if (!sweep->keep)
		return cli_error("%s: %s", sweep->resume, strerror(errno));
	rewind(sweep->keep);
	status = read_rows(sweep, sweep->keep, &end);
	if (status == CLI_OK &&
	    (ferror(sweep->keep) || ftruncate(fileno(sweep->keep), end) != 0 ||
	     fseeko(sweep->keep, 0, SEEK_END) != 0))
		status = cli_error("%s: %s", sweep->resume, strerror(errno));
	return status;
}
