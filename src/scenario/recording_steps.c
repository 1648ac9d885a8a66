/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording's steps: which task moved, where it stood, and the state afterwards. */
#include "scenario/recording.h"

enum {
	COUNTER_MAX = 1000000,
	COMPLETION_MAX = 1,
};

/* The words of the kernels' recordings. Those that bring a scenario have words for all actions. */
/* clang-format off */
static const char *const action_words[] = { "enter",  "wait",  "requeue", "recheck", "smc",
					    "secure", "leave", "started", "nlock",   "sysref",
					    "other",  NULL };
static const enum teeq_action actions[] = {
	TEEQ_ACTION_ENTER,  TEEQ_ACTION_WAIT,  TEEQ_ACTION_REQUEUE,
	TEEQ_ACTION_RECHECK, TEEQ_ACTION_SMC,  TEEQ_ACTION_SECURE,
	TEEQ_ACTION_LEAVE,  TEEQ_ACTION_STARTED,
	TEEQ_ACTION_LOCK,   TEEQ_ACTION_RESERVE, /* sysref: or unreserve */
};
/* clang-format on */

enum {
	SYSREF_INDEX = 9,
	OTHER_INDEX = 10,
	CUT_BYTES_MAX = 200,
};

/* @index: of action_words; or else the action. */
static enum teeq_status decode_action(struct decoder *d, const struct place *place, size_t *index)
{
	const char *words[TEEQ_ACTION_COUNT] = { NULL };
	enum teeq_status status;

	if (!d->recording->own_scenario)
		return decode_word(d, place, action_words, index);
	for (unsigned int i = TEEQ_ACTION_START; i < TEEQ_ACTION_COUNT; i++)
		words[i - TEEQ_ACTION_START] = teeq_action_name((enum teeq_action)i);
	status = decode_word(d, place, words, index);
	*index += TEEQ_ACTION_START;
	return status;
}

static enum teeq_action action_of(const struct decoder *d, size_t index)
{
	return d->recording->own_scenario ? (enum teeq_action)index : actions[index];
}

static enum teeq_status decode_task(struct decoder *d, const struct place *place, uint8_t *task)
{
	int64_t number = 0;
	enum teeq_status status = decode_number(d, place, 0, (int64_t)d->task_count - 1, &number);

	*task = (uint8_t)number;
	return status;
}

/* What happened at an smc or a secure action; the others have no such key. */
static enum teeq_status decode_smc(struct decoder *d, const struct place *place,
				   struct teeq_recorded_step *step)
{
	static const char *const smc_words[] = { "alloc", "resume", "limit", NULL };
	static const char *const own_smc_words[] = { "alloc", "resume", "limit", "busy", "again",
						       "ok", "refused", NULL };
	static const char *const secure_words[] = { "rpc", "exit", NULL };
	static const char *const own_secure_words[] = { "rpc", "exit", "working", "interrupted",
							  NULL };
	static const enum teeq_outcome smc_outcomes[] = { TEEQ_OUTCOME_TAKEN, TEEQ_OUTCOME_RESUMED,
							  TEEQ_OUTCOME_THREAD_LIMIT,
							  TEEQ_OUTCOME_BUSY, TEEQ_OUTCOME_AGAIN,
							  TEEQ_OUTCOME_OK, TEEQ_OUTCOME_REFUSED };
	static const enum teeq_outcome secure_outcomes[] = { TEEQ_OUTCOME_RPC, TEEQ_OUTCOME_EXIT,
							     TEEQ_OUTCOME_WORKING,
							     TEEQ_OUTCOME_INTERRUPTED };
	bool own = d->recording->own_scenario;
	struct place smc = place_key(place, "smc");
	bool secure = step->action == TEEQ_ACTION_SECURE;
	const char *const *words = secure ? (own ? own_secure_words : secure_words) :
					    (own ? own_smc_words : smc_words);
	enum teeq_status status;
	size_t index = 0;

