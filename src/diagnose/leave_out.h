/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_LEAVE_OUT_H
#define DIAGNOSE_LEAVE_OUT_H

#include "teeq/diagnose.h"

/*
 * Tables of which some clients and faults may have been left out: @clients, @faults and @expect are
 * the scenario's own, the rest is that of the scenario that they come from.
 */
struct tables {
	struct teeq_scenario scenario; /* first: who frees the one frees the other */
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_fault_spec faults[TEEQ_FAULT_MAX];
	struct teeq_expect_spec expect;
};

/*
 * A scenario, and a schedule of it that fails. @model: of the scenario, and says how its tasks are
 * called.
 */
struct candidate {
	struct tables *tables;
	struct teeq_model *model;
	struct teeq_schedule schedule;
	struct teeq_result end;
};

/*
 * What a smaller scenario must still come to.
 *
 * @client    whom the failure is about; NULL: all
 * @attempt   whether @tried, of which all but the schedule is there, fails so. @wish are the
 *            choices of the larger one without those of whom it lacks. *@good: it does, and has a
 *            schedule. TEEQ_ENOMEM
 */
struct aim {
	const struct teeq_policy *policy;
	enum teeq_verdict verdict;
	const char *client;
	enum teeq_status (*attempt)(const struct aim *aim, struct candidate *tried,
				    const struct teeq_schedule *wish, bool *good);
};

/* NULL: no memory. They expect what @aim says. */
struct tables *leave_out_copy(const struct teeq_scenario *from, const struct aim *aim);
/* Gives back what @candidate holds, and leaves it all zero. */
void leave_out_free(struct candidate *candidate);
/*
 * Tasks one by one, from the last, until none can be spared; bit i of *@left_out: task i of the
 * given scenario.
 */
enum teeq_status leave_out(struct candidate *best, const struct aim *aim, uint64_t *left_out);

#endif
