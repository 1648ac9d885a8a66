/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording as a line of its file. */
#include <stdio.h>

#include "base/error.h"
#include "harness/record.h"

static const char *bytes_of(const struct text *text, int *size)
{
	*size = (int)text->size;
	return text->bytes ? text->bytes : "";
}

static void write_line(const struct recorder *r, unsigned int id, FILE *out)
{
	int size;
	const char *bytes;

	fprintf(out, "{\"id\":%u,\"driver\":\"%s\",\"threads\":%u,\"tracking\":%s,"
		"\"system_sessions\":%u,\"tasks\":[", id, r->h->driver, r->h->options.thread_count,
		r->tracking ? "true" : "false", r->system_session_count);
	for (unsigned int i = 0; i < r->h->task_count; i++) {
		bytes = bytes_of(&r->scripts[i].text, &size);
		fprintf(out, "%s[%.*s]", i > 0 ? "," : "", size, bytes);
	}
	bytes = bytes_of(&r->steps, &size);
	fprintf(out, "],\"steps\":[%.*s]", size, bytes);
	if (r->cut[0]) {
		fprintf(out, ",\"outcome\":\"cut\",\"cut\":\"%s\",\"blocked\":[]}\n", r->cut);
		return;
	}
	bytes = bytes_of(&r->blocked, &size);
	fprintf(out, ",\"outcome\":\"%s\",\"blocked\":[%.*s]}\n",
		r->verdict == TEEQ_VERDICT_DONE ? "done" : "deadlock", size, bytes);
}

static bool ran_out(const struct recorder *r)
{
	bool failed = r->steps.failed || r->blocked.failed;

	for (unsigned int i = 0; i < r->h->task_count; i++)
		failed |= r->scripts[i].text.failed;
	return failed;
}

enum teeq_status teeq_harness_write(const struct teeq_harness *h, unsigned int id, FILE *out,
				    struct teeq_error *error)
{
	const struct recorder *r = h ? h->recording : NULL;

	if (!h || !out)
		return error_null(error, "harness, out");
	if (!r)
		return error_set(error, TEEQ_EINPUT, "recording", "the last run was not recorded");
	if (r->misplaced)
		return error_set(error, TEEQ_EINPUT, "recording", "callers are in the queue before "
				 "the run begins");
	if (ran_out(r))
		return error_nomem(error);
	write_line(r, id, out);
	return ferror(out) ? error_set(error, TEEQ_EIO, "recording", "could not be written") :
			     TEEQ_OK;
}
