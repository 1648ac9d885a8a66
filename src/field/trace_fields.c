/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/trace_line.h"

/*
 * Who put probes on the driver called them as he liked; the function that they are on tells more,
 * where it is printed. An entry is known by "+0x0", a return by "<- FUNCTION".
 */
static const struct {
	const char *function;
	const char *name; /* that a probe of it is likely to have */
	enum trace_probe probe;
} probes[] = {
	{ "optee_cq_wait_init", "cq_wait_init", TRACE_PROBE_ENTER },
	{ "optee_cq_wait_for_completion", "cq_wait", TRACE_PROBE_WAIT },
	{ "optee_cq_wait_final", "cq_final", TRACE_PROBE_LEAVE },
	{ "optee_rpc_cmd", "rpc_cmd", TRACE_PROBE_RPC },
	{ "handle_rpc_func_cmd", "rpc_func_cmd", TRACE_PROBE_RPC },
	{ "optee_supp_thrd_req", "supp_req", TRACE_PROBE_REQUEST },
	{ "optee_notif_wait", "notif_wait", TRACE_PROBE_NOTIF_WAIT },
	{ "optee_notif_send", "notif_send", TRACE_PROBE_NOTIF_SEND },
	{ "optee_open_session", "open_session", TRACE_PROBE_OPEN },
	{ "optee_invoke_func", "invoke_func", TRACE_PROBE_INVOKE },
	{ "optee_close_session_helper", "close_session", TRACE_PROBE_CLOSE },
	{ "optee_close_session", "close_session", TRACE_PROBE_CLOSE },
	{ "optee_cancel_req", "cancel_req", TRACE_PROBE_CANCEL },
	{ "optee_shm_register", "shm_register", TRACE_PROBE_MEMORY },
	{ "optee_shm_unregister", "shm_unregister", TRACE_PROBE_MEMORY },
};
#define PROBE_COUNT (sizeof(probes) / sizeof(probes[0]))

static bool fields_same(const char *text, size_t size, const char *word)
{
	return strlen(word) == size && memcmp(text, word, size) == 0;
}

/* The number behind "WORD=", decimal or hexadecimal as it is printed. */
static uint64_t fields_value(struct trace_scan scan, const char *word)
{
	uint64_t value;

	if (!trace_scan_find(&scan, word))
		return TRACE_NO_VALUE;
	if (scan.end - scan.at > 2 && scan.at[0] == '0' && scan.at[1] == 'x')
		return trace_scan_hex(&scan, &value) ? value : TRACE_NO_VALUE;
	return trace_scan_decimal(&scan, &value) ? value : TRACE_NO_VALUE;
}

/* Where a probe is: "(FUNCTION+0x0/0x10)", or "(CALLER+0x44/0x50 <- FUNCTION)"; or by its name. */
static bool fields_probe(struct trace_event *event, const char *name, size_t name_size,
			 struct trace_scan place)
{
	struct trace_scan returned = place;
	bool is_return = trace_scan_find(&returned, "<- ");
	const char *at = is_return ? returned.at : place.at;
	size_t size = 0;

	while (at + size < place.end && at[size] != '+' && at[size] != ')' && at[size] != ' ')
		size++;
	for (size_t i = 0; i < PROBE_COUNT; i++) {
		bool here = fields_same(at, size, probes[i].function);

		/* perf's own names are the functions', with a number behind. */
		if (!here && (size == 0 || (at[0] >= '0' && at[0] <= '9')))
			here = fields_same(name, name_size, probes[i].name) ||
			       fields_same(name, name_size, probes[i].function);
		if (!here)
			continue;
		event->probe = probes[i].probe;
		if (!is_return)
			return true;
		event->probe = TRACE_PROBE_ANSWER;
		return probes[i].probe == TRACE_PROBE_REQUEST;
	}
	return false;
}

