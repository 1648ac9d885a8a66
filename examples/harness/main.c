/* SPDX-License-Identifier: BSD-2-Clause */
/* callq --help says what it can do. */
#include "driver.h"

enum { NORMAL_COUNT = 1 };

int main(int argc, char **argv)
{
	struct teeq_harness *h = driver_harness(NORMAL_COUNT);
	int status = h ? teeq_harness_main(h, argc, argv) : 2;

	teeq_harness_free(h);
	return status;
}
