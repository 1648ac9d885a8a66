/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/log_reader.h"

uint32_t dumps_begin(struct log_reader *reader, enum log_dump_kind kind)
{
	struct log *log = reader->log;

	if (!log_grow(reader, (void **)&log->dumps, log->dump_count, sizeof(*log->dumps),
		      LOG_DUMPS_MAX, "dumps"))
		return NO_DUMP;
	log->dumps[log->dump_count] = (struct log_dump){
		.kind = kind,
		.boot = log->boot_count,
		.line = reader->line_number,
	};
	if (kind != LOG_DUMP_HUNG) {
		dumps_end(reader);
		reader->dump = (uint32_t)log->dump_count;
		reader->lossy = false;
	}
	return (uint32_t)log->dump_count++;
}

uint32_t dumps_current(struct log_reader *reader)
{
	return reader->dump == NO_DUMP ? dumps_begin(reader, LOG_DUMP_OTHER) : reader->dump;
}

void dumps_end(struct log_reader *reader)
{
	if (reader->dump != NO_DUMP && !reader->lossy)
		reader->log->dumps[reader->dump].complete = true;
	reader->dump = NO_DUMP;
}

bool dumps_seen(struct log_reader *reader, uint32_t pid, uint32_t dump)
{
	bool hung = reader->log->dumps[dump].kind == LOG_DUMP_HUNG;
	uint64_t key = ((uint64_t)pid << 1 | hung) + 1;
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (SEEN_SLOTS - 1);
	bool before;

	while (reader->seen[at].key && reader->seen[at].key != key)
		at = (at + 1) & (SEEN_SLOTS - 1);
	before = reader->seen[at].key == key && reader->seen[at].dump == dump;
	/* Whoever has no room counts as new; a table of half its size at most is never full. */
	if (!reader->seen[at].key && reader->seen_count == SEEN_SLOTS / 2)
		return false;
	reader->seen_count += !reader->seen[at].key;
	reader->seen[at].key = key;
	reader->seen[at].dump = dump;
	return before;
}