	step->outcome = TEEQ_OUTCOME_OK;
	if (!secure && step->action != TEEQ_ACTION_SMC)
		return smc.json ? decode_refuse_type(d, &smc, "no such key but at smc and secure") :
				  TEEQ_OK;
	status = decode_word(d, &smc, words, &index);
	if (status == TEEQ_OK)
		step->outcome = (uint8_t)(secure ? secure_outcomes[index] : smc_outcomes[index]);
	return status;
}

/*
 * What the task waited for, at other only. A task that is left there stands at the end of its
 * script.
 */
static enum teeq_status decode_what(struct decoder *d, const struct place *place, bool other,
				    struct teeq_recorded_step *step)
{
	struct place what = place_key(place, "what");

	if (other)
		return decode_text(d, &what, TEEQ_RECORDED_TEXT_MAX, &step->what);
	return what.json ? decode_refuse_type(d, &what, "no such key but at other") : TEEQ_OK;
}

static bool is_other(const struct decoder *d, size_t index)
{
	return index == OTHER_INDEX && !d->recording->own_scenario;
}

static enum teeq_status decode_counters(struct decoder *d, const struct place *place,
					struct teeq_recorded_step *step)
{
	struct place free_place = place_key(place, "free");
	struct place system = place_key(place, "system_sessions");
	int64_t free_count = 0;
	int64_t system_count = 0;
	enum teeq_status status;

	step->has_counters = free_place.json || system.json;
	if (!step->has_counters)
		return TEEQ_OK;
	status = decode_number(d, &free_place, -COUNTER_MAX, COUNTER_MAX, &free_count);
	if (status == TEEQ_OK)
		status = decode_number(d, &system, 0, TEEQ_SESSION_MAX, &system_count);
	step->free_count = (int32_t)free_count;
	step->system_session_count = (uint32_t)system_count;
	return status;
}

static enum teeq_status decode_waiter(struct decoder *d, const struct place *place,
				      struct teeq_recorded_waiter *waiter)
{
	struct place task = place_index(place, 0);
	struct place level = place_index(place, 1);
	struct place done = place_index(place, 2);
	int64_t depth = 0;
	int64_t completions = 0;
	size_t count;
	enum teeq_status status = decode_list(d, place, 3, 3, &count);

	if (status == TEEQ_OK)
		status = decode_task(d, &task, &waiter->task);
	if (status == TEEQ_OK)
		status = decode_number(d, &level, 0, TEEQ_CALL_DEPTH_MAX - 1, &depth);
	if (status == TEEQ_OK)
		status = decode_number(d, &done, 0, COMPLETION_MAX, &completions);
	waiter->level = (uint8_t)depth;
	waiter->done = (uint8_t)completions;
	return status;
}

static enum teeq_status decode_waiters(struct decoder *d, const struct place *place,
				       struct teeq_recorded_step *step)
{
	struct place waiters = place_key(place, "waiters");
	size_t most = (size_t)d->task_count * TEEQ_CALL_DEPTH_MAX;
	struct teeq_recorded_waiter *made;
	enum teeq_status status = decode_list(d, &waiters, 0, most, &step->waiter_count);

	if (status != TEEQ_OK)
		return status;
	made = arena_take_array(d->arena, step->waiter_count, sizeof(*made));
	if (!made)
		return decode_no_memory(d);
	step->waiters = made;
	for (size_t i = 0; i < step->waiter_count && status == TEEQ_OK; i++) {
		struct place waiter = place_index(&waiters, i);

		status = decode_waiter(d, &waiter, &made[i]);
	}
	return status;
}

static enum teeq_status decode_owners(struct decoder *d, const struct place *place,
				      struct teeq_recorded_step *step)
{
	struct place owners = place_key(place, "owners");
	size_t count = 0;
	int16_t *made;
	enum teeq_status status = decode_list(d, &owners, d->thread_count, d->thread_count, &count);

	if (status != TEEQ_OK)
		return status;
	made = arena_take_array(d->arena, count, sizeof(*made));
	if (!made)
		return decode_no_memory(d);
	step->owners = made;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		struct place owner = place_index(&owners, i);
		int64_t task = 0;

