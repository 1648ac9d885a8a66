/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/tables.h"

unsigned int byte_next(struct teeq_fuzz_tables *s)
{
	if (s->size == 0)
		return 0;
	s->size--;
	return *s->data++;
}

const char *byte_name(struct teeq_fuzz_tables *s)
{
	static const char *const names[] = {
		"a",
		"b",
		"c",
		"d",
		"a",
		"b",
		"c",
		"d",
		NULL,
		NULL,
		TEEQ_SUPPLICANT_NAME,
		"optee-notif",
		"a.0",
		"Bad name",
		"",
		"a-name-that-is-longer-than-any-name-may-be-and-goes-on-and-on-and-on",
	};

	return names[byte_next(s) % 16];
}

uint32_t byte_number(struct teeq_fuzz_tables *s)
{
	static const uint32_t numbers[] = {
		0, 1, 2, 3, 4, 5, 16, 17, 64, 65, 255, 256, 65535, 65536, UINT32_MAX, 1,
	};

	return numbers[byte_next(s) % 16];
}

size_t byte_count(struct teeq_fuzz_tables *s)
{
	unsigned int byte = byte_next(s);

	return byte < 250 ? byte % FEW : 20 + (byte - 250) * 130;
}

size_t byte_few(struct teeq_fuzz_tables *s)
{
	return byte_next(s) % FEW;
}

static const char *const *byte_names(struct teeq_fuzz_tables *s, size_t *size)
{
	*size = byte_count(s);
	for (size_t i = 0; i < *size; i++)
		s->many[i] = "n";
	return s->many;
}

const char *const *byte_few_names(struct teeq_fuzz_tables *s, const char **to, size_t *size)
{
	*size = byte_few(s);
	for (size_t i = 0; i < *size; i++)
		to[i] = byte_name(s);
	return to;
}

const char *const *byte_list(struct teeq_fuzz_tables *s, const char **to, size_t *size)
{
	return byte_next(s) < 240 ? byte_few_names(s, to, size) : byte_names(s, size);
}
