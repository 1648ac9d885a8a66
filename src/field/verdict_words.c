/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "field/plural.h"
#include "field/verdict_tally.h"

void note(struct notes *notes, const char *format, ...)
{
	va_list arguments;

	if (notes->count == NOTES_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(notes->lines[notes->count++], NOTE_TEXT_MAX, format, arguments);
	va_end(arguments);
}

const char *verdict_word(enum verdict_kind kind)
{
	static const char *const words[VERDICT_KIND_COUNT] = {
		[VERDICT_EXHAUSTION] = "exhaustion",
		[VERDICT_LOST_WAKEUP] = "lost-wakeup",
		[VERDICT_SUPPLICANT_GONE] = "supplicant-gone",
		[VERDICT_SUPPLICANT_FROZEN] = "supplicant-frozen",
		[VERDICT_SUPPLICANT_ABSENT] = "supplicant-absent",
		[VERDICT_SUPPLICANT_SILENT] = "supplicant-silent",
		[VERDICT_CYCLE] = "cycle",
		[VERDICT_OUTSIDE] = "outside",
		[VERDICT_BUSY] = "busy",
		[VERDICT_NOTHING] = "nothing",
		[VERDICT_CANNOT_TELL] = "cannot-tell",
	};

	return words[kind];
}

const char *verdict_sure_word(enum verdict_sure sure)
{
	static const char *const words[] = { "certain", "likely", "open" };

	return words[sure];
}

bool verdict_is_hang(enum verdict_kind kind)
{
	return kind <= VERDICT_OUTSIDE;
}

void verdict_conclude(struct verdict *verdict, enum verdict_kind kind, enum verdict_sure sure,
		      const char *format, ...)
{
	va_list arguments;

	verdict->kind = kind;
	verdict->sure = sure;
	va_start(arguments, format);
	vsnprintf(verdict->sentence, sizeof(verdict->sentence), format, arguments);
	va_end(arguments);
}

const char *verdict_seconds(const struct picture *picture)
{
	static char text[64];

	if (picture->seconds_max > 0)
		snprintf(text, sizeof(text), " for %u s at least", picture->seconds_max);
	else
		text[0] = '\0';
	return text;
}

void verdict_why_so_long(const struct picture *picture, const struct tally *tally,
			 struct verdict *verdict)
{
	if (tally->evident > 0)
		note(&verdict->why, "%zu of them did not move%s", tally->evident,
		     verdict_seconds(picture));
	else
		note(&verdict->why,
		     "nobody can bring what they wait for, as far as the stacks show; how long they "
		     "have been there the log does not say");
	if (picture->threads_told && picture->held > picture->threads)
		note(&verdict->why, "more threads are seen to be held than there are said to be");
	if (!picture->threads_told && picture->held > 0 && verdict->kind == VERDICT_EXHAUSTION)
		note(&verdict->why,
		     "the log does not say how many threads the secure world has: %zu are seen to be held "
		     "at once. If there are more, a wake-up was lost instead",
		     picture->held_max);
}

void verdict_exhaustion(const struct picture *picture, const struct tally *tally,
			struct verdict *verdict, const char *what)
{
	bool told = picture->threads_told && picture->held == picture->threads;

	verdict_conclude(verdict, VERDICT_EXHAUSTION,
			 told && tally->outside == 0 ? VERDICT_CERTAIN : VERDICT_LIKELY,
			 "exhaustion: %s %zu thread%s %s held, %s",
			 !told		    ? "as many as" :
			 picture->held == 1 ? "the" :
					      "all",
			 picture->held, plural(picture->held), picture->held == 1 ? "is" : "are",
			 what);
	if (told)
		note(&verdict->why, "the secure world has %u thread%s", picture->threads,
		     plural(picture->threads));
	verdict_why_so_long(picture, tally, verdict);
}
