/* SPDX-License-Identifier: BSD-2-Clause */
/* Step lists: what clients, services and commands do. */
#include <string.h>

#include "scenario/load.h"
#include "scenario/words.h"

struct language;

/* One kind of step. */
struct step_rule {
	const char *key;
	enum teeq_step_kind kind;
	enum teeq_status (*read)(struct loader *loader, const struct node *node,
				 const struct language *language, struct teeq_step *step);
};

/* The steps that a script of this kind may have, up to a key of NULL. */
struct language {
	load_reader *read_script;
	const struct step_rule *rules;
};

static enum teeq_status load_steps_read_name(struct loader *loader, const struct node *node,
					     const struct language *language,
					     struct teeq_step *step)
{
	(void)language;
	return load_name(loader, node, &step->name);
}

static enum teeq_status load_steps_read_session(struct loader *loader, const struct node *node,
						const struct language *language,
						struct teeq_step *step)
{
	(void)language;
	return load_name(loader, node, &step->session);
}

static enum teeq_status read_ticks(struct loader *loader, const struct node *node,
				   const struct language *language, struct teeq_step *step)
{
	(void)language;
	return load_number(loader, node, 1, TEEQ_TICK_MAX, &step->times);
}

/* A step that says everything by being there. */
static enum teeq_status read_true(struct loader *loader, const struct node *node,
				  const struct language *language, struct teeq_step *step)
{
	(void)language;
	(void)step;
	return load_true(loader, node);
}

static enum teeq_status read_call_command(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_name(loader, node, &((struct teeq_step *)into)->name);
}

static enum teeq_status read_call_session(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_name(loader, node, &((struct teeq_step *)into)->session);
}

static enum teeq_status read_call_buffers(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_number(loader, node, 0, TEEQ_BUFFER_MAX, &((struct teeq_step *)into)->times);
}

static enum teeq_status read_message(struct loader *loader, const struct node *node,
				     const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "channel", read_call_session, true },
		{ "command", read_call_command, false },
		{ NULL, NULL, false },
	};

	(void)language;
	return load_mapping(loader, node, rules, step);
}

static enum teeq_status read_call(struct loader *loader, const struct node *node,
				  const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "command", read_call_command, false },
		{ "session", read_call_session, false },
		{ "buffers", read_call_buffers, false },
		{ NULL, NULL, false },
	};

	(void)language;
	return load_mapping(loader, node, rules, step);
}

/* The session alone, or with the command that its TA runs. */
static enum teeq_status read_open(struct loader *loader, const struct node *node,
				  const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "session", read_call_session, true },
		{ "command", read_call_command, true },
		{ NULL, NULL, false },
	};

	if (node->kind == NODE_SCALAR)
		return load_steps_read_session(loader, node, language, step);
	if (node->kind == NODE_MAPPING)
		return load_mapping(loader, node, rules, step);
	return load_refuse_type(loader, node,
				"a name, or a mapping with the keys session and command");
}

/* Only tee-supplicant can be started; the file names it, so that a reader need not know that. */
static enum teeq_status read_start(struct loader *loader, const struct node *node,
				   const struct language *language, struct teeq_step *step)
{
	static const char *const words[] = { TEEQ_SUPPLICANT_NAME, NULL };
	size_t index = 0;

	(void)language;
	step->name = words[0];
	return load_word(loader, node, words, &index);
}

static enum teeq_status read_choice(struct loader *loader, const struct node *node,
				    const char *const *words, struct teeq_step *step)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words, &index);

	step->times = (uint32_t)index;
	return status;
}

static enum teeq_status read_shm_cache(struct loader *loader, const struct node *node,
				       const struct language *language, struct teeq_step *step)
{
	(void)language;
	return read_choice(loader, node, words_switches, step);
}

static enum teeq_status read_driver(struct loader *loader, const struct node *node,
				    const struct language *language, struct teeq_step *step)
{
	(void)language;
	return read_choice(loader, node, words_driver_steps, step);
}

static enum teeq_status read_wait_key(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_step *)into)->name);
}

static enum teeq_status read_wait_timeout(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_number(loader, node, 1, TEEQ_TICK_MAX, &((struct teeq_step *)into)->times);
}

