/* SPDX-License-Identifier: BSD-2-Clause */
#include <teeq/status.h>

/* Two steps, so that the version's macros are expanded before they become text. */
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)
#define TEXT(token)		    #token

const char *teeq_version(void)
{
	return DOTTED(TEEQ_VERSION_MAJOR, TEEQ_VERSION_MINOR, TEEQ_VERSION_PATCH);
}
