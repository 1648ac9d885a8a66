/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/contexts.h"

uint32_t fault_kinds(const struct teeq_model *m)
{
	uint32_t kinds = 0;

	for (unsigned int i = 0; i < m->fault_count; i++)
		kinds |= UINT32_C(1) << m->faults[i].kind;
	return kinds;
}

bool contexts_lost(const struct teeq_model *m)
{
	return fault_kinds(m) & FAULTS_THAT_LOSE;
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
	 * in that context.
	 */
	if (m->stale_keys && m->secure_lock_count > 0)
		return false;
	/* One that is lost while the model runs may hold there what others wait for. */
	if (contexts_lost(m) && (m->secure_lock_count > 0 || m->keeps_memory))
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