static enum teeq_status read_wait(struct loader *loader, const struct node *node,
				  const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "key", read_wait_key, true },
		{ "timeout", read_wait_timeout, false },
		{ NULL, NULL, false },
	};

	if (node->kind == NODE_SCALAR)
		return load_steps_read_name(loader, node, language, step);
	if (node->kind == NODE_MAPPING)
		return load_mapping(loader, node, rules, step);
	return load_refuse_type(loader, node, "a name, or a mapping with the keys key and timeout");
}

static enum teeq_status read_suspend_ticks(struct loader *loader, const struct node *node,
					   void *into)
{
	return load_number(loader, node, 1, TEEQ_TICK_MAX, &((struct teeq_step *)into)->times);
}

static enum teeq_status read_suspend_unmasked(struct loader *loader, const struct node *node,
					      void *into)
{
	return load_truth(loader, node, &((struct teeq_step *)into)->unmasked);
}

static enum teeq_status read_suspend(struct loader *loader, const struct node *node,
				     const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "ticks", read_suspend_ticks, true },
		{ "unmasked", read_suspend_unmasked, false },
		{ NULL, NULL, false },
	};

	if (node->kind == NODE_SCALAR)
		return read_ticks(loader, node, language, step);
	if (node->kind == NODE_MAPPING)
		return load_mapping(loader, node, rules, step);
	return load_refuse_type(loader, node,
				"a whole number 1..65535, or a mapping with the keys ticks "
				"and unmasked");
}

static enum teeq_status read_wait_condition(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_name(loader, node, &((struct teeq_step *)into)->name);
}

static enum teeq_status read_wait_lock(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_step *)into)->session);
}

static enum teeq_status read_cond_wait(struct loader *loader, const struct node *node,
				       const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "condition", read_wait_condition, true },
		{ "lock", read_wait_lock, true },
		{ "timeout", read_wait_timeout, false },
		{ NULL, NULL, false },
	};

	(void)language;
	return load_mapping(loader, node, rules, step);
}

struct repeat {
	struct teeq_step *step;
	const struct language *language;
};

static enum teeq_status read_repeat_times(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_number(loader, node, 1, TEEQ_REPEAT_MAX, &((struct repeat *)into)->step->times);
}

static enum teeq_status read_repeat_do(struct loader *loader, const struct node *node, void *into)
{
	struct repeat *repeat = into;
	struct load_script script = { 0 };
	enum teeq_status status = repeat->language->read_script(loader, node, &script);

	repeat->step->steps = script.steps;
	repeat->step->step_count = script.step_count;
	return status;
}

static enum teeq_status read_repeat(struct loader *loader, const struct node *node,
				    const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "times", read_repeat_times, true },
		{ "do", read_repeat_do, true },
		{ NULL, NULL, false },
	};
	struct repeat repeat = { step, language };

	return load_mapping(loader, node, rules, &repeat);
}

/* ---------------------------------- what is done about failing -------------------------------- */

static enum teeq_status read_error_name(struct loader *loader, const struct node *node,
					const struct language *language, struct teeq_step *step)
{
	(void)language;
	return load_error_name(loader, node, &step->name);
}

static enum teeq_status read_client_handler(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_handler(loader, node, load_client_script, into);
}

static enum teeq_status read_command_handler(struct loader *loader, const struct node *node,
					     void *into)
{
	return load_handler(loader, node, load_command_script, into);
}

static enum teeq_status read_try_handlers(struct loader *loader, const struct node *node,
					  void *into)
{
	struct repeat *repeat = into;
	bool secure = repeat->language->read_script == load_command_script;
	void *handlers = NULL;
	enum teeq_status status = load_array(
		loader, node, NODE_MAPPING, secure ? read_command_handler : read_client_handler,
		sizeof(struct teeq_handler), &handlers, &repeat->step->handler_count);

	repeat->step->handlers = handlers;
	return status;
}

static enum teeq_status read_try(struct loader *loader, const struct node *node,
				 const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "do", read_repeat_do, true },
		{ "on-error", read_try_handlers, true },
		{ NULL, NULL, false },
	};
	struct repeat repeat = { step, language };

	return load_mapping(loader, node, rules, &repeat);
}

