/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include <stdint.h>

#include "found.h"
#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/scenario.h"
#include "teeq/world.h"

/* NULL where there is none; then the message must have a place and a text. */
struct teeq_model *build_or_not(const struct teeq_scenario *scenario,
				const struct teeq_policy *policy);

/* Some random steps of @model; every invariant must hold that a scenario cannot break by itself. */
void run_a_little(const struct teeq_model *model, uint64_t seed);

/* Whether @world was spoilt by the scenario's own mistake, unlocking what it does not hold. */
bool is_mistaken(const struct teeq_world *world);

/* @scenario, printed and read again, is the same model under every policy, or the same refusal. */
void check_printed(const struct teeq_scenario *scenario);

/* One line that begins with the name of the file. */
void check_error(const struct teeq_error *error, const char *path);

#endif
