/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "field/verdict.h"

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
	return kind <= VERDICT_CYCLE;
}
