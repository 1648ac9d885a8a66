/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PAGE_PARTS_H
#define CLI_PAGE_PARTS_H

#include <stddef.h>

/* The files of src/cli/page, which the build puts into the command. */
struct page_part {
	const unsigned char *bytes;
	size_t size;
};
extern const struct page_part page_style, page_body, page_lanes, page_script;

#endif
