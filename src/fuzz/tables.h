/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_TABLES_H
#define FUZZ_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "teeq/fuzz.h"
#include "teeq/limits.h"

/* Tables, and the bytes that they are being made of. */

enum {
	FEW = 4,
	MANY = 700,
	NESTED = 7,
	STEPS_MAX = 160,
	HANDLERS_MAX = 64
};

struct teeq_fuzz_tables {
	/* The input, byte by byte; behind its end all are 0. */
	const uint8_t *data;
	size_t size;
	unsigned int depth;
	size_t step_count;
	size_t handler_count;
	struct teeq_scenario scenario;
	struct teeq_step steps[STEPS_MAX];
	struct teeq_handler handlers[HANDLERS_MAX];
	struct teeq_ta_spec tas[MANY];
	struct teeq_barrier_spec barriers[MANY];
	struct teeq_context_spec contexts[MANY];
	struct teeq_session_spec sessions[MANY];
	struct teeq_channel_spec channels[MANY];
	struct teeq_device_spec devices[MANY];
	struct teeq_script_spec commands[MANY];
	struct teeq_service_spec services[MANY];
	struct teeq_expect_spec expects[MANY];
	struct teeq_fault_spec faults[MANY];
	struct teeq_client_spec clients[MANY];
	struct teeq_guest_spec guests[FEW + 2];
	const char *many[MANY];
	const char *on[MANY][FEW], *off[MANY][FEW];
	const char *secure_locks[FEW], *conditions[FEW], *notifications[FEW];
	const char *locks[FEW], *events[FEW];
	char long_summary[TEEQ_SUMMARY_MAX + 2];
};

/* Small things made of the next bytes: tables_bytes.c. */
unsigned int byte_next(struct teeq_fuzz_tables *s);
/* Mostly one of a few that everything is called by. */
const char *byte_name(struct teeq_fuzz_tables *s);
uint32_t byte_number(struct teeq_fuzz_tables *s);
/* Mostly a few. */
size_t byte_count(struct teeq_fuzz_tables *s);
size_t byte_few(struct teeq_fuzz_tables *s);
const char *const *byte_few_names(struct teeq_fuzz_tables *s, const char **to, size_t *size);
/* Either a list that is short and odd, or one that is long. */
const char *const *byte_list(struct teeq_fuzz_tables *s, const char **to, size_t *size);

#endif
