/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands with --driver say in JSON: the parts that several have. */
#include "cli/driver/drive.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/json_value.h"

json_t *drive_json_head(const struct drive_case *c)
{
	return json_pack("{s:o,s:s}", "file", cli_json_text(c->path), "driver",
			 teeq_driver_stamp(c->driver));
}

json_t *drive_json_limit(enum teeq_harness_budget budget)
{
	static const char *const names[] = { [TEEQ_HARNESS_BUDGET_STEPS] = "steps",
					     [TEEQ_HARNESS_BUDGET_STATES] = "states",
					     [TEEQ_HARNESS_BUDGET_MEMORY] = "memory",
					     [TEEQ_HARNESS_BUDGET_SECONDS] = "seconds" };

	return cli_json_text(names[budget]);
}

bool drive_json_begin_text(struct drive_json_writing *w)
{
	*w = (struct drive_json_writing){ .text = NULL };
	w->out = open_memstream(&w->text, &w->size);
	return w->out;
}

json_t *drive_json_end_text(struct drive_json_writing *w)
{
	json_t *value = fclose(w->out) == 0 ? cli_json_text(w->text) : NULL;

	free(w->text);
	return value;
}

json_t *drive_json_replay(const struct drive_case *c, const char *path, uint64_t fail,
			  const char *schedule)
{
	struct drive_json_writing w;

	if (!drive_json_begin_text(&w))
		return NULL;
	drive_put_replay(w.out, c, path, fail, schedule);
	return drive_json_end_text(&w);
}

void drive_json_run(json_t *object, const struct drive_case *c,
		    const struct teeq_harness_result *result, uint64_t fail)
{
	char *explanation = teeq_harness_explain(c->h), *schedule = teeq_harness_schedule(c->h);

	json_object_set_new(object, "verdict", json_string(teeq_verdict_name(result->verdict)));
	json_object_set_new(object, "steps", cli_json_number(result->steps));
	json_object_set_new(object, "event_hash", cli_json_hex(result->event_hash));
	json_object_set_new(object, "violation", cli_json_text(result->violation));
	json_object_set_new(object, "explanation", cli_json_text(explanation));
	if (fail > 0)
		json_object_set_new(object, "fail", cli_json_number(fail));
	/* A run on threads has no schedule. */
	if (schedule && !teeq_driver_is_for_threads(c->driver)) {
		json_object_set_new(object, "schedule", cli_json_text(schedule));
		json_object_set_new(object, "replay",
				    drive_json_replay(c, c->path, fail, schedule));
	}
	free(explanation);
	free(schedule);
}

json_t *drive_json_report(const struct drive_case *c, const struct teeq_harness_result *result,
			  uint64_t fail)
{
	json_t *object = drive_json_head(c);

	drive_json_run(object, c, result, fail);
	return object;
}

json_t *drive_json_verdicts(const uint64_t counts[TEEQ_VERDICT_COUNT])
{
	json_t *object = json_object();

	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		if (counts[i] > 0)
			json_object_set_new(object, teeq_verdict_name((enum teeq_verdict)i),
					    cli_json_number(counts[i]));
	return object;
}
