/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/budget.h"

#include <teeq/diagnose.h>

#define SECONDS_MAX 1000000000

void budget_start(struct teeq_explore_options *search)
{
	*search = (struct teeq_explore_options){
		.max_states = TEEQ_DIAGNOSE_STATES,
		.max_memory_bytes = TEEQ_DIAGNOSE_BYTES,
	};
}

bool budget_read(const char *command, int option, const char *text,
		 struct teeq_explore_options *search)
{
	uint64_t number = 0;

	if (option == BUDGET_STATES)
		return cli_number(command, "--max-states", text, 1, UINT64_MAX,
				  &search->max_states);
	if (option == BUDGET_MEMORY)
		return cli_size(command, "--max-memory", text, &search->max_memory_bytes);
	if (option == BUDGET_WORKERS) {
		if (!cli_number(command, "--workers", text, 1, TEEQ_WORKER_MAX, &number))
			return false;
		search->workers = (unsigned int)number;
		return true;
	}
	if (!cli_number(command, "--max-seconds", text, 1, SECONDS_MAX, &number))
		return false;
	search->max_seconds = (double)number;
	cli_guard_patience(number);
	return true;
}
