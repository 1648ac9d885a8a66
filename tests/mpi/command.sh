#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What teeq-mpi prints, and its status, are those of teeq explore, for any number of ranks.
#
# environment: TEEQ, TEEQ_MPI, SOURCE_DIR
. "$SOURCE_DIR/tests/mpi/_common.sh"

# same STATUS ARGUMENT...
same()
{
	local status=$1
	shift
	expect "$status" explore "$@"
	mv out alone
	for count in 1 2 4; do
		together "$count" "$status" explore "$@"
		cmp -s alone out || fail "$count ranks, $*: $(diff alone out)"
	done
}

same 0 "$corpus/rpmb-scmi.yaml"
same 1 "$corpus/rpmb-scmi.yaml" --policy untracked --trace=text
same 1 "$corpus/busy-ta.yaml" --policy v7
has out 'violation: a counterexample of'
same 1 "$corpus/flagship-wide.yaml" --policy v8 --all
same 1 "$corpus/nested-system.yaml" --policy v9 --without order,spent --json
same 0 "$corpus/nested-system-small.yaml" --no-symmetry --no-reduction --set secure.threads=3
same 1 "$corpus/late-registration.yaml" --policy repaired --all --trace=json
same 1 "$corpus/session-shared.yaml" --disk .
same 0 "$corpus/rpmb-scmi.yaml" --client app

# Where it leads is found by the first rank alone.
same 1 "$corpus/v4-release-window.yaml" --policy v4
has out 'livelock: a counterexample of'

# Too large for any of the tests above.
same 0 "$SOURCE_DIR/examples/boards/storage-by-supplicant.yaml"
grep -q ' batches between them, [0-9.]* MB$' err || fail 'how much was sent is not told'

# Files that are written are the first rank's.
same 1 "$corpus/rpmb-scmi.yaml" --policy untracked --perfetto trace.json
cp trace.json of-ranks.json
expect 1 explore "$corpus/rpmb-scmi.yaml" --policy untracked --perfetto trace.json
cmp trace.json of-ranks.json || fail 'another trace'
