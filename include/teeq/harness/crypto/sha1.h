/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_CRYPTO_SHA1_H
#define TEEQ_CRYPTO_SHA1_H

#define SHA1_DIGEST_SIZE 20

#endif
