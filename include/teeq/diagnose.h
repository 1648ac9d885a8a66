/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_DIAGNOSE_H
#define TEEQ_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/explore.h"
#include "teeq/limits.h"
#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What is asked of a scenario as a whole: whether it does what is expected of it, which smaller one
 * fails as well, and what would have helped. These are teeq check, teeq shrink --clients and teeq
 * explain, which add options and print.
 *
 * All of them make many searches. Where a function takes struct teeq_explore_options for them,
 * these give workers, reductions, exactness, budgets of each search, and who is asked whether to go
 * on (before each search, too, with a progress of zeroes); search order, start, goal and
 * checkpoints are not used, and whom a search asks about only where that is said. All are
 * deterministic, unless a budget of seconds or @keep_going ends something. All may be called from
 * several threads at once.
 */

/* The budgets of one search of the command, unless it is told otherwise. */
#define TEEQ_DIAGNOSE_STATES UINT64_C(2000000)
#define TEEQ_DIAGNOSE_BYTES  (UINT64_C(1) << 30)

/* -------------------------------------- expectations ------------------------------------------ */

/* How sure a decision is. */
enum teeq_decided_by {
	TEEQ_DECIDED_EXHAUSTED, /* every schedule */
	TEEQ_DECIDED_FOUND,     /* one that an exhaustive search met */
	TEEQ_DECIDED_SAMPLED,   /* some schedules: a budget ended the search, or there was none */
};

/*
 * @search      of the exhaustive search; its must_finish is whom the expectation is about
 * @run_count   random schedules, of the seeds 1 to that, where the search does not decide; 0: none
 * @sample      search nothing, try random schedules only
 */
struct teeq_decide_options {
	struct teeq_explore_options search;
	uint64_t run_count;
	bool sample;
};

/*
 * What came of one expectation.
 *
 * @by          how sure that is
 * @count       ends, by verdict: states of a search, runs of a sample
 * @states      of the search; 0 where schedules were sampled
 * @seen        an end was met that decides, @verdict, which @schedule (of a search) or @seed (of
 *              teeq_strategy_random) leads to
 * @good        it is as expected; where @limited or @unproven is set, no more than it looks so
 * @limited     sampled, and nothing is known: the steps of some schedule ran out
 * @unproven    sampled, and no schedule that was tried decides
 * @stopped     keep_going ended it: nothing else is set
 */
struct teeq_decision {
	enum teeq_decided_by by;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t states;
	bool seen;
	bool good;
	bool limited;
	bool unproven;
	bool stopped;
	enum teeq_verdict verdict;
	struct teeq_schedule schedule;
	uint64_t seed;
};

/*
 * Whether @model does what is @expected of it. DONE: no schedule ends otherwise; any other verdict:
 * some schedule ends so, where a lost wake-up is a deadlock, too: the first one that a directed
 * search meets, so that @schedule need not be the shortest. A violation refutes all but
 * itself. TEEQ_OK: decided. TEEQ_ELIMIT: @limited, @unproven or @stopped is set, and nothing is
 * certain. Of both @decision's schedule is the caller's (teeq_schedule_free()). TEEQ_EINPUT: an
 * option is out of range, or @expected is no verdict; TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_decide(const struct teeq_model *model, enum teeq_verdict expected,
				      const struct teeq_decide_options *options,
				      struct teeq_decision *decision, struct teeq_error *error);

/* ------------------------------------- smaller scenarios -------------------------------------- */

/*
 * @before      how the given schedule ends
 * @left_out    bit i: task i of the given scenario's model is not there any more
 * @scenario    the smaller tables, with one expectation: that of @end's verdict under the given
 *              policy. They point into the given ones, which must outlive them
 * @model       of @scenario and the policy; @schedule is one of it, and ends in @end
 * @rough       the given schedule is too long to be shrunk step by step: see teeq_shrink()
 * @shortest    steps of the shortest schedule of @model that ends in @end's verdict; 0: not known
 */
struct teeq_shrunk {
	struct teeq_result before;
	uint64_t left_out;
	struct teeq_scenario *scenario;
	struct teeq_model *model;
	struct teeq_schedule schedule;
	struct teeq_result end;
	bool rough;
	uint64_t shortest;
};

/*
 * Shrink @schedule, which fails in @scenario under @policy, as teeq_shrink() does; and, with
 * @clients, @scenario itself: clients and faults are left out, or counts lowered, one by one, as
 * long as what is left fails in the same way (verdict, violation) and no more tasks wait for an
 * event or a barrier that nobody is left to reach. Then the shortest schedule is searched for with
 * @search's budgets; NULL: not.
 *
 * @search's must_finish says whom the failure is about: the tasks of one client in @scenario, or 0.
 * That client stays, and the one expectation is about it.
 *
 * TEEQ_OK, or TEEQ_ELIMIT where @rough is set or a search that was asked for did not find
 * @shortest: *@shrunk is the caller's, to be freed with teeq_shrunk_free(). TEEQ_EMISMATCH:
 * @schedule does not replay. TEEQ_EINPUT: it ends in no failure, or the scenario is not acceptable.
 * TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_shrink_scenario(const struct teeq_scenario *scenario,
					       const struct teeq_policy *policy,
					       const struct teeq_schedule *schedule, bool clients,
					       const struct teeq_explore_options *search,
					       struct teeq_shrunk *shrunk,
					       struct teeq_error *error);
/* Give back what it holds, and leave it all zero. NULL is fine. */
TEEQ_API void teeq_shrunk_free(struct teeq_shrunk *shrunk);

