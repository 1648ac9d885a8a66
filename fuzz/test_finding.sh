#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What fuzz_finding prints can be replayed, word for word, and ends as it says: a lost wake-up under
# every policy that may lose one, and none under the one that may not.
#
# usage: test_finding.sh FUZZ_FINDING TEEQ
set -euo pipefail
finding=$1
teeq=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

for policy in untracked v1 v4 v7 v8 v9 v10 mainline; do
	"$finding" "$policy" "$policy.yaml" >said
	grep -q "^lost wake-up after [0-9]* steps under $policy$" said
	command=$(sed -n "s/^replay: teeq //p" said)
	status=0
	eval "\"\$teeq\" $command" >replayed || status=$?
	if [ "$status" -ne 1 ] || ! grep -q '^lost-wakeup after' replayed; then
		cat said replayed
		echo "$policy: the replay ended with status $status"
		exit 1
	fi
done

status=0
"$finding" repaired repaired.yaml >said 2>&1 || status=$?
if [ "$status" -ne 3 ]; then
	cat said
	echo "repaired: ended with status $status"
	exit 1
fi
