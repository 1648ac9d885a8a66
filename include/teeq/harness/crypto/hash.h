/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_CRYPTO_HASH_H
#define TEEQ_CRYPTO_HASH_H

#include <linux/err.h>
#include <linux/types.h>

/* As in a kernel that was built without any algorithm: asking for one fails. */
struct crypto_shash;

struct shash_desc {
	struct crypto_shash *tfm;
};

static inline struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask)
{
	(void)name;
	(void)type;
	(void)mask;
	return (struct crypto_shash *)ERR_PTR(-ENOENT);
}

static inline void crypto_free_shash(struct crypto_shash *shash)
{
	(void)shash;
}

static inline unsigned int crypto_shash_descsize(struct crypto_shash *shash)
{
	(void)shash;
	return 0;
}

static inline int crypto_shash_init(struct shash_desc *desc)
{
	(void)desc;
	return -ENOENT;
}

static inline int crypto_shash_update(struct shash_desc *desc, const u8 *data, unsigned int size)
{
	(void)desc;
	(void)data;
	(void)size;
	return -ENOENT;
}

static inline int crypto_shash_final(struct shash_desc *desc, u8 *out)
{
	(void)desc;
	(void)out;
	return -ENOENT;
}

#endif
