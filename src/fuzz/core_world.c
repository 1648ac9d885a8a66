/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_world_step.h"
#include "teeq/abi.h"

unsigned int core_session_context(unsigned int session)
{
	return session < 2 ? 0 : session == 2 ? 1 : CORE_NONE;
}

unsigned int core_task_context(unsigned int task)
{
	return task < 2 ? task : CORE_NONE;
}

bool core_fail(struct core_world *f, const char *what)
{
	if (!f->broken)
		f->broken = what;
	return true;
}

void core_check(struct core_world *f)
{
	const char *broken = callq_check(core_queue(f), f->policy);

	if (!broken)
		broken = pool_check(core_pool(f));
	if (!broken && f->rules)
		broken = rules_check(f->rules, &f->books, core_queue(f), core_pool(f));
	if (broken)
		core_fail(f, broken);
}

/* -------------------------------------- reservations ------------------------------------------ */

/* With v4 reservations are the TEE context's: the first session of it keeps the book. */
bool core_keeps_reservations(const struct core_world *f, unsigned int session)
{
	return f->books.side == TEEQ_SECURE_COUNTED && core_session_context(session) != CORE_NONE;
}

uint8_t *core_reservations_of(struct core_world *f, unsigned int session)
{
	bool home = core_keeps_reservations(f, session) && session == 1;

	return &f->sessions[home ? 0 : session].reservations;
}

static struct call_place core_place(struct core_world *f)
{
	return (struct call_place){ .q = core_queue(f), .pool = core_pool(f), .policy = f->policy };
}

/* What docs/policies.md says of who may ask at all; then it is the rules' turn. */
static bool must_grant(const struct core_world *f, unsigned int session, uint8_t reservations)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	bool no_interface = f->ffa && f->policy->secure != TEEQ_SECURE_PLAIN;

	return (f->sessions[session].open || counted) && !no_interface &&
	       (reservations == 0 || (f->policy->reserve_again == TEEQ_RESERVE_AGAIN_COUNTS &&
				      reservations < UINT8_MAX)) &&
	       rules_reserves(f->rules, &f->books);
}

void core_reserve(struct core_world *f, unsigned int session)
{
	uint8_t *reservations = core_reservations_of(f, session), before = *reservations;
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	struct call_place place = core_place(f);
	bool must = f->rules && must_grant(f, session, before), granted;

	session_reserve(&f->sessions[session], reservations, &place, NULL);
	granted = *reservations != before;
	if (*reservations != before + granted || (f->rules && granted != must))
		core_fail(f, "a reservation was granted or refused against the rules");
	f->books.registered = (uint16_t)(f->books.registered + granted);
	f->books.reserved = (uint16_t)(f->books.reserved + (granted && counted));
}

void core_unreserve(struct core_world *f, uint8_t *reservations)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	struct call_place place = core_place(f);
	uint8_t before = *reservations;

	if (session_unreserve(reservations, &place, NULL) != (before ? 0 : -TEEQ_ABI_EINVAL) ||
	    *reservations != before - (before > 0))
		core_fail(f, "a reservation was not taken back, or one that there is not");
	if (before == 0)
		return;
	f->books.registered--;
	f->books.reserved = (uint16_t)(f->books.reserved - counted);
	if (f->rules)
		rules_session_ends(f->rules, &f->books);
}
