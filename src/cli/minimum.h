/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_MINIMUM_H
#define CLI_MINIMUM_H

#include <teeq/compare.h>

#include "cli/cli.h"

/* teeq minimum: what is asked about one scenario, and one answer. */
struct minimizing {
	struct cli_case c;
	struct teeq_minimum_options options;
	uint32_t asked; /* enum teeq_minimum_of, bits; 0: all that can be */
	bool json;
	bool limited; /* some answer is not certain */
	bool lacking; /* no number was enough */
};

/* On stdout: CLI_OK, or CLI_BAD after a message. */
int minimum_print(const struct minimizing *m, enum teeq_minimum_of of,
		  const struct teeq_minimum *minimum);
int minimum_print_json(const struct minimizing *m, enum teeq_minimum_of of,
		       const struct teeq_minimum *minimum);
/* What the answers hold for. */
void minimum_print_scope(const struct minimizing *m);

/* The command that makes the choices of @tried again. To be freed; NULL: no memory. */
char *minimum_replay(const struct minimizing *m, enum teeq_minimum_of of,
		     const struct teeq_minimum_try *tried);

#endif
