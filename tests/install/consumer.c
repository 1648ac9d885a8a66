/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <teeq/teeq.h>

int main(void)
{
	return puts(teeq_version()) < 0;
}
