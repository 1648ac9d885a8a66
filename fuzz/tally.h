/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_TALLY_H
#define FUZZ_TALLY_H

#include "fuzz/core_world.h"

/* How often each policy came to each end, in how many steps; printed when the program ends. */
void tally_add(const struct core_world *world, enum core_end end);
/* Say what was found, and abort. */
_Noreturn void tally_found(const char *policy, const char *finding);

#endif
