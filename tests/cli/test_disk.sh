#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq explore --disk: the same search with its tables in a file, which leaves nothing behind; and a disk that is full.
. "$(dirname "$0")/_common.sh"
mkdir tables
wide=$SOURCE_DIR/examples/scenarios/flagship-wide.yaml
nested=$SOURCE_DIR/examples/scenarios/nested-system.yaml

nothing_left()
{
	[ -z "$(ls -A tables)" ] || fail "left behind: $(ls -A tables)"
}

# alike FILE OPTION...: verdict, counts, depth and schedule, to the byte, and the status.
alike()
{
	local status=0
	"$TEEQ" explore "$@" --json >memory 2>err || status=$?
	expect $status explore "$@" --json --disk tables
	same out memory
	has err 'on disk '
	nothing_left
}
alike "$wide" --policy untracked --all --workers 3
alike "$nested" --all
alike "$nested" --policy repaired --workers 2 --no-symmetry
alike "$nested" --search depth
alike "$nested" --directed
alike "$nested" --preemptions 2
alike "$wide" --policy v4 --client "$(sed -n '/^clients:/{n;s/^  \([a-z-]*\):.*/\1/p;q}' "$wide")"

# The budget of the memory is about what is not on the disk.
expect 3 explore "$wide" --policy v1 --max-memory 1M --max-states 20000 --json
grep -q '"states":\(20\|1[0-9]\)[0-9][0-9][0-9],' out && fail 'the budget did not end it'
expect 3 explore "$wide" --policy v1 --max-memory 1M --max-states 20000 --json --disk tables
grep -q '"states":20[0-9][0-9][0-9],' out || fail 'the budget of the memory ended it'

# From the disk to a checkpoint, and on from there.
"$TEEQ" explore "$nested" --all --json >whole 2>err || :
states=$(sed -n 's/.*"states":\([0-9]*\).*/\1/p' whole)
expect 3 explore "$nested" --all --max-states $((states / 2)) --checkpoint saved --disk tables
expect 1 explore "$nested" --all --resume saved --disk tables --json
same out whole
nothing_left

# Whatever ends it.
"$TEEQ" explore "$SOURCE_DIR/examples/boards/channel-at-boot.yaml" --disk tables >/dev/null 2>&1 &
search=$!
for _ in $(seq 100); do
	ls -l "/proc/$search/fd" 2>/dev/null | grep -q 'tables/teeq.*deleted' && break
	sleep 0.1
done
kill -9 "$search"
wait "$search" 2>/dev/null
nothing_left

# No more room: one line, and nothing is claimed.
for workers in 1 2; do
	status=0
	(
		trap '' XFSZ
		ulimit -f 9000
		exec "$TEEQ" explore "$wide" --policy v1 --disk tables --workers $workers --json >out 2>err
	) || status=$?
	[ "$status" -eq 2 ] || fail "a full disk: status $status"
	is_empty out
	lines err 1
	has err "disk: tables: no room for the search's tables: File too large"
	nothing_left
done
refuse "disk: absent: no room for the search's tables: No such file" explore "$nested" --disk absent --json
refuse 'disk: whole states are compared in memory alone' explore "$nested" --disk tables --exact --json
exit 0
