/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a file of recordings. A line is refused in one line that names the file; or it is a
 * recording, which the model can be compared with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "found.h"
#include "teeq/recording.h"
#include "teeq/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file without a name, and a path by which it can be opened all the same. */
static FILE *scratch_file(char *path, size_t size)
{
	FILE *file = tmpfile();

	if (!file)
		abort();
	snprintf(path, size, "/dev/fd/%d", fileno(file));
	return file;
}

static void fill(FILE *file, const uint8_t *data, size_t size)
{
	rewind(file);
	if (ftruncate(fileno(file), 0) || fwrite(data, 1, size, file) != size || fflush(file))
		abort();
}

static void compare(const struct teeq_recording *recording)
{
	static const char *const policies[] = { "untracked", "mainline" };

	for (size_t i = 0; i < 2; i++) {
		struct teeq_error error = { .status = TEEQ_OK };
		size_t compared = 0;
		enum teeq_status status = teeq_conform(recording, teeq_policy_find(policies[i]),
						       &compared, &error);

		if (compared > recording->step_count)
			found("more steps were compared than there are");
		if (status == TEEQ_OK && compared < recording->step_count)
			found("a recording conforms that was not read to its end");
		if (status != TEEQ_OK && error.text[0] == 0)
			found("a recording does not conform, without a word");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[32];
	static FILE *file;
	const struct teeq_recording *recording = NULL;
	struct teeq_recordings *reader = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	enum teeq_status status;

	if (!file)
		file = scratch_file(path, sizeof(path));
	fill(file, data, size);
	if (teeq_recordings_new(path, &reader, &error) != TEEQ_OK)
		abort();
	while ((status = teeq_recordings_next(reader, &recording, &error)) == TEEQ_OK && recording)
		compare(recording);
	if (status != TEEQ_OK)
		found_wrong_error(&error, path);
	teeq_recordings_free(reader);
	return 0;
}
