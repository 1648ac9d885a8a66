/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_SECURE_H
#define DRIVER_SECURE_H

#include "driver/driver.h"

/* ---- calls.c: what a message asks for ---- */

/*
 * Where the code starts in the model that the call of @r runs; CODE_NONE: none, and it is
 * answered.
 */
unsigned int secure_begin(struct teeq_drive *d, struct running *r);
/* Whether it opens a session of the scenario's, be it a channel's. */
bool secure_opens_named(const struct message *message);
/* The address of memory that was registered with @cookie; 0: none was. */
uint64_t secure_address(const struct teeq_drive *d, uint64_t cookie);
/* Whether it is the call by which the boot lets the secure world ask for what it needs. */
bool secure_is_boot(const struct running *r);
/* What the call of the boot asks for behind @asked; ASKED_NOTHING: it is at its end. */
enum asked secure_boot_rpc(struct teeq_drive *d, struct running *r, enum asked asked);

/* ---- rpcs.c ---- */

/* Write the RPC that r->stop says, and note what it is for. */
void secure_write_rpc(struct teeq_drive *d, struct running *r);
/* What its answer has to be remembered for. */
void secure_read_rpc(struct teeq_drive *d, struct running *r);
/* One parameter of @rpc. */
void rpc_param(struct message *rpc, unsigned int index, uint64_t attribute, uint64_t a, uint64_t b,
	       uint64_t c);
/* The kernel lets that memory go. */
void rpc_free_memory(struct message *rpc, uint64_t cookie);
void rpc_begin_message(struct message *rpc, uint32_t command, uint32_t param_count);

#endif
