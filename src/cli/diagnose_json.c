/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/diagnose.h"
#include "cli/json_value.h"
#include "field/tell.h"

static json_t *notes_json(const struct notes *notes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < notes->count; i++)
		json_array_append_new(list, cli_json_text(notes->lines[i]));
	return list;
}

static json_t *matches_json(const struct verdict *verdict)
{
	json_t *list = json_array();

	for (size_t i = 0; i < verdict->match_count; i++)
		json_array_append_new(list,
				      json_pack("{s:s,s:s,s:s}", "title", verdict->matches[i].title,
						"page", verdict->matches[i].page, "scenario",
						verdict->matches[i].scenario));
	return list;
}

static json_t *calls_json(const struct activity *activity)
{
	json_t *list = json_array();

	for (size_t i = 0; i < activity->call_count; i++)
		json_array_append_new(
			list,
			json_pack("{s:s,s:s?,s:b}", "operation", activity->calls[i].operation,
				  "service", activity->calls[i].service, "holds-thread",
				  activity->calls[i].in_rpc || (activity->wait == ACTIVITY_WORLD &&
								i + 1 == activity->call_count)));
	return list;
}

static json_t *edges_json(const struct picture *picture, const struct person *person)
{
	json_t *list = json_array();

	for (size_t i = 0; i < person->edge_count; i++) {
		const struct edge *edge = &picture->edges[person->first_edge + i];
		json_t *to = edge->to == PICTURE_NOBODY ? json_null() : cli_json_number(edge->to);

		json_array_append_new(list, json_pack("{s:o,s:s,s:b}", "to", to, "for",
						      tell_edge_kind(edge->kind), "certain",
						      edge->certain));
	}
	return list;
}

static json_t *person_json(const struct picture *picture, size_t index)
{
	const struct person *person = &picture->persons[index];
	char state[2] = { person->stack->state, '\0' };
	char text[TELL_TEXT_MAX];

	tell_person(picture, index, text);
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:I,s:b,s:b,s:b,s:b,s:o,s:o}", "name",
			 cli_json_text(log_name(picture->log, person->stack->name)), "pid",
			 (json_int_t)person->stack->pid, "state", cli_json_text(state), "does",
			 cli_json_text(text), "calls", calls_json(&person->activity), "seconds",
			 (json_int_t)person->seconds, "hung", person->hung, "moved", person->moved,
			 "stuck", person->stuck, "supplicant", person->supplicant, "waits-for",
			 edges_json(picture, person), "lock",
			 person->activity.wait == ACTIVITY_LOCK &&
					 person->activity.taker != UINT32_MAX ?
				 cli_json_text(log_name(picture->log, person->activity.taker)) :
				 json_null());
}

static json_t *persons_json(const struct picture *picture)
{
	json_t *list = json_array();

	/* All of them, so that an edge's number is a place in the list. */
	for (size_t i = 0; i < picture->person_count; i++)
		json_array_append_new(list, person_json(picture, i));
	return list;
}

static json_t *pool_json(const struct picture *picture)
{
	return json_pack("{s:o,s:I,s:I,s:I}", "threads",
			 picture->threads_told ? cli_json_number(picture->threads) : json_null(),
			 "held", (json_int_t)picture->held, "held-most",
			 (json_int_t)picture->held_max, "waiting", (json_int_t)picture->waiting);
}

static json_t *read_json(const struct log *log)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:o,s:b}", "lines", (json_int_t)log->line_count, "used",
			 (json_int_t)log->used_count, "stacks", (json_int_t)log->stack_count,
			 "dumps", (json_int_t)log->dump_count, "linux",
			 log->version_text[0] ? cli_json_text(log->version_text) : json_null(),
			 "damaged", log->damaged);
}

static json_t *confirmation_json(const struct cli_diagnosis *diagnosis,
				 const struct cli_confirmation *confirmation)
{
	json_t *well;

	if (!confirmation)
		return json_null();
	well = json_array();
	for (size_t i = 0; i < confirmation->well_count; i++)
		json_array_append_new(well, json_string(confirmation->well[i]));
	return json_pack("{s:o,s:s,s:s,s:b,s:b,s:b,s:I,s:o,s:I,s:I,s:o}", "file",
			 cli_json_text(diagnosis->scenario), "policy", confirmation->policy,
			 "verdict", teeq_verdict_name(confirmation->verdict), "searched-all",
			 confirmation->done, "confirmed", confirmation->confirmed, "unseen-callers",
			 confirmation->unseen, "states", (json_int_t)confirmation->states,
			 "ends-well-under", well, "threads", (json_int_t)confirmation->threads_now,
			 "threads-that-suffice", (json_int_t)confirmation->threads,
			 "system-session-suffices",
			 confirmation->system_tried ? json_boolean(confirmation->system_helps) :
						      json_null());
}

int cli_diagnose_json(const struct cli_diagnosis *diagnosis,
		      const struct cli_confirmation *confirmation)
{
	const struct verdict *verdict = &diagnosis->verdict;
	const struct picture *picture = diagnosis->picture;

	return cli_json_put(json_pack(
		"{s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "verdict",
		verdict_word(verdict->kind), "sure", verdict_sure_word(verdict->sure), "sentence",
		cli_json_text(verdict->sentence), "why", notes_json(&verdict->why), "tasks",
		persons_json(picture), "pool", pool_json(picture), "matches", matches_json(verdict),
		"settle", notes_json(&verdict->settle), "cures", notes_json(&verdict->cures),
		"read", read_json(diagnosis->log), "scenario",
		confirmation_json(diagnosis, confirmation)));
}