static void fields_of_probe(struct trace_event *event, const char *name, size_t name_size,
			    const char *text, size_t size)
{
	struct trace_scan scan = { text, text + size };
	const char *end = memchr(text, ')', size);
	struct trace_scan place = { text + 1, end ? end : text + size };

	event->kind = TRACE_OTHER;
	if (!fields_probe(event, name, name_size, place)) {
		if (!fields_same(name, name_size, "supp_ret"))
			return;
		event->probe = TRACE_PROBE_ANSWER;
	}
	scan.at = place.end;
	event->kind = TRACE_PROBE;
	event->command = fields_value(scan, " cmd=");
	if (event->command == TRACE_NO_VALUE)
		event->command = fields_value(scan, " func=");
	event->value = fields_value(scan, " a=");
	event->number = fields_value(scan, " key=");
	if (event->number == TRACE_NO_VALUE)
		event->number = fields_value(scan, " b=");
}

/* "ARRAY[13, 00, 00, 32, ...]": bytes, the least significant first; elements of @width. */
static bool fields_bytes(struct trace_event *event, struct trace_scan scan, size_t wanted)
{
	uint8_t bytes[64];
	size_t count = 0, width;
	uint64_t byte;

	while (count < sizeof(bytes)) {
		trace_scan_blanks(&scan);
		if (!trace_scan_hex(&scan, &byte) || byte > 0xff)
			return false;
		bytes[count++] = (uint8_t)byte;
		if (!trace_scan_text(&scan, ","))
			break;
	}
	if (!trace_scan_text(&scan, "]"))
		return false;
	width = count / wanted;
	if (count != width * wanted || (width != 4 && width != 8))
		return false;
	for (size_t i = 0; i < wanted; i++) {
		event->registers[i] = 0;
		for (size_t j = width; j-- > 0;)
			event->registers[i] = event->registers[i] << 8 | bytes[i * width + j];
	}
	return true;
}

/* "(a, b, c)" or "{a, b, c}": all @wanted of them, hexadecimal. */
static bool fields_list(struct trace_event *event, struct trace_scan scan, size_t wanted)
{
	for (size_t i = 0; i < wanted; i++) {
		trace_scan_blanks(&scan);
		if (!trace_scan_hex(&scan, &event->registers[i]))
			return false;
		if (i + 1 < wanted && !trace_scan_text(&scan, ","))
			return false;
	}
	return trace_scan_text(&scan, ")") || trace_scan_text(&scan, "}");
}

/*
 * "param=0000000079b828b7 (32000012, ...)", "param=(____ptrval____) ret (0, ...)"; printed field by
 * field: "param=0xffffff80 (-127) args=..."
 */
static void fields_of_driver(struct trace_event *event, const char *text, size_t size)
{
	struct trace_scan scan = { text, text + size }, raw;
	size_t wanted = event->kind == TRACE_BEGIN ? 8 : 4;
	uint64_t param;

	trace_scan_blanks(&scan);
	if (!trace_scan_text(&scan, "param=")) {
		event->kind = TRACE_UNREADABLE;
		return;
	}
	if (trace_scan_hex(&scan, &param)) {
		if (!event->has_key) {
			event->key = param;
			event->has_key = true;
		}
	} else {
		trace_scan_find(&scan, ")");
	}
	raw = scan;
	if (trace_scan_find(&raw, "args=") || trace_scan_find(&raw, "rets=")) {
		if (trace_scan_text(&raw, "<INVALID-SIZE>"))
			return;
		event->has_registers = trace_scan_text(&raw, "ARRAY[") ?
					       fields_bytes(event, raw, wanted) :
					       trace_scan_text(&raw, "{") &&
						       fields_list(event, raw, wanted);
	} else {
		trace_scan_blanks(&scan);
		if (event->kind == TRACE_END)
			trace_scan_text(&scan, "ret ");
		event->has_registers = trace_scan_text(&scan, "(") &&
				       fields_list(event, scan, wanted);
	}
	if (!event->has_registers)
		event->kind = TRACE_UNREADABLE;
}

void trace_fields_read(struct trace_event *event, const char *name, size_t name_size,
		       const char *text, size_t size)
{
	event->command = event->value = event->number = TRACE_NO_VALUE;
	event->kind = TRACE_OTHER;
	if (fields_same(name, name_size, "optee_invoke_fn_begin"))
		event->kind = TRACE_BEGIN;
	else if (fields_same(name, name_size, "optee_invoke_fn_end"))
		event->kind = TRACE_END;
	if (event->kind != TRACE_OTHER)
		fields_of_driver(event, text, size);
	else if (size > 0 && text[0] == '(')
		fields_of_probe(event, name, name_size, text, size);
}
