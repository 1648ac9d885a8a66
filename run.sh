#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Build the command and show the point of it: one scenario deadlocks under the policy that does not
# keep a thread back for system sessions, and finishes under the one that does.
set -eu
cd "$(dirname "$0")"

scripts/setup.sh
cmake --preset release
cmake --build --preset release --target teeq

# expect STATUS ARGUMENTS...: show the command, run it, and insist on its exit status.
expect()
{
	expected=$1
	shift
	echo
	echo "\$ build/release/teeq $*"
	status=0
	build/release/teeq "$@" </dev/null || status=$?
	if [ "$status" -ne "$expected" ]; then
		echo "run.sh: expected exit status $expected, got $status" >&2
		exit 1
	fi
}

scenario=examples/scenarios/rpmb-scmi.yaml
expect 1 run $scenario --policy untracked --strategy random --seed 1
expect 0 run $scenario --policy mainline --strategy random --seed 1
