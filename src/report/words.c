/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/words.h"

#include <stdarg.h>
#include <stdio.h>

#include "teeq/report.h"

void words_start(struct words *words, char *text, size_t size)
{
	*words = (struct words){ .text = text, .size = text ? size : 0 };
	if (words->size > 0)
		text[0] = '\0';
}

void words_add(struct words *words, const char *format, ...)
{
	bool full = words->length >= words->size;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(full ? NULL : words->text + words->length,
			   full ? 0 : words->size - words->length, format, arguments);
	va_end(arguments);
	if (length > 0)
		words->length += (size_t)length;
}

const char *words_name(const char *name)
{
	return name ? name : "?";
}

const char *teeq_errno_name(int result)
{
#define KNOWN(name_)                          \
	{                                     \
		-TEEQ_ABI_##name_, "-" #name_ \
	}
	static const struct {
		int result;
		const char *name;
	} known[] = {
		{ 0, "0" },    KNOWN(EPERM),  KNOWN(ENOENT),	KNOWN(EINTR),
		KNOWN(EIO),    KNOWN(ENOMEM), KNOWN(EBUSY),	KNOWN(ENODEV),
		KNOWN(EINVAL), KNOWN(ECOMM),  KNOWN(ETIMEDOUT),
		KNOWN(EAGAIN), KNOWN(EPROBE_DEFER),
	};
#undef KNOWN

	if (result > 0 && result < TEEQ_FAILURE_EINTR)
		return teeq_failure_symbol((enum teeq_failure)result);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].result == result)
			return known[i].name;
	return NULL;
}

void words_add_errno(struct words *words, int result)
{
	const char *name = teeq_errno_name(result);

	if (name)
		words_add(words, "%s", name);
	else
		words_add(words, "%d", result);
}

void words_add_notification(struct words *words, const struct teeq_model *model, unsigned int key)
{
	const char *name = teeq_model_notification_name(model, key);

	if (name)
		words_add(words, "%s (key %u)", name, teeq_model_notification_key(model, key));
	else
		words_add(words, "key %u", teeq_model_notification_key(model, key));
}

void words_add_secure_lock(struct words *words, const struct teeq_model *model, unsigned int lock)
{
	const char *name = words_name(teeq_model_secure_lock_name(model, lock));

	switch (teeq_model_secure_lock_kind(model, lock)) {
	case TEEQ_SECURE_LOCK_TA:
	case TEEQ_SECURE_LOCK_LOADING:
		words_add(words, "TA %s", name);
		break;
	case TEEQ_SECURE_LOCK_SESSION:
		words_add(words, "session %s", name);
		break;
	case TEEQ_SECURE_LOCK_SINGLE:
		words_add(words, "the lock of single-instance TAs");
		break;
	default:
		words_add(words, "secure lock %s", name);
		break;
	}
}

void words_add_caller(struct words *words, const struct teeq_model *model,
		      struct teeq_caller caller)
{
	for (unsigned int i = 0; i < caller.level; i++)
		words_add(words, ">");
	words_add(words, "%s", words_name(teeq_model_task_name(model, caller.task)));
}

const char *words_memory(uint8_t memory)
{
	static const char *const about[] = {
		[TEEQ_MEMORY_NONE] = "",
		[TEEQ_MEMORY_PAGE] = " to register a page of arguments",
		[TEEQ_MEMORY_REGISTER] = " to register memory",
		[TEEQ_MEMORY_UNREGISTER] = " to unregister memory",
	};

	return memory <= TEEQ_MEMORY_UNREGISTER ? about[memory] : "";
}

static void add_memory(struct words *words, const struct teeq_model *model,
			     const struct teeq_world *world, struct teeq_caller caller)
{
	struct teeq_call_view call;

	if (teeq_world_call(model, world, caller.task, caller.level, &call))
		words_add(words, "%s", words_memory(call.memory));
}

void words_add_call(struct words *words, const struct teeq_model *model,
		    const struct teeq_world *world, struct teeq_caller caller)
{
	struct teeq_call_view call;

	if (teeq_model_task_kind(model, caller.task) == TEEQ_TASK_NOTIFICATION)
		words_add(words, "bottom half");
	else
		words_add(words, "%scall", caller.level > 0 ? "nested " : "");
	add_memory(words, model, world, caller);
	if (teeq_world_call(model, world, caller.task, caller.level, &call) &&
	    call.command != TEEQ_NO_OBJECT)
		words_add(words, " %s", words_name(teeq_model_command_name(model, call.command)));
}

void words_add_failure(struct words *words, const struct teeq_event *event, const char *why)
{
	if (event->outcome != TEEQ_OUTCOME_FAILED)
		return;
	words_add(words, ": failed, ");
	words_add_errno(words, event->result);
	if (why)
		words_add(words, ", %s", why);
}
