/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "core/callq.h"

static const struct teeq_policy *const policies[] = {
	&policy_untracked, &policy_v1,  &policy_v4,	  &policy_v7,	    &policy_v8,
	&policy_v9,	   &policy_v10, &policy_mainline, &policy_repaired,
};

unsigned int policy_count(void)
{
	return sizeof(policies) / sizeof(policies[0]);
}

const struct teeq_policy *teeq_policy_at(size_t index)
{
	return index < policy_count() ? policies[index] : NULL;
}

bool policy_is_builtin(const struct teeq_policy *policy)
{
	for (size_t i = 0; teeq_policy_at(i); i++)
		if (policies[i] == policy)
			return true;
	return false;
}

const struct teeq_policy *teeq_policy_find(const char *name)
{
	if (!name)
		return NULL;
	for (size_t i = 0; teeq_policy_at(i); i++)
		if (strcmp(policies[i]->name, name) == 0)
			return policies[i];
	return NULL;
}
