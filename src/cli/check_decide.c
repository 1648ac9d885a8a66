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

/* How many of the first @end expectations of the file are checked, somewhere. */
static uint64_t count_selected(const struct checker *checker, const struct check_file *file,
			       size_t end)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(file->c.file);
	struct cli_policy policy;
	uint64_t count = 0;

	for (size_t i = 0; i < end; i++)
		count += check_choose_policy(checker, scenario->expects[i].policy, &policy);
	return count;
}

void check_read_file(struct checker *checker, struct check_file *file, const char *path)
{
	file->status = cli_case_read(&file->c, path, &file->error);
	if (file->status != TEEQ_OK)
		return;
	file->count = teeq_scenario_tables(file->c.file)->expect_count;
	file->first = checker->selected;
	file->selected = count_selected(checker, file, file->count);
	checker->selected += file->selected;
}

bool check_is_here(const struct checker *checker, const struct check_file *file, size_t number)
{
	return checker->shard.count == 0 ||
	       shard_has(&checker->shard, file->first + count_selected(checker, file, number));
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
