/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_INTERFACE_H
#define FUZZ_INTERFACE_H

#include <stdint.h>
#include <stdio.h>

#include "teeq/diagnose.h"
#include "teeq/explore.h"
#include "teeq/model.h"
#include "teeq/report.h"
#include "teeq/run.h"
#include "teeq/scenario.h"
#include "teeq/world.h"

#define INTERFACE_RECORD 4 /* bytes: function, pointers that are NULL, two numbers */

/* What is passed where it is not NULL. */
struct things {
	struct teeq_scenario_file *file;
	const struct teeq_policy *policy;
	struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_event event; /* of the last step */
	FILE *out;
};

/* One call. */
struct call {
	struct things *things;
	unsigned int nulls; /* bit i: pointer i of the call is NULL */
	unsigned int a; /* numbers, often out of range */
	unsigned int b;
	bool refused; /* what returned a status refused */
};

void interface_call(struct things *things, const uint8_t record[INTERFACE_RECORD]);

/* @pointer, or NULL where bit @i is set. */
#define OR_NULL(call, i, pointer) ((call)->nulls >> (i) & 1 ? NULL : (pointer))

/* By header; false: it has no such function. */
bool interface_names(struct call *call, unsigned int function);
bool interface_views(struct call *call, unsigned int function);
bool interface_runs(struct call *call, unsigned int function);
bool interface_threads(struct call *call, unsigned int function);

#endif
