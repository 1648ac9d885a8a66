#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq explore --bit-state: what is found is real, what is not found is not claimed, and the last line says how full
# the table is.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# claim TEXT: the last line is that.
claim()
{
	[ "$(tail -n 1 out)" = "$1" ] || fail "$(tail -n 1 out)"
}

# Nothing found, in a table with room for all: as many states as there are, and yet no claim.
expect 0 explore rpmb.yaml --search depth
grep '^states' out >states
expect 3 explore rpmb.yaml --bit-state 1M
has out 'search depth-first, symmetry on, reduction on, states as bits'
has_line out 'limit: no counterexample among what was visited'
has_line out "$(cat states)"
lacks out 'exhausted'
tail -n 1 out | grep -Eq "^bit-state: $(sed 's/states \([0-9]*\),.*/\1/' states) states were visited, 0\.00[0-9]* % of 8388608 bits are set; on average [0-9.e-]+ states come to were missed, and what lies behind them alone, if hashes are like random ones; nothing is claimed about the rest\$" ||
	fail "$(tail -n 1 out)"
has err ', and the bits 1.0 MB'
lacks err checkpoint
expect 3 explore rpmb.yaml --search depth --bit-state 64 --trace none
has out '% of 512 bits are set; '
expect 3 explore rpmb.yaml --bit-state 1M --json
has out '"search":"depth"'
has out '"verdict":"limit","claim":"bit-state"'
grep -Eq '"bit_state":\{"bits":8388608,"bits_set":[1-9][0-9]*,"missed_expected":[0-9.e-]+\}' out || fail 'no figure'
lacks out missed_probability

# A counterexample replays.
expect 1 explore rpmb.yaml --policy untracked --bit-state 1M
tail -n 1 out | grep -q 'like random ones; stopped at the first counterexample; nothing is claimed about the rest$' ||
	fail "$(tail -n 1 out)"
lacks out 'none is shorter'
replay=$(sed -n 's/^replay: //p' out)
status=0
eval "$replay" >replayed 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
has replayed 'deadlock after '
expect 1 explore nested.yaml --bit-state 64K --all --no-symmetry --no-reduction
lacks out stopped

# A budget.
expect 3 explore rpmb.yaml --bit-state 1M --max-states 5
has out 'like random ones; a budget ended the search; nothing is claimed about the rest'
lacks err checkpoint

refuse "--bit-state: '1T' is not a number of bytes" explore rpmb.yaml --bit-state 1T
refuse '--bit-state: 63 bytes, expected 64 at least' explore rpmb.yaml --bit-state 63 --json
refuse '--bit-state: not together with --search breadth' explore rpmb.yaml --search breadth --bit-state 1M
refuse '--bit-state: not together with --directed' explore rpmb.yaml --bit-state 1M --directed
refuse '--bit-state: not together with --preemptions' explore rpmb.yaml --bit-state 1M --preemptions 1
refuse '--bit-state: not together with --exact' explore rpmb.yaml --bit-state 1M --exact
refuse '--bit-state: not together with --disk' explore rpmb.yaml --bit-state 1M --disk .
refuse '--bit-state: not together with --checkpoint' explore rpmb.yaml --bit-state 1M --checkpoint f
refuse '--bit-state: not together with --resume' explore rpmb.yaml --bit-state 1M --resume f
refuse '--workers 2: a depth-first search has one worker' explore rpmb.yaml --bit-state 1M --workers 2
