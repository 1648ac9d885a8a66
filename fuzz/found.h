/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_FOUND_H
#define FUZZ_FOUND_H

/* Say what was found, and abort. */
_Noreturn void found(const char *what);

#endif