static enum teeq_status read_retry_times(struct loader *loader, const struct node *node, void *into)
{
	return load_number_or(loader, node, 1, TEEQ_REPEAT_MAX, WORD_ALWAYS, 0,
			      &((struct repeat *)into)->step->times);
}

static enum teeq_status read_retry_on(struct loader *loader, const struct node *node, void *into)
{
	return load_error_name(loader, node, &((struct repeat *)into)->step->name);
}

static enum teeq_status read_retry_between(struct loader *loader, const struct node *node,
					   void *into)
{
	struct repeat *repeat = into;
	bool secure = repeat->language->read_script == load_command_script;

	return load_between(loader, node, secure ? load_command_script : load_client_script,
			    repeat->step);
}

static enum teeq_status read_retry(struct loader *loader, const struct node *node,
				   const struct language *language, struct teeq_step *step)
{
	static const struct load_rule rules[] = {
		{ "times", read_retry_times, true },
		{ "on", read_retry_on, false },
		{ "do", read_repeat_do, true },
		{ "between", read_retry_between, false },
		{ NULL, NULL, false },
	};
	struct repeat repeat = { step, language };

	return load_mapping(loader, node, rules, &repeat);
}

/* clang-format off */
static const struct step_rule client_rules[] = {
	{ "call", TEEQ_STEP_CALL, read_call },
	{ "lock", TEEQ_STEP_LOCK, load_steps_read_name },
	{ "unlock", TEEQ_STEP_UNLOCK, load_steps_read_name },
	{ "await", TEEQ_STEP_AWAIT, load_steps_read_name },
	{ "signal", TEEQ_STEP_SIGNAL, load_steps_read_name },
	{ "barrier", TEEQ_STEP_BARRIER, load_steps_read_name },
	{ "reserve", TEEQ_STEP_RESERVE, load_steps_read_session },
	{ "release", TEEQ_STEP_RELEASE, load_steps_read_session },
	{ "open", TEEQ_STEP_OPEN, read_open },
	{ "close", TEEQ_STEP_CLOSE, read_open },
	{ "repeat", TEEQ_STEP_REPEAT, read_repeat },
	{ "sleep", TEEQ_STEP_SLEEP, read_ticks },
	{ "notify", TEEQ_STEP_NOTIFY, load_steps_read_name },
	{ "async", TEEQ_STEP_ASYNC, load_steps_read_name },
	{ "bottom-half", TEEQ_STEP_ASYNC, read_true },
	{ "kill", TEEQ_STEP_KILL, load_steps_read_name },
	{ "start", TEEQ_STEP_START, read_start },
	{ "freeze", TEEQ_STEP_FREEZE, load_steps_read_name },
	{ "thaw", TEEQ_STEP_THAW, load_steps_read_name },
	{ "cancel", TEEQ_STEP_CANCEL, load_steps_read_session },
	{ "close-context", TEEQ_STEP_CLOSE_CONTEXT, load_steps_read_name },
	{ "shm-cache", TEEQ_STEP_SHM_CACHE, read_shm_cache },
	{ "driver", TEEQ_STEP_DRIVER, read_driver },
	{ "setup", TEEQ_STEP_SETUP, load_steps_read_name },
	{ "teardown", TEEQ_STEP_TEARDOWN, load_steps_read_name },
	{ "message", TEEQ_STEP_MESSAGE, read_message },
	{ "power-on", TEEQ_STEP_POWER_ON, load_steps_read_name },
	{ "power-off", TEEQ_STEP_POWER_OFF, load_steps_read_name },
	{ "poll", TEEQ_STEP_POLL, load_steps_read_name },
	{ "fail", TEEQ_STEP_FAIL, read_error_name },
	{ "try", TEEQ_STEP_TRY, read_try },
	{ "retry", TEEQ_STEP_RETRY, read_retry },
	{ NULL, TEEQ_STEP_CALL, NULL },
};