/* ----------------------------------- what would have helped ----------------------------------- */

/* What became of a failure in another scenario. */
enum teeq_ruling {
	TEEQ_RULED_OUT, /* exhausted: no schedule fails any more */
	TEEQ_STILL_FAILS, /* some schedule does */
	TEEQ_UNDECIDED, /* a budget ended the search */
	TEEQ_NOT_POSSIBLE, /* the changed scenario is not acceptable */
};
/* "ruled out", "still fails", "undecided", "not possible"; NULL out of range. Constant text. */
TEEQ_API const char *teeq_ruling_name(enum teeq_ruling ruling);

/*
 * What becomes of the failure in one scenario.
 *
 * @ruling            whether it still fails
 * @verdict, @steps   STILL_FAILS: how the nearest failure ends, and after how many steps
 * @states            of the search
 */
struct teeq_trial {
	enum teeq_ruling ruling;
	enum teeq_verdict verdict;
	size_t steps;
	uint64_t states;
};
/* What the result of a search says of one; all but its schedule. Either may be NULL. */
TEEQ_API void teeq_trial_take(struct teeq_trial *trial, const struct teeq_explore_result *result);

#define TEEQ_VARIANT_CLIENT_MAX 3 /* clients of which one more is tried */
#define TEEQ_VARIANT_MAX	(TEEQ_VARIANT_CLIENT_MAX + 1)

/*
 * Another scenario in which what ruled the failure out is tried again: @count of @client, one more
 * than there were; or, where @client is NULL, the whole scenario that this one was made smaller of.
 */
struct teeq_variant {
	const char *client;
	uint32_t count;
};

/*
 * One change of the configuration.
 *
 * @text        "1 thread more: 3", "policy v5", "session scmi: system session"
 * @answer      of a session that the change makes a system session: what it was answered, 0 or a
 *              negative errno of the simulated driver's; 0 of other changes
 * @trial       what becomes of the failure
 * @tried       bit i: @trial rules it out, and @elsewhere[i] says what becomes of it in variant i
 */
struct teeq_change {
	char text[2 * TEEQ_NAME_MAX + 64];
	int answer;
	struct teeq_trial trial;
	uint32_t tried;
	struct teeq_trial elsewhere[TEEQ_VARIANT_MAX];
};

/*
 * @end          how the schedule ends; LIVELOCK also where it has a loop at its end
 * @loop         that loop; @loop.length is 0 where it ends otherwise
 * @way_known    of a loop: @way_out is filled in; else a budget ended the search for it
 * @way_out      a schedule from there, after which everybody has finished; empty: there is none
 * @no_return_known   @no_return is filled in; else a budget ended the search for it
 * @no_return_text    what happened at the step of no return, one line; empty where there is none
 * @changes      what was tried, @change_count of them, in a fixed order
 * @variants     where it was tried again, @variant_count of them; see teeq_change.tried
 * @undecided    a budget ended some search
 * @stopped      keep_going ended it: changes that are not there were not tried
 */
struct teeq_diagnosis {
	struct teeq_result end;
	struct teeq_loop loop;
	bool way_known;
	struct teeq_schedule way_out;
	bool no_return_known;
	struct teeq_no_return no_return;
	char no_return_text[512];
	struct teeq_change *changes;
	size_t change_count;
	struct teeq_variant variants[TEEQ_VARIANT_MAX];
	size_t variant_count;
	bool undecided;
	bool stopped;
};

/*
 * Why @schedule fails in @scenario under @policy: the step of no return, and what becomes of the
 * failure when one thing is changed: threads, tee-supplicant, processors, system sessions, what is
 * kept back for them, the policy. What rules it out is tried again with one more of each client
 * that is stuck, of the first TEEQ_VARIANT_CLIENT_MAX, and in @whole where that is not NULL.
 * @search gives the budgets of each search; its must_finish says whom the failure is about: the
 * tasks of one client in @scenario, in each change those of the client of that name, or 0: all.
 *
 * TEEQ_OK, or TEEQ_ELIMIT where @undecided or @stopped is set: *@diagnosis is the caller's, to be
 * freed with teeq_diagnosis_free(); names in it are those of the tables. TEEQ_EMISMATCH: @schedule
 * does not replay. TEEQ_EINPUT: it ends in no failure and in no loop, the scenario is not
 * acceptable, or an option is out of range. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_diagnose(const struct teeq_scenario *scenario,
					const struct teeq_policy *policy,
					const struct teeq_schedule *schedule,
					const struct teeq_scenario *whole,
					const struct teeq_explore_options *search,
					struct teeq_diagnosis *diagnosis,
					struct teeq_error *error);
/* Give back what it holds, and leave it all zero. NULL is fine. */
TEEQ_API void teeq_diagnosis_free(struct teeq_diagnosis *diagnosis);

#ifdef __cplusplus
}
#endif
#endif
