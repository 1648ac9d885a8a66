/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a kernel log. It is refused in one line, or comes to a verdict; and the scenario that is made
 * of it is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field/sketch.h"
#include "field/tell.h"
#include "found.h"
#include "teeq/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct frames *table(void)
{
	static struct frames *frames;
	struct teeq_error error;

	if (!frames && frames_new(&frames, &error) != TEEQ_OK)
		abort();
	return frames;
}

static void check_sketch(const struct picture *picture, const struct verdict *verdict, bool unseen)
{
	const struct sketch sketch = { .picture = picture, .verdict = verdict, .unseen = unseen };
	struct teeq_scenario_file *file;
	struct teeq_error error;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	sketch_write(&sketch, out);
	if (fclose(out) != 0)
		abort();
	if (teeq_scenario_parse("log", text, size, &file, &error) == TEEQ_EINPUT)
		found("the scenario of a log is refused");
	teeq_scenario_free(file);
	free(text);
}

/* What is told must be made of text, and the persons of each edge be there. */
static void check_picture(const struct picture *picture, const struct verdict *verdict)
{
	static FILE *nowhere;
	char text[TELL_TEXT_MAX];

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	tell_print(picture, verdict, nowhere);
	for (size_t i = 0; i < picture->edge_count; i++)
		if (picture->edges[i].from >= picture->person_count ||
		    (picture->edges[i].to != PICTURE_NOBODY &&
		     picture->edges[i].to >= picture->person_count))
			found("an edge leads to nobody");
	for (size_t i = 0; i < picture->person_count; i++) {
		tell_person(picture, i, text);
		for (const char *c = text; *c; c++)
			if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
				found("what is told is no text");
	}
	if (!verdict->sentence[0])
		found("a verdict without a sentence");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct teeq_error error = { .text = "" };
	struct log_reader *reader;
	struct picture *picture;
	struct verdict verdict;
	struct log *log;
	enum teeq_status status;

	if (log_reader_new(table(), &reader, &error) != TEEQ_OK)
		abort();
	status = log_read_text(reader, (const char *)data, size, &error);
	if (status != TEEQ_OK) {
		if (status == TEEQ_EINPUT && !error.text[0])
			found("a log is refused without a word");
		log_reader_free(reader);
		return 0;
	}
	log = log_finish(reader);
	status = picture_new(log, table(), size % 4, &picture, &error);
	if (status == TEEQ_OK) {
		verdict_of(picture, &verdict);
		check_picture(picture, &verdict);
		if (sketch_possible(picture)) {
			check_sketch(picture, &verdict, false);
			check_sketch(picture, &verdict, true);
		}
		picture_free(picture);
	}
	log_free(log);
	return 0;
}
