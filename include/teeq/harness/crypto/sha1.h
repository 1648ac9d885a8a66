/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_CRYPTO_SHA1_H
#define TEEQ_CRYPTO_SHA1_H

#include <linux/string.h>
#include <linux/types.h>

#define SHA1_DIGEST_SIZE 20
#define SHA1_BLOCK_SIZE	 64

/* FIPS 180-4. Since Linux 6.17 as functions that cannot fail; before, see crypto/hash.h. */
struct sha1_ctx {
	u32 state[5];
	u64 size;
	u8 block[SHA1_BLOCK_SIZE];
};

static inline void sha1_init(struct sha1_ctx *ctx)
{
	static const u32 first[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

	memcpy(ctx->state, first, sizeof(first));
	ctx->size = 0;
}

static inline u32 teeq_sha1_turn(u32 word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

static inline void teeq_sha1_block(struct sha1_ctx *ctx)
{
	u32 a = ctx->state[0], b = ctx->state[1], c = ctx->state[2], d = ctx->state[3];
	u32 e = ctx->state[4], w[80];

	for (unsigned int i = 0; i < 80; i++) {
		const u8 *at = &ctx->block[i % 16 * 4];
		u32 mixed, next;

		w[i] = i < 16 ? (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3] :
				teeq_sha1_turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
		if (i < 20)
			mixed = ((b & c) | (~b & d)) + 0x5a827999;
		else if (i < 40)
			mixed = (b ^ c ^ d) + 0x6ed9eba1;
		else if (i < 60)
			mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
		else
			mixed = (b ^ c ^ d) + 0xca62c1d6;
		next = teeq_sha1_turn(a, 5) + mixed + e + w[i];
		e = d, d = c, c = teeq_sha1_turn(b, 30), b = a, a = next;
	}
	ctx->state[0] += a, ctx->state[1] += b, ctx->state[2] += c, ctx->state[3] += d;
	ctx->state[4] += e;
}

static inline void sha1_update(struct sha1_ctx *ctx, const u8 *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		ctx->block[ctx->size++ % SHA1_BLOCK_SIZE] = data[i];
		if (ctx->size % SHA1_BLOCK_SIZE == 0)
			teeq_sha1_block(ctx);
	}
}

static inline void sha1_final(struct sha1_ctx *ctx, u8 out[SHA1_DIGEST_SIZE])
{
	static const u8 padding[SHA1_BLOCK_SIZE] = { 0x80 };
	u64 bits = ctx->size * 8;
	u8 length[8];

	for (unsigned int i = 0; i < 8; i++)
		length[i] = (u8)(bits >> (56 - 8 * i));
	sha1_update(ctx, padding, 1 + (119 - ctx->size % SHA1_BLOCK_SIZE) % SHA1_BLOCK_SIZE);
	sha1_update(ctx, length, sizeof(length));
	for (unsigned int i = 0; i < SHA1_DIGEST_SIZE; i++)
		out[i] = (u8)(ctx->state[i / 4] >> (24 - i % 4 * 8));
}

#endif