		status = decode_number(d, &owner, -1, (int64_t)d->task_count - 1, &task);
		made[i] = (int16_t)task;
	}
	return status;
}

static enum teeq_status decode_step(struct decoder *d, const struct place *place,
				    struct teeq_recorded_step *step)
{
	static const char *const keys[] = { "task",    "at",	 "smc",  "free", "system_sessions",
					    "waiters", "owners", "what", NULL };
	struct place task = place_key(place, "task");
	struct place at = place_key(place, "at");
	size_t index = 0;
	enum teeq_status status = decode_object(d, place, keys);

	if (status == TEEQ_OK)
		status = decode_task(d, &task, &step->task);
	if (status == TEEQ_OK)
		status = decode_action(d, &at, &index);
	step->action = (uint8_t)(is_other(d, index) ? TEEQ_ACTION_AWAIT : action_of(d, index));
	step->sysref = index == SYSREF_INDEX && !d->recording->own_scenario;
	if (status == TEEQ_OK)
		status = decode_what(d, place, is_other(d, index), step);
	if (status == TEEQ_OK)
		status = decode_smc(d, place, step);
	if (status == TEEQ_OK)
		status = decode_counters(d, place, step);
	if (status == TEEQ_OK)
		status = decode_waiters(d, place, step);
	if (status == TEEQ_OK)
		status = decode_owners(d, place, step);
	return status;
}

enum teeq_status decode_steps(struct decoder *d, const struct place *root)
{
	struct place steps = place_key(root, "steps");
	struct teeq_recorded_step *made;
	size_t count = 0;
	enum teeq_status status = decode_list(d, &steps, 0, COUNTER_MAX, &count);

	if (status != TEEQ_OK)
		return status;
	made = arena_take_array(d->arena, count, sizeof(*made));
	if (!made)
		return decode_no_memory(d);
	d->recording->steps = made;
	d->recording->step_count = count;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		struct place step = place_index(&steps, i);

		status = decode_step(d, &step, &made[i]);
	}
	return status;
}

static enum teeq_status decode_block(struct decoder *d, const struct place *place,
				     struct teeq_recorded_block *block)
{
	struct place task = place_index(place, 0);
	struct place at = place_index(place, 1);
	size_t index = 0;
	size_t count;
	enum teeq_status status = decode_list(d, place, 2, 2, &count);

	if (status == TEEQ_OK)
		status = decode_task(d, &task, &block->task);
	if (status == TEEQ_OK)
		status = decode_action(d, &at, &index);
	block->action = (uint8_t)(is_other(d, index) ? TEEQ_ACTION_AWAIT : action_of(d, index));
	return status;
}

enum teeq_status decode_outcome(struct decoder *d, const struct place *root)
{
	static const char *const words[] = { "done", "deadlock", "cut", NULL };
	struct place cut = place_key(root, "cut");
	struct place outcome = place_key(root, "outcome");
	struct place blocked = place_key(root, "blocked");
	struct teeq_recorded_block *made;
	size_t index = 0;
	size_t count = 0;
	enum teeq_status status = decode_word(d, &outcome, words, &index);

	if (status == TEEQ_OK && index == 2)
		status = decode_text(d, &cut, CUT_BYTES_MAX, &d->recording->cut);
	else if (status == TEEQ_OK && cut.json)
		status = decode_refuse_type(d, &cut, "no such key but where the outcome is cut");
	/* Somebody is blocked exactly when it is a deadlock. */
	if (status == TEEQ_OK)
		status = decode_list(d, &blocked, index == 1, index == 1 ? d->task_count : 0,
				     &count);
	if (status != TEEQ_OK)
		return status;
	made = arena_take_array(d->arena, count, sizeof(*made));
	if (!made)
		return decode_no_memory(d);
	d->recording->deadlock = index == 1;
	d->recording->blocked = made;
	d->recording->blocked_count = count;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		struct place block = place_index(&blocked, i);

		status = decode_block(d, &block, &made[i]);
	}
	return status;
}
