/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "field/plural.h"
#include "field/tell.h"

#define PERSONS_TOLD 64
#define EDGES_TOLD   4 /* of one person */

const char *tell_edge_kind(enum edge_kind kind)
{
	static const char *const words[] = {
		[EDGE_THREAD] = "thread",
		[EDGE_IDLE] = "idle-pool",
		[EDGE_SUPPLICANT] = "supplicant",
		[EDGE_NOTIFICATION] = "notification",
		[EDGE_LOCK] = "lock",
	};

	return words[kind];
}

static void add_held(const struct activity_call *call, bool more, struct text *text)
{
	text_add(text, ", which holds a thread%s", call->service || more ? ", in its RPC" : "");
	if (call->service)
		text_add(text, " for %s", call->service);
	if (call->inner && strcmp(call->inner, call->service) != 0)
		text_add(text, " (%s)", call->inner);
}

/* " in invoke, in its RPC for mmc in open-session" */
static void add_calls(const struct activity *activity, struct text *text)
{
	for (size_t i = 0; i < activity->call_count; i++) {
		const struct activity_call *call = &activity->calls[i];

		text_add(text, " in %s", call->operation);
		if (call->in_rpc)
			add_held(call, i + 1 < activity->call_count, text);
		else if (activity->wait == ACTIVITY_WORLD && i + 1 == activity->call_count)
			text_add(text, ", which holds a thread");
		if (call->in_rpc || i + 1 < activity->call_count ||
		    activity->wait == ACTIVITY_WORLD)
			text_add(text, ",");
	}
}

void tell_person(const struct picture *picture, size_t person, char text[TELL_TEXT_MAX])
{
	const struct person *one = &picture->persons[person];
	struct text whole = { .bytes = NULL };
	char *bytes;

	text_add(&whole, "%s", one->supplicant ? "(tee-supplicant)" : "");
	add_calls(&one->activity, &whole);
	text_add(&whole, "%s%s", one->activity.call_count || one->supplicant ? " " : "",
		 activity_wait_text(one->activity.wait));
	if (one->activity.wait == ACTIVITY_STOPPED && one->activity.stop)
		text_add(&whole, " (%s)", one->activity.stop);
	if (one->activity.wait == ACTIVITY_LOCK && one->activity.taker != UINT32_MAX)
		text_add(&whole, " in %s()", log_name(picture->log, one->activity.taker));
	if (one->activity.uncertain)
		text_add(&whole, " (by frames that may be left over)");
	bytes = text_take(&whole);
	snprintf(text, TELL_TEXT_MAX, "%s", bytes ? bytes + (bytes[0] == ' ') : "");
	free(bytes);
}

/* Those of one sort in one line: "-> cl 67, cl 72 (thread, likely)" */
static void tell_edges(const struct picture *picture, size_t from, FILE *out)
{
	const struct person *person = &picture->persons[from];
	const struct edge *edge;

	if (person->edge_count == 0)
		return;
	edge = &picture->edges[person->first_edge];
	for (size_t i = 0; i < person->edge_count; i++) {
		bool last = i + 1 == person->edge_count || i + 1 == EDGES_TOLD;

		fputs(i == 0 ? "      -> " : ", ", out);
		if (edge[i].to == PICTURE_NOBODY)
			fputs("nobody who is to be seen", out);
		else
			fprintf(out, "%s%s", picture_name(picture, edge[i].to),
				edge[i].to == from ? " itself" : "");
		if (last && i + 1 < person->edge_count)
			fprintf(out, " and %zu more", person->edge_count - EDGES_TOLD);
		if (last) {
			fprintf(out, " (%s, %s)\n", tell_edge_kind(edge[i].kind),
				edge[i].certain ? "certain" : "likely");
			break;
		}
	}
}

static bool worth_telling(const struct person *person)
{
	return person->activity.related || person->supplicant || person->stuck;
}

static void tell_persons(const struct picture *picture, FILE *out)
{
	size_t told = 0, more = 0;

	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *person = &picture->persons[i];
		char text[TELL_TEXT_MAX];

		if (!worth_telling(person))
			continue;
		if (told == 0)
			fputs("\nWho waits for whom:\n", out);
		if (told == PERSONS_TOLD) {
			more++;
			continue;
		}
		told++;
		tell_person(picture, i, text);
		fprintf(out, "  %s %s", picture_name(picture, i), text);
		if (person->seconds > 0)
			fprintf(out, " (%u s%s)", person->seconds, person->hung ? ", hung" : "");
		else if (person->moved)
			fputs(" (moved)", out);
		fputc('\n', out);
		tell_edges(picture, i, out);
	}
	if (more > 0)
		fprintf(out, "  and %zu more\n", more);
}

static void tell_pool(const struct picture *picture, FILE *out)
{
	fputs("\nThe pool: ", out);
	if (picture->threads_told)
		fprintf(out, "%u thread%s, %zu of them held for certain, %zu waiting\n",
			picture->threads, plural(picture->threads), picture->held,
			picture->waiting);
	else if (picture->held_max > 0)
		fprintf(out,
			"%zu held for certain, %zu waiting; at least %zu thread%s, how many is not "
			"known (--threads)\n",
			picture->held, picture->waiting, picture->held_max,
			plural(picture->held_max));
	else
		fprintf(out,
			"nobody seen to hold a thread, %zu waiting; how many threads there are is not "
			"known (--threads)\n",
			picture->waiting);
}

static void tell_notes(const char *head, const struct notes *notes, FILE *out)
{
	if (notes->count == 0)
		return;
	fprintf(out, "\n%s:\n", head);
	for (size_t i = 0; i < notes->count; i++)
		fprintf(out, "  %s\n", notes->lines[i]);
}

void tell_print(const struct picture *picture, const struct verdict *verdict, FILE *out)
{
	const struct log *log = picture->log;

	fprintf(out, "%s\n", verdict->sentence);
	fprintf(out, "How sure: %s", verdict_sure_word(verdict->sure));
	for (size_t i = 0; i < verdict->why.count; i++)
		fprintf(out, "; %s", verdict->why.lines[i]);
	fputs(".\n", out);
	tell_persons(picture, out);
	if (picture->related)
		tell_pool(picture, out);
	if (verdict->match_count > 0)
		fputs("\nThe same is told in:\n", out);
	for (size_t i = 0; i < verdict->match_count; i++)
		fprintf(out, "  %s: %s, examples/scenarios/%s.yaml\n", verdict->matches[i].title,
			verdict->matches[i].page, verdict->matches[i].scenario);
	tell_notes("What would settle more", &verdict->settle, out);
	tell_notes("What cures it", &verdict->cures, out);
	fprintf(out,
		"\nRead: %llu line%s, %llu of which mean something here; %zu stack%s in %zu "
		"dump%s%s%s%s\n",
		(unsigned long long)log->line_count, plural(log->line_count),
		(unsigned long long)log->used_count, log->stack_count, plural(log->stack_count),
		log->dump_count, plural(log->dump_count), log->version_text[0] ? "; Linux " : "",
		log->version_text, log->damaged ? "; what was packed ends early" : "");
}
