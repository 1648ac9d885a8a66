/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_THREADS_H
#define FIELD_THREADS_H

/* So many threads OP-TEE may have here: as many as a call queue can count. */
#define FIELD_THREADS_MAX 255u

#endif
