/* SPDX-License-Identifier: BSD-2-Clause */
#include "mpi/messages.h"

#include <stdio.h>
#include <unistd.h>

static FILE *kept;
static int heard_by = -1;

void messages_keep(void)
{
	kept = tmpfile();
	if (!kept)
		return;
	heard_by = dup(STDERR_FILENO);
	dup2(fileno(kept), STDERR_FILENO);
}

void messages_release(bool heard)
{
	int character;

	if (!kept)
		return;
	fflush(stderr);
	if (heard)
		dup2(heard_by, STDERR_FILENO);
	else if (!freopen("/dev/null", "w", stderr))
		return;
	rewind(kept);
	while (heard && (character = getc(kept)) != EOF)
		putc(character, stderr);
	fclose(kept);
	close(heard_by);
	kept = NULL;
}