static const struct step_rule command_rules[] = {
	{ "rpc", TEEQ_STEP_RPC, load_steps_read_name },
	{ "repeat", TEEQ_STEP_REPEAT, read_repeat },
	{ "lock", TEEQ_STEP_LOCK, load_steps_read_name },
	{ "read-lock", TEEQ_STEP_READ_LOCK, load_steps_read_name },
	{ "unlock", TEEQ_STEP_UNLOCK, load_steps_read_name },
	{ "wait", TEEQ_STEP_WAIT, read_wait },
	{ "notify", TEEQ_STEP_NOTIFY, load_steps_read_name },
	{ "async", TEEQ_STEP_ASYNC, load_steps_read_name },
	{ "bottom-half", TEEQ_STEP_ASYNC, read_true },
	{ "cond-wait", TEEQ_STEP_COND_WAIT, read_cond_wait },
	{ "cond-signal", TEEQ_STEP_COND_SIGNAL, load_steps_read_name },
	{ "cond-broadcast", TEEQ_STEP_COND_BROADCAST, load_steps_read_name },
	{ "invoke", TEEQ_STEP_INVOKE, load_steps_read_name },
	{ "open", TEEQ_STEP_OPEN, load_steps_read_name },
	{ "close", TEEQ_STEP_CLOSE, load_steps_read_name },
	{ "suspend", TEEQ_STEP_SUSPEND, read_suspend },
	{ "work", TEEQ_STEP_WORK, read_ticks },
	{ "interrupt", TEEQ_STEP_INTERRUPT, read_true },
	{ "poll", TEEQ_STEP_POLL, load_steps_read_name },
	{ "fail", TEEQ_STEP_FAIL, read_error_name },
	{ "try", TEEQ_STEP_TRY, read_try },
	{ "retry", TEEQ_STEP_RETRY, read_retry },
	{ NULL, TEEQ_STEP_RPC, NULL },
};
/* clang-format on */

static void add_steps(struct message *message, const struct language *language)
{
	const char *separator = "";

	for (const struct step_rule *rule = language->rules; rule->key; rule++) {
		message_add_text(message, separator);
		message_add_text(message, rule->key);
		separator = ", ";
	}
}

/* @node is no step at all: not a mapping, or not one of a single key. */
static enum teeq_status refuse_shape(struct loader *loader, const struct node *node,
				     const struct language *language)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "found ");
	if (node->kind == NODE_MAPPING) {
		message_add_text(&message, "a mapping of ");
		message_add_number(&message, node->child_count);
		message_add_text(&message, " keys");
	} else {
		node_describe(node, &message);
	}
	message_add_text(&message, ", expected a step, a mapping of exactly one key: ");
	add_steps(&message, language);
	return load_refuse(loader, node, NULL, text);
}

static enum teeq_status refuse_step(struct loader *loader, const struct node *node,
				    const struct language *language)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "unknown step ");
	message_add_quoted(&message, node->key, node->key_size);
	message_add_text(&message, ", allowed: ");
	add_steps(&message, language);
	return load_refuse(loader, node, NULL, text);
}

static enum teeq_status read_step(struct loader *loader, const struct node *node,
				  const struct language *language, struct teeq_step *step)
{
	const struct step_rule *rule = language->rules;
	const struct node *value = node->first;

	if (node->kind != NODE_MAPPING || node->child_count != 1)
		return refuse_shape(loader, node, language);
	while (rule->key && (strlen(rule->key) != value->key_size ||
			     memcmp(rule->key, value->key, value->key_size) != 0))
		rule++;
	if (!rule->key)
		return refuse_step(loader, value, language);
	step->kind = rule->kind;
	return rule->read(loader, value, language, step);
}

static const struct language client_language = { load_client_script, client_rules };
static const struct language command_language = { load_command_script, command_rules };

static enum teeq_status read_client_step(struct loader *loader, const struct node *node, void *into)
{
	return read_step(loader, node, &client_language, into);
}

static enum teeq_status read_command_step(struct loader *loader, const struct node *node,
					  void *into)
{
	return read_step(loader, node, &command_language, into);
}

static enum teeq_status load_script(struct loader *loader, const struct node *node,
				    load_reader *read, struct load_script *script)
{
	void *steps = NULL;
	enum teeq_status status = load_array(loader, node, NODE_LIST, read,
					     sizeof(struct teeq_step), &steps, &script->step_count);

	script->steps = steps;
	return status;
}

enum teeq_status load_client_script(struct loader *loader, const struct node *node, void *into)
{
	return load_script(loader, node, read_client_step, into);
}

enum teeq_status load_command_script(struct loader *loader, const struct node *node, void *into)
{
	return load_script(loader, node, read_command_step, into);
}
