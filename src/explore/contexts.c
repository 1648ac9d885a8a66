/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/contexts.h"

bool contexts_lost(const struct teeq_model *m)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (FAULTS_THAT_LOSE >> m->faults[i].kind & 1)
			return true;
	return false;
}

bool contexts_for_credits(const struct teeq_model *m)
{
	return m->policy->counts_every_call && m->abi == TEEQ_ABI_SMC &&
	       m->policy->secure == TEEQ_SECURE_PLAIN && m->lost_count == 0 && !m->has_guests;
}

/*
 * Contexts may be renamed within the part of the array that the same callers search. That part
 * stands still unless reservations come and go while the model runs.
 */
bool contexts_alike(const struct teeq_model *m)
{
	/*
	 * A key may hold a notification that came too late for the call before: it meets the next
	 * in that context. And one that is lost while the model runs may be any of them.
	 */
	if (m->stale_keys || contexts_lost(m))
		return false;
	/*
	 * A thread of one guest may tell another's, and so
	 * leave a key of that number set in its own guest.
	 */
	if (m->guest_count > 1 && m->secure_lock_count > 0)
		return false;
	if (model_secure_side(m) != TEEQ_SECURE_COUNTED)
		return true;
	for (size_t i = 0; i < m->code_count; i++)
		if (m->code[i].op == OP_RESERVE || m->code[i].op == OP_RELEASE ||
		    m->code[i].op == OP_CLOSE)
			return false;
	return true;
}
