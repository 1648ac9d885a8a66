/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <teeq/version.h>

int main(void)
{
	return puts(teeq_version()) < 0;
}
