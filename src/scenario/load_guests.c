/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario file says of guests. */
#include "scenario/load.h"
#include "scenario/words.h"

static enum teeq_status read_call_limit(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_guest_spec *guest = into;

	return load_number(loader, node, 1, TEEQ_CONTEXT_MAX, &guest->call_limit);
}

static enum teeq_status load_guests_read_threads(struct loader *loader, const struct node *node,
						 void *into)
{
	struct teeq_guest_spec *guest = into;

	return load_number(loader, node, 1, TEEQ_CONTEXT_MAX, &guest->threads);
}

static enum teeq_status read_thread_count(struct loader *loader, const struct node *node,
					  void *into)
{
	struct teeq_guest_spec *guest = into;

	return load_number_or(loader, node, 1, TEEQ_CONTEXT_MAX, WORD_UNKNOWN,
			      TEEQ_GUEST_THREADS_UNKNOWN, &guest->thread_count);
}

static enum teeq_status read_supplicant(struct loader *loader, const struct node *node, void *into)
{
	bool runs = true;
	enum teeq_status status = load_truth(loader, node, &runs);

	((struct teeq_guest_spec *)into)->no_supplicant = !runs;
	return status;
}

static enum teeq_status read_guest(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "threads", load_guests_read_threads, false },
		{ "call-limit", read_call_limit, false },
		{ "thread-count", read_thread_count, false },
		{ "supplicant", read_supplicant, false },
		{ NULL, NULL, false },
	};

	((struct teeq_guest_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

enum teeq_status load_guests(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_guest,
					     sizeof(struct teeq_guest_spec), &array,
					     &scenario->guest_count);

	scenario->guests = array;
	return status;
}
