/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SHRINK_H
#define CLI_SHRINK_H

#include "cli/cli.h"

/*
 * A scenario of which some tasks may have been left out, and a schedule of it that fails.
 * @tables.clients is @clients, @tables.faults is @faults and @tables.expects is @expect; the rest of
 * the tables is that of the scenario it comes from.
 */
struct smaller {
	struct teeq_scenario tables;
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_fault_spec faults[TEEQ_FAULT_MAX];
	struct teeq_expect_spec expect;
	struct teeq_model *model;
	struct teeq_schedule schedule;
	struct teeq_result end;
};

/*
 * The case's scenario with @schedule, which ended in @end; where @leave_out is set, without what
 * that failure can do without. @left_out: bit i is task i of the case's model. CLI_OK, or CLI_BAD after a message; free
 * @smaller, which must be all zero, in any case.
 */
int shrink_clients(const struct cli_case *c, const struct teeq_schedule *schedule,
		   const struct teeq_result *end, bool leave_out, struct smaller *smaller,
		   uint64_t *left_out);
/* Switches from one task to another. */
size_t shrink_switch_count(const struct teeq_schedule *schedule);
/*
 * A schedule that ends in @verdict, as @schedule does, with fewer switches, found roughly and fast:
 * for long ones, before teeq_shrink(). On TEEQ_OK *@ordered is the caller's. TEEQ_ENOMEM.
 */
enum teeq_status shrink_order(const struct teeq_model *model, const struct teeq_schedule *schedule,
			      enum teeq_verdict verdict, struct teeq_schedule *ordered);
void smaller_free(struct smaller *smaller);

#endif
