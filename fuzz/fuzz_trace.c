/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a recording of the kernel's tracer, with all that teeq trace makes of it: counts that agree,
 * an export that is JSON of the documented form.
 */
#include <stdint.h>
#include <stdlib.h>

#include "found.h"
#include "trace_whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct whole *whole = whole_read((const char *)data, size, (unsigned int)(size % 5));
	const char *wrong;

	if (!whole)
		abort();
	wrong = whole_wrong_counts(whole);
	if (!wrong)
		wrong = whole_wrong_export(whole);
	if (wrong)
		found(wrong);
	whole_free(whole);
	return 0;
}
