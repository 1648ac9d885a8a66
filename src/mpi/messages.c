/* SPDX-License-Identifier: BSD-2-Clause */
#include "mpi/messages.h"

#include <stdio.h>
#include <unistd.h>

static FILE *kept;
static int stderr_kept = -1;

void messages_keep(void)
{
	kept = tmpfile();
	if (!kept)
		return;
	stderr_kept = dup(STDERR_FILENO);
	dup2(fileno(kept), STDERR_FILENO);
}

void messages_release(bool heard)
{
	int character;

	if (!kept)
		return;
	fflush(stderr);
	dup2(stderr_kept, STDERR_FILENO);
	rewind(kept);
	while (heard && (character = getc(kept)) != EOF)
		putc(character, stderr);
	fclose(kept);
	close(stderr_kept);
	kept = NULL;
}
