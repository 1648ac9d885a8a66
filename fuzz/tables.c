/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"

#include "mistake.h"

enum {
	SLIPS_MAX = 8
};

/* The input, byte by byte; behind its end all are 0. */
struct source {
	const uint8_t *data;
	size_t size;
};

static unsigned int next(struct source *s)
{
	if (s->size == 0)
		return 0;
	s->size--;
	return *s->data++;
}

const struct teeq_scenario *make_mistaken(const uint8_t *data, size_t size)
{
	static const struct generator generator = {
		.states = 20000,
		.mechanisms = true,
		.results = true,
	};
	static struct generated generated;
	struct source source = { data, size };
	uint64_t seed = next(&source);

	seed |= (uint64_t)next(&source) << 8;
	generate(&generated, &generator, seed);
	for (unsigned int i = 0; i < SLIPS_MAX && source.size > 0; i++) {
		struct mistake mistake = { .table = next(&source) };

		mistake.entry = next(&source);
		mistake.field = next(&source);
		mistake.value = next(&source);
		make_mistake(&generated, &mistake);
	}
	return &generated.scenario;
}
