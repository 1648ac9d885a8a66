/* SPDX-License-Identifier: BSD-2-Clause */
#include "flat_parts.h"
#include "teeq/abi.h"

/* With v4 reservations are the TEE context's: the first session of it keeps the book. */
bool flat_keeps_marks(const struct flat *f, unsigned int session)
{
	return f->books.side == TEEQ_SECURE_COUNTED && flat_session_context(session) != FLAT_NONE;
}

uint8_t *flat_marks_of(struct flat *f, unsigned int session)
{
	bool home = flat_keeps_marks(f, session) && session == 1;

	return &f->sessions[home ? 0 : session].marks;
}

static struct call_place place_of(struct flat *f)
{
	return (struct call_place){ .q = flat_queue(f), .pool = flat_pool(f), .policy = f->policy };
}

/* What docs/policies.md says of who may ask at all; then it is the rules' turn. */
static bool must_grant(const struct flat *f, unsigned int session, uint8_t marks)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	bool no_interface = f->ffa && f->policy->secure != TEEQ_SECURE_PLAIN;

	return (f->sessions[session].open || counted) && !no_interface &&
	       (marks == 0 || (f->policy->remark == TEEQ_REMARK_COUNTS && marks < UINT8_MAX)) &&
	       rules_reserves(f->rules, &f->books);
}

void flat_reserve(struct flat *f, unsigned int session)
{
	uint8_t *marks = flat_marks_of(f, session), before = *marks;
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	bool granted = must_grant(f, session, before);
	struct call_place place = place_of(f);

	session_reserve(&f->sessions[session], marks, &place, NULL);
	if (*marks != before + granted)
		flat_fail(f, "a reservation was granted or refused against the rules");
	f->books.registered = (uint16_t)(f->books.registered + granted);
	f->books.reserved = (uint16_t)(f->books.reserved + (granted && counted));
}

void flat_unreserve(struct flat *f, uint8_t *marks)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	struct call_place place = place_of(f);
	uint8_t before = *marks;

	if (session_unreserve(marks, &place, NULL) != (before ? 0 : -TEEQ_ABI_EINVAL) ||
	    *marks != before - (before > 0))
		flat_fail(f, "a reservation was not taken back, or one that there is not");
	if (before == 0)
		return;
	f->books.registered--;
	f->books.reserved = (uint16_t)(f->books.reserved - counted);
	rules_session_ends(f->rules, &f->books);
}
