/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_FLAT_PARTS_H
#define FUZZ_FLAT_PARTS_H

#include "flat.h"

/* What the files of the flat world share: flat_run.c from start to end, flat.c a step of it. */

/* Note the first thing that is wrong. Returns true. */
bool flat_fail(struct flat *f, const char *what);
/* Whatever must hold after a step. */
void flat_check(struct flat *f);
/* One step of task @index, if it can move and wants to. */
bool flat_move(struct flat *f, unsigned int index, unsigned int verb);

/* Reservations: who keeps the book of a session's, and counting one in or out. */
bool flat_keeps_marks(const struct flat *f, unsigned int session);
uint8_t *flat_marks_of(struct flat *f, unsigned int session);
void flat_reserve(struct flat *f, unsigned int session);
void flat_unreserve(struct flat *f, uint8_t *marks);

#endif
