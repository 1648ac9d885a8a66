/* SPDX-License-Identifier: BSD-2-Clause */
/* The command that makes a run of a driver again. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>

#include <teeq/report.h>

const char *const drive_boots[TEEQ_DRIVE_BOOT_COUNT] = { "apart", "alone", "beside" };
const char *const drive_removes[TEEQ_DRIVE_REMOVE_COUNT] = { "never", "end", "beside" };

void drive_put_replay(FILE *out, const struct drive_case *c, const char *path, uint64_t fail,
		      const char *schedule)
{
	fprintf(out, "teeq replay --driver ");
	teeq_put_path(out, c->line->driver_path);
	if (c->line->given & DRIVE_BOOT)
		fprintf(out, " --boot %s", drive_boots[c->line->drive.boot]);
	if (c->line->given & DRIVE_REMOVE)
		fprintf(out, " --remove %s", drive_removes[c->line->drive.remove]);
	if (c->line->drive.max_key > 0)
		fprintf(out, " --max-key %" PRIu64, c->line->drive.max_key);
	if (c->line->drive.answers_ahead)
		fprintf(out, " --answer-ahead");
	if (fail > 0)
		fprintf(out, " --fail %" PRIu64, fail);
	fprintf(out, " ");
	teeq_put_path(out, path);
	fprintf(out, " '%s'", schedule);
}

void drive_print_replay(const struct drive_case *c, const char *path, uint64_t fail,
			const char *schedule)
{
	drive_put_replay(stdout, c, path, fail, schedule);
	printf("\n");
}
