/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_VERDICT_H
#define FIELD_VERDICT_H

#include "field/picture.h"

/* What a picture comes to. */

enum verdict_kind {
	VERDICT_EXHAUSTION,
	VERDICT_LOST_WAKEUP,
	VERDICT_SUPPLICANT_GONE,
	VERDICT_SUPPLICANT_FROZEN,
	VERDICT_SUPPLICANT_ABSENT,
	VERDICT_SUPPLICANT_SILENT, /* it does not answer, and why is not to be seen */
	VERDICT_CYCLE,
	VERDICT_OUTSIDE, /* who holds threads waits for what is none of the driver's */
	VERDICT_BUSY,
	VERDICT_NOTHING, /* nobody is in the driver */
	VERDICT_CANNOT_TELL,
	VERDICT_KIND_COUNT
};

enum verdict_sure {
	VERDICT_CERTAIN,
	VERDICT_LIKELY,
	VERDICT_OPEN,
};

#define NOTES_MAX     16
#define NOTE_TEXT_MAX 320

struct notes {
	char lines[NOTES_MAX][NOTE_TEXT_MAX];
	size_t count;
};

/* A page of this project that tells the same, and a scenario of it. */
struct verdict_match {
	const char *title, *page;
	const char *scenario; /* in examples/scenarios, without .yaml; NULL: none */
};

#define VERDICT_MATCHES_MAX 6

struct verdict {
	enum verdict_kind kind;
	enum verdict_sure sure;
	char sentence[NOTE_TEXT_MAX];
	struct notes why, settle, cures;
	struct verdict_match matches[VERDICT_MATCHES_MAX];
	size_t match_count;

	/* Shapes of hangs, by which advice is given. */
	bool nested; /* a call waits for a thread inside of another that holds one */
	bool by_supplicant; /* of these, one of tee-supplicant's */
	bool secure_lock; /* it turns on notifications */
	bool argument_cache, shutdown, bottom_half, memory, stalled, looping;
	const char *service; /* what the nested call is made for; NULL */
};

void verdict_of(const struct picture *picture, struct verdict *verdict);
/* verdict_advice.c: matches, what to run, what cures. Part of verdict_of(). */
void verdict_advise(const struct picture *picture, struct verdict *verdict);

/* verdict_words.c. "exhaustion", "lost-wakeup": as JSON has it; "certain", "likely", "open". */
const char *verdict_word(enum verdict_kind kind);
const char *verdict_sure_word(enum verdict_sure sure);
/* Whether it says that something hangs, and whether it says anything. */
bool verdict_is_hang(enum verdict_kind kind);

void note(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
