/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "field/log_reader.h"

/* "6.12.117", behind @from: the first word that begins like a version. */
void version_note(struct log_reader *reader, const char *from)
{
	struct log *log = reader->log;
	char *end;
	unsigned long major, minor;
	size_t length;

	for (;; from++) {
		from += strcspn(from, "0123456789");
		if (!*from)
			return;
		major = strtoul(from, &end, 10);
		if (*end == '.' && end[1] >= '0' && end[1] <= '9' && major > 1 && major < 100)
			break;
		from = end - 1;
	}
	minor = strtoul(end + 1, NULL, 10);
	if (minor > 999)
		return;
	length = strcspn(from, " ,;)");
	if (length >= sizeof(log->version_text))
		length = sizeof(log->version_text) - 1;
	memcpy(log->version_text, from, length);
	log->version_text[length] = '\0';
	if (log->version != FRAMES_VERSION(major, minor)) {
		log->version = FRAMES_VERSION(major, minor);
		memset(reader->roles, 0xff, LOG_SYMBOLS_MAX);
	}
}

bool version_taint(struct log_reader *reader, const char *text)
{
	const char *at = strstr(text, "Not tainted ");

	if (!at)
		at = strstr(text, "Tainted: ");
	if (!at)
		return false;
	version_note(reader, at + 9);
	return true;
}
