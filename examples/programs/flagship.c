/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library without scenario files. Two apps write to secure storage; to serve the RPC of that
 * takes one more call. Needs libteeq only: cc flagship.c $(pkg-config --cflags --libs teeq)
 */
#include <teeq/explore.h>
#include <teeq/report.h>

static const struct teeq_scenario flagship = {
	.name = "flagship",
	.thread_count = 2,
	TEEQ_LOCKS("emmc"),
	TEEQ_SESSIONS({ .name = "scmi", .system = true }),
	TEEQ_COMMANDS({ .name = "storage-write", TEEQ_DO(TEEQ_RPC("rpmb")) },
		      { .name = "regulator-on" }),
	TEEQ_SERVICES({ .name = "rpmb",
			TEEQ_DO(TEEQ_LOCK("emmc"), TEEQ_CALL("regulator-on", "scmi"),
				TEEQ_UNLOCK("emmc")) }),
	TEEQ_CLIENTS({ .name = "app", .count = 2, TEEQ_DO(TEEQ_CALL("storage-write", NULL)) }),
};

/* What all schedules under @policy come to, and why the shortest that fails does. */
static enum teeq_verdict explore(const char *policy)
{
	struct teeq_explore_result found = { .verdict = TEEQ_VERDICT_LIMIT };
	struct teeq_model *model = NULL;
	struct teeq_world *world;
	struct teeq_result end;

	if (teeq_model_new(&flagship, teeq_policy_find(policy), &model, NULL) != TEEQ_OK ||
	    !(world = teeq_world_new(model)) ||
	    teeq_explore(model, &(struct teeq_explore_options){ 0 }, &found, NULL) != TEEQ_OK ||
	    teeq_replay(model, world, &found.schedule, &(struct teeq_run_options){ 0 }, &end,
			NULL) != TEEQ_OK)
		return TEEQ_VERDICT_LIMIT;
	printf("== %s: %s, %d states\n", policy, teeq_verdict_name(found.verdict),
	       (int)found.states);
	teeq_report_print(model, world, &end, NULL, stdout);
	teeq_schedule_free(&found.schedule);
	teeq_world_free(world);
	teeq_model_free(model);
	return found.verdict;
}

/* 0: the driver before Linux 6.8 can hang, today's cannot; 1: it went otherwise. */
int main(void)
{
	return !(explore("untracked") == TEEQ_VERDICT_DEADLOCK &&
		 explore("mainline") == TEEQ_VERDICT_DONE);
}
