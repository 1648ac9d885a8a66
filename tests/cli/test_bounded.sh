#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq explore --directed and --preemptions, and the boards they are for.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
boards=$SOURCE_DIR/examples/boards

# replays WORD: what the command says about it leads to the same.
replays()
{
	local status=0 replay
	replay=$(sed -n 's/^replay: //p' out)
	eval "$replay" >replayed 2>err || status=$?
	[ "$status" -eq 1 ] || fail "$replay: status $status"
	has replayed "$1 after "
}

# By preemptions: one is needed, none is not enough, and nothing more is claimed than was looked at.
expect 1 explore rpmb.yaml --policy untracked --preemptions 3
has out 'search preemption-bounded, preemptions at most 3, symmetry on, reduction on'
has_line out 'deadlock: a counterexample of 9 steps with 1 preemption, and none has fewer'
[ "$(tail -n 1 out)" = 'bounded: stopped at the first counterexample; every schedule with at most 0 preemptions was looked at; nothing is claimed about those with more' ] ||
	fail 'another claim'
replays deadlock
expect 3 explore rpmb.yaml --policy untracked --preemptions 0
has_line out 'limit: no counterexample within the bound'
[ "$(tail -n 1 out)" = 'bounded: every schedule with at most 0 preemptions was looked at; nothing is claimed about those with more' ] ||
	fail 'another claim'
expect 0 explore rpmb.yaml --preemptions 255
has_line out 'done: no schedule ends otherwise'
tail -n 1 out | grep -q '^exhausted: ' || fail 'nothing was left out'
expect 3 explore rpmb.yaml --preemptions 9 --max-states 5
tail -n 1 out | grep -q '^bounded: a budget ended the search; nothing is claimed' || fail 'too large a claim'
expect 1 explore nested.yaml --preemptions 3 --all
has out ' preemption, and none that ends so has fewer'
lacks out stopped
expect 1 explore rpmb.yaml --policy untracked --preemptions 3 --json
has out '"search":"preemptions"'
has out '"preemptions_max":3,"preemptions_covered":0,"preemptions":1,"steps":9,"shortest":false,'
expect 3 explore rpmb.yaml --policy untracked --preemptions 0 --json
has out '"verdict":"limit","claim":"bounded"'
has out '"preemptions_max":0,"preemptions_covered":0}'
expect 3 explore rpmb.yaml --preemptions 9 --max-states 5 --json
has out '"preemptions_covered":null}'

# Directed: a real counterexample, not called the shortest; and all states where there is none.
expect 1 explore rpmb.yaml --policy untracked --directed
has out 'search directed, symmetry on'
lacks out 'none is shorter'
replays deadlock
expect 0 explore rpmb.yaml
grep '^states' out >states
expect 0 explore rpmb.yaml --directed
[ "$(sed 's/, depth.*//' states)" = "$(sed -n 's/, depth.*//; /^states/p' out)" ] || fail 'other states'
expect 0 explore rpmb.yaml --directed --json
has out '"search":"directed"'

refuse "--preemptions: '256' is not a number from 0 to 255" explore rpmb.yaml --preemptions 256
refuse '--directed: not together with --preemptions' explore rpmb.yaml --preemptions 1 --directed
refuse '--preemptions: not together with --search' explore rpmb.yaml --search depth --preemptions 1
refuse '--workers 2: a directed search has one worker' explore rpmb.yaml --directed --workers 2
refuse '--preemptions: not together with --checkpoint' explore rpmb.yaml --preemptions 1 --checkpoint f
refuse '--directed: not together with --resume' explore rpmb.yaml --directed --resume f

# The board that hangs does so within a few thousand states, by an absorbed wake.
expect 1 explore "$boards/channel-at-boot.yaml" --directed --max-states 30000 --trace none
has out 'lost-wakeup after '
has out 'the wake was absorbed by '
replays lost-wakeup
# Under every policy, where a search is too short, by schedules at random.
expect 0 check "$boards/channel-at-boot.yaml" --max-states 1000
has out '9 expectations, 9 ok'
[ "$BUILD_TYPE" = Release ] || exit 0
expect 0 check "$boards/storage-at-boot.yaml" "$boards/storage-by-supplicant.yaml" --policy mainline --workers 2
