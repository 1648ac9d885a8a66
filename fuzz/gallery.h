/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_GALLERY_H
#define FUZZ_GALLERY_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/model.h"

/*
 * The scenarios of examples/scenarios and fuzz/scenarios, and some generated ones. Each has a place
 * on a ring, by its name, and a number means the next one on it: inputs keep their meaning when a
 * file is added.
 */
struct piece {
	uint16_t place;
	const char *name;
	const struct teeq_scenario *scenario;
	struct teeq_model *models[16]; /* by policy; built when first asked for */
};

/*
 * The folders of the scenario files: those of the tree this was built in, or where that is gone
 * "scenarios" beside the program. NULL at and behind the end. Static text.
 */
const char *gallery_folder(unsigned int index);

/* The piece that @number means. Exits with status 2 where the files cannot be read. */
struct piece *gallery_piece(uint16_t number);
/* Its model under the policy of that index. */
const struct teeq_model *gallery_model(struct piece *piece, unsigned int policy);
/* What the file says of it: TEEQ_VERDICT_COUNT where it says nothing. */
enum teeq_verdict gallery_expects(const struct piece *piece, const char *policy);

#endif
