/* SPDX-License-Identifier: BSD-2-Clause */
/* One expectation: under which policy it is looked at, and what it comes to. */
#include "cli/check.h"

#include <string.h>

bool check_choose_policy(const struct checker *checker, const char *name,
			 struct cli_policy *policy)
{
	for (size_t i = 0; i < checker->only.count; i++) {
		if (strcmp(checker->only.list[i].policy->name, name) != 0)
			continue;
		*policy = checker->only.list[i];
		return true;
	}
	*policy = (struct cli_policy){ .policy = teeq_policy_find(name) };
	return checker->only.count == 0;
}

void check_decide(const struct checker *checker, const struct teeq_model *model,
		  const struct teeq_expect_spec *expect,
		  bool (*keep_going)(void *argument, const struct teeq_progress *progress),
		  void *argument, struct check_answer *answer)
{
	struct teeq_decide_options options = checker->options;

	options.search.must_finish = teeq_model_tasks_of(model, expect->client);
	options.search.keep_going = keep_going;
	options.search.argument = argument;
	answer->status = teeq_decide(model, expect->verdict, &options, &answer->decision,
				     &answer->error);
	answer->made = true;
}
